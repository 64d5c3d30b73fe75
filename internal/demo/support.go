package demo

import (
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

type agent struct{ name, team string }

var agents = []agent{{"Tomás Rivas", "support"}, {"Elif Aydin", "support"}, {"Sanne de Wit", "support"}, {"Petru Bălan", "support"}, {"Aigerim Utepova", "technical"}, {"Max Renner", "technical"}}

// supportDay is the day's new tickets of an account: more in trouble, while learning, and in the bad week.
func (w *world) supportDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	d, s := &a.dice, a.state(day)
	bad := day >= w.badWeek && day < w.badWeek+7
	rate := (0.010 + 0.0008*float64(a.seats)) * (0.4 + 0.6*s.usage) * (1.5 - s.satisfaction) * (0.1 + rhythm(w.date(day)))
	if s.trouble {
		rate *= 2.2
	}
	if bad {
		rate *= 4.5
	}
	if a.signup >= 0 && day-a.signup < 40 {
		rate *= 1.8
	}
	if s.usage == 0 {
		return
	}
	for range d.many(rate) {
		topic := d.weighted([]int{22, 12, 18, 16, 10, 9, 10, 1})
		if bad && d.chance(0.75) {
			topic = len(topics) - 1
		}
		if p := a.anyone(d, day, 12); p != nil {
			w.ticket(a, p, day, topic, bad || s.trouble)
		}
	}
}

// ticket is one support conversation from its first message to its closing, with what it leaves behind.
func (w *world) ticket(a *account, p *person, day, topic int, slow bool) {
	d := &a.dice
	w.tickets++
	id := fmt.Sprintf("t-%05d", w.tickets)
	who := pick(d, agents)
	say := speech[p.locale]
	channel := []string{"email", "chat", "call", "portal"}[d.weighted([]int{40, 30, 18, 12})]
	opened := w.at(day, d.workSecond())
	wait, work := d.between(4, 300), d.between(20, 1500) // minutes
	if channel == "chat" || channel == "call" {
		wait, work = d.between(0.3, 6), d.between(4, 45)
	}
	contacts := 1 + d.more(0.45)
	transfers := 0
	if slow {
		wait, work, contacts = wait*3, work*3+200, contacts+1+d.more(0.8)
		transfers = d.more(0.4)
	}
	if contacts > 1 {
		work += 240 * float64(contacts)
	}
	if fix := newDice(w.seed, "fixes", w.tickets); fix.chance(0.04) { // waits for a release
		work += 1440 * fix.between(3, 16)
	}
	first := opened.Add(time.Duration(wait*60) * time.Second)
	solved := first.Add(time.Duration(work*60) * time.Second)
	reopened := d.chance(0.045) || slow && d.chance(0.12)
	reopens := 0
	state := func(at time.Time, status string) {
		r := w.feed.of(fact.Tickets, at, a.id, p.id).text("ticket_id", id).text("status", status).text("channel", channel).
			text("priority", []string{"low", "normal", "normal", "high"}[(w.tickets+topic)%4]).text("category", topics[topic]).
			text("agent", who.name).text("team", who.team).time("opened_at", opened).whole("contacts", contacts).whole("reopens", reopens).whole("transfers", transfers)
		if !at.Before(first) {
			r.time("first_response_at", first)
		}
		if status == "solved" || status == "closed" {
			r.time("solved_at", at).yes("first_contact_resolved", contacts == 1)
			if status == "closed" {
				r.time("solved_at", solved)
			}
			if channel == "call" || channel == "chat" {
				spoken := min(work, 60) // the rest is waiting
				r.whole("talk_seconds", int(spoken*35)).whole("hold_seconds", int(spoken*4)).whole("wrap_seconds", 60+int(spoken*3))
			}
		}
		r.send()
	}
	message := func(at time.Time, author, text string) {
		r := w.feed.of(fact.Messages, at, a.id, p.id).text("ticket_id", id).text("author", author).yes("public", true).text("text", text)
		if author == "agent" {
			r.text("agent", who.name)
		}
		r.send()
	}
	state(opened, "open")
	message(opened.Add(time.Second), "customer", pick(d, say.asks[topic]))
	if channel == "chat" {
		message(opened.Add(3*time.Second), "bot", say.waiting)
	}
	message(first, "agent", pick(d, say.looking))
	if contacts > 1 {
		state(first.Add(time.Minute), "pending")
		for i := 1; i < min(contacts, 4); i++ {
			message(first.Add(solved.Sub(first)*time.Duration(i)/time.Duration(contacts)), "customer", pick(d, say.nags))
		}
	}
	message(solved.Add(-time.Second), "agent", pick(d, say.solved))
	state(solved, "solved")
	if reopened {
		back := solved.Add(time.Duration(d.span(5, 90)) * time.Hour)
		state(back, "reopened")
		message(back.Add(time.Second), "customer", pick(d, say.nags))
		reopens, solved = 1, back.Add(time.Duration(d.span(2, 50))*time.Hour)
		state(solved, "solved")
	} else if d.chance(0.4) {
		message(solved.Add(40*time.Minute), "customer", pick(d, say.thanks))
	}
	state(solved.Add(96*time.Hour), "closed")
	w.askTicket(a, p, id, who.name, solved, slow || contacts > 2)
}
