package health

import (
	"context"
	"math"
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
	// Warnings are about who gets it: nobody, or accounts that match another scorecard of the same priority too.
	Warnings []Warning        `json:"warnings" nullable:"false"`
	Accounts []PreviewAccount `json:"accounts" nullable:"false" doc:"Those whose score changes most"`
}

// Warning is something that is not wrong by itself.
type Warning struct {
	Kind      string   `json:"kind" enum:"nobody,several,few"`
	Scorecard string   `json:"scorecard,omitempty" doc:"The other scorecard"`
	Count     int      `json:"count"`
	Accounts  []string `json:"accounts,omitempty" doc:"The first of them"`
}

// PreviewAccount is one account under the draft.
type PreviewAccount struct {
	ID     string   `json:"account_id"`
	Was    *float64 `json:"was" doc:"Its score of the aspect by what is in force"`
	Score  *float64 `json:"score"`
	Band   Band     `json:"band,omitempty"`
	Sample Sheet    `json:"-"`
}

// fewAccounts is how many scores it takes for a spread over bands to say something.
const fewAccounts = 10

// Preview scores all accounts by a draft in the place of the scorecard with its id; mine says whose accounts are told.
func (s *Service) Preview(ctx context.Context, draft Scorecard, at time.Time, mine func(id string) bool, limit int) (*Preview, *Table, error) {
	now, err := s.Deck(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	tables, err := s.tables(ctx, Question{At: at}, now, now.With(draft))
	if err != nil {
		return nil, nil, err
	}
	old, fresh := tables[0], tables[1]
	p := &Preview{Bands: map[Band]int{Good: 0, Middling: 0, Unhealthy: 0}, Warnings: []Warning{}, Accounts: []PreviewAccount{}}
	aspect := draft.aspect()
	card := fresh.Deck.Get(draft.ID)
	several := map[string]*Warning{}
	var sum float64
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
		one := PreviewAccount{ID: id}
		if was := old.Of(row, aspect); was != nil && was.Known {
			one.Was = known(was.Value)
		}
		if score.Known {
			p.Scored++
			sum += score.Value
			one.Score, one.Band = known(score.Value), card.bands().Of(score.Value)
			p.Bands[one.Band]++
		}
		p.Accounts = append(p.Accounts, one)
	}
	sortMoved(p.Accounts)
	p.Accounts = p.Accounts[:min(limit, len(p.Accounts))]
	if p.Scored > 0 {
		p.Mean = known(sum / float64(p.Scored))
	}
	switch {
	case p.Matched == 0:
		p.Warnings = append(p.Warnings, Warning{Kind: "nobody"})
	case p.Scored < fewAccounts:
		p.Warnings = append(p.Warnings, Warning{Kind: "few", Count: p.Scored})
	}
	for _, other := range fresh.Deck {
		if w := several[other.ID]; w != nil {
			p.Warnings = append(p.Warnings, *w)
		}
	}
	return p, fresh, nil
}

// sortMoved puts those first whose score would change most; without an earlier score, the lowest.
func sortMoved(all []PreviewAccount) {
	moved := func(a *PreviewAccount) float64 {
		switch {
		case a.Score == nil:
			return -1
		case a.Was == nil:
			return 0
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
