package demo

import (
	"slices"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
)

const day = int64(86_400_000_000)

func TestSubscriptionsOfAnAccountFollowEachOther(t *testing.T) {
	r := whole()
	for id, c := range r.accounts {
		current, over := "", true
		for _, f := range c.subs {
			switch sub := f.Text("subscription_id"); {
			case sub != current && !over:
				t.Errorf("%s begins %s while %s runs", id, sub, current)
			case sub == current && over:
				t.Errorf("%s: %s goes on after it was canceled", id, sub)
			default:
				current, over = sub, f.Text("status") == "canceled"
			}
		}
	}
	for id, states := range r.subscriptions {
		for i := 1; i < len(states); i++ {
			if states[i].At == states[i-1].At {
				t.Errorf("%s has two states at one instant", id)
			}
		}
	}
}

func TestTheModuleBoughtBesideEndsWithTheSubscription(t *testing.T) {
	r := whole()
	ended := 0
	for _, f := range r.modules {
		if f.Text("status") != "canceled" {
			continue
		}
		ended++
		same := slices.ContainsFunc(r.accounts[f.Account].subs, func(s *fact.Fact) bool {
			return s.Text("status") == "canceled" && dayOf(s.At) == dayOf(f.At) && s.Text("cancel_reason") == f.Text("cancel_reason")
		})
		if !same {
			t.Errorf("%s ends on a day of its own", f.Text("subscription_id"))
		}
	}
	if len(r.modules) < 10 || ended == 0 {
		t.Errorf("%d states of modules, %d ends", len(r.modules), ended)
	}
}

func TestNobodyUsesTheProductAfterTheAccountLeft(t *testing.T) {
	for id, c := range whole().accounts {
		if n := len(c.subs); n > 0 && c.subs[n-1].Text("status") == "canceled" && c.last > c.subs[n-1].At+3*day {
			t.Errorf("%s was used after its end", id)
		}
	}
}

func TestAnswersFollowTheirInvitations(t *testing.T) {
	r := whole()
	orphans := 0
	for _, f := range r.answers {
		at, ok := r.invited[fact.IDFor(fact.Invitations, Source, f.Text("invitation_id"))]
		if !ok {
			orphans++ // the invitation came days late and is still under way at the end
		} else if at >= f.At {
			t.Errorf("an answer of %s came before it was asked for", f.Time())
		}
	}
	if orphans > 5 {
		t.Errorf("%d answers have no invitation", orphans)
	}
}

func TestTicketsAreAnsweredAndSolvedInOrder(t *testing.T) {
	follows := map[string][]string{
		"open": {"pending", "solved"}, "pending": {"solved"}, "solved": {"closed", "reopened"}, "reopened": {"solved"},
	}
	wrong := 0
	for id, states := range whole().tickets {
		for i, f := range states {
			opened, first, solved := f.Get("opened_at").Int, f.Get("first_response_at"), f.Get("solved_at")
			if first.State == fact.Present && first.Int < opened || solved.State == fact.Present && solved.Int < first.Int || f.At/1e6*1e6 < opened {
				t.Errorf("%s has its times out of order", id)
			}
			if i > 0 && !slices.Contains(follows[states[i-1].Text("status")], f.Text("status")) {
				wrong++ // only where a state in between is still under way at the end
			}
		}
	}
	if wrong > 5 {
		t.Errorf("%d tickets jump between states", wrong)
	}
}

func TestInvoicesAreTheSubscriptionsPrice(t *testing.T) {
	r := whole()
	for id, states := range r.invoices {
		f := states[0]
		var now *fact.Fact
		for _, s := range r.accounts[f.Account].subs {
			if s.At <= f.Get("issued_at").Int {
				now = s
			}
		}
		if now == nil || now.Text("currency") != f.Text("currency") {
			t.Fatalf("%s has no subscription in its currency", id)
		}
		off := int64(0)
		if d := now.Get("discount"); d.State == fact.Present {
			for _, digit := range d.Text {
				off = off*10 + int64(digit-'0')
			}
		}
		price := now.Get("amount").Int * now.Get("quantity").Int * (100 - off) / 100
		halves := r.halves(f)
		amount := f.Get("amount").Int
		if !halves && amount != price || halves && amount > price {
			t.Errorf("%s bills %d where the subscription costs %d", id, amount, price)
		}
		for _, s := range states {
			if s.Get("amount").Int != amount {
				t.Errorf("%s changes its amount", id)
			}
			if s.Text("status") == "paid" && s.Get("paid_amount").Int != amount {
				t.Errorf("%s was paid in part", id)
			}
		}
	}
}

// halves says whether the invoice belongs to a contract that is paid in two parts.
func (r *recount) halves(invoice *fact.Fact) bool {
	for _, c := range r.contracts[invoice.Text("contract_id")] {
		if c.Text("payment_terms") == "50/50" {
			return true
		}
	}
	return false
}

func TestHalvesOfAContractAddUpToItsValue(t *testing.T) {
	r := whole()
	parts := map[string][]int64{}
	for _, states := range r.invoices {
		if r.halves(states[0]) {
			id := states[0].Text("contract_id")
			parts[id] = append(parts[id], states[0].Get("amount").Int)
		}
	}
	both := 0
	for id, amounts := range parts {
		if len(amounts) == 2 {
			both++
			if sum := amounts[0] + amounts[1]; sum != r.contracts[id][0].Get("value").Int {
				t.Errorf("%s is worth %d and billed %d", id, r.contracts[id][0].Get("value").Int, sum)
			}
		}
	}
	if both == 0 {
		t.Error("no contract was billed in halves")
	}
}

func TestEveryContactBelongsToAnAccount(t *testing.T) {
	r := whole()
	for _, user := range r.contacts {
		if !r.joined[user] {
			t.Errorf("%s belongs nowhere", user)
		}
	}
}

func TestRecurringRevenueAndCustomersGrow(t *testing.T) {
	start, customers := whole().recurring(until.AddDate(-2, 0, 0).UnixMicro())
	end, later := whole().recurring(until.UnixMicro())
	if start < 90_000 || end > 500_000 || end < start*3/2 {
		t.Errorf("MRR grew from %d to %d", start, end)
	}
	if customers < 120 || later < customers*5/4 || later > 280 {
		t.Errorf("customers grew from %d to %d", customers, later)
	}
}

// recurring is the monthly value in whole units, currencies added up as they are, and the paying customers.
func (r *recount) recurring(at int64) (mrr int64, customers int) {
	for _, c := range r.accounts {
		var now *fact.Fact
		for _, f := range c.subs {
			if f.At <= at {
				now = f
			}
		}
		if now != nil && now.Get("monthly").Int > 0 {
			mrr += now.Get("monthly").Int / fact.MonthlyUnit / 100
			customers++
		}
	}
	return mrr, customers
}

func TestEveryCurrencyHasRatesForTheWholeTime(t *testing.T) {
	r := whole()
	for _, list := range r.subscriptions {
		if code := list[0].Text("currency"); code != "EUR" && r.rates[code] < 58 {
			t.Fatalf("%s has %d rates", code, r.rates[code])
		}
	}
}
