package metric

import (
	"math"

	"github.com/keepwell/keepwell/internal/stat"
)

func init() { estimators["waiting_time"] = waitingTime }

// waitingTime estimates how long it takes until something happens, from (time, 1 when it happened and 0 when it had not
// yet): the median of Kaplan and Meier with its interval, the quartiles, and the share that is not there yet.
func waitingTime(observations [][]float64) Estimate {
	var spells []stat.Spell
	reached := 0
	for _, o := range observations {
		if !(o[0] >= 0) {
			continue // before the start: not waiting
		}
		spells = append(spells, stat.Spell{Duration: o[0], Event: o[1] == 1})
		if o[1] == 1 {
			reached++
		}
	}
	e := Estimate{N: int64(len(spells)), Detail: map[string]any{"reached": figure(float64(reached))}}
	curve, err := stat.KaplanMeier(spells, stat.BandLogLog)
	if err != nil { // nobody
		return e
	}
	e.Value, e.Low, e.High = curve.Median, curve.MedianInterval.Low, curve.MedianInterval.High
	e.Detail["quartile_1"], e.Detail["quartile_3"] = timeBy(curve, 0.25), timeBy(curve, 0.75)
	e.Detail["not_there_yet"] = figure(100 * float64(len(spells)-reached) / float64(len(spells)))
	return e
}

// timeBy is the time by which this share has come, the middle where the curve is level there; nil when it never does.
func timeBy(c *stat.Curve, share float64) *Figure {
	const same = 1.5e-8
	for i, s := range c.Steps {
		left := s.Survival - (1 - share)
		if left >= same {
			continue
		}
		if math.Abs(left) < same {
			for _, later := range c.Steps[i+1:] {
				if later.Survival < s.Survival {
					return figure((s.Time + later.Time) / 2)
				}
			}
		}
		return figure(s.Time)
	}
	return nil
}
