package account

import (
	"cmp"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Person is one person as the facts tell it.
type Person struct {
	// User is the user id the person goes by; "" for a visitor whom nobody identified, who has a Visitor.
	User, Visitor string
	Joined        []Joined
	Accounts      []Stay // where the person belonged at the instant asked about, by account
	Account       string // the one that facts of that instant count for when they name none; "" is none
}

// Joined is another id of a person, with the fact that joined it: a link of the same anonymous or previous id with the
// action undo takes it away again.
type Joined struct {
	User, Visitor string // one of them
	Action        Action // Identify or Alias
	At            time.Time
	ID            fact.ID
}

// Stay is a person belonging to an account.
type Stay struct {
	User    string
	Account string
	Role    string    // the one given last since; "" is none
	Since   time.Time // when the person joined without having left
}

// Join says by which link an actor came to stand for another.
type Join struct {
	Actor  Actor
	Action Action
	At     int64 // UTC microseconds since 1970
	ID     fact.ID
}

// Joined are the actors that stand for a person beside itself, each with the link that counts, in the order of the links.
func (d *Directory) Joined(person Actor) []Join {
	var all []Join
	for _, u := range d.users(person) {
		if u != person {
			c := d.aliasThatJoined(u)
			all = append(all, Join{u, Alias, c.at, c.id})
		}
		for _, v := range d.visitorsOf[u] {
			c, action := d.chosen[v], Alias
			if slices.Contains(d.identifies[v], c) {
				action = Identify
			}
			all = append(all, Join{v, action, c.at, c.id})
		}
	}
	slices.SortFunc(all, func(a, b Join) int {
		return cmp.Or(cmp.Compare(a.At, b.At), slices.Compare(a.ID[:], b.ID[:]), cmp.Compare(b.Actor, a.Actor))
	})
	return all
}

// aliasThatJoined is the earliest alias that holds and says how u goes on, or else that something goes on as u.
func (d *Directory) aliasThatJoined(u Actor) claim {
	var best claim
	found, leaves := false, false
	for _, n := range d.aliasesOf[u] {
		a := &d.aliases[n]
		if !d.aliasHolds(n) || a.user == a.previous {
			continue
		}
		if goesOn := a.previous == u; !found || goesOn && !leaves || goesOn == leaves && a.before(best) {
			best, found, leaves = a.claim, true, goesOn
		}
	}
	return best
}
