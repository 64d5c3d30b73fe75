package health

import "time"

// Band is good, average or poor; empty where there is no score.
type Band string

// The bands.
const (
	Good      Band = "good"
	Middling  Band = "average"
	Unhealthy Band = "poor"
)

// Gone is where accounts stand in movements that are no longer customers; no score is in it.
const Gone Band = "left"

// AllBands are the bands of scores, the best first.
var AllBands = []Band{Good, Middling, Unhealthy}

// Of is the band that a score is in: that of the score as it is shown, or one shown as 70 would not be in the band from 70 on.
func (b Bands) Of(score float64) Band {
	score = tenth(score)
	switch {
	case score >= b.Good:
		return Good
	case score >= b.Average:
		return Middling
	}
	return Unhealthy
}

// Standing is the band that is shown, and the one that the score is in since when, where that is another. A band that has
// not stood for the dwell since there first was a score is pending itself: it gives way at once, since what was known at
// first may have been little.
type Standing struct {
	Band         Band
	Pending      Band
	PendingSince time.Time
}

// Next is the standing with a score at an instant, coming from an earlier one. A score must be in another band for the
// dwell before that is shown; the first one is shown at once.
func (b Bands) Next(was Standing, score float64, at time.Time) Standing {
	is := b.Of(score)
	lasted := func(since time.Time) bool { return !at.Before(daysOn(since, b.Dwell, at)) }
	switch {
	case was.Band == "" && b.Dwell > 0:
		return Standing{Band: is, Pending: is, PendingSince: at}
	case was.Pending != "" && was.Pending == was.Band && !lasted(was.PendingSince):
		return Standing{Band: is, Pending: is, PendingSince: was.PendingSince}
	case was.Band == "" || is == was.Band:
		return Standing{Band: is}
	}
	since := at
	if was.Pending == is {
		since = was.PendingSince
	}
	if lasted(since) {
		return Standing{Band: is}
	}
	return Standing{Band: was.Band, Pending: is, PendingSince: since}
}

// daysOn is the same time of day some days later in the zone of at, where a day may have 23 or 25 hours.
func daysOn(t time.Time, days int, at time.Time) time.Time {
	return t.In(at.Location()).AddDate(0, 0, days)
}

func (b Bands) check(bad func(field, reason string, args ...any)) {
	if !isScore(b.Good) || !isScore(b.Average) || b.Average >= b.Good {
		bad("bands", "good from %g and average from %g: both lie between 0 and 100, and good above average", b.Good, b.Average)
	}
	if b.Dwell < 0 || b.Dwell > 90 {
		bad("bands.dwell", "%d is not from 0 to 90 days", b.Dwell)
	}
}
