package health_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
)

// crowd is many accounts of which everything is known.
type crowd struct {
	world
	n int
}

func (c *crowd) Read(_ context.Context, a metric.ReadingAsk) (*metric.Read, error) {
	out := &metric.Read{At: a.At, IDs: make([]string, c.n), Accounts: make([]int32, c.n)}
	for i := range out.IDs {
		out.IDs[i], out.Accounts[i] = fmt.Sprint("account-", i), int32(i+1)
	}
	for _, r := range a.Readings {
		column := metric.Column{Value: make([]float64, c.n)}
		if r.ReadsText() {
			column.Texts = make([]string, c.n)
		}
		for i := range column.Value {
			column.Value[i] = float64(i % 90)
		}
		out.Columns = append(out.Columns, column)
	}
	return out, nil
}

// BenchmarkScoringAHundredThousandAccounts scores them by thirty measures; reading them is measured elsewhere.
func BenchmarkScoringAHundredThousandAccounts(b *testing.B) {
	card := health.Scorecard{ID: "wide", Label: label("wide"), Changed: then.AddDate(-1, 0, 0)}
	for g := range 3 {
		group := health.ScoreGroup{ID: fmt.Sprint("g", g), Label: label("group"), Weight: 100.0 / 3}
		for m := range 10 {
			group.Measures = append(group.Measures, health.Measure{ID: fmt.Sprint("m", g, m), Label: label("measure"), Weight: 10, Read: metric.Reading{Metric: fmt.Sprint("x", g, m)},
				Scale: health.Scale{Points: [][2]float64{{0, 0}, {30, 50}, {80, 100}}}})
		}
		card.Groups = append(card.Groups, group)
	}
	c := &crowd{world: world{cards: []health.Scorecard{card}}, n: 100_000}
	s := &health.Service{Reader: c, Keeper: c, Now: c.service().Now}
	for b.Loop() {
		if _, err := s.Table(context.Background(), health.Question{At: later}); err != nil {
			b.Fatal(err)
		}
	}
}
