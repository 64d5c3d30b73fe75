package metric_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

// engines are the two lakes every answer is checked on.
var engines = []string{"duckdb", "postgres"}

// serving opens an empty lake on an engine and a service over it, as on 1 August 2026.
func serving(t *testing.T, engine string) (*lake.Lake, *metric.Service) {
	t.Helper()
	o := lake.Options{Zone: time.UTC, Path: filepath.Join(t.TempDir(), "lake.duckdb"), Threads: 1}
	if engine == "postgres" {
		o.Path, o.URL = "", postgrestest.Start(t)
	}
	l, err := lake.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, serve(t, l)
}

func serve(t testing.TB, l *lake.Lake) *metric.Service {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return &metric.Service{Catalog: catalog, Zone: time.UTC, Currency: "EUR",
		Now:  func() time.Time { return time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC) },
		Open: func(ctx context.Context, asOf *time.Time) (metric.View, error) { return l.View(ctx, asOf) }}
}

// load puts rows into the lake in their order of arrival, in a few batches.
func load(t interface{ Fatal(...any) }, l *lake.Lake, rows []row) {
	all, err := facts(rows)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(all); {
		end := min(len(all), at+1+len(all)/3)
		if err := l.Load(context.Background(), all[at:end], uint64(end)); err != nil {
			t.Fatal(err)
		}
		at = end
		if end > len(all)/2 && end < len(all) { // some facts are in the rollups, some still in their tail
			if err := l.Merge(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

type countedMetric struct {
	metric, variant, dimension string
	set                        map[string]string // policies that the question states
}

var counted = []countedMetric{
	{"nps", "standard", "touchpoint", nil}, {"csat", "top2", "touchpoint", nil}, {"csat", "mean", "", nil}, {"ces", "ease", "touchpoint", nil}, {"ces", "effort", "", nil},
	{"customers", "standard", "", nil}, {"customer_churn_rate", "all", "", nil}, {"mrr", "standard", "", nil}, {"mrr_movements", "standard", "", nil}, {"arpa", "standard", "", nil},
	{"dau", "users", "", nil}, {"dau", "accounts", "", nil}, {"wau", "users", "", nil}, {"wau", "calendar", "", nil}, {"mau", "users", "", nil}, {"mau", "calendar", "", nil}, {"mau", "accounts", "", nil},
	{"stickiness", "standard", "", nil}, {"feature_usage", "standard", "feature", nil},
	{"page_views", "standard", "path", nil}, {"unique_visitors", "standard", "path", nil}, {"bounce_rate", "standard", "", nil}, {"pages_per_session", "standard", "", nil},
	{"resolution_time", "calendar", "channel", nil}, {"resolution_time", "business", "", nil}, {"first_response_time", "calendar", "channel", nil}, {"first_response_time", "business", "", nil},
	{"fcr", "tickets", "channel", nil}, {"fcr", "customers", "", nil}, {"reopen_rate", "standard", "channel", nil}, {"aht", "standard", "", nil}, {"ticket_volume", "standard", "channel", nil}, {"backlog", "standard", "channel", nil},
	{"nps", "by_account", "touchpoint", nil}, {"nps", "by_value", "", nil}, {"csat", "by_account", "", nil}, {"csat", "by_value", "touchpoint", nil}, {"support_csat", "top2", "", nil},
	{"survey_response_rate", "standard", "survey", nil}, {"feedback_volume", "standard", "theme", nil}, {"review_rating", "standard", "source", nil}, {"closed_loop_rate", "standard", "touchpoint", nil}, {"time_to_close_loop", "standard", "", nil},
	{"scorecard_result", "standard", "criterion", nil}, {"touch_coverage", "standard", "", nil}, {"qbr_coverage", "standard", "", nil}, {"community_participation", "standard", "", nil}, {"csm_load", "standard", "", nil}, {"feature_utilisation", "standard", "", nil},
}

// drawn is a random company in a lake of its own: the nth that was asked on its engine.
type drawn struct {
	engine string
	nth    int
	rows   []row
	s      *metric.Service
}

// eachCompany draws so many companies for every engine and checks each; the engines at the same time, and beside other tests. A company counts when
// it has passed, so that one that fails is met again while rapid makes it smaller.
func eachCompany(t *testing.T, many map[string]int, draw func(*rapid.T) []row, check func(rt *rapid.T, c drawn)) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			passed := 0
			rapid.Check(t, func(rt *rapid.T) {
				if passed == max(1, many[engine]) {
					return
				}
				rows := draw(rt)
				l, s := serving(t, engine)
				defer l.Close()
				load(rt, l, rows)
				check(rt, drawn{engine, passed, rows, s})
				passed++
			})
		})
	}
}

// TestEveryMetricEqualsARecount draws random companies and compares every metric with a count in plain loops: in
// total, by month, by plan and by a dimension of its own, inside a segment and as of a past instant, on both engines.
func TestEveryMetricEqualsARecount(t *testing.T) {
	eachCompany(t, map[string]int{"duckdb": draws, "postgres": draws / 2}, randomCompany, func(rt *rapid.T, c drawn) {
		// Some of them, round and round: all in a run on DuckDB; PostgreSQL takes ten times as long for the same.
		n := (len(counted) + draws - 1) / draws
		first := n * c.nth
		if c.engine == "postgres" {
			first += rapid.IntRange(0, len(counted)-1).Draw(rt, "first metric")
		}
		rows, service := c.rows, c.s
		half := len(rows) / 2
		for i := range n {
			m := counted[(first+i)%len(counted)]
			compare(rt, service, recount{ways: m.set, rows: rows}, metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, Grain: "month"})
			compare(rt, service, recount{ways: m.set, rows: rows, by: "plan"}, metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, By: "plan"})
			if m.dimension != "" {
				compare(rt, service, recount{ways: m.set, rows: rows, by: m.dimension}, metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, By: m.dimension})
			}
			compare(rt, service, recount{ways: m.set, rows: rows, keep: func(trait func(string) string) bool {
				return trait("plan") == "team" || trait("country") != "RO"
			}}, metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, Grain: "month", Segment: `plan = team or country != "RO"`})
			if set := others[m.metric]; set != nil {
				compare(rt, service, recount{rows: rows, set: set}, metric.Ask{Metric: m.metric, Variant: m.variant, Grain: "month", Set: texts(set)})
			}
			if half > 0 {
				compare(rt, service, recount{ways: m.set, rows: rows[:half]}, metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, Grain: "month", AsOf: rows[half-1].received().Format(time.RFC3339)})
			}
		}
	})
}

// others are policies as they do not come, by metric.
var others = map[string]map[string]int{
	"fcr": {"fcr_days": 30}, "reopen_rate": {"reopen_days": 3}, "closed_loop_rate": {"closed_loop_hours": 300}, "touch_coverage": {"touch_days": 20}, "qbr_coverage": {"qbr_days": 40},
}

func texts(set map[string]int) map[string]string {
	all := map[string]string{}
	for id, n := range set {
		all[id] = fmt.Sprint(n)
	}
	return all
}

// compare asks for April to June and checks total, points and groups against the recount.
func compare(t *rapid.T, service *metric.Service, c recount, a metric.Ask) {
	a.From, a.To = "2026-04-01", "2026-07-01"
	what := fmt.Sprintf("%s/%s %v by=%q segment=%q as_of=%q", a.Metric, a.Variant, a.Set, a.By, a.Segment, a.AsOf)
	got, err := service.Answer(context.Background(), a)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	total := c
	total.by, total.from, total.to = "", month(4), month(7)
	same(t, what, got.Value, total.tallies(a.Metric, a.Variant)[""])
	total.from, total.to = month(1), month(4)
	same(t, what+" before", got.Previous.Value, total.tallies(a.Metric, a.Variant)[""])
	for i, p := range got.Points {
		total.from, total.to = month(time.Month(4+i)), month(time.Month(5+i))
		same(t, what+" in "+total.from.Format("January"), p.Value, total.tallies(a.Metric, a.Variant)[""])
	}
	if a.By == "" {
		return
	}
	c.from, c.to = month(4), month(7)
	want := c.tallies(a.Metric, a.Variant)
	for _, g := range got.Groups {
		key := ""
		if g.Key != nil {
			key = *g.Key
		}
		same(t, what+" group "+key, g.Value, want[key])
		delete(want, key)
	}
	for key, missed := range want {
		if missed.num != 0 || missed.den != 0 {
			t.Fatalf("%s: the group %q is missing; it should be %v", what, key, missed)
		}
	}
}

func same(t *rapid.T, what string, got *metric.Figure, want tally) {
	value, defined := want.value()
	// A ratio that no row contributes to has no value, and neither has its tally, which is then the zero one.
	if got == nil {
		if defined && want.num != 0 {
			t.Fatalf("%s is null, want %v", what, value)
		}
		return
	}
	if !defined {
		t.Fatalf("%s is %s, want null", what, got)
	}
	if math.Abs(got.Float-value) > 1e-6*math.Max(1, math.Abs(value)) {
		t.Fatalf("%s is %s, want %v", what, got, value)
	}
}
