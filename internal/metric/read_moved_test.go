package metric_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// A subscription that now belongs to another account is gone from the one it had, also where only that one is read.
func TestWhatMovedToAnotherAccountIsNotReadTwice(t *testing.T) {
	moved := subscription("b", "2026-04-01", set{"subscription_id": "one"})
	onBoth(t, []row{subscription("a", "2026-02-01", set{"subscription_id": "one"}), moved}, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		ask := metric.ReadingAsk{At: on("2026-05-01"), Readings: []metric.Reading{{Metric: "mrr"}}}
		all, err := s.Read(context.Background(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]float64{"a": 0, "b": 100} {
			i := slices.Index(all.IDs, id)
			ask.Accounts = []account.Account{all.Accounts[i]}
			alone, err := s.Read(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			if among, got := all.Columns[0].Value[i], alone.Columns[0].Value[0]; among != want || got != want {
				t.Errorf("%s has %v, %v among all, want %v", id, got, among, want)
			}
		}
	})
}

// TestWhatOthersOnThePlanUseCountsAlsoWhereOneAccountIsReadAlone reads a share of what any account on the same plan used.
func TestWhatOthersOnThePlanUseCountsAlsoWhereOneAccountIsReadAlone(t *testing.T) {
	rows := []row{subscription("a", "2026-02-01", nil), subscription("b", "2026-02-01", nil)}
	for _, id := range []string{"a", "b"} {
		rows = append(rows, row{kind: "accounts", account: id, at: on("2026-01-01"), f: set{"plan": "pro"}}, row{kind: "events", account: id, user: "u" + id, at: on("2026-04-20"), f: set{"name": "Reported"}})
	}
	rows = append(rows, row{kind: "events", account: "b", user: "ub", at: on("2026-04-20"), f: set{"name": "Exported"}})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		ask := metric.ReadingAsk{At: on("2026-05-01"), Readings: []metric.Reading{{Metric: "feature_utilisation"}}, Segments: []string{"metric feature_utilisation < 60", "plan = pro"}}
		all, err := s.Read(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range all.IDs {
			ask.Accounts = all.Accounts[i : i+1]
			alone, err := s.Read(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]float64{"a": 50, "b": 100}[id]
			if among, got := all.Columns[0].Value[i], alone.Columns[0].Value[0]; among != want || got != want {
				t.Errorf("%s uses %v %%, %v among all, want %v", id, got, among, want)
			}
			if alone.Members[0][0] != (want < 60) || all.Members[0][i] != (want < 60) || !alone.Members[1][0] {
				t.Errorf("%s is in the segments %v alone, %v among all", id, alone.Members, all.Members)
			}
		}
	})
}

// A metric of one's own may be taken away while a scorecard still reads it.
func TestAReadingThatCannotBeReadSaysWhyAndLeavesTheOthers(t *testing.T) {
	onBoth(t, []row{subscription("a", "2026-02-01", set{"subscription_id": "one"})}, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		read, err := s.Read(t.Context(), metric.ReadingAsk{At: on("2026-05-01"), Readings: []metric.Reading{{Metric: "gone"}, {Metric: "mrr"}, {Metric: "health"}}})
		if err != nil || len(read.IDs) != 1 || read.Columns[1].Value[0] != 100 || !math.IsNaN(read.Columns[0].Value[0]) {
			t.Fatal(read, err)
		}
		for n, want := range []string{`there is no metric "gone"`, "", "rests on itself"} {
			if got := read.Columns[n].Problem; (want == "") != (got == nil) || got != nil && !strings.Contains(got.Error(), want) {
				t.Errorf("%d: %v, want %q", n, got, want)
			}
		}
	})
}

// A segment may lose what it rests on: a saved segment, a metric, a currency to count in.
func TestASegmentThatCannotBeReadSaysWhyAndLeavesTheOthers(t *testing.T) {
	rows := []row{subscription("a", "2026-02-01", nil), {kind: "accounts", account: "a", at: on("2026-01-01"), f: set{"plan": "pro"}}}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Saved = func(context.Context) ([]account.SavedSegment, error) {
			broken, err := account.ParseSegment("metric gone > 1")
			return []account.SavedSegment{{ID: "broken", Name: "broken", Segment: broken}}, err
		}
		r := &metric.Recall{Service: s, Along: func(context.Context) (string, error) { return "", nil }}
		for _, known := range []bool{false, true, true} { // remembered the second time
			read, err := r.Read(t.Context(), metric.ReadingAsk{At: on("2026-05-01"), Known: known,
				Segments: []string{`in segment "away"`, "plan = pro", "metric gone > 1", `in segment "broken"`, "plan =", "metric mrr > 50"}})
			if err != nil || !known && (len(read.IDs) != 1 || !read.Members[1][0] || !read.Members[5][0]) { // then nothing had come yet
				t.Fatal(read, err)
			}
			for n, want := range []string{`there is no segment "away"`, "", `there is no metric "gone"`, `the segment "broken" can't be used any more`, "the segment ends where a value was expected", ""} {
				if got := read.Unread[n]; (want == "") != (got == nil) || got != nil && (!strings.Contains(got.Error(), want) || slices.Contains(read.Members[n], true)) {
					t.Errorf("%d: %v, want %q, members %v", n, got, want, read.Members[n])
				}
			}
		}
	})
}

// A metric of one's own that was sound for the facts there were fails on one that came since: all else is read.
func TestAMetricThatFailsOnAFactLeavesTheOthers(t *testing.T) {
	rows := []row{subscription("a", "2026-02-01", nil), {kind: "events", at: on("2026-04-20"), account: "a", user: "u", f: set{"name": "twelve"}}}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		d, err := own(strings.Replace(mine, "e.ts < p.to_ts", "e.ts < p.to_ts and cast(e.name as integer) > 0", 1))
		if err != nil || !strings.Contains(d.Body, "cast(e.name") {
			t.Fatal(d, err)
		}
		if err := s.Catalog.Put(d); err != nil {
			t.Fatal(err)
		}
		read, err := s.Read(t.Context(), metric.ReadingAsk{At: on("2026-05-01"), Readings: []metric.Reading{{Metric: "mine"}, {Metric: "mrr"}, {Metric: "dau"}}, Segments: []string{"metric mine > 0", "metric mrr > 0"}})
		if err != nil || read.Columns[1].Value[0] != 100 || !read.Members[1][0] || read.Columns[1].Problem != nil || read.Columns[2].Problem != nil || read.Unread[1] != nil {
			t.Fatal(read, err)
		}
		for what, problem := range map[string]error{"the reading": read.Columns[0].Problem, "the segment": read.Unread[0]} {
			if problem == nil || !strings.Contains(problem.Error(), "mine can't be computed: ") || !strings.Contains(problem.Error(), "twelve") {
				t.Errorf("%s: %v", what, problem)
			}
		}
		if !math.IsNaN(read.Columns[0].Value[0]) || read.Members[0][0] {
			t.Errorf("%+v", read)
		}
		for what, ask := range map[string]func() error{
			"accounts": func() error { _, err := s.SegmentAccounts(t.Context(), "metric mine > 0 in 180 days", ""); return err },
			"since":    func() error { _, err := s.SegmentSince(t.Context(), "metric mine > 0 in 180 days", 60); return err },
			"members": func() error {
				_, err := s.SegmentMembers(t.Context(), metric.SegmentAsk{Text: "metric mine > 0 in 180 days"})
				return err
			},
			"history": func() error {
				_, err := s.SegmentHistory(t.Context(), metric.SegmentAsk{Text: "metric mine > 0 in 180 days"})
				return err
			},
		} {
			if err := ask(); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "mine can't be computed: ") {
				t.Errorf("%s of the segment: %v", what, err)
			}
		}
	})
}
