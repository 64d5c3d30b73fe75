package journey

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

func TestTemplatesCanBeKeptAndSpeakFourLanguages(t *testing.T) {
	all := Templates()
	if len(all) != 3 {
		t.Fatalf("%d templates", len(all))
	}
	for _, tpl := range all {
		if err := tpl.Journey.Check(Knows{}); err != nil {
			t.Errorf("%s: %v", tpl.ID, err)
		}
		words := []Words{tpl.About, tpl.Journey.Name}
		for _, team := range tpl.Journey.Teams {
			words = append(words, team.Name)
		}
		for _, s := range tpl.Journey.Stages {
			words = append(words, s.Name)
			for _, step := range s.Steps {
				words = append(words, step.Name)
				for _, point := range step.Touchpoints {
					words = append(words, point.Name)
					if len(point.Measures) == 0 || len(point.Teams) == 0 {
						t.Errorf("%s: %s has no team or no number", tpl.ID, point.Name.EN)
					}
				}
			}
		}
		for _, w := range words {
			for _, lang := range i18n.Langs {
				if *w.of(lang) == "" {
					t.Errorf("%s: %q lacks %s", tpl.ID, w.EN, lang)
				}
			}
		}
	}
	if _, ok := TemplateNamed("nothing"); ok {
		t.Error("there is a template called nothing")
	}
}

func TestWhatCannotBeKeptIsNamed(t *testing.T) {
	for want, spoil := range map[string]func(*Journey){
		"name":                  func(j *Journey) { j.Name = Words{} },
		"for":                   func(j *Journey) { j.For = "plan =" },
		"stages.0.name":         func(j *Journey) { j.Stages[0].Name.RU = strings.Repeat("х", MaxName+1) },
		"stages.1.key":          func(j *Journey) { j.Stages[1].Also = []string{"TRIAL"} },
		"stages.0.key":          func(j *Journey) { j.Stages[0].Key = " " },
		"stages.0.entry":        func(j *Journey) { j.Stages[0].Entry = "drop table" },
		"stages.0.days":         func(j *Journey) { j.Stages[0].Days = Days{Usual: 9, Late: 3} },
		"stages":                func(j *Journey) { j.Stages = make([]Stage, MaxStages+1) },
		"teams.1.key":           func(j *Journey) { j.Teams = []Team{{Key: "cs", Name: Plain("a")}, {Key: "cs", Name: Plain("b")}} },
		"teams.0.color":         func(j *Journey) { j.Teams = []Team{{Key: "cs", Name: Plain("a"), Color: "pink"}} },
		"stages.0.steps.0.name": func(j *Journey) { j.Stages[0].Steps = []Step{{}} },
		"touchpoints.0.teams":   func(j *Journey) { point(j, Touchpoint{Name: Plain("x"), Teams: []string{"ghosts"}}) },
		"measures.0.metric":     func(j *Journey) { point(j, Touchpoint{Name: Plain("x"), Measures: []Measure{{Metric: "bad"}}}) },
		"measures.0.group": func(j *Journey) {
			point(j, Touchpoint{Name: Plain("x"), Measures: []Measure{{Metric: "nps", By: "plan"}}})
		},
		"touchpoints.0.name":       func(j *Journey) { point(j, Touchpoint{Name: Plain("a\x00b")}) },
		"stages.0.steps.0.touchpo": func(j *Journey) { point(j, make([]Touchpoint, MaxTouchpoints+1)...) },
	} {
		j := road()
		for i := range j.Stages {
			j.Stages[i].Entry, j.Stages[i].Exit = "", ""
		}
		spoil(j)
		err := j.Check(Knows{
			Measure: func(m Measure) error { return map[bool]error{true: errors.New("is unknown")}[m.Metric == "bad"] },
			Segment: func(text string) error { return map[bool]error{true: errors.New("is gone")}[text == "@gone"] },
		})
		named := fault.Problem(err).Errors
		if !slices.ContainsFunc(named, func(f fault.Field) bool { return strings.Contains(f.Name, want) }) {
			t.Errorf("%s: %v %+v", want, err, named)
		}
	}
}

func point(j *Journey, all ...Touchpoint) {
	j.Stages[0].Steps = []Step{{Name: Plain("step"), Touchpoints: all}}
}

func TestWhatMovesKeepsItsPlaceAmongItsLike(t *testing.T) {
	build := func() *Journey {
		p := func(name string) Touchpoint { return Touchpoint{Name: Plain(name)} }
		return &Journey{Stages: []Stage{
			{Key: "A", Name: Plain("A"), Steps: []Step{{Name: Plain("1"), Touchpoints: []Touchpoint{p("a"), p("b")}}, {Name: Plain("2"), Touchpoints: []Touchpoint{p("c")}}}},
			{Key: "B", Name: Plain("B"), Steps: []Step{{Name: Plain("3")}}}}}
	}
	show := func(j *Journey) string {
		var b strings.Builder
		for _, s := range j.Stages {
			b.WriteString(s.Name.EN)
			for _, step := range s.Steps {
				b.WriteString(step.Name.EN)
				for _, p := range step.Touchpoints {
					b.WriteString(p.Name.EN)
				}
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		spot string
		by   int
		want string
		to   string
	}{
		{"0.0.0", 1, "A1ba2cB3", "0.0.1"}, {"0.0.1", 1, "A1a2bcB3", "0.1.0"}, {"0.1.0", -1, "A1abc2B3", "0.0.2"}, {"0.0.0", -1, "A1ab2cB3", "0.0.0"},
		{"0.1.0", 1, "A1ab2cB3", "0.1.0"}, {"0.0", 1, "A2c1abB3", "0.1"}, {"0.1", 1, "A1abB2c3", "1.0"}, {"1.0", -1, "A1ab2c3B", "0.2"},
		{"0", 1, "B3A1ab2c", "1"}, {"1", 1, "A1ab2cB3", "1"}, {"0", -1, "A1ab2cB3", "0"},
	} {
		j := build()
		to, err := j.Move(ReadSpot(c.spot), c.by)
		if err != nil || show(j) != c.want || to.String() != c.to {
			t.Errorf("%s by %d: %s at %s (%v), want %s at %s", c.spot, c.by, show(j), to, err, c.want, c.to)
		}
	}
	for spot, want := range map[string]string{"0.0.1": "A1a2cB3", "0.0": "A2cB3", "0": "B3"} {
		if j := build(); j.Remove(ReadSpot(spot)) != nil || show(j) != want {
			t.Errorf("without %s: %s, want %s", spot, show(j), want)
		}
	}
	for _, spot := range []string{"", "x", "-1", "9", "0.9", "0.0.9", "0.0.0.0"} {
		if err := build().Remove(ReadSpot(spot)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", spot, err)
		}
	}
}

func TestWordsStayInTheirLanguagesUntilSomebodyWritesOthers(t *testing.T) {
	w := Words{EN: "Trial", RO: "Probă"}
	if w.In(i18n.RO) != "Probă" || w.In(i18n.RU) != "Trial" || w.Said(" Probă ", i18n.RO) != w {
		t.Error("words were lost")
	}
	if got := w.Said("First  weeks", i18n.RO); got.In(i18n.EN) != "First weeks" || got.In(i18n.RU) != "First weeks" {
		t.Errorf("%+v", got)
	}
	if got := (Words{RU: "Этап"}).In(i18n.ES); got != "Этап" {
		t.Errorf("only in one language: %q", got)
	}
	if got := fmt.Sprint(ReadSpot("2.0.1"), ReadSpot("2")); got != "2.0.1 2" {
		t.Error(got)
	}
}
