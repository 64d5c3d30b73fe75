package metric

import (
	"context"
	"errors"
	"maps"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Comparison asks why a number moved: between the period of Ask and the one from Before to Until, by default the one just
// before it and as long, split over the dimension By.
type Comparison struct {
	Ask
	Before, Until string
}

// Movement is the change of a number, split over a dimension. The contributions of Parts, Rest and Overlap add up to
// Change exactly.
//
// A rate moves because rates moved inside the groups, or because the groups' shares did: each group's contribution is
// its rate effect plus its mix effect (E. M. Kitagawa, JASA 1955: every effect weighted by the mean of both periods; mix is
// measured against the mean of the whole, so that a growing group counts up only when it lies above it).
type Movement struct {
	Metric   string  `json:"metric"`
	Label    string  `json:"label"`
	Variant  string  `json:"variant"`
	Unit     Unit    `json:"unit"`
	Currency string  `json:"currency,omitempty"`
	Better   string  `json:"better"`
	Segment  string  `json:"segment,omitempty"`
	By       string  `json:"by"`
	Before   Side    `json:"before"`
	After    Side    `json:"after"`
	Change   *Figure `json:"change"`
	Real     *bool   `json:"significant"`
	Parts    []Mover `json:"parts"`
	Rest     *Figure `json:"rest"`
	Overlap  *Figure `json:"overlap"`
	Others   int     `json:"other_parts,omitempty"`
	Wording  Wording `json:"definition"`
}

// Side is one of the two periods compared.
type Side struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Value *Figure   `json:"value"`
	N     int64     `json:"n"`
}

// Mover is what one group did to the change.
type Mover struct {
	Key          *string `json:"key"`
	Before       *Figure `json:"before"`
	After        *Figure `json:"after"`
	Contribution *Figure `json:"contribution"`
	// Rate and Mix are the two parts of the contribution, for rates.
	Rate *Figure `json:"rate"`
	Mix  *Figure `json:"mix"`
	// ShareBefore and ShareAfter are the group's part of the denominator, in percent.
	ShareBefore *Figure `json:"share_before"`
	ShareAfter  *Figure `json:"share_after"`

	size *big.Rat
}

// mostMovers is how many groups are named; the rest is summed up.
const mostMovers = 100

// ofPrevious names the fields of the earlier period as they were asked.
func ofPrevious(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		for i, field := range f.Fields {
			if field.Name == "from" || field.Name == "to" {
				f.Fields[i].Name = "previous_" + field.Name
			}
		}
	}
	return err
}

// Why splits a change. The error is a fault when the number can't be split: medians and models don't add up.
func (s *Service) Why(ctx context.Context, q Comparison) (*Movement, error) {
	if q.By == "" {
		q.By = "plan"
	}
	now, err := s.understand(ctx, q.Ask)
	if err != nil {
		return nil, err
	}
	before := now.period.before()
	if q.Before != "" || q.Until != "" {
		earlier := q.Ask
		if earlier.From, earlier.To = q.Before, q.Until; earlier.To == "" {
			earlier.To = now.period.From.Format(time.RFC3339)
		}
		then, err := s.understand(ctx, earlier)
		if err != nil {
			return nil, ofPrevious(err)
		}
		before = then.period
	}
	if now.def.Estimator != "" {
		return nil, fault.New(fault.Invalid, "%s comes from a model of all observations together, so its change has no parts that add up", now.def.ID).Field("metric", "can't be split").
			Mend("ask for it by %s in both periods and compare", q.By)
	}
	view, err := s.Open(ctx, now.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	e := &evaluation{query: now, view: view, points: []point{{i: -1, Period: before}, {i: 0, Period: now.period}}, zone: s.Zone, horizon: Day.next(now.now)}
	if err := e.ready(ctx, s.Currency); err != nil {
		return nil, err
	}
	if !e.together() {
		by := e.by
		e.by = ""
		if err := e.countTotals(ctx); err != nil {
			return nil, err
		}
		e.by = by
	}
	err = e.bothSides(ctx, mostSplit)
	if c := e.at(-1); err == nil && c.missing != "" {
		err = e.missingRate(c.missing, -1)
	}
	if err != nil {
		return nil, err
	}
	return e.split(), nil
}

// mostSplit is how many groups a change is split into, the largest of either period; those beyond are taken as one.
const mostSplit = 2000

// bothSides counts the groups in both periods, and the totals along where these are not known yet.
func (e *evaluation) bothSides(ctx context.Context, most int) error {
	if e.together() {
		e.totals = map[int]*cells{}
	}
	size := "n"
	if e.def.Denominator == "" {
		size = "abs(cast(num as double precision))"
	}
	return e.list(ctx, e.points, e.points, size, most)
}

func (e *evaluation) split() *Movement {
	a := e.answer()
	m := &Movement{Metric: a.Metric, Label: a.Label, Variant: a.Variant, Unit: a.Unit, Currency: a.Currency, Better: a.Better, Segment: a.Segment, By: e.by, Wording: a.Definition,
		Parts: []Mover{}, Change: a.Previous.Change, Real: a.Previous.Significant,
		Before: Side{From: a.Previous.From, To: a.Previous.To, Value: a.Previous.Value, N: e.at(-1).n},
		After:  Side{From: a.From, To: a.To, Value: a.Value, N: a.N}}
	was, is := e.at(-1), e.at(0)
	v0, v1 := e.value(was, was), e.value(is, is)
	if v0 == nil || v1 == nil {
		return m // nothing can be said of a change from or to what is not defined
	}
	rest := new(big.Rat).Sub(v1, v0)
	for _, g := range e.groups {
		mover := e.mover(g, was, is, v0, v1)
		rest.Sub(rest, mover.size)
		m.Parts = append(m.Parts, mover)
	}
	slices.SortStableFunc(m.Parts, func(a, b Mover) int {
		return new(big.Rat).Abs(b.size).Cmp(new(big.Rat).Abs(a.size))
	})
	others := new(big.Rat)
	if m.Others = e.otherGroups; m.Others > 0 {
		others.Set(e.mover(e.others, was, is, v0, v1).size)
		rest.Sub(rest, others)
	}
	m.Overlap = e.shown(rest)
	if more := len(m.Parts) - mostMovers; more > 0 {
		for _, mover := range m.Parts[mostMovers:] {
			others.Add(others, mover.size)
		}
		m.Others, m.Parts = m.Others+more, m.Parts[:mostMovers]
	}
	m.Rest = e.shown(others)
	return m
}

// mover is what a group added to the change from v0 to v1.
func (e *evaluation) mover(g *group, was, is *cells, v0, v1 *big.Rat) Mover {
	c0, c1 := e.in(g.byPoint, -1), e.in(g.byPoint, 0)
	m := Mover{Key: g.key, Before: e.shown(e.value(c0, was)), After: e.shown(e.value(c1, is))}
	if !is.hasDen || (e.def.GroupedBy != "" && e.by == e.def.GroupedBy) {
		m.size = new(big.Rat).Sub(orZero(e.value(c1, is)), orZero(e.value(c0, was)))
		m.Contribution = e.shown(m.size)
		return m
	}
	w0, w1 := new(big.Rat).Quo(c0.den, was.den), new(big.Rat).Quo(c1.den, is.den)
	m.ShareBefore, m.ShareAfter = figureOf(w0, 100), figureOf(w1, 100)
	// A group that was not there before, or is no longer, moved the whole by its share, at the rate it had.
	r0, r1 := e.value(c0, c0), e.value(c1, c1)
	loose := new(big.Rat) // what has a numerator and no denominator
	if r0 == nil {
		loose.Sub(loose, e.over(c0.num, was.den))
	}
	if r1 == nil {
		loose.Add(loose, e.over(c1.num, is.den))
	}
	if r0 == nil {
		r0 = r1
	}
	if r1 == nil {
		r1 = r0
	}
	rate, mix := new(big.Rat), loose
	if r0 != nil {
		half := big.NewRat(1, 2)
		mean := new(big.Rat).Add(v0, v1)
		rate.Mul(new(big.Rat).Mul(half, new(big.Rat).Add(w0, w1)), new(big.Rat).Sub(r1, r0))
		off := new(big.Rat).Add(r0, r1)
		off.Sub(off, mean).Mul(off, half)
		mix.Add(mix, off.Mul(off, new(big.Rat).Sub(w1, w0)))
	}
	m.size = new(big.Rat).Add(rate, mix)
	m.Rate, m.Mix, m.Contribution = e.shown(rate), e.shown(mix), e.shown(m.size)
	return m
}

// over is a numerator as a value, measured against this denominator.
func (e *evaluation) over(num, den *big.Rat) *big.Rat {
	return orZero(e.value(&cells{num: num, den: den, hasDen: true}, nil))
}

func orZero(v *big.Rat) *big.Rat {
	if v == nil {
		return new(big.Rat)
	}
	return v
}

func figureOf(v *big.Rat, scale int64) *Figure {
	x, _ := new(big.Rat).Mul(v, big.NewRat(scale, 1)).Float64()
	return figure(x)
}

// byAccount is the value of every account; "" is what belongs to none.
func (e *evaluation) byAccount(ctx context.Context) (map[string]*big.Rat, error) {
	each := *e
	q := *e.query
	q.by = "account_id"
	each.query, each.points = &q, e.points[1:]
	if err := each.bothSides(ctx, math.MaxInt32); err != nil {
		return nil, err
	}
	values := map[string]*big.Rat{}
	for _, g := range each.groups {
		name := ""
		if g.key != nil {
			name = *g.key
		}
		c := each.in(g.byPoint, 0)
		values[name] = each.value(c, c)
	}
	return values, nil
}

func union[V any](a, b map[string]V) map[string]V {
	all := map[string]V{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}
