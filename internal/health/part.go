package health

import "math"

// Part is what one measure brings to a score. The points of all parts add up to the account's own score before caps, and
// what they lack to 100 is what they cost.
type Part struct {
	Group   *ScoreGroup
	Measure *Measure
	State   State
	Value   float64 // NaN: not known; of a change, percent
	Before  float64 // what the window before had; NaN where none is compared
	Now     float64 // what the window had, of a change
	Text    string
	Age     int
	Score   float64
	// Share is its part of the weight that counts, 0 to 1; Points is Share times Score.
	Share, Points float64
	Judgement     *Judgement
	// Problem says why it can't be decided, so that it is left out: what is read, or whom a scale is for, can't be read of anybody.
	Problem error
}

// Lost is how many points it keeps the score from 100.
func (p *Part) Lost() float64 { return p.Share * (100 - p.Score) }

// Parts take an account's score of an aspect apart, in the order of the scorecard; none where it has no scorecard.
func (t *Table) Parts(row int, aspect string) []Part {
	s := t.Of(row, aspect)
	if s == nil || s.Card == nil {
		return nil
	}
	for n, card := range t.Deck {
		if card == s.Card {
			return t.parts(n, row)
		}
	}
	return nil
}

func (t *Table) parts(n, row int) []Part {
	card := t.Deck[n]
	parts := make([]Part, len(t.cards[n]))
	inner := make([]float64, len(card.Groups))
	for i := range parts {
		src := &t.cards[n][i]
		f := t.find(card, src, row)
		p := &parts[i]
		*p = Part{Group: &card.Groups[src.group], Measure: src.measure, State: f.state, Value: f.value, Before: f.before, Now: math.NaN(), Text: f.text, Age: f.age,
			Score: f.score, Judgement: f.judged, Problem: f.problem}
		if c := src.column; c != nil && c.Before != nil {
			p.Now = c.Value[row]
		}
		if f.counts() {
			inner[src.group] += src.measure.Weight
		}
	}
	var total float64
	for g, w := range inner {
		if w > 0 {
			total += card.Groups[g].Weight
		}
	}
	for i := range parts {
		p, g := &parts[i], t.cards[n][i].group
		if p.counts() && inner[g] > 0 && total > 0 {
			p.Share = p.Measure.Weight / inner[g] * card.Groups[g].Weight / total
			p.Points = p.Share * p.Score
		}
	}
	return parts
}

func (p *Part) counts() bool {
	return p.State == Counted || p.State == Kept || p.State == CountedPoor
}

// free is what an account's own score would be without caps.
func free(parts []Part) float64 {
	var sum float64
	for i := range parts {
		sum += parts[i].Points
	}
	return sum
}
