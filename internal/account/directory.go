package account

import (
	"bytes"
	"slices"

	"github.com/keepwell/keepwell/internal/fact"
)

// Directory answers who is who from the links and memberships it has heard of. It is not safe for concurrent use.
type Directory struct {
	identifies map[Actor][]claim // by visitor
	aliases    []alias
	aliasesOf  map[Actor][]int32 // by user, on either side: places in aliases
	claimedBy  map[Actor][]int32 // by previous id as a visitor: places in aliases
	undone     map[Actor][]undo  // by visitor of anonymous_id
	unaliased  map[Actor][]undo  // by user of previous_id

	chosen     map[Actor]claim   // by visitor: the claim that counts
	visitorsOf map[Actor][]Actor // by user: the visitors that chose it
	canonical  map[Actor]Actor   // by user: only those that continue as another
	group      map[Actor][]Actor // by person: its user ids, only where there are several

	memberships map[Actor][]Membership // by user, sorted by (At, Seq)
	spans       map[Actor][]Span       // by person
}

// A claim says which user a visitor is.
type claim struct {
	at   int64
	id   fact.ID
	user Actor
}

func (c claim) before(o claim) bool {
	if c.at != o.at {
		return c.at < o.at
	}
	return bytes.Compare(c.id[:], o.id[:]) < 0
}

type alias struct {
	claim
	previous, previousVisitor Actor
	userKey, previousKey      string
}

type undo struct {
	at   int64
	user Actor // 0: whoever
}

// NewDirectory knows nobody yet.
func NewDirectory() *Directory {
	return &Directory{
		identifies: map[Actor][]claim{}, aliasesOf: map[Actor][]int32{}, claimedBy: map[Actor][]int32{},
		undone: map[Actor][]undo{}, unaliased: map[Actor][]undo{}, chosen: map[Actor]claim{},
		visitorsOf: map[Actor][]Actor{}, canonical: map[Actor]Actor{}, group: map[Actor][]Actor{},
		memberships: map[Actor][]Membership{}, spans: map[Actor][]Span{},
	}
}

// Person is the actor that a stands for: the user a visitor turned out to be, the canonical one of joined users, or a
// itself.
func (d *Directory) Person(a Actor) Actor {
	if c, ok := d.chosen[a]; ok {
		a = c.user
	}
	if p, ok := d.canonical[a]; ok {
		return p
	}
	return a
}

// Persons gives every actor that stands for another, in no order.
func (d *Directory) Persons(fn func(actor, person Actor)) {
	for a := range d.chosen {
		fn(a, d.Person(a))
	}
	for a, p := range d.canonical {
		fn(a, p)
	}
}

// AccountAt is the account that a fact of actor a at instant t belongs to when it names none; 0 when that is unknown.
func (d *Directory) AccountAt(a Actor, t int64) Account {
	return accountAt(d.spans[d.Person(a)], t)
}

// Spans gives the accounts of every person that has any, in no order.
func (d *Directory) Spans(fn func(person Actor, spans []Span)) {
	for p, s := range d.spans {
		fn(p, s)
	}
}

// Change is what new facts changed about the answers.
type Change struct {
	// Persons are the actors that stand for another person than before, with the new one.
	Persons map[Actor]Actor
	// Spans are the persons whose accounts changed, with the new spans (nil: none any more).
	Spans map[Actor][]Span
	// Since is, for every actor whose facts may belong to another account than before, the first instant this holds for.
	Since map[Actor]int64
}

// Empty says that nothing changed.
func (c *Change) Empty() bool { return len(c.Persons) == 0 && len(c.Spans) == 0 }

// Apply hears of more links and memberships and says what that changes.
func (d *Directory) Apply(links []Link, memberships []Membership) Change {
	t := touched{visitors: set{}, users: set{}}
	for i := range links {
		d.hear(&links[i], &t)
	}
	change := Change{Persons: map[Actor]Actor{}, Spans: map[Actor][]Span{}, Since: map[Actor]int64{}}
	before := map[Actor]Actor{} // the person of every actor that may change
	respan := set{}             // users whose persons' spans must be computed anew
	components := d.components(t.users)
	for v := range t.visitors {
		before[v] = d.Person(v)
	}
	for _, component := range components {
		for _, u := range component {
			before[u] = d.Person(u)
			respan[before[u]], respan[u] = struct{}{}, struct{}{}
			for _, v := range d.visitorsOf[u] {
				before[v] = d.Person(v)
			}
		}
	}
	for v := range t.visitors {
		d.choose(v)
	}
	for _, component := range components {
		d.join(component)
	}
	for a, was := range before {
		if now := d.Person(a); now != was {
			change.Persons[a] = now
		}
	}
	for i := range memberships {
		if d.remember(memberships[i]) {
			respan[memberships[i].User] = struct{}{}
		}
	}
	d.respan(respan, &change)
	// An actor that moved to another person belongs where that one did: the difference lies between the two persons'
	// spans, which may lie anywhere.
	for a := range change.Persons {
		change.Since[a] = Always
	}
	return change
}

type set = map[Actor]struct{}

// touched are the visitors whose claims and the users whose aliases changed.
type touched struct{ visitors, users set }

func (d *Directory) hear(l *Link, t *touched) {
	c := claim{l.At, l.ID, l.User}
	switch l.Action {
	case Identify:
		had := d.identifies[l.Visitor]
		d.identifies[l.Visitor] = append(had, c)
		// The same visitor is often identified as the same user again and again; later claims change nothing.
		if best, ok := d.chosen[l.Visitor]; ok && len(had) > 0 && len(d.undone[l.Visitor]) == 0 && best.before(c) {
			return
		}
		t.visitors[l.Visitor] = struct{}{}
	case Alias:
		n := int32(len(d.aliases))
		d.aliases = append(d.aliases, alias{c, l.PreviousUser, l.PreviousVisitor, l.UserKey, l.PreviousKey})
		d.aliasesOf[l.User] = append(d.aliasesOf[l.User], n)
		if l.PreviousUser != l.User {
			d.aliasesOf[l.PreviousUser] = append(d.aliasesOf[l.PreviousUser], n)
		}
		d.claimedBy[l.PreviousVisitor] = append(d.claimedBy[l.PreviousVisitor], n)
		t.users[l.User] = struct{}{}
		t.visitors[l.PreviousVisitor] = struct{}{}
	case Undo:
		if l.Visitor != 0 {
			d.undone[l.Visitor] = append(d.undone[l.Visitor], undo{l.At, l.User})
			t.visitors[l.Visitor] = struct{}{}
		}
		if l.PreviousUser != 0 {
			d.unaliased[l.PreviousUser] = append(d.unaliased[l.PreviousUser], undo{l.At, l.User})
			t.users[l.PreviousUser] = struct{}{}
			t.visitors[l.PreviousVisitor] = struct{}{}
		}
	}
}

func isUndone(c claim, undos []undo) bool {
	return slices.ContainsFunc(undos, func(u undo) bool { return c.at <= u.at && (u.user == 0 || u.user == c.user) })
}

func (d *Directory) aliasHolds(n int32) bool {
	a := &d.aliases[n]
	return !isUndone(a.claim, d.unaliased[a.previous])
}

// choose finds the user that visitor v is: its earliest identify, or else its earliest alias.
func (d *Directory) choose(v Actor) {
	var best claim
	found := false
	consider := func(c claim) {
		if !found || c.before(best) {
			best, found = c, true
		}
	}
	for _, c := range d.identifies[v] {
		if !isUndone(c, d.undone[v]) {
			consider(c)
		}
	}
	if !found {
		for _, n := range d.claimedBy[v] {
			if d.aliasHolds(n) {
				consider(d.aliases[n].claim)
			}
		}
	}
	old, had := d.chosen[v]
	if had && (!found || old.user != best.user) {
		d.visitorsOf[old.user] = slices.DeleteFunc(d.visitorsOf[old.user], func(a Actor) bool { return a == v })
	}
	if found && (!had || old.user != best.user) {
		d.visitorsOf[best.user] = append(d.visitorsOf[best.user], v)
	}
	if found {
		d.chosen[v] = best
	} else {
		delete(d.chosen, v)
	}
}

// components are the users connected to the given ones by aliases, undone ones included: what an undo takes apart
// must be seen as it was, too.
func (d *Directory) components(users set) [][]Actor {
	seen := set{}
	var all [][]Actor
	for u := range users {
		if c := d.reach(u, seen, func(int32) bool { return true }); len(c) > 0 {
			all = append(all, c)
		}
	}
	return all
}

func (d *Directory) reach(from Actor, seen set, follow func(alias int32) bool) []Actor {
	if _, twice := seen[from]; twice {
		return nil
	}
	seen[from] = struct{}{}
	component := []Actor{from}
	for i := 0; i < len(component); i++ {
		for _, n := range d.aliasesOf[component[i]] {
			if !follow(n) {
				continue
			}
			for _, next := range [2]Actor{d.aliases[n].user, d.aliases[n].previous} {
				if _, twice := seen[next]; !twice {
					seen[next] = struct{}{}
					component = append(component, next)
				}
			}
		}
	}
	return component
}

// join finds the canonical user of each part of a component that aliases still hold together.
func (d *Directory) join(component []Actor) {
	for _, u := range component {
		delete(d.canonical, u)
		delete(d.group, u)
	}
	seen := set{}
	for _, u := range component {
		part := d.reach(u, seen, d.aliasHolds)
		if len(part) < 2 {
			continue
		}
		person := d.canon(part)
		d.group[person] = part
		for _, a := range part {
			if a != person {
				d.canonical[a] = person
			}
		}
	}
}

// canon is the user that joined ones continue as: one that no alias calls previous, or else any; of several the one
// with the earliest alias, of those the smallest id.
func (d *Directory) canon(part []Actor) Actor {
	type candidate struct {
		previous bool
		at       int64
		key      string
	}
	var best Actor
	var lead candidate
	for _, u := range part {
		c := candidate{at: Never}
		for _, n := range d.aliasesOf[u] {
			a := &d.aliases[n]
			if !d.aliasHolds(n) || a.user == a.previous {
				continue
			}
			c.at = min(c.at, a.at)
			if a.previous == u {
				c.previous, c.key = true, a.previousKey
			} else {
				c.key = a.userKey
			}
		}
		wins := best == 0
		switch {
		case wins:
		case c.previous != lead.previous:
			wins = !c.previous
		case c.at != lead.at:
			wins = c.at < lead.at
		default:
			wins = c.key < lead.key
		}
		if wins {
			best, lead = u, c
		}
	}
	return best
}

// users are the user ids of a person.
func (d *Directory) users(person Actor) []Actor {
	if g, ok := d.group[person]; ok {
		return g
	}
	return []Actor{person}
}
