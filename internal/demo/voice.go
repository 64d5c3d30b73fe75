package demo

import (
	"fmt"
	"math"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// voiceDay sends the quarterly recommend question: each person has a day in the quarter, moved to a working one.
func (w *world) voiceDay(a *account, day int) {
	if !a.on(day) || !working(w.date(day)) {
		return
	}
	for i, p := range a.people {
		due := (a.n*7 + i*13) % 91
		if now := day % 91; due != now && !(due < now && w.workingDay(day-now+due) == day) {
			continue
		}
		if p.in(day) && day-p.joined > 45 && (p.role != technician || i%3 == 0) {
			w.askRecommend(a, p, day)
		}
	}
}

// survey is one invitation and what kind of answer comes of it.
type survey struct {
	name, kind, question, touchpoint, channel string
	ticket, agent                             string
	answers                                   float64 // chance of an answer
	score                                     int
	most                                      int  // end of the scale, where it is not the usual one
	effort                                    bool // asks how much effort it was, not how easy
	text                                      string
}

// ask sends the invitation; when it is delivered and answered, the answer comes hours or days later.
func (w *world) ask(a *account, p *person, at time.Time, s survey) {
	d := &a.dice
	delivered := d.chance(0.965)
	r := w.feed.of(fact.Invitations, at, a.id, p.id).text("survey", s.name).text("channel", s.channel).text("touchpoint", s.touchpoint).yes("delivered", delivered)
	invitation := fmt.Sprintf("invitations-%d", r.n)
	r.send()
	if !delivered || !d.chance(s.answers) {
		return
	}
	later := at.Add(time.Duration(d.span(10, 600)) * time.Minute)
	if d.chance(0.4) {
		later = later.Add(time.Duration(d.span(1, 6)) * 24 * time.Hour)
	}
	answer := w.feed.of(fact.Answers, later, a.id, p.id)
	w.followUp(a, p, s, later, answer.n)
	if s.effort {
		answer.text("orientation", "effort").whole("scale_min", 1).whole("scale_max", s.most)
	}
	answer.text("survey", s.name).text("question", s.question).text("kind", s.kind).whole("score", s.score).
		text("text", s.text).text("locale", p.locale).text("touchpoint", s.touchpoint).text("ticket_id", s.ticket).text("agent", s.agent).text("invitation_id", invitation).send()
	if s.kind == "nps" && d.chance(0.25) { // a closed question beside it
		choice := []string{"fewer steps", "faster app", "better reports", "more training"}[d.below(4)]
		w.feed.of(fact.Answers, later.Add(30*time.Second), a.id, p.id).text("survey", s.name).text("question", "What would help most?").text("kind", "choice").
			text("choice", choice).text("locale", p.locale).text("touchpoint", s.touchpoint).text("invitation_id", invitation).send()
	}
}

// scored is a whole score around what the satisfaction stands for on the scale.
func (d *dice) scored(satisfaction, low, high, spread float64) int {
	return int(clamp(math.Round(d.bell(low+(high-low)*satisfaction, spread)), low, high))
}

func (w *world) askRecommend(a *account, p *person, day int) {
	d, s := &a.dice, a.state(day)
	say := speech[p.locale]
	score := d.scored(clamp(s.satisfaction*1.25+0.02, 0, 1), 0, 10, 1.4)
	var of []string
	switch {
	case score >= 9:
		of = say.glad
	case score >= 7:
		of = say.lukewarm
	case day >= w.badWeek && day < w.badWeek+45 && d.chance(0.6):
		of = say.broken
	case day >= w.riseDay-20 && day < w.riseDay+100 && a.plan <= team && d.chance(0.6):
		of = say.dear
	default:
		of = say.unhappy
	}
	text := pick(d, of)
	if d.chance(0.45) {
		text = ""
	}
	w.ask(a, p, w.at(day, 34200+d.below(7200)), survey{name: "Relationship", kind: "nps", question: "How likely are you to recommend Fieldnote?",
		touchpoint: "relationship", channel: []string{"email", "in_app"}[d.below(2)], answers: 0.2 + 0.2*s.satisfaction, score: score, text: text})
}

// askTicket asks about a solved ticket: how satisfied, or now and then how easy.
func (w *world) askTicket(a *account, p *person, ticket, agent string, solved time.Time, slow bool) {
	d, s := &a.dice, a.state(min(w.days-1, int(solved.Sub(w.first).Hours()/24)))
	mood := 0.35 + 0.65*s.satisfaction
	if slow {
		mood -= 0.38
	}
	say := speech[p.locale]
	q := survey{ticket: ticket, agent: agent, touchpoint: "support", channel: "email", answers: 0.33}
	if d.chance(0.25) {
		q.name, q.kind, q.question, q.score = "Support effort", "ces", "It was easy to get my problem solved.", d.scored(clamp(mood, 0, 1), 1, 7, 1.1)
		q.text = d.either(q.score >= 5, say.easy, say.hard)
	} else {
		q.name, q.kind, q.question, q.score = "Support", "csat", "How satisfied are you with our help?", d.scored(clamp(mood+0.08, 0, 1), 1, 5, 0.8)
		q.text = d.either(q.score >= 4, say.helped, say.letDown)
	}
	w.ask(a, p, solved.Add(time.Hour), q)
}

// askEffort asks after the onboarding.
func (w *world) askEffort(a *account, p *person, day int) {
	d := &a.dice
	score := d.scored(clamp(0.2+0.7*a.pace, 0, 1), 1, 7, 1)
	say := speech[p.locale]
	w.ask(a, p, w.at(day, 36000), survey{name: "Onboarding", kind: "ces", question: "It was easy to get started with Fieldnote.", touchpoint: "onboarding",
		channel: "in_app", answers: 0.6, score: score, text: d.either(score >= 5, say.easy, say.hard)})
}

// either is a sentence of the one or the other kind, or none.
func (d *dice) either(good bool, high, low []string) string {
	if d.chance(0.5) {
		return ""
	}
	if good {
		return pick(d, high)
	}
	return pick(d, low)
}

// askOrder asks how much effort an order was.
func (w *world) askOrder(a *account, p *person, at time.Time) {
	d := newDice(w.seed, "order-effort", w.feed.rows[fact.Orders].n)
	w.ask(a, p, at, survey{name: "Shop", kind: "ces", question: "How much effort was it to order?", touchpoint: "shop", channel: "email", answers: 0.5,
		score: d.scored(d.between(0, 0.6), 1, 5, 0.6), most: 5, effort: true})
}

// unhappy says that the answer is one to follow up.
func (s *survey) unhappy() bool {
	switch s.kind {
	case "nps":
		return s.score <= 6
	case "csat":
		return s.score <= 2
	}
	return s.effort && s.score > 3 || !s.effort && s.score < 4
}

// followUp is the team's call or mail to somebody unhappy: mostly within two days, sooner and more often the closer the
// team is to the account.
func (w *world) followUp(a *account, p *person, s survey, heard time.Time, n int) {
	d := newDice(w.seed, "follow-ups", n)
	if !s.unhappy() || !d.chance(map[string]float64{"high_touch": 0.85, "low_touch": 0.65, "self_service": 0.45}[plans[a.plan].touch]) {
		return
	}
	at := heard.Add(time.Duration(d.span(1, 30)) * time.Hour)
	if d.chance(0.2) {
		at = heard.Add(time.Duration(d.span(50, 150)) * time.Hour)
	}
	kind, outcome := "call", []string{"heard", "fix promised", "training agreed"}[d.below(3)]
	if !a.high() {
		kind, outcome = "email", "answered"
	}
	w.feed.of(fact.Interactions, at, a.id, p.id).text("kind", kind).text("csm", a.told).text("direction", "outbound").text("subject", "Follow-up").text("outcome", outcome).send()
}
