package account

import (
	"cmp"
	"slices"
	"strings"
)

// Habits are what accounts use, by their plan.
type Habits map[string]*Habit

// Habit is what the accounts of a plan used: in how many of them anybody did anything, and how many used each feature.
type Habit struct {
	Accounts int
	Used     map[string]int
}

// Beside puts an account's features beside those of the other accounts of its plan, also those that it does not use itself.
func (p *Profile) Beside(all Habits) {
	h := all[p.Plan]
	if p.Plan == "" || h == nil {
		return
	}
	own := map[string]bool{}
	for i := range p.Features {
		f := &p.Features[i]
		own[f.Name] = true
		f.Peers = max(0, h.Used[f.Name]-1) // itself is among them
	}
	if p.Peers = h.Accounts; len(own) > 0 {
		p.Peers = max(0, h.Accounts-1)
	}
	for name, n := range h.Used {
		if !own[name] {
			p.Features = append(p.Features, Feature{Name: name, Peers: n})
		}
	}
	for i := range p.Features {
		if p.Peers > 0 {
			p.Features[i].OfPeers = float64(p.Features[i].Peers) / float64(p.Peers)
		}
	}
	SortFeatures(p.Features)
}

// SortFeatures puts first what most peers use, then what is used most.
func SortFeatures(all []Feature) {
	slices.SortFunc(all, func(a, b Feature) int {
		return cmp.Or(cmp.Compare(b.Peers, a.Peers), cmp.Compare(b.Users, a.Users), cmp.Compare(b.Times, a.Times), strings.Compare(a.Name, b.Name))
	})
}
