package metric_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// tracked are events of a user, each "2026-05-04T10:00:00Z Name".
func tracked(user string, what ...string) []row {
	var rows []row
	for _, w := range what {
		date, name, _ := strings.Cut(w, " ")
		rows = append(rows, row{kind: "events", at: on(date), user: user, account: "acme", f: set{"name": name}})
	}
	return rows
}

// saw are page views of a visitor, each "2026-05-04T10:00:00Z /path".
func saw(visitor string, more set, what ...string) []row {
	var rows []row
	for _, w := range what {
		date, path, _ := strings.Cut(w, " ")
		f := set{"path": path, "anonymous_id": visitor}
		for name, v := range more {
			f[name] = v
		}
		rows = append(rows, row{kind: "pages", at: on(date), f: f})
	}
	return rows
}

// lines writes a table of an answer, a line a row, with these columns.
func lines(t *testing.T, rows any, columns ...string) string {
	t.Helper()
	table, ok := rows.([]metric.Row)
	if !ok {
		t.Fatalf("%v is no table", rows)
	}
	var text []string
	for _, row := range table {
		var cells []string
		for _, c := range columns {
			raw, err := json.Marshal(row[c])
			if err != nil {
				t.Fatal(err)
			}
			cells = append(cells, strings.Trim(string(raw), `"`))
		}
		text = append(text, strings.Join(cells, " "))
	}
	return strings.Join(text, " | ")
}

func inMay(id, variant string, policies map[string]string) metric.Ask {
	return metric.Ask{Metric: id, Variant: variant, From: "2026-05-01", To: "2026-06-01", Set: policies}
}

func TestFunnelsCountTheFurthestTryWithinTheWindow(t *testing.T) {
	var rows []row
	for _, of := range [][]row{
		tracked("all", "2026-05-01 A", "2026-05-02 B", "2026-05-04 C"),
		tracked("between", "2026-05-01 A", "2026-05-02 Other", "2026-05-03 B", "2026-05-04 C"),
		tracked("backwards", "2026-05-01 C", "2026-05-02 B", "2026-05-03 A"),
		tracked("late", "2026-05-01 A", "2026-05-20 B"),
		tracked("again", "2026-05-01 A", "2026-05-20 A", "2026-05-21 B"),
		tracked("after the end", "2026-05-31 A", "2026-06-01 B", "2026-06-02 C"),
		tracked("before the beginning", "2026-04-30 A", "2026-05-01 B", "2026-05-02 C"),
		tracked("one instant", "2026-05-05 C", "2026-05-05 B", "2026-05-05 A"),
	} {
		rows = append(rows, of...)
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		steps := map[string]string{"funnel_steps": "A, B, C"}
		a := ask(t, s, inMay("funnel", "", steps))
		if got := said(a); got != "57.142857143 = 4/7 of 7" {
			t.Error("loose:", got)
		}
		if got := lines(t, a.Detail["steps"], "n", "step", "reached", "share", "from_previous", "dropped", "median_seconds"); got !=
			"1 A 7 100 100 0 null | 2 B 5 71.428571429 71.428571429 2 86400 | 3 C 4 57.142857143 80 1 86400" {
			t.Error("steps:", got)
		}
		steps["funnel_order"] = "strict"
		if got := said(ask(t, s, inMay("funnel", "", steps))); got != "42.857142857 = 3/7 of 7" {
			t.Error("strict:", got)
		}
		if got := said(ask(t, s, inMay("funnel", "accounts", map[string]string{"funnel_steps": "A, B, C, C, C", "funnel_window_days": "1"}))); got != "0 = 0/1 of 1" {
			t.Error("accounts:", got)
		}
		if got := said(ask(t, s, inMay("funnel", "", nil))); got != "null = 0/0 of 0" {
			t.Error("without steps:", got)
		}
	})
}

func TestRetentionFollowsCohortsByDayWeekAndMonth(t *testing.T) {
	rows := append(tracked("stays", "2026-05-04 A", "2026-05-05 A", "2026-05-12 A", "2026-05-20 A"), tracked("comes back late", "2026-05-06 A", "2026-05-19 A")...)
	rows = append(rows, tracked("gone", "2026-05-05 A")...)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct {
			set         map[string]string
			want, table string
		}{
			{nil, "33.333333333 = 1/3 of 3", "2026-05-04 0 3 3 100 | 2026-05-04 1 3 1 33.333333333 | 2026-05-04 2 3 2 66.666666667 | 2026-05-04 3 3 0 0"},
			{map[string]string{"retention_count": "unbounded"}, "66.666666667 = 2/3 of 3", "2026-05-04 0 3 3 100 | 2026-05-04 1 3 2 66.666666667 | 2026-05-04 2 3 2 66.666666667 | 2026-05-04 3 3 0 0"},
			{map[string]string{"cohort_grain": "day"}, "33.333333333 = 1/3 of 3", "2026-05-04 0 1 1 100 | 2026-05-04 1 1 1 100 | 2026-05-04 2 1 0 0 | 2026-05-04 3 1 0 0 | 2026-05-05 0 1 1 100"},
			{map[string]string{"cohort_grain": "month"}, "0 = 0/3 of 3", "2026-05-01 0 3 3 100 | 2026-05-01 1 3 0 0"},
		} {
			q := inMay("retention_cohorts", "", map[string]string{"cohort_periods": "3"})
			for id, v := range c.set {
				q.Set[id] = v
			}
			a := ask(t, s, q)
			if got := said(a); got != c.want {
				t.Errorf("%v: %s, want %s", c.set, got, c.want)
			}
			if got := lines(t, a.Detail["cohorts"], "cohort", "nth", "size", "active", "share"); !strings.HasPrefix(got, c.table) {
				t.Errorf("%v: %s, want %s", c.set, got, c.table)
			}
		}
	})
}

func TestPathsListTheNextAndTheEarlierSteps(t *testing.T) {
	at := func(minute int, what string) string { return fmt.Sprintf("2026-05-04T10:%02d:00Z %s", minute, what) }
	rows := append(tracked("u1", at(0, "Home"), at(1, "Search"), at(1, "Search"), at(2, "Cart")), tracked("u2", at(0, "Search"), at(5, "Cart"), at(6, "Pay"), at(50, "Home"))...)
	rows = append(rows, tracked("u3", at(0, "Search"), at(40, "Cart"))...)
	rows[2].at = rows[2].at.Add(time.Second) // again, in a row: one step
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, inMay("paths", "", map[string]string{"path_start": "Search"}))
		if got := said(a) + ": " + lines(t, a.Detail["edges"], "depth", "source", "target", "paths", "people"); got != "3 of 3: 1 Search Cart 2 2 | 2 Cart Pay 1 1" {
			t.Error("after:", got)
		}
		a = ask(t, s, inMay("paths", "", map[string]string{"path_start": "Cart", "path_direction": "before", "path_edges": "1"}))
		if got := said(a) + ": " + lines(t, a.Detail["edges"], "depth", "source", "target", "paths"); got != "3 of 3: 1 Cart Search 2 | 2 Search Home 1" {
			t.Error("before:", got)
		}
	})
}

func TestNewUsersAreFollowedThroughTheirFirstDays(t *testing.T) {
	rows := append(tracked("three days", "2026-05-04 Signed Up", "2026-05-05 Plan Built", "2026-05-10 Plan Built", "2026-05-11 Job Closed"),
		tracked("two features", "2026-05-06 Plan Built", "2026-05-06T10:00:00Z Job Closed", "2026-05-30 Onboarding Completed")...)
	rows = append(rows, tracked("old", "2026-01-01 Plan Built", "2026-05-05 Plan Built")...)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, inMay("first_week_engagement", "", nil))
		if got := said(a, "mean_days") + ": " + lines(t, a.Detail["days"], "day", "active"); got != "50 = 1/2 of 2 mean_days 2: 1 2 | 2 1 | 3 0 | 4 0 | 5 0 | 6 0 | 7 1" {
			t.Error("days:", got)
		}
		if got := said(ask(t, s, inMay("first_week_engagement", "", map[string]string{"key_features": "Plan Built, Job Closed", "engaged_features": "2"}))); got != "100 = 2/2 of 2" {
			t.Error("features:", got)
		}
		tasks := map[string]string{"core_tasks": "Plan Built, Job Closed, Report Opened"}
		a = ask(t, s, inMay("activation_rate", "", tasks))
		if got := said(a) + ": " + lines(t, a.Detail["tasks"], "task", "done", "completion", "drop_off"); got != "0 = 0/2 of 2: Plan Built 2 100 0 | Job Closed 2 100 0 | Report Opened 0 0 100" {
			t.Error("tasks:", got)
		}
		// One got there after 24 days, the other waits for 89: half were there by the first one's day, and until the end.
		a = ask(t, s, inMay("time_to_value", "users", nil))
		if got := said(a, "not_there_yet", "quartile_1"); got != "24 of 2 not_there_yet 50 quartile_1 24" {
			t.Error("time to value:", got)
		}
	})
}

func TestFunnelStepsNeverGrowAndEveryCohortBeginsWhole(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		a := metric.Ask{Metric: "funnel", From: "2026-01-01", To: "2026-07-01", By: "plan", Set: map[string]string{"funnel_steps": "Plan Built, Report Opened, Plan Built, Job Closed", "funnel_window_days": "60"}}
		whole := ask(a)
		entered := 0.0
		check := func(what string, tables map[string]any) {
			steps, _ := tables["steps"].([]metric.Row)
			for i := 1; i < len(steps); i++ {
				if steps[i]["reached"].(int64) > steps[i-1]["reached"].(int64) {
					rt.Fatalf("%s: step %d has more than the one before: %v", what, i+1, steps)
				}
			}
		}
		check("all", whole.Detail)
		for _, g := range whole.Groups {
			check("a plan", g.Detail)
			entered += g.Denominator.Float
		}
		if entered != whole.Denominator.Float {
			rt.Fatalf("%v entered by plan, %v in all", entered, whole.Denominator)
		}
		for _, id := range []string{"retention_cohorts", "revenue_cohorts"} {
			rows, _ := ask(metric.Ask{Metric: id, From: "2026-01-01", To: "2026-07-01"}).Detail["cohorts"].([]metric.Row)
			for _, r := range rows {
				if share := r["share"].(*metric.Figure).Float; r["nth"] == int64(0) && share != 100 {
					rt.Fatalf("%s: a cohort begins with %v %%: %v", id, share, r)
				}
			}
		}
	})
}

// Facts of one instant are told apart by what they say, not by when they came.
func TestTheOrderOfArrivalChangesNoFigureOfPeople(t *testing.T) {
	t.Parallel()
	left := draws / 3
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		rows := randomCompany(rt)
		said := map[string]string{}
		for range 2 {
			l, service := serving(t, "duckdb")
			load(rt, l, rows)
			for _, m := range counted {
				switch m.metric {
				case "funnel", "activation_rate", "time_to_value":
					if m.variant != "users" {
						continue
					}
				case "paths", "retention_cohorts", "first_week_engagement", "session_duration", "repeat_session_rate", "bounce_rate", "exit_rate", "time_on_page", "scroll_depth", "cart_abandonment_rate", "conversion_rate":
				default:
					continue
				}
				got, err := service.Answer(t.Context(), metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, From: "2026-02-01", To: "2026-07-01", Grain: "month"})
				if err != nil {
					rt.Fatal(err)
				}
				name, figures := fmt.Sprint(m), text(rt, got.Value, got.Numerator, got.Denominator, got.Points)
				if before, ok := said[name]; ok && before != figures {
					rt.Fatalf("%s: %s, shuffled %s", name, before, figures)
				}
				said[name] = figures
			}
			l.Close()
			rand.New(rand.NewPCG(1, uint64(len(rows)))).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
	})
}
