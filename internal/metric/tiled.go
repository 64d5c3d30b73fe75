package metric

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// Points that lie end to end, and what is counted in one of them alone, allow a shorter way: every row is put into its point
// by its day instead of being joined with the points, and the whole is what its pieces come to. A question about few rows
// then takes half the time (a join with the points costs more to plan than to do), one about many reads each row once.

// mostTiles is how many points a row is compared with one after the other; beyond it a join is faster.
const mostTiles = 40

// tiles are the points of asked that lie end to end, the earliest first, without the whole if they make it up; nil where
// they don't, or where what is counted can't be told piece by piece.
func (e *evaluation) tiles(asked []point) []point {
	if !e.segment.IsEveryone() || e.def.Estimator != "" || e.def.hasMoney() || !addsUp(e.def) {
		return nil
	}
	rows := asked
	if !e.pieces && len(asked) > 2 {
		whole := asked[1].Period
		rows = append([]point{asked[0]}, asked[2:]...)
		if !rows[1].Period.From.Equal(whole.From) || !rows[len(rows)-1].Period.To.Equal(whole.To) {
			return nil
		}
	}
	if len(rows) > mostTiles {
		return nil
	}
	for n := range rows[1:] {
		if !rows[n].Period.To.Equal(rows[n+1].Period.From) {
			return nil
		}
	}
	return rows
}

// addTotal adds what was counted of a point, or of a part of it, to that point and to the whole that it is a piece of.
func (e *evaluation) addTotal(i int, cell *cells) {
	to := []int{i}
	if i > 0 && !e.pieces {
		to = append(to, 0)
	}
	for _, i := range to {
		total := e.totals[i]
		if total == nil {
			total = &cells{num: new(big.Rat), den: new(big.Rat), hasDen: cell.hasDen, parts: make([]*big.Rat, len(cell.parts))}
			e.totals[i] = total
		}
		total.num.Add(total.num, cell.num)
		total.den.Add(total.den, cell.den)
		total.n += cell.n
		total.sum += cell.sum
		total.squares += cell.squares
		for j, part := range cell.parts {
			if part == nil {
				continue
			}
			if total.parts[j] == nil {
				total.parts[j] = new(big.Rat)
			}
			total.parts[j].Add(total.parts[j], part)
		}
	}
}

// tile puts the rows of a relation into the points they happened in.
func (c *compiler) tile(name, column string) (string, error) {
	limit := func(t time.Time) string { return sqlTime(t) }
	if c.wholeDays() {
		column, limit = "day", sqlDay
	}
	first, last := c.points[0], c.points[len(c.points)-1]
	point := fmt.Sprint(last.i)
	if len(c.points) > 1 {
		point = "case"
		for _, p := range c.points[:len(c.points)-1] {
			point += fmt.Sprintf(" when f.%s < %s then %d", column, limit(p.Period.To), p.i)
		}
		point += fmt.Sprintf(" else %d end", last.i)
	}
	return c.expand(fmt.Sprintf("select %s as i, f.*\nfrom {%s} f\nwhere f.%s >= %s and f.%[3]s < %[5]s", point, name, column, limit(first.Period.From), limit(last.Period.To)))
}

// addsUp says that each row of the metric is in one point, by when it happened alone, and that all that is shown of the rows
// are sums and counts of them.
func addsUp(d *Definition) bool {
	body := ofAPolicy.ReplaceAllString(d.Body, "")
	if d.SampleOf != "" || strings.Count(body, "{") != 1 || !byItself.MatchString(body) || notByItself.MatchString(body) {
		return false
	}
	shown := []string{d.Numerator, d.Denominator, d.N}
	for _, part := range d.Detail {
		shown = append(shown, part.SQL)
	}
	for _, sql := range shown {
		if !isSum(sql) {
			return false
		}
	}
	return true
}

var (
	// byItself is a select from what happened during the points, and from nothing else.
	byItself = regexp.MustCompile(`(?is)^\s*select\s.*\sfrom \{during\([a-z_]+\)\} [a-z]+\s*(where\s.*)?$`)
	// notByItself are the words of a select that looks at other rows too, or at the point.
	notByItself = regexp.MustCompile(`(?i)\b(distinct|over|group|order|limit|union|intersect|except|join|exists|having|qualify|(from|to)_(ts|day))\b|\bselect\b[\s\S]*\bselect\b`)
	// ofAPolicy stands for a value that is the same for all rows.
	ofAPolicy = regexp.MustCompile(`\{policy\.[^{}]*\}`)
)

// isSum says that SQL is made of sums and counts that are added or subtracted; nothing is a sum too.
func isSum(sql string) bool {
	rest := strings.ToLower(sql)
	if strings.Contains(rest, "distinct") {
		return false
	}
	for strings.TrimSpace(rest) != "" {
		rest = strings.TrimLeft(rest, " \n+-")
		if !strings.HasPrefix(rest, "sum(") && !strings.HasPrefix(rest, "count(") {
			return false
		}
		depth, end := 0, 0
		for n, r := range rest {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			if r == ')' && depth == 0 {
				end = n + 1
				break
			}
		}
		if end == 0 {
			return false
		}
		if rest = strings.TrimSpace(rest[end:]); rest != "" && rest[0] != '+' && rest[0] != '-' {
			return false
		}
	}
	return true
}
