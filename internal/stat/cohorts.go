package stat

import "math"

// FitCohorts estimates the model of Contracts from cohorts of different age together: of those due for their renewal i+1,
// kept[i] stayed and lost[i] left. Those whose next renewal is yet to come count for the ones they had. Of the result,
// Project is for one cohort and means nothing here. Refused: lists of different length, counts below zero, fewer than two
// renewals, nobody lost, everybody lost at the first renewal.
func FitCohorts(kept, lost []float64) (*Contracts, error) {
	if len(kept) != len(lost) {
		return nil, refuse("give both for every renewal", "%d counts of customers kept and %d of customers lost don't belong together", len(kept), len(lost))
	}
	left := 0.0
	for i := range kept {
		if !finite(kept[i]) || !finite(lost[i]) || kept[i] < 0 || lost[i] < 0 {
			return nil, refuseRow(i, "%v customers kept and %v lost are no counts", kept[i], lost[i])
		}
		left += lost[i]
	}
	switch {
	case len(kept) < 2 || kept[1]+lost[1] == 0:
		return nil, refuse("wait for the second", "%d renewals are too few: two parameters need at least two", min(len(kept), 1))
	case left == 0:
		return nil, refuse("wait until customers have left", "nobody left, so nothing says how fast customers leave")
	}
	c := fitRenewals(kept, lost)
	c.Size, c.Periods, c.last = kept[0]+lost[0], len(kept), kept[len(kept)-1]
	return c, nil
}

// fitRenewals finds the parameters from what happened at each renewal.
func fitRenewals(kept, lost []float64) *Contracts {
	likelihood := func(logs []float64) float64 {
		alpha, beta := math.Exp(logs[0]), math.Exp(logs[1])
		sum := 0.0
		for i := range kept {
			t := float64(i)
			sum += lost[i]*math.Log(alpha/(alpha+beta+t)) + kept[i]*math.Log((beta+t)/(alpha+beta+t))
		}
		return sum
	}
	p := climb(likelihood, []float64{0, 0}, []float64{0, 2})
	c := &Contracts{
		Alpha: math.Exp(p.at[0]), AlphaInterval: p.interval(0, 1), Beta: math.Exp(p.at[1]), BetaInterval: p.interval(1, 1),
		LogLikelihood: p.value, Converged: p.converged, peak: p, Notes: []string{},
	}
	c.Churn = c.Alpha / (c.Alpha + c.Beta)
	if !c.Converged {
		c.Notes = append(c.Notes, "the likelihood's top was not reached for sure: take the figures as rough")
	}
	if p.vague[0] || p.vague[1] {
		if c.Alpha+c.Beta > 1 {
			c.Notes = append(c.Notes, "customers do not differ in how readily they leave, as far as these figures tell; only the ratio of alpha and beta means something")
		} else {
			c.Notes = append(c.Notes, "customers either leave at once or never, as far as these figures tell")
		}
	}
	return c
}

// Holding is a customer under contract that has renewed so many times, with what each renewal is worth.
type Holding struct {
	Renewals int
	Worth    float64
}

// Value is what the next renewals of these customers, as many for each, are worth together, the k-th from now on discounted
// by (1 + discount)^-k. The interval holds what the parameters leave open; nil where there is nothing to come.
func (c *Contracts) Value(held []Holding, renewals int, discount float64) (float64, *Limits) {
	worth := map[int]float64{}
	for _, h := range held {
		worth[h.Renewals] += h.Worth
	}
	at := func(logs []float64) []float64 {
		alpha, beta := math.Exp(logs[0]), math.Exp(logs[1])
		sum := 0.0
		for n, w := range worth {
			term := w
			for t := float64(n); t < float64(n+renewals); t++ {
				term *= (beta + t) / (alpha + beta + t) / (1 + discount)
				sum += term
			}
		}
		return []float64{math.Log(sum)}
	}
	value := math.Exp(at(c.peak.at)[0])
	if !(value > 0) {
		return 0, nil
	}
	half := z * c.peak.errors(at)[0]
	return value, limits(value*math.Exp(-half), value*math.Exp(half))
}
