package health

import (
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// Table is the scores of accounts at one instant. It keeps what was read, so that every score can be taken apart.
type Table struct {
	At    time.Time
	IDs   []string
	Deck  Deck
	rows  map[string]int
	read  *metric.Read
	needs *needs
	held  judgements
	// Aspects are those of the deck in their order; Scores are by aspect, then by account.
	Aspects []string
	Scores  [][]Score
	// cards are, for each scorecard of the deck, where its measures are read.
	cards [][]source
}

// Score is what one scorecard says of one account. Without a scorecard, or without enough that is known, Known is false.
type Score struct {
	Card  *Scorecard
	Known bool
	// Own is the account's own score, after caps; Value also counts the accounts below.
	Own, Value float64
	// Coverage is the share of the weight, in percent, of which something is known.
	Coverage float64
	Cap      *Cap // that holds it down
	// alone says that it is known without the accounts below.
	alone bool
}

// source is where a measure is read; nil for one that is judged.
type source struct {
	measure *Measure
	group   int
	column  *metric.Column
}

// newTable scores everybody who was read, in these aspects.
func newTable(aspects []string, deck Deck, read *metric.Read, needs *needs, judgements judgements) *Table {
	t := &Table{At: read.At, IDs: read.IDs, Deck: deck, read: read, needs: needs, held: judgements, rows: make(map[string]int, len(read.IDs)), Aspects: aspects}
	for i, id := range read.IDs {
		t.rows[id] = i
	}
	for range aspects {
		t.Scores = append(t.Scores, make([]Score, len(t.IDs)))
	}
	for _, s := range deck {
		t.cards = append(t.cards, t.sources(s))
	}
	for row := range t.IDs {
		t.scoreRow(row)
	}
	t.climb()
	return t
}

func (t *Table) sources(s *Scorecard) []source {
	var all []source
	for g := range s.Groups {
		for m := range s.Groups[g].Measures {
			one := source{measure: &s.Groups[g].Measures[m], group: g}
			if !one.measure.Judged {
				one.column = t.column(one.measure.reading())
			}
			all = append(all, one)
		}
	}
	return all
}

func (t *Table) column(r metric.Reading) *metric.Column {
	return &t.read.Columns[t.needs.place[readingKey(r)]]
}

func (t *Table) text(r metric.Reading, row int) string   { return t.column(r).Texts[row] }
func (t *Table) value(r metric.Reading, row int) float64 { return t.column(r).Value[row] }

func (t *Table) in(segment string, row int) bool { return t.read.Members[t.needs.member[segment]][row] }

// gets says whether an account is one that a scorecard is for. Of whom a segment that can't be read holds, nobody knows:
// nobody gets its scorecard.
func (t *Table) gets(s *Scorecard, row int) bool {
	return (s.Segment == "" || t.in(s.Segment, row)) && t.staged(s, row)
}

func (t *Table) staged(s *Scorecard, row int) bool {
	return len(s.Stages) == 0 || slices.Contains(s.Stages, t.text(stageOf, row))
}

// given are the scorecards of a deck that an account is given, one for each aspect, and before it those of which it can't be
// told, which it might be given instead.
func (t *Table) given(deck Deck, row int, use func(card *Scorecard, untold error)) {
	given := ""
	for _, s := range deck {
		if given == s.aspect() {
			continue
		}
		if t.gets(s, row) {
			given = s.aspect()
			use(s, nil)
		} else if why := t.unread(s.Segment); why != nil && t.staged(s, row) {
			use(s, why)
		}
	}
}

// scoreRow gives an account its scorecards and their own scores.
func (t *Table) scoreRow(row int) {
	for a := range t.Scores {
		t.Scores[a][row] = Score{}
	}
	t.given(t.Deck, row, func(card *Scorecard, untold error) {
		if untold != nil {
			return
		}
		t.Scores[slices.Index(t.Aspects, card.aspect())][row] = t.own(slices.Index(t.Deck, card), row)
	})
}

// own is an account's own score by the nth scorecard.
func (t *Table) own(n, row int) Score {
	s := t.Deck[n]
	score := Score{Card: s}
	var sum, weight float64 // of groups
	var known, all float64  // of the weights of measures
	var inner, innerW float64
	group := -1
	finish := func() {
		if group >= 0 && innerW > 0 {
			sum += s.Groups[group].Weight * inner / innerW
			weight += s.Groups[group].Weight
		}
	}
	for i := range t.cards[n] {
		src := &t.cards[n][i]
		if src.group != group {
			finish()
			group, inner, innerW = src.group, 0, 0
		}
		m := src.measure
		if m.Weight == 0 {
			continue
		}
		f := t.find(s, src, row)
		if f.state == NotIncluded {
			continue
		}
		w := s.Groups[group].Weight * m.Weight
		all += w
		if f.counts() {
			inner += m.Weight * f.score
			innerW += m.Weight
		}
		if f.known() {
			known += w
		}
	}
	finish()
	if all > 0 {
		score.Coverage = 100 * known / all
	}
	if weight == 0 || known == 0 || score.Coverage < s.LeastCoverage {
		return score
	}
	score.Known, score.alone, score.Own = true, true, sum/weight
	if score.Cap = t.cap(n, row); score.Cap != nil && score.Cap.At < score.Own {
		score.Own = score.Cap.At
	} else {
		score.Cap = nil
	}
	score.Value = score.Own
	return score
}

// cap is the lowest cap that holds; nil when none does.
func (t *Table) cap(n, row int) *Cap {
	var lowest *Cap
	s := t.Deck[n]
	for i := range s.Caps {
		c := &s.Caps[i]
		if (lowest == nil || c.At < lowest.At) && t.capped(n, c, row) {
			lowest = c
		}
	}
	return lowest
}

func (t *Table) capped(n int, c *Cap, row int) bool {
	return (c.Segment == "" || t.in(c.Segment, row)) && t.reached(n, c, row)
}

// reached says that the measure of a cap is so; a cap without one holds for its segment.
func (t *Table) reached(n int, c *Cap, row int) bool {
	if c.Measure == "" {
		return true
	}
	for i := range t.cards[n] {
		src := &t.cards[n][i]
		if src.measure.ID != c.Measure {
			continue
		}
		f := t.find(t.Deck[n], src, row)
		return !math.IsNaN(f.value) && f.state != NotIncluded && (c.Above == nil || f.value > *c.Above) && (c.Below == nil || f.value < *c.Below)
	}
	return false
}
