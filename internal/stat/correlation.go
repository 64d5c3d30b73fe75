package stat

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Correlation is Spearman's: how well one number's order is that of another, from -1 to 1.
type Correlation struct {
	N        int      `json:"n"`
	Rho      float64  `json:"rho"`
	Interval *Limits  `json:"interval"`
	P        *float64 `json:"p"` // of a correlation as far from 0 by chance alone
}

// Spearman is the rank correlation of pairs, ties at their middle rank. The interval is that of Bonett and Wright
// (Psychometrika 2000) on Fisher's scale, which holds for ranks. Refused: fewer than 30 pairs, numbers that are none, one of
// the two always the same.
func Spearman(x, y []float64) (*Correlation, error) {
	if len(x) != len(y) {
		return nil, refuse("give them in pairs", "%d numbers can't be compared with %d", len(x), len(y))
	}
	for i := range x {
		if !finite(x[i]) || !finite(y[i]) {
			return nil, refuseRow(i, "%v and %v are no pair of numbers", x[i], y[i])
		}
	}
	if len(x) < SmallSample {
		return nil, refuse("wait for more", "%d pairs are too few for a correlation: at least %d are needed", len(x), SmallSample)
	}
	a, b := midranks(x), midranks(y)
	n := float64(len(x))
	var xy, xx, yy float64
	for i := range a {
		u, v := a[i]-(n+1)/2, b[i]-(n+1)/2
		xy, xx, yy = xy+u*v, xx+u*u, yy+v*v
	}
	if xx == 0 || yy == 0 {
		return nil, refuse("", "one of the two never varies, so nothing can go with it")
	}
	c := &Correlation{N: len(x), Rho: math.Max(-1, math.Min(1, xy/math.Sqrt(xx*yy)))}
	if left := 1 - c.Rho*c.Rho; left > 0 {
		half := z * math.Sqrt((1+c.Rho*c.Rho/2)/(n-3))
		c.Interval = limits(math.Tanh(math.Atanh(c.Rho)-half), math.Tanh(math.Atanh(c.Rho)+half))
		c.P = known(2 * distuv.StudentsT{Sigma: 1, Nu: n - 2}.Survival(math.Abs(c.Rho)*math.Sqrt((n-2)/left)))
	}
	return c, nil
}

// FalseFindings turns the p of many questions into the share of false findings to expect among all that look at least as
// good (Benjamini and Hochberg, JRSS B 1995): of those at 0.05 or below one in twenty is chance.
func FalseFindings(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	q, least := make([]float64, len(p)), 1.0
	for k, i := range order {
		least = math.Min(least, p[i]*float64(len(p))/float64(len(p)-k))
		q[i] = least
	}
	return q
}
