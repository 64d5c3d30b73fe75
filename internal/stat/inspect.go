package stat

import (
	"fmt"
	"math"
	"slices"
)

// Finding is something about a column that the reader of a result must know.
type Finding struct {
	Column  string `json:"column"`
	Finding string `json:"finding"`
	LeftOut bool   `json:"left_out"`
	// Leak is true when the column seems to hold the outcome itself.
	Leak bool `json:"leak"`
}

// Limits of the AUC of a column alone, above which it seems to hold the outcome: so near to 1 that it is left out, or near
// enough to say so.
const (
	outcomeItself = 0.9995
	suspicious    = 0.97
)

// inspect gives the columns that can be learned from, and what is to be said of them and of the rest.
func inspect(columns []Column, outcomes []bool) (usable []Column, findings []Finding) {
	findings = []Finding{}
	for _, c := range columns {
		f := Finding{Column: c.Name, LeftOut: true}
		switch auc := alone(c, outcomes); {
		case c.constant():
			f.Finding = "it is the same in all rows that tell it"
		case c.identifies():
			f.Finding = "it names the row, like an id"
		case auc >= outcomeItself:
			f.Leak = true
			f.Finding = fmt.Sprintf("it tells the outcome by itself (AUC %.4f): a copy of it, or known only after it", auc)
		case auc >= suspicious:
			f.Leak, f.LeftOut = true, false
			f.Finding = fmt.Sprintf("it nearly tells the outcome by itself (AUC %.3f): leave it out if it is known only after the outcome", auc)
		default:
			usable = append(usable, c)
			continue
		}
		findings = append(findings, f)
		if !f.LeftOut {
			usable = append(usable, c)
		}
	}
	return usable, findings
}

func (c Column) constant() bool {
	if c.Numbers != nil {
		v := c.values()
		return len(v) == 0 || (v[0] == v[len(v)-1] && len(v) == len(c.Numbers))
	}
	told, counts := 0, c.counts()
	for _, n := range counts {
		told += n
	}
	return len(counts) == 0 || (len(counts) == 1 && told == len(c.Labels))
}

// identifies is true for labels of which most rows have one of their own, and for whole numbers that run on without
// repeating.
func (c Column) identifies() bool {
	if c.Numbers == nil {
		told, counts := 0, c.counts()
		for _, n := range counts {
			told += n
		}
		return told >= 2*rareLabel && 2*len(counts) > told
	}
	v := c.values()
	for i, x := range v {
		if x != math.Trunc(x) || (i > 0 && x == v[i-1]) {
			return false
		}
	}
	return len(v) >= 2*SmallSample && v[len(v)-1]-v[0] < 1.5*float64(len(v))
}

// alone is the AUC of a column by itself, in the better direction: of its numbers, or of whether there is one. The risk of
// each label, of missing ones too, is taken from every other row and judged by the rest, so that labels with few rows do
// not seem to tell more than they do.
func alone(c Column, outcomes []bool) float64 {
	if c.Numbers == nil {
		events, all := map[string]float64{}, map[string]float64{}
		var risks []float64
		var came []bool
		for i := 0; i < len(outcomes); i += 2 {
			all[c.Labels[i]]++
			if outcomes[i] {
				events[c.Labels[i]]++
			}
		}
		for i := 1; i < len(outcomes); i += 2 {
			risks, came = append(risks, (events[c.Labels[i]]+0.5)/(all[c.Labels[i]]+1)), append(came, outcomes[i])
		}
		return ranking(risks, came)
	}
	var numbers, there []float64
	var came []bool
	for i, v := range c.Numbers {
		told := 0.0
		if !math.IsNaN(v) {
			told = 1
			numbers, came = append(numbers, v), append(came, outcomes[i])
		}
		there = append(there, told)
	}
	best := ranking(there, outcomes)
	if 2*len(numbers) >= len(outcomes) {
		best = math.Max(best, ranking(numbers, came))
	}
	return best
}

// ranking is an AUC in the better direction; 0 where all outcomes are alike.
func ranking(risks []float64, outcomes []bool) float64 {
	if !slices.Contains(outcomes, true) || !slices.Contains(outcomes, false) {
		return 0
	}
	auc, _ := delong(risks, outcomes, nil)
	return math.Max(auc, 1-auc)
}
