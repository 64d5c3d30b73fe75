package metric

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// forever is where spans end that have not ended.
const forever = "timestamp '9999-01-01 00:00:00'"

// trait compares what was known of the account just before the point's end.
func (sc *scoping) trait(s account.Segment, t trait) (found, error) {
	column := "m.account_id"
	if s.Name != "account_id" {
		name, err := sc.relation(s.Name, func(name string) (string, error) {
			sc.define(name, sc.traitSpans(t))
			return sc.spans(name), nil
		})
		if err != nil {
			return found{}, err
		}
		column = name + ".value"
	}
	value := "cast(" + column + " as varchar)"
	if s.Op == "missing" {
		return found{column + " is null", value}, nil
	}
	sql, err := sc.compared(s, column)
	return found{"coalesce(" + sql + ", false)", value}, err
}

// traitSpans are the values of a trait with the instants from which and until which each was the last one given, where
// null erases and absent keeps: (owner, value, from_ts, until_ts).
func (sc *scoping) traitSpans(t trait) string {
	value, given := "", ""
	if t.own != "" {
		name := sc.c.text(t.own)
		value, given = "(cast(f.properties as json) ->> "+name+")", "(cast(f.properties as json) -> "+name+") is not null"
	} else {
		value, given = `f."`+t.column.Name+`"`, "(f.given & "+strconv.FormatInt(t.kind.Bit(t.column.Name), 10)+") <> 0"
	}
	given += also(sc.c.view.Received(t.kind.Name, "f."))
	owner, join := "f.account", ""
	if t.kind == fact.Contacts {
		owner, join = "coalesce(pp.person, f.actor)", "\nleft join "+sc.c.view.Persons()+" pp on pp.actor = f.actor"
	}
	return "select " + owner + " as " + t.owner() + ", " + value + " as value, f.ts as from_ts,\n" +
		"  coalesce(lead(f.ts) over (partition by " + owner + " order by f.ts, f.seq), " + forever + ") as until_ts\n" +
		"from fact_" + t.kind.Name + " f" + join + "\nwhere " + given
}

// contacts compares a trait of those who belong to the account just before the point's end. One of them is enough; the
// value is how many there are.
func (sc *scoping) contacts(s account.Segment, t trait) (found, error) {
	asked := s
	if s.Op == "missing" { // nobody has it
		asked.Op = "known"
	}
	name, err := sc.relation(asked.String(), func(name string) (string, error) {
		if err := sc.c.define("stays", "stays", ""); err != nil {
			return "", err
		}
		fits, when := "v.value is not null", ""
		if s.Op != "missing" {
			var err error
			if fits, err = sc.compared(s, "v.value"); err != nil {
				return "", err
			}
		}
		if !relative(s.Op) {
			when = "\nwhere " + fits
		}
		sc.define(name+"_spans", "select s.account, greatest(s.from_ts, v.from_ts) as from_ts, least(s.until_ts, v.until_ts) as until_ts, v.value\n"+
			"from r_stays s\njoin (\n"+sc.traitSpans(t)+"\n) v on v.person = s.person and v.from_ts < s.until_ts and s.from_ts < v.until_ts"+when)
		if relative(s.Op) { // whether it holds depends on the point
			w := sc.bounds(s)
			sc.define(name, "select p.i, v.account, count(*) as n\nfrom "+name+"_spans v\njoin scope_ends p on v.from_ts < p.to_ts and v.until_ts >= p.to_ts\n"+
				"join "+w+" on "+w+".o = p.o\nwhere "+fits+"\ngroup by p.i, v.account")
			return fmt.Sprintf("%s.account = m.account and %[1]s.i = m.i", name), nil
		}
		sc.define(name, "select account, from_ts, coalesce(lead(from_ts) over (partition by account order by from_ts), "+forever+") as until_ts, n\nfrom (\n"+
			"select account, from_ts, cast(sum(sum(n)) over (partition by account order by from_ts) as bigint) as n\nfrom (\n"+
			"select account, from_ts, 1 as n from "+name+"_spans\nunion all\nselect account, until_ts, -1 from "+name+"_spans\n) ends\ngroup by account, from_ts\n) runs")
		return sc.spans(name), nil
	})
	if err != nil {
		return found{}, err
	}
	n := "coalesce(" + name + ".n, 0)"
	if s.Op == "missing" {
		return found{n + " = 0", n}, nil
	}
	return found{n + " > 0", n}, nil
}

// compared is a comparison of a trait's value with what the leaf names; null where the value is not known.
func (sc *scoping) compared(s account.Segment, column string) (sql string, err error) {
	t, err := traitNamed(s.Name)
	if err != nil {
		return "", err
	}
	c := sc.c
	switch s.Op {
	case "missing":
		return column + " is null", nil
	case "contains":
		return "position(lower(" + c.text(s.Values[0]) + ") in lower(cast(" + column + " as varchar))) > 0", nil
	case "starts":
		return "starts_with(lower(cast(" + column + " as varchar)), lower(" + c.text(s.Values[0]) + "))", nil
	case "in":
		values := make([]string, len(s.Values))
		for i, text := range s.Values {
			if values[i], err = c.literal(s.Name, t, text, sc.f.zone); err != nil {
				return "", err
			}
		}
		return column + " in (" + strings.Join(values, ", ") + ")", nil
	case "=":
		value, err := c.literal(s.Name, t, s.Values[0], sc.f.zone)
		return column + " = " + value, err
	case "<", "<=", ">", ">=":
		return c.order(column, s.Op, s.Name, s.Values[0], t, sc.f.zone)
	case "between":
		low, err := c.order(column, ">=", s.Name, s.Values[0], t, sc.f.zone)
		if err != nil {
			return "", err
		}
		high, err := c.order(column, "<=", s.Name, s.Values[1], t, sc.f.zone)
		return "(" + low + " and " + high + ")", err
	case "last", "next", "older":
		return sc.relative(s, column, t)
	}
	return "", fault.Said("%q is no comparison of traits", s.Op)
}

func relative(op string) bool { return op == "last" || op == "next" || op == "older" }

// relative compares an instant with days counted from the point's end. A sender's own traits are text: those that begin
// with a date are compared by it.
func (sc *scoping) relative(s account.Segment, column string, t trait) (string, error) {
	if t.own == "" && (t.column == nil || t.column.Type != fact.Time) {
		return "", fault.Said("%s is no instant; last, next and older than ask for those", s.Name)
	}
	if sc.names == nil { // only to see whether it can be written
		return column + " is null", nil
	}
	w := sc.bounds(s)
	low, high, value := w+".low_ts", w+".high_ts", column
	if t.own != "" {
		low, high, value = "cast("+w+".low_day as varchar)", "cast("+w+".high_day as varchar)", "left("+column+", 10)"
	}
	sql := value + " >= " + low + " and " + value + " < " + high
	if t.own != "" {
		sql = "case when " + column + " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}.*$' then " + sql + " else false end"
	}
	return sql, nil
}

// bounds is a relation with the first and the last-but-one edge of a relative window at each point's end.
func (sc *scoping) bounds(s account.Segment) string {
	sc.everyEnd = true
	name, _ := sc.relation(s.Op+" "+s.Within.String(), func(name string) (string, error) {
		var rows []string
		for o, end := range sc.windowEnds() {
			after := dayAfter(end)
			low, high := back(after, s.Within), after
			switch s.Op {
			case "next":
				low = midnight(after, -1)
				high = back(low, account.Window{N: -s.Within.N, Unit: s.Within.Unit})
			case "older":
				low, high = dawnOfTime, low
			}
			rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, %s)", o, sqlTime(low), sqlTime(high), sqlDay(low), sqlDay(high)))
		}
		sc.define(name, "select * from (values "+strings.Join(rows, ", ")+") as w(o, low_ts, high_ts, low_day, high_day)")
		return name + ".o = m.o", nil
	})
	return name
}

// back is the midnight a window before another. A month before the 31st ends with the month where that has no such day.
func back(midnightAfter time.Time, w account.Window) time.Time {
	months := 0
	switch w.Unit {
	case "week":
		return midnight(midnightAfter, -7*w.N)
	case "month":
		months = w.N
	case "quarter":
		months = 3 * w.N
	case "year":
		months = 12 * w.N
	default:
		return midnight(midnightAfter, -w.N)
	}
	y, m, d := midnightAfter.Date()
	last := time.Date(y, m-time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return firstInstant(y, m-time.Month(months), min(d, last), midnightAfter.Location())
}

// order compares by size. Text that is compared with a number is compared as a number, where it is one; other text by
// its bytes, so that every database orders it alike.
func (c *compiler) order(column, op, name, with string, t trait, zone *time.Location) (string, error) {
	if t.column != nil && t.column.Type == fact.Bool {
		return "", fault.Said("%s is true or false; neither is above the other", name)
	}
	text := t.column == nil || (t.column.Type != fact.Number && t.column.Type != fact.Time)
	if x, ok := finite(with); ok && text {
		// The pattern spans the whole text, so that ~ means the same on DuckDB (all of it) and PostgreSQL (any part).
		return "case when " + column + " ~ '^-?[0-9]{1,18}([.][0-9]{1,18})?$' then cast(" + column + " as double precision) " + op + " " + c.number(x) + " else false end", nil
	}
	value, err := c.literal(name, t, with, zone)
	if text {
		value += ` collate "C"`
	}
	return column + " " + op + " " + value, err
}

// literal is a value as a parameter of its trait's type.
func (c *compiler) literal(name string, t trait, text string, zone *time.Location) (string, error) {
	switch {
	case t.column == nil:
	case t.column.Type == fact.Number:
		x, ok := finite(text)
		if !ok {
			return "", fault.Said("%s is a number; %q is not", name, clip(text))
		}
		return c.number(x), nil
	case t.column.Type == fact.Bool:
		if text != "true" && text != "false" {
			return "", fault.Said("%s is true or false; %q is neither", name, clip(text))
		}
		return "cast(" + c.arg(text) + " as boolean)", nil
	case t.column.Type == fact.Time:
		at, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, zone)
		if err != nil {
			return "", fault.Said("%s is an instant; %s", name, err)
		}
		return "cast(" + c.arg(at.UTC().Format("2006-01-02 15:04:05.000000")) + " as timestamp)", nil
	}
	return c.text(text), nil
}

func (c *compiler) text(s string) string    { return "cast(" + c.arg(s) + " as varchar)" }
func (c *compiler) number(x float64) string { return "cast(" + c.arg(x) + " as double precision)" }

func finite(text string) (float64, bool) {
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}
