package health_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
)

// recount scores one account by one scorecard in plain code that shares nothing with the engine.
func (w *world) recount(card health.Scorecard, at time.Time, id string) (score, coverage float64, ok bool) {
	var total, totalWeight, known, all float64
	values := map[string]float64{}
	for _, g := range card.Groups {
		var sum, weight float64
		for _, m := range g.Measures {
			if len(m.Plans) > 0 && !slices.Contains(m.Plans, w.texts[key(at, id, "plan")]) {
				values[m.ID] = math.NaN()
				continue
			}
			value := w.value(at, id, m.Read.Metric)
			if m.Judged {
				value = math.NaN()
				for _, j := range w.judged {
					if j.Account == id && j.Scorecard == card.ID && j.Measure == m.ID && j.Made.Before(at) && at.Before(j.Until) {
						value = *j.Value
					}
				}
			}
			if m.Read.Change {
				before := w.value(at, id, m.Read.Metric+" before")
				if value = 100 * (value - before) / math.Abs(before); before == 0 {
					value = math.NaN()
				}
			}
			values[m.ID] = value
			scale := m.Scale
			if len(m.Limits) > 0 {
				when := m.Limits[0].When
				if len(when.Months) > 0 && at.Month() == time.December || when.Segment != "" && w.texts[key(at, id, "in big")] != "" || when.YoungerThan > 0 && w.value(at, id, "created_at") < 90 {
					scale = m.Limits[0].Scale
				}
			}
			all += g.Weight * m.Weight
			s := card.Floor
			if math.IsNaN(value) && m.Missing != health.Poor {
				continue
			} else if !math.IsNaN(value) {
				s = max(s, onScale(scale, value))
				known += g.Weight * m.Weight
			}
			if m.Weight > 0 {
				sum, weight = sum+m.Weight*s, weight+m.Weight
			}
		}
		if weight > 0 {
			total, totalWeight = total+g.Weight*sum/weight, totalWeight+g.Weight
		}
	}
	if all > 0 {
		coverage = 100 * known / all
	}
	if totalWeight == 0 || known == 0 || coverage < card.LeastCoverage {
		return 0, coverage, false
	}
	score = total / totalWeight
	for _, c := range card.Caps {
		if values[c.Measure] > *c.Above {
			score = min(score, c.At)
		}
	}
	return score, coverage, true
}

func onScale(s health.Scale, x float64) float64 {
	last := s.Points[0]
	for _, p := range s.Points {
		if x < p[0] {
			if x <= s.Points[0][0] || s.Steps {
				return last[1]
			}
			return last[1] + (x-last[0])*(p[1]-last[1])/(p[0]-last[0])
		}
		last = p
	}
	return last[1]
}

// TestScoresEqualARecount draws definitions and companies and scores every account in plain code, trees too.
func TestScoresEqualARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for _, at := range []time.Time{then, later} {
			table, err := w.service().Table(context.Background(), health.Question{At: at})
			if err != nil {
				t.Fatal(err)
			}
			for _, aspect := range table.Aspects {
				for i := len(w.ids) - 1; i >= 0; i-- { // children come after their parents
					id := w.ids[i]
					row, _ := table.Row(id)
					got := table.Of(row, aspect)
					card := w.cardOf(id, aspect, at)
					if (card == nil) != (got.Card == nil) || card != nil && got.Card.ID != card.ID {
						t.Fatalf("%s has the scorecard %v, want %v", id, got.Card, card)
					}
					if card == nil {
						continue
					}
					own, coverage, ok := w.recount(*card, at, id)
					if math.Abs(got.Coverage-coverage) > 1e-9 || math.Abs(got.Own-own) > 1e-9 {
						t.Fatalf("%s by %s: own %v (%v %%), want %v (%v %%)", id, card.ID, got.Own, got.Coverage, own, coverage)
					}
					want, is := w.rolled(table, card, aspect, id, at, own, ok)
					if got.Known != is || is && math.Abs(got.Value-want) > 1e-9 {
						t.Fatalf("%s by %s with tree %q: %v %v, want %v %v", id, card.ID, card.Tree, got.Value, got.Known, want, is)
					}
					if is && (got.Value < 0 || got.Value > 100) {
						t.Fatalf("%s scores %v", id, got.Value)
					}
				}
			}
		}
	})
}

// cardOf is the scorecard that an account should get.
func (w *world) cardOf(id, aspect string, at time.Time) *health.Scorecard {
	var best *health.Scorecard
	for i := range w.cards {
		c := &w.cards[i]
		if c.Aspect != aspect || c.Segment != "" && w.texts[key(at, id, "in "+c.Segment)] == "" || len(c.Stages) > 0 && w.texts[key(at, id, "stage")] != c.Stages[0] {
			continue
		}
		if best == nil || c.Priority > best.Priority {
			best = c
		}
	}
	return best
}

// rolled counts the accounts right below, as the table has them.
func (w *world) rolled(table *health.Table, card *health.Scorecard, aspect, id string, at time.Time, own float64, ok bool) (float64, bool) {
	var scores, worth []float64
	add := func(score float64, of string) {
		scores = append(scores, score)
		x := w.value(at, of, "mrr")
		if math.IsNaN(x) || x < 0 {
			x = 0
		}
		worth = append(worth, x)
	}
	if ok {
		add(own, id)
	}
	for _, child := range w.ids {
		if w.texts[key(at, child, "parent_account_id")] == id {
			row, _ := table.Row(child)
			if s := table.Of(row, aspect); s.Known {
				add(s.Value, child)
			}
		}
	}
	if card.Tree == "" || card.Tree == health.Own || len(scores) == 0 {
		return own, ok
	}
	var plain, sum, weight float64
	for i, s := range scores {
		plain, sum, weight = plain+s/float64(len(scores)), sum+s*worth[i], weight+worth[i]
	}
	switch {
	case card.Tree == health.Worst:
		return slices.Min(scores), true
	case card.Tree == health.ByValue && weight > 0:
		return sum / weight, true
	}
	return plain, true
}

// TestPartsAddUpToTheScore holds parts, what caps take and what trees bring to the score that is shown.
func TestPartsAddUpToTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		table, err := w.service().Table(context.Background(), health.Question{At: then})
		if err != nil {
			t.Fatal(err)
		}
		for row := range w.ids {
			for _, aspect := range table.Aspects {
				s := table.Of(row, aspect)
				if !s.Known || s.Coverage == 0 || s.Coverage < s.Card.LeastCoverage {
					continue
				}
				var points, lost float64
				for _, p := range table.Parts(row, aspect) {
					points, lost = points+p.Points, lost+p.Lost()
				}
				if math.Abs(points+lost-100) > 1e-9 || s.Cap == nil && math.Abs(points-s.Own) > 1e-9 || s.Cap != nil && (points < s.Cap.At || s.Own != s.Cap.At) {
					t.Fatalf("%s: parts bring %v and cost %v of %+v", w.ids[row], points, lost, s)
				}
			}
		}
	})
}

// TestEveryChangeIsSplitExactly draws two instants and two versions of every scorecard: the steps add up to the
// difference, in tenths too.
func TestEveryChangeIsSplitExactly(t *testing.T) {
	explained := 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for i := range w.cards { // a new version of some
			if rapid.Bool().Draw(t, "changed") {
				fresh := drawCard(t, w.cards[i].ID)
				fresh.Aspect, fresh.Changed = w.cards[i].Aspect, then.AddDate(0, 1, 0)
				w.cards[i].Until = fresh.Changed
				w.cards = append(w.cards, fresh)
			}
		}
		for n, id := range w.ids {
			for _, aspect := range []string{"health", "money"} {
				c, err := w.service().Change(context.Background(), health.ChangeAsk{Family: w.family(n), ID: id, Aspect: aspect, From: then, To: later})
				if err != nil {
					continue // no score at one of the ends
				}
				explained++
				var sum float64
				for _, s := range c.Steps {
					sum += s.Points
				}
				if math.Abs(sum-(c.To.Value-c.From.Value)) > 1e-9 {
					t.Fatalf("%s: steps come to %v, the change is %v to %v", id, sum, c.From.Value, c.To.Value)
				}
				from, to, steps := c.Tenths()
				for _, s := range steps {
					from += s
				}
				if len(steps) > 0 && from != to {
					t.Fatalf("%s: tenths come to %d, not %d: %v", id, from, to, steps)
				}
			}
		}
	})
	if explained == 0 {
		t.Error("no change was ever explained")
	}
}

// family is everybody: only those below an account count to it.
func (w *world) family(int) []account.Account {
	var all []account.Account
	for n := range w.ids {
		all = append(all, account.Account(n+1))
	}
	return all
}
