package backtest_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
)

// A ticket that was opened forty days ago is told of ten days ago: what was known before stays as it was, and whatever is
// recomputed counts it from the day on which it was opened.
func TestAFactThatComesAMonthLateChangesWhatIsRecomputedAndNothingThatWasKnown(t *testing.T) {
	for _, engine := range []string{"duckdb", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t, engine, dusk)
			old, opened, received := dawn.AddDate(-1, 0, 0), dusk.AddDate(0, 0, -40), dusk.AddDate(0, 0, -10)
			before, after := dusk.AddDate(0, 0, -20), dusk.AddDate(0, 0, -5)
			for _, id := range []string{"late", "calm"} {
				h.tell("accounts", id, "", old, old, "plan", "team")
				h.tell("subscriptions", id, "", old, old, "subscription_id", id, "status", "active", "amount", "50", "currency", "EUR", "interval", "month")
				h.tell("tickets", id, "", old, old, "ticket_id", id, "status", "solved")
			}
			for _, ticket := range []string{"1", "2", "3"} {
				h.tell("tickets", "late", "", opened, received, "ticket_id", ticket, "status", "open")
			}
			h.load()
			card := useful()
			card.Changed, card.Version = old, 1
			card.Groups[0].Measures = []health.Measure{{ID: "open", Label: named("open"), Weight: 100, Read: metric.Reading{Metric: "backlog"}, Scale: health.Scale{Points: [][2]float64{{0, 100}, {4, 0}}}}}
			h.Health.Keeper = cards{card}
			table := func(at time.Time, known bool) *health.Table {
				t.Helper()
				one, err := h.Health.Table(t.Context(), health.Question{At: at, Known: known})
				if err != nil {
					t.Fatal(err)
				}
				return one
			}
			for name, c := range map[string]struct {
				at    time.Time
				known bool
				want  float64
			}{
				"as known while it was on its way": {before, true, 100}, "recomputed for then": {before, false, 25},
				"as known once it had come": {after, true, 25}, "recomputed for after": {after, false, 25}, "before it was opened": {opened.AddDate(0, 0, -1), false, 100},
			} {
				one := table(c.at, c.known)
				for id, want := range map[string]float64{"late": c.want, "calm": 100} {
					if row, ok := one.Row(id); !ok || one.Of(row, "health").Value != want {
						t.Errorf("%s: %s is %+v, want %g", name, id, one.Of(row, "health"), want)
					}
				}
			}

			// A change as known is the ticket's; recomputed there is none. Its steps add up.
			for known, want := range map[bool]float64{true: -75, false: 0} {
				c, err := h.Health.Change(t.Context(), health.ChangeAsk{ID: "late", Aspect: "health", From: before, To: after, Known: known})
				sum := 0.0
				for _, s := range c.Steps {
					sum += s.Points
				}
				if err != nil || math.Abs(sum-want) > 1e-9 || math.Abs(c.Difference-want) > 1e-9 {
					t.Errorf("known %v: %+v %v, want %g", known, c, err, want)
				}
			}

			// History is recomputed with it, movements too; those as known move when it came.
			told, err := health.Recomputed(t.Context(), h.Health.Table, "late", nil, nil, []time.Time{opened.AddDate(0, 0, -1), before, after})
			if err != nil {
				t.Fatal(err)
			}
			var scores []float64
			for _, one := range told {
				if one.Aspect == "health" {
					scores = append(scores, *one.Score)
				}
			}
			if len(scores) != 3 || scores[0] != 100 || scores[1] != 25 || scores[2] != 25 {
				t.Errorf("the history is %v", scores)
			}
			for known, want := range map[bool]int{true: 1, false: 0} {
				f, err := h.Health.Flow(context.Background(), before, after, table(before, known).Places("health"), table(after, known).Places("health"), func(string) bool { return true })
				if err != nil {
					t.Fatal(err)
				}
				moved := 0
				for _, m := range f.Movements {
					if m.From != m.To {
						moved += m.Count
					}
				}
				if moved != want {
					t.Errorf("known %v: %d moved, want %d: %+v", known, moved, want, f.Movements)
				}
			}
		})
	}
}

// An answer that was given forty days ago and told of ten days ago contradicts the score: the case is there from then on, and
// for the time before once it is looked at anew, but nobody could have seen it.
func TestACaseSeesALateAnswerOnceItIsTold(t *testing.T) {
	for _, engine := range []string{"duckdb", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t, engine, dusk)
			old, given, received := dawn.AddDate(-1, 0, 0), dusk.AddDate(0, 0, -40), dusk.AddDate(0, 0, -10)
			for _, id := range []string{"late", "calm"} {
				h.tell("accounts", id, "", old, old, "plan", "team")
				h.tell("tickets", id, "", old, old, "ticket_id", id, "status", "solved")
				h.tell("answers", id, "", old, old, "kind", "nps", "score", "9")
			}
			h.tell("answers", "late", "", given, received, "kind", "nps", "score", "1")
			h.load()
			card := useful()
			card.Changed, card.Version = old, 1
			card.Groups[0].Measures = []health.Measure{{ID: "open", Label: named("open"), Weight: 100, Read: metric.Reading{Metric: "backlog"}, Scale: health.Scale{Points: [][2]float64{{0, 100}, {4, 0}}}}}
			h.Health.Keeper = cards{card}
			for name, c := range map[string]struct {
				at    time.Time
				known bool
				want  int
			}{
				"as known while it was on its way": {dusk.AddDate(0, 0, -20), true, 0}, "looked at anew for then": {dusk.AddDate(0, 0, -20), false, 1},
				"as known once it had come": {dusk.AddDate(0, 0, -5), true, 1}, "before it was given": {given.AddDate(0, 0, -1), false, 0},
			} {
				table, err := h.Health.Table(t.Context(), health.Question{At: c.at, Known: c.known})
				if err != nil {
					t.Fatal(err)
				}
				said, err := h.Health.Sayings(t.Context(), table, func(string, string) (health.Told, bool) { return health.Told{}, false })
				if err != nil {
					t.Fatal(err)
				}
				cases := health.Follow(nil, said, c.at)
				if len(cases) != c.want || c.want > 0 && (cases[0].Account != "late" || cases[0].State != health.CaseOpen) {
					t.Errorf("%s: %+v, want %d", name, cases, c.want)
				}
			}
		})
	}
}
