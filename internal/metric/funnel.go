package metric

import (
	"fmt"
	"strings"
)

// funnelRows is how the rows of a funnel are found, in the notation of definitions; {unit} is person or account. A step
// is an event by its name or a page by its path.
const funnelRows = `select s.{unit} as unit, s.account, s.ts, s.id, s.name, coalesce(l.n, 0) as nth
from (
  select person, account, ts, id, name from {events}
  union all
  select person, account, ts, id, path from {pages} where path is not null
) s
left join (select name, min(n) as n from {list.funnel_steps} group by name) l on l.name = s.name
where s.{unit} <> 0 and s.ts >= {lo} and s.ts < {hi} + interval '1 day' * {policy.funnel_window_days}
  and (l.name is not null or {policy.funnel_order} = 'strict')`

// funnelReach is a relation with a row for every step and every unit (person or account) that took the first step in a
// point: i, unit, account (of the first step), n, step, ts and since: when it was taken and when the step before was, null where it was
// not. Of several tries the one that got furthest counts, of those the latest first step.
//
// It is one pass over the events in their order for every step: each event knows the latest first step from which it can
// be reached, which is the best one, since a window that began later ends later. Then the times of the chosen try are
// looked up. Events of one instant are taken in the order of the steps.
func (c *compiler) funnelReach(unit string) (string, error) {
	if unit != "person" && unit != "account" {
		return "", fmt.Errorf("{funnel_reach(%s)}: a funnel is of person or account", unit)
	}
	names, err := readNames(c.conventions.value(policies["funnel_steps"]))
	if err != nil {
		return "", err
	}
	if len(names) == 0 { // no steps, no funnel
		return c.expand("select p.i, cast(0 as bigint) as unit, 0 as account, 0 as n, cast(null as varchar) as step, p.from_ts as ts, p.from_ts as since from {points} p where false")
	}
	rows, err := c.expand(strings.ReplaceAll(funnelRows, "{unit}", unit))
	if err != nil {
		return "", err
	}
	points, err := c.expand("{points}")
	if err != nil {
		return "", err
	}
	window := "interval '1 day' * " + c.conventions.value(policies["funnel_window_days"])
	strict := c.conventions.value(policies["funnel_order"]) == "strict"
	before := func(column string) string {
		if strict { // the event just before
			return "lag(" + column + ") over (partition by i, unit order by pos)"
		}
		return "max(" + column + ") over (partition by i, unit order by pos rows between unbounded preceding and 1 preceding)"
	}
	// pos_K and ts_K are place and instant of the latest first step from which a row is reached as step K.
	write := func(sql string, values ...string) string { return strings.NewReplacer(values...).Replace(sql) }
	sql := write(`select *, case when name = NAME and ts < to_ts then pos end as pos_1, case when name = NAME and ts < to_ts then ts end as ts_1
from (
  select p.i, p.to_ts, s.*, row_number() over (partition by p.i, s.unit order by s.ts, s.nth, s.id) as pos
  from POINTS p join (ROWS) s on s.ts >= p.from_ts and s.ts < p.to_ts + WINDOW
) steps`, "NAME", c.text(names[0]), "POINTS", points, "ROWS", rows, "WINDOW", window)
	for k := 2; k <= len(names); k++ {
		last, this := fmt.Sprint("_", k-1), fmt.Sprint("_", k)
		sql = write(`select *, case when name = NAME and was_tsLAST >= ts - WINDOW then was_posLAST end as posTHIS,
  case when name = NAME and was_tsLAST >= ts - WINDOW then was_tsLAST end as tsTHIS
from (select *, WASPOS as was_posLAST, WASTS as was_tsLAST from (
`, "NAME", c.text(names[k-1]), "WINDOW", window, "LAST", last, "THIS", this, "WASPOS", before("pos"+last), "WASTS", before("ts"+last)) + sql + "\n) s) w"
	}
	c.ctes = append(c.ctes, "funnel_rows_"+unit+" as materialized (\n"+sql+"\n)")
	furthest, start := "case", "case"
	for k := len(names); k >= 1; k-- {
		furthest += fmt.Sprintf(" when max(pos_%d) is not null then %d", k, k)
		start += fmt.Sprintf(" when max(pos_%d) is not null then max(pos_%d)", k, k)
	}
	taken := fmt.Sprintf(`select r.i, r.unit, r.account, r.ts as ts_1, r.pos as at_1, r.ts as first_ts, b.reached
from (select i, unit, %s end as reached, %s end as start from funnel_rows_%s group by i, unit) b
join funnel_rows_%[3]s r on r.i = b.i and r.unit = b.unit and r.pos = b.start`, furthest, start, unit)
	for k := 2; k <= len(names); k++ {
		next := fmt.Sprintf("r.pos > t.at_%d", k-1)
		if strict {
			next = fmt.Sprintf("r.pos = t.at_%d + 1", k-1)
		}
		kept := "t.i, t.unit, t.account, t.first_ts, t.reached"
		for j := 1; j < k; j++ {
			kept += fmt.Sprintf(", t.ts_%d, t.at_%d", j, j)
		}
		// What is asked of the try alone stands in the minimum: in the join it makes DuckDB compare all with all.
		taken = fmt.Sprintf(`select %s, min(case when t.reached >= %d then r.ts end) as ts_%[2]d, min(case when t.reached >= %[2]d then r.pos end) as at_%[2]d
from (
%[3]s
) t left join funnel_rows_%[4]s r on r.i = t.i and r.unit = t.unit and r.name = %[5]s and %[6]s and r.ts <= t.first_ts + %[7]s
group by %[1]s`, kept, k, taken, unit, c.text(names[k-1]), next, window)
	}
	cases, since := "case l.n", "case l.n"
	for k := 1; k <= len(names); k++ {
		cases += fmt.Sprintf(" when %d then t.ts_%d", k, k)
		if k > 1 {
			since += fmt.Sprintf(" when %d then t.ts_%d", k, k-1)
		}
	}
	if len(names) == 1 {
		since += " when 1 then null"
	}
	list, err := c.list("funnel_steps")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("select t.i, t.unit, t.account, l.n, l.name as step, %s end as ts, cast(%s end as timestamp) as since\nfrom (\n%s\n) t cross join %s l", cases, since, taken, list), nil
}
