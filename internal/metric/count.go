package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// evaluation is one question on its way through the database.
type evaluation struct {
	*query
	view View
	// withExcluded keeps the candidates that are not counted among the rows, to be looked at.
	withExcluded bool
	// lean leaves out what an overview does not show: parts, tables and groups.
	lean bool
	// summed counts from what rollups have added up; nil: from the rows that the metric is defined over.
	summed *Summed
	// pieces leaves out the whole and the period before, which an overview was not asked for.
	pieces   bool
	points   []point // the previous period, the whole, then the pieces
	zone     *time.Location
	horizon  time.Time
	rates    []rate
	fx       []rateSpan
	currency string // what money is shown in

	totals      map[int]*cells // by point
	groups      []*group       // the largest first
	otherGroups int
	others      *group // those that are not listed, together
	tables      map[string][]Row
	beside      []Row // what other ways to count say
	hist        map[string]int64
}

// cells are what the database counted for one point of one group.
type cells struct {
	num, den     *big.Rat
	n            int64
	sum, squares float64
	parts        []*big.Rat
	hasDen       bool
	// estimate is what an estimator found, instead of all that.
	estimate *Estimate
	// missing is the currency that could not be converted; nothing else is known then.
	missing string
}

// group is one part of a breakdown, by point; its key is nil for what the dimension is not known for.
type group struct {
	key     *string
	byPoint map[int]*cells
	tables  map[string][]Row
	beside  []Row
}

func (e *evaluation) run(ctx context.Context, reporting string) error {
	if err := e.count(ctx, reporting); err != nil {
		return err
	}
	if e.def.Distribution != "" && e.hist == nil {
		if err := e.distribution(ctx); err != nil {
			return err
		}
	}
	if e.lean {
		return nil
	}
	return e.readTables(ctx)
}

// ready finds what counting rests on: rates of exchange, what the segment needs, how far windows reach.
func (e *evaluation) ready(ctx context.Context, reporting string) error {
	if e.def.hasMoney() {
		if err := e.loadRates(ctx, reporting); err != nil {
			return err
		}
	}
	if err := e.filter.prepare(ctx, e.view, e.points, reporting); err != nil {
		return err
	}
	return e.extendHorizon(ctx)
}

// count counts every point, in total and by group.
func (e *evaluation) count(ctx context.Context, reporting string) error {
	if err := e.ready(ctx, reporting); err != nil {
		return err
	}
	if e.together() {
		return e.countGroups(ctx)
	}
	if err := e.countTotals(ctx); err != nil || e.by == "" {
		return err
	}
	return e.countGroups(ctx)
}

// extendHorizon lets trailing windows reach as far as there are facts, should they lie ahead of the clock.
func (e *evaluation) extendHorizon(ctx context.Context) error {
	if e.def.Finest != Day { // has no trailing window
		e.horizon = e.period.To
	}
	if !e.period.To.After(e.horizon) {
		return nil
	}
	sql := "select coalesce(cast(max(day) as varchar), '') from fact_events"
	if received := e.view.Received(fact.Events.Name, ""); received != "" {
		sql += " where " + received
	}
	rows, err := e.view.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var day string
		if err := rows.Scan(&day); err != nil {
			return err
		}
		if t, err := time.ParseInLocation(time.DateOnly, day, e.zone); err == nil && t.After(e.horizon) {
			e.horizon = midnight(t, 1)
		}
	}
	return rows.Err()
}

// asked are the points that are counted.
func (e *evaluation) asked() []point {
	if e.pieces {
		return e.points[2:]
	}
	return e.points
}

func (e *evaluation) compiler(points []point) *compiler {
	c := newCompiler(e.view, points, e.horizon, e.zone, e.conventions)
	c.rates, c.fx, c.now = e.rates, e.fx, e.now
	return c
}

func (e *evaluation) countTotals(ctx context.Context) error {
	c := e.compiler(e.asked())
	if e.plain(c) {
		switch {
		case e.def.Fast != "":
			return e.fast(ctx, c)
		case e.def.Running != "":
			return e.running(ctx, c)
		}
	}
	if tiles := e.tiles(c.points); tiles != nil {
		c.points, c.tiled = tiles, true
	}
	body, err := e.body(c, "")
	if err != nil {
		return err
	}
	e.totals = map[int]*cells{}
	if e.def.Estimator != "" {
		return e.estimate(ctx, c, body, func(i int, _ *string, cell *cells) { e.totals[i] = cell })
	}
	if e.def.Distribution == "" || e.lean {
		return e.each(ctx, c, "select i, cast(null as varchar), "+e.figures()+"\nfrom "+body+"\ngroup by i", func(i int, _ *string, cell *cells) error {
			return e.keepTotal(c, i, cell)
		})
	}
	return e.totalsAndSpread(ctx, c, body)
}

func (e *evaluation) keepTotal(c *compiler, i int, cell *cells) error {
	if c.tiled {
		e.addTotal(i, cell)
		return nil
	}
	e.totals[i] = cell
	if i < 0 {
		return nil // a change that can't be told is no reason to withhold the value
	}
	return e.missingRate(cell.missing, i)
}

func (e *evaluation) fast(ctx context.Context, c *compiler) error {
	body, err := c.expand(e.def.Fast)
	if err != nil {
		return err
	}
	rows, err := e.view.Query(ctx, c.statement("select i, cast(numerator as double precision), cast(denominator as double precision), cast(n as bigint) from (\n"+body+"\n) f"), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	e.totals = map[int]*cells{}
	for rows.Next() {
		var i int
		var num, den sql.NullFloat64
		var n sql.NullInt64
		if err := rows.Scan(&i, &num, &den, &n); err != nil {
			return err
		}
		e.totals[i] = &cells{num: ratOf(num.Float64), den: ratOf(den.Float64), hasDen: den.Valid, n: n.Int64}
	}
	return rows.Err()
}

// running reads the count at the end of every day on which it changed, and takes for each point that of its last day.
func (e *evaluation) running(ctx context.Context, c *compiler) error {
	c.points = slices.Clone(c.points)
	for i, p := range c.points { // nothing else is looked at, so nothing else is counted
		c.points[i].Period.From = midnight(p.Period.To, -1)
	}
	body, err := c.expand(e.def.Running)
	if err != nil {
		return err
	}
	rows, err := e.view.Query(ctx, c.statement(body), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	var days []time.Time
	var counts []int64
	for rows.Next() {
		var day time.Time
		var n int64
		if err := rows.Scan(&day, &n); err != nil {
			return err
		}
		days, counts = append(days, day), append(counts, n)
	}
	e.totals = map[int]*cells{}
	for _, p := range c.points {
		last := date(c.end(p)).AddDate(0, 0, -1)
		at, found := slices.BinarySearchFunc(days, last, time.Time.Compare)
		n := int64(0)
		if !found {
			at--
		}
		if at >= 0 {
			n = counts[at]
		}
		e.totals[p.i] = &cells{num: new(big.Rat).SetInt64(n), den: new(big.Rat), n: n}
	}
	return rows.Err()
}

// plain says that the short cuts of the definition hold.
func (e *evaluation) plain(c *compiler) bool {
	return e.segment.IsEveryone() && e.asOf == nil && c.wholeDays() && !e.conventions.differs(e.def.PolicyIDs())
}

// body compiles the rows of the metric, narrowed to the segment, with the key of the breakdown beside. It is a
// relation called counted_rows; columns are those of the body and group_key.
func (e *evaluation) body(c *compiler, by string) (string, error) {
	joins, key, where := "", "cast(null as varchar)", ""
	if !e.segment.IsEveryone() {
		if !c.done["scope"] {
			if err := c.scope(e.filter); err != nil {
				return "", err
			}
		}
		joins += "\njoin scope on scope.i = b.i and scope.account = b.account"
	}
	byContact := !slices.Contains(e.def.Dimensions, by) && strings.HasPrefix(by, contactPrefix)
	c.lean = e.lean
	c.unnamed = e.def.PersonFor == "breakdown" && !byContact && !e.lean && e.segment.IsEveryone()
	text := e.def.Body
	if e.summed != nil {
		text = e.summed.body
	}
	rows, err := c.expand(text)
	if err != nil {
		return "", err
	}
	switch {
	case by == "":
	case slices.Contains(e.def.Dimensions, by):
		key = `b."` + by + `"`
	default:
		relation, t, err := c.traitRows(by)
		if err != nil {
			return "", err
		}
		joins += "\nleft join " + relation + " t on t.i = b.i and t." + t.owner() + " = b." + t.owner()
		key = "t.value"
	}
	if e.variant.Where != "" {
		where = "\nwhere " + e.variant.Where
	}
	if len(e.def.Excluded) > 0 && !e.withExcluded && e.summed == nil {
		where += map[bool]string{true: "\nwhere ", false: "\n  and "}[where == ""] + "excluded is null"
	}
	body := "(select b.*, " + key + " as group_key from (\n" + rows + "\n) b" + joins + ")"
	if where != "" {
		body = "(select * from " + body + " counted" + where + ")"
	}
	return body + " counted_rows", nil
}

// figures are the columns of cells: num, den, n, sum, squares, missing, and the parts of the detail.
func (e *evaluation) figures() string {
	d := e.def
	if e.summed != nil {
		d = e.summed.over(d)
	}
	float := func(expr string) string {
		if expr == "" {
			expr = "null"
		}
		return "cast(" + expr + " as double precision)"
	}
	number := func(expr string, unit Unit) string {
		if unit == Money && expr != "" {
			return "cast(cast(" + expr + " as decimal(38,0)) as varchar)"
		}
		return float(expr)
	}
	sum, squares := "", ""
	if d.Sample != "" {
		x := float(d.Sample)
		sum, squares = "sum("+x+")", "sum("+x+" * "+x+")"
		if d.SampleOf != "" { // as if n observations had the ratio as their mean and its residuals as their deviations
			y := float(d.SampleOf)
			ratio := "sum(" + x + ") / nullif(sum(" + y + "), 0)"
			sum = "count(" + x + ") * " + ratio
			squares = "(count(" + x + ") - 1) * greatest(0, var_samp(" + x + ") - 2 * (" + ratio + ") * covar_samp(" + x + ", " + y + ") + (" + ratio + ") * (" + ratio + ") * var_samp(" + y + ")) / nullif(avg(" + y + ") * avg(" + y + "), 0) + " +
				"count(" + x + ") * (" + ratio + ") * (" + ratio + ")"
		}
	}
	if e.summed != nil && e.summed.Squares != "" {
		sum, squares = d.Numerator, e.summed.Squares
	}
	missing := "cast(null as varchar)"
	if d.hasMoney() {
		missing = "max(missing_rate)"
	}
	columns := []string{number(d.Numerator, d.NumeratorUnit) + " as num", number(d.Denominator, d.DenominatorUnit) + " as den", "cast(" + d.N + " as bigint) as n",
		float(sum) + " as sum", float(squares) + " as squares", missing + " as missing"}
	if e.lean { // beside other metrics, in columns that all of them have: figures as text, no parts
		columns[0] = "cast(" + number(d.Numerator, d.NumeratorUnit) + " as varchar) as num"
		columns[1] = "cast(" + number(d.Denominator, d.DenominatorUnit) + " as varchar) as den"
		return strings.Join(columns, ",\n  ")
	}
	for j, part := range d.Detail {
		columns = append(columns, number(part.SQL, part.Unit)+fmt.Sprintf(" as part%d", j))
	}
	return strings.Join(columns, ",\n  ")
}

// each asks, and uses every row: point, key, figures, and what else is read into more.
func (e *evaluation) each(ctx context.Context, c *compiler, query string, use func(i int, key *string, cell *cells) error, more ...any) error {
	rows, err := e.view.Query(ctx, c.statement(query), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var i int
		var key any
		var missing, den sql.NullString
		var sum, squares sql.NullFloat64
		var n sql.NullInt64
		numbers := make([]sql.NullString, 1+len(e.def.Detail))
		into := []any{&i, &key, &numbers[0], &den, &n, &sum, &squares, &missing}
		for j := range e.def.Detail {
			if !e.lean {
				into = append(into, &numbers[1+j])
			}
		}
		if err := rows.Scan(append(into, more...)...); err != nil {
			return fmt.Errorf("metric %s: %w", e.def.ID, err)
		}
		cell := &cells{num: ratText(numbers[0].String), den: ratText(den.String), hasDen: e.def.Denominator != "", n: n.Int64, sum: sum.Float64, squares: squares.Float64, missing: missing.String}
		for _, part := range numbers[1:] {
			if part.Valid {
				cell.parts = append(cell.parts, ratText(part.String))
			} else {
				cell.parts = append(cell.parts, nil)
			}
		}
		if err := use(i, keyText(key), cell); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	return nil
}

// keyText is the key of a group as it is shown, alike whatever database it comes from.
func keyText(v any) *string {
	var s string
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		s = string(v)
	case float64:
		s = Figure{Float: v}.String()
	case time.Time:
		s = v.UTC().Format(time.RFC3339)
	default:
		s = fmt.Sprint(v)
	}
	return &s
}

func ratOf(x float64) *big.Rat {
	r := new(big.Rat)
	if r.SetFloat64(x) == nil {
		return new(big.Rat)
	}
	return r
}

func ratText(s string) *big.Rat {
	if r, ok := new(big.Rat).SetString(s); ok {
		return r
	}
	return new(big.Rat)
}
