package metric

import (
	"math"

	"github.com/keepwell/keepwell/internal/stat"
)

func init() { estimators["survival"] = survival }

// survival is the share of customers that still pay after so many months, from how long each has paid, whether it left
// then, and after how many months is asked. It is not defined beyond the longest time that anybody was watched. Beside it:
// the curve month by month and the median lifetime.
func survival(observations [][]float64) Estimate {
	spells := make([]stat.Spell, len(observations))
	longest := 0.0
	for i, o := range observations {
		spells[i] = stat.Spell{Duration: o[0], Event: o[1] == 1}
		longest = math.Max(longest, o[0])
	}
	found := Estimate{N: int64(len(observations))}
	curve, err := stat.KaplanMeier(spells, stat.BandLogLog)
	if err != nil {
		return found // no durations: nothing to tell
	}
	rows := []Row{}
	for month := 0; float64(month) <= longest; month++ {
		step := stepAt(curve, float64(month))
		rows = append(rows, Row{"month": int64(month), "at_risk": int64(atRisk(spells, float64(month))), "share": figure(100 * step.Survival), "low": percent(step.Low), "high": percent(step.High)})
	}
	found.Detail = map[string]any{"curve": rows, "customers": figure(float64(curve.N)), "lost": figure(float64(curve.Events)), "median_months": shownMonths(curve.Median),
		"median_low": shownMonths(curve.MedianInterval.Low), "median_high": shownMonths(curve.MedianInterval.High)}
	asked := observations[0][2]
	if step := stepAt(curve, asked); asked <= longest || step.Survival == 0 {
		value := 100 * step.Survival
		found.Value = &value
		if step.Low != nil && step.High != nil {
			low, high := 100**step.Low, 100**step.High
			found.Low, found.High = &low, &high
		}
	}
	return found
}

// stepAt is what the curve says at t; all survive before its first step.
func stepAt(curve *stat.Curve, t float64) stat.Step {
	at := stat.Step{Survival: 1}
	for _, step := range curve.Steps {
		if step.Time > t {
			break
		}
		at = step
	}
	return at
}

func atRisk(spells []stat.Spell, t float64) int {
	n := 0
	for _, s := range spells {
		if s.Duration >= t {
			n++
		}
	}
	return n
}

func percent(share *float64) *Figure {
	if share == nil {
		return nil
	}
	return figure(100 * *share)
}

func shownMonths(months *float64) *Figure {
	if months == nil {
		return nil
	}
	return figure(*months)
}
