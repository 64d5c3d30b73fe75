package lake

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// stays goes through the memberships up to an instant one by one.
func (r recount) stays(at time.Time) map[string]map[string]account.Stay { // by person and account
	var memberships []*fact.Fact
	for _, f := range r.all {
		if f.Kind == fact.Memberships && !f.Time().After(at) {
			memberships = append(memberships, f)
		}
	}
	slices.SortStableFunc(memberships, func(a, b *fact.Fact) int { return a.Time().Compare(b.Time()) })
	names := r.names()
	all := map[string]map[string]account.Stay{}
	for _, f := range memberships {
		person := names[r.who.Person(r.keys.users[f.User])]
		if all[person] == nil {
			all[person] = map[string]account.Stay{}
		}
		stay, in := all[person][f.Account]
		if f.Text("status") == "left" {
			delete(all[person], f.Account)
			continue
		}
		if !in {
			stay = account.Stay{User: person[len("user "):], Account: f.Account, Since: f.Time()}
		}
		if role := f.Text("role"); role != "" {
			stay.Role = role
		}
		all[person][f.Account] = stay
	}
	return all
}

func inOrder(stays map[string]account.Stay) []account.Stay {
	all := []account.Stay{}
	for _, name := range []string{"acme", "brix"} {
		if s, ok := stays[name]; ok {
			all = append(all, s)
		}
	}
	return all
}

func TestWhoBelongedWhereIsWhatTheMembershipsSay(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		rapid.Check(t, func(r *rapid.T) {
			wipe(t, l)
			var facts []*fact.Fact
			for i := range rapid.IntRange(1, 25).Draw(r, "facts") {
				facts = append(facts, drawFact(r, t, i, rapid.IntRange(0, 12).Draw(r, "hour")))
			}
			must(t, l.Load(ctx, facts, 1))
			truth := recountOf(facts)
			at := noon.Add(time.Duration(rapid.IntRange(-1, 13).Draw(r, "at")) * time.Hour)
			stays, names := truth.stays(at), truth.names()
			for _, id := range []string{"ann", "bob", "cid"} {
				actor, known := truth.keys.users[id]
				got, err := l.Person(ctx, id, "", at)
				if !known {
					if fault.KindOf(err) != fault.NotFound {
						r.Fatalf("%s, whom no fact names: %v", id, err)
					}
					continue
				}
				must(t, err)
				person := truth.who.Person(actor)
				if names[person] != "user "+got.User {
					r.Fatalf("%s is %s, want %s", id, got.User, names[person])
				}
				if want := inOrder(stays[names[person]]); !slices.Equal(got.Accounts, want) {
					r.Fatalf("accounts of %s at %v:\ngot  %v\nwant %v", id, at, got.Accounts, want)
				}
				counts := &fact.Fact{Kind: fact.Events, User: id, At: at.UnixMicro()}
				if want := truth.account(counts); got.Account != want && (got.Account != "" || want != "unknown") {
					r.Fatalf("facts of %s at %v count for %q, want %s", id, at, got.Account, want)
				}
				truth.joined(r, got, person)
			}
			for _, id := range []string{"acme", "brix"} {
				var want, got []account.Stay
				for _, user := range []string{"ann", "bob", "cid", "v1", "v2", "v3"} {
					if s, in := stays["user "+user][id]; in {
						want = append(want, s)
					}
				}
				if _, known := truth.keys.accounts.numbers[id]; !known {
					continue
				}
				for after := ""; ; {
					page, err := l.Members(ctx, id, at, after, 1)
					must(t, err)
					if len(page) == 0 {
						break
					}
					got, after = append(got, page...), page[0].User
				}
				if !slices.Equal(got, want) {
					r.Fatalf("members of %s at %v:\ngot  %v\nwant %v", id, at, got, want)
				}
			}
		})
	})
}

// joined compares the ids of a person with the rules: each id that did something and stands for the person is there, and
// the link told of is one of that id.
func (r recount) joined(t *rapid.T, p *account.Person, person account.Actor) {
	links := map[fact.ID]*fact.Fact{}
	busy := map[string]bool{}
	for _, f := range r.all {
		name, _ := r.actor(f)
		busy[name] = true
		if f.Kind == fact.Links {
			links[f.ID] = f
		}
	}
	got := map[string]bool{}
	for _, j := range p.Joined {
		name, id := "user "+j.User, j.User
		if j.User == "" {
			name, id = "visitor "+j.Visitor, j.Visitor
		}
		f := links[j.ID]
		if f == nil || f.Text("action") != j.Action.String() || !f.Time().Equal(j.At) {
			t.Fatalf("%s was joined by %+v, which is no link", name, j)
		}
		if f.Text("anonymous_id") != id && f.Text("previous_id") != id && f.User != id {
			t.Fatalf("%s was joined by %+v, which names others", name, f)
		}
		got[name] = true
	}
	for actor, name := range r.names() {
		stands := actor != person && r.who.Person(actor) == person
		if stands && busy[name] && !got[name] || !stands && got[name] {
			t.Fatalf("ids of %s: %v; %s is of person %s", p.User, p.Joined, name, r.names()[r.who.Person(actor)])
		}
	}
}

func TestAnIDIsToldWithTheLinkThatJoinedItUntilThatIsUndone(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		must(t, l.Load(ctx, []*fact.Fact{
			made(t, fact.Links, "l1", 0, "action", "identify", "anonymous_id", "phone", "user_id", "ana"),
			made(t, fact.Links, "l2", 1, "action", "identify", "anonymous_id", "phone", "user_id", "ana"),
			made(t, fact.Links, "l3", 2, "action", "alias", "previous_id", "ana@old", "user_id", "ana"),
			made(t, fact.Events, "e1", 3, "anonymous_id", "stranger", "name", "look"),
		}, 1))
		told := func(user, visitor string) string {
			p, err := l.Person(ctx, user, visitor, noon)
			must(t, err)
			s := p.User + p.Visitor + ":"
			for _, j := range p.Joined {
				s += fmt.Sprint(" ", j.User, j.Visitor, " ", j.Action, " ", j.At.Sub(noon), " ", j.ID == fact.IDFor(fact.Links, "test", map[string]string{"phone": "l1", "ana@old": "l3"}[j.User+j.Visitor]))
			}
			return s
		}
		joined := "ana: phone identify 0s true ana@old alias 2h0m0s true"
		wantLines(t, []string{told("ana", ""), told("", "phone"), told("ana@old", ""), told("", "stranger")}, joined, joined, joined, "stranger:")
		must(t, l.Load(ctx, []*fact.Fact{
			made(t, fact.Links, "l4", 4, "action", "undo", "anonymous_id", "phone"),
			made(t, fact.Links, "l5", 4, "action", "undo", "previous_id", "ana@old"),
		}, 2))
		wantLines(t, []string{told("ana", ""), told("", "phone"), told("ana@old", "")}, "ana:", "phone:", "ana@old:")
	})
}

func TestTheTreeIsThatOfItsDay(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		alone := made(t, fact.Accounts, "a4", 4, "account_id", "shop", "plan", "free")
		cut := made(t, fact.Accounts, "a5", 5, "account_id", "shop")

		cut.Set("parent_account_id", fact.Value{State: fact.Null})
		must(t, l.Load(ctx, []*fact.Fact{
			cut, alone,
			made(t, fact.Accounts, "a1", 1, "account_id", "shop", "parent_account_id", "group"),
			made(t, fact.Accounts, "a2", 2, "account_id", "group", "parent_account_id", "world"),
			made(t, fact.Accounts, "a3", 3, "account_id", "world", "parent_account_id", "shop"), // a circle: cut above group
		}, 1))
		told := func(id string, hour int) string {
			tree, err := l.Tree(ctx, id, noon.Add(time.Duration(hour)*time.Hour))
			must(t, err)
			return fmt.Sprint(tree.Path(id), tree.Children(id), len(tree.Below(id)))
		}
		wantLines(t, []string{told("shop", 0), told("shop", 1), told("shop", 2), told("shop", 4), told("shop", 5)},
			"[shop] [] 1", "[group shop] [] 1", "[world group shop] [] 1", "[group shop] [world] 2", "[shop] [world] 3")
		wantLines(t, []string{told("group", 1)}, "[group] [shop] 2") // no fact of its own yet
		if _, err := l.Tree(ctx, "nobody", noon); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown account: %v", err)
		}
	})
}
