package metric

import (
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// The relations that no fact gives: the question's own periods and their days, the rates in force, the hours of work.

// manyPoints is from how many points on each is one text: planning six constants for each day of a year takes longer than
// counting it.
const manyPoints = 40

// pointRows are the points as a table, and how it is kept. Days end at the horizon: trailing windows of an unfinished period
// end today. They are written as texts and cast by the column, since planning typed constants takes longer still.
func (c *compiler) pointRows() (sql, how string) {
	rows := make([]string, len(c.points))
	if len(rows) >= manyPoints {
		for i, p := range c.points {
			rows[i] = fmt.Sprintf("('%d,%s,%s,%s,%s,%s')", p.i, p.Period.From.UTC().Format(instant), p.Period.To.UTC().Format(instant),
				p.Period.From.Format(time.DateOnly), c.end(p).Format(time.DateOnly), dayAfter(p.Period.To).Format(time.DateOnly))
		}
		for i, column := range []string{"integer) as i", "timestamp) as from_ts", "timestamp) as to_ts", "date) as from_day", "date) as to_day", "date) as until_day"} {
			sql += fmt.Sprintf(", cast(split_part(point, ',', %d) as %s", i+1, column)
		}
		return "select " + sql[2:] + "\nfrom (values " + strings.Join(rows, ", ") + ") as p(point)", "materialized " // taken apart once
	}
	for i, p := range c.points {
		rows[i] = fmt.Sprintf("(%d, '%s', '%s', '%s', '%s', '%s')", p.i, p.Period.From.UTC().Format(instant), p.Period.To.UTC().Format(instant),
			p.Period.From.Format(time.DateOnly), c.end(p).Format(time.DateOnly), dayAfter(p.Period.To).Format(time.DateOnly))
	}
	return "select i, cast(from_ts as timestamp) as from_ts, cast(to_ts as timestamp) as to_ts, cast(from_day as date) as from_day, cast(to_day as date) as to_day, cast(until_day as date) as until_day\nfrom (values " +
		strings.Join(rows, ", ") + ") as p(i, from_ts, to_ts, from_day, to_day, until_day)", ""
}

// pointDays are the days of each point.
func (c *compiler) pointDays() string {
	lo, hi := c.limits()
	return "select p.i, p.from_ts, p.to_ts, p.from_day, p.to_day, d.day\nfrom r_points p\njoin (select cast(g.d as date) as day from generate_series(timestamp '" + lo.Format(time.DateOnly) +
		"', timestamp '" + hi.Format(time.DateOnly) + "', interval '1 day') g(d)) d on d.day >= p.from_day and d.day < p.until_day"
}

// during are the facts of a kind, or the rows of a relation that begin on a day, with the points they happened in. Points of whole days meet their facts by the day: an
// equal column is matched eight times faster than two limits are.
func (c *compiler) during(name string) (string, error) {
	column := "began"
	if _, ok := fact.KindNamed(name); ok {
		column = "ts"
	}
	if c.tiled {
		return c.tile(name, column)
	}
	if c.wholeDays() {
		return c.expand("select p.i, p.from_ts, p.to_ts, p.from_day, p.to_day, f.*\nfrom {point_days} p\njoin {" + name + "} f on f.day = p.day")
	}
	return c.expand("select p.i, p.from_ts, p.to_ts, p.from_day, p.to_day, f.*\nfrom {points} p\njoin {" + name + "} f on f." + column + " >= p.from_ts and f." + column + " < p.to_ts")
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

func (c *compiler) rateRows() string {
	rows := []string{"(0, 'XXX', cast(null as decimal(18,9)))"} // ISO 4217's "no currency": an empty VALUES is no SQL
	for _, r := range c.rates {
		value := "cast(null as decimal(18,9))"
		if r.rate != nil {
			value = "cast('" + r.rate.FloatString(9) + "' as decimal(18,9))"
		}
		rows = append(rows, fmt.Sprintf("(%d, '%s', %s)", r.i, r.currency, value))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as r(i, currency, rate)"
}

func (c *compiler) fxRows() string {
	rows := []string{"('XXX', timestamp '1000-01-01 00:00:00', timestamp '1000-01-01 00:00:00', cast(null as decimal(18,9)))"}
	for _, r := range c.fx {
		rows = append(rows, fmt.Sprintf("('%s', %s, %s, cast('%s' as decimal(18,9)))", r.currency, sqlTime(r.from), sqlTime(r.until), r.rate.FloatString(9)))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as r(currency, from_ts, until_ts, rate)"
}

// years before a period in which business hours are laid out: a ticket open for longer counts from there.
const openYears = 5

// openHours are the times a team works, in order: from_ts, to_ts, the next one's from_ts as until_ts, and the seconds
// worked before. Which the argument says: business is the workspace's schedule, calendar the clock that never stops.
func (c *compiler) openHours(which string) (string, error) {
	var s Schedule
	switch which {
	case "calendar":
	case "business":
		var err error
		if s, err = ParseSchedule(c.conventions.value(policies["business_hours"])); err != nil {
			return "", err
		}
	default:
		return "", fmt.Errorf("{open_hours(%s)}: the hours are business or calendar", which)
	}
	const first, last = "timestamp '1900-01-01 00:00:00'", "timestamp '9999-01-01 00:00:00'"
	if s.Always() {
		return "select " + first + " as from_ts, " + last + " as to_ts, " + last + " as until_ts, cast(0 as double precision) as before", nil
	}
	lo, hi := c.limits()
	spans := s.open(lo.AddDate(-openYears, 0, 0), hi, c.zone)
	rows := []string{"(" + first + ", " + first + ", " + first + ", 0)"}
	before := 0.0
	for i, span := range spans {
		until := last
		if i+1 < len(spans) {
			until = sqlTime(spans[i+1][0])
		}
		if i == 0 {
			rows[0] = "(" + first + ", " + first + ", " + sqlTime(span[0]) + ", 0)"
		}
		rows = append(rows, fmt.Sprintf("(%s, %s, %s, %d)", sqlTime(span[0]), sqlTime(span[1]), until, int64(before)))
		before += span[1].Sub(span[0]).Seconds()
	}
	return "select from_ts, to_ts, until_ts, cast(before as double precision) as before from (values " + strings.Join(rows, ", ") + ") as h(from_ts, to_ts, until_ts, before)", nil
}
