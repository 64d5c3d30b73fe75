package health

import (
	"math"
	"sort"
)

// Cause is why a part of a change came about.
type Cause string

// The causes.
const (
	ByValueChange Cause = "value"      // what was measured changed
	ByStaleness   Cause = "data"       // data went stale, or came
	ByDefinition  Cause = "definition" // weights, scales or anything else of the scorecard changed
	BySwitch      Cause = "switch"     // the account got another scorecard
	ByCap         Cause = "cap"        // a cap came, moved or went
	ByTree        Cause = "tree"       // accounts below it
)

// Step is one part of a change.
type Step struct {
	Cause   Cause
	Measure *Measure // of values and data
	Was, Is *Part    // of the measure, where it was or is
	Points  float64
}

// Change is what led from one score to another. The points of its steps add up to the difference exactly; published in
// tenths, too.
type Change struct {
	From, To   Score
	Difference float64
	Steps      []Step
}

// rounding is what floating point leaves over.
const rounding = 1e-9

// Explain splits the change of an account's score of an aspect between two tables. The earlier one must have been read
// for both decks: earlier has the scores told then, renewed what today's scorecards say of the same facts. There is none
// where either end has no score.
func Explain(earlier, renewed, later *Table, id, aspect string) (Change, bool) {
	row0, ok0 := earlier.Row(id)
	row1, ok1 := later.Row(id)
	if !ok0 || !ok1 {
		return Change{}, false
	}
	from, to := earlier.Of(row0, aspect), later.Of(row1, aspect)
	if from == nil || to == nil || !from.Known || !to.Known {
		return Change{}, false
	}
	c := Change{From: *from, To: *to, Difference: to.Value - from.Value}
	was := earlier.Parts(row0, aspect)
	base := free(was)
	held := from.Own - base // what caps take away, 0 or less
	add := func(cause Cause, points float64) {
		if math.Abs(points) > rounding {
			c.Steps = append(c.Steps, Step{Cause: cause, Points: points})
		}
	}
	// The same scorecard as it is now, then the one that the account has now, both on the facts of then.
	for _, step := range []struct {
		cause Cause
		card  *Scorecard
	}{{ByDefinition, renewed.Deck.Get(from.Card.ID)}, {BySwitch, to.Card}} {
		if step.card == nil {
			continue
		}
		parts, own, ok := renewed.as(step.card.ID, row0)
		if !ok {
			continue
		}
		now, taken := free(parts), own-free(parts)
		add(step.cause, now+taken-base-held)
		was, base, held = parts, now, taken
	}
	is := later.Parts(row1, aspect)
	c.Steps = append(c.Steps, between(was, is)...)
	add(ByCap, to.Own-free(is)-held)
	add(ByTree, (to.Value-to.Own)-(from.Value-from.Own))
	c.settle()
	return c, true
}

// as scores an account by one scorecard of the deck, whether or not it is the one that it gets.
func (t *Table) as(id string, row int) (parts []Part, own float64, ok bool) {
	for n, s := range t.Deck {
		if s.ID == id {
			score := t.own(n, row)
			return t.parts(n, row), score.Own, score.Known
		}
	}
	return nil, 0, false
}

// between splits the change of one scorecard's score. First the data that went or came, at the scores that they had or
// have; then the values, of which each brings its share times its own change.
func between(was, is []Part) []Step {
	before := map[string]*Part{}
	for i := range was {
		before[was[i].Measure.ID] = &was[i]
	}
	var steps []Step
	var moved, stale float64
	var data []Step
	for i := range is {
		p := &is[i]
		old := before[p.Measure.ID]
		delete(before, p.Measure.ID)
		switch {
		case old != nil && old.counts() && p.counts() && sameKind(old, p):
			if points := p.Share * (p.Score - old.Score); math.Abs(points) > rounding {
				steps = append(steps, Step{Cause: ByValueChange, Measure: p.Measure, Was: old, Is: p, Points: points})
				moved += points
			}
		case p.counts() || old != nil && old.counts():
			data = append(data, Step{Cause: ByStaleness, Measure: p.Measure, Was: old, Is: p})
		}
	}
	stale = free(is) - free(was) - moved
	if len(data) == 0 {
		if stale != 0 && len(steps) == 0 {
			steps = append(steps, Step{Cause: ByStaleness, Points: stale})
		} else if len(steps) > 0 { // rounding
			steps[len(steps)-1].Points += stale
		}
		return steps
	}
	// What data bring by coming or going is one effect, since each changes the weight of all others; it is given to
	// measures by the weight that moved.
	var total float64
	weight := make([]float64, len(data))
	for i := range data {
		for _, p := range []*Part{data[i].Was, data[i].Is} {
			if p != nil {
				weight[i] += p.Share
			}
		}
		total += weight[i]
	}
	for i := range data {
		if total > 0 {
			data[i].Points = stale * weight[i] / total
		} else {
			data[i].Points = stale / float64(len(data))
		}
	}
	return append(steps, data...)
}

// sameKind says that both count for the same reason: from data, or for want of them.
func sameKind(a, b *Part) bool { return (a.State == CountedPoor) == (b.State == CountedPoor) }

// settle gives what floating point left over to the largest step, and puts the largest first.
func (c *Change) settle() {
	sort.SliceStable(c.Steps, func(i, j int) bool { return math.Abs(c.Steps[i].Points) > math.Abs(c.Steps[j].Points) })
	var sum float64
	for _, s := range c.Steps {
		sum += s.Points
	}
	if len(c.Steps) > 0 {
		c.Steps[0].Points += c.Difference - sum
	} else if math.Abs(c.Difference) > rounding {
		c.Steps = []Step{{Cause: ByValueChange, Points: c.Difference}}
	}
}

// Tenths are the scores and steps as they are shown, in tenths of a point: they add up without a rest.
func (c *Change) Tenths() (from, to int, steps []int) {
	from, to = int(math.Round(10*c.From.Value)), int(math.Round(10*c.To.Value))
	parts := make([]float64, len(c.Steps))
	for i, s := range c.Steps {
		parts[i] = 10 * s.Points
	}
	return from, to, apportion(parts, to-from)
}

// apportion rounds parts to whole numbers that add up to a total, changing those that rounding moves least.
func apportion(parts []float64, total int) []int {
	out := make([]int, len(parts))
	order := make([]int, len(parts))
	for i, x := range parts {
		out[i], order[i] = int(math.Floor(x)), i
		total -= out[i]
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := order[i], order[j]
		return parts[a]-float64(out[a]) > parts[b]-float64(out[b])
	})
	for n := 0; len(order) > 0 && total != 0; n++ {
		if total > 0 {
			out[order[n%len(order)]]++
			total--
		} else {
			out[order[len(order)-1-n%len(order)]]--
			total++
		}
	}
	return out
}
