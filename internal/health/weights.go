package health

import "math"

// Balanced are weights in the same proportions that add up to 100, in whole numbers; all the same where all are 0. Weights
// that add up already stay as they are.
func Balanced(weights []float64) []float64 {
	var sum float64
	for _, w := range weights {
		sum += max(0, w)
	}
	if len(weights) == 0 || math.Abs(sum-100) <= 0.01 {
		return weights
	}
	parts := make([]float64, len(weights))
	for i, w := range weights {
		if parts[i] = 100 / float64(len(weights)); sum > 0 {
			parts[i] = 100 * max(0, w) / sum
		}
	}
	out := make([]float64, len(weights))
	for i, n := range apportion(parts, 100) {
		out[i] = float64(n)
	}
	return out
}

// Balance makes the weights of a scorecard's groups, or with a group those of its measures, add up to 100.
func (s *Scorecard) Balance(group int) {
	weights := make([]float64, 0, len(s.Groups))
	if group < 0 {
		for _, g := range s.Groups {
			weights = append(weights, g.Weight)
		}
		for i, w := range Balanced(weights) {
			s.Groups[i].Weight = w
		}
		return
	}
	for _, m := range s.Groups[group].Measures {
		weights = append(weights, m.Weight)
	}
	for i, w := range Balanced(weights) {
		s.Groups[group].Measures[i].Weight = w
	}
}
