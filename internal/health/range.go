package health

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// Range is what accounts have of a reading: a tenth is at Low or below, half at Middle, a tenth at High or above.
type Range struct {
	Low, Middle, High float64
	Known, Unknown    int   // accounts
	Problem           error // why it can't be read
}

// Range reads all accounts; mine says whose count. A measure against the window before is its change in percent.
func (s *Service) Range(ctx context.Context, r metric.Reading, at time.Time, mine func(id string) bool) (Range, error) {
	read, err := s.Reader.Read(ctx, metric.ReadingAsk{At: at, Readings: []metric.Reading{r}})
	if err != nil {
		return Range{}, err
	}
	return rangeOf(&read.Columns[0], read.IDs, mine), nil
}

func rangeOf(c *metric.Column, ids []string, mine func(id string) bool) Range {
	out := Range{Problem: c.Problem}
	var values []float64
	for row, id := range ids {
		if !mine(id) {
			continue
		}
		x := c.Value[row]
		if c.Before != nil {
			x = change(x, c.Before[row])
		}
		if math.IsNaN(x) {
			out.Unknown++
			continue
		}
		values = append(values, x)
	}
	if out.Known = len(values); out.Known > 0 {
		slices.Sort(values)
		at := func(share float64) float64 { return values[int(math.Round(share*float64(len(values)-1)))] }
		out.Low, out.Middle, out.High = at(0.1), at(0.5), at(0.9)
	}
	return out
}
