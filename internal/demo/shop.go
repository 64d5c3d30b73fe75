package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// The shop sells what a customer needs beside seats, to people who are customers already.
const shop = "https://shop.fieldnote.example"

var goods = []struct {
	name  string
	price int64
}{{"Training day", 79000}, {"Text message pack", 4900}, {"Data migration", 120000}, {"Rugged tablet", 39900}, {"Label printer", 18900}}

// shopDay is a visit to the shop that ends with something in the cart: six in ten of these get to the checkout, and six
// in ten of those order.
func (w *world) shopDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	s := a.state(day)
	d := newDice(w.seed, "shop", 1000*a.n+day)
	if s.usage < 0.1 || !d.chance(0.0066*s.value) {
		return
	}
	p := a.anyone(&d, day, 8)
	if p == nil {
		return
	}
	item := pick(&d, goods)
	visitor, cart := p.visitor, fmt.Sprintf("cart-%s-%d", a.id[4:], day)
	if visitor == "" { // from before the two years
		visitor = "b-" + p.id
	}
	at := w.at(day, d.workSecond())
	session := fmt.Sprintf("%s-s%d", p.id, day)
	view := func(path, title string) {
		r := w.view(at, shop, page{path, title, 0}, p.id, visitor, session, d.span(8, 90), d.span(30, 100))
		if path == "/" && d.chance(0.5) {
			r.text("referrer", "https://app.fieldnote.example/")
		}
		r.send()
		at = at.Add(time.Duration(d.span(20, 120)) * time.Second)
	}
	tell := func(name string) {
		w.event(a, p, at, session, name).text("anonymous_id", visitor).text("cart_id", cart).text("product", item.name).send()
		at = at.Add(2 * time.Second)
	}
	view("/", "Shop")
	view("/"+strings.ToLower(strings.ReplaceAll(item.name, " ", "-")), item.name)
	tell("Product Added")
	if !d.chance(0.6) {
		return
	}
	view("/checkout", "Checkout")
	tell("Checkout Started")
	if !d.chance(0.6) {
		return
	}
	quantity := 1 + d.more(0.5)
	at = at.Add(time.Duration(d.span(40, 400)) * time.Second)
	w.feed.of(fact.Orders, at, a.id, p.id).text("order_id", fmt.Sprintf("%s-x%d", a.id, day)).money("amount", item.price*int64(quantity)).
		text("currency", a.land.currency).text("product", item.name).text("channel", "web").whole("quantity", quantity).send()
	tell("Order Completed")
	w.askOrder(a, p, at.Add(time.Hour))
}

// stock is the module that some customers buy beside the product itself, a year at a time, and lose with it.
const (
	stockLine  = "Fieldnote Stock"
	stockPrice = 58800
)

// buysStock is the day on which the account would buy the module; never for most.
func (w *world) buysStock(a *account) int {
	d := newDice(w.seed, "stock", a.n)
	if a.story != nil || !d.chance(0.3) {
		return never
	}
	return max(0, a.signup) + d.span(60, w.days)
}

// stockDay sells the module, bills it every year, and ends it with the subscription.
func (w *world) stockDay(a *account, day int) {
	if day < 0 {
		return
	}
	if a.stock == 0 && a.on(day) && a.plan >= team && len(a.bills) > 0 && day >= a.bills[0].day && day == w.buysStock(a) {
		a.stock = 1
		a.stockDue = day
		w.stockState(a, day, "active")
	}
	if a.stock == 0 || a.stockDue == never {
		return
	}
	if !a.on(day) {
		a.stockDue = never
		w.stockState(a, day, "canceled") // as the subscription was, which moneyDay has just told
		return
	}
	if day == a.stockDue {
		at := w.at(day, 45000)
		w.feed.of(fact.Invoices, at, a.id, "").text("invoice_id", fmt.Sprintf("inv-%s-stock-%d", a.id[4:], a.stock)).time("issued_at", at).time("due_at", at).
			money("amount", stockPrice).text("currency", a.land.currency).text("status", "paid").whole("attempt", 1).time("paid_at", at).money("paid_amount", stockPrice).send()
		a.stock++
		a.stockDue = w.monthsAfter(day, 12)
	}
}

func (w *world) stockState(a *account, day int, status string) {
	at := w.at(day, 3000)
	r := w.feed.of(fact.Subscriptions, at, a.id, "").text("subscription_id", subscriptionID(a, 0)+"-stock").text("status", status).
		text("plan", "stock").text("product_line", stockLine).whole("quantity", 1).money("amount", stockPrice).text("currency", a.land.currency).
		text("interval", "year").whole("interval_count", 1)
	if status == "canceled" {
		with := &a.changes[a.next-1]
		r.time("ended_at", at).text("cancel_reason", with.reason).text("cancel_kind", with.kind)
	}
	r.send()
}
