package metric

import (
	"fmt"
	"strings"
	"time"
)

// The points of a question, and the days, weeks and months they touch, as tables.

// pointRows are the points as a table. Days end at the horizon: trailing windows of an unfinished period end today.
func (c *compiler) pointRows() string {
	rows := make([]string, len(c.points))
	for i, p := range c.points {
		rows[i] = fmt.Sprintf("(%d, %s, %s, %s, %s, %s)", p.i, sqlTime(p.Period.From), sqlTime(p.Period.To),
			sqlDay(p.Period.From), sqlDay(c.end(p)), sqlDay(dayAfter(p.Period.To)))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as p(i, from_ts, to_ts, from_day, to_day, until_day)"
}

// during are the facts of a kind with the points they happened in. Points of whole days meet their facts by the day: an
// equal column is matched eight times faster than two limits are.
func (c *compiler) during(kind string) (string, error) {
	k, ok := fact.KindNamed(kind)
	if !ok {
		return "", fmt.Errorf("{during(%s)}: there is no such kind of fact", kind)
	}
	if c.wholeDays() {
		return c.expand("select p.i, p.from_ts, p.to_ts, p.from_day, p.to_day, f.*\nfrom {point_days} p\njoin {" + k.Name + "} f on f.day = p.day")
	}
	return c.expand("select p.i, p.from_ts, p.to_ts, p.from_day, p.to_day, f.*\nfrom {points} p\njoin {" + k.Name + "} f on f.ts >= p.from_ts and f.ts < p.to_ts")
}

// end is the midnight at which a point's days end.
func (c *compiler) end(p point) time.Time {
	if p.Period.To.After(c.horizon) {
		return dayAfter(c.horizon)
	}
	return dayAfter(p.Period.To)
}

// pointWeeks are the weeks that each point touches, with a bit for each of their days inside it, Monday first; beside
// each the point's first week.
func (c *compiler) pointWeeks() string {
	var rows []string
	for _, p := range c.points {
		from, to := date(p.Period.From), date(p.Period.To)
		first := ""
		for week := Week.start(from); week.Before(to); week = week.AddDate(0, 0, 7) {
			days := 0
			for d := range 7 {
				if day := week.AddDate(0, 0, d); !day.Before(from) && day.Before(to) {
					days |= 1 << d
				}
			}
			if first == "" {
				first = fmt.Sprintf("date '%s', %d", week.Format(time.DateOnly), days)
			}
			rows = append(rows, fmt.Sprintf("(%d, date '%s', %d, %s)", p.i, week.Format(time.DateOnly), days, first))
		}
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as w(i, week, days, first_week, first_days)"
}

// maxMonths bounds the months that cohorts are followed.
const maxMonths = 600

// monthRows are the calendar months from the one of the earliest point until now, or the last of them: nth counts them,
// is_over says that now is not inside.
func (c *compiler) monthRows() string {
	lo, _ := c.limits()
	last := Month.start(c.now)
	if first := Month.piece(last, 1-maxMonths); lo.Before(first) {
		lo = first
	}
	var rows []string
	for nth, at := 0, Month.start(lo); nth == 0 || !at.After(last); nth, at = nth+1, Month.next(at) {
		end := Month.next(at)
		rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, %t)", nth, sqlTime(at), sqlTime(end), sqlDay(at), !end.After(c.now)))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as m(nth, from_ts, to_ts, month, is_over)"
}

// dayRows are the days that the points touch, by the instants between which each lies in the workspace's zone. They are
// written as one text: a VALUES of two years takes longer to parse than most questions to answer.
func (c *compiler) dayRows() string {
	lo, hi := c.limits()
	day := midnight(lo.In(c.zone), 0)
	days := []string{day.UTC().Format(time.DateTime)}
	for day.Before(hi) {
		day = midnight(day, 1)
		days = append(days, day.UTC().Format(time.DateTime))
	}
	return "select from_ts, to_ts from (\n" +
		"select cast(d as timestamp) as from_ts, lead(cast(d as timestamp)) over (order by cast(d as timestamp)) as to_ts\n" +
		"from unnest(string_to_array('" + strings.Join(days, ",") + "', ',')) as u(d)) days where to_ts is not null"
}
