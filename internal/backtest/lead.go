package backtest

import (
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/stat"
)

// aheads are how many days before leaving it is asked who was poor already.
var aheads = []int{30, 60, 90}

// seen is a look at an account before it left.
type seen struct {
	before float64 // days
	poor   bool
}

// lead is how early those that left were in the poor band. Every account that left after a look counts, however long after;
// nil for fewer than thirty.
func (s *study) lead(card int, levels health.Bands) (*Lead, error) {
	of := map[string][]seen{}
	for i := range s.looks {
		l := &s.looks[i]
		if l.row.Left.IsZero() || math.IsNaN(l.scores[card]) || l.row.Left.After(s.panel.Until) {
			continue
		}
		// An account may leave, come back and leave again: each leaving has looks of its own.
		key := l.name + l.row.Left.String()
		of[key] = append(of[key], seen{l.row.Left.Sub(s.panel.Ends[l.row.Point]).Hours() / 24, levels.Of(l.scores[card]) == health.Unhealthy})
	}
	if len(of) < stat.SmallSample {
		return nil, nil
	}
	var events [][]stat.Look
	for _, looks := range of {
		var one []stat.Look
		for _, x := range looks {
			alarm := 0.0
			if x.poor {
				alarm = 1
			}
			one = append(one, stat.Look{Before: x.before, Number: alarm})
		}
		events = append(events, one)
	}
	found, err := stat.LeadTime(events, 1)
	if err != nil {
		return nil, err
	}
	lead := &Lead{Lead: found}
	for _, days := range aheads {
		a := Ahead{Days: days}
		for _, looks := range of {
			at := slices.IndexFunc(looks, func(x seen) bool { return x.before >= float64(days) })
			if at < 0 {
				continue
			}
			last := looks[at]
			for _, x := range looks { // the latest that was so long before
				if x.before >= float64(days) && x.before < last.before {
					last = x
				}
			}
			if a.N++; last.poor {
				a.Poor++
			}
		}
		if a.N > 0 {
			low, high, _ := stat.Wilson.Bounds(stat.Sample{Sum: float64(a.Poor), N: float64(a.N)})
			a.Share, a.Interval = float64(a.Poor)/float64(a.N), &stat.Limits{Low: low, High: high}
		}
		lead.Ahead = append(lead.Ahead, a)
	}
	return lead, nil
}
