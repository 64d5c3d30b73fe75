package health_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
)

// TestASegmentThatCannotBeReadTakesOnlyWhatRestsOnItAway draws companies in which nobody knows who is "big", and scores them
// beside the same company without the scorecards for the big and without data wherever limits for the big might hold.
func TestASegmentThatCannotBeReadTakesOnlyWhatRestsOnItAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for i := range w.cards {
			w.cards[i].Caps = nil
		}
		w.unread = map[string]error{"big": fault.Said("there is no segment %q", "big")}
		poorer := *w
		poorer.cards = nil
		for _, card := range w.cards {
			if card.Segment == "big" {
				continue
			}
			card.Groups = slices.Clone(card.Groups)
			for g := range card.Groups {
				group := &card.Groups[g]
				group.Measures = slices.Clone(group.Measures)
				for i := range group.Measures {
					if m := &group.Measures[i]; len(m.Limits) > 0 && m.Limits[0].When.Segment == "big" {
						m.Judged, m.Missing, m.Days, m.Limits = false, "", 0, nil
						m.Read = metric.Reading{Metric: "unheard of"}
					}
				}
			}
			poorer.cards = append(poorer.cards, card)
		}
		got, err := w.service().Table(context.Background(), health.Question{At: later})
		if err != nil {
			t.Fatal(err)
		}
		want, err := poorer.service().Table(context.Background(), health.Question{At: later})
		if err != nil {
			t.Fatal(err)
		}
		for row, id := range got.IDs {
			alone, err := w.service().Table(context.Background(), health.Question{At: later, Accounts: []account.Account{account.Account(row + 1)}})
			if err != nil {
				t.Fatal(err)
			}
			for _, aspect := range got.Aspects {
				x, y := got.Of(row, aspect), want.Of(row, aspect)
				if y == nil {
					y = &health.Score{}
				}
				if x.Known != y.Known || math.Abs(x.Value-y.Value) > 1e-9 || math.Abs(x.Coverage-y.Coverage) > 1e-9 || (x.Card == nil) != (y.Card == nil) || x.Card != nil && x.Card.ID != y.Card.ID {
					t.Fatalf("%s of %s is %+v, want %+v", aspect, id, x, y)
				}
				gaps := got.GapsOf(row, aspect)
				for _, card := range w.cards {
					might := card.Segment == "big" && card.Aspect == aspect && (len(card.Stages) == 0 || w.texts[key(later, id, "stage")] == card.Stages[0]) &&
						(x.Card == nil || card.Priority > x.Card.Priority || card.Priority == x.Card.Priority && card.ID < x.Card.ID)
					said := slices.ContainsFunc(gaps, func(g health.Gap) bool { return g.Kind == health.WhoGets && g.Card.ID == card.ID })
					if might != said {
						t.Fatalf("%s might be given %s: %v, said %v", id, card.ID, might, said)
					}
				}
				if few := alone.GapsOf(0, aspect); len(few) != len(gaps) {
					t.Fatalf("%s alone has %d gaps, among all %d", id, len(few), len(gaps))
				}
			}
		}
	})
}

func TestWhatCannotBeDecidedIsSaidByNameAndReason(t *testing.T) {
	reads := func(id string) health.Measure {
		return health.Measure{ID: id, Label: label("Measure " + id), Weight: 50, Missing: health.Poor, Read: metric.Reading{Metric: id}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}
	}
	limited, broken := reads("a"), reads("b")
	limited.Limits = []health.Limit{{When: health.When{Segment: "big", YoungerThan: 90}, Scale: health.Scale{Points: [][2]float64{{0, 100}}}}}
	w := &world{values: map[string]float64{}, texts: map[string]string{}, ids: []string{"young", "old"}, unread: map[string]error{"big": fault.Said("there is no segment %q", "big")},
		unreadable: map[string]error{"b": fault.Said("there is no metric %q", "b")}}
	w.cards = []health.Scorecard{
		{ID: "all", Label: label("For all"), Changed: then, Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{limited, broken, reads("c")}}},
			Caps: []health.Cap{{Label: label("Held"), Segment: "big", At: 50}, {Label: label("Beyond"), Segment: "big", At: 95}}},
		{ID: "some", Label: label("For some"), Aspect: "money", Segment: "big", Changed: then, Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{reads("c")}}}},
	}
	for id, age := range map[string]float64{"young": 10, "old": 900} {
		w.values[key(later, id, "created_at")] = age
		w.values[key(later, id, "a")], w.values[key(later, id, "c")] = 40, 80
	}
	table, err := w.service().Table(context.Background(), health.Question{At: later})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]struct {
		score float64
		gaps  []string
	}{
		"young": {80, []string{"For some", "Measure a", "Measure b", "Held"}},
		"old":   {60, []string{"For some", "Measure b", "Held"}},
	} {
		row, _ := table.Row(id)
		sheet := table.Sheet(row, health.Words{Unit: func(metric.Reading) metric.Unit { return "" }}, nil)
		if len(sheet.Scores) != 1 || sheet.Score == nil || *sheet.Score != want.score || len(sheet.Undecided) != len(want.gaps) {
			t.Fatalf("%s: %+v, want %v", id, sheet, want)
		}
		for _, what := range want.gaps {
			if !slices.ContainsFunc(sheet.Undecided, func(g health.SheetGap) bool {
				return strings.Contains(g.Text, "“"+what+"”") && (strings.Contains(g.Text, `there is no segment "big"`) || strings.Contains(g.Text, `there is no metric "b"`))
			}) {
				t.Errorf("%s: %q is not said: %+v", id, what, sheet.Undecided)
			}
		}
	}
	if gaps := table.Gaps(); len(gaps) != 5 {
		t.Errorf("in all %d: %+v", len(gaps), gaps)
	}
	some := health.Service{Reader: w, Keeper: w, Now: func() time.Time { return later }}
	err = some.Past(context.Background(), w.cards[1:], []time.Time{later}, func(int, []*health.Past) error { return nil })
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), `there is no segment "big"`) {
		t.Errorf("a backtest of it: %v", err)
	}
}

// What fails to be read of the accounts that were touched is known of nobody until all are read again.
func TestWhatFailsForOneAccountIsLeftOutOfAllScores(t *testing.T) {
	w := &world{values: map[string]float64{}, texts: map[string]string{}, ids: []string{"a", "b"}}
	measure := func(id string) health.Measure {
		return health.Measure{ID: id, Label: label(id), Weight: 50, Missing: health.Poor, Read: metric.Reading{Metric: id}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}
	}
	w.cards = []health.Scorecard{{ID: "all", Label: label("all"), Changed: then, Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{measure("x"), measure("y")}}}}}
	for _, id := range w.ids {
		w.values[key(later, id, "x")], w.values[key(later, id, "y")] = 20, 80
	}
	s := w.service()
	table, err := s.Table(context.Background(), health.Question{At: later})
	if err != nil {
		t.Fatal(err)
	}
	scores := func(want float64, gaps int) {
		t.Helper()
		for row, id := range table.IDs {
			if got := table.Whole(row); got.Value != want || len(table.GapsOf(row, "health")) != gaps {
				t.Errorf("%s scores %v with %v, want %v with %d", id, got.Value, table.GapsOf(row, "health"), want, gaps)
			}
		}
	}
	scores(50, 0)
	renew := func() {
		t.Helper()
		if table, err = s.Renewed(context.Background(), table, health.Question{At: later, Accounts: []account.Account{1}}); err != nil {
			t.Fatal(err)
		}
	}
	w.unreadable = map[string]error{"x": fault.Said("x can't be computed: %s", "so")}
	renew()
	scores(80, 1)
	w.unreadable = nil // the accounts that were touched can be read
	renew()
	scores(80, 1)
}
