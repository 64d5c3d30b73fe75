package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
)

// Overviewed is one metric of an overview: its answer, or why it has none.
type Overviewed struct {
	Metric string         `json:"metric"`
	Answer *Answer        `json:"answer,omitempty"`
	Why    *fault.Details `json:"problem,omitempty"`
}

// Overview answers the same question about many metrics at once, each in its default variant: value, interval, the period
// before and the points, or these alone, without groups, parts and tables. Metrics that rest on the same relations share them, which is
// several times faster than asking one by one. A metric that can't be answered, as without a rate of exchange, says so; it
// takes nothing from the others.
func (s *Service) Overview(ctx context.Context, a Ask, ids []string) ([]Overviewed, error) {
	all := make([]Overviewed, len(ids))
	var asked []*evaluation
	place := map[*evaluation]int{}
	var view View
	for n, id := range ids {
		one := a
		one.Metric, one.Variant, one.By = id, "", ""
		all[n].Metric = id
		q, err := s.understand(ctx, one)
		var pieces []point
		if err == nil {
			if pieces, err = q.grain.cut(q.period, q.now); err != nil {
				err = fault.New(fault.Invalid, "the series is too long").Field("grain", "%s", err)
			}
		}
		if err != nil {
			if all[n].Why, err = because(err); err != nil {
				return nil, err
			}
			continue
		}
		q.by = ""
		if view == nil {
			if view, err = s.Open(ctx, q.asOf); err != nil {
				return nil, err
			}
			defer view.Close()
		}
		e := &evaluation{query: q, view: view, zone: s.Zone, horizon: Day.next(q.now), lean: true, pieces: a.OnlyPoints && q.grain != NoGrain,
			points: append([]point{{i: -1, Period: q.period.before()}, {i: 0, Period: q.period}}, pieces...)}
		e.sumUp()
		asked, place[e] = append(asked, e), n
	}
	settle := func(e *evaluation, err error) error {
		one := &all[place[e]]
		if err == nil {
			one.Answer = e.answer()
			return nil
		}
		one.Why, err = because(err)
		return err
	}
	together := map[string][]*evaluation{}
	money := &pool{}
	for _, e := range asked {
		err := money.rates(ctx, e, s.Currency)
		if err == nil {
			err = e.extendHorizon(ctx)
		}
		if err == nil {
			err = e.filter.prepare(ctx, e.view, e.asked(), s.Currency)
		}
		if err == nil && (e.def.Estimator != "" || e.shortCut()) {
			err = e.countTotals(ctx)
		} else if err == nil {
			group := e.def.Family
			if e.period.To.After(e.horizon) { // one beyond the period's end makes no difference
				group += fmt.Sprint(e.horizon.Unix())
			}
			together[group] = append(together[group], e)
			continue
		}
		if err := settle(e, err); err != nil {
			return nil, err
		}
	}
	for _, group := range sortedKeys(together) {
		if err := countTogether(ctx, together[group], settle); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// because is a fault as a problem; errors that are nobody's question are given back.
func because(err error) (*fault.Details, error) {
	if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.NotFound {
		return nil, err
	}
	d := fault.Problem(err)
	return &d, nil
}

// pool finds the rates of exchange for metrics that rest on the same kinds once.
type pool struct{ by map[string]*evaluation }

func (p *pool) rates(ctx context.Context, e *evaluation, reporting string) error {
	if !e.def.hasMoney() {
		return nil
	}
	kinds := slices.Clone(e.def.Facts)
	slices.Sort(kinds)
	key := strings.Join(kinds, ",")
	if known := p.by[key]; known != nil {
		e.currency, e.rates, e.fx = known.currency, known.rates, known.fx
		return nil
	}
	if err := e.loadRates(ctx, reporting); err != nil {
		return err
	}
	if p.by == nil {
		p.by = map[string]*evaluation{}
	}
	p.by[key] = e
	return nil
}

// shortCut says that a short cut of the definition answers.
func (e *evaluation) shortCut() bool {
	return (e.def.Fast != "" || e.def.Running != "") && e.plain(e.compiler(e.asked()))
}

// countTogether counts the totals of metrics over the same points in one statement.
func countTogether(ctx context.Context, all []*evaluation, settle func(*evaluation, error) error) error {
	first := all[0]
	c := first.compiler(first.asked())
	currencies := map[string]bool{}
	var parts []string
	for n, e := range all {
		e.totals = map[int]*cells{}
		for _, r := range e.rates { // of all together, each once
			if key := fmt.Sprint("r", r.i, r.currency); !currencies[key] {
				currencies[key] = true
				c.rates = appendRate(c.rates, r, n > 0)
			}
		}
		for _, r := range e.fx {
			if key := fmt.Sprint("f", r.currency, r.from); !currencies[key] {
				currencies[key] = true
				if n > 0 {
					c.fx = append(slices.Clone(c.fx), r)
				}
			}
		}
	}
	for n, e := range all {
		body, err := e.body(c, "")
		if err != nil {
			return err
		}
		parts = append(parts, fmt.Sprintf("select %d as m, i, %s\nfrom %s\ngroup by i", n, e.figures(), body))
	}
	c.share(parts)
	rows, err := first.view.Query(ctx, c.statement(strings.Join(parts, "\nunion all\n")), c.args...)
	if err != nil {
		return fmt.Errorf("metrics %s: %w", ids(all), err)
	}
	defer rows.Close()
	failed := map[int]error{}
	for rows.Next() {
		var m, i int
		var num, den, missing sql.NullString
		var n sql.NullInt64
		var sum, squares sql.NullFloat64
		if err := rows.Scan(&m, &i, &num, &den, &n, &sum, &squares, &missing); err != nil {
			return fmt.Errorf("metrics %s: %w", ids(all), err)
		}
		e := all[m]
		cell := &cells{num: ratText(num.String), den: ratText(den.String), hasDen: e.def.Denominator != "", n: n.Int64, sum: sum.Float64, squares: squares.Float64,
			missing: missing.String, parts: make([]*big.Rat, len(e.def.Detail))}
		e.totals[i] = cell
		if i >= 0 && failed[m] == nil {
			failed[m] = e.missingRate(cell.missing, i)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("metrics %s: %w", ids(all), err)
	}
	rows.Close()
	for n, e := range all {
		if err := settle(e, failed[n]); err != nil {
			return err
		}
	}
	return nil
}

func appendRate(rates []rate, r rate, more bool) []rate {
	if !more {
		return rates // the compiler has those of the first one
	}
	return append(slices.Clone(rates), r)
}

func ids(all []*evaluation) string {
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.def.ID
	}
	return strings.Join(names, ", ")
}

// share keeps the relations that several selects of one statement read, so that each is computed once. Facts themselves
// are read as they stand: a copy of them would cost more than it saves.
func (c *compiler) share(selects []string) {
	uses := usesOf(append(slices.Clone(c.ctes), selects...))
	for n, text := range c.ctes {
		name, rest, _ := strings.Cut(text, " as ")
		if _, ok := relationText(strings.TrimPrefix(name, "r_")); !ok || uses[name] < 2 || !strings.HasPrefix(rest, "(") {
			continue
		}
		c.ctes[n] = name + " as materialized " + rest
	}
}
