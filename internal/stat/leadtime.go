package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Look is a number seen some time before an event.
type Look struct {
	Before float64 // in any unit, not negative
	Number float64
}

// Lead is how long before an event a number gave the alarm. The alarm that counts is the one that lasted: it begins with the
// first of the looks that from there on are all at the limit or above, up to the last before the event. Events of which the
// last look is below the limit were missed.
type Lead struct {
	N        int     `json:"n"`
	Warned   int     `json:"warned"`
	Share    float64 `json:"share"` // Warned / N
	Interval *Limits `json:"interval"`
	// Quartiles and median of the lead of those warned of; nil where none was.
	Low    *float64 `json:"p25"`
	Median *float64 `json:"median"`
	High   *float64 `json:"p75"`
	// MedianInterval rests on the order of the leads alone; nil for too few.
	MedianInterval *Limits `json:"median_interval"`
	// Leads are all of them, the shortest first.
	Leads []float64 `json:"leads"`
}

// LeadTime looks at events, each with what was seen before it, in any order. Refused: fewer than 30 events, one without any
// look, looks that are no numbers.
func LeadTime(events [][]Look, limit float64) (*Lead, error) {
	if len(events) < SmallSample {
		return nil, refuse("wait for more", "%d events are too few to say how early they are seen: at least %d are needed", len(events), SmallSample)
	}
	var leads []float64
	for i, looks := range events {
		if len(looks) == 0 {
			return nil, refuseRow(i, "nothing was seen before the event")
		}
		ordered := slices.Clone(looks)
		slices.SortStableFunc(ordered, func(a, b Look) int {
			switch {
			case a.Before < b.Before:
				return -1
			case a.Before > b.Before:
				return 1
			}
			return 0
		})
		lead := -1.0
		for _, l := range ordered { // the latest first
			if !finite(l.Number) || !finite(l.Before) || l.Before < 0 {
				return nil, refuseRow(i, "%v seen %v before the event is no look", l.Number, l.Before)
			}
			if l.Number < limit {
				break
			}
			lead = l.Before
		}
		if lead >= 0 {
			leads = append(leads, lead)
		}
	}
	l := &Lead{Leads: []float64{}, N: len(events), Warned: len(leads), Share: float64(len(leads)) / float64(len(events))}
	low, high, _ := Wilson.Bounds(Sample{Sum: float64(l.Warned), N: float64(l.N)})
	l.Interval = &Limits{low, high}
	if len(leads) == 0 {
		return l, nil
	}
	slices.Sort(leads)
	l.Leads = leads
	l.Low, l.Median, l.High = known(quantile(leads, 0.25)), known(quantile(leads, 0.5)), known(quantile(leads, 0.75))
	l.MedianInterval = medianInterval(leads)
	return l, nil
}

// quantile is that of sorted values, between neighbours in proportion (type 7 of Hyndman and Fan, as in R).
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	below := int(math.Floor(at))
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// medianInterval are the order statistics that hold the median at least with Level (the sign test turned round).
func medianInterval(sorted []float64) *Limits {
	n := len(sorted)
	b := distuv.Binomial{N: float64(n), P: 0.5}
	k := -1
	for k+1 < n/2 && b.CDF(float64(k+1)) <= (1-Level)/2 {
		k++
	}
	if k < 0 {
		return nil
	}
	return limits(sorted[k], sorted[n-1-k])
}
