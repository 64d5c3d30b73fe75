package metric

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// rowsOf is what a reading reads as (i, account, value); of most, accounts without a row are not known.
func (q *asking) rowsOf(c *compiler, r Reading) (string, error) {
	switch {
	case r.Metric != "":
		return q.metricRows(c, r)
	case r.Event != "":
		return c.eventRows(r)
	case r.Vital != "":
		return c.expand(vitals[r.Vital].Body)
	case r.Answer != "":
		return c.answerRows(r)
	}
	relation, t, err := c.traitRows(r.Trait)
	if err != nil {
		return "", err
	}
	if t.column != nil && t.column.Type == fact.Number {
		return "select i, account, cast(value as double precision) as value from " + relation, nil
	}
	return "select i, account, cast(value as varchar) as value from " + relation, nil
}

// evaluation is a metric's own question at the points of a compiler.
func (q *asking) evaluation(c *compiler, r Reading) (*evaluation, error) {
	f := &filter{catalog: q.Catalog, conventions: q.conventions}
	m, err := f.metric(account.Segment{About: account.Metric, Name: r.Metric, Variant: r.Variant})
	if err != nil {
		return nil, err
	}
	return &evaluation{query: &query{def: m.def, variant: m.variant, filter: f, period: c.points[0].Period, asOf: q.view.AsOf(), conventions: q.conventions, now: c.now},
		view: q.view, points: c.points, zone: q.Zone, horizon: c.horizon, lean: true}, nil
}

// rates finds what the amounts among the readings need. Amounts that can't be brought together have a problem and are
// left out.
func (q *asking) rates(ctx context.Context, c *compiler, which []int) error {
	pool := &pool{}
	known := map[string]bool{}
	for _, n := range which {
		if q.Readings[n].Metric == "" {
			continue
		}
		e, err := q.evaluation(c, q.Readings[n])
		if err != nil {
			return err
		}
		if err := pool.rates(ctx, e, q.Currency); err != nil {
			var f *fault.Error
			if errors.As(err, &f) && f.Kind == fault.Invalid {
				q.out.Columns[n].Problem = err
				continue
			}
			return err
		}
		if e.currency != "" {
			q.out.Currency = e.currency
		}
		for _, r := range e.rates {
			if key := fmt.Sprint("r", r.i, r.currency); !known[key] {
				known[key] = true
				c.rates = append(c.rates, r)
			}
		}
		for _, r := range e.fx {
			if key := fmt.Sprint("f", r.currency, r.from); !known[key] {
				known[key] = true
				c.fx = append(c.fx, r)
			}
		}
	}
	return nil
}

// metricRows is a metric for each account alone. Of one that is 0 for nothing every account has a row.
func (q *asking) metricRows(c *compiler, r Reading) (string, error) {
	e, err := q.evaluation(c, r)
	if err != nil {
		return "", err
	}
	body, err := e.body(c, "")
	if err != nil {
		return "", err
	}
	m := metricOf{e.def, e.variant}
	scale := e.def.Scale
	if e.def.Unit == Money {
		digits, _ := fact.MinorDigits(q.out.Currency)
		scale /= math.Pow10(digits + 6) // in the major unit
	}
	number := "cast(" + e.def.Numerator + " as double precision)"
	if e.def.Denominator != "" {
		number += " / nullif(cast(" + e.def.Denominator + " as double precision), 0)"
	}
	value := fmt.Sprintf("cast(%g as double precision) * %s", scale, number)
	if e.def.hasMoney() {
		value = "case when max(missing_rate) is null then " + value + " end"
	}
	where := "account <> 0" + c.among("account")
	for _, dimension := range sortedKeys(r.Only) {
		names := make([]string, len(r.Only[dimension]))
		for i, name := range r.Only[dimension] {
			names[i] = c.text(name)
		}
		where += ` and cast("` + dimension + `" as varchar) in (` + strings.Join(names, ", ") + ")"
	}
	rows := "select i, account, " + value + " as value\nfrom " + body + "\nwhere " + where + "\ngroup by i, account"
	if !m.fromNothing() {
		return rows, nil
	}
	return c.orZero(rows)
}

// orZero gives every account a row at every point: what was counted, or 0.
func (c *compiler) orZero(rows string) (string, error) {
	if err := c.define("points", "points", ""); err != nil {
		return "", err
	}
	if !c.done["read_everyone"] {
		c.done["read_everyone"] = true
		c.ctes = append(c.ctes, "read_everyone as (\nselect p.i, k.account from r_points p cross join account_keys k where k.account <> 0"+c.among("k.account")+"\n)")
	}
	return "select e.i, e.account, case when r.account is null then 0 else r.value end as value\nfrom read_everyone e left join (\n" + rows + "\n) r on r.i = e.i and r.account = e.account", nil
}

// eventRows is how often, on how many days or by how many people something was done.
func (c *compiler) eventRows(r Reading) (string, error) {
	relation, counts, where := "done_days", "cast(sum(f.n) as double precision)", "f.n > 0"
	switch r.Counted {
	case "days":
		counts = "cast(count(distinct f.day) as double precision)"
	case "people":
		relation, counts, where = "events", "cast(count(distinct f.person) as double precision)", "f.person > 0"
		if r.Event == "*" { // which a rollup knows
			relation = "doer_days"
		}
	}
	if r.Event != "*" {
		where += " and f.name = " + c.text(r.Event)
	}
	rows, err := c.expand("select p.i, f.account, " + counts + " as value\nfrom {points} p\njoin {" + relation + "} f on f.day >= p.from_day and f.day < p.until_day\nwhere f.account <> 0 and f.day >= {lo_day} and f.day < {hi_day} and " +
		where + c.among("f.account") + "\ngroup by p.i, f.account")
	if err != nil {
		return "", err
	}
	return c.orZero(rows)
}

// answerRows is where the last answer stands between the worst and the best of its scale, 0 to 100.
func (c *compiler) answerRows(r Reading) (string, error) {
	if !slices.Contains(scoredAnswers, r.Answer) {
		return "", fmt.Errorf("%q is no kind of answer with a score", clip(r.Answer))
	}
	where := "f.kind = " + c.text(r.Answer) + " and f.score is not null and f.account <> 0"
	if r.Survey != "" {
		where += " and f.survey = " + c.text(r.Survey)
	}
	value := "case when f.kind = 'nps' then 10.0 * f.score when f.scale_max <= f.scale_min then null\n" +
		"  when f.orientation = 'effort' then 100.0 * (f.scale_max - f.score) / (f.scale_max - f.scale_min) else 100.0 * (f.score - f.scale_min) / (f.scale_max - f.scale_min) end"
	return c.expand("select distinct on (p.i, f.account) p.i, f.account, cast(" + value + " as double precision) as value\nfrom {points} p\njoin {answers} f on f.ts >= p.from_ts and f.ts < p.to_ts\nwhere " +
		where + c.among("f.account") + "\norder by p.i, f.account, f.ts desc, f.seq desc")
}
