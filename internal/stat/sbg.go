package stat

import "math"

// Contracts is the shifted beta-geometric model of a cohort under contract (Fader and Hardie, "How to project customer
// retention", Journal of Interactive Marketing 2007): at each renewal a customer leaves with a probability of its own,
// and these probabilities follow a beta distribution with Alpha and Beta.
type Contracts struct {
	Alpha         float64 `json:"alpha"`
	AlphaInterval *Limits `json:"alpha_interval"`
	Beta          float64 `json:"beta"`
	BetaInterval  *Limits `json:"beta_interval"`
	// Churn is the mean probability to leave at the first renewal, Alpha / (Alpha + Beta).
	Churn         float64  `json:"mean_churn"`
	LogLikelihood float64  `json:"log_likelihood"`
	Converged     bool     `json:"converged"`
	Notes         []string `json:"notes"`
	Size          float64  `json:"cohort_size"`
	Periods       int      `json:"periods"` // that were observed
	last          float64  // survivors of the last of them
	peak          *peak
}

// FitContracts estimates the model from a cohort of size customers of which survivors[i] were left after i+1 renewals.
// Refused: fewer than two renewals, survivors that grow, nobody lost, everybody lost at the first renewal.
func FitContracts(size float64, survivors []float64) (*Contracts, error) {
	if !(size > 0) || !finite(size) {
		return nil, refuse("give the number of customers that the cohort began with", "a cohort of %v can't be projected", size)
	}
	before := size
	for i, s := range survivors {
		switch {
		case !finite(s) || s < 0:
			return nil, refuseRow(i, "%v survivors are no count", s)
		case s > before && i == 0:
			return nil, refuseRow(i, "%v survivors are more than the cohort of %v", s, size)
		case s > before:
			return nil, refuseRow(i, "%v survivors are more than the %v before; a cohort only shrinks", s, before)
		}
		before = s
	}
	switch {
	case len(survivors) < 2:
		return nil, refuse("wait for the second", "%d renewals are too few: two parameters need at least two", len(survivors))
	case before == size:
		return nil, refuse("wait until customers have left", "nobody left, so nothing says how fast customers leave")
	case survivors[0] == 0:
		return nil, refuse("look at a cohort that renewed at least once", "everybody left at the first renewal, so nothing says how the rest would go on")
	}
	kept, lost := survivors, make([]float64, len(survivors))
	before = size
	for i, s := range survivors {
		lost[i], before = before-s, s
	}
	c := fitRenewals(kept, lost)
	c.Size, c.Periods, c.last = size, len(survivors), before
	return c, nil
}

// Projection is what the model says of one period.
type Projection struct {
	Period    int     `json:"period"`
	Observed  bool    `json:"observed"` // whether the data reach there
	Survival  float64 `json:"survival"` // share of the cohort
	Survivors float64 `json:"survivors"`
	// Interval of the survivors of a period to come holds their number, with the chance of each customer.
	Interval          *Limits `json:"survivors_interval,omitempty"`
	Retention         float64 `json:"retention"` // share of those of the period before
	RetentionInterval *Limits `json:"retention_interval"`
}

// Project gives the observed periods and so many more.
func (c *Contracts) Project(more int) []Projection {
	n := c.Periods + more
	errors := c.peak.errors(func(logs []float64) []float64 {
		var all []float64
		for _, p := range project(math.Exp(logs[0]), math.Exp(logs[1]), n) {
			all = append(all, p.Survival, math.Log(p.Retention/(1-p.Retention)))
		}
		return all
	})
	all := project(c.Alpha, c.Beta, n)
	for i := range all {
		p := &all[i]
		p.Survivors = c.Size * p.Survival
		logit, half := math.Log(p.Retention/(1-p.Retention)), z*errors[2*i+1]
		p.RetentionInterval = limits(share(logit-half), share(logit+half))
		if p.Observed = i < c.Periods; p.Observed {
			continue
		}
		stay := p.Survival / all[c.Periods-1].Survival
		variance := math.Pow(c.Size*errors[2*i], 2) + c.last*stay*(1-stay)
		half = z * math.Sqrt(variance)
		p.Interval = limits(math.Max(0, p.Survivors-half), math.Max(0, math.Min(c.last, p.Survivors+half)))
	}
	return all
}

func project(alpha, beta float64, n int) []Projection {
	var all []Projection
	survival := 1.0
	for t := 1; t <= n; t++ {
		retention := (beta + float64(t) - 1) / (alpha + beta + float64(t) - 1)
		survival *= retention
		all = append(all, Projection{Period: t, Survival: survival, Retention: retention})
	}
	return all
}

// share is the inverse of the logit.
func share(logit float64) float64 { return 1 / (1 + math.Exp(-logit)) }

// Residual is the discounted expected residual lifetime of a customer just before a renewal, that renewal's period
// included, in periods (DERL: Fader and Hardie, Marketing Science 2010). A customer that pays v a period is worth v times
// as much.
type Residual struct {
	Renewal  int     `json:"renewal"`
	Periods  float64 `json:"periods"`
	Interval *Limits `json:"interval"`
}

// Residuals are the residual lifetimes before each renewal up to the first that was not observed, at a discount rate a
// period, which must be above zero.
func (c *Contracts) Residuals(discount float64) ([]Residual, error) {
	if !(discount > 0) || !finite(discount) {
		return nil, refuse("give a rate above zero a period, such as 0.1", "a discount rate of %v has no finite residual lifetime for certain", discount)
	}
	logs := func(logs []float64) []float64 {
		var all []float64
		for n := 1; n <= c.Periods+1; n++ {
			all = append(all, math.Log(residual(math.Exp(logs[0]), math.Exp(logs[1]), n, discount)))
		}
		return all
	}
	errors := c.peak.errors(logs)
	var all []Residual
	for i, log := range logs(c.peak.at) {
		half := z * errors[i]
		all = append(all, Residual{Renewal: i + 1, Periods: math.Exp(log), Interval: limits(math.Exp(log-half), math.Exp(log+half))})
	}
	return all, nil
}

// residual sums r(n) (1 + r(n+1) v (1 + r(n+2) v (…))), which is r(n) 2F1(1, beta+n; alpha+beta+n; v); v discounts one
// period. The terms fall at least as fast as v^k.
func residual(alpha, beta float64, n int, discount float64) float64 {
	v := 1 / (1 + discount)
	sum, term := 0.0, 1.0
	for t := float64(n); ; t++ {
		term *= (beta + t - 1) / (alpha + beta + t - 1)
		sum += term
		if term *= v; term/(1-v) < 1e-13*sum {
			return sum
		}
	}
}
