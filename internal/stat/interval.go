package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a way to compute the interval of an estimate from a Sample.
type Interval string

// Wilson is for shares (E. B. Wilson, JASA 1927); Score is the adjusted Wald interval of net promoter scores by Sauro and
// Lewis ("Quantifying the User Experience", 2016: three answers added, three quarters promoters and detractors alike);
// Mean is Student's t.
const (
	Wilson Interval = "wilson"
	Score  Interval = "nps"
	Mean   Interval = "mean"
)

// Sample is what an interval is computed from: the sum of N observations and the sum of their squares. For Wilson Sum
// counts those that have the property and Squares is not read; for Score an observation is 1, 0 or -1.
type Sample struct{ Sum, Squares, N float64 }

// Bounds are the limits of the interval in the unit of Sum / N; false when the sample is too small for one.
func (iv Interval) Bounds(s Sample) (low, high float64, ok bool) {
	if !(s.N > 0) {
		return 0, 0, false
	}
	switch iv {
	case Wilson:
		p, z2 := s.Sum/s.N, z*z
		middle := p + z2/(2*s.N)
		half := z * math.Sqrt(p*(1-p)/s.N+z2/(4*s.N*s.N))
		return math.Max(0, (middle-half)/(1+z2/s.N)), math.Min(1, (middle+half)/(1+z2/s.N)), true
	case Score:
		mean, variance := s.adjusted()
		half := z * math.Sqrt(variance)
		return math.Max(-1, mean-half), math.Min(1, mean+half), true
	case Mean:
		if s.N < 2 {
			return 0, 0, false
		}
		mean := s.Sum / s.N
		half := student(s.N-1) * math.Sqrt(s.variance()/s.N)
		return mean - half, mean + half, true
	}
	return 0, 0, false
}

// Differ says whether two samples differ by more than chance explains, at Level: the "N-1" two-proportion z test for
// shares (I. Campbell, Statistics in Medicine 2007), which is right for few observations too, z on adjusted scores for
// Score, Welch's t for Mean. Nil when it can't be told.
func (iv Interval) Differ(a, b Sample) *bool {
	if !(a.N >= 2) || !(b.N >= 2) {
		return nil
	}
	diff, limit := a.Sum/a.N-b.Sum/b.N, z
	var variance float64
	switch iv {
	case Wilson:
		n := a.N + b.N
		p := (a.Sum + b.Sum) / n
		variance = p * (1 - p) * (1/a.N + 1/b.N) * n / (n - 1)
	case Score:
		ma, va := a.adjusted()
		mb, vb := b.adjusted()
		diff, variance = ma-mb, va+vb
	case Mean:
		va, vb := a.variance()/a.N, b.variance()/b.N
		if variance = va + vb; variance == 0 && diff != 0 {
			return nil // two samples without any spread say nothing about chance
		}
		if variance > 0 {
			limit = student(variance * variance / (va*va/(a.N-1) + vb*vb/(b.N-1)))
		}
	default:
		return nil
	}
	yes := math.Abs(diff) > limit*math.Sqrt(variance)
	return &yes
}

// student is the quantile of Student's t with so many degrees of freedom that belongs to Level.
func student(freedom float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(1 - (1-Level)/2)
}

// variance is the sample variance.
func (s Sample) variance() float64 {
	return math.Max(0, (s.Squares-s.Sum*s.Sum/s.N)/(s.N-1))
}

// adjusted are the mean of scores of +1, 0 and -1 and that mean's variance, with three answers added: three quarters of a
// promoter and of a detractor, one and a half passives. Squares count promoters and detractors.
func (s Sample) adjusted() (mean, variance float64) {
	n := s.N + 3
	mean = s.Sum / n
	return mean, ((s.Squares+1.5)/n - mean*mean) / n
}

// NetPromoters is a net promoter score, in points from -100 to 100.
type NetPromoters struct {
	N          int      `json:"n"`
	Score      *float64 `json:"nps"` // nil without answers
	Promoters  int      `json:"promoters"`
	Passives   int      `json:"passives"`
	Detractors int      `json:"detractors"`
	Interval   *Limits  `json:"interval"`
	// SmallSample is true for fewer than 30 answers.
	SmallSample bool `json:"small_sample"`
}

// SmallSample is the number of observations below which an estimate is flagged.
const SmallSample = 30

// NPS is the net promoter score of answers from 0 to 10: 9 and 10 are promoters, 0 to 6 detractors.
func NPS(answers []float64) (*NetPromoters, error) {
	s := &NetPromoters{N: len(answers), SmallSample: len(answers) < SmallSample}
	for i, a := range answers {
		switch {
		case !(a >= 0 && a <= 10) || a != math.Trunc(a):
			return nil, refuseRow(i, "%v is no answer from 0 to 10 in whole numbers", a)
		case a >= 9:
			s.Promoters++
		case a >= 7:
			s.Passives++
		default:
			s.Detractors++
		}
	}
	if s.N > 0 {
		s.Score = known(100 * float64(s.Promoters-s.Detractors) / float64(s.N))
		low, high, _ := Score.Bounds(s.sample())
		s.Interval = &Limits{100 * low, 100 * high}
	}
	return s, nil
}

func (s *NetPromoters) sample() Sample {
	return Sample{Sum: float64(s.Promoters - s.Detractors), Squares: float64(s.Promoters + s.Detractors), N: float64(s.N)}
}

// DiffersFromRest says whether the score of a part differs from that of all others by more than chance explains; nil when
// it can't be told.
func (s *NetPromoters) DiffersFromRest(all *NetPromoters) *bool {
	part, whole := s.sample(), all.sample()
	return Score.Differ(part, Sample{whole.Sum - part.Sum, whole.Squares - part.Squares, whole.N - part.N})
}
