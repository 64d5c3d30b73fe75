package metric

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval says which 95 % interval belongs to a metric.
type Interval string

// Wilson is for shares (E. B. Wilson, JASA 1927); NPS is the adjusted Wald interval of Sauro and Lewis ("Quantifying
// the User Experience", 2016: three answers added, three quarters promoters and detractors alike); Mean is Student's t.
const (
	NoInterval     Interval = ""
	WilsonInterval Interval = "wilson"
	NPSInterval    Interval = "nps"
	MeanInterval   Interval = "mean"
)

const level = 0.95

var z = distuv.UnitNormal.Quantile(1 - (1-level)/2)

// smallSample is the number of observations below which an estimate is flagged.
const smallSample = 30

// sample is what an interval is computed from: the sums of a numerator and of its squares over n observations.
type sample struct{ sum, squares, n float64 }

// bounds are the limits of the 95 % interval in the unit of sum / n; false when the sample is too small for one.
func (iv Interval) bounds(s sample) (low, high float64, ok bool) {
	if s.n <= 0 {
		return 0, 0, false
	}
	switch iv {
	case WilsonInterval:
		p, z2 := s.sum/s.n, z*z
		middle := p + z2/(2*s.n)
		half := z * math.Sqrt(p*(1-p)/s.n+z2/(4*s.n*s.n))
		return math.Max(0, (middle-half)/(1+z2/s.n)), math.Min(1, (middle+half)/(1+z2/s.n)), true
	case NPSInterval:
		// Promoters are (squares+sum)/2, detractors (squares-sum)/2, for scores of +1, 0, -1.
		n := s.n + 3
		mean := s.sum / n
		variance := (s.squares+1.5)/n - mean*mean
		half := z * math.Sqrt(variance/n)
		return math.Max(-1, mean-half), math.Min(1, mean+half), true
	case MeanInterval:
		if s.n < 2 {
			return 0, 0, false
		}
		mean := s.sum / s.n
		half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: s.n - 1}.Quantile(1-(1-level)/2) * math.Sqrt(s.variance()/s.n)
		return mean - half, mean + half, true
	}
	return 0, 0, false
}

// variance is the sample variance.
func (s sample) variance() float64 {
	return math.Max(0, (s.squares-s.sum*s.sum/s.n)/(s.n-1))
}

// differ says whether two samples differ by more than chance explains, at the 95 % level: a two-proportion z test
// with pooled variance for shares, z for nps, Welch's t for means. Nil when it can't be told.
func (iv Interval) differ(a, b sample) *bool {
	if a.n < 2 || b.n < 2 {
		return nil
	}
	diff := math.Abs(a.sum/a.n - b.sum/b.n)
	var se, limit float64
	switch iv {
	case WilsonInterval:
		p := (a.sum + b.sum) / (a.n + b.n)
		se, limit = math.Sqrt(p*(1-p)*(1/a.n+1/b.n)), z
	case NPSInterval:
		va := a.squares/a.n - a.sum*a.sum/(a.n*a.n)
		vb := b.squares/b.n - b.sum*b.sum/(b.n*b.n)
		se, limit = math.Sqrt(va/a.n+vb/b.n), z
	case MeanInterval:
		va, vb := a.variance()/a.n, b.variance()/b.n
		se = math.Sqrt(va + vb)
		if se > 0 {
			nu := (va + vb) * (va + vb) / (va*va/(a.n-1) + vb*vb/(b.n-1))
			limit = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Quantile(1 - (1-level)/2)
		}
	default:
		return nil
	}
	yes := diff > 0 && diff > limit*se
	return &yes
}
