package metric_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
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

// A metric of one's own may be taken away while a scorecard still reads it.
func TestAReadingThatCannotBeReadSaysWhyAndLeavesTheOthers(t *testing.T) {
	onBoth(t, []row{subscription("a", "2026-02-01", set{"subscription_id": "one"})}, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		read, err := s.Read(t.Context(), metric.ReadingAsk{At: on("2026-05-01"), Readings: []metric.Reading{{Metric: "gone"}, {Metric: "mrr"}, {Metric: "health"}}})
		if err != nil || len(read.IDs) != 1 || read.Columns[1].Value[0] != 100 || !math.IsNaN(read.Columns[0].Value[0]) {
			t.Fatal(read, err)
		}
		for n, want := range []string{`there is no metric "gone"`, "", "rests on itself"} {
			if got := read.Columns[n].Problem; !strings.Contains(got, want) || (want == "") != (got == "") {
				t.Errorf("%d: %q, want %q", n, got, want)
			}
		}
	})
}
