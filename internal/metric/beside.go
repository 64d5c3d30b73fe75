package metric

import (
	"context"
	"errors"
	"slices"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// countBeside counts the same question in every way that is shown side by side, over the whole period. A way that can't
// be counted, as without a rate of exchange it can't be weighted by value, is listed without a value.
func (e *evaluation) countBeside(ctx context.Context, base *Definition, reporting string) error {
	if e.def.Beside == nil || !slices.Contains(e.def.Beside.Variants, e.variant.ID) {
		return nil
	}
	for _, id := range e.def.Beside.Variants {
		q := *e.query
		q.def, q.variant, _ = base.With(id)
		other := &evaluation{query: &q, view: e.view, points: e.points[:2], zone: e.zone, horizon: e.horizon}
		if id == e.variant.ID {
			other = e
		} else if err := other.count(ctx, reporting); err != nil {
			var known *fault.Error
			if !errors.As(err, &known) {
				return err
			}
			other.totals, other.groups = nil, nil
		}
		label := i18n.Text(q.variant.Label).In(e.lang)
		e.beside = append(e.beside, other.besideRow(label, other.at(0)))
		for _, g := range e.groups {
			cell := other.in(nil, 0)
			for _, same := range other.groups {
				if (same.key == nil) == (g.key == nil) && (g.key == nil || *same.key == *g.key) {
					cell = other.in(same.byPoint, 0)
				}
			}
			g.beside = append(g.beside, other.besideRow(label, cell))
		}
	}
	return nil
}

func (e *evaluation) besideRow(label string, c *cells) Row {
	row := Row{"variant": e.variant.ID, "label": label, "value": e.shown(e.value(c, c)), "n": c.n, "low": (*Figure)(nil), "high": (*Figure)(nil)}
	if limits := e.limits(c, c); limits != nil {
		row["low"], row["high"] = limits.Low, limits.High
	}
	return row
}
