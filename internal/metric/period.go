package metric

import (
	"fmt"
	"time"
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

// start is the beginning of the grain's piece that t lies in, in t's zone.
func (g Grain) start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch g {
	case Hour:
		// In UTC, so that the hour a clock change repeats stays two hours.
		_, offset := t.Zone()
		shift := time.Duration(offset) * time.Second
		return t.Add(shift).Truncate(time.Hour).Add(-shift)
	case Day:
		return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
	case Week:
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, t.Location())
	case Month:
		return time.Date(y, m, 1, 0, 0, 0, 0, t.Location())
	case Quarter:
		return time.Date(y, m-(m-1)%3, 1, 0, 0, 0, 0, t.Location())
	default:
		return time.Date(y, 1, 1, 0, 0, 0, 0, t.Location())
	}
}

// next is the beginning of the piece after the one that begins at t.
func (g Grain) next(t time.Time) time.Time {
	y, m, d := t.Date()
	switch g {
	case Hour:
		return t.Add(time.Hour)
	case Day:
		return time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
	case Week:
		return time.Date(y, m, d+7, 0, 0, 0, 0, t.Location())
	case Month:
		return time.Date(y, m+1, 1, 0, 0, 0, 0, t.Location())
	case Quarter:
		return time.Date(y, m+3, 1, 0, 0, 0, 0, t.Location())
	default:
		return time.Date(y+1, 1, 1, 0, 0, 0, 0, t.Location())
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
			return nil, fmt.Errorf("a series by %s over this period has more than %d points; take a coarser grain or a shorter period", g, maxPoints)
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
	midnights := from.Equal(Day.start(from)) && to.Equal(Day.start(to))
	if midnights && from.Day() == 1 && to.Day() == 1 {
		months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
		return Period{from.AddDate(0, -months, 0), from}
	}
	if midnights {
		days := int(date(to).Sub(date(from)).Hours() / 24)
		return Period{from.AddDate(0, 0, -days), from}
	}
	return Period{from.Add(-to.Sub(from)), from}
}

// date is t's day as midnight UTC, so that days can be counted across clock changes.
func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
