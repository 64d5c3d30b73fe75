package metric

import (
	"context"
	"fmt"
)

// totalsAndSpread counts every point, and in the same statement how often each value of the distribution is there.
func (e *evaluation) totalsAndSpread(ctx context.Context, c *compiler, body string) error {
	value := `"` + e.def.Distribution + `"`
	e.hist = map[string]int64{}
	var isTotal int
	var n int64
	grouped := "grouping(" + value + ") as is_total, count(*) as count_of\nfrom " + body + "\ngroup by grouping sets ((i), (i, " + value + "))"
	if c.tiled { // the totals are what the values come to
		grouped = "0 as is_total, count(*) as count_of\nfrom " + body + "\ngroup by i, " + value
	}
	return e.each(ctx, c, "select i, cast("+value+" as double precision), "+e.figures()+", "+grouped, func(i int, key *string, cell *cells) error {
		if isTotal == 1 || c.tiled {
			if err := e.keepTotal(c, i, cell); err != nil {
				return err
			}
		}
		if isTotal == 0 && key != nil && (i == 0 || c.tiled && i > 0) {
			e.hist[*key] += n
		}
		return nil
	}, &isTotal, &n)
}

// distribution counts the values by themselves, where the totals were counted otherwise.
func (e *evaluation) distribution(ctx context.Context) error {
	c := e.compiler(e.points[1:2])
	body, err := e.body(c, "")
	if err != nil {
		return err
	}
	rows, err := e.view.Query(ctx, c.statement(fmt.Sprintf(`select cast("%s" as double precision), count(*) from %s where "%s" is not null group by 1`, e.def.Distribution, body, e.def.Distribution)), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	e.hist = map[string]int64{}
	for rows.Next() {
		var value float64
		var n int64
		if err := rows.Scan(&value, &n); err != nil {
			return err
		}
		e.hist[Figure{Float: value}.String()] = n
	}
	return rows.Err()
}
