package lake

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// told loads what an account's life may hold, and gives the instant after it.
func told(t *testing.T, l *Lake) time.Time {
	t.Helper()
	day := func(n int) int { return 24 * n }
	days := func(n int) string { return noon.AddDate(0, 0, n).Format(time.RFC3339) }
	var facts []*fact.Fact
	add := func(k *fact.Kind, hour int, fields ...string) {
		facts = append(facts, made(t, k, fmt.Sprint(len(facts)), hour, fields...))
	}
	add(fact.Accounts, day(-400), "account_id", "acme", "name", "Acme", "plan", "team", "csm", "Ana", "seats", "5")
	add(fact.Accounts, day(-10), "account_id", "acme", "plan", "business", "stage", "adopted", "seats", "7")
	add(fact.Accounts, day(-300), "account_id", "acme", "plan", "starter", "country", "RO") // comes late, is older
	add(fact.Accounts, day(-5), "account_id", "peer", "plan", "business", "parent_account_id", "acme")
	add(fact.Accounts, day(-9), "account_id", "acme", "industry", "HVAC", "region", "West")
	add(fact.Accounts, day(-8), "account_id", "acme", "industry", "erased")
	facts[len(facts)-1].Set("industry", fact.Value{State: fact.Null})
	add(fact.Accounts, day(5), "account_id", "acme", "plan", "of tomorrow")
	add(fact.Fx, day(-20), "currency", "USD", "rate", "0.5")
	add(fact.Subscriptions, day(-380), "account_id", "acme", "subscription_id", "s1", "status", "trialing")
	add(fact.Subscriptions, day(-365), "account_id", "acme", "subscription_id", "s1", "status", "active", "amount", "120.00", "currency", "EUR", "interval", "year")
	add(fact.Subscriptions, day(-30), "account_id", "acme", "subscription_id", "s2", "status", "active", "amount", "10.00", "currency", "USD", "interval", "month")
	add(fact.Contracts, day(-40), "account_id", "peer", "contract_id", "c1", "start", days(-40), "end", days(20), "value", "600.00", "currency", "EUR", "status", "open")
	add(fact.Invoices, day(-40), "account_id", "acme", "invoice_id", "i1", "amount", "50.00", "currency", "EUR", "status", "open", "due_at", days(-10))
	add(fact.Invoices, day(-39), "account_id", "acme", "invoice_id", "i2", "amount", "70.00", "currency", "EUR", "status", "open", "due_at", days(-9))
	add(fact.Invoices, day(-8), "account_id", "acme", "invoice_id", "i2", "amount", "70.00", "currency", "EUR", "status", "paid", "due_at", days(-9))
	for _, who := range []string{"ann", "bob"} {
		add(fact.Memberships, day(-100), "account_id", "acme", "user_id", who, "role", "member")
		add(fact.Contacts, day(-100), "user_id", who, "account_id", "acme", "email", who+"@Acme.example", "name", strings.ToUpper(who[:1])+who[1:])
	}
	add(fact.Contacts, day(-90), "user_id", "ann", "title", "CEO")
	add(fact.Memberships, day(-20), "account_id", "acme", "user_id", "bob", "status", "left")
	add(fact.Links, day(-3), "action", "alias", "previous_id", "ann-old", "user_id", "ann")
	add(fact.Events, day(-50), "account_id", "acme", "user_id", "bob", "name", "look")
	add(fact.Events, day(-2), "account_id", "acme", "user_id", "ann", "name", "look")
	add(fact.Events, day(-2)+1, "account_id", "acme", "user_id", "ann-old", "name", "look")
	add(fact.Events, day(-1), "account_id", "acme", "user_id", "ann", "name", "share")
	add(fact.Events, day(-1), "account_id", "peer", "user_id", "pia", "name", "report")
	add(fact.Answers, day(-9), "account_id", "acme", "user_id", "bob", "kind", "nps", "score", "9")
	add(fact.Answers, day(-4), "account_id", "acme", "user_id", "ann", "kind", "nps", "score", "3", "text", "Nobody answers")
	add(fact.Tickets, day(-7), "account_id", "acme", "user_id", "ann", "ticket_id", "t1", "status", "open")
	add(fact.Tickets, day(-7), "account_id", "acme", "user_id", "ann", "ticket_id", "t2", "status", "open")
	add(fact.Tickets, day(-6), "account_id", "acme", "user_id", "ann", "ticket_id", "t2", "status", "solved")
	must(t, l.Load(ctx, facts, 1))
	return noon
}

func TestAnAccountStandsAsTheFactsSay(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		at := told(t, l)
		all, currency, err := l.Standings(ctx, at, "EUR", nil)
		must(t, err)
		if len(all) != 2 || currency != "EUR" {
			t.Fatalf("%d accounts in %s", len(all), currency)
		}
		score := 3
		want := &account.Standing{Number: 1, ID: "acme", Name: "Acme", Plan: "business", Stage: "adopted", CSM: "Ana", Country: "RO", Region: "West", Domain: "acme.example",
			MRR: account.Money{Minor: 1500, Currency: "EUR"}, Since: noon.AddDate(0, 0, -365), Contacts: 1, Active: 1,
			LastSeen: noon.AddDate(0, 0, -1), NPS: &score, NPSAt: noon.AddDate(0, 0, -4), Tickets: 1, Overdue: account.Money{Minor: 5000, Currency: "EUR"}}
		renewals := []time.Time{account.Term{Anchor: noon.AddDate(0, 0, -365), Interval: "year"}.Next(noon), account.Term{Anchor: noon.AddDate(0, 0, -30), Interval: "month"}.Next(noon)}
		want.Renewal = slices.MinFunc(renewals, time.Time.Compare)
		want.Fold()
		got := account.NewBook(at, currency, all).Get("acme")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		peer := account.NewBook(at, currency, all).Get("peer")
		if !peer.Renewal.Equal(noon.AddDate(0, 0, 20)) || !peer.MRR.Known() || peer.Parent != "acme" {
			t.Errorf("%+v", peer)
		}
		only, _, err := l.Standings(ctx, at, "EUR", []string{"acme", "none"})
		must(t, err)
		if len(only) != 1 || !reflect.DeepEqual(only[0], want) {
			t.Errorf("alone it stands otherwise: %+v", only[0])
		}
	})
}

func TestAProfileTellsWhatIsGoingOn(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		at := told(t, l)
		p, err := l.Profile(ctx, "acme", at, "EUR", nil)
		must(t, err)
		habits, err := l.Habits(ctx, at)
		must(t, err)
		p.Beside(habits)
		if !slices.Equal(p.Own, []account.OwnTrait{{Name: "seats", Value: "7"}}) {
			t.Errorf("own %v", p.Own)
		}
		if len(p.People) != 1 || p.People[0].Name != "Ann" || p.People[0].Title != "CEO" || p.People[0].Role != "member" || p.People[0].Days != 2 || !p.People[0].LastSeen.Equal(noon.AddDate(0, 0, -1)) {
			t.Errorf("people %+v", p.People)
		}
		want := []account.Feature{{Name: "report", Peers: 1, OfPeers: 1}, {Name: "look", Users: 1, Times: 2}, {Name: "share", Users: 1, Times: 1}}
		if p.Peers != 1 || !slices.Equal(p.Features, want) {
			t.Errorf("of %d peers: %v", p.Peers, p.Features)
		}
		if p.ActiveBefore != 1 || p.Weeks[profileWeeks-1] != 1 || len(p.Months) != profileMonths || p.Months[0].Worth.Minor != 1000 || p.Months[profileMonths-1].Worth.Minor != 1500 {
			t.Errorf("active before %d, weeks %v, months %v", p.ActiveBefore, p.Weeks, p.Months)
		}
		if len(p.Subscriptions) != 2 || len(p.Invoices) != 2 || p.Invoices[0].Text("invoice_id") != "i1" || len(p.Tickets) != 2 || p.Tickets[0].Text("ticket_id") != "t1" || len(p.Answers) != 2 {
			t.Errorf("%d subscriptions, %d invoices, %d tickets, %d answers", len(p.Subscriptions), len(p.Invoices), len(p.Tickets), len(p.Answers))
		}
		if p.Names["ann"] != "Ann" {
			t.Errorf("names %v", p.Names)
		}
		if _, err := l.Profile(ctx, "none", at, "", nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an account that no fact names: %v", err)
		}
	})
}

func TestATimelineComesInPagesThatMissNothing(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		at := told(t, l)
		read := func(ask account.TimelineAsk) []string {
			t.Helper()
			var all []string
			ask.Now = at
			for range 50 {
				page, err := l.Timeline(ctx, ask)
				must(t, err)
				for _, e := range page.Entries {
					all = append(all, e.Kind+" "+e.String())
				}
				if ask.Before = page.Next; ask.Before.At.IsZero() {
					return all
				}
			}
			t.Fatal("the timeline never ends")
			return nil
		}
		whole := read(account.TimelineAsk{Account: "acme", Limit: 100, Open: true})
		if len(whole) != 25 {
			t.Errorf("%d entries: %v", len(whole), whole)
		}
		for limit := 1; limit < 8; limit++ {
			if got := read(account.TimelineAsk{Account: "acme", Limit: limit, Open: true}); !slices.Equal(got, whole) {
				t.Errorf("in pages of %d it is\n%v, not\n%v", limit, got, whole)
			}
		}
		for name, c := range map[string]struct {
			ask  account.TimelineAsk
			want int
		}{
			"tickets": {account.TimelineAsk{Kinds: []string{"tickets"}}, 3}, "what ann did": {account.TimelineAsk{User: "ann"}, 9}, "a text": {account.TimelineAsk{Text: "nobody ANSWERS", Open: true}, 1},
			"a text that is masked": {account.TimelineAsk{Text: "nobody answers"}, 0}, "a thing done": {account.TimelineAsk{Text: "share"}, 1}, "use": {account.TimelineAsk{Kinds: []string{"use"}}, 3},
		} {
			c.ask.Account, c.ask.Limit = "acme", 50
			if got := read(c.ask); len(got) != c.want {
				t.Errorf("%s: %d, want %d: %v", name, len(got), c.want, got)
			}
		}
		use, err := l.Timeline(ctx, account.TimelineAsk{Account: "acme", Kinds: []string{"use"}, Limit: 5, Now: at})
		must(t, err)
		if u := use.Entries[1].Use; u.Times != 2 || !slices.Equal(u.Things, []account.Thing{{Name: "look", Times: 2}}) {
			t.Errorf("the day before yesterday: %+v", u)
		}
	})
}

func TestPeopleAreFoundAndShown(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		at := told(t, l)
		for name, c := range map[string]struct {
			ask  account.ContactAsk
			want string
		}{
			"all": {account.ContactAsk{Open: true}, "ann bob pia"}, "after": {account.ContactAsk{After: "ann"}, "bob pia"}, "of an account": {account.ContactAsk{Account: "acme"}, "ann"},
			"by address": {account.ContactAsk{Text: "BOB acme", Open: true}, "bob"}, "by a masked address": {account.ContactAsk{Text: "acme"}, ""},
		} {
			c.ask.Limit = 10
			people, err := l.Contacts(ctx, c.ask, at)
			must(t, err)
			var got []string
			for _, p := range people {
				got = append(got, p.User)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
		p, err := l.Contact(ctx, "ann-old", at, nil)
		must(t, err)
		if p.User != "ann" || p.Account != "acme" || p.AccountName != "Acme" || len(p.Accounts) != 1 || !p.Accounts[0].Until.IsZero() || len(p.Answers) != 1 || len(p.Tickets) != 2 || len(p.Features) != 2 {
			t.Errorf("%+v", p)
		}
		bob, err := l.Contact(ctx, "bob", at, nil)
		must(t, err)
		if len(bob.Accounts) != 1 || !bob.Accounts[0].Until.Equal(noon.AddDate(0, 0, -20)) || bob.Account != "" {
			t.Errorf("%+v", bob)
		}
		if _, err := l.Contact(ctx, "ann", at, []string{"peer"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody of another book: %v", err)
		}
		if mine, err := l.Contacts(ctx, account.ContactAsk{Within: []string{"acme"}, Limit: 9}, at); err != nil || len(mine) != 1 || mine[0].User != "ann" {
			t.Errorf("people of an own book: %v %v", mine, err)
		}
		if theirs, err := l.Timeline(ctx, account.TimelineAsk{User: "ann", Within: []string{"peer"}, Limit: 9, Now: at}); err != nil || len(theirs.Entries) != 0 {
			t.Errorf("of another book: %v %v", theirs, err)
		}
		// What bob did after he left belongs to no account, and so to nobody's own book.
		must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Answers, "after", -48, "user_id", "bob", "kind", "nps", "score", "2")}, 99))
		all, err := l.Timeline(ctx, account.TimelineAsk{User: "bob", Limit: 50, Now: at})
		must(t, err)
		held, err := l.Timeline(ctx, account.TimelineAsk{User: "bob", Within: []string{"acme"}, Limit: 50, Now: at})
		must(t, err)
		if len(held.Entries) == 0 || len(held.Entries) != len(all.Entries)-1 {
			t.Errorf("%d entries of bob, %d of them in the own book", len(all.Entries), len(held.Entries))
		}
		if _, err := l.Contact(ctx, "none", at, nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("whom no fact names: %v", err)
		}
	})
}

// Both with events that wait to be merged and without; what is dated ahead is not seen yet.
func TestPeopleWereSeenWhenTheyDidSomethingLast(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		at := told(t, l)
		seen := func() string {
			t.Helper()
			people, err := l.Contacts(ctx, account.ContactAsk{Limit: 9}, at)
			must(t, err)
			mine, err := l.Contacts(ctx, account.ContactAsk{Within: []string{"acme"}, Limit: 9}, at)
			must(t, err)
			profile, err := l.Profile(ctx, "acme", at, "EUR", nil)
			must(t, err)
			said := ""
			for _, p := range slices.Concat(people, mine, profile.People) {
				said += fmt.Sprintf("%s %s %d, ", p.User, p.LastSeen.Format("01-02 15:04"), p.Days)
			}
			return said
		}
		expect := func(when, want string) {
			t.Helper()
			if got := seen(); got != want {
				t.Errorf("%s: %s\nwant %s", when, got, want)
			}
		}
		before := "ann 02-28 12:00 2, bob 01-10 12:00 0, pia 02-28 12:00 1, ann 02-28 12:00 2, ann 02-28 12:00 2, "
		expect("as it came", before)
		must(t, l.Merge(ctx))
		expect("merged", before)
		ahead := []*fact.Fact{made(t, fact.Events, "ahead", 2, "account_id", "acme", "user_id", "ann", "name", "look"), made(t, fact.Events, "far ahead", 50, "account_id", "acme", "user_id", "bob", "name", "look")}
		must(t, l.Load(ctx, ahead, 50))
		expect("something lies ahead", before)
		must(t, l.Merge(ctx))
		expect("something lies ahead, merged", before)
		must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Events, "elsewhere", -1, "account_id", "peer", "user_id", "ann", "name", "look")}, 60))
		after := "ann 03-01 11:00 3, bob 01-10 12:00 0, pia 02-28 12:00 1, ann 02-28 12:00 2, ann 02-28 12:00 2, "
		expect("something was done elsewhere today", after)
		must(t, l.Merge(ctx))
		expect("something was done elsewhere today, merged", after)
	})
}

func TestEveryAccountOfTheCompanyStandsAloneAsAmongAll(t *testing.T) {
	l := open(t, Options{Path: t.TempDir() + "/lake.duckdb", Threads: 1})
	var facts []*fact.Fact
	must(t, demo.Generate(demo.Options{Seed: 7, Until: noon, Accounts: 40, Contacts: 300}, func(day []*fact.Fact) error {
		facts = append(facts, day...)
		return nil
	}))
	cursor := uint64(0)
	for part := range slices.Chunk(facts, 50_000) {
		cursor++
		must(t, l.Load(ctx, part, cursor))
	}
	all, currency, err := l.Standings(ctx, noon, "EUR", nil)
	must(t, err)
	book := account.NewBook(noon, currency, all)
	paying := 0
	for i, s := range all {
		if s.MRR.Minor > 0 {
			paying++
		}
		if i%8 == 0 {
			alone, _, err := l.Standings(ctx, noon, "EUR", []string{s.ID})
			must(t, err)
			if !reflect.DeepEqual(alone[0], book.Get(s.ID)) {
				t.Errorf("alone %+v\namong all %+v", alone[0], s)
			}
		}
	}
	if len(all) < 30 || paying < 10 {
		t.Errorf("%d of %d accounts pay", paying, len(all))
	}
}
