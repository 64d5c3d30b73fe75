package lake

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

func TestSignsAreWhatTheFactsSay(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		day := func(n int) int { return 24 * n }
		var facts []*fact.Fact
		add := func(k *fact.Kind, hour int, fields ...string) {
			facts = append(facts, made(t, k, fmt.Sprint(len(facts)), hour, fields...))
		}
		add(fact.Contacts, day(-200), "user_id", "ann", "account_id", "acme", "name", "Ann")
		// Ann came every other day until four weeks ago, at times under another id, Bob comes once a week.
		add(fact.Links, day(-100), "action", "alias", "previous_id", "ann-old", "user_id", "ann")
		for n := 28; n <= 70; n += 2 {
			add(fact.Events, day(-n), "account_id", "acme", "user_id", "ann", "name", "look")
			add(fact.Events, day(-n)+1, "account_id", "acme", "user_id", "ann-old", "name", "look")
		}
		for n := 7; n <= 70; n += 7 {
			add(fact.Events, day(-n), "account_id", "acme", "user_id", "bob", "name", "look")
		}
		add(fact.Events, 0, "account_id", "acme", "user_id", "bob", "name", "today is not over")
		due := func(n int) string { return noon.AddDate(0, 0, n).Format(time.RFC3339) }
		add(fact.Invoices, day(-40), "account_id", "acme", "invoice_id", "i1", "amount", "50.00", "currency", "EUR", "status", "open", "due_at", due(-10))
		add(fact.Invoices, day(-60), "account_id", "acme", "invoice_id", "i2", "amount", "50.00", "currency", "EUR", "status", "open", "due_at", due(-30))
		add(fact.Invoices, day(-5), "account_id", "acme", "invoice_id", "i2", "amount", "50.00", "currency", "EUR", "status", "paid", "due_at", due(-30))
		add(fact.Invoices, day(-5), "account_id", "calm", "invoice_id", "i3", "amount", "50.00", "currency", "EUR", "status", "open", "due_at", due(5))
		// Unhappy and left alone, unhappy and called, unhappy long ago, happy.
		add(fact.Answers, day(-4), "account_id", "acme", "user_id", "ann", "kind", "csat", "score", "2")
		add(fact.Interactions, day(-5), "account_id", "acme", "kind", "call")
		add(fact.Interactions, day(-3), "account_id", "acme", "kind", "email", "direction", "inbound")
		add(fact.Answers, day(-4), "account_id", "called", "user_id", "cal", "kind", "nps", "score", "6")
		add(fact.Interactions, day(-3), "account_id", "called", "kind", "call")
		add(fact.Answers, day(-4), "account_id", "written", "user_id", "wil", "kind", "nps", "score", "0")
		add(fact.Tickets, day(-4), "account_id", "written", "ticket_id", "t1", "status", "open")
		add(fact.Messages, day(-3), "ticket_id", "t1", "author", "agent")
		add(fact.Answers, day(-31), "account_id", "long-ago", "user_id", "lou", "kind", "nps", "score", "1")
		add(fact.Answers, day(-4), "account_id", "happy", "user_id", "hal", "kind", "nps", "score", "9")
		add(fact.Subscriptions, day(-90), "account_id", "monthly", "subscription_id", "m", "status", "active", "amount", "10.00", "currency", "EUR", "interval", "month")
		add(fact.Subscriptions, day(-90), "account_id", "yearly", "subscription_id", "y", "status", "active", "amount", "10.00", "currency", "EUR", "interval", "year")
		must(t, l.Load(ctx, facts, 1))
		signs, err := l.Signs(ctx, noon)
		must(t, err)
		numbers := map[string]account.Account{}
		all, _, err := l.Standings(ctx, noon, "", nil)
		must(t, err)
		for _, s := range all {
			numbers[s.ID] = s.Number
		}
		// Ann's 22 days and the 8 of Bob's that are older than two weeks, of 56; Bob's two since.
		want := &account.Signs{Recent: 2, Usual: 30.0 / 4, Due: noon.AddDate(0, 0, -10),
			Quiet:   &account.Quiet{User: "ann", Name: "Ann", Last: midnightOf(noon.AddDate(0, 0, -28))},
			Unhappy: &account.Unhappy{Kind: "csat", Score: 2, At: noon.AddDate(0, 0, -4)}}
		got := signs[numbers["acme"]]
		if got == nil || got.Quiet == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v %+v %+v\nwant %+v %+v", got, got.Quiet, got.Unhappy, want, want.Quiet)
		}
		if g := signs[numbers["monthly"]]; g == nil || !g.Rolls {
			t.Errorf("a month is no term to renew: %+v", g)
		}
		for _, id := range []string{"calm", "called", "written", "long-ago", "happy", "yearly"} {
			if g := signs[numbers[id]]; g != nil && (g.Unhappy != nil || !g.Due.IsZero() || g.Rolls || g.Quiet != nil) {
				t.Errorf("%s: %+v", id, g)
			}
		}
	})
}

func midnightOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
