package demo

import (
	"fmt"

	"github.com/keepwell/keepwell/internal/fact"
)

// praiseDay is what customers say and do in public: reviews, referrals, and the points they get for it.
func (w *world) praiseDay(a *account, day int) {
	if !a.on(day) || len(a.bills) == 0 {
		return
	}
	d, s := &a.dice, a.state(day)
	if d.chance(0.0011) {
		w.publish(a, day)
	}
	if s.satisfaction > 0.66 && d.chance(0.0008) {
		w.refer(a, day)
	}
	if d.chance(0.004 * s.value) {
		w.points(a, day, "issue", 50*d.span(1, 4), "")
	}
	if a.points >= 300 && d.chance(0.012) {
		w.points(a, day, "redeem", 300, pick(d, []string{"Training day", "Text message pack", "Conference ticket"}))
	}
	if a.points >= 100 && w.date(day).YearDay() == 1 {
		w.points(a, day, "expire", 100, "")
	}
}

func (w *world) points(a *account, day int, kind string, n int, reward string) {
	if kind == "issue" {
		a.points += n
	} else {
		a.points -= n
	}
	user := ""
	if p := a.anyone(&a.dice, day, 4); p != nil {
		user = p.id
	}
	w.feed.of(fact.Loyalty, w.at(day, 50400+a.n), a.id, user).text("kind", kind).whole("points", n).text("reward", reward).send()
}

func (w *world) publish(a *account, day int) {
	d, s := &a.dice, a.state(day)
	p := a.anyone(d, day, 8)
	if p == nil {
		return
	}
	say := speech[p.locale]
	source, most := "G2", 5
	if d.chance(0.35) {
		source, most = "Capterra", 10
	}
	rating := d.scored(clamp(s.satisfaction*1.2, 0, 1), 1, float64(most), float64(most)/8)
	text := pick(d, say.praise)
	if rating*10 < most*7 {
		text = pick(d, say.blame)
	}
	at := w.at(day, d.workSecond())
	w.feed.of(fact.Reviews, at, a.id, p.id).text("source", source).whole("rating", rating).whole("scale_max", most).text("text", text).text("author", p.name).text("locale", p.locale).send()
	w.feed.of(fact.Interactions, at, a.id, p.id).text("kind", "review_given").text("csm", a.told).text("direction", "inbound").text("subject", source).send()
	w.points(a, day, "issue", 200, "")
}

// refer brings in an account that signs up within a month, or a lead that may not.
func (w *world) refer(a *account, day int) {
	r := w.feed.of(fact.Referrals, w.at(day, 54000+a.n), a.id, a.people[0].id).text("lead_id", fmt.Sprintf("lead-%s-%d", a.id, day))
	status := "invited"
	for _, b := range w.accounts {
		if b.signup > day-10 && b.signup <= day && !b.referred && len(b.bills) > 0 {
			b.referred, status = true, "signed_up"
			c := b.changes[0]
			r.text("referred_account_id", b.id).money("value", c.price*int64(c.seats)).text("currency", b.land.currency)
			break
		}
	}
	r.text("status", status).send()
	w.points(a, day, "issue", 300, "")
}
