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
	// RatioInterval is for the ratio of two sums over the same rows, such as minutes to contacts: Student's t on the
	// residuals of the ratio (W. G. Cochran, "Sampling Techniques", 1977, chapter 6), which figures put into the sample.
	RatioInterval Interval = "ratio"
)

func (iv Interval) known() bool {
	switch iv {
	case NoInterval, WilsonInterval, NPSInterval, MeanInterval, RatioInterval:
		return true
	}
	return false
}

func (iv Interval) method() stat.Interval {
	if iv == RatioInterval {
		return stat.Mean
	}
	return stat.Interval(iv)
}

const (
	level       = stat.Level
	smallSample = stat.SmallSample
)

// sample is what an interval is computed from: the sums of a numerator and of its squares over n observations.
type sample struct{ sum, squares, n float64 }

// bounds are the limits of the interval in the unit of sum / n; false when the sample is too small for one.
func (iv Interval) bounds(s sample) (low, high float64, ok bool) {
	return iv.method().Bounds(stat.Sample{Sum: s.sum, Squares: s.squares, N: s.n})
}

// differ says whether two samples differ by more than chance explains; nil when it can't be told.
func (iv Interval) differ(a, b sample) *bool {
	return iv.method().Differ(stat.Sample{Sum: a.sum, Squares: a.squares, N: a.n}, stat.Sample{Sum: b.sum, Squares: b.squares, N: b.n})
}
