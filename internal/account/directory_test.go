package account

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fact"
)

// The world of these tests: users 1-4 called u1-u4 and the visitors 11-14 called v1-v4; a previous id may be any of them,
// so it has a number as a user and one as a visitor (v1 as a user id is 21, u1 as a visitor 31).
func user(n int) Actor    { return Actor(n) }
func visitor(n int) Actor { return Actor(10 + n) }

func previousIs(l *Link, n int, isVisitor bool) {
	if isVisitor {
		l.PreviousUser, l.PreviousVisitor, l.PreviousKey = Actor(20+n), visitor(n), fmt.Sprint("v", n)
	} else {
		l.PreviousUser, l.PreviousVisitor, l.PreviousKey = user(n), Actor(30+n), fmt.Sprint("u", n)
	}
}

var actors = []Actor{1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34}

func drawLink(t *rapid.T) Link {
	l := Link{At: rapid.Int64Range(0, 6).Draw(t, "at"), Action: Action(rapid.IntRange(0, 2).Draw(t, "action"))}
	l.ID = fact.ID{rapid.Byte().Draw(t, "id")}
	u, n := rapid.IntRange(1, 4).Draw(t, "user"), rapid.IntRange(1, 4).Draw(t, "other")
	isVisitor := rapid.Bool().Draw(t, "visitor")
	l.User, l.UserKey = user(u), fmt.Sprint("u", u)
	switch l.Action {
	case Identify:
		l.Visitor = visitor(n)
	case Alias:
		previousIs(&l, n, isVisitor)
	case Undo:
		if rapid.Bool().Draw(t, "whoever") {
			l.User = 0
		}
		if rapid.Bool().Draw(t, "of alias") {
			previousIs(&l, n, isVisitor)
		} else {
			l.Visitor = visitor(n)
		}
	}
	return l
}

func drawMembership(t *rapid.T) Membership {
	return Membership{User: user(rapid.IntRange(1, 4).Draw(t, "user")), Account: Account(rapid.IntRange(1, 3).Draw(t, "account")),
		At: rapid.Int64Range(0, 6).Draw(t, "at"), Joined: rapid.IntRange(0, 2).Draw(t, "joined") > 0}
}

// recount answers from the rules as they are written, one question at a time.
type recount struct {
	links       []Link
	memberships []Membership
}

func (r recount) holds(l Link) bool {
	for _, u := range r.links {
		same := l.Action == Identify && u.Visitor == l.Visitor || l.Action == Alias && u.PreviousUser == l.PreviousUser
		if u.Action == Undo && same && u.At >= l.At && (u.User == 0 || u.User == l.User) {
			return false
		}
	}
	return true
}

func (r recount) person(a Actor) Actor {
	for _, action := range []Action{Identify, Alias} {
		var best *Link
		for i, l := range r.links {
			names := action == Identify && l.Visitor == a || action == Alias && l.PreviousVisitor == a
			if l.Action == action && names && r.holds(l) && (best == nil || (claim{l.At, l.ID, 0}).before(claim{best.At, best.ID, 0})) {
				best = &r.links[i]
			}
		}
		if best != nil {
			return r.canonical(best.User)
		}
	}
	return r.canonical(a)
}

func (r recount) component(u Actor) []Actor {
	in := []Actor{u}
	for i := 0; i < len(in); i++ {
		for _, l := range r.links {
			if l.Action == Alias && r.holds(l) {
				for _, pair := range [][2]Actor{{l.User, l.PreviousUser}, {l.PreviousUser, l.User}} {
					if pair[0] == in[i] && !slices.Contains(in, pair[1]) {
						in = append(in, pair[1])
					}
				}
			}
		}
	}
	return in
}

func (r recount) canonical(u Actor) Actor {
	rank := func(a Actor) string {
		previous, at, key := 0, int64(9), ""
		for _, l := range r.links {
			if l.Action != Alias || !r.holds(l) || l.User == l.PreviousUser || l.User != a && l.PreviousUser != a {
				continue
			}
			at = min(at, l.At)
			if l.PreviousUser == a {
				previous, key = 1, l.PreviousKey
			} else {
				key = l.UserKey
			}
		}
		return fmt.Sprint(previous, at, key)
	}
	return slices.MinFunc(r.component(u), func(a, b Actor) int {
		if rank(a) < rank(b) {
			return -1
		}
		return 1
	})
}

func (r recount) account(a Actor, at int64) Account {
	users := r.component(r.person(a))
	mine := slices.DeleteFunc(slices.Clone(r.memberships), func(m Membership) bool { return !slices.Contains(users, m.User) || m.At > at })
	slices.SortFunc(mine, compareMemberships)
	for i := len(mine) - 1; i >= 0; i-- {
		left := slices.ContainsFunc(mine[i+1:], func(m Membership) bool { return m.Account == mine[i].Account && !m.Joined })
		if mine[i].Joined && !left {
			return mine[i].Account
		}
	}
	return 0
}

func TestWhoIsWhoDependsOnlyOnTheSetOfFacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := recount{
			links:       rapid.SliceOfNDistinct(rapid.Custom(drawLink), 0, 12, func(l Link) fact.ID { return l.ID }).Draw(t, "links"),
			memberships: rapid.SliceOfN(rapid.Custom(drawMembership), 0, 10).Draw(t, "memberships"),
		}
		for i := range truth.memberships {
			truth.memberships[i].Seq = int64(i)
		}
		links := rapid.Permutation(append(truth.links, truth.links...)).Draw(t, "order of links")
		memberships := rapid.Permutation(append(truth.memberships, truth.memberships...)).Draw(t, "order of memberships")

		d := NewDirectory()
		kept := map[Actor]Actor{}
		keptSpans := map[Actor][]Span{}
		for len(links)+len(memberships) > 0 {
			a, b := rapid.IntRange(0, len(links)).Draw(t, "cut"), rapid.IntRange(0, len(memberships)).Draw(t, "cut")
			before := answers(d)
			change := d.Apply(links[:a], memberships[:b])
			links, memberships = links[a:], memberships[b:]
			for actor, person := range change.Persons {
				kept[actor] = person
			}
			for person, spans := range change.Spans {
				keptSpans[person] = spans
			}
			for q, now := range answers(d) {
				since, told := change.Since[q.actor]
				if now != before[q] && (!told || q.at < since) {
					t.Fatalf("the account of %d at %d changed unannounced", q.actor, q.at)
				}
			}
		}
		for _, actor := range actors {
			want := truth.person(actor)
			if got := d.Person(actor); got != want {
				t.Fatalf("person of %d is %d, want %d", actor, got, want)
			}
			if got, told := kept[actor]; told && got != want || !told && want != actor {
				t.Fatalf("changes told of %d: %d (%v), want %d", actor, got, told, want)
			}
			for at := int64(-1); at < 8; at++ {
				want := truth.account(actor, at)
				if got := d.AccountAt(actor, at); got != want {
					t.Fatalf("account of %d at %d is %d, want %d", actor, at, got, want)
				}
				if got := accountAt(keptSpans[d.Person(actor)], at); got != want {
					t.Fatalf("spans told of %d at %d: %d, want %d", actor, at, got, want)
				}
			}
		}
	})
}

type question struct {
	actor Actor
	at    int64
}

func answers(d *Directory) map[question]Account {
	all := map[question]Account{}
	for _, a := range actors {
		for at := int64(-1); at < 8; at++ {
			all[question{a, at}] = d.AccountAt(a, at)
		}
	}
	return all
}

func TestAVisitorStaysWithWhomItWasFirst(t *testing.T) {
	d := NewDirectory()
	d.Apply([]Link{{Action: Identify, At: 2, Visitor: 11, User: 2}, {Action: Identify, At: 1, Visitor: 11, User: 1}}, nil)
	if d.Person(11) != 1 || d.Person(2) != 2 {
		t.Errorf("the visitor is %d, user 2 is %d", d.Person(11), d.Person(2))
	}
}

func TestUndoneAliasTakesPeopleApart(t *testing.T) {
	d := NewDirectory()
	join := Link{Action: Alias, At: 5, User: 2, UserKey: "new"}
	previousIs(&join, 1, false)
	d.Apply([]Link{join}, []Membership{{User: 1, Account: 7, At: 1, Joined: true}})
	if d.Person(1) != 2 || d.AccountAt(2, 3) != 7 {
		t.Fatalf("joined: person %d, account %d", d.Person(1), d.AccountAt(2, 3))
	}
	apart := Link{Action: Undo, At: 6}
	previousIs(&apart, 1, false)
	d.Apply([]Link{apart}, nil)
	if d.Person(1) != 1 || d.AccountAt(1, 3) != 7 || d.AccountAt(2, 3) != 0 {
		t.Errorf("apart: person %d, accounts %d and %d", d.Person(1), d.AccountAt(1, 3), d.AccountAt(2, 3))
	}
}

func TestLeavingFallsBackToAnEarlierAccount(t *testing.T) {
	got := spansOf([]Membership{
		{Account: 1, At: 10, Joined: true}, {Account: 2, At: 20, Joined: true}, {Account: 2, At: 30}, {Account: 1, At: 40}, {Account: 3, At: 50, Joined: true},
	})
	want := []Span{{10, 20, 1}, {20, 30, 2}, {30, 40, 1}, {50, Never, 3}}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestACircleOfAccountsIsCutAtTheSmallestID(t *testing.T) {
	tree := NewTree(map[string]string{"b": "c", "c": "a", "a": "b", "leaf": "c", "alone": "", "child": "root", "self": "self"})
	for id, want := range map[string][]string{
		"a": {"a"}, "b": {"a", "c", "b"}, "leaf": {"a", "c", "leaf"}, "alone": {"alone"}, "child": {"root", "child"}, "self": {"self"},
	} {
		if got := tree.Path(id); !slices.Equal(got, want) {
			t.Errorf("path of %s: %v, want %v", id, got, want)
		}
	}
	if got := tree.Below("a"); !slices.Equal(got, []string{"a", "c", "b", "leaf"}) {
		t.Errorf("below a: %v", got)
	}
}

func TestEveryActionOfLinksIsKnown(t *testing.T) {
	column, _ := fact.Links.Column("action")
	known := map[Action]bool{}
	for _, name := range column.Choices {
		a, ok := ActionNamed(name)
		if !ok {
			t.Errorf("%s is unknown", name)
		}
		known[a] = true
	}
	if len(slices.Collect(maps.Keys(known))) != len(column.Choices) {
		t.Errorf("actions share a meaning: %v", known)
	}
}
