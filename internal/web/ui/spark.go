package ui

import (
	"fmt"
	"slices"
	"strings"
)

// Spark is the shape of a sparkline in a field of 96 x 28; X and Y are its last point.
type Spark struct {
	Path string
	X, Y float64
}

// NewSpark draws values from zero up; nil for fewer than two, which make no line.
func NewSpark(values []int64) *Spark {
	if len(values) < 2 {
		return nil
	}
	top := max(slices.Max(values), 1)
	s := &Spark{}
	var path strings.Builder
	for i, v := range values {
		s.X = 2 + 92*float64(i)/float64(len(values)-1)
		s.Y = 25.5 - 22.5*float64(max(v, 0))/float64(top)
		command := 'L'
		if i == 0 {
			command = 'M'
		}
		fmt.Fprintf(&path, "%c%.1f %.1f", command, s.X, s.Y)
	}
	s.Path = path.String()
	return s
}
