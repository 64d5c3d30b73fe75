package metric

import "github.com/keepwell/keepwell/internal/stat"

// Interval says which 95 % interval belongs to a metric.
type Interval string

// The estimators are those of internal/stat, which names their sources.
const (
	NoInterval     Interval = "none"
	WilsonInterval          = Interval(stat.Wilson)
	NPSInterval             = Interval(stat.Score)
	MeanInterval            = Interval(stat.Mean)
)

func (iv Interval) known() bool {
	switch iv {
	case NoInterval, WilsonInterval, NPSInterval, MeanInterval:
		return true
	}
	return false
}

const (
	level       = stat.Level
	smallSample = stat.SmallSample
)

// sample is what an interval is computed from: the sums of a numerator and of its squares over n observations.
type sample struct{ sum, squares, n float64 }

// bounds are the limits of the interval in the unit of sum / n; false when the sample is too small for one.
func (iv Interval) bounds(s sample) (low, high float64, ok bool) {
	return stat.Interval(iv).Bounds(stat.Sample{Sum: s.sum, Squares: s.squares, N: s.n})
}

// differ says whether two samples differ by more than chance explains; nil when it can't be told.
func (iv Interval) differ(a, b sample) *bool {
	return stat.Interval(iv).Differ(stat.Sample{Sum: a.sum, Squares: a.squares, N: a.n}, stat.Sample{Sum: b.sum, Squares: b.squares, N: b.n})
}
