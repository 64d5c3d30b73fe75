package ui

import (
	"fmt"
	"strings"
)

// Column is one bar of a picture, with the ends of its interval.
type Column struct {
	X, Y, Width, Height float64
	Middle, Low, High   float64
	Over                float64 // where the value is written
	Whiskers            bool
	Label, Title, Value string
}

// Columns are a picture of bars, laid out for wide pages or for a phone.
type Columns struct {
	Class, Title       string
	Width, Height      int
	Base, Left, Right  float64
	Even               float64 // where a line for the mean lies; 0: there is none
	EvenLabel          string
	Bars               []Column
	Thin               bool // labels have no room for each
	top, perUnit, each float64
}

// Bar is what a bar shows: its value, the ends of its interval where it has one, what stands under it, what is told of it,
// and what is written over it.
type Bar struct {
	Value, Low, High    float64
	Label, Title, Shown string
}

// NewColumns lays bars out; even is a value worth a line. It is the picture twice: broad and narrow.
func NewColumns(title string, all []Bar, even float64, evenLabel string) []Columns {
	highest := even
	for _, f := range all {
		highest = max(highest, f.Value, f.High)
	}
	if len(all) == 0 || highest <= 0 {
		return nil
	}
	var both []Columns
	for _, size := range []struct {
		class         string
		width, height int
	}{{"broad", 760, 230}, {"narrow", 340, 200}} {
		c := Columns{Class: size.class, Title: title, Width: size.width, Height: size.height, Left: 4, Right: float64(size.width) - 4, Base: float64(size.height) - 26, top: 22}
		c.each = (c.Right - c.Left) / float64(len(all))
		c.perUnit = (c.Base - c.top) / highest
		c.Thin = c.each < 44
		for i, f := range all {
			x := c.Left + c.each*float64(i)
			one := Column{X: round(x + c.each*0.15), Width: round(c.each * 0.7), Height: round(f.Value * c.perUnit), Middle: round(x + c.each/2), Label: f.Label, Title: f.Title, Value: f.Shown}
			one.Y = round(c.Base - f.Value*c.perUnit)
			one.Whiskers, one.Low, one.High = f.High > f.Low, round(c.Base-f.Low*c.perUnit), round(c.Base-f.High*c.perUnit)
			if one.Over = one.Y - 6; one.Whiskers {
				one.Over = round(min(one.Y, one.High) - 6)
			}
			if c.Thin && i%2 == 1 {
				one.Label = ""
			}
			c.Bars = append(c.Bars, one)
		}
		if even > 0 {
			c.Even, c.EvenLabel = round(c.Base-even*c.perUnit), evenLabel
		}
		both = append(both, c)
	}
	return both
}

// Square is a picture of two shares against each other: a line, or points with intervals, beside the diagonal.
type Square struct {
	Title, Across, Up string
	Side              float64
	Path              string
	Points            []Spot
	Most              string // what the far ends stand for
}

// Spot is a point with the ends of its interval.
type Spot struct {
	X, Y, Low, High float64
	Title           string
}

const (
	squareSide = 240
	squareEdge = 34
)

// NewSquare begins one of which the far ends are most.
func NewSquare(title, across, up string) *Square {
	return &Square{Title: title, Across: across, Up: up, Side: squareSide}
}

// At is where a pair of shares, from 0 to 1 of what the far ends stand for, lies.
func (s *Square) At(x, y float64) (float64, float64) {
	return round(squareEdge + squareSide*x), round(8 + squareSide*(1-y))
}

// Line draws shares from 0 to 1.
func (s *Square) Line(points [][2]float64) {
	var b strings.Builder
	for i, p := range points {
		x, y := s.At(p[0], p[1])
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], x, y)
	}
	s.Path = b.String()
}
