package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const ownMetric = `/*
id: opened
family: health
label: {en: Opened, es: Abierto, ro: Deschis, ru: Открыто}
about: {en: a, es: a, ro: a, ru: a}
formula: {en: a, es: a, ro: a, ru: a}
unit: count
better: higher
type: activity
facts: [events]
numerator: count(*)
*/
select p.i, e.account, e.person from {points} p join {EVENTS} e on e.ts >= p.from_ts and e.ts < p.to_ts`

// TestWhatAScorecardRestsOnStaysUsableForIt changes a saved segment and a metric of one's own under a scorecard: what would
// leave it without them, or resting on its own scores, is refused with the scorecard's name.
func TestWhatAScorecardRestsOnStaysUsableForIt(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	define := func(events string) string {
		return a.call(t, "PUT", "/api/v1/metrics/opened/definition", strings.Replace(ownMetric, "EVENTS", events, 1), "")
	}
	define("events")
	var pros struct{ ID string }
	if err := json.Unmarshal([]byte(a.call(t, "POST", "/api/v1/segments", `{"name":"pros","segment":"plan = pro"}`, "")), &pros); err != nil || pros.ID == "" {
		t.Fatal(err)
	}
	card := `{"id":"one","label":{"en":"One"},"segment":"@pros","groups":[{"id":"all","label":{"en":"All"},"weight":100,"measures":[
		{"id":"opened","label":{"ro":"Deschise"},"weight":100,"read":{"metric":"opened"},"scale":{"points":[[0,0],[4,100]]}}]}]}`
	if got := a.call(t, "POST", "/api/v1/scorecards", card, ""); !strings.Contains(got, `"version":1`) {
		t.Fatal(got)
	}
	segment := "/api/v1/segments/" + pros.ID
	for _, c := range []struct{ method, path, body, want string }{
		{"PUT", segment, `{"name":"pros","segment":"metric health < 50","version":1}`, "rests on itself"},
		{"PUT", segment, `{"name":"others","segment":"plan = pro","version":1}`, "there is no segment"},
		{"DELETE", segment, "", "there is no segment"},
		{"DELETE", "/api/v1/metrics/opened/definition", "", "there is no metric"},
		{"PUT", "/api/v1/metrics/opened/definition", strings.Replace(ownMetric, "EVENTS", "scores", 1), "rests on itself"},
	} {
		code, got := a.reply(c.method, c.path, c.body, "")
		if code != http.StatusConflict || !strings.Contains(got, `the scorecard \"one\" rests on it`) || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: %s, want %q", c.method, c.body, got, c.want)
		}
	}
	if got := define("messages"); !strings.Contains(got, `"saved":true`) {
		t.Errorf("a change that the scorecard bears: %s", got)
	}
	if got := a.call(t, "PUT", segment, `{"name":"pros","segment":"plan = team","version":1}`, ""); !strings.Contains(got, `"version":2`) {
		t.Errorf("a change that the scorecard bears: %s", got)
	}
}
