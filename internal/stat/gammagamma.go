package stat

import "math"

// Spend is the Gamma-Gamma model of what a purchase is worth (Fader and Hardie, "The Gamma-Gamma model of monetary
// value", 2013): purchases of a customer scatter around a mean of its own (gamma distributed with shape P), and these
// means differ (Q, V). It takes what a purchase is worth to have nothing to do with how often there are purchases:
// Correlation shows whether that is so.
type Spend struct {
	P         float64 `json:"p"`
	PInterval *Limits `json:"p_interval"`
	Q         float64 `json:"q"`
	QInterval *Limits `json:"q_interval"`
	V         float64 `json:"v"`
	VInterval *Limits `json:"v_interval"`
	// Mean is that of all customers, P V / (Q - 1); nil when Q says that it is not finite.
	Mean          *float64 `json:"mean"`
	LogLikelihood float64  `json:"log_likelihood"`
	Converged     bool     `json:"converged"`
	// Buyers are those the model was fitted to: with repeats worth something.
	Buyers int `json:"customers"`
	// Worthless had repeats, all for nothing; the model has no room for them.
	Worthless   int      `json:"worthless"`
	Correlation *float64 `json:"correlation"` // of Repeats and Value
	Notes       []string `json:"notes"`
	unit        float64  // of value in which the peak was looked for
	peak        *peak
}

// FitSpend estimates the model. Refused: fewer than ten customers with repeats worth something.
func FitSpend(buyers []Buyer) (*Spend, error) {
	_, unit, err := scales(buyers)
	if err != nil {
		return nil, err
	}
	s := &Spend{Notes: []string{}, unit: unit}
	var xs, values []float64
	for _, b := range buyers {
		switch {
		case b.Repeats > 0 && b.Value > 0:
			xs, values = append(xs, float64(b.Repeats)), append(values, b.Value/unit)
		case b.Repeats > 0:
			s.Worthless++
		}
	}
	if s.Buyers = len(xs); s.Buyers < fewestBuyers {
		return nil, refuse("leave the amounts out to estimate the number of purchases alone",
			"%d customers bought again for more than nothing; what a purchase is worth needs at least %d", s.Buyers, fewestBuyers)
	}
	logs := make([]float64, len(xs))
	for i := range xs {
		logs[i] = math.Log(values[i])
	}
	p := climb(func(at []float64) float64 {
		p, q, v := math.Exp(at[0]), math.Exp(at[1]), math.Exp(at[2])
		sum, lq, lv := 0.0, lgamma(q), math.Log(v)
		type shape struct{ constant, px float64 }
		ofX := map[float64]shape{}
		for i, x := range xs {
			k, ok := ofX[x]
			if !ok {
				k = shape{lgamma(p*x+q) - lgamma(p*x) - lq + q*lv + p*x*math.Log(x), p * x}
				ofX[x] = k
			}
			sum += k.constant + (k.px-1)*logs[i] - (k.px+q)*math.Log(v+x*values[i])
		}
		return sum
	}, []float64{1, 1, 0}, []float64{3, 1, -1})
	s.P, s.Q, s.V = math.Exp(p.at[0]), math.Exp(p.at[1]), unit*math.Exp(p.at[2])
	s.PInterval, s.QInterval, s.VInterval = p.interval(0, 1), p.interval(1, 1), p.interval(2, unit)
	s.LogLikelihood = p.value - float64(len(xs))*math.Log(unit)
	s.Converged, s.peak = p.converged, p
	s.Correlation = known(correlation(xs, values))
	if s.Q > 1 {
		s.Mean = known(s.P * s.V / (s.Q - 1))
	} else {
		s.Notes = append(s.Notes, "a few customers spend so much more than the rest that the mean of all is not finite: those without repeats have no value")
	}
	if !s.Converged {
		s.Notes = append(s.Notes, "the likelihood's top was not reached for sure: take the figures as rough")
	}
	if p.vague[0] || p.vague[1] || p.vague[2] {
		s.Notes = append(s.Notes, "p, q and v are not told apart well by these amounts; the means they give are")
	}
	if s.Correlation != nil && math.Abs(*s.Correlation) > 0.3 {
		s.Notes = append(s.Notes, "what a purchase is worth goes with how often there are purchases, which the model takes not to be so")
	}
	return s, nil
}

func (s *Spend) with(logs []float64) *Spend {
	return &Spend{P: math.Exp(logs[0]), Q: math.Exp(logs[1]), V: s.unit * math.Exp(logs[2])}
}

// Expected is the mean amount of a customer's purchases to come: between its own mean and that of all. NaN when it is
// not finite, which only those without enough repeats can have.
func (s *Spend) Expected(b Buyer) float64 {
	x := float64(b.Repeats)
	if below := s.P*x + s.Q - 1; below > 0 {
		return s.P * (s.V + x*b.Value) / below
	}
	return math.NaN()
}

func correlation(a, b []float64) float64 {
	var ma, mb, aa, bb, ab float64
	n := float64(len(a))
	for i := range a {
		ma, mb = ma+a[i]/n, mb+b[i]/n
	}
	for i := range a {
		aa, bb, ab = aa+(a[i]-ma)*(a[i]-ma), bb+(b[i]-mb)*(b[i]-mb), ab+(a[i]-ma)*(b[i]-mb)
	}
	return ab / math.Sqrt(aa*bb)
}
