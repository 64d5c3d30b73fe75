package i18n

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWhatWasRefusedInEnglishIsSaidAgainInEveryLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"is missing: when did it happen?": "lipsește: când s-a întâmplat?",
		`timestamp: "the \"day\" before" is not a time; give RFC 3339, a date, or Unix seconds or milliseconds`: `timestamp: "the \"day\" before" nu este un moment; dați RFC 3339, o dată sau secunde ori milisecunde Unix`,
		`"gold" is none of free, pro; is missing`:                     `"gold" nu este unul dintre free, pro; lipsește`,
		"broken JSON at line 3, column 12: a comma or '}' is missing": "JSON stricat la linia 3, coloana 12: lipsește o virgulă sau '}'",
		"it still can't be used: traits: must be a JSON object":       "tot nu poate fi folosit: traits: trebuie să fie un obiect JSON",
		`"12+3" adds up to 12 %, not 100 %`:                           `"12+3" însumează 12 %, nu 100 %`,
		"nobody ever said: this before":                               "nobody ever said: this before",
		"":                                                            "",
	} {
		if said, _ := Retold(RO, text); said != want {
			t.Errorf("%q is said again as %q, not %q", text, said, want)
		}
		if said, known := Retold(EN, text); said != text || !known {
			t.Errorf("%q is %q in English", text, said)
		}
	}
	if _, known := Retold(RU, "nobody ever said this"); known {
		t.Error("what is not known is said to be")
	}
}

// Whatever a refusal is filled with, it is found again as itself.
func TestEveryRefusalWithPartsIsFoundAgain(t *testing.T) {
	samples := map[string]any{"q": "x y", "d": 7, "g": 2.5, "s": "z", "v": "z", "c": 'n', "x": 1}
	for _, p := range patterns() {
		var parts []any
		for _, m := range verb.FindAllStringSubmatch(p.format, -1) {
			if m[2] != "%" {
				parts = append(parts, samples[m[2]])
			}
		}
		format := strings.NewReplacer("%d", "%v", "%g", "%v").Replace(p.format)
		text := fmt.Sprintf(format, parts...)
		for _, l := range Langs[1:] {
			if want, _ := Retold(l, text); want != fmt.Sprintf(strings.NewReplacer("%.3g", "%v", "%d", "%v", "%g", "%v").Replace(refusals[l][p.format]), parts...) {
				t.Errorf("%s: %q is said again as %q", l, text, want)
			}
		}
	}
}

// A value of somebody else's stands in a refusal as it came, and may look like a hundred refusals.
func TestAHostileTextIsSaidAgainInNoTime(t *testing.T) {
	hostile := strings.Repeat("a can't be computed; ", 40) + "nobody ever said this"
	ended := make(chan struct{})
	go func() { Retold(ES, hostile); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it is still being read")
	}
}
