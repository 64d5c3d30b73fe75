package metric_test

import (
	"context"
	"slices"
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
