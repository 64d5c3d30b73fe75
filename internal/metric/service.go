package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// View is one consistent reading of the facts, live or as of a past instant. The lake gives it.
type View interface {
	Query(ctx context.Context, sql string, args ...any) (*sql.Rows, error)
	// AsOf is the past instant it shows; nil when it is live.
	AsOf() *time.Time
	// Mark is the number of the last event that the rollups hold.
	Mark() int64
	// Rollup is a relation with the rows of a rollup and of what waits to be merged into it; a key may be in both.
	Rollup(name string) string
	// Persons and Spans name the tables that say who is who in this view.
	Persons() string
	Spans() string
	Close() error
}

// Service answers questions about metrics.
type Service struct {
	Catalog *Catalog
	Open    func(ctx context.Context, asOf *time.Time) (View, error)
	Zone    *time.Location
	// Currency is the workspace's reporting currency; empty until it is chosen.
	Currency string
	Now      func() time.Time
}

// maxGroups bounds a breakdown; the largest are listed, the rest is counted.
const maxGroups = 500

// Answer answers one question.
func (s *Service) Answer(ctx context.Context, a Ask) (*Answer, error) {
	q, err := s.understand(a)
	if err != nil {
		return nil, err
	}
	now := s.Now().In(s.Zone)
	if q.asOf != nil {
		now = q.asOf.In(s.Zone)
	}
	pieces, err := q.grain.cut(q.period, now)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the series is too long").Field("grain", "%s", err)
	}
	points := append([]point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, pieces...)
	view, err := s.Open(ctx, q.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	e := &evaluation{query: q, view: view, points: points, zone: s.Zone, horizon: Day.start(now).AddDate(0, 0, 1)}
	if err := e.run(ctx, s.Currency); err != nil {
		return nil, err
	}
	return e.answer(), nil
}

// evaluation is one question on its way through the database.
type evaluation struct {
	*query
	view     View
	points   []point
	zone     *time.Location
	horizon  time.Time
	rates    []rate
	currency string // what money is shown in

	totals map[int]*cells            // by point
	groups map[string]map[int]*cells // by key, by point
	hist   map[string]int64
}

// cells are what the database counted for one point of one group.
type cells struct {
	key              *string
	num, den         *big.Rat
	n                int64
	sum, squares     float64
	parts            []*big.Rat
	hasDen, anything bool
}

func (e *evaluation) run(ctx context.Context, reporting string) error {
	if e.def.Unit == Money {
		if err := e.loadRates(ctx, reporting); err != nil {
			return err
		}
	}
	if err := e.extendHorizon(ctx); err != nil {
		return err
	}
	var err error
	if e.def.Fast != "" && e.by == "" && e.segment.IsEveryone() && e.asOf == nil {
		e.totals, err = e.fast(ctx)
	} else {
		e.totals, e.groups, err = e.count(ctx)
	}
	if err == nil && e.def.Distribution != "" {
		e.hist, err = e.distribution(ctx)
	}
	if e.totals == nil {
		e.totals = map[int]*cells{}
	}
	return err
}

// extendHorizon lets trailing windows reach as far as there are facts, should they lie ahead of the clock.
func (e *evaluation) extendHorizon(ctx context.Context) error {
	if e.def.Finest != Day { // has no trailing window
		e.horizon = e.period.To
	}
	if !e.period.To.After(e.horizon) {
		return nil
	}
	rows, err := e.view.Query(ctx, "select cast(max(day) as varchar) from fact_events")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var day sql.NullString
		if err := rows.Scan(&day); err != nil {
			return err
		}
		if t, err := time.ParseInLocation(time.DateOnly, day.String, e.zone); err == nil && t.AddDate(0, 0, 1).After(e.horizon) {
			e.horizon = t.AddDate(0, 0, 1)
		}
	}
	return rows.Err()
}

func (e *evaluation) compiler() *compiler {
	return &compiler{view: e.view, points: e.points, rates: e.rates, horizon: e.horizon, done: map[string]bool{}}
}

func (e *evaluation) fast(ctx context.Context) (map[int]*cells, error) {
	c := e.compiler()
	body, err := c.expand(e.def.Fast)
	if err != nil {
		return nil, err
	}
	rows, err := e.view.Query(ctx, c.statement("select i, cast(numerator as double precision), cast(denominator as double precision), cast(n as bigint) from (\n"+body+"\n) f"), c.args...)
	if err != nil {
		return nil, fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	counted := map[int]*cells{}
	for rows.Next() {
		var i int
		var num, den sql.NullFloat64
		var n sql.NullInt64
		if err := rows.Scan(&i, &num, &den, &n); err != nil {
			return nil, err
		}
		counted[i] = &cells{num: ratOf(num.Float64), den: ratOf(den.Float64), hasDen: den.Valid, n: n.Int64, anything: true}
	}
	return counted, rows.Err()
}

// body compiles the rows of the metric, narrowed to the segment, with the key of the breakdown beside. It is a
// relation called counted_rows; columns are those of the body and group_key.
func (e *evaluation) body(c *compiler, by string) (string, error) {
	rows, err := c.expand(e.def.Body)
	if err != nil {
		return "", err
	}
	joins, key, where := "", "cast(null as varchar)", ""
	switch {
	case by == "":
	case slices.Contains(e.def.Dimensions, by):
		key = `cast(b."` + by + `" as varchar)`
	default:
		trait, err := c.traitRows(by)
		if err != nil {
			return "", err
		}
		joins += "\nleft join " + trait + " t on t.i = b.i and t.account = b.account"
		key = "cast(t.value as varchar)"
	}
	if !e.segment.IsEveryone() {
		if err := c.scope(e.segment, e.zone); err != nil {
			return "", err
		}
		joins += "\njoin scope on scope.i = b.i and scope.account = b.account"
	}
	if e.variant.Where != "" {
		where = "\nwhere " + e.variant.Where
	}
	return "(select * from (select b.*, " + key + " as group_key from (\n" + rows + "\n) b" + joins + ") counted" + where + ") counted_rows", nil
}

// count asks the database for every point: in total, and for every group when there is a breakdown. Groups are kept by
// "=" and their key; the one whose key is not known by "".
func (e *evaluation) count(ctx context.Context) (totals map[int]*cells, groups map[string]map[int]*cells, err error) {
	c := e.compiler()
	body, err := e.body(c, e.by)
	if err != nil {
		return nil, nil, err
	}
	d := e.def
	number := func(expr string, unit Unit) string {
		if unit == Money {
			return "cast(cast(" + expr + " as bigint) as varchar)"
		}
		return "cast(" + expr + " as double precision)"
	}
	selected, grouped := []string{"i", "cast(null as varchar)", "1", number(d.Numerator, d.Unit)}, "group by i"
	if e.by != "" {
		selected[1], selected[2], grouped = "group_key", "grouping(group_key)", "group by grouping sets ((i), (i, group_key))"
	}
	if d.Denominator != "" {
		selected = append(selected, "cast("+d.Denominator+" as double precision)")
	} else {
		selected = append(selected, "cast(null as double precision)")
	}
	selected = append(selected, "cast("+d.N+" as bigint)")
	if d.Sample != "" {
		selected = append(selected, "cast(sum(1.0 * ("+d.Sample+")) as double precision)", "cast(sum(1.0 * ("+d.Sample+") * ("+d.Sample+")) as double precision)")
	} else {
		selected = append(selected, "cast(null as double precision)", "cast(null as double precision)")
	}
	if e.currency != "" {
		selected = append(selected, "max(missing_rate)")
	} else {
		selected = append(selected, "cast(null as varchar)")
	}
	for _, part := range d.Detail {
		selected = append(selected, number(part.SQL, part.Unit))
	}
	rows, err := e.view.Query(ctx, c.statement("select "+strings.Join(selected, ",\n  ")+"\nfrom "+body+"\n"+grouped), c.args...)
	if err != nil {
		return nil, nil, fmt.Errorf("metric %s: %w", d.ID, err)
	}
	defer rows.Close()
	totals, groups = map[int]*cells{}, map[string]map[int]*cells{}
	for rows.Next() {
		i, isTotal, cell, missing, err := e.scan(rows)
		if err != nil {
			return nil, nil, fmt.Errorf("metric %s: %w", d.ID, err)
		}
		if missing != "" {
			return nil, nil, e.missingRate(missing, i)
		}
		if isTotal {
			totals[i] = cell
			continue
		}
		key := ""
		if cell.key != nil {
			key = "=" + *cell.key
		}
		if groups[key] == nil {
			groups[key] = map[int]*cells{}
		}
		groups[key][i] = cell
	}
	return totals, groups, rows.Err()
}

func (e *evaluation) scan(rows *sql.Rows) (i int, isTotal bool, cell *cells, missingRate string, err error) {
	var total int64
	var key, missing sql.NullString
	var den, sum, squares sql.NullFloat64
	var n sql.NullInt64
	numbers := make([]sql.NullString, 1+len(e.def.Detail))
	into := []any{&i, &key, &total, &numbers[0], &den, &n, &sum, &squares, &missing}
	for j := range e.def.Detail {
		into = append(into, &numbers[1+j])
	}
	if err := rows.Scan(into...); err != nil {
		return 0, false, nil, "", err
	}
	cell = &cells{num: ratText(numbers[0].String), den: ratOf(den.Float64), hasDen: e.def.Denominator != "", n: n.Int64, sum: sum.Float64, squares: squares.Float64, anything: true}
	if key.Valid {
		cell.key = &key.String
	}
	for _, part := range numbers[1:] {
		if part.Valid {
			cell.parts = append(cell.parts, ratText(part.String))
		} else {
			cell.parts = append(cell.parts, nil)
		}
	}
	return i, total == 1, cell, missing.String, nil
}

func (e *evaluation) distribution(ctx context.Context) (map[string]int64, error) {
	c := e.compiler()
	body, err := e.body(c, "")
	if err != nil {
		return nil, err
	}
	rows, err := e.view.Query(ctx, c.statement(fmt.Sprintf(`select cast("%s" as double precision), count(*) from %s where i = 0 group by 1 order by 1 nulls last`, e.def.Distribution, body)), c.args...)
	if err != nil {
		return nil, fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var value sql.NullFloat64
		var n int64
		if err := rows.Scan(&value, &n); err != nil {
			return nil, err
		}
		counts[Figure{Float: value.Float64}.String()] = n
	}
	return counts, rows.Err()
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

// sorted are the groups of the total, the largest first.
func (e *evaluation) sorted() []string {
	var keys []string
	for key, byPoint := range e.groups {
		if byPoint[0] != nil {
			keys = append(keys, key)
		}
	}
	sort.Slice(keys, func(a, b int) bool {
		x, y := e.groups[keys[a]][0], e.groups[keys[b]][0]
		if c := x.num.Cmp(y.num); e.def.Unit == Money && c != 0 {
			return c > 0
		}
		if x.n != y.n {
			return x.n > y.n
		}
		return keys[a] < keys[b]
	})
	return keys
}

// Describe are the definitions as an edge lists them, in one language.
func (s *Service) Describe(lang i18n.Lang) []Described {
	var all []Described
	for _, d := range s.Catalog.All() {
		all = append(all, d.describe(lang))
	}
	return all
}

// Described is one definition in one language.
type Described struct {
	ID         string   `json:"id"`
	Family     string   `json:"family"`
	Label      string   `json:"label"`
	Text       string   `json:"text"`
	Formula    string   `json:"formula"`
	Unit       Unit     `json:"unit"`
	Better     string   `json:"better"`
	Type       Type     `json:"type"`
	Facts      []string `json:"facts"`
	Dimensions []string `json:"dimensions"`
	Variants   []string `json:"variants"`
	Bands      []Band   `json:"bands"`
	// VariantLabels are the names of Variants, Parts what answers carry under detail, in its order: for pages.
	VariantLabels []string `json:"-"`
	Parts         []Part   `json:"-"`
}

func (d *Definition) describe(lang i18n.Lang) Described {
	var labels []string
	for _, v := range d.Variants {
		labels = append(labels, i18n.Text(v.Label).In(lang))
	}
	return Described{VariantLabels: labels, Parts: d.Detail, ID: d.ID, Family: d.Family, Label: i18n.Text(d.Label).In(lang), Text: i18n.Text(d.About).In(lang), Formula: d.Formula, Unit: d.Unit, Better: d.Better,
		Type: d.Type, Facts: d.Facts, Dimensions: d.AllDimensions(), Variants: d.VariantIDs(), Bands: d.Bands}
}
