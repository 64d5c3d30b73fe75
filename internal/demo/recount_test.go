package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

var until = time.Date(2026, 6, 15, 14, 20, 0, 0, time.UTC)

// recount is what the tests found in the facts of the whole company, reading only facts.
type recount struct {
	kinds    map[string]int
	received []int64
	accounts map[string]*customer
	// by subject: subscriptions, tickets, invoices, contracts, in the order of their instants
	subscriptions, tickets, invoices, contracts map[string][]*fact.Fact
	invited                                     map[fact.ID]int64
	answers, modules                            []*fact.Fact
	joined                                      map[string]bool
	contacts                                    []string
	errors                                      map[int]int // error events by day
	opened                                      map[int]int // tickets by day
	csat                                        map[int][]float64
	rates                                       map[string]int
	bad                                         []string
}

type customer struct {
	days     map[int]int // product events by day
	last     int64       // the last product event
	nps      []*fact.Fact
	subs     []*fact.Fact
	events   map[string]int
	meetings map[string]int
	traits   int
	friends  map[string]bool // active people
}

func dayOf(at int64) int { return int(at / 86_400_000_000) }

// whole is the company the tests share.
var whole = sync.OnceValue(func() *recount { return count(Options{Seed: 1, Until: until}) })

func count(o Options) *recount {
	r := &recount{kinds: map[string]int{}, accounts: map[string]*customer{}, subscriptions: map[string][]*fact.Fact{}, tickets: map[string][]*fact.Fact{},
		invoices: map[string][]*fact.Fact{}, contracts: map[string][]*fact.Fact{}, invited: map[fact.ID]int64{}, joined: map[string]bool{},
		errors: map[int]int{}, opened: map[int]int{}, csat: map[int][]float64{}, rates: map[string]int{}}
	seen := map[fact.ID]bool{}
	err := Generate(o, func(facts []*fact.Fact) error {
		r.received = append(r.received, facts[0].Received)
		for _, f := range facts {
			switch {
			case f.Received != facts[0].Received:
				r.bad = append(r.bad, "a batch has two instants of receipt")
			case f.At > f.Received:
				r.bad = append(r.bad, f.Kind.Name+" was received before it happened")
			case f.Received > until.UnixMicro():
				r.bad = append(r.bad, f.Kind.Name+" lies after the end")
			case seen[f.ID]:
				r.bad = append(r.bad, f.Kind.Name+" has an id twice")
			case f.Source != Source:
				r.bad = append(r.bad, f.Kind.Name+" comes from "+f.Source)
			}
			seen[f.ID] = true
			r.take(f)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	for _, states := range []map[string][]*fact.Fact{r.subscriptions, r.tickets, r.invoices, r.contracts} {
		for _, list := range states {
			slices.SortStableFunc(list, func(a, b *fact.Fact) int { return int(a.At/1000 - b.At/1000) })
		}
	}
	for _, c := range r.accounts {
		slices.SortStableFunc(c.subs, func(a, b *fact.Fact) int { return int(a.At/1_000_000 - b.At/1_000_000) })
	}
	return r
}

func (r *recount) take(f *fact.Fact) {
	r.kinds[f.Kind.Name]++
	c := r.accounts[f.Account]
	if c == nil && f.Account != "" {
		c = &customer{days: map[int]int{}, events: map[string]int{}, meetings: map[string]int{}, friends: map[string]bool{}}
		r.accounts[f.Account] = c
	}
	switch f.Kind {
	case fact.Accounts:
		c.traits++
	case fact.Contacts:
		if f.Text("name") != "" {
			r.contacts = append(r.contacts, f.User)
		}
	case fact.Memberships:
		r.joined[f.User] = true
	case fact.Events:
		c.days[dayOf(f.At)]++
		c.last = max(c.last, f.At)
		c.events[f.Text("name")]++
		c.friends[f.User] = true
		if f.Text("name") == "Error Shown" {
			r.errors[dayOf(f.At)]++
		}
	case fact.Subscriptions:
		if f.Text("product_line") == stockLine { // beside the product itself, with bills of its own
			r.modules = append(r.modules, f)
			return
		}
		c.subs = append(c.subs, f)
		r.subscriptions[f.Text("subscription_id")] = append(r.subscriptions[f.Text("subscription_id")], f)
	case fact.Tickets:
		r.tickets[f.Text("ticket_id")] = append(r.tickets[f.Text("ticket_id")], f)
		if f.Text("status") == "open" {
			r.opened[dayOf(f.At)]++
		}
	case fact.Invoices:
		if strings.Contains(f.Text("invoice_id"), "-stock-") {
			return
		}
		r.invoices[f.Text("invoice_id")] = append(r.invoices[f.Text("invoice_id")], f)
	case fact.Contracts:
		r.contracts[f.Text("contract_id")] = append(r.contracts[f.Text("contract_id")], f)
	case fact.Invitations:
		r.invited[f.ID] = f.At
	case fact.Answers:
		r.answers = append(r.answers, f)
		if f.Text("kind") == "nps" {
			c.nps = append(c.nps, f)
		}
		if f.Text("kind") == "csat" {
			r.csat[dayOf(f.At)] = append(r.csat[dayOf(f.At)], f.Get("score").Num)
		}
	case fact.Interactions:
		c.meetings[f.Text("subject")+": "+f.Text("outcome")]++
		c.meetings[f.Text("subject")]++
	case fact.Fx:
		r.rates[f.Text("currency")]++
	}
}

// sum writes every batch as a record of the log and hashes them all.
func sum(t *testing.T, o Options) string {
	t.Helper()
	h := sha256.New()
	var record []byte
	err := Generate(o, func(facts []*fact.Fact) error {
		record = fact.AppendRecord(record[:0], facts[0].Received, Source, facts)
		h.Write(record)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
