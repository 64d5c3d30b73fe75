package health

import (
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/account"
)

// climbs says whether any scorecard counts accounts below.
func (d Deck) climbs() bool {
	return slices.ContainsFunc(d, func(s *Scorecard) bool { return s.Tree != "" && s.Tree != Own })
}

// Family is an account and, where any scorecard counts them, all below it.
func (t *Table) Family(row int) []account.Account {
	family := []account.Account{t.read.Accounts[row]}
	if !t.Deck.climbs() {
		return family
	}
	for _, id := range t.tree().Below(t.IDs[row])[1:] {
		if at, ok := t.rows[id]; ok {
			family = append(family, t.read.Accounts[at])
		}
	}
	return family
}

// tree is how the accounts hang together.
func (t *Table) tree() *account.Tree {
	parents := map[string]string{}
	for row, id := range t.IDs {
		if p := t.text(parentOf, row); p != "" {
			parents[id] = p
		}
	}
	return account.NewTree(parents)
}

// climb counts accounts below where scorecards say so, from the leaves up.
func (t *Table) climb() {
	if !t.Deck.climbs() {
		return
	}
	tree := t.tree()
	for a := range t.Scores { // also of those that have lost the accounts below them
		for row := range t.Scores[a] {
			s := &t.Scores[a][row]
			s.Value, s.Known = s.Own, s.alone
		}
	}
	for _, id := range t.IDs {
		if tree.Parent(id) != "" || len(tree.Children(id)) == 0 {
			continue
		}
		below := tree.Below(id)
		for i := len(below) - 1; i >= 0; i-- { // children before their parents
			if at, ok := t.rows[below[i]]; ok {
				t.gather(tree, at)
			}
		}
	}
}

// gather counts the accounts right below one to its scores.
func (t *Table) gather(tree *account.Tree, row int) {
	children := tree.Children(t.IDs[row])
	for a := range t.Aspects {
		s := &t.Scores[a][row]
		if s.Card == nil || s.Card.Tree == "" || s.Card.Tree == Own {
			continue
		}
		var sum, weight float64
		worst := math.Inf(1)
		rule := s.Card.Tree
		members := append([]string{t.IDs[row]}, children...)
		n := 0
		var plain float64
		for _, id := range members {
			at, ok := t.rows[id]
			if !ok || !t.Scores[a][at].Known {
				continue
			}
			one := &t.Scores[a][at]
			w := 1.0
			if rule == ByValue {
				w = t.worth(at)
			}
			sum, weight, worst = sum+w*one.Value, weight+w, min(worst, one.Value)
			plain, n = plain+one.Value, n+1
		}
		switch {
		case n == 0:
		case rule == Worst:
			s.Value, s.Known = worst, true
		case weight == 0: // nobody pays anything
			s.Value, s.Known = plain/float64(n), true
		default:
			s.Value, s.Known = sum/weight, true
		}
	}
}

// worth is the recurring value of an account, 0 where it is not known.
func (t *Table) worth(row int) float64 {
	if at, ok := t.needs.place[readingKey(valueOf)]; ok {
		if x := t.read.Columns[at].Value[row]; x > 0 {
			return x
		}
	}
	return 0
}
