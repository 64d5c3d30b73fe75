package forecast

import "math"

// Scenario asks what follows when the accounts of a plan leave less or more readily.
type Scenario struct {
	Plan   string  `json:"plan" doc:"Empty: all plans"`
	Points float64 `json:"points" doc:"By how many percentage points a month the churn of customers changes; -1 is one point less"`
}

// Effect is what would follow.
type Effect struct {
	Scenario
	Rate      float64 `json:"rate" doc:"Monthly churn of the plan as it is, in percent"`
	Becomes   float64 `json:"becomes"`
	Limited   bool    `json:"limited" doc:"Churn can't fall below zero: the scenario was cut there"`
	Customers float64 `json:"customers" doc:"More in twelve months than otherwise"`
	MRR       float64 `json:"mrr" doc:"More a month in twelve months than otherwise"`
	Value     float64 `json:"value" doc:"More within 36 months than otherwise"`
	Months    float64 `json:"months" doc:"By which the mean account of the plan pays longer, within 36"`
}

// Effect works a scenario out: the hazards of the plan's accounts change in proportion, so that their mean does by the points.
func (o *Outlook) Effect(s Scenario) Effect {
	e := Effect{Scenario: s}
	months, left := 0.0, 0.0
	for _, r := range o.Plans {
		if s.Plan == "" || r.Plan == s.Plan {
			months, left = months+float64(r.Months), left+r.Rate*float64(r.Months)
		}
	}
	if months == 0 || left == 0 {
		return e
	}
	rate := left / months
	becomes := rate + s.Points/100
	if becomes < 0 {
		becomes, e.Limited = 0, true
	}
	e.Rate, e.Becomes = 100*rate, 100*becomes
	n := 0.0
	for i := range o.Accounts {
		w := &o.Accounts[i]
		if s.Plan != "" && w.Plan != s.Plan {
			continue
		}
		n++
		chance := 1.0
		for t := 0; t <= ValueMonths; t++ {
			if t > 0 {
				hazard := 1 - w.survival[t]/math.Max(w.survival[t-1], 1e-12)
				chance *= 1 - math.Max(0, math.Min(1, hazard*becomes/rate))
			}
			more := chance - w.survival[t]
			if t == SoonMonths {
				e.Customers += more
				e.MRR += more * w.MRR
			}
			if t < ValueMonths {
				e.Value += more * w.MRR
				e.Months += more
			}
		}
	}
	if n > 0 {
		e.Months /= n
	}
	return e
}
