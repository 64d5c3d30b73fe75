package health

import (
	"math"
	"slices"
	"sort"
)

// score is what a value comes to; false when it says nothing.
func (s *Scale) score(x float64, text string) (float64, bool) {
	if len(s.Choices) > 0 {
		if score, ok := s.Choices[text]; ok {
			return score, true
		}
		if s.Otherwise != nil && text != "" {
			return *s.Otherwise, true
		}
		if len(s.Points) == 0 {
			return 0, false
		}
	}
	if math.IsNaN(x) || len(s.Points) == 0 {
		return 0, false
	}
	at := sort.Search(len(s.Points), func(i int) bool { return s.Points[i][0] > x }) // the first beyond
	switch {
	case at == 0:
		return s.Points[0][1], true
	case at == len(s.Points) || s.Steps:
		return s.Points[at-1][1], true
	}
	low, high := s.Points[at-1], s.Points[at]
	part := (x - low[0]) / (high[0] - low[0])
	return low[1] + part*(high[1]-low[1]), true
}

// mostValue is how far from zero a value of a scale may lie, so that differences between two of them stay exact.
const mostValue = 1e15

// check says what is wrong with a scale.
func (s *Scale) check(bad func(field, reason string, args ...any)) {
	if len(s.Points) == 0 && len(s.Choices) == 0 {
		bad("points", "there is no way from a value to a score: state at least one point [value, score], or choices")
	}
	for i, p := range s.Points {
		if !(math.Abs(p[0]) <= mostValue) || !isScore(p[1]) {
			bad("points", "[%g, %g] is no value with a score from 0 to 100", p[0], p[1])
		}
		if i > 0 && p[0] <= s.Points[i-1][0] {
			bad("points", "%g does not come after %g: values must rise, or a line between two of them would divide by zero", p[0], s.Points[i-1][0])
		}
	}
	for text, score := range s.Choices {
		if !isScore(score) {
			bad("choices", "%q scores %g, which is not from 0 to 100", text, score)
		}
	}
	if s.Otherwise != nil && !isScore(*s.Otherwise) {
		bad("otherwise", "%g is not from 0 to 100", *s.Otherwise)
	}
}

func isScore(x float64) bool { return x >= 0 && x <= 100 }

// fits says whether a condition holds; in says whether the account is in a segment, age is NaN when it is not known.
func (w *When) fits(in func(segment string) bool, age float64, month int) bool {
	return (w.Segment == "" || in(w.Segment)) && (w.YoungerThan == 0 || age < float64(w.YoungerThan)) && (w.OlderThan == 0 || age >= float64(w.OlderThan)) &&
		(len(w.Months) == 0 || slices.Contains(w.Months, month))
}
