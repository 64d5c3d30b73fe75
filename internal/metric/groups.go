package metric

import (
	"context"
	"fmt"
	"math/big"
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
	if e.def.Estimator != "" {
		return e.estimateGroups(ctx, e.compiler(points))
	}
	size := "n"
	if e.def.NumeratorUnit == Money {
		size = "cast(num as decimal(38,0))"
	}
	return e.list(ctx, points, e.points[1:], "case when i = 0 then "+size+" end", maxGroups)
}

// list counts the groups of points, keeps the most that are largest by size, a figure of theirs, in those that are shown, and
// counts the others as one; where totals are wanted it counts those of all points along.
func (e *evaluation) list(ctx context.Context, points, shown []point, size string, most int) error {
	c := e.compiler(points)
	withTotals := e.together()
	counted, err := e.groupRows(c, withTotals)
	if err != nil {
		return err
	}
	from := fmt.Sprintf("is_total = 0 and i >= %d", shown[0].i)
	// The largest are found by their sizes alone, so that a million groups are hashed once and never sorted whole.
	c.ctes = append(c.ctes, "counted as materialized (\n"+counted+")",
		"sizes as materialized (\nselect key_text, max("+size+") as size from counted where "+from+" group by key_text\n)",
		"largest as (\nselect key_text, size from sizes order by size desc nulls last, key_text collate \"C\" nulls last limit "+fmt.Sprint(most)+"\n)",
		"placed as (\nselect coalesce('k' || key_text, '') as known, size, row_number() over (order by size desc nulls last, key_text collate \"C\" nulls last) as place from largest\n)")
	query := "select g.*, p.size, p.place, (select count(*) from sizes) as places\nfrom counted g join placed p on p.known = coalesce('k' || g.key_text, '') where g." + from + "\n" +
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
		if e.groups[place-1].byPoint[i] = cell; i < 0 {
			return nil // the total says what is missing
		}
		return e.missingRate(cell.missing, i)
	}, &keyOf, &isTotal, &sizeOf, &place, &places)
	if e.otherGroups = found - len(e.groups); err != nil || e.otherGroups == 0 {
		return err
	}
	if withTotals && e.addUp() {
		e.others = e.remaining(shown)
		return nil
	}
	return e.countOthers(ctx, shown)
}

// addUp says that the figures of groups add up to those of all, since each row belongs to one group and they are sums of rows.
func (e *evaluation) addUp() bool {
	d := e.def
	if e.summed != nil {
		d = e.summed.over(d)
	}
	if d.SampleOf != "" || !isSum(d.Numerator) || !isSum(d.Denominator) || !isSum(d.N) {
		return false
	}
	for _, part := range d.Detail {
		if !isSum(part.SQL) {
			return false
		}
	}
	for _, total := range e.totals {
		if total.missing != "" {
			return false
		}
	}
	return true
}

// remaining is what is left of the totals without the groups that are listed.
func (e *evaluation) remaining(points []point) *group {
	others := &group{byPoint: map[int]*cells{}}
	for _, p := range points {
		total := e.totals[p.i]
		if total == nil {
			continue
		}
		left := &cells{num: new(big.Rat).Set(total.num), den: new(big.Rat).Set(total.den), hasDen: total.hasDen, n: total.n, sum: total.sum, squares: total.squares, parts: make([]*big.Rat, len(total.parts))}
		for j, part := range total.parts {
			if part != nil {
				left.parts[j] = new(big.Rat).Set(part)
			}
		}
		for _, g := range e.groups {
			c := g.byPoint[p.i]
			if c == nil {
				continue
			}
			left.num.Sub(left.num, c.num)
			left.den.Sub(left.den, c.den)
			left.n, left.sum, left.squares = left.n-c.n, left.sum-c.sum, left.squares-c.squares
			for j, part := range c.parts {
				if part != nil && left.parts[j] != nil {
					left.parts[j].Sub(left.parts[j], part)
				}
			}
		}
		others.byPoint[p.i] = left
	}
	return others
}

// countOthers counts the groups that are not listed as one.
func (e *evaluation) countOthers(ctx context.Context, points []point) error {
	c := e.compiler(points)
	body, err := e.body(c, e.by)
	if err != nil {
		return err
	}
	e.others = &group{byPoint: map[int]*cells{}}
	unlisted := "not " + e.listed(c, "group_key")
	if e.def.Estimator != "" {
		together := "(select i, cast(null as varchar) as group_key" + e.observed() + " from " + body + " where " + unlisted + ") unlisted"
		return e.estimate(ctx, c, together, func(i int, _ *string, cell *cells) { e.others.byPoint[i] = cell })
	}
	return e.each(ctx, c, "select i, cast(null as varchar), "+e.figures()+"\nfrom "+body+"\nwhere "+unlisted+"\ngroup by i", func(i int, _ *string, cell *cells) error {
		if e.others.byPoint[i] = cell; i < 0 {
			return nil
		}
		return e.missingRate(cell.missing, i)
	})
}

// listed is the condition on rows of groups that are listed; key is the column of their key.
func (e *evaluation) listed(c *compiler, key string) string {
	listed, unknown := []string{}, "false"
	for _, g := range e.groups {
		if g.key == nil {
			unknown = "true"
		} else {
			listed = append(listed, "("+c.text(*g.key)+")")
		}
	}
	// As a relation: a long list in the condition itself is gone through for every row.
	c.ctes = append(c.ctes, "listed as (select * from (values "+strings.Join(listed, ", ")+") as l(key))")
	return "coalesce(cast(" + key + " as varchar) in (select key from listed), " + unknown + ")"
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
