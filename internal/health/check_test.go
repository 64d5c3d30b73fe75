package health_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/memory"
)

// sound is a scorecard with nothing wrong, to which a case does one thing.
const sound = `
id: one
label: {en: One}
groups:
  - id: use
    label: {en: Use}
    weight: 100
    measures:
      - {id: people, label: {en: People}, weight: 60, read: {metric: mau}, scale: {points: [[0, 0], [10, 100]]}}
      - {id: tickets, label: {en: Tickets}, weight: 40, read: {metric: backlog, only: {priority: [urgent]}}, scale: {points: [[0, 100], [5, 0]]}}
caps:
  - {measure: tickets, above: 4, at: 40}
`

func TestAScorecardThatCannotBeUsedSaysWhereAndHowToMendIt(t *testing.T) {
	s := checking(t)
	for _, c := range []struct{ old, fresh, field, want string }{
		{"weight: 60", "weight: 50", "groups[0].measures", "add up to 90, not to 100: raise them by 10"},
		{"weight: 100", "weight: 120", "groups[0].weight", "not from 0 to 100"},
		{"metric: mau", "metric: gone", "groups[0].measures[0].read.metric", `there is no metric "gone"`},
		{"metric: mau", "metric: health", "groups[0].measures[0].read.metric", "rests on itself"},
		{"metric: mau", "metric: time_to_value", "groups[0].measures[0].read.metric", "no value for one"},
		{"id: one", "id: one\nsegment: metric at_risk_share > 0", "segment", "circular"},
		{"id: one", "id: one\nsegment: \"@weak\"", "segment", "circular definition; take out health"},
		{"above: 4", "segment: not @weak", "caps[0].segment", "circular"},
		{"[10, 100]]}}", "[10, 100]]}, limits: [{when: {segment: '@weak'}, scale: {points: [[0, 1]]}}]}", "groups[0].measures[0].limits[0].when.segment", "circular"},
		{"id: one", "id: one\nsegment: \"@gone\"", "segment", `there is no segment "gone"`},
		{"[[0, 0], [10, 100]]", "[[-1e308, 0], [1e308, 100]]", "groups[0].measures[0].scale.points", "no value with a score"},
		{"id: one", "id: one\nsegment: colour = red", "segment", "is no trait"},
		{"metric: mau", "metric: mau, event: Login", "groups[0].measures[0].read", "name exactly one of"},
		{"{metric: mau}", "{vital: pulse}", "groups[0].measures[0].read.vital", "known are days_as_customer"},
		{"{metric: mau}", "{metric: mau, window: soon}", "groups[0].measures[0].read.window", "28 days"},
		{"{metric: mau}", "{trait: contact.role}", "groups[0].measures[0].read.trait", "belongs to contacts"},
		{"only: {priority", "only: {colour", "groups[0].measures[1].read.only", "has no dimension"},
		{"[[0, 0], [10, 100]]", "[[5, 0], [5, 100]]", "groups[0].measures[0].scale.points", "divide by zero"},
		{"[[0, 0], [10, 100]]", "[[0, 0], [10, 101]]", "groups[0].measures[0].scale.points", "0 to 100"},
		{"[[0, 0], [10, 100]]", "[]", "groups[0].measures[0].scale.points", "no way from a value to a score"},
		{"id: tickets", "id: people", "groups[0].measures[1].id", "is the id of groups[0].measures[0].id too"},
		{"measure: tickets", "measure: nothing", "caps[0].measure", "there is no measure"},
		{", above: 4", "", "caps[0]", "neither above nor below"},
		{"id: one", "id: one\nbands: {good: 40, average: 60}", "bands", "good above average"},
		{"id: one", "id: global", "id", "global"},
		{"[10, 100]]}}", "[10, 100]]}, missing: keep, days: 3}", "groups[0].measures[0].days", "7 days or more"},
		{"[10, 100]]}}", "[10, 100]]}, limits: [{when: {}, scale: {points: [[0, 1]]}}]}", "groups[0].measures[0].limits[0].when", "states no condition"},
		{"[10, 100]]}}", "[10, 100]]}, limits: [{when: {months: [13]}, scale: {points: [[0, 1]]}}]}", "groups[0].measures[0].limits[0].when.months", "13 is no month"},
	} {
		card, err := health.Parse([]byte(strings.Replace(sound, c.old, c.fresh, 1)))
		if err != nil {
			t.Errorf("%s: %v", c.fresh, err)
			continue
		}
		err = s.Check(context.Background(), &card)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Name != c.field || !strings.Contains(f.Fields[0].Reason, c.want) {
			t.Errorf("%s: %v, want the field %s and %q", c.fresh, err, c.field, c.want)
		}
	}
	card, err := health.Parse([]byte(sound))
	if err == nil {
		err = s.Check(context.Background(), &card)
	}
	if err != nil {
		t.Errorf("what is sound is refused: %v", err)
	}
	for _, number := range []string{".nan", "-.inf", "1e999"} {
		if _, err := health.Parse([]byte(strings.Replace(sound, "weight: 60", "weight: "+number, 1))); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "line 9") {
			t.Errorf("the weight %s: %v", number, err)
		}
	}
	if _, err := health.Parse([]byte("id: a\nwieght: 3")); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "wieght") {
		t.Errorf("a mistyped field is not named: %v", err)
	}
}

func TestAPreviewSaysWhoMatchesNobodyAndWhoSeveral(t *testing.T) {
	w := &world{values: map[string]float64{}, texts: map[string]string{}, ids: []string{"a", "b"}}
	first, err := health.Parse([]byte(strings.Replace(sound, "id: one", "id: first", 1)))
	if err != nil {
		t.Fatal(err)
	}
	first.Changed = then
	w.cards = []health.Scorecard{first}
	draft, err := health.Parse([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	warned := func(draft health.Scorecard) string {
		p, _, err := w.service().Preview(context.Background(), draft, later, func(string) bool { return true }, 5)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, one := range p.Warnings {
			all = append(all, one.Kind+" "+one.Scorecard)
		}
		return strings.Join(all, ", ")
	}
	if got := warned(draft); got != "nobody , several first" { // the first by id is taken
		t.Errorf("of equals: %q", got)
	}
	draft.Priority = 1
	if got := warned(draft); got != "few " {
		t.Errorf("with a priority: %q", got)
	}
	draft.Segment = "big"
	if got := warned(draft); got != "nobody " {
		t.Errorf("in a segment without accounts: %q", got)
	}
}

// TestADraftIsTriedAnewWithoutReadingFactsAgain changes weights and bands of drawn drafts, beside present scores and without any.
func TestADraftIsTriedAnewWithoutReadingFactsAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		s := w.service()
		draft := drawCard(t, "draft")
		f := &health.Fitting{Service: s, Memory: memory.New(memory.For(5*time.Minute, 0, 500), time.Now, func() log.Position { return 0 }, func(err error) { t.Error(err) })}
		var present *health.Table
		if rapid.Bool().Draw(t, "scored") {
			var err error
			if present, err = s.Table(context.Background(), health.Question{At: later}); err != nil {
				t.Fatal(err)
			}
		}
		all := func(string) bool { return true }
		for i := range 3 {
			w.read = nil
			got, _, err := f.Preview(context.Background(), present, draft, later.Add(time.Duration(i)*time.Second), all, 5)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && len(w.read) > 0 {
				t.Fatalf("after a change of weights %v is read again", w.read)
			}
			want, _, err := s.Preview(context.Background(), draft, later, all, 5)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("tried %d times: %+v, want %+v", i, got, want)
			}
			draft.Bands = health.Bands{Good: float64(60 + 10*i), Average: 30}
			draft.Groups[0].Weight *= 0.5
		}
		f.Memory.Forget()
		w.read = nil
		if _, _, err := f.Preview(context.Background(), nil, draft, later, all, 5); err != nil || len(w.read) == 0 {
			t.Fatalf("once all is forgotten %v is read, %v", w.read, err)
		}
	})
}
