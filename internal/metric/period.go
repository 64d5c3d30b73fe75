package metric

import (
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Grain is how a period is cut into points.
type Grain string

// The grains. A week starts on Monday.
const (
	NoGrain Grain = ""
	Hour    Grain = "hour"
	Day     Grain = "day"
	Week    Grain = "week"
	Month   Grain = "month"
	Quarter Grain = "quarter"
	Year    Grain = "year"
)

// Grains are all grains, finest first.
var Grains = []Grain{Hour, Day, Week, Month, Quarter, Year}

// maxPoints bounds a series: what no chart can show and nobody reads is refused instead of computed.
const maxPoints = 1500

// Period is half-open: From is inside, To is not. Both are instants; days are those of the workspace zone.
type Period struct{ From, To time.Time }

// point is one piece of a series, or a whole period: the total has i 0, the previous period i -1.
type point struct {
	i       int
	Period  Period
	partial bool
}

// midnight is the first instant of t's day, moved by days, in t's zone. Where clocks skip midnight a day begins at one
// o'clock; where they show it twice it begins with the first.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return firstInstant(y, m, d+days, t.Location())
}

func firstInstant(y int, m time.Month, d int, zone *time.Location) time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, zone)
	begin, end := t.ZoneBounds()
	if t.Hour() > 12 { // skipped, and taken for an hour of the day before
		return end
	}
	if begin.IsZero() {
		return t
	}
	_, before := begin.Add(-1).Zone()
	_, offset := t.Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(t) && first.Before(begin) {
		return first
	}
	return t
}

// dayAfter is the first midnight that is not before t: an end within a day takes the whole of it.
func dayAfter(t time.Time) time.Time {
	if t.Equal(midnight(t, 0)) {
		return t
	}
	return midnight(t, 1)
}

// start is the beginning of the grain's piece that t lies in, in t's zone.
func (g Grain) start(t time.Time) time.Time {
	if g == Hour {
		// By the offset of the moment, so that the hour that clocks show twice stays two hours.
		_, offset := t.Zone()
		shift := time.Duration(offset) * time.Second
		return t.Add(shift).Truncate(time.Hour).Add(-shift)
	}
	return g.piece(t, 0)
}

// next is the beginning of the piece after the one that begins at t.
func (g Grain) next(t time.Time) time.Time {
	if g == Hour {
		return t.Add(time.Hour)
	}
	return g.piece(t, 1)
}

// piece is the beginning of the piece that is nth after the one that t lies in.
func (g Grain) piece(t time.Time, nth int) time.Time {
	y, m, d := t.Date()
	switch zone := t.Location(); g {
	case Day:
		return firstInstant(y, m, d+nth, zone)
	case Week:
		return firstInstant(y, m, d-(int(t.Weekday())+6)%7+7*nth, zone)
	case Month:
		return firstInstant(y, m+time.Month(nth), 1, zone)
	case Quarter:
		return firstInstant(y, m-(m-1)%3+time.Month(3*nth), 1, zone)
	default:
		return firstInstant(y+nth, 1, 1, zone)
	}
}

// cut divides a period into points numbered from 1. A piece that the period or now cuts off is partial.
func (g Grain) cut(p Period, now time.Time) ([]point, error) {
	if g == NoGrain {
		return nil, nil
	}
	var points []point
	for at := g.start(p.From); at.Before(p.To); at = g.next(at) {
		if len(points) == maxPoints {
			return nil, fault.Said("a series by %s over this period has more than %d points; take a coarser grain or a shorter period", g, maxPoints)
		}
		end := g.next(at)
		piece := point{i: len(points) + 1, Period: Period{at, end}, partial: at.Before(p.From) || end.After(p.To) || end.After(now)}
		if at.Before(p.From) {
			piece.Period.From = p.From
		}
		if end.After(p.To) {
			piece.Period.To = p.To
		}
		points = append(points, piece)
	}
	return points, nil
}

// before is the period of the same length before p: as many whole months when p is made of whole months, else as many
// days when it is made of whole days, else the same span of time.
func (p Period) before() Period {
	from, to := p.From, p.To
	if !from.Equal(midnight(from, 0)) || !to.Equal(midnight(to, 0)) {
		return Period{from.Add(-to.Sub(from)), from}
	}
	if from.Day() == 1 && to.Day() == 1 {
		months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
		return Period{Month.piece(from, -months), from}
	}
	return Period{midnight(from, -daysBetween(from, to)), from}
}

// daysBetween counts dates, so that a day on which clocks change is one day too.
func daysBetween(from, to time.Time) int {
	return int(date(to).Sub(date(from)) / (24 * time.Hour))
}

// date is t's day as midnight UTC, so that days can be counted whatever the clocks do.
func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
