package ui

import "math"

// WaterfallWidth is the width of the field that the bars of a waterfall lie in.
const WaterfallWidth = 200

// Fall is one bar of a waterfall, in a row of its own: it begins where the one before ended. Zero is where nothing would
// have changed.
type Fall struct {
	X, Width, Zero float64
	Down           bool
}

// NewWaterfall lays out the steps of a change, one after the other; also are further points that must fit in, such as
// where it begins and ends.
func NewWaterfall(steps []float64, also ...float64) []Fall {
	if len(steps) == 0 {
		return nil
	}
	low, high, sum := 0.0, 0.0, 0.0
	for _, v := range steps {
		sum += v
		low, high = min(low, sum), max(high, sum)
	}
	for _, v := range also {
		low, high = min(low, v), max(high, v)
	}
	if high-low < 1e-12 {
		high = low + 1
	}
	x := func(v float64) float64 { return WaterfallWidth * (v - low) / (high - low) }
	falls, at := make([]Fall, len(steps)), 0.0
	for i, v := range steps {
		from, to := x(at), x(at+v)
		width := max(math.Abs(to-from), 1.5) // to be seen
		falls[i] = Fall{X: round(min(min(from, to), WaterfallWidth-width)), Width: round(width), Zero: round(x(0)), Down: v < 0}
		at += v
	}
	return falls
}
