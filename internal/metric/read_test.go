package metric_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/metric"
)

// counts are readings with their recount in plain loops: what is read of an account at the end of a day.
var counts = []struct {
	reading metric.Reading
	want    func(c recount, a string, to time.Time) float64
}{
	{metric.Reading{Metric: "mrr", Window: "30 days"}, func(c recount, a string, to time.Time) float64 { return c.metricValue("mrr", "standard", a, 30, to) }},
	{metric.Reading{Metric: "nps", Window: "60 days"}, func(c recount, a string, to time.Time) float64 { return c.metricValue("nps", "standard", a, 60, to) }},
	{metric.Reading{Metric: "csat", Window: "90 days", Variant: "mean"}, func(c recount, a string, to time.Time) float64 { return c.metricValue("csat", "mean", a, 90, to) }},
	{metric.Reading{Event: "Report Opened", Window: "14 days"}, func(c recount, a string, to time.Time) float64 {
		n, _, _ := c.done("events", a, since(to, 14), to, called("Report Opened"))
		return float64(n)
	}},
	{metric.Reading{Event: "*", Counted: "days", Window: "30 days"}, func(c recount, a string, to time.Time) float64 {
		_, n, _ := c.done("events", a, since(to, 30), to, anything)
		return float64(n)
	}},
	{metric.Reading{Event: "*", Counted: "people", Window: "30 days"}, func(c recount, a string, to time.Time) float64 {
		_, _, n := c.done("events", a, since(to, 30), to, anything)
		return float64(n)
	}},
	{metric.Reading{Trait: "created_at"}, func(c recount, a string, to time.Time) float64 {
		t, err := time.Parse(time.RFC3339, c.trait(a, "created_at", to))
		if err != nil {
			if t, err = time.Parse(time.DateOnly, c.trait(a, "created_at", to)); err != nil {
				return math.NaN()
			}
		}
		return to.Sub(t).Hours() / 24
	}},
	{metric.Reading{Answer: "nps", Window: "90 days"}, func(c recount, a string, to time.Time) float64 {
		r, ok := c.last("answers", to, func(r row) bool {
			return r.text("kind") == "nps" && r.has("score") && !r.at.Before(since(to, 90)) && c.accountOf(r) == a
		})
		if !ok {
			return math.NaN()
		}
		return 10 * r.number("score")
	}},
}

// metricValue is an account's own value; counts and amounts of nothing are 0.
func (c recount) metricValue(id, variant, account string, days int, to time.Time) float64 {
	c.from, c.to, c.only = since(to, days), to, account
	t, counted := c.tallies(id, variant)[""]
	if x, known := t.value(); known && (counted || id == "mrr") {
		return x
	}
	return math.NaN()
}

func closeTo(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-6*max(1, math.Abs(a), math.Abs(b))
}

// TestWhatIsReadOfAccountsEqualsARecount draws random companies and reads all accounts at ends of days, live, as was
// known then, and only some of them.
func TestWhatIsReadOfAccountsEqualsARecount(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			left := map[string]int{"duckdb": draws, "postgres": max(1, draws/3)}[engine]
			rapid.Check(t, func(rt *rapid.T) {
				if left--; left < 0 {
					return
				}
				rows := richCompany(rt)
				if len(rows) == 0 {
					return
				}
				l, s := serving(t, engine)
				defer l.Close()
				load(rt, l, rows)
				ask := metric.ReadingAsk{At: dawn.AddDate(0, 0, rapid.IntRange(20, 181).Draw(rt, "day")), Segments: []string{"plan = team"}}
				for _, one := range counts {
					ask.Readings = append(ask.Readings, one.reading)
				}
				all := reading(rt, s, ask)
				for i, id := range all.IDs {
					c := recount{rows: until(rows, ask.At)}
					for n, one := range counts {
						if want := one.want(c, id, ask.At); !closeTo(all.Columns[n].Value[i], want) {
							rt.Fatalf("%+v of %s at %s is %v, want %v", one.reading, id, ask.At, all.Columns[n].Value[i], want)
						}
					}
					if want := c.trait(id, "plan", ask.At) == "team"; all.Members[0][i] != want {
						rt.Fatalf("%s is in the segment: %v, want %v", id, all.Members[0][i], want)
					}
				}
				if len(all.Accounts) > 1 {
					some := ask
					some.Accounts = []account.Account{all.Accounts[len(all.Accounts)-1], all.Accounts[0]}
					alike(rt, "only some accounts", ask.Readings, all, reading(rt, s, some), 2)
				}
			})
		})
	}
}

// TestEveryReadingOfOneAccountAloneIsThatAmongAll draws random companies and reads all that can be read, and who is in
// segments, of everybody and of one account alone, at midnight and within a day.
func TestEveryReadingOfOneAccountAloneIsThatAmongAll(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			left := map[string]int{"duckdb": 2, "postgres": 1}[engine]
			rapid.Check(t, func(rt *rapid.T) {
				if left--; left < 0 {
					return
				}
				l, s := serving(t, engine)
				defer l.Close()
				load(rt, l, richCompany(rt))
				ask := metric.ReadingAsk{At: dawn.AddDate(0, 0, rapid.IntRange(40, 181).Draw(rt, "day")).Add(time.Duration(rapid.SampledFrom([]int{0, 13}).Draw(rt, "hour")) * time.Hour),
					Readings: everyReading(s), Segments: []string{"metric customers > 0", "plan = team", "metric backlog > 0 or not metric customers > 0", "did any event >= 2 times in 60 days"}}
				all := reading(rt, s, ask)
				if len(all.IDs) == 0 {
					return
				}
				at := rapid.IntRange(0, len(all.IDs)-1).Draw(rt, "account")
				ask.Accounts = []account.Account{all.Accounts[at]}
				alone := reading(rt, s, ask)
				alike(rt, fmt.Sprint("alone at ", ask.At), ask.Readings, all, alone, 1)
				for n, text := range ask.Segments {
					if alone.Members[n][0] != all.Members[n][at] {
						rt.Fatalf("%s is in %q alone: %v", alone.IDs[0], text, alone.Members[n][0])
					}
				}
			})
		})
	}
}

func reading(t *rapid.T, s *metric.Service, a metric.ReadingAsk) *metric.Read {
	got, err := s.Read(context.Background(), a)
	if err != nil {
		t.Fatalf("%d readings at %s: %v", len(a.Readings), a.At, err)
	}
	return got
}

// alike compares what two readings say of the accounts of the second one, which must be n.
func alike(t *rapid.T, what string, readings []metric.Reading, a, b *metric.Read, n int) {
	if len(b.IDs) != n {
		t.Fatalf("%s: %v, want %d of %v", what, b.IDs, n, a.IDs)
	}
	for j, id := range b.IDs {
		i := slices.Index(a.IDs, id)
		if i < 0 {
			t.Fatalf("%s: %s is not among %v", what, id, a.IDs)
		}
		for c := range readings {
			x, y := a.Columns[c], b.Columns[c]
			if !closeTo(x.Value[i], y.Value[j]) || x.Before != nil && !closeTo(x.Before[i], y.Before[j]) || x.Texts != nil && x.Texts[i] != y.Texts[j] || x.Age != nil && x.Age[i] != y.Age[j] {
				t.Fatalf("%s: %+v of %s is %v, want %v (%v %v)", what, readings[c], id, y.Value[j], x.Value[i], y.Before, x.Before)
			}
		}
	}
}

// everyReading is every metric that has a value for an account, and every vital sign.
func everyReading(s *metric.Service) []metric.Reading {
	var all []metric.Reading
	for _, d := range s.Catalog.All() {
		for _, variant := range d.VariantIDs() {
			r := metric.Reading{Metric: d.ID, Variant: variant, Window: "40 days", Change: len(all)%4 == 0}
			fine := true
			s.CheckReading(r, func(string, string, ...any) { fine = false })
			if fine {
				all = append(all, r)
			}
		}
	}
	for _, v := range metric.Vitals() {
		all = append(all, metric.Reading{Vital: v.ID, Window: "60 days"})
	}
	return append(all, metric.Reading{Event: "Report Opened", Window: "14 days", Change: true}, metric.Reading{Event: "*", Counted: "people"},
		metric.Reading{Trait: "plan"}, metric.Reading{Answer: "csat", Window: "30 days", Back: 60}, metric.Reading{Metric: "nps", Window: "7 days", Back: 90})
}

// until is what had happened before an instant, and who is who of all times.
func until(rows []row, at time.Time) []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		return !r.at.Before(at) && !slices.Contains([]string{"links", "memberships", "contacts"}, r.kind)
	})
}

func TestWhatComesLaterOnTheDayIsNotReadAtAnInstantWithinIt(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			l, s := serving(t, engine)
			noon := dawn.AddDate(0, 0, 30).Add(12 * time.Hour)
			did := func(at time.Time, account, user string) row {
				return row{kind: "events", at: at, account: account, user: user, f: map[string]any{"name": "Report Opened"}}
			}
			load(t, l, []row{did(noon.Add(-time.Hour), "acme", "ann"), did(noon.Add(time.Hour), "acme", "bob")})
			ask := metric.ReadingAsk{At: noon, Segments: []string{"did any event >= 2 times in 7 days"}}
			for _, counted := range []string{"times", "days", "people"} {
				ask.Readings = append(ask.Readings, metric.Reading{Event: "*", Counted: counted}, metric.Reading{Event: "Report Opened", Counted: counted})
			}
			ask.Readings = append(ask.Readings, metric.Reading{Metric: "mau"})
			got, err := s.Read(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if got.IDs[0] != "acme" || got.Members[0][0] {
				t.Fatalf("%v, in the segment: %v", got.IDs, got.Members)
			}
			for n, c := range got.Columns {
				if c.Value[0] != 1 {
					t.Errorf("%+v is %v", ask.Readings[n], c.Value[0])
				}
			}
		})
	}
}

// TestNothingThatHappensLaterChangesWhatWasRead cuts random companies at an instant: what is read then must be the same
// whether or not the rest follows. Who is who is told of all times in both, since that alone is a matter of what is known.
func TestNothingThatHappensLaterChangesWhatWasRead(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			left := map[string]int{"duckdb": 2, "postgres": 1}[engine]
			rapid.Check(t, func(rt *rapid.T) {
				if left--; left < 0 {
					return
				}
				rows := richCompany(rt)
				at := dawn.AddDate(0, 0, rapid.IntRange(40, 150).Draw(rt, "day"))
				early := until(rows, at)
				if len(early) == 0 {
					return
				}
				ask := metric.ReadingAsk{At: at}
				var read [2]*metric.Read
				for i, some := range [][]row{early, rows} {
					l, s := serving(t, engine)
					load(rt, l, some)
					ask.Readings = everyReading(s)
					if len(ask.Readings) < 60 {
						rt.Fatalf("only %d readings", len(ask.Readings))
					}
					read[i] = reading(rt, s, ask)
					l.Close()
				}
				alike(rt, fmt.Sprint("with what came after ", at), ask.Readings, read[0], read[1], len(read[0].IDs))
			})
		})
	}
}
