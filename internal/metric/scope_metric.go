package metric

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// usualWindow is what a metric is counted over when a leaf does not say.
var usualWindow = account.Window{N: 30, Unit: "day"}

// moneyOf is what an amount needs at the points of a question: what it is compared in, and the rates that bring others to it.
type moneyOf struct {
	currency string
	rates    []rate
	fx       []rateSpan
}

// metricOf is the metric that a leaf asks for, one account at a time.
type metricOf struct {
	def     *Definition
	variant Variant
}

func (f *filter) metric(s account.Segment) (m metricOf, err error) {
	base, ok := f.catalog.Get(s.Name)
	if !ok {
		return m, fault.Said("there is no metric %q%s", clip(s.Name), nearest(s.Name, f.catalog.ids))
	}
	if m.def, m.variant, ok = base.With(s.Variant); !ok {
		return m, fault.Said("%s has no variant %q; known are %s", base.ID, clip(s.Variant), strings.Join(base.VariantIDs(), ", "))
	}
	if m.def.GroupedBy != "" {
		return m, fault.Said("%s has a value for each %s and none for an account", base.ID, m.def.GroupedBy)
	}
	if m.def.Estimator != "" {
		return m, fault.Said("%s is estimated from many accounts and has no value for one", base.ID)
	}
	if s.Currency != "" && m.def.Unit != Money {
		return m, fault.Said("%s is no amount of money: leave %s out", base.ID, s.Currency)
	}
	return m, nil
}

// fromNothing says that the metric of an account without any rows is 0: counts and amounts are, a rate or a score of
// nothing is not known.
func (m metricOf) fromNothing() bool {
	return m.def.Denominator == "" && (m.def.Unit == Count || m.def.Unit == Money)
}

// exact says that it is an amount that SQL has in whole millionths of a minor unit.
func (m metricOf) exact() bool { return m.def.Unit == Money && m.def.Denominator == "" }

// prepare reads what the amounts among the leaves need at these points.
func (f *filter) prepare(ctx context.Context, view View, points []point, reporting string) error {
	f.money = map[string]moneyOf{}
	for _, leaf := range f.leaves() {
		if leaf.About != account.Metric {
			continue
		}
		m, err := f.metric(leaf)
		if err != nil {
			return err
		}
		if !m.def.hasMoney() {
			continue
		}
		e := f.evaluation(leaf, m, view, points)
		if err := e.loadRates(ctx, reporting); err != nil {
			return err
		}
		f.money[leaf.String()] = moneyOf{e.currency, e.rates, e.fx}
	}
	return nil
}

// evaluation is the leaf's own question: at each point over the window that ends there, or today where that is earlier.
func (f *filter) evaluation(s account.Segment, m metricOf, view View, points []point) *evaluation {
	w := s.Within
	if w.N == 0 {
		w = usualWindow
	}
	own := make([]point, len(points))
	for n, p := range points {
		if p.Period.To.After(f.today) {
			p.Period.To = f.today
		}
		p.Period.From = back(dayAfter(p.Period.To), w)
		own[n] = p
	}
	money := f.money[s.String()]
	return &evaluation{query: &query{def: m.def, variant: m.variant, period: own[0].Period, asOf: view.AsOf(), currency: s.Currency, conventions: f.conventions, now: f.today},
		view: view, points: own, zone: f.zone, horizon: f.today, rates: money.rates, fx: money.fx, currency: money.currency}
}

// metric compares an account's own value of a metric.
func (sc *scoping) metric(s account.Segment) (found, error) {
	m, err := sc.f.metric(s)
	if err != nil {
		return found{}, err
	}
	asked := account.Segment{Op: "missing", About: s.About, Name: s.Name, Variant: s.Variant, Currency: s.Currency, Within: s.Within}
	name, err := sc.relation(asked.String(), func(name string) (string, error) {
		sc.everyEnd = true
		return fmt.Sprintf("%s.account = m.account and %[1]s.i = m.i", name), sc.accountValues(name, s, m)
	})
	if err != nil {
		return found{}, err
	}
	value := name + ".value"
	if m.fromNothing() {
		value = "case when " + name + ".account is null then 0 else " + value + " end"
	}
	text := "cast(" + value + " as varchar)"
	if s.Op == "missing" {
		return found{"(" + value + ") is null", text}, nil
	}
	sql := "(" + value + ") " + s.Op + " " + sc.amount(s, m, s.Values[0])
	if s.Op == "between" {
		sql += " and " + sc.amount(s, m, s.Values[1])
	}
	return found{"coalesce(" + sql + ", false)", text}, nil
}

// amount is a number as the relation has values: amounts in millionths of the minor unit.
func (sc *scoping) amount(s account.Segment, m metricOf, text string) string {
	x, _ := new(big.Rat).SetString(text) // the parser lets only numbers through
	if m.def.Unit == Money {
		x.Mul(x, sc.f.millionths(s))
	}
	if m.exact() {
		return "cast('" + x.FloatString(3) + "' as decimal(38,3))"
	}
	value, _ := x.Float64()
	return sc.c.number(value)
}

// millionths is how many millionths of a minor unit a unit of the leaf's currency has.
func (f *filter) millionths(s account.Segment) *big.Rat {
	digits, _ := fact.MinorDigits(f.money[s.String()].currency)
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits+6)), nil))
}

// accountValues defines the values (i, account, value) of a metric for each account. An amount whose exchange rate is
// missing is not known.
func (sc *scoping) accountValues(name string, s account.Segment, m metricOf) error {
	e := sc.f.evaluation(s, m, sc.c.view, sc.points())
	c := e.compiler(e.points)
	c.args, c.before, c.broken, c.only, c.others = sc.c.args, sc.c.before, sc.c.broken, sc.c.only, m.def.Others
	body, err := e.body(c, "")
	if err != nil {
		return err
	}
	scale := fmt.Sprintf("cast(%g as double precision)", m.def.Scale)
	value := "cast(" + m.def.Numerator + " as double precision) * " + scale
	switch {
	case m.exact():
		value = "cast(" + m.def.Numerator + " as decimal(38,3))"
		if m.def.Scale != 1 {
			value += fmt.Sprintf(" * cast(%d as integer)", int64(m.def.Scale))
		}
	case m.def.Denominator != "":
		value += " / nullif(cast(" + m.def.Denominator + " as double precision), 0)"
	}
	if m.def.hasMoney() {
		value = "case when max(missing_rate) is null then " + value + " end"
	}
	sc.c.args = c.args
	sc.define(name, c.statement("select i, account, "+value+" as value\nfrom "+body+"\nwhere account <> 0\ngroup by i, account"))
	return nil
}
