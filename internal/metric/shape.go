package metric

import (
	"math"
	"math/big"

	"github.com/keepwell/keepwell/internal/i18n"
)

// answer shapes what was counted. Undefined is null: a rate over nothing has no value.
func (e *evaluation) answer() *Answer {
	d := e.def
	a := &Answer{Metric: d.ID, Label: i18n.Text(d.Label).In(e.lang), Variant: e.variant.ID, Unit: d.Unit, Better: d.Better, Type: d.Type,
		From: e.period.From.UTC(), To: e.period.To.UTC(), Segment: e.segment.String(), By: e.by,
		Points: []Point{}, Groups: []Group{}, Bands: []BandShown{},
		Definition: Wording{Text: i18n.Text(d.About).In(e.lang), Formula: i18n.Text(d.Formula).In(e.lang)},
		Policies:   e.conventions.shown(d.PolicyIDs(), e.lang)}
	if e.asOf != nil {
		t := e.asOf.UTC()
		a.AsOf = &t
	}
	if d.hasMoney() {
		a.Currency = e.currency
	}
	if !e.pieces {
		e.whole(a)
	}
	if e.hist != nil {
		a.Detail["distribution"] = e.hist
	}
	for name, rows := range e.tables {
		a.Detail[name] = rows
	}
	if d.Beside != nil && e.beside != nil {
		a.Detail[d.Beside.Name] = e.beside
	}
	for _, p := range e.points[2:] {
		a.Points = append(a.Points, e.point(p, e.at(p.i), e.at(p.i)))
	}
	a.Total = e.totalled(e.totals)
	for _, g := range e.groups {
		a.Groups = append(a.Groups, e.group(g))
	}
	if a.OtherGroups = e.otherGroups; e.others != nil {
		others := e.group(e.others)
		a.Other = &others
	}
	return a
}

// whole shapes what was counted for the whole period, beside the one before.
func (e *evaluation) whole(a *Answer) {
	d, total := e.def, e.at(0)
	a.N = total.n
	if d.Estimator == "" {
		a.Numerator = e.figure(total.num, d.NumeratorUnit)
	}
	value := e.value(total, total)
	a.Value, a.Interval, a.SmallSample = e.shown(value), e.limits(total, total), e.small(total, total)
	if d.Denominator != "" {
		a.Denominator = e.figure(total.den, d.DenominatorUnit)
	}
	a.Previous = e.previous(value)
	a.Bands = d.bandsAt(value)
	a.Detail = e.detail(total)
}

// at is what was counted for a point over all groups.
func (e *evaluation) at(i int) *cells { return e.in(e.totals, i) }

// in is what was counted for a point; nothing at all counts as zero.
func (e *evaluation) in(byPoint map[int]*cells, i int) *cells {
	if c := byPoint[i]; c != nil {
		return c
	}
	return &cells{num: new(big.Rat), den: new(big.Rat), hasDen: e.def.Denominator != "", parts: make([]*big.Rat, len(e.def.Detail))}
}

// value is scale x numerator / denominator; nil when it is not defined. A metric with a dimension of its own measures
// every group against the denominator of all.
func (e *evaluation) value(c, all *cells) *big.Rat {
	if c.estimate != nil {
		return c.estimate.value()
	}
	if c.missing != "" || e.def.Estimator != "" { // nothing was observed
		return nil
	}
	v := new(big.Rat).Mul(c.num, ratOf(e.def.Scale))
	if e.def.NumeratorUnit == Money && e.def.Unit != Money && e.def.DenominatorUnit != Money {
		v.Quo(v, moneyUnit(e.currency)) // an amount as a plain number
	}
	if !c.hasDen {
		return v
	}
	den := e.denominator(c, all)
	if den.Sign() == 0 {
		return nil
	}
	return v.Quo(v, den)
}

func (e *evaluation) denominator(c, all *cells) *big.Rat {
	if e.def.GroupedBy != "" && e.by == e.def.GroupedBy {
		return all.den
	}
	return c.den
}

func (e *evaluation) shown(v *big.Rat) *Figure {
	if v == nil {
		return nil
	}
	return e.figure(v, e.def.Unit)
}

func (e *evaluation) figure(v *big.Rat, unit Unit) *Figure {
	if v == nil {
		return nil
	}
	if unit == Money {
		return money(v, e.currency)
	}
	x, _ := v.Float64()
	return figure(x)
}

func (e *evaluation) sample(c, all *cells) sample {
	if c.estimate != nil {
		if c.estimate.Sample == nil {
			return sample{}
		}
		return *c.estimate.Sample
	}
	if e.def.Interval == WilsonInterval {
		num, _ := c.num.Float64()
		den, _ := e.denominator(c, all).Float64()
		return sample{sum: num, n: den}
	}
	return sample{sum: c.sum, squares: c.squares, n: float64(c.n)}
}

func (e *evaluation) limits(c, all *cells) *Limits {
	if c.estimate != nil && c.estimate.Sample == nil {
		return c.estimate.limits(func(x float64) *Figure { return e.figure(ratOf(x), e.def.Unit) })
	}
	low, high, ok := e.def.Interval.bounds(e.sample(c, all))
	low, high = e.def.possible(low*e.def.Scale), e.def.possible(high*e.def.Scale)
	shown := &Limits{Low: figure(low), High: figure(high), Level: level}
	if !ok || shown.Low == nil || shown.High == nil { // no number: what was called a share is none
		return nil
	}
	return shown
}

// possible cuts a limit off at what the value can't pass. The truth lies within, so that an interval cut off there holds it
// just as often; no mean of times is below zero, however few were measured.
func (d *Definition) possible(limit float64) float64 {
	if len(d.Range) > 0 {
		limit = math.Max(d.Range[0], limit)
	}
	if len(d.Range) > 1 {
		limit = math.Min(d.Range[1], limit)
	}
	return limit
}

func (e *evaluation) small(c, all *cells) bool {
	if c.estimate != nil && c.estimate.Sample == nil {
		return c.estimate.Value != nil && c.n < smallSample
	}
	return e.def.Interval != NoInterval && e.sample(c, all).n < smallSample
}

func (e *evaluation) previous(value *big.Rat) *Previous {
	before := e.points[0]
	c := e.at(before.i)
	p := &Previous{From: before.Period.From.UTC(), To: before.Period.To.UTC()}
	was := e.value(c, c)
	p.Value = e.shown(was)
	if value != nil && was != nil {
		p.Change = e.shown(new(big.Rat).Sub(value, was))
		total := e.at(0)
		p.Significant = e.def.Interval.differ(e.sample(total, total), e.sample(c, c))
	}
	return p
}

func (d *Definition) bandsAt(value *big.Rat) []BandShown {
	shown := []BandShown{}
	for _, b := range d.Bands {
		current := false
		if value != nil {
			x, _ := value.Float64()
			current = (b.From == nil || x >= *b.From) && (b.To == nil || x < *b.To)
		}
		shown = append(shown, BandShown{Label: b.Label, From: b.From, To: b.To, Source: b.Source, Current: current})
	}
	return shown
}

func (e *evaluation) detail(c *cells) map[string]any {
	parts := map[string]any{}
	if e.lean {
		return parts
	}
	if c.estimate != nil {
		for name, part := range c.estimate.Detail {
			parts[name] = e.estimated(part)
		}
		return parts
	}
	for j, part := range e.def.Detail {
		v := c.parts[j]
		if v == nil && (part.Unit == Count || part.Unit == Money) {
			v = new(big.Rat)
		}
		parts[part.Name] = e.figure(v, part.Unit)
	}
	return parts
}

// estimated shapes what an estimator shows beside its value, also the rows of a table.
func (e *evaluation) estimated(part any) any {
	switch x := part.(type) {
	case Amount:
		return money(ratOf(float64(x)), e.currency)
	case float64:
		return figure(x)
	case []Row:
		rows := make([]Row, len(x))
		for i, row := range x {
			rows[i] = Row{}
			for name, cell := range row {
				rows[i][name] = e.estimated(cell)
			}
		}
		return rows
	}
	return part
}

func (e *evaluation) point(p point, c, all *cells) Point {
	shown := Point{From: p.Period.From.UTC(), To: p.Period.To.UTC(), Value: e.shown(e.value(c, all)), N: c.n, Interval: e.limits(c, all), Partial: p.partial}
	if len(e.def.Detail) > 0 {
		shown.Detail = e.detail(c)
	}
	return shown
}

func (e *evaluation) group(parts *group) Group {
	c, all := e.in(parts.byPoint, 0), e.at(0)
	g := Group{Key: parts.key, Value: e.shown(e.value(c, all)), N: c.n, SmallSample: e.small(c, all), Interval: e.limits(c, all)}
	if e.def.Estimator == "" {
		g.Numerator = e.figure(c.num, e.def.NumeratorUnit)
	}
	if e.def.Denominator != "" {
		g.Denominator = e.figure(e.denominator(c, all), e.def.DenominatorUnit)
	}
	if len(e.def.Detail) > 0 || c.estimate != nil || len(parts.tables) > 0 {
		g.Detail = e.detail(c)
	}
	for name, rows := range parts.tables {
		g.Detail[name] = rows
	}
	if parts.beside != nil {
		if g.Detail == nil {
			g.Detail = map[string]any{}
		}
		g.Detail[e.def.Beside.Name] = parts.beside
	}
	for _, p := range e.points[2:] {
		g.Points = append(g.Points, e.point(p, e.in(parts.byPoint, p.i), e.at(p.i)))
	}
	g.Total = e.totalled(parts.byPoint)
	return g
}
