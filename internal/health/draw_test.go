package health_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// world is a made-up company: what is read of each account at an instant, and what is kept.
type world struct {
	cards  []health.Scorecard
	judged []health.Judgement
	// values of an account at an instant by what is read; NaN or absent is not known.
	values map[string]float64
	texts  map[string]string
	ids    []string
	read   []string // what was asked for
	// unread and unreadable are segments and metrics whose definitions can't be read, and why.
	unread, unreadable map[string]error
}

func key(at time.Time, id, what string) string {
	return at.Format(time.DateOnly) + " " + id + " " + what
}

func (w *world) Scorecards(context.Context) ([]health.Scorecard, error) { return w.cards, nil }
func (w *world) Judgements(context.Context) ([]health.Judgement, error) { return w.judged, nil }

func (w *world) CheckReading(metric.Reading, func(string, string, ...any)) {}
func (w *world) SegmentMetrics(context.Context, string) ([]string, error)  { return nil, nil }
func (w *world) CheckSegment(context.Context, string, json.RawMessage) (account.Segment, error) {
	return account.Segment{}, nil
}

func (w *world) value(at time.Time, id, what string) float64 {
	if x, ok := w.values[key(at, id, what)]; ok {
		return x
	}
	return math.NaN()
}

func nameOf(r metric.Reading) string { return r.Metric + r.Event + r.Vital + r.Trait }

func (w *world) Read(_ context.Context, a metric.ReadingAsk) (*metric.Read, error) {
	out := &metric.Read{At: a.At}
	only := map[account.Account]bool{}
	for _, n := range a.Accounts {
		only[n] = true
	}
	for i, id := range w.ids {
		if a.Accounts == nil || only[account.Account(i+1)] {
			out.Accounts, out.IDs = append(out.Accounts, account.Account(i+1)), append(out.IDs, id)
		}
	}
	for _, r := range a.Readings {
		w.read = append(w.read, nameOf(r))
		c := metric.Column{Problem: w.unreadable[nameOf(r)]}
		if r.ReadsText() {
			c.Texts = make([]string, len(out.IDs))
		}
		for i, id := range out.IDs {
			c.Value = append(c.Value, w.value(a.At, id, nameOf(r)))
			if r.Change {
				c.Before = append(c.Before, w.value(a.At, id, nameOf(r)+" before"))
			}
			if r.Back > 0 {
				c.Age = append(c.Age, int(math.Max(0, w.value(a.At, id, nameOf(r)+" age"))))
			}
			if c.Texts != nil {
				c.Texts[i] = w.texts[key(a.At, id, nameOf(r))]
			}
		}
		out.Columns = append(out.Columns, c)
	}
	for _, s := range a.Segments {
		var in []bool
		for _, id := range out.IDs {
			in = append(in, w.unread[s] == nil && w.texts[key(a.At, id, "in "+s)] != "")
		}
		out.Members, out.Unread = append(out.Members, in), append(out.Unread, w.unread[s])
	}
	return out, nil
}

func label(s string) i18n.Text { return i18n.Text{EN: s} }

// The two instants of every drawn world.
var (
	then  = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	later = time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC)
)

// drawCard draws a scorecard with everything that makes scoring hard.
func drawCard(t *rapid.T, id string) health.Scorecard {
	number := func(name string, low, high int) float64 { return float64(rapid.IntRange(low, high).Draw(t, name)) }
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	scale := func() health.Scale {
		s := health.Scale{Steps: rapid.Bool().Draw(t, "steps")}
		x := number("from", -50, 20)
		for range rapid.IntRange(1, 4).Draw(t, "points") {
			s.Points = append(s.Points, [2]float64{x, number("score", 0, 100)})
			x += number("further", 1, 40)
		}
		return s
	}
	weights := func(n int) []float64 {
		all, rest := make([]float64, n), 100.0
		for i := range all {
			if all[i] = number("weight", 0, int(rest)); i == n-1 {
				all[i] = rest
			}
			rest -= all[i]
		}
		return all
	}
	card := health.Scorecard{ID: id, Label: label(id), Aspect: pick("aspect", "health", "health", "money"), Priority: rapid.IntRange(0, 3).Draw(t, "priority"), Changed: then.AddDate(-1, 0, 0), Floor: number("floor", 0, 1),
		Tree: health.TreeRule(pick("tree", "", "own", "average", "worst", "value")), Segment: pick("segment", "", "", "big"), LeastCoverage: number("coverage", 0, 40)}
	if rapid.Bool().Draw(t, "staged") {
		card.Stages = []string{"live"}
	}
	n := 0
	groups := weights(rapid.IntRange(1, 3).Draw(t, "groups"))
	for g, weight := range groups {
		group := health.ScoreGroup{ID: fmt.Sprint("g", g), Label: label("group"), Weight: weight}
		for _, weight := range weights(rapid.IntRange(1, 4).Draw(t, "measures")) {
			n++
			m := health.Measure{ID: fmt.Sprint("m", n), Label: label("measure"), Weight: weight, Scale: scale(), Missing: health.Missing(pick("missing", "", "leave_out", "poor", "keep"))}
			m.Read = metric.Reading{Metric: pick("metric", "a", "b", "c", "d", "e", "f"), Change: rapid.IntRange(0, 3).Draw(t, "change") == 0}
			if m.Missing == health.Keep {
				m.Days, m.Read.Change = 30, false
			}
			if m.Judged = rapid.IntRange(0, 5).Draw(t, "judged") == 0; m.Judged {
				m.Read, m.Missing, m.Days = metric.Reading{}, "", 0
			}
			if rapid.IntRange(0, 3).Draw(t, "planned") == 0 {
				m.Plans = []string{"pro"}
			}
			if rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
				m.Limits = []health.Limit{{When: rapid.SampledFrom([]health.When{{Months: []int{12}}, {Segment: "big"}, {YoungerThan: 90}}).Draw(t, "when"), Scale: scale()}}
			}
			group.Measures = append(group.Measures, m)
		}
		card.Groups = append(card.Groups, group)
	}
	for range rapid.IntRange(0, 2).Draw(t, "caps") {
		above := number("above", -20, 40)
		card.Caps = append(card.Caps, health.Cap{Measure: "m1", Above: &above, At: number("cap", 10, 90)})
	}
	return card
}

// drawWorld draws accounts, some below others, at both instants.
func drawWorld(t *rapid.T) *world {
	w := &world{values: map[string]float64{}, texts: map[string]string{}, ids: []string{"a", "b", "c", "d"}}
	for i := range rapid.IntRange(1, 3).Draw(t, "cards") {
		w.cards = append(w.cards, drawCard(t, fmt.Sprint("card", i)))
	}
	for _, at := range []time.Time{then, later} {
		for i, id := range w.ids {
			for _, what := range []string{"a", "b", "c", "d", "e", "f", "mrr", "created_at", "health_override"} {
				for _, more := range []string{"", " before", " age"} {
					if rapid.IntRange(0, 3).Draw(t, "known") > 0 && what != "health_override" {
						w.values[key(at, id, what+more)] = float64(rapid.IntRange(-40, 80).Draw(t, "value"))
					}
				}
			}
			w.texts[key(at, id, "plan")] = rapid.SampledFrom([]string{"pro", "free", ""}).Draw(t, "plan")
			w.texts[key(at, id, "stage")] = rapid.SampledFrom([]string{"live", "trial"}).Draw(t, "stage")
			w.texts[key(at, id, "in big")] = rapid.SampledFrom([]string{"", "yes"}).Draw(t, "big")
			if i > 0 {
				w.texts[key(at, id, "parent_account_id")] = rapid.SampledFrom(append([]string{""}, w.ids[:i]...)).Draw(t, "parent")
			}
		}
	}
	for i := range w.cards {
		w.cards[i].Each(func(_ *health.ScoreGroup, m *health.Measure) {
			if m.Judged && rapid.Bool().Draw(t, "is judged") {
				x := float64(rapid.IntRange(-20, 60).Draw(t, "judged as"))
				made := rapid.SampledFrom([]time.Time{then.AddDate(0, 0, -9), then.AddDate(0, 0, 9)}).Draw(t, "made")
				w.judged = append(w.judged, health.Judgement{Account: "a", Scorecard: w.cards[i].ID, Measure: m.ID, Value: &x, Reason: "so", Made: made, Until: made.AddDate(0, 6, 0)})
			}
		})
	}
	return w
}

func (w *world) service() *health.Service {
	return &health.Service{Reader: w, Keeper: w, Now: func() time.Time { return later }}
}
