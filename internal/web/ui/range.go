package ui

// Range is a value with its interval as a row of a table shows it: a dot on a line, on the same scale in all rows.
type Range struct {
	At, Low, High float64
	Zero          float64 // where nothing lies
	Zeroed        bool    // and whether it is on the scale
	Dotted, Known bool    // whether there is a value, and an interval
	Mood          string
}

// rangeWidth is how wide a range is drawn, with room for the dot at both ends.
const (
	rangeWidth = 200
	rangeEdge  = 6
)

// Scale is what the ranges of a table share.
type Scale struct{ Low, High float64 }

// Of lays a value out; what is nil is not known.
func (s Scale) Of(value, low, high *float64) Range {
	r := Range{Zeroed: s.Low <= 0 && s.High >= 0, Zero: s.at(0)}
	if value != nil {
		r.Dotted, r.At = true, s.at(*value)
	}
	if low != nil && high != nil {
		r.Known, r.Low, r.High = true, s.at(*low), s.at(*high)
	}
	return r
}

func (s Scale) at(v float64) float64 {
	if s.High <= s.Low {
		return rangeEdge
	}
	share := min(1, max(0, (v-s.Low)/(s.High-s.Low)))
	return round(rangeEdge + (rangeWidth-2*rangeEdge)*share)
}
