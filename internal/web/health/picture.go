package health

import (
	"fmt"
	"math"
	"strings"
)

// column is one bar of a picture, with the ends of its interval.
type column struct {
	X, Y, Width, Height float64
	Middle, Low, High   float64
	Over                float64 // where the value is written
	Whiskers            bool
	Label, Title, Value string
}

// columns are a picture of bars, laid out for wide pages or for a phone.
type columns struct {
	Class, Title       string
	Width, Height      int
	Base, Left, Right  float64
	Even               float64 // where a line for the mean lies; 0: there is none
	EvenLabel          string
	Bars               []column
	Thin               bool // labels have no room for each
	top, perUnit, each float64
}

// figure is what a bar shows.
type figure struct {
	value, low, high    float64
	label, title, shown string
}

// newColumns lays bars out; even is a value worth a line. It is the picture twice: broad and narrow.
func newColumns(title string, all []figure, even float64, evenLabel string) []columns {
	highest := even
	for _, f := range all {
		highest = max(highest, f.value, f.high)
	}
	if len(all) == 0 || highest <= 0 {
		return nil
	}
	var both []columns
	for _, size := range []struct {
		class         string
		width, height int
	}{{"broad", 760, 230}, {"narrow", 340, 200}} {
		c := columns{Class: size.class, Title: title, Width: size.width, Height: size.height, Left: 4, Right: float64(size.width) - 4, Base: float64(size.height) - 26, top: 22}
		c.each = (c.Right - c.Left) / float64(len(all))
		c.perUnit = (c.Base - c.top) / highest
		c.Thin = c.each < 44
		for i, f := range all {
			x := c.Left + c.each*float64(i)
			one := column{X: tenths(x + c.each*0.15), Width: tenths(c.each * 0.7), Height: tenths(f.value * c.perUnit), Middle: tenths(x + c.each/2), Label: f.label, Title: f.title, Value: f.shown}
			one.Y = tenths(c.Base - f.value*c.perUnit)
			one.Whiskers, one.Low, one.High = f.high > f.low, tenths(c.Base-f.low*c.perUnit), tenths(c.Base-f.high*c.perUnit)
			if one.Over = one.Y - 6; one.Whiskers {
				one.Over = tenths(min(one.Y, one.High) - 6)
			}
			if c.Thin && i%2 == 1 {
				one.Label = ""
			}
			c.Bars = append(c.Bars, one)
		}
		if even > 0 {
			c.Even, c.EvenLabel = tenths(c.Base-even*c.perUnit), evenLabel
		}
		both = append(both, c)
	}
	return both
}

// square is a picture of two shares against each other: a line, or points with intervals, beside the diagonal.
type square struct {
	Title, Across, Up string
	Side              float64
	Path              string
	Points            []spot
	Most              string // what the far ends stand for
}

type spot struct {
	X, Y, Low, High float64
	Title           string
}

const (
	squareSide = 240
	squareEdge = 34
)

// newSquare begins one of which the far ends are most.
func newSquare(title, across, up string) *square {
	return &square{Title: title, Across: across, Up: up, Side: squareSide}
}

func (s *square) at(x, y float64) (float64, float64) {
	return tenths(squareEdge + squareSide*x), tenths(8 + squareSide*(1-y))
}

// line draws shares from 0 to 1.
func (s *square) line(points [][2]float64) {
	var b strings.Builder
	for i, p := range points {
		x, y := s.at(p[0], p[1])
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	s.Path = b.String()
}

func tenths(x float64) float64 { return math.Round(10*x) / 10 }
