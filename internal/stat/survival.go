package stat

import (
	"math"
	"slices"
)

// Spell is how long one subject was watched: to its event, or to where it was lost from sight (censored).
type Spell struct {
	Duration float64 // in any unit, not negative
	Event    bool
}

// Band is the scale on which the band of a survival curve is symmetric. BandLog is what R's survival package takes when
// nothing is said; BandLogLog never leaves the range from 0 to 1 and suits few subjects better.
type Band string

// The bands.
const (
	BandLog    Band = "log"
	BandLogLog Band = "log-log"
	BandPlain  Band = "plain"
)

// Known says whether there is such a band.
func (b Band) Known() bool { return b == BandLog || b == BandLogLog || b == BandPlain }

// Curve is a survival curve with its summary. A subject that is censored at a time is still at risk then.
type Curve struct {
	N        int `json:"n"`
	Events   int `json:"events"`
	Censored int `json:"censored"`
	// Median is the time at which half are left; nil while more than half survive.
	Median *float64 `json:"median"`
	// MedianInterval is where the band comes down to a half.
	MedianInterval OpenLimits `json:"median_interval"`
	// Mean is the mean time up to the longest duration (restricted mean: the area under the curve).
	Mean RestrictedMean `json:"restricted_mean"`
	// Steps are the distinct durations, in order.
	Steps []Step `json:"steps"`
}

// Step is a survival curve from one duration to the next. StdErr, Low and High are nil where they are not defined: when
// nobody is left, and for BandLogLog before the first event.
type Step struct {
	Time     float64  `json:"time"`
	AtRisk   int      `json:"at_risk"`
	Events   int      `json:"events"`
	Censored int      `json:"censored"`
	Survival float64  `json:"survival"`
	StdErr   *float64 `json:"std_err"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
}

// OpenLimits are the ends of an interval; an end that is not reached is nil.
type OpenLimits struct {
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// RestrictedMean is a mean time up to Until, with its standard error.
type RestrictedMean struct {
	Value  float64 `json:"value"`
	StdErr float64 `json:"std_err"`
	Until  float64 `json:"until"`
}

// KaplanMeier estimates the share that survives each duration (Kaplan and Meier, JASA 1958) with Greenwood's variance.
// No spells, and durations that are negative or no numbers, are refused.
func KaplanMeier(spells []Spell, band Band) (*Curve, error) {
	ordered, err := inOrder(spells)
	if err != nil {
		return nil, err
	}
	if !band.Known() {
		return nil, refuse("use log, log-log or plain", "there is no band %q", band)
	}
	c := &Curve{N: len(ordered)}
	survival, greenwood, left := 1.0, 0.0, len(ordered)
	for i := 0; i < len(ordered); {
		s := Step{Time: ordered[i].Duration, AtRisk: left}
		for ; i < len(ordered) && ordered[i].Duration == s.Time; i++ {
			if ordered[i].Event {
				s.Events++
			} else {
				s.Censored++
			}
		}
		n, d := float64(left), float64(s.Events)
		survival *= (n - d) / n
		if d > 0 {
			greenwood += d / (n * (n - d))
		}
		s.Survival = survival
		s.StdErr = known(survival * math.Sqrt(greenwood))
		s.Low, s.High = band.around(survival, math.Sqrt(greenwood))
		left -= s.Events + s.Censored
		c.Events += s.Events
		c.Censored += s.Censored
		c.Steps = append(c.Steps, s)
	}
	c.Median = c.halfTime(func(s *Step) *float64 { return &s.Survival })
	c.MedianInterval = OpenLimits{
		Low:  c.halfTime(func(s *Step) *float64 { return s.Low }),
		High: c.halfTime(func(s *Step) *float64 { return s.High }),
	}
	c.Mean = c.restrictedMean()
	return c, nil
}

// At is the share that survives t: what its last step at or before t says; 1 before the first.
func (c *Curve) At(t float64) float64 {
	i, found := slices.BinarySearchFunc(c.Steps, t, func(s Step, t float64) int {
		switch {
		case s.Time < t:
			return -1
		case s.Time > t:
			return 1
		}
		return 0
	})
	if found {
		i++
	}
	if i == 0 {
		return 1
	}
	return c.Steps[i-1].Survival
}

func inOrder(spells []Spell) ([]Spell, error) {
	if len(spells) == 0 {
		return nil, refuse("at least one is needed", "there are no durations")
	}
	for i, s := range spells {
		if !finite(s.Duration) || s.Duration < 0 {
			return nil, refuseRow(i, "the duration %v is not a number of zero or more", s.Duration)
		}
	}
	ordered := slices.Clone(spells)
	slices.SortFunc(ordered, func(a, b Spell) int {
		switch {
		case a.Duration < b.Duration:
			return -1
		case a.Duration > b.Duration:
			return 1
		}
		return 0
	})
	return ordered, nil
}

// around are the limits around a survival whose logarithm has the standard error se.
func (b Band) around(survival, se float64) (low, high *float64) {
	if survival == 0 {
		return nil, nil
	}
	switch b {
	case BandLogLog:
		if survival == 1 {
			return nil, nil
		}
		half := z * se / math.Log(survival)
		at := math.Log(-math.Log(survival))
		return known(math.Exp(-math.Exp(at - half))), known(math.Exp(-math.Exp(at + half)))
	case BandPlain:
		return known(math.Max(0, survival-z*se*survival)), known(math.Min(1, survival+z*se*survival))
	}
	return known(survival * math.Exp(-z*se)), known(math.Min(1, survival*math.Exp(z*se)))
}

// same is how near to a half a share counts as a half; R has the same.
const same = 1.5e-8

// halfTime is the first time at which a share is a half or less. Where it is exactly a half for a while, the middle of
// that while is taken, as R does.
func (c *Curve) halfTime(share func(*Step) *float64) *float64 {
	first := -1
	var at float64
	for i := range c.Steps {
		p := share(&c.Steps[i])
		switch {
		case p == nil || *p >= 0.5+same:
		case first < 0:
			if first, at = i, *p; math.Abs(at-0.5) >= same {
				return known(c.Steps[i].Time)
			}
		case *p < at:
			return known((c.Steps[first].Time + c.Steps[i].Time) / 2)
		}
	}
	if first < 0 {
		return nil
	}
	return known(c.Steps[first].Time)
}

func (c *Curve) restrictedMean() RestrictedMean {
	m := RestrictedMean{Until: c.Steps[len(c.Steps)-1].Time}
	var after, variance float64 // the area under the curve to the right of a step
	for i := len(c.Steps) - 1; i >= 0; i-- {
		s := c.Steps[i]
		if i+1 < len(c.Steps) {
			after += s.Survival * (c.Steps[i+1].Time - s.Time)
		}
		if n, d := float64(s.AtRisk), float64(s.Events); d > 0 && d < n {
			variance += after * after * d / (n * (n - d))
		}
	}
	m.Value, m.StdErr = after+c.Steps[0].Time, math.Sqrt(variance)
	return m
}
