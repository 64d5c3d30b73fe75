package health

import (
	"slices"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Gap is something of a scorecard that can't be decided, since a definition that it rests on can't be read any more: which
// accounts a segment holds, or what a measure is of anybody. What a gap is about does not count; all else does.
type Gap struct {
	Kind    GapKind
	Card    *Scorecard
	Measure *Measure // of measures and scales
	Cap     *Cap
	Why     error
}

// GapKind says what can't be decided.
type GapKind string

// The kinds.
const (
	WhoGets    GapKind = "scorecard" // which accounts a scorecard is for: nobody gets it
	WhatIsRead GapKind = "measure"   // what a measure is, of anybody: it is left out
	WhichScale GapKind = "scale"     // whom a scale of a measure is for: it is left out where that scale might hold
	WhetherCap GapKind = "cap"       // whether a cap holds: it does not hold anything down
)

// unread says why it can't be told who is in a segment; nil where it can.
func (t *Table) unread(segment string) error {
	if segment == "" {
		return nil
	}
	return t.read.Unread[t.needs.member[segment]]
}

// Gaps are all that can't be decided of anybody, in the order of the deck.
func (t *Table) Gaps() []Gap {
	var all []Gap
	for n, card := range t.Deck {
		if why := t.unread(card.Segment); why != nil {
			all = append(all, Gap{Kind: WhoGets, Card: card, Why: why})
		}
		for i := range t.cards[n] {
			src := &t.cards[n][i]
			if src.column != nil && src.column.Problem != nil {
				all = append(all, Gap{Kind: WhatIsRead, Card: card, Measure: src.measure, Why: src.column.Problem})
			}
			for l := range src.measure.Limits {
				if why := t.unread(src.measure.Limits[l].When.Segment); why != nil {
					all = append(all, Gap{Kind: WhichScale, Card: card, Measure: src.measure, Why: why})
					break
				}
			}
		}
		for i := range card.Caps {
			if why := t.untold(n, &card.Caps[i]); why != nil {
				all = append(all, Gap{Kind: WhetherCap, Card: card, Cap: &card.Caps[i], Why: why})
			}
		}
	}
	return all
}

// GapsOf are those that bear on one account's score of an aspect.
func (t *Table) GapsOf(row int, aspect string) []Gap {
	var all []Gap
	t.given(t.Deck, row, func(card *Scorecard, untold error) {
		if untold != nil && card.aspect() == aspect {
			all = append(all, Gap{Kind: WhoGets, Card: card, Why: untold})
		}
	})
	score := t.Of(row, aspect)
	if score == nil || score.Card == nil {
		return all
	}
	n := slices.Index(t.Deck, score.Card)
	for i := range t.cards[n] {
		src := &t.cards[n][i]
		if f := t.find(score.Card, src, row); f.problem != nil {
			kind := WhichScale
			if src.column != nil && src.column.Problem != nil {
				kind = WhatIsRead
			}
			all = append(all, Gap{Kind: kind, Card: score.Card, Measure: src.measure, Why: f.problem})
		}
	}
	for i := range score.Card.Caps { // one that would not lower the score does not matter
		c := &score.Card.Caps[i]
		if why := t.untold(n, c); why != nil && score.alone && c.At < score.Own && t.may(n, c, row) {
			all = append(all, Gap{Kind: WhetherCap, Card: score.Card, Cap: c, Why: why})
		}
	}
	return all
}

// untold says why it can't be told whether a cap holds: of whom it is, or what it looks at, can't be read.
func (t *Table) untold(n int, c *Cap) error {
	if why := t.unread(c.Segment); why != nil {
		return why
	}
	return t.untoldMeasure(n, c)
}

func (t *Table) untoldMeasure(n int, c *Cap) error {
	for i := range t.cards[n] {
		if src := &t.cards[n][i]; src.measure.ID == c.Measure && src.column != nil {
			return src.column.Problem
		}
	}
	return nil
}

// may says that such a cap might hold for an account: what is known of it does not speak against it.
func (t *Table) may(n int, c *Cap, row int) bool {
	if t.unread(c.Segment) == nil {
		return c.Segment == "" || t.in(c.Segment, row)
	}
	return t.reached(n, c, row) || t.untoldMeasure(n, c) != nil
}

// SheetGap is a gap, written out.
type SheetGap struct {
	Kind      GapKind `json:"kind" enum:"scorecard,measure,scale,cap" doc:"scorecard: who gets it, so nobody does; measure: what it is, so it is left out; scale: whom it is for, so the measure is left out; cap: whether it holds, so it holds nothing down"`
	Aspect    string  `json:"aspect"`
	Scorecard string  `json:"scorecard"`
	Measure   string  `json:"measure,omitempty"`
	Text      string  `json:"text" doc:"What can't be decided, and why"`
}

// Gaps are those of a table, written out.
func (w Words) Gaps(t *Table) []SheetGap {
	var all []SheetGap
	for _, g := range t.Gaps() {
		all = append(all, w.Gap(g))
	}
	return all
}

// mostWhy is how many characters a reason has.
const mostWhy = 240

// Gap writes a gap out.
func (w Words) Gap(g Gap) SheetGap {
	one := SheetGap{Kind: g.Kind, Aspect: g.Card.aspect(), Scorecard: g.Card.ID}
	what := g.Card.Label.In(w.Lang)
	switch {
	case g.Measure != nil:
		one.Measure, what = g.Measure.ID, g.Measure.Label.In(w.Lang)
	case g.Cap != nil:
		what = w.cap(g.Cap, g.Card)
	}
	why := []rune(fault.In(g.Why, i18n.Refusal(w.Lang)).Error())
	if len(why) > mostWhy { // it may name all that there is instead
		why = append(why[:mostWhy], '…')
	}
	one.Text = i18n.T(w.Lang, "health.gap."+string(g.Kind), "what", what, "why", string(why))
	return one
}
