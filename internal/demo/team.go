package demo

import (
	"fmt"

	"github.com/keepwell/keepwell/internal/fact"
)

// careDay is what the CSM and the account do together, by touch model: high touch monthly calls and quarterly reviews,
// low touch a call a quarter, self-service now and then a mail. Who left is called for half a year.
func (w *world) careDay(a *account, day int) {
	if !working(w.date(day)) || day < a.signup {
		return
	}
	d := &a.dice
	slot := w.weekdays(day) + a.n*11
	if !a.on(day) {
		if len(a.bills) > 0 && plans[a.plan].touch != "self_service" && slot%22 == 0 && day-a.spans[len(a.spans)-1].to < 180 {
			w.meet(a, day, "call", "Win-back", pick(d, []string{"no interest", "call again", "offer sent"}), 600, "")
		}
		return
	}
	s := a.state(day)
	switch touch := plans[a.plan].touch; {
	case touch == "high_touch" && slot%65 == 0:
		w.meet(a, day, "qbr", "Business review", "goals agreed", 3000, pick(d, a.words(d, day).review))
	case touch == "high_touch" && slot%22 == 7, touch == "low_touch" && slot%65 == 30, a.story != nil && a.high() && slot%12 == 3:
		w.call(a, day)
	case touch == "self_service" && slot%80 == 3:
		w.meet(a, day, "email", "Tips for the season", "", 0, "")
	}
	if a.signup >= 0 && day-a.signup < 12 && touchedOn(a, day) {
		w.meet(a, day, "training", "Getting started", "done", 2700, "")
	}
	if d.chance(0.0018 * s.value) {
		w.meet(a, day, pick(d, []string{"webinar", "community", "community", "chat"}), "Route planning in practice", "attended", 2400, "")
	}
	if s.satisfaction > 0.78 && d.chance(0.0012) {
		w.meet(a, day, pick(d, []string{"advisory_board", "success_story", "reference"}), "", "given", 1800, "")
	}
	if s.leaving && d.chance(0.02) {
		w.meet(a, day, "note", "Renewal at risk", "", 0, "")
	}
}

func touchedOn(a *account, day int) bool {
	return a.plan >= team && (day-a.signup == 3 || day-a.signup == 10)
}

// call is a regular call; what is said follows from how the account is doing.
func (w *world) call(a *account, day int) {
	d, s, say := &a.dice, a.state(day), a.words(&a.dice, day)
	subject, outcome, said := "Check-in", "on track", say.checkIn
	switch {
	case s.leaving || s.satisfaction < 0.36:
		subject, outcome, said = "Check-in", "at risk", say.atRisk
	case a.signup >= 0 && len(a.steps) < len(onboarding) && day-a.signup > 20 && day-a.signup < 200:
		subject, outcome, said = "Onboarding", "stalled", say.stalled
		if d.chance(0.5) {
			w.meet(a, day, "call", subject, "no answer", 0, "")
			return
		}
	case s.usage > 0.8 && s.value > 0.78 && (a.story != nil || d.chance(0.35)):
		subject, outcome, said = "Expansion", "interested", say.wantsMore
	}
	w.meet(a, day, "call", subject, outcome, d.span(500, 2400), pick(d, said))
}

func (w *world) meet(a *account, day int, kind, subject, outcome string, seconds int, transcript string) {
	d := &a.dice
	user := ""
	if p := a.anyone(d, day, 4); p != nil {
		user = p.id
	}
	r := w.feed.of(fact.Interactions, w.at(day, 32400+d.below(25200)), a.id, user).text("kind", kind).text("csm", a.told).
		text("direction", "outbound").text("subject", subject).text("outcome", outcome).text("transcript", transcript)
	if seconds > 0 {
		r.whole("duration_seconds", seconds)
	}
	r.send()
}

// words are in the language of whoever is spoken to.
func (a *account) words(d *dice, day int) *phrases {
	if p := a.anyone(d, day, 4); p != nil {
		return speech[p.locale]
	}
	return &inEnglish
}

// teamDay is what the team costs, on the first of a month, and how it was judged.
func (w *world) teamDay(day int) {
	d := &w.dice
	switch w.date(day).Day() {
	case 1:
		for i, name := range csms {
			if i < len(csms)-1 || day < w.handover {
				w.cost(day, i, "cs_team", "team", "", name, 480000+int64(i)*21000)
			}
		}
		for i, part := range []string{"training", "support", "marketing", "team"} {
			w.cost(day, 10+i, "retention", part, "", "", int64(d.span(140000, 320000)))
		}
		w.cost(day, 20, "service", "hosting", "", "", int64(d.span(1100000, 1400000)))
		w.cost(day, 21, "service", "support", "", "", 2150000)
		w.cost(day, 22, "acquisition", "sales", "", "", int64(d.span(8000000, 9600000)))
		for i, c := range w.campaignsOn(day) {
			w.cost(day, 30+i, "marketing", c.channel, c.name, "", int64(d.span(90000, 380000)))
		}
	case 12:
		w.reviewCalls(day)
	case 20:
		if w.date(day).Month()%3 == 2 {
			w.shop(day)
		}
	}
}

func (w *world) cost(day, i int, kind, part, campaign, csm string, amount int64) {
	w.feed.of(fact.Costs, w.at(day, 18000+60*i), "", "").text("kind", kind).text("part", part).text("campaign", campaign).text("csm", csm).money("amount", amount).text("currency", "EUR").send()
}

// criteria of mystery shopping and of call reviews, with their weights.
var criteria = []struct {
	name   string
	weight int
	good   string
	bad    string
}{
	{"Answered in time", 2, "Answered within the hour.", "Nobody called back for two days."},
	{"Greeting", 1, "Friendly and by name.", "Rushed, no name given."},
	{"Understood the need", 3, "Asked how many crews and how they plan today.", "Started with the price list."},
	{"Knew the product", 3, "Showed the route planning with our towns.", "Had to look up what team includes."},
	{"Clear next step", 2, "Sent the summary and a date.", "It stayed open who writes next."},
}

// shop is a quarter's mystery shopping: three scenarios at Fieldnote and two competitors.
func (w *world) shop(day int) {
	for t, target := range []string{"Fieldnote", "Plannerly", "RouteDesk"} {
		for s, scenario := range []string{"Demo request", "Price question", "Cancellation"} {
			w.judge(day+s, t*300+s*60, "Mystery shopping", scenario, target, []string{"Sales", "Sales", "Support"}[s], "", 3.9-0.35*float64(t))
		}
	}
}

// reviewCalls are a month's reviewed calls, one for each CSM.
func (w *world) reviewCalls(day int) {
	for i, name := range csms {
		if i < len(csms)-1 || day < w.handover {
			w.judge(day, i*60, "Call review", "Check-in", "Fieldnote", "Customer success", name, 3.6+0.15*float64(i%3))
		}
	}
}

func (w *world) judge(day, second int, card, scenario, target, department, person string, mean float64) {
	d := &w.dice
	profile := pick(d, []string{"small installer", "regional lift company", "facility manager"})
	for i, c := range criteria {
		score := d.scored((mean-1)/4, 1, 5, 0.8)
		text := c.good
		if score < 4 {
			text = c.bad
		}
		w.feed.of(fact.Visits, w.at(day, 39600+second+i), "", "").text("scorecard", card).text("scenario", scenario).text("profile", profile).text("target", target).
			text("product", "Fieldnote").text("department", department).text("person", person).text("criterion", c.name).whole("score", score).whole("scale_max", 5).
			whole("weight", c.weight).text("text", text).text("visit", fmt.Sprintf("%s-%d-%d", card, day, second)).send()
	}
}
