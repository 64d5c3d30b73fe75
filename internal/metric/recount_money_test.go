package metric_test

import (
	"math"
	"math/big"
	"time"
)

type putting = func(account string, r row, num, den float64, ratio bool)

// money counts the metrics of customers and money.
func (c recount) money(metric, variant string, put putting, out map[string]tally) {
	switch metric {
	case "arr", "mrr_churn_rate", "grr", "nrr", "quick_ratio", "upsell_rate", "expansion_bookings", "new_customers", "lost_customers", "won_back_customers",
		"customer_retention_rate", "silent_churn_rate", "win_back_rate", "cross_sell_rate", "first_cycle_churn_rate", "cac", "crc", "cac_payback_months", "referral_rate":
		turns := c.turns()
		for _, a := range c.accounts() {
			c.ofAccount(metric, variant, a, turns, put)
		}
		c.costs(metric, put)
	case "trial_conversion_rate":
		c.trials(put)
	case "renewal_rate", "renewal_bookings":
		c.renewals(metric, variant, put)
	case "overdue_rate", "dso", "collected_on_time_rate", "disputed_rate":
		c.invoices(metric, variant, put)
	case "average_order_value", "purchase_frequency":
		c.orders(metric, put, out)
	case "loyalty_redemption_rate":
		c.in("loyalty", func(r row) {
			switch r.text("kind") {
			case "redeem":
				put(r.account, r, 100*r.number("points"), 0, true)
			case "issue":
				put(r.account, r, 0, r.number("points"), true)
			}
		})
		if c.by == "reward" { // measured against all points issued
			all := 0.0
			for _, t := range out {
				all += t.den
			}
			for key, t := range out {
				out[key] = tally{t.num, all, true}
			}
		}
	case "references":
		c.in("interactions", func(r row) {
			switch r.text("kind") {
			case "reference", "success_story", "review_given":
				put(c.accountOf(r), r, 1, 0, false)
			}
		})
	case "referred_revenue":
		c.in("referrals", func(r row) {
			last, _ := c.last("referrals", dusk.AddDate(1, 0, 0), func(o row) bool {
				return o.account == r.account && o.text("referred_account_id") == r.text("referred_account_id")
			})
			if last.seq == r.seq && (c.policy("won_referrals", "") == "" || r.text("status") == c.ways["won_referrals"]) {
				put(r.account, r, amount(r, "value"), 0, false)
			}
		})
	case "counter_offer_acceptance_rate":
		for _, r := range c.rows {
			if r.text("name") != "Counter Offer Made" || r.at.Before(c.from) || !r.at.Before(c.to) {
				continue
			}
			next, found := row{}, false
			for _, o := range c.rows {
				after := o.at.After(r.at) || (o.at.Equal(r.at) && o.seq > r.seq)
				before := !found || o.at.Before(next.at) || (o.at.Equal(next.at) && o.seq < next.seq)
				if o.account == r.account && (o.text("name") == "Counter Offer Made" || o.text("name") == "Counter Offer Accepted") && after && before {
					next, found = o, true
				}
			}
			num := 0.0
			if found && next.text("name") == "Counter Offer Accepted" {
				num = 100
			}
			put(r.account, r, num, 1, true)
		}
	}
}

func amount(r row, name string) float64 {
	v, ok := new(big.Rat).SetString(r.text(name))
	if !ok {
		return 0
	}
	x, _ := v.Float64()
	return x
}

// ofAccount counts what one account did between the ends of the period.
func (c recount) ofAccount(metric, variant, a string, turns []time.Time, put putting) {
	float := func(r *big.Rat) float64 { x, _ := r.Float64(); return x }
	opening, closing := float(c.monthly(a, c.from)), float(c.monthly(a, c.to))
	was, is := c.pays(a, c.from), c.pays(a, c.to)
	terms := c.terms(a, turns)
	returned := false // the first time it came in the period was not its first, and not too late
	for i, t := range terms {
		if !t.from.Before(c.from) && t.from.Before(c.to) {
			returned = i > 0 && c.policy("reactivation", "reactivation") == "reactivation"
			break
		}
	}
	one := func(yes bool, n float64) float64 {
		if yes {
			return n
		}
		return 0
	}
	regained := c.policy("nrr_reactivation", "out") == "in" && !was && is && returned
	lost := was && !is
	switch metric {
	case "arr":
		put(a, row{}, closing*12, 0, false)
	case "new_customers":
		put(a, row{}, one(!was && is && !returned, 1), 0, false)
	case "won_back_customers":
		put(a, row{}, one(!was && is && returned, 1), 0, false)
	case "lost_customers":
		put(a, row{}, one(lost, 1), 0, false)
	case "customer_retention_rate":
		put(a, row{}, one(was && is, 100), one(was, 1), true)
	case "silent_churn_rate":
		num := 100.0
		for _, r := range c.rows {
			if r.kind == "events" && c.accountOf(r) == a && r.at.Before(c.to) && !r.at.Before(c.to.AddDate(0, 0, -30)) {
				num = 0
			}
		}
		put(a, row{}, one(is, num), one(is, 1), true)
	case "mrr_churn_rate":
		num := one(lost, opening)
		if variant != "cancellations" {
			num += one(was && is, math.Max(0, opening-closing))
		}
		if variant == "net" {
			num -= one(was && is, math.Max(0, closing-opening)) + one(regained, closing)
		}
		put(a, row{}, 100*num, opening, true)
	case "grr":
		put(a, row{}, 100*math.Min(opening, closing), opening, true)
	case "nrr":
		put(a, row{}, 100*(one(opening > 0, closing)+one(regained, closing)), opening, true)
	case "quick_ratio":
		put(a, row{}, math.Max(0, closing-opening), math.Max(0, opening-closing), true)
	case "upsell_rate":
		put(a, row{}, one(opening > 0 && closing-opening > 1e-7, 100), one(opening > 0, 1), true)
	case "expansion_bookings":
		put(a, row{}, one(opening > 0, 12*math.Max(0, closing-opening)), 0, false)
	case "cross_sell_rate":
		had, crossed := map[string]bool{}, false
		for _, t := range turns {
			for _, g := range c.agreements(t.Add(time.Microsecond)) {
				had[g.line] = had[g.line] || t.Before(c.from) && g.account == a
			}
		}
		for _, g := range c.agreements(c.to) {
			crossed = crossed || g.account == a && g.line != "" && !had[g.line]
		}
		put(a, row{}, one(was && crossed, 100), one(was, 1), true)
	case "win_back_rate":
		num := 0.0
		for i, t := range terms {
			if !t.to.IsZero() && t.to.Before(c.to) && i+1 < len(terms) && !terms[i+1].from.Before(c.to) && !terms[i+1].from.After(t.to.AddDate(0, 1, 0)) {
				num = 100
			}
		}
		put(a, row{}, one(lost, num), one(lost, 1), true)
	case "first_cycle_churn_rate": // in the first 90 days
		if len(terms) == 0 {
			return
		}
		life := terms[0]
		for _, t := range terms[1:] {
			if !life.to.IsZero() && !t.from.After(life.to.Add(24*time.Hour)) {
				life.to = t.to
			} else {
				break
			}
		}
		due := life.from.AddDate(0, 0, 90)
		in := !due.Before(c.from) && due.Before(c.to)
		put(a, row{}, one(in && !life.to.IsZero() && life.to.Before(due), 100), one(in, 1), true)
	case "cac":
		put(a, row{}, 0, one(!was && is && !returned, 1), true)
	case "crc":
		put(a, row{}, 0, one(was && is, 1), true)
	case "cac_payback_months":
		put(a, row{}, 0, one(opening == 0 && closing > 0 && !returned, closing), true)
	case "referral_rate":
		referred := false
		c.in("referrals", func(r row) { referred = referred || r.account == a })
		put(a, row{}, one(referred, 100), one(is, 1), true)
	}
}

// costs adds what was spent, for the metrics that divide it.
func (c recount) costs(metric string, put putting) {
	kinds := map[string][]string{"cac": {"acquisition", "marketing"}, "cac_payback_months": {"acquisition", "marketing"}, "crc": {"retention"}}[metric]
	c.in("costs", func(r row) {
		for _, kind := range kinds {
			if r.text("kind") == kind {
				put(c.accountOf(r), r, amount(r, "amount"), 0, true)
			}
		}
	})
}

func (c recount) trials(put putting) {
	turns := c.turns()
	for _, id := range c.subjects("subscriptions", "subscription_id") {
		states := c.states("subscriptions", "subscription_id", id)
		var trial row
		found := false
		for _, r := range states {
			if r.text("status") == "trialing" && (!found || r.at.Equal(trial.at)) {
				trial, found = r, true
			}
		}
		if !found || trial.at.Before(c.from) || !trial.at.Before(c.to) {
			continue
		}
		num := 0.0
		for _, t := range turns {
			for _, g := range c.agreements(t.Add(time.Microsecond)) {
				if g.id == id && !t.Before(trial.at) {
					num = 100
				}
			}
		}
		put(trial.account, trial, num, 1, true)
	}
}

func (c recount) renewals(metric, variant string, put putting) {
	last := map[string]row{}
	for _, id := range c.subjects("contracts", "contract_id") {
		states := c.states("contracts", "contract_id", id)
		last[id] = states[len(states)-1]
	}
	perMonth := func(r row) float64 {
		start, _ := r.time("start")
		end, _ := r.time("end")
		months := (end.Year()-start.Year())*12 + int(end.Month()-start.Month())
		if start.AddDate(0, months, 0).Equal(end) {
			return amount(r, "value") / float64(months)
		}
		return amount(r, "value") / (end.Sub(start).Hours() * 12 / 365 / 24)
	}
	for id, r := range last {
		end, _ := r.time("end")
		if end.Before(c.from) || !end.Before(c.to) {
			continue
		}
		next, followed := last[r.text("renewed_to")]
		followed = followed && r.text("renewed_to") != id
		renewed := r.text("status") == "renewed" || r.text("status") == "downgraded" || r.has("renewed_to")
		if !renewed && r.text("status") == "open" && !end.Before(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)) {
			continue
		}
		value := amount(r, "value")
		switch {
		case metric == "renewal_bookings" && renewed && followed:
			put(r.account, r, amount(next, "value"), 0, false)
		case metric == "renewal_bookings" && renewed:
			put(r.account, r, value, 0, false)
		case metric == "renewal_bookings":
		case variant == "count" && renewed:
			put(r.account, r, 100, 1, true)
		case variant == "count":
			put(r.account, r, 0, 1, true)
		case renewed && followed && perMonth(next) < perMonth(r):
			put(r.account, r, 100*math.Round(100*value*perMonth(next)/perMonth(r))/100, value, true)
		case renewed:
			put(r.account, r, 100*value, value, true)
		default:
			put(r.account, r, 0, value, true)
		}
	}
}

func (c recount) invoices(metric, variant string, put putting) {
	days := math.Round(c.to.Sub(c.from).Hours() / 24)
	for _, id := range c.subjects("invoices", "invoice_id") {
		states := c.states("invoices", "invoice_id", id)
		last := states[len(states)-1]
		issued, disputed := time.Time{}, false
		for _, r := range states {
			if t, _ := r.time("issued_at"); issued.IsZero() || t.Before(issued) {
				issued = t
			}
			disputed = disputed || r.text("status") == "disputed"
		}
		invoiced := !issued.Before(c.from) && issued.Before(c.to)
		now, ok := c.last("invoices", c.to, func(r row) bool { return r.text("invoice_id") == id })
		was, _ := now.time("issued_at")
		open := 0.0
		if ok && was.Before(c.to) && (now.text("status") == "open" || now.text("status") == "disputed") {
			open = amount(now, "amount") - amount(now, "paid_amount")
		}
		endOfDay := func(r row) time.Time { t, _ := r.time("due_at"); return t.Truncate(24*time.Hour).AddDate(0, 0, 1) }
		switch metric {
		case "overdue_rate":
			num := 0.0
			if !endOfDay(now).After(c.to) {
				num = 100 * open
			}
			put(now.account, now, num, open, true)
		case "dso":
			sold := 0.0
			if invoiced && last.text("status") != "void" {
				sold = amount(last, "amount") / days
			}
			put(last.account, last, open, sold, true)
		case "disputed_rate":
			if invoiced && (disputed || last.text("status") != "void") {
				put(last.account, last, map[bool]float64{true: 100}[disputed]*amount(last, "amount"), amount(last, "amount"), true)
			}
		case "collected_on_time_rate":
			due, _ := last.time("due_at")
			if due.Before(c.from) || !due.Before(c.to) || last.text("status") == "void" || (last.text("status") != "paid" && endOfDay(last).After(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))) {
				continue
			}
			paid, _ := last.time("paid_at")
			onTime := last.text("status") == "paid" && paid.Before(endOfDay(last))
			weight := 1.0
			if variant == "value" {
				weight = amount(last, "amount")
			}
			put(last.account, last, map[bool]float64{true: 100}[onTime]*weight, weight, true)
		}
	}
}

func (c recount) orders(metric string, put putting, out map[string]tally) {
	orders, buyers := map[string]map[string]bool{}, map[string]map[string]bool{}
	c.in("orders", func(r row) {
		account := c.accountOf(r)
		key, ok := c.group(account, r)
		if !ok {
			return
		}
		if metric == "average_order_value" {
			put(account, r, amount(r, "amount"), 0, true)
		}
		if amount(r, "amount") < 0 {
			return
		}
		id, buyer := r.received().String(), "account "+account
		if r.has("order_id") {
			id = account + " " + r.text("order_id")
		}
		if account == "" {
			buyer = c.person(r)
		}
		mark(orders, key, id)
		mark(buyers, key, buyer)
	})
	for key := range orders {
		if metric == "average_order_value" {
			out[key] = tally{out[key].num, float64(len(orders[key])), true}
		} else {
			out[key] = tally{float64(len(orders[key])), float64(len(buyers[key])), true}
		}
	}
}
