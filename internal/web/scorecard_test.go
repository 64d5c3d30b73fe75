package web

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/team"
)

// What can't be used is said beside the field that it is about, in the reader's language, and nothing of it is previewed.
func TestAScorecardThatCannotBeUsedSaysSoBesideTheFieldInFourLanguages(t *testing.T) {
	const sound = `id: usage_led
label: {en: One}
groups:
  - {id: use, label: {en: Use}, weight: 100, measures: [{id: people, label: {en: People}, weight: 100, read: {metric: mau}, scale: {points: [[0, 0], [10, 100]]}}]}
`
	c := grown(40, 1, func(s string) string { return s })
	for _, one := range []struct {
		old, fresh, at string
		says           map[string]string
	}{
		{"weight: 100, read", "weight: 90, read", "groups[0].measures", map[string]string{"en": "the weights add up to 90, not to 100: raise them by 10 in all", "es": "los pesos suman 90", "ro": "90", "ru": "90"}},
		{"[[0, 0], [10, 100]]", "[[5, 0], [5, 100]]", "groups[0].measures[0].scale.points", map[string]string{"en": "would divide by zero", "es": "dividiría por cero", "ro": "împăr", "ru": "нол"}},
		{"metric: mau", "metric: gone", "groups[0].measures[0].read.metric", map[string]string{"en": "there is no metric", "es": "gone", "ro": "gone", "ru": "gone"}},
		{"id: people", "id: People", "groups[0].measures[0].id", map[string]string{"en": "small letters", "es": "minúsculas", "ro": "litere mici", "ru": "букв"}},
	} {
		for lang, says := range one.says {
			b := c.visit(t).as(c, team.Admin)
			b.header.Set("Accept-Language", lang)
			w := b.send("POST", "/health/scorecards/usage_led/preview", url.Values{"definition": {strings.Replace(sound, one.old, one.fresh, 1)}})
			text := html.UnescapeString(w.Body.String())
			if w.Code != 200 || !strings.Contains(text, `data-at="`+one.at+`"`) || !strings.Contains(text, says) || strings.Contains(text, "%!") {
				t.Errorf("%s in %s: %d %s, want %q at %s", one.fresh, lang, w.Code, text, says, one.at)
			}
		}
	}
}
