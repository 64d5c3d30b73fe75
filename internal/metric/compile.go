package metric

import (
	"embed"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

//go:embed relation/*.sql
var relations embed.FS

// compiler turns one question into SQL. Every value that came from outside becomes a parameter; names come from the
// definitions and the fact kinds only.
type compiler struct {
	view    View
	points  []point
	rates   []rate
	horizon time.Time

	ctes   []string
	done   map[string]bool
	traits map[string]string // the relations of traits, by the trait's name
	args   []any
}

func newCompiler(view View, points []point, rates []rate, horizon time.Time) *compiler {
	return &compiler{view: view, points: points, rates: rates, horizon: horizon, done: map[string]bool{}, traits: map[string]string{}}
}

// rate brings one currency to the reporting currency at the end of a point; nil where none is known.
type rate struct {
	i        int
	currency string
	rate     *big.Rat
}

func (c *compiler) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// expand writes the SQL of a body: {name} is a relation, which is defined on its first use, or one of the limits.
func (c *compiler) expand(sql string) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(sql, func(match string) string {
		name := match[1 : len(match)-1]
		lo, hi := c.limits()
		switch name {
		case "lo":
			return sqlTime(lo)
		case "hi":
			return sqlTime(hi)
		case "lo_day":
			if c.horizon.Before(lo) {
				lo = c.horizon // windows that trail from today begin before a period that lies ahead
			}
			return sqlDay(lo)
		case "hi_day":
			return sqlDay(dayAfter(hi))
		case "only_scope": // early, where rows of accounts outside the segment change nothing for those inside
			if !c.done["scope"] {
				return ""
			}
			return "\n  and u.account in (select account from scope)"
		case "mark":
			return strconv.FormatInt(c.view.Mark(), 10)
		case "persons":
			return c.view.Persons()
		}
		if rollup, ok := strings.CutPrefix(name, "rollup_"); ok {
			return c.view.Rollup(rollup)
		}
		if err := c.define(name); err != nil && failed == nil {
			failed = err
		}
		return "r_" + name
	})
	return out, failed
}

// define adds the relation called name, and those it rests on, in front of the statement.
func (c *compiler) define(name string) error {
	if c.done[name] {
		return nil
	}
	c.done[name] = true
	var body string
	switch kind, isKind := fact.KindNamed(name); {
	case name == "points":
		body = c.pointRows()
	case name == "point_weeks":
		body = c.pointWeeks()
	case name == "rates":
		body = c.rateRows()
	case isKind:
		body = c.factRows(kind)
	default:
		raw, err := relations.ReadFile("relation/" + name + ".sql")
		if c.view.AsOf() == nil && c.wholeDays() {
			if live, errLive := relations.ReadFile("relation/" + name + ".live.sql"); errLive == nil {
				raw, err = live, nil
			}
		}
		if err != nil {
			return fmt.Errorf("{%s} is neither a kind of fact nor a relation", name)
		}
		if body, err = c.expand(string(raw)); err != nil {
			return err
		}
	}
	c.ctes = append(c.ctes, "r_"+name+" as "+materialized[name]+"(\n"+strings.TrimSpace(body)+"\n)")
	return nil
}

// Relations that a statement reads more than once and that are dear to compute; the rest is better folded into it.
var materialized = map[string]string{"busy_actors": "materialized ", "busy_users": "materialized ", "busy_weeks": "materialized ", "returns": "materialized ", "recurring_spans": "materialized ", "balances": "materialized "}

// wholeDays says that every point begins and ends at midnight, so that rollups by day can answer.
func (c *compiler) wholeDays() bool {
	for _, p := range c.points {
		if !p.Period.From.Equal(Day.start(p.Period.From)) || !p.Period.To.Equal(Day.start(p.Period.To)) {
			return false
		}
	}
	return true
}

func (c *compiler) limits() (lo, hi time.Time) {
	lo, hi = c.points[0].Period.From, c.points[0].Period.To
	for _, p := range c.points {
		if p.Period.From.Before(lo) {
			lo = p.Period.From
		}
		if p.Period.To.After(hi) {
			hi = p.Period.To
		}
	}
	return lo, hi
}

// pointRows are the points as a table. Days end at the horizon: trailing windows of an unfinished period end today.
func (c *compiler) pointRows() string {
	rows := make([]string, len(c.points))
	for i, p := range c.points {
		rows[i] = fmt.Sprintf("(%d, %s, %s, %s, %s)", p.i, sqlTime(p.Period.From), sqlTime(p.Period.To),
			sqlDay(p.Period.From), sqlDay(c.end(p)))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as p(i, from_ts, to_ts, from_day, to_day)"
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

// factRows are the facts of a kind with the account and the person they belong to, as known then when a past instant
// is asked for.
func (c *compiler) factRows(k *fact.Kind) string {
	cols := []string{"f.seq", "f.id", "f.ts", "f.received_at", "f.day", "f.actor"}
	asOf := c.view.AsOf()
	if asOf == nil {
		cols = append(cols, "f.account")
	} else {
		cols = append(cols, "case when f.account_raw <> 0 then f.account_raw else coalesce(sp.account, 0) end as account")
	}
	cols = append(cols, "coalesce(pp.person, f.actor) as person")
	if k.Has("anonymous_id") {
		cols = append(cols, "f.visitor")
	}
	for _, column := range k.Columns {
		if column.Name != "anonymous_id" {
			cols = append(cols, `f."`+column.Name+`"`)
		}
	}
	sql := "select " + strings.Join(cols, ", ") + "\nfrom fact_" + k.Name + " f\nleft join " + c.view.Persons() + " pp on pp.actor = f.actor"
	if asOf != nil {
		sql += "\nleft join " + c.view.Spans() + " sp on f.account_raw = 0 and sp.person = coalesce(pp.person, f.actor) and sp.from_ts <= f.ts and f.ts < coalesce(sp.until_ts, timestamp '9999-01-01 00:00:00')" +
			"\nwhere f.received_at <= " + sqlTime(*asOf)
	}
	return sql
}

// statement puts the relations in front of a select.
func (c *compiler) statement(sql string) string {
	if len(c.ctes) == 0 {
		return sql
	}
	return "with " + strings.Join(c.ctes, ",\n") + "\n" + sql
}

func sqlTime(t time.Time) string {
	return "timestamp '" + t.UTC().Format("2006-01-02 15:04:05.000000") + "'"
}

// sqlDay is the day t lies in, in t's own zone.
func sqlDay(t time.Time) string { return "date '" + t.Format(time.DateOnly) + "'" }
