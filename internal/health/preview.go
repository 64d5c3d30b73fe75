package health

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"
	"time"
)

// Preview is what a draft would make of all accounts beside what is in force.
type Preview struct {
	// Matched is how many accounts would get the draft, Scored how many of them a score.
	Matched int          `json:"matched"`
	Scored  int          `json:"scored"`
	Bands   map[Band]int `json:"bands"`
	Mean    *float64     `json:"mean"`
	// Coverage is the mean of those scored. Was are the bands of the same accounts by what is in force, Moves those that would
	// be in another; bands are those of the scores, without dwell.
	Coverage *float64      `json:"coverage" doc:"The mean of those with a score, in percent"`
	Was      map[Band]int  `json:"was" doc:"Bands of the same accounts by what is in force"`
	Moves    []PreviewMove `json:"moves" nullable:"false" doc:"Accounts that would be in another band, the most first"`
	// Warnings are about who gets it: nobody, or accounts that match another scorecard of the same priority too.
	Warnings []Warning        `json:"warnings" nullable:"false"`
	Accounts []PreviewAccount `json:"accounts" nullable:"false" doc:"Those whose score changes most"`
}

// Warning is something that is not wrong by itself.
type Warning struct {
	Kind      string   `json:"kind" enum:"nobody,several,few,unread"`
	Scorecard string   `json:"scorecard,omitempty" doc:"The other scorecard"`
	Count     int      `json:"count"`
	Accounts  []string `json:"accounts,omitempty" doc:"The first of them"`
	// Measure can't be read of anybody, for a reason.
	Measure string `json:"measure,omitempty" doc:"The measure that can't be read, and is left out"`
	Reason  string `json:"reason,omitempty" doc:"Why it can't be read"`
	Why     error  `json:"-"`
}

// PreviewMove is accounts that a draft would bring from one band into another; without a score there is none.
type PreviewMove struct {
	From  Band `json:"from,omitempty" enum:"good,average,poor"`
	To    Band `json:"to,omitempty" enum:"good,average,poor"`
	Count int  `json:"count"`
}

// PreviewAccount is one account under the draft.
type PreviewAccount struct {
	ID       string   `json:"account_id"`
	Was      *float64 `json:"was" doc:"Its score of the aspect by what is in force"`
	WasBand  Band     `json:"was_band,omitempty"`
	Score    *float64 `json:"score"`
	Band     Band     `json:"band,omitempty"`
	Coverage float64  `json:"coverage"`
}

// fewAccounts is how many scores it takes for a spread over bands to say something.
const fewAccounts = 10

// Preview scores all accounts by a draft in the place of the scorecard with its id; mine says whose accounts are told.
func (s *Service) Preview(ctx context.Context, draft Scorecard, at time.Time, mine func(id string) bool, limit int) (*Preview, *Table, error) {
	return (&Fitting{Service: s}).Preview(ctx, nil, draft, at, mine, limit)
}

// rivalsOf are the scorecards for the aspect of a draft: others are not looked at.
func (d Deck) rivalsOf(draft Scorecard) Deck {
	rivals := Deck{}
	for _, card := range d {
		if card.aspect() == draft.aspect() {
			rivals = append(rivals, card)
		}
	}
	return rivals
}

// preview holds the scores by a draft beside those without it.
func preview(draft Scorecard, old, fresh *Table, mine func(id string) bool, limit int) *Preview {
	p := &Preview{Bands: map[Band]int{Good: 0, Middling: 0, Unhealthy: 0}, Was: map[Band]int{Good: 0, Middling: 0, Unhealthy: 0}, Moves: []PreviewMove{}, Warnings: []Warning{}, Accounts: []PreviewAccount{}}
	aspect := draft.aspect()
	card := fresh.Deck.Get(draft.ID)
	several := map[string]*Warning{}
	var sum, covered float64
	moves := map[PreviewMove]int{}
	for row, id := range fresh.IDs {
		if !mine(id) {
			continue
		}
		for _, other := range fresh.Deck {
			if other != card && other.aspect() == aspect && other.Priority == card.Priority && fresh.gets(card, row) && fresh.gets(other, row) {
				if several[other.ID] == nil {
					several[other.ID] = &Warning{Kind: "several", Scorecard: other.ID}
				}
				w := several[other.ID]
				if w.Count++; len(w.Accounts) < 10 {
					w.Accounts = append(w.Accounts, id)
				}
			}
		}
		score := fresh.Of(row, aspect)
		if score == nil || score.Card != card {
			continue
		}
		p.Matched++
		one := PreviewAccount{ID: id, Coverage: tenth(score.Coverage)}
		if was := old.at(id, aspect); was != nil && was.Known {
			one.Was, one.WasBand = known(was.Value), was.Card.bands().Of(was.Value)
			p.Was[one.WasBand]++
		}
		if score.Known {
			p.Scored++
			sum += score.Value
			covered += score.Coverage
			one.Score, one.Band = known(score.Value), card.bands().Of(score.Value)
			p.Bands[one.Band]++
		}
		if one.Band != one.WasBand {
			moves[PreviewMove{From: one.WasBand, To: one.Band}]++
		}
		p.Accounts = append(p.Accounts, one)
	}
	sortMoved(p.Accounts)
	p.Accounts = p.Accounts[:min(limit, len(p.Accounts))]
	if p.Scored > 0 {
		p.Mean, p.Coverage = known(sum/float64(p.Scored)), known(covered/float64(p.Scored))
	}
	for move, n := range moves {
		move.Count = n
		p.Moves = append(p.Moves, move)
	}
	slices.SortFunc(p.Moves, func(a, b PreviewMove) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	switch {
	case p.Matched == 0:
		p.Warnings = append(p.Warnings, Warning{Kind: "nobody"})
	case p.Scored < fewAccounts:
		p.Warnings = append(p.Warnings, Warning{Kind: "few", Count: p.Scored})
	}
	for _, src := range fresh.cards[slices.Index(fresh.Deck, card)] {
		if src.column != nil && src.column.Problem != nil {
			p.Warnings = append(p.Warnings, Warning{Kind: "unread", Measure: src.measure.ID, Reason: src.column.Problem.Error(), Why: src.column.Problem})
		}
	}
	for _, other := range fresh.Deck {
		if w := several[other.ID]; w != nil {
			p.Warnings = append(p.Warnings, *w)
		}
	}
	return p
}

// at is an account's score of an aspect in another table of the same accounts; nil where there is none.
func (t *Table) at(id, aspect string) *Score {
	if row, ok := t.rows[id]; ok {
		return t.Of(row, aspect)
	}
	return nil
}

// sortMoved puts those first that would be in another band than they are, then those whose score would change most;
// without an earlier score, the lowest.
func sortMoved(all []PreviewAccount) {
	moved := func(a *PreviewAccount) float64 {
		switch {
		case a.Score == nil && a.Was != nil:
			return 1000
		case a.Score == nil:
			return -1
		case a.Was == nil:
			return 0
		case a.Band != a.WasBand:
			return 100 + math.Abs(*a.Score-*a.Was)
		}
		return math.Abs(*a.Score - *a.Was)
	}
	sort.SliceStable(all, func(i, j int) bool {
		x, y := moved(&all[i]), moved(&all[j])
		if x != y || all[i].Score == nil || all[j].Score == nil {
			return x > y
		}
		return *all[i].Score < *all[j].Score
	})
}
