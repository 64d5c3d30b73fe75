package demo

import (
	"fmt"
	"strconv"

	"github.com/keepwell/keepwell/internal/fact"
)

// moneyDay writes down the day's subscription changes, contracts and invoices, and from then on the account has the
// plan and seats of its last change. Day -1 writes all that came before.
func (w *world) moneyDay(a *account, day int) {
	sameDay := 0
	for ; a.next < len(a.changes) && a.changes[a.next].day <= day; a.next++ {
		c := &a.changes[a.next]
		a.plan, a.seats = c.plan, c.seats
		sameDay++
		w.subscription(a, c, 3600+600*sameDay)
		if c.status == "canceled" && c.kind == "voluntary" {
			w.counterOffer(a, c.day, c.reason, 0.6, false)
		}
		if c.added > 0 && day >= 0 {
			w.feed.of(fact.Orders, w.at(c.day, 40000), a.id, "").text("order_id", fmt.Sprintf("%s-o%d", a.id, a.next)).
				money("amount", c.price*int64(c.added)).text("currency", a.land.currency).text("product", "Seats").
				text("channel", []string{"self_service", "csm"}[a.n%2]).whole("quantity", c.added).send()
		}
	}
	for i := range a.contracts {
		if c := &a.contracts[i]; c.day == day || day == -1 && c.day < 0 {
			w.contract(a, c, i)
		}
	}
	if day < 0 {
		return
	}
	for ; a.nextBill < len(a.bills) && a.bills[a.nextBill].day <= day; a.nextBill++ {
		if b := &a.bills[a.nextBill]; a.on(b.day) {
			w.invoice(a, b)
		}
	}
	if a.n == 0 && w.date(day).Day() == 1 {
		w.rates(day)
	}
	w.shopDay(a, day)
	w.stockDay(a, day)
	if a.on(day-1) && a.on(day) {
		w.counterOffer(a, day, a.doubt(day), 0.0003, true)
	}
}

// counterOffer is made to an account that asks to leave, now and then; who takes it stays.
func (w *world) counterOffer(a *account, day int, reason string, chance float64, stays bool) {
	d := newDice(w.seed, "counter-offers", 1000*a.n+day)
	if day < 0 || !d.chance(chance) {
		return
	}
	w.event(a, a.people[0], w.at(day, 600), "", "Counter Offer Made").text("reason", reason).text("offer", pick(&d, []string{"discount", "pause", "smaller plan", "training"})).send()
	if stays {
		w.event(a, a.people[0], w.at(day, 1800), "", "Counter Offer Accepted").text("reason", reason).send()
	}
}

// doubt is why an account that stays thought of leaving.
func (a *account) doubt(day int) string {
	if s := a.state(day); s.satisfaction < 0.4 {
		return "quality and support"
	}
	return "too expensive"
}

func (w *world) subscription(a *account, c *change, second int) {
	interval := "month"
	if c.yearly {
		interval = "year"
	}
	r := w.feed.of(fact.Subscriptions, w.at(c.day, second), a.id, "").text("subscription_id", subscriptionID(a, c.sub)).
		text("status", c.status).text("plan", plans[c.plan].name).text("product_line", "Fieldnote").whole("quantity", c.seats).
		money("amount", c.price).text("currency", a.land.currency).text("interval", interval).whole("interval_count", 1).
		text("cancel_reason", c.reason).text("cancel_kind", c.kind)
	if c.discount > 0 {
		r.whole("discount", c.discount)
	}
	if c.status == "trialing" {
		r.time("trial_end", w.midnight(c.trialEnd))
	}
	if c.status == "canceled" {
		r.time("ended_at", w.at(c.day, second))
	}
	r.send()
}

func subscriptionID(a *account, n int) string { return "sub-" + a.id[4:] + "-" + strconv.Itoa(n) }
func contractID(a *account, n int) string     { return "con-" + a.id[4:] + "-" + strconv.Itoa(n) }

func (w *world) contract(a *account, c *contract, i int) {
	r := w.feed.of(fact.Contracts, w.at(c.day, 10000+60*i), a.id, "").text("contract_id", contractID(a, c.n)).
		time("start", w.midnight(c.start)).time("end", w.midnight(c.end)).money("value", c.value).
		text("currency", a.land.currency).text("status", c.status).text("payment_terms", c.terms)
	if c.renewedTo > 0 {
		r.text("renewed_to", contractID(a, c.renewedTo))
	}
	r.send()
}

// invoice tells a bill and at once what becomes of it later.
func (w *world) invoice(a *account, b *bill) {
	state := func(day, second int, status string, attempt, paid int) {
		r := w.feed.of(fact.Invoices, w.at(day, second), a.id, "").text("invoice_id", fmt.Sprintf("inv-%s-%d", a.id[4:], b.n)).
			time("issued_at", w.at(b.day, 25200)).time("due_at", w.at(b.day+b.days, 86399)).money("amount", b.amount).
			text("currency", a.land.currency).text("status", status).whole("attempt", attempt)
		if b.contract > 0 {
			r.text("contract_id", contractID(a, b.contract))
		}
		if paid >= 0 {
			r.time("paid_at", w.at(paid, 43200)).money("paid_amount", b.part)
		}
		r.send()
	}
	state(b.day, 25200, "open", 0, -1)
	for i, day := range b.tries {
		state(day, 28800, "open", i+1, -1)
	}
	switch b.status {
	case "paid":
		state(max(b.paid, b.day), 43200, "paid", len(b.tries)+1, max(b.paid, b.day))
	case "uncollectible":
		state(b.day+21, 36000, "uncollectible", len(b.tries), -1)
	case "disputed": // until they agree
		state(b.day+9, 36000, "disputed", 0, -1)
		state(b.day+47, 36000, "paid", 0, b.day+47)
	default:
		state(b.day+9, 36000, b.status, 0, -1)
	}
}

// euros is about what a unit of a currency is worth in euros; one that is not here is taken for a euro.
var euros = map[string]float64{"USD": 0.918, "GBP": 1.169, "CHF": 1.06, "MDL": 0.0515, "RON": 0.201, "RUB": 0.0105, "UAH": 0.0215, "PLN": 0.234, "MXN": 0.0475,
	"ARS": 0.0009, "COP": 0.00022, "BRL": 0.157, "INR": 0.0103, "JPY": 0.0058}

// rates are the month's exchange rates to the currency that is reported in.
func (w *world) rates(day int) {
	d := newDice(w.seed, "fx", day)
	for _, c := range []struct {
		code string
		mean int
	}{{"USD", 9180}, {"GBP", 11690}, {"EUR", 10000}} {
		if c.code == w.currency {
			continue
		}
		value := c.mean
		if c.code != "EUR" {
			value += d.span(-180, 180)
		}
		rate := fmt.Sprintf("%d.%04d", value/10000, value%10000)
		if unit, ok := euros[w.currency]; ok {
			rate = strconv.FormatFloat(float64(value)/10000/unit, 'f', 4, 64)
		}
		w.feed.of(fact.Fx, w.at(day, 0), "", "").text("currency", c.code).text("rate", rate).send()
	}
}
