package metric

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Opening asks to open a number: which one, and the page of what was counted.
type Opening struct {
	Ask
	// Group opens one group of the breakdown By; nil opens the whole. The empty text is the group that is not known.
	Group *string
	// Excluded lists the candidates left out for this reason instead of what was counted.
	Excluded string
	// Limit is how many are listed at once, Cursor where the page before ended.
	Limit  int
	Cursor string
}

// Explanation is a number opened: how it was counted, from what, and what was left out. Rows add up to it.
type Explanation struct {
	Metric      string        `json:"metric"`
	Label       string        `json:"label"`
	Variant     string        `json:"variant"`
	Unit        Unit          `json:"unit"`
	Currency    string        `json:"currency,omitempty"`
	From        time.Time     `json:"from"`
	To          time.Time     `json:"to"`
	AsOf        *time.Time    `json:"as_of,omitempty"`
	Segment     string        `json:"segment,omitempty"`
	By          string        `json:"by,omitempty"`
	Group       *string       `json:"group,omitempty"`
	Definition  Wording       `json:"definition"`
	Policies    []PolicyShown `json:"policies"`
	Value       *Figure       `json:"value"`
	Numerator   *Figure       `json:"numerator"`
	Denominator *Figure       `json:"denominator"`
	N           int64         `json:"n"`
	// Counted are how many things were counted, and what their numerators and denominators add up to.
	Counted Sums `json:"counted"`
	// Excluded are the candidates that were not counted, by reason.
	Excluded []Exclusion `json:"excluded"`
	// Freshness says for every kind of fact it rests on what is the newest.
	Freshness []Freshness `json:"freshness"`
	// Key names what a row is: the columns of its key.
	Key []string `json:"key"`
	// Observed are what rows carry under observed, where the value is estimated.
	Observed []ObservedShown `json:"observed,omitempty"`
	Rows     []Evidence      `json:"rows"`
	// Next is the cursor of the next page; empty on the last.
	Next string `json:"next,omitempty"`
}

// ObservedShown is one thing that was observed of every row.
type ObservedShown struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Unit  Unit   `json:"unit"`
}

// Sums are what all rows of an explanation come to, on every page.
type Sums struct {
	Rows        int64   `json:"rows"`
	Numerator   *Figure `json:"numerator"`
	Denominator *Figure `json:"denominator"`
}

// Exclusion is a reason not to count, and how many it left out.
type Exclusion struct {
	Reason string `json:"reason"`
	Label  string `json:"label"`
	N      int64  `json:"n"`
}

// Freshness is how new the facts of a kind are.
type Freshness struct {
	Kind         string     `json:"kind"`
	Last         *time.Time `json:"last"`
	LastReceived *time.Time `json:"last_received"`
}

// Evidence is one thing that was counted, such as an account or an answer: its part of the number, and the facts behind it.
type Evidence struct {
	Key         map[string]any `json:"key"`
	Numerator   *Figure        `json:"numerator"`
	Denominator *Figure        `json:"denominator"`
	Observed    map[string]any `json:"observed,omitempty"`
	Facts       []FactShown    `json:"facts"`
	// MoreFacts is how many facts there are beyond those listed.
	MoreFacts int64 `json:"more_facts,omitempty"`
}

// FactShown is a fact as evidence. Personal columns are left out.
type FactShown struct {
	Kind     string         `json:"kind"`
	ID       string         `json:"id"`
	At       time.Time      `json:"ts"`
	Received time.Time      `json:"received_at"`
	Columns  map[string]any `json:"columns"`
}

// Limits of a page of evidence.
const (
	usualEvidence = 50
	mostEvidence  = 500
	factsOfRow    = 20
)

// Explain opens a number. Its rows are ordered by when they happened, the newest first, or by what they contribute, the
// largest first.
func (s *Service) Explain(ctx context.Context, o Opening) (*Explanation, error) {
	q, err := s.understand(ctx, o.Ask)
	if err != nil {
		return nil, err
	}
	if o.By == "" {
		q.by = "" // the whole of a metric that is broken down by itself
	}
	bad := fault.New(fault.Invalid, "%s can't be opened like this", q.def.ID)
	if o.Group != nil && q.by == "" {
		bad.Field("group", "needs by: the dimension that it is a group of")
	}
	if _, known := q.def.Excluded[o.Excluded]; o.Excluded != "" && len(q.def.Excluded) == 0 {
		bad.Field("excluded", "%s leaves nothing out", q.def.ID)
	} else if o.Excluded != "" && !known {
		bad.Field("excluded", "%q is no reason here; known are %s", clip(o.Excluded), strings.Join(sortedKeys(q.def.Excluded), ", "))
	}
	offset, err := readCursor(o.Cursor)
	if err != nil {
		bad.Field("cursor", "%s", err)
	}
	if o.Limit == 0 {
		o.Limit = usualEvidence
	}
	if o.Limit < 1 || o.Limit > mostEvidence {
		bad.Field("limit", "%d is not between 1 and %d", o.Limit, mostEvidence)
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	view, err := s.Open(ctx, q.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	e := &evaluation{query: q, view: view, points: []point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, zone: s.Zone, horizon: Day.next(q.now)}
	by := q.by
	q.by = "" // the whole; of its groups only the one that is opened is counted
	if err := e.run(ctx, s.Currency); err != nil {
		return nil, err
	}
	q.by = by
	a := e.answer()
	x := &Explanation{Metric: a.Metric, Label: a.Label, Variant: a.Variant, Unit: a.Unit, Currency: a.Currency, From: a.From, To: a.To, AsOf: a.AsOf, Segment: a.Segment,
		By: q.by, Group: o.Group, Definition: a.Definition, Policies: a.Policies, Value: a.Value, Numerator: a.Numerator, Denominator: a.Denominator, N: a.N,
		Excluded: []Exclusion{}, Freshness: []Freshness{}, Key: q.def.Key, Rows: []Evidence{}}
	w := &witness{evaluation: e, opening: o}
	if o.Group != nil {
		if err := w.group(ctx, x); err != nil {
			return nil, err
		}
	}
	if err := w.exclusions(ctx, x); err != nil {
		return nil, err
	}
	if err := w.freshness(ctx, x); err != nil {
		return nil, err
	}
	return x, w.rows(ctx, x, offset)
}

func readCursor(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, fault.Said("it is none that was given out")
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 {
		return 0, fault.Said("it is none that was given out")
	}
	return n, nil
}

// witness looks at what a number was counted from.
type witness struct {
	*evaluation
	opening Opening
}

// body is the metric's rows in the period, of the group that is opened.
func (w *witness) body(c *compiler) (string, error) {
	body, err := w.evaluation.body(c, w.by)
	if err != nil || w.opening.Group == nil {
		return body, err
	}
	if *w.opening.Group == "" {
		return "(select * from " + body + " where group_key is null) opened", nil
	}
	return "(select * from " + body + " where cast(group_key as varchar) = " + c.text(*w.opening.Group) + ") opened", nil
}

// group counts the group that is opened, be it among the largest or not.
func (w *witness) group(ctx context.Context, x *Explanation) error {
	c := w.compiler(w.points[1:])
	body, err := w.body(c)
	if err != nil {
		return err
	}
	opened := &group{key: w.opening.Group, byPoint: map[int]*cells{}}
	if w.def.Estimator != "" {
		err = w.estimate(ctx, c, body, func(i int, _ *string, cell *cells) { opened.byPoint[i] = cell })
	} else {
		err = w.each(ctx, c, "select i, cast(null as varchar), "+w.figures()+"\nfrom "+body+"\ngroup by i", func(i int, _ *string, cell *cells) error {
			opened.byPoint[i] = cell
			return w.missingRate(cell.missing, i)
		})
	}
	g := w.evaluation.group(opened)
	x.Value, x.Numerator, x.Denominator, x.N = g.Value, g.Numerator, g.Denominator, g.N
	return err
}

func (w *witness) exclusions(ctx context.Context, x *Explanation) error {
	if len(w.def.Excluded) == 0 {
		return nil
	}
	w.withExcluded = true
	defer func() { w.withExcluded = false }()
	c := w.compiler(w.points[1:])
	body, err := w.body(c)
	if err != nil {
		return err
	}
	rows, err := w.view.Query(ctx, c.statement("select excluded, count(*) from "+body+" where excluded is not null group by excluded order by 2 desc, 1"), c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e Exclusion
		if err := rows.Scan(&e.Reason, &e.N); err != nil {
			return err
		}
		e.Label = i18n.Text(w.def.Excluded[e.Reason]).In(w.lang)
		x.Excluded = append(x.Excluded, e)
	}
	return rows.Err()
}

func (w *witness) freshness(ctx context.Context, x *Explanation) error {
	known := ""
	if w.asOf != nil {
		known = " where received_at <= " + sqlTime(*w.asOf)
	}
	var parts []string
	for _, name := range w.def.Facts {
		parts = append(parts, "select '"+name+"', max(ts), max(received_at) from fact_"+name+known)
	}
	if len(parts) == 0 {
		return nil
	}
	rows, err := w.view.Query(ctx, strings.Join(parts, " union all "))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f Freshness
		var last, received sql.NullTime
		if err := rows.Scan(&f.Kind, &last, &received); err != nil {
			return err
		}
		if last.Valid {
			f.Last, f.LastReceived = &last.Time, &received.Time
		}
		x.Freshness = append(x.Freshness, f)
	}
	return rows.Err()
}

// rows reads a page of what was counted, and what all of it comes to.
func (w *witness) rows(ctx context.Context, x *Explanation, offset int) error {
	where := ""
	if w.opening.Excluded != "" {
		w.withExcluded = true
		defer func() { w.withExcluded = false }()
		where = " where excluded = '" + w.opening.Excluded + "'" // one of the definition's own codes
	}
	columns, err := w.columns(ctx)
	if err != nil {
		return err
	}
	c := w.compiler(w.points[1:])
	body, err := w.body(c)
	if err != nil {
		return err
	}
	keys := make([]string, len(w.def.Key))
	for i, name := range w.def.Key {
		keys[i] = `"` + name + `"`
	}
	figures, order := w.figures(), "abs(cast(num as double precision)) desc nulls last"
	if w.def.Estimator != "" {
		figures, order = "cast(null as double precision) as num, cast(null as double precision) as den", ""
	}
	observes := w.observes()
	for j, word := range observes {
		aggregate := "max"
		if word.Sum {
			aggregate = "sum"
		}
		figures += fmt.Sprintf(`, %s(cast("%s" as double precision)) as observed%d`, aggregate, word.Name, j)
		x.Observed = append(x.Observed, ObservedShown{Name: word.Name, Label: i18n.Text(word.Label).In(w.lang), Unit: word.Unit})
	}
	if slices.Contains(columns, "ts") {
		figures, order = figures+", max(ts) as newest", "newest desc"
	}
	by := strings.Join(keys, ", ")
	grouped := "select " + by + ", " + figures + "\nfrom " + body + where + "\ngroup by " + by
	if len(keys) == 0 {
		grouped = "select " + figures + "\nfrom " + body + where
	}
	if order = strings.Trim(order+", "+by, ", "); order != "" {
		order = " order by " + order
	}
	sum := func(column string, unit Unit) string {
		if unit == Money {
			return "cast(cast(sum(cast(" + column + " as decimal(38,0))) as decimal(38,0)) as varchar)"
		}
		return "cast(sum(" + column + ") as double precision)"
	}
	c.ctes = append(c.ctes, "grouped as (\n"+grouped+"\n)")
	var num, den sql.NullString
	if err := scanOne(ctx, w.view, c.statement("select count(*), "+sum("num", w.def.NumeratorUnit)+", "+sum("den", w.def.DenominatorUnit)+" from grouped"), c.args, &x.Counted.Rows, &num, &den); err != nil {
		return fmt.Errorf("opening %s: %w", w.def.ID, err)
	}
	x.Counted.Numerator, x.Counted.Denominator = w.part(num, w.def.NumeratorUnit), w.part(den, w.def.DenominatorUnit)
	list := append(slices.Clone(keys), "num", "den")
	for j := range observes {
		list = append(list, fmt.Sprintf("observed%d", j))
	}
	rows, err := w.view.Query(ctx, c.statement("select "+strings.Join(list, ", ")+" from grouped"+order+fmt.Sprintf(" limit %d offset %d", w.opening.Limit+1, offset)), c.args...)
	if err != nil {
		return fmt.Errorf("opening %s: %w", w.def.ID, err)
	}
	defer rows.Close()
	page := newPage(w.def.Key)
	for rows.Next() {
		values := make([]any, len(keys))
		observed := make([]sql.NullFloat64, len(observes))
		var num, den sql.NullString
		var into []any
		for j := range values {
			into = append(into, &values[j])
		}
		into = append(into, &num, &den)
		for j := range observed {
			into = append(into, &observed[j])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if len(x.Rows) == w.opening.Limit {
			x.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(offset + w.opening.Limit)))
			break
		}
		row := Evidence{Key: page.add(values), Numerator: w.part(num, w.def.NumeratorUnit), Denominator: w.part(den, w.def.DenominatorUnit), Facts: []FactShown{}}
		for j, v := range observed {
			if row.Observed == nil {
				row.Observed = map[string]any{}
			}
			if row.Observed[observes[j].Name] = nil; v.Valid && !math.IsNaN(v.Float64) && !math.IsInf(v.Float64, 0) {
				row.Observed[observes[j].Name] = w.figure(ratOf(v.Float64), observes[j].Unit)
			}
		}
		x.Rows = append(x.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close() // before the next question: a view answers one after the other
	return w.evidence(ctx, x, page)
}

// observes are the columns that were observed and have a word for people.
func (w *witness) observes() []Word {
	var all []Word
	for _, word := range w.def.Words {
		if w.def.Estimator != "" && slices.Contains(w.def.Observe, word.Name) {
			all = append(all, word)
		}
	}
	return all
}

// part is a figure of one row, or of all; nil where there is none.
func (w *witness) part(text sql.NullString, unit Unit) *Figure {
	if !text.Valid {
		return nil
	}
	return w.figure(ratText(text.String), unit)
}

// columns are the names of the columns of the metric's rows.
func (w *witness) columns(ctx context.Context) ([]string, error) {
	c := w.compiler(w.points[1:])
	body, err := w.body(c)
	if err != nil {
		return nil, err
	}
	rows, err := w.view.Query(ctx, c.statement("select * from "+body+" limit 0"), c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

func scanOne(ctx context.Context, view View, query string, args []any, into ...any) error {
	rows, err := view.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}
