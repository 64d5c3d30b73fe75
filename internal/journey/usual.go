package journey

import "github.com/keepwell/keepwell/internal/stat"

// Range is how long a stage takes, in days.
type Range struct {
	// Stays is how many were looked at, Ended how many of them are over.
	Stays, Ended int
	// Half, Slow and Late are when half, three of four and nine of ten have left; nil: not known, or not so many ever leave.
	Half, Slow, Late *float64
	Source           Source
}

// Source is what a range rests on.
type Source string

// The sources.
const (
	History Source = "history"
	Stated  Source = "stated"
	Nothing Source = ""
)

// EnoughStays is how many stays must be over before history says what is usual.
const EnoughStays = 20

// spell is how long an account was in a stage; over says that it has left.
type spell struct {
	days float64
	over bool
}

// rangeOf estimates how long a stage takes. Those who are still there count as having taken so long at the least (Kaplan
// and Meier): leaving them out would make every stage look quick, since the quick ones are over first.
func rangeOf(spells []spell, d Days) Range {
	r := Range{Stays: len(spells)}
	watched := make([]stat.Spell, len(spells))
	for i, s := range spells {
		watched[i] = stat.Spell{Duration: s.days, Event: s.over}
		if s.over {
			r.Ended++
		}
	}
	stated := func() Range {
		if d.Usual > 0 || d.Late > 0 {
			r.Half, r.Slow, r.Late, r.Source = number(d.Usual), nil, number(d.Late), Stated
			if d.Late > 0 {
				middle := float64(d.Usual+d.Late) / 2
				r.Slow = &middle
			}
		}
		return r
	}
	if d.Hold || r.Ended < EnoughStays {
		return stated()
	}
	curve, err := stat.KaplanMeier(watched, stat.BandLog)
	if err != nil {
		return stated() // durations that can't be: clocks of senders that disagree
	}
	r.Half, r.Slow, r.Late, r.Source = left(curve, 0.5), left(curve, 0.25), left(curve, 0.1), History
	if r.Late == nil && d.Late > 0 { // so few leave that history can't say when one is late
		late := float64(d.Late)
		if r.Slow != nil {
			late = max(late, *r.Slow)
		}
		r.Late = &late
	}
	return r
}

func number(days int) *float64 {
	if days == 0 {
		return nil
	}
	n := float64(days)
	return &n
}

// left is the first duration at which at most this share is still there; nil when it never comes to that.
func left(c *stat.Curve, share float64) *float64 {
	for _, s := range c.Steps {
		if s.Survival <= share+1e-9 {
			return &s.Time
		}
	}
	return nil
}

// State says how an account does that has been in the stage for so many days.
func (r Range) State(days float64) State {
	switch {
	case r.Late != nil && days > *r.Late:
		return Stuck
	case r.Slow != nil && days > *r.Slow:
		return Behind
	case r.Slow != nil || r.Late != nil:
		return OnTrack
	}
	return Untold
}
