package metric

import (
	"context"
	"fmt"
	"strings"
)

// maxGroups bounds a breakdown; the largest are listed, the rest is counted.
const maxGroups = 500

// together says that totals and groups are counted in one statement: always, unless a short cut or an estimator gives one
// of them by itself.
func (e *evaluation) together() bool {
	short := e.def.Fast != "" || e.def.Running != "" || e.def.Groups != "" && e.by == e.def.GroupedBy
	return e.by != "" && e.def.Estimator == "" && !(short && e.plain(e.compiler(e.points)))
}

// countGroups counts the groups of the whole period and of its pieces, and keeps those that are largest in the whole;
// where they go together it counts the totals of all points along.
func (e *evaluation) countGroups(ctx context.Context) error {
	points := e.points[1:]
	if e.together() {
		points, e.totals = e.points, map[int]*cells{}
	}
	c := e.compiler(points)
	if e.def.Estimator != "" {
		return e.estimateGroups(ctx, c)
	}
	counted, err := e.groupRows(c, e.together())
	if err != nil {
		return err
	}
	size := "n"
	if e.def.NumeratorUnit == Money {
		size = "cast(num as decimal(38,0))"
	}
	// The largest are found by their sizes alone, so that a million groups are hashed once and never sorted whole.
	c.ctes = append(c.ctes, "counted as materialized (\n"+counted+")",
		"sizes as materialized (\nselect key_text, max(case when i = 0 then "+size+" end) as size from counted where is_total = 0 and i >= 0 group by key_text\n)",
		"largest as (\nselect key_text, size from sizes order by size desc nulls last, key_text collate \"C\" nulls last limit "+fmt.Sprint(maxGroups)+"\n)",
		"placed as (\nselect coalesce('k' || key_text, '') as known, size, row_number() over (order by size desc nulls last, key_text collate \"C\" nulls last) as place from largest\n)")
	query := "select g.*, p.size, p.place, (select count(*) from sizes) as places\nfrom counted g join placed p on p.known = coalesce('k' || g.key_text, '') where g.is_total = 0 and g.i >= 0\n" +
		"union all\nselect g.*, null, 0, 0 from counted g where g.is_total = 1\norder by place, i"
	var keyOf, sizeOf any
	var isTotal, place, places, found int
	err = e.each(ctx, c, query, func(i int, key *string, cell *cells) error {
		if isTotal == 1 {
			return e.keepTotal(c, i, cell)
		}
		found = places
		if place > len(e.groups) {
			e.groups = append(e.groups, &group{key: key, byPoint: map[int]*cells{}})
		}
		e.groups[place-1].byPoint[i] = cell
		return e.missingRate(cell.missing, i)
	}, &keyOf, &isTotal, &sizeOf, &place, &places)
	if e.otherGroups = found - len(e.groups); err != nil || e.otherGroups == 0 {
		return err
	}
	return e.countOthers(ctx)
}

// countOthers counts the groups that are not listed as one.
func (e *evaluation) countOthers(ctx context.Context) error {
	c := e.compiler(e.points[1:])
	body, err := e.body(c, e.by)
	if err != nil {
		return err
	}
	e.others = &group{byPoint: map[int]*cells{}}
	if e.def.Estimator != "" {
		together := "(select i, cast(null as varchar) as group_key" + e.observed() + " from " + body + " where " + e.unlisted(c) + ") unlisted"
		return e.estimate(ctx, c, together, func(i int, _ *string, cell *cells) { e.others.byPoint[i] = cell })
	}
	return e.each(ctx, c, "select i, cast(null as varchar), "+e.figures()+"\nfrom "+body+"\nwhere "+e.unlisted(c)+"\ngroup by i", func(i int, _ *string, cell *cells) error {
		e.others.byPoint[i] = cell
		return e.missingRate(cell.missing, i)
	})
}

// unlisted is the condition on rows of groups that are not listed.
func (e *evaluation) unlisted(c *compiler) string {
	listed, unknown := []string{}, "true"
	for _, g := range e.groups {
		if g.key == nil {
			unknown = "false"
		} else {
			listed = append(listed, c.text(*g.key))
		}
	}
	return "coalesce(cast(group_key as varchar) not in (" + strings.Join(listed, ", ") + "), " + unknown + ")"
}

// groupRows counts every group of every point, and with totals all points: i, group_key, the figures, key_text
// and is_total.
func (e *evaluation) groupRows(c *compiler, withTotals bool) (string, error) {
	if e.def.Groups != "" && e.by == e.def.GroupedBy && e.plain(c) {
		groups, err := c.expand(e.def.Groups)
		return "select i, group_key, cast(numerator as double precision) as num, cast(denominator as double precision) as den, cast(n as bigint) as n,\n" +
			"  cast(null as double precision) as sum, cast(null as double precision) as squares, cast(null as varchar) as missing, cast(group_key as varchar) as key_text, 0 as is_total\nfrom (\n" + groups + "\n) g\n", err
	}
	body, err := e.body(c, e.by)
	isTotal, sets := "0", "i, group_key"
	if withTotals {
		isTotal, sets = "grouping(group_key)", "grouping sets ((i), (i, group_key))"
	}
	return "select i, group_key, " + e.figures() + ", cast(group_key as varchar) as key_text, " + isTotal + " as is_total\nfrom " + body + "\ngroup by " + sets + "\n", err
}
