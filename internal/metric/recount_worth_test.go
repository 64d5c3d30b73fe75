package metric_test

import (
	"math/big"
	"sort"
	"strconv"
	"sync"
	"time"
)

// policy is how a policy stands for this recount.
func (c recount) policy(id, otherwise string) string {
	if v, ok := c.ways[id]; ok {
		return v
	}
	return otherwise
}

// statesOf keeps what states found: a recount asks for the same ones for every instant, and its rows don't change.
var statesOf sync.Map

type statesKey struct {
	first             *row
	n                 int
	kind, subject, id string
}

// states are the rows of a kind about one subject, in the order in which they hold.
func (c recount) states(kind, subject, id string) []row {
	if len(c.rows) == 0 {
		return nil
	}
	key := statesKey{&c.rows[0], len(c.rows), kind, subject, id}
	if known, ok := statesOf.Load(key); ok {
		return known.([]row)
	}
	var all []row
	for _, r := range c.rows {
		if r.kind == kind && r.text(subject) == id {
			all = append(all, r)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if !all[i].at.Equal(all[j].at) {
			return all[i].at.Before(all[j].at)
		}
		return all[i].seq < all[j].seq
	})
	statesOf.Store(key, all)
	return all
}

func (c recount) subjects(kind, subject string) []string {
	seen := map[string]bool{}
	var ids []string
	for _, r := range c.rows {
		if id := r.text(subject); r.kind == kind && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

func (r row) time(name string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, r.text(name))
	return t, err == nil
}

// agreement is what a subscription or contract is worth a month at an instant, and whose it is.
type agreement struct {
	account, line, id string
	monthly           *big.Rat
}

// agreements are those that are worth something just before t.
func (c recount) agreements(t time.Time) []agreement {
	var all []agreement
	for _, id := range c.subjects("subscriptions", "subscription_id") {
		states := c.states("subscriptions", "subscription_id", id)
		at := -1
		for i, r := range states {
			if r.at.Before(t) {
				at = i
			}
		}
		if at < 0 {
			continue
		}
		r := states[at]
		if end, ok := r.time("ended_at"); ok && end.After(r.at) && end.Before(t) {
			continue
		}
		if v := c.subscribed(states, at); v.Sign() > 0 {
			all = append(all, agreement{r.account, r.text("product_line"), id, v})
		}
	}
	for _, id := range c.subjects("contracts", "contract_id") {
		var r row
		found := false
		for _, s := range c.states("contracts", "contract_id", id) {
			if s.at.Before(t) { // of an account that counts by subscriptions no contract is looked at
				r, found = s, !c.subscribes(s.account)
			}
		}
		start, _ := r.time("start")
		end, _ := r.time("end")
		if !found || !start.Before(t) || end.Before(t) || (r.text("status") == "lost" && c.policy("mrr_recognition", "period_end") == "cancellation") {
			continue
		}
		value, _ := new(big.Rat).SetString(r.text("value"))
		months := (end.Year()-start.Year())*12 + int(end.Month()-start.Month())
		if start.AddDate(0, months, 0).Equal(end) && c.policy("contract_spread", "months") == "months" {
			value.Quo(value, big.NewRat(int64(months), 1))
		} else {
			value.Quo(value, big.NewRat(int64(end.Sub(start).Hours())*12, 365*24))
		}
		all = append(all, agreement{r.account, "", id, value})
	}
	return all
}

// subscribed is what the states of a subscription make it worth in the nth of them.
func (c recount) subscribed(states []row, nth int) *big.Rat {
	r := states[nth]
	end, ends := r.time("ended_at")
	ends = ends && end.After(r.at)
	early := c.policy("mrr_recognition", "period_end") == "cancellation"
	_, fixed := states[0].time("ended_at")
	if early && ends && nth > 0 && (r.has("cancel_kind") || r.has("cancel_reason") || !fixed) && (r.text("status") == "active" || r.text("status") == "past_due") {
		return new(big.Rat)
	}
	worth := func(r row) *big.Rat {
		if r.text("status") == "trialing" || (r.text("status") == "past_due" && c.policy("past_due", "counts") == "out") {
			return new(big.Rat)
		}
		return c.price(r)
	}
	switch status := r.text("status"); {
	case status == "canceled" && (!ends || early), status == "paused" && c.policy("pauses", "zero") == "zero":
		return new(big.Rat)
	case status != "canceled" && status != "paused":
		return worth(r)
	}
	for i := nth; i >= 0; i-- {
		switch states[i].text("status") {
		case "canceled":
		case "paused":
			if c.policy("pauses", "zero") == "zero" {
				return new(big.Rat)
			}
		default:
			return worth(states[i])
		}
	}
	paused := false
	for _, s := range states[:nth+1] {
		paused = paused || s.text("status") == "paused"
	}
	if r.text("status") == "paused" || (paused && c.policy("pauses", "zero") == "zero") {
		return new(big.Rat)
	}
	return c.price(r)
}

func (c recount) price(r row) *big.Rat {
	v, _ := new(big.Rat).SetString(r.text("amount"))
	if r.has("quantity") {
		v.Mul(v, new(big.Rat).SetFloat64(r.number("quantity")))
	}
	if r.has("discount") && c.policy("discounts", "in") == "in" {
		off, _ := new(big.Rat).SetString(r.text("discount"))
		v.Mul(v, new(big.Rat).Sub(big.NewRat(1, 1), off.Quo(off, big.NewRat(100, 1))))
	}
	per := map[string]*big.Rat{"day": big.NewRat(365, 12), "week": big.NewRat(52, 12), "month": big.NewRat(1, 1), "quarter": big.NewRat(1, 3), "year": big.NewRat(1, 12)}
	return v.Mul(v, per[r.text("interval")])
}

// monthly is an account's value per month in the state that the facts before t made it.
func (c recount) monthly(account string, t time.Time) *big.Rat {
	sum := new(big.Rat)
	for _, a := range c.agreements(t) {
		if a.account == account {
			sum.Add(sum, a.monthly)
		}
	}
	return sum
}

func (c recount) subscribes(account string) bool {
	for _, r := range c.rows {
		if r.kind == "subscriptions" && r.account == account {
			return true
		}
	}
	return false
}

// pays says whether an account is a customer just before t.
func (c recount) pays(account string, t time.Time) bool {
	if c.monthly(account, t).Sign() > 0 {
		return true
	}
	days, _ := strconv.Atoi(c.policy("order_customer_days", "0"))
	if days == 0 {
		return false
	}
	ordered := false
	for _, r := range c.rows {
		if (r.kind == "subscriptions" || r.kind == "contracts") && r.account == account {
			return false
		}
		ordered = ordered || r.kind == "orders" && c.accountOf(r) == account && r.at.Before(t) && !r.at.AddDate(0, 0, days).Before(t)
	}
	return ordered
}

// turns are the instants, and just after them, at which something may begin or end.
func (c recount) turns() []time.Time {
	var all []time.Time
	days, _ := strconv.Atoi(c.policy("order_customer_days", "0"))
	for _, r := range c.rows {
		ends := []time.Time{r.at, r.at.AddDate(0, 0, days)}
		for _, name := range []string{"ended_at", "start", "end"} {
			if t, ok := r.time(name); ok {
				ends = append(ends, t)
			}
		}
		switch r.kind {
		case "subscriptions", "contracts", "orders":
			all = append(all, ends...)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Before(all[j]) })
	return all
}

// term is a time in which an account was a customer without a gap; a zero end is open.
type term struct{ from, to time.Time }

func (c recount) terms(account string, turns []time.Time) []term {
	var all []term
	on := false
	for _, t := range turns {
		switch now := c.pays(account, t.Add(time.Microsecond)); {
		case now && !on:
			all, on = append(all, term{from: t}), true
		case !now && on:
			all[len(all)-1].to, on = t, false
		}
	}
	return all
}
