package stat

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Outlook is what is to be expected of a customer within a horizon. Intervals are those of the expectation: they hold
// what the parameters leave open. Likely holds what this one customer will do. Money is nil without a Spend.
type Outlook struct {
	Buyer
	Alive    float64  `json:"p_alive"`
	Expected float64  `json:"expected_purchases"`
	Interval *Limits  `json:"expected_purchases_interval"`
	Likely   Span     `json:"likely_purchases"`
	Worth    *float64 `json:"expected_value,omitempty"` // of one purchase
	Value    *float64 `json:"clv,omitempty"`
	Range    *Limits  `json:"clv_interval,omitempty"`
}

// Totals are the sums over all customers, with intervals of the sums.
type Totals struct {
	Buyers   int      `json:"customers"`
	Alive    float64  `json:"alive"`
	Expected float64  `json:"expected_purchases"`
	Interval *Limits  `json:"expected_purchases_interval"`
	Value    *float64 `json:"clv,omitempty"`
	Range    *Limits  `json:"clv_interval,omitempty"`
	// Mean is the value of one customer: Value / Buyers.
	Mean      *float64 `json:"clv_mean,omitempty"`
	MeanRange *Limits  `json:"clv_mean_interval,omitempty"`
}

// longestHorizon limits the horizon, in times of how long customers were watched on average. Nothing that was watched for
// a month says anything of a decade.
const longestHorizon = 100

// Lifetimes gives what is to be expected of customers within so many units of time, and in total; money of a purchase
// after t units is discounted by (1 + discount)^-t. spend is nil where money is not asked for.
func Lifetimes(m *Purchases, spend *Spend, buyers []Buyer, horizon, discount float64) ([]Outlook, *Totals, error) {
	unit, _, err := scales(buyers)
	if err != nil {
		return nil, nil, err
	}
	if !(horizon > 0) || horizon > longestHorizon*unit {
		return nil, nil, refuse("", "a horizon of %v is not above zero, or more than %d times the %.3g that customers were watched on average", horizon, longestHorizon, unit)
	}
	if !(discount >= 0) || discount > 10 {
		return nil, nil, refuse("give it as a share for each unit of time, such as 0.002 a week", "a discount rate of %v can't be used", discount)
	}
	force := math.Log1p(discount)
	n := len(buyers)
	// In this order: expected purchases, worth of one, value; then the three totals.
	at := func(logs []float64) []float64 {
		m := purchasesAt(logs[:4], m.unit)
		var s *Spend
		if spend != nil {
			s = spend.with(logs[4:])
		}
		all := make([]float64, 3*n+2)
		for i, b := range buyers {
			e := m.Expected(b, horizon)
			all[3*i] = math.Log(e)
			all[3*n] += e
			if s == nil {
				continue
			}
			worth := s.Expected(b)
			value := worth * m.discounted(b, horizon, force)
			all[3*i+1], all[3*i+2] = worth, math.Log(value)
			all[3*n+1] += value
		}
		all[3*n], all[3*n+1] = math.Log(all[3*n]), math.Log(all[3*n+1])
		return all
	}
	joint := joined(m.peak, spend)
	values, errors := at(joint.at), joint.errors(at)
	around := func(i int) *Limits {
		half := z * errors[i]
		return limits(math.Exp(values[i]-half), math.Exp(values[i]+half))
	}
	t := &Totals{Buyers: n, Expected: math.Exp(values[3*n]), Interval: around(3 * n)}
	all := make([]Outlook, n)
	for i, b := range buyers {
		o := &all[i]
		*o = Outlook{Buyer: b, Alive: m.Alive(b), Expected: math.Exp(values[3*i]), Interval: around(3 * i), Likely: m.Likely(b, horizon)}
		t.Alive += o.Alive
		if spend != nil {
			o.Worth, o.Value, o.Range = known(values[3*i+1]), known(math.Exp(values[3*i+2])), around(3*i+2)
		}
	}
	if spend != nil {
		if t.Value, t.Range = known(math.Exp(values[3*n+1])), around(3*n+1); t.Value != nil {
			t.Mean = known(*t.Value / float64(n))
			if t.Range != nil {
				t.MeanRange = limits(t.Range.Low/float64(n), t.Range.High/float64(n))
			}
		}
	}
	return all, t, nil
}

// joined is the peak of two models that share no parameters.
func joined(p *peak, spend *Spend) *peak {
	if spend == nil {
		return p
	}
	q := spend.peak
	both := &peak{at: append(append([]float64(nil), p.at...), q.at...)}
	both.covariance = mat.NewSymDense(len(both.at), nil)
	for i := range p.at {
		for j := i; j < len(p.at); j++ {
			both.covariance.SetSym(i, j, p.covariance.At(i, j))
		}
	}
	k := len(p.at)
	for i := range q.at {
		for j := i; j < len(q.at); j++ {
			both.covariance.SetSym(k+i, k+j, q.covariance.At(i, j))
		}
	}
	return both
}
