package lake

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// drawFact makes one fact about few people, so that links, memberships and events meet.
func drawFact(t *rapid.T, tb testing.TB, i, hour int) *fact.Fact {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	users, visitors, accounts := []string{"ann", "bob", "cid"}, []string{"v1", "v2", "v3"}, []string{"acme", "brix"}
	id := fmt.Sprint("f", i)
	var fields []string
	give := func(name, value string) {
		if value != "" {
			fields = append(fields, name, value)
		}
	}
	switch pick("kind", "events", "events", "events", "orders", "links", "links", "memberships", "memberships") {
	case "events":
		give("user_id", pick("user", append(users, "")...))
		give("anonymous_id", pick("visitor", append(visitors, "")...))
		give("account_id", pick("account", append(accounts, "", "", "")...))
		give("name", pick("name", "open", "save"))
		return made(tb, fact.Events, id, hour, fields...)
	case "orders":
		give("user_id", pick("user", users...))
		return made(tb, fact.Orders, id, hour, append(fields, "amount", "1", "currency", "EUR")...)
	case "memberships":
		give("user_id", pick("user", users...))
		give("account_id", pick("account", accounts...))
		give("status", pick("status", "joined", "joined", "left"))
		give("role", pick("role", "", "", "admin", "reader"))
		return made(tb, fact.Memberships, id, hour, fields...)
	}
	action := pick("action", "identify", "identify", "alias", "undo")
	give("action", action)
	switch action {
	case "identify":
		give("anonymous_id", pick("visitor", visitors...))
		give("user_id", pick("user", users...))
	case "alias":
		give("previous_id", pick("previous", append(users, visitors...)...))
		give("user_id", pick("user", users...))
	case "undo":
		give("previous_id", pick("previous", append(users, visitors...)...))
		give("anonymous_id", pick("visitor", visitors...))
		give("user_id", pick("user", append(users, "")...))
	}
	return made(tb, fact.Links, id, hour, fields...)
}

// recount is what the lake should say, counted in Go from facts in the order of their seq.
type recount struct {
	keys keys
	who  *account.Directory
	all  []*fact.Fact
}

func recountOf(facts []*fact.Fact) recount {
	l := &Lake{memory: memory{nextSeq: 1, keys: newKeys()}}
	b := l.number(facts)
	r := recount{keys: l.keys, who: account.NewDirectory(), all: facts}
	r.who.Apply(b.links, b.memberships)
	return r
}

// actor is the name and number of who a fact is about.
func (r recount) actor(f *fact.Fact) (string, int32) {
	if f.User != "" {
		return "user " + f.User, r.keys.users[f.User]
	}
	if v := f.Text("anonymous_id"); v != "" {
		return "visitor " + v, r.keys.visitors[v]
	}
	return "nobody", 0
}

func (r recount) account(f *fact.Fact) string {
	if f.Account != "" {
		return f.Account
	}
	_, actor := r.actor(f)
	for name, n := range r.keys.accounts.numbers {
		if actor != 0 && n == r.who.AccountAt(actor, f.At) {
			return name
		}
	}
	return "unknown"
}

func (r recount) tables(zone *time.Location) map[string][]string {
	t := map[string][]string{}
	days, bits, counts, last := map[string]bool{}, map[string]int{}, map[string]int{}, map[string]time.Time{}
	for _, f := range r.all {
		actor, _ := r.actor(f)
		belongs, day := r.account(f), f.Time().In(zone).Format(time.DateOnly)
		switch f.Kind {
		case fact.Orders:
			t["orders"] = append(t["orders"], fmt.Sprint(belongs, "|", actor, "|", day))
		case fact.Events:
			name := f.Text("name")
			t["events"] = append(t["events"], fmt.Sprint(belongs, "|", actor, "|", day, "|", name))
			counts[fmt.Sprint(day, "|", belongs, "|", name)]++
			if actor == "nobody" {
				continue
			}
			days[fmt.Sprint(day, "|", belongs, "|", actor)] = true
			if key := fmt.Sprint(belongs, "|", actor); f.Time().After(last[key]) {
				last[key] = f.Time()
			}
			weekday := (int(f.Time().In(zone).Weekday()) + 6) % 7
			monday := f.Time().In(zone).AddDate(0, 0, -weekday).Format(time.DateOnly)
			key := fmt.Sprint(monday, "|", belongs, "|", actor, "|", name)
			counts["user "+key]++
			bits[key] |= 1 << weekday
		}
	}
	for line := range days {
		t["user_day"] = append(t["user_day"], line)
	}
	for key, at := range last {
		t["user_last"] = append(t["user_last"], key+"|"+sqlTime(at))
	}
	for key, n := range counts {
		if key, ok := strings.CutPrefix(key, "user "); ok {
			t["user_event_week"] = append(t["user_event_week"], fmt.Sprint(key, "|", bits[key], "|", n))
		} else {
			t["account_day_event"] = append(t["account_day_event"], fmt.Sprint(key, "|", n))
		}
	}
	names := r.names()
	r.who.Persons(func(a, p account.Actor) {
		if a != p {
			t["persons"] = append(t["persons"], names[a]+"|"+names[p])
		}
	})
	return sorted(t)
}

func (r recount) names() map[int32]string {
	names := map[int32]string{}
	for n, a := range r.keys.users {
		names[a] = "user " + n
	}
	for n, a := range r.keys.visitors {
		names[a] = "visitor " + n
	}
	return names
}

func sorted(t map[string][]string) map[string][]string {
	for _, l := range t {
		sort.Strings(l)
	}
	return t
}

const (
	actorName   = `coalesce('user ' || k.user_id, 'visitor ' || k.anonymous_id, 'nobody')`
	accountName = `coalesce(a.account_id, 'unknown')`
	named       = ` left join account_keys a on a.account = f.account left join actor_keys k on k.actor = f.actor`
)

// tablesOf reads what the lake says in the words of recount.tables.
func tablesOf(t testing.TB, v *View) map[string][]string {
	day := func(c string) string { return "cast(" + c + " as varchar)" }
	reading := map[string]string{}
	for i := range rollups {
		reading[rollups[i].name] = "(" + rollups[i].reading(v.Rollup(rollups[i].name)) + ") f"
	}
	got := map[string][]string{
		"orders":    lines(t, v, "select "+accountName+", "+actorName+", "+day("f.day")+" from fact_orders f"+named),
		"events":    lines(t, v, "select "+accountName+", "+actorName+", "+day("f.day")+", f.name from fact_events f"+named),
		"user_day":  lines(t, v, "select "+day("f.day")+", "+accountName+", "+actorName+" from "+reading["user_day"]+named),
		"user_last": lines(t, v, "select "+accountName+", "+actorName+", "+day("f.last_ts")+" from "+reading["user_last"]+named),
		"user_event_week": lines(t, v, "select "+day("f.week")+", "+accountName+", "+actorName+", f.name, f.days, f.n from "+
			reading["user_event_week"]+named),
		"account_day_event": lines(t, v, "select "+day("f.day")+", "+accountName+", f.name, f.n from "+reading["account_day_event"]+
			" left join account_keys a on a.account = f.account"),
		"persons": personsOf(t, v),
	}
	for name, l := range got {
		if len(l) == 0 {
			delete(got, name)
		}
	}
	return sorted(got)
}

func personsOf(t testing.TB, v *View) []string {
	return lines(t, v, "select "+actorName+", coalesce('user ' || o.user_id, 'visitor ' || o.anonymous_id) from "+v.Persons()+
		" p left join actor_keys k on k.actor = p.actor left join actor_keys o on o.actor = p.person")
}

// wipe makes a lake as good as new; making a new one takes longer.
func wipe(t testing.TB, l *Lake) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	must(t, err)
	for _, name := range tableNames()[1:] {
		must(t, exec(ctx, w, "delete from "+name))
	}
	must(t, l.saveMeta(ctx, w, map[string]string{"cursor": "0", "next_seq": "1", "mark": "0"}))
	must(t, l.remember(ctx, w))
	l.attempted = 0
}

func TestAnyDeliveryOfTheSameFactsGivesWhatTheyAddUpTo(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	must(t, err)
	onEngines(t, func(t *testing.T, o Options) {
		o.Zone = zone
		l := open(t, o)
		defer func(was int) { mergeBeside = was }(mergeBeside)
		rapid.Check(t, func(r *rapid.T) {
			wipe(t, l)
			n := rapid.IntRange(1, 25).Draw(r, "facts")
			hours := rapid.Permutation(hoursUpTo(n)).Draw(r, "hours")
			var facts []*fact.Fact
			for i := range n {
				f := drawFact(r, t, i, hours[i])
				f.Received = noon.Add(time.Duration(i) * time.Second).UnixMicro()
				facts = append(facts, f)
			}
			merged, merges := make(chan error), 0
			for from, cursor := 0, uint64(0); from < n; {
				till := rapid.IntRange(from+1, n).Draw(r, "till")
				cursor += 10
				switch rapid.SampledFrom([]string{"", "", "again", "restart", "cut off", "merge", "merge", "merge meanwhile", "merge meanwhile"}).Draw(r, "then") {
				case "restart":
					must(t, l.Close())
					l = open(t, o)
				case "cut off":
					over, cancel := context.WithCancel(ctx)
					cancel()
					if l.Load(over, facts[from:till], cursor) == nil {
						t.Fatal("a load that was cut off succeeded")
					}
				case "merge":
					mergeBeside = rapid.SampledFrom([]int{1, 100}).Draw(r, "beside from")
					must(t, l.Merge(ctx))
				case "merge meanwhile":
					mergeBeside = 1
					go func() { merged <- l.Merge(ctx) }()
					merges++
					time.Sleep(time.Duration(rapid.IntRange(0, 8).Draw(r, "ms")) * time.Millisecond)
				case "again":
					must(t, l.Load(ctx, facts[from:till], cursor))
				}
				must(t, l.Load(ctx, facts[from:till], cursor))
				from = till
				for ; merges > 0; merges-- {
					must(t, <-merged)
				}
			}
			truth := recountOf(facts)
			v, err := l.View(ctx, nil)
			must(t, err)
			got, want := tablesOf(t, v), truth.tables(zone)
			must(t, v.Close())
			for name := range want {
				if !slices.Equal(got[name], want[name]) {
					r.Fatalf("%s:\ngot  %q\nwant %q", name, got[name], want[name])
				}
			}
			if len(got) != len(want) {
				r.Fatalf("got %q, want %q", got, want)
			}
			cut := rapid.IntRange(0, n-1).Draw(r, "as of")
			wantPersons := recountOf(facts[:cut+1]).tables(zone)["persons"]
			asOf := noon.Add(time.Duration(cut) * time.Second)
			v, err = l.View(ctx, &asOf)
			must(t, err)
			gotPersons := sorted(map[string][]string{"": personsOf(t, v)})[""]
			must(t, v.Close())
			if !slices.Equal(gotPersons, wantPersons) {
				r.Fatalf("persons as of fact %d:\ngot  %q\nwant %q", cut, gotPersons, wantPersons)
			}
			if rapid.IntRange(0, 4).Draw(r, "check") > 0 {
				return
			}
			problems, err := l.Check(ctx, nil)
			must(t, err)
			if len(problems) > 0 {
				r.Fatalf("check finds %v", problems)
			}
		})
	})
}

func hoursUpTo(n int) []int {
	hours := make([]int, n)
	for i := range hours {
		hours[i] = 5 * i
	}
	return hours
}
