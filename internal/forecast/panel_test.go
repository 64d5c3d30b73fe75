package forecast_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/forecast"
)

// told is one fact as a sender would write it. The recount below works on these alone.
type told struct {
	kind          string
	at, received  time.Time
	account, user string
	f             map[string]string
	seq           int
}

func (o told) fact(t testing.TB) *fact.Fact {
	t.Helper()
	k, _ := fact.KindNamed(o.kind)
	b := fact.NewBuilder(k, "test", time.UTC)
	b.At(o.at)
	b.Set("id", fact.Cell{Kind: fact.TextCell, Text: fmt.Sprint(o.seq)})
	for name, v := range map[string]string{"account_id": o.account, "user_id": o.user} {
		if v != "" {
			b.Set(name, fact.Cell{Kind: fact.TextCell, Text: v})
		}
	}
	for name, v := range o.f {
		b.Set(name, fact.Cell{Kind: fact.TextCell, Text: v})
	}
	f, bad := b.Finish()
	if bad != nil {
		t.Fatalf("%+v: %v", o, bad)
	}
	f.Received = o.received.UnixMicro()
	return f
}

// The company lives from dawn to dusk and is looked at on the first of each month and at dusk.
var (
	dawn = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	dusk = time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC)
)

// random draws a company of which some facts are told weeks late. The first facts are a day old, so that none counts as brought along.
func random(t *rapid.T) []told {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	var all []told
	for _, kind := range []string{"subscriptions", "events", "tickets", "answers", "invoices", "interactions"} { // each kind begins before the time looked at
		f := map[string]map[string]string{
			"subscriptions": {"subscription_id": "x", "status": "active", "amount": "1", "currency": "EUR", "interval": "month"}, "events": {"name": "open"},
			"tickets": {"ticket_id": "x", "status": "closed"}, "answers": {"kind": "nps", "score": "5"},
			"invoices": {"invoice_id": "x", "status": "paid", "amount": "1", "currency": "EUR"}, "interactions": {"kind": "call"}}[kind]
		all = append(all, told{kind: kind, at: dawn.AddDate(0, -8, 0), received: dawn.AddDate(0, -8, 0), account: "first", user: "someone", f: f})
	}
	accounts, users := []string{"a1", "a2", "a3", "a4"}, []string{"u1", "u2", "u3"}
	for n := range rapid.IntRange(30, 150).Draw(t, "facts") {
		o := told{kind: pick("kind", "subscriptions", "subscriptions", "events", "events", "events", "events", "tickets", "answers", "invoices", "interactions"), account: pick("account", accounts...), f: map[string]string{}}
		o.at = dawn.Add(time.Duration(rapid.IntRange(-100*24, 169*24).Draw(t, "hour")) * time.Hour)
		late := rapid.SampledFrom([]int{0, 0, 0, 1, 30, 24 * 9, 24 * 40}).Draw(t, "late")
		o.received = o.at.Add(time.Duration(late)*time.Hour + time.Minute)
		switch o.kind {
		case "subscriptions":
			o.f = map[string]string{"subscription_id": o.account + pick("nth", "-1", "-2"), "status": pick("status", "active", "active", "active", "past_due", "canceled", "trialing", "paused"),
				"amount": fmt.Sprint(rapid.IntRange(1, 900).Draw(t, "amount")), "currency": "EUR", "interval": "month", "quantity": fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "quantity"))}
		case "events":
			o.user, o.f = pick("user", users...), map[string]string{"name": pick("name", "open", "plan", "send")}
		case "tickets":
			o.f = map[string]string{"ticket_id": o.account + pick("nth", "-1", "-2", "-3"), "status": pick("status", "open", "solved", "reopened"), "priority": pick("priority", "low", "high")}
		case "answers":
			o.user, o.f = pick("user", users...), map[string]string{"kind": pick("question", "nps", "csat"), "score": fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "score"))}
		case "invoices":
			o.f = map[string]string{"invoice_id": o.account + pick("nth", "-1", "-2"), "status": pick("status", "open", "paid", "disputed"), "amount": "5", "currency": "EUR", "due_at": o.at.AddDate(0, 0, rapid.IntRange(-20, 20).Draw(t, "due")).Format(time.RFC3339)}
		case "interactions":
			o.f = map[string]string{"kind": pick("touch", "call", "note", "meeting")}
		}
		o.seq = n
		all = append(all, o)
	}
	slices.SortStableFunc(all, func(a, b told) int { return a.received.Compare(b.received) })
	for i := range all {
		all[i].seq = i + 1
	}
	return all
}

// recount says in plain loops what was known of an account just before an instant.
type recount struct {
	all     []told
	account string
	end     time.Time
}

// known are the facts of a kind that had happened and were known, in the order in which they happened.
func (c recount) known(kind string) (found []told) {
	for _, o := range c.all {
		if o.kind == kind && o.account == c.account && o.at.Before(c.end) && o.received.Before(c.end) {
			found = append(found, o)
		}
	}
	slices.SortStableFunc(found, func(a, b told) int { return a.at.Compare(b.at) })
	return found
}

// last are the last states of subjects.
func (c recount) last(kind, subject string, until time.Time) map[string]told {
	states := map[string]told{}
	for _, o := range c.known(kind) {
		if o.at.Before(until) {
			states[o.f[subject]] = o
		}
	}
	return states
}

func (c recount) pays(until time.Time) (monthly float64) {
	for _, s := range c.last("subscriptions", "subscription_id", until) {
		if s.f["status"] == "active" || s.f["status"] == "past_due" {
			var amount, quantity float64
			fmt.Sscan(s.f["amount"], &amount)
			fmt.Sscan(s.f["quantity"], &quantity)
			monthly += amount * quantity
		}
	}
	return monthly
}

func (c recount) ago(o told) int {
	return int(c.end.Sub(o.at.Truncate(24*time.Hour)).Hours()) / 24
}

// features are the numbers by name; what is left out is not compared.
func (c recount) features() map[string]float64 {
	n := map[string]float64{"mrr": c.pays(c.end), "last_use": 90}
	if before := c.pays(c.end.AddDate(0, 0, -90)); before > 0 {
		n["mrr_change"] = (n["mrr"] - before) / before
	}
	days, people, names, earlier := map[string]bool{}, map[string]bool{}, map[string]bool{}, 0.0
	n["events"] = 0
	for _, o := range c.known("events") {
		ago := c.ago(o)
		if ago <= 90 {
			n["last_use"] = math.Min(n["last_use"], float64(ago))
		}
		switch {
		case ago <= 30:
			days[o.user+o.at.Format(time.DateOnly)], people[o.user], names[o.f["name"]] = true, true, true
			n["events"]++
		case ago <= 60:
			earlier++
		}
	}
	n["active"], n["used"], n["things"], n["events_change"] = float64(len(people)), float64(len(days)), float64(len(names)), (n["events"]-earlier)/(earlier+1)
	n["tickets_open"], n["tickets_urgent"], n["overdue"], n["touches"], n["answers"] = 0, 0, 0, 0, 0
	for _, o := range c.last("tickets", "ticket_id", c.end) {
		if o.f["status"] != "solved" {
			n["tickets_open"]++
			if o.f["priority"] == "high" {
				n["tickets_urgent"]++
			}
		}
	}
	for _, o := range c.last("invoices", "invoice_id", c.end) {
		due, _ := time.Parse(time.RFC3339, o.f["due_at"])
		if o.f["status"] != "paid" && due.Before(c.end) {
			n["overdue"]++
		}
	}
	for _, o := range c.known("answers") {
		if !o.at.Before(c.end.AddDate(0, 0, -90)) {
			n["answers"]++
		}
		if o.f["kind"] == "nps" {
			var score float64
			fmt.Sscan(o.f["score"], &score)
			n["nps"] = score
		}
	}
	for _, o := range c.known("interactions") {
		if o.f["kind"] != "note" && !o.at.Before(c.end.AddDate(0, 0, -90)) {
			n["touches"]++
		}
	}
	return n
}

func TestThePanelIsAPlainRecountOfWhatWasKnownThen(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			draws := 0
			rapid.Check(t, func(rt *rapid.T) {
				if draws++; draws > 6 { // each opens a lake
					return
				}
				all := random(rt)
				l := opened(t, engine)
				var facts []*fact.Fact
				for _, o := range all {
					facts = append(facts, o.fact(t))
				}
				load(t, l, facts)
				r := reading(t, l, dusk)
				p, err := r.Panel(context.Background(), forecast.Months(dusk, time.UTC, 5), forecast.Sample{})
				if err != nil {
					rt.Fatal(err)
				}
				ids, err := r.IDs(context.Background(), nil)
				if err != nil {
					rt.Fatal(err)
				}
				if len(p.Rows) == 0 && len(p.Ends) != 6 {
					rt.Fatalf("%v", p.Ends)
				}
				for i := range p.Rows {
					row := &p.Rows[i]
					c := recount{all, ids[row.Account], p.Ends[row.Point]}
					if c.account == "first" {
						continue
					}
					for name, want := range c.features() {
						if got := row.Number(name); !(math.Abs(got-want) < 1e-6) {
							rt.Fatalf("%s of %s on %s: %v, by recount %v", name, c.account, c.end.Format(time.DateOnly), got, want)
						}
					}
				}
			})
		})
	}
}

// What is told later, whatever it says and whenever it says it happened, must not change what was known then.
func TestFactsThatArriveLaterChangeNothingOfThePast(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			l := opened(t, engine)
			var facts []*fact.Fact
			seq := 0
			add := func(kind, account, user string, at, received time.Time, pairs ...string) {
				f := map[string]string{}
				for i := 0; i < len(pairs); i += 2 {
					f[pairs[i]] = pairs[i+1]
				}
				seq++
				facts = append(facts, told{kind, at, received, account, user, f, seq}.fact(t))
			}
			for m := range 9 {
				for _, a := range []string{"one", "two"} {
					at := dawn.AddDate(0, m-4, 3)
					if m == 0 {
						add("contracts", "three", "", at, at, "contract_id", "three", "start", at.Format(time.RFC3339), "end", at.AddDate(0, 1, 0).Format(time.RFC3339), "value", "9", "currency", "EUR", "status", "open")
						add("subscriptions", a, "", at, at, "subscription_id", a, "status", "active", "amount", "100", "currency", "EUR", "interval", "year")
						add("accounts", a, "", at, at, "plan", "team")
						add("memberships", a, "ana", at, at)
						add("invoices", a, "", at, at, "invoice_id", a+"0", "status", "open", "amount", "5", "currency", "EUR", "due_at", at.AddDate(0, 1, 0).Format(time.RFC3339))
					}
					add("events", a, "ana", at, at, "name", "open")
					add("tickets", a, "", at, at, "ticket_id", fmt.Sprint(a, m), "status", "open", "priority", "low")
					add("answers", a, "ana", at, at, "kind", "nps", "score", "9")
					add("interactions", a, "", at, at, "kind", "call")
				}
			}
			load(t, l, facts)
			r := reading(t, l, dusk)
			ends := forecast.Months(dusk, time.UTC, 6)[:5] // up to the first of May
			read := func() *forecast.Panel {
				p, err := r.Panel(context.Background(), ends, forecast.Sample{})
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			before := read()
			if len(before.Rows) != 10 {
				t.Fatalf("%d rows", len(before.Rows))
			}
			facts = nil
			late := ends[4].Add(time.Hour) // told an hour after the last look, about the time before it
			for _, at := range []time.Time{dawn.AddDate(0, -5, 0), dawn.AddDate(0, 1, 5), ends[4].Add(-time.Minute)} {
				add("subscriptions", "one", "", at, late, "subscription_id", "one", "status", "active", "amount", "7", "currency", "EUR", "interval", "month", "quantity", "40")
				add("contracts", "two", "", at, late, "contract_id", "two", "start", at.Format(time.RFC3339), "end", dusk.Format(time.RFC3339), "value", "90", "currency", "EUR", "status", "lost")
				add("accounts", "one", "", at, late, "plan", "enterprise", "country", "RO")
				add("events", "one", "bob", at, late, "name", "leave")
				add("tickets", "one", "", at, late, "ticket_id", "one2", "status", "reopened", "priority", "high")
				add("answers", "two", "ana", at, late, "kind", "nps", "score", "0")
				add("invoices", "two", "", at, late, "invoice_id", "two9", "status", "open", "amount", "5", "currency", "EUR", "due_at", at.Format(time.RFC3339))
				add("interactions", "two", "", at, late, "kind", "meeting")
				add("memberships", "one", "cleo", at, late, "status", "left")
			}
			load(t, l, facts)
			after := read()
			if a, b := shown(before), shown(after); a != b {
				t.Errorf("before:\n%s\nafter:\n%s", a, b)
			}
			if p, err := r.Panel(context.Background(), []time.Time{dusk}, forecast.Sample{}); err != nil || len(p.Rows) != 1 || p.Rows[0].Number("mrr") != 280 || len(p.Leaving) != 1 {
				t.Errorf("once told they don't count: %v %s %v", err, shown(p), p.Leaving)
			}
		})
	}
}

// shown are the rows of a panel without what came of them.
func shown(p *forecast.Panel) string {
	var b strings.Builder
	for _, r := range p.Rows {
		fmt.Fprintln(&b, r.Point, r.Account, r.Numbers, r.Labels)
	}
	return b.String()
}
