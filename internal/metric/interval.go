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
	NoInterval     Interval = "none"
	WilsonInterval Interval = "wilson"
	NPSInterval    Interval = "nps"
	MeanInterval   Interval = "mean"
	// RatioInterval is for the ratio of two sums over the same rows, such as minutes to contacts: Student's t on the
	// residuals of the ratio (W. G. Cochran, "Sampling Techniques", 1977, chapter 6).
	RatioInterval Interval = "ratio"
)

func (iv Interval) known() bool {
	switch iv {
	case NoInterval, WilsonInterval, NPSInterval, MeanInterval, RatioInterval:
		return true
	}
	return false
}

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
		mean, variance := s.adjusted()
		half := z * math.Sqrt(variance)
		return math.Max(-1, mean-half), math.Min(1, mean+half), true
	case MeanInterval, RatioInterval:
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

// adjusted are the mean of scores of +1, 0 and -1 and that mean's variance, with three answers added: three quarters
// of a promoter and of a detractor, one and a half passives. Squares count promoters and detractors.
func (s sample) adjusted() (mean, variance float64) {
	n := s.n + 3
	mean = s.sum / n
	return mean, ((s.squares+1.5)/n - mean*mean) / n
}

// differ says whether two samples differ by more than chance explains, at the 95 % level: the "N-1" two-proportion z
// test for shares (I. Campbell, Statistics in Medicine 2007), which is right for few observations too, z on adjusted
// scores for nps, Welch's t for means. Nil when it can't be told.
func (iv Interval) differ(a, b sample) *bool {
	if a.n < 2 || b.n < 2 {
		return nil
	}
	diff, limit := a.sum/a.n-b.sum/b.n, z
	var variance float64
	switch iv {
	case WilsonInterval:
		n := a.n + b.n
		p := (a.sum + b.sum) / n
		variance = p * (1 - p) * (1/a.n + 1/b.n) * n / (n - 1)
	case NPSInterval:
		ma, va := a.adjusted()
		mb, vb := b.adjusted()
		diff, variance = ma-mb, va+vb
	case MeanInterval, RatioInterval:
		va, vb := a.variance()/a.n, b.variance()/b.n
		if variance = va + vb; variance == 0 && diff != 0 {
			return nil // two samples without any spread say nothing about chance
		}
		if variance > 0 {
			nu := variance * variance / (va*va/(a.n-1) + vb*vb/(b.n-1))
			limit = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.Quantile(1 - (1-level)/2)
		}
	default:
		return nil
	}
	yes := math.Abs(diff) > limit*math.Sqrt(variance)
	return &yes
}
