package demo

import "math"

// A life is told in one pass over the days: once a week the state moves, once a month the account may buy more or
// decide to leave, on its due days it is billed. A decision to leave comes from the state alone; a month or more lies
// between it and the last day, in which people use the product less and less.

// life is where an account stands while its life is told.
type life struct {
	w   *world
	a   *account
	d   *dice
	now state

	sub           int  // how many subscriptions it has had
	paying        bool // past its trial and not canceled
	trialEnd      int
	joined        int // first day of this stay
	due           int // day of the next bill
	leaves        int // day the subscription ends, when leaving is decided
	returns       int // day it comes back, when it will
	term          contract
	lastChampion  int
	troubleUntil  int
	recover       int // day on which a failed payment is paid at last; -1 when none is open
	giveUp        int // day on which an unpaid account is canceled
	price         int64
	shocked, hurt bool // by the price rise, by the bad week
	cause         string
}

const never = 1 << 30

func (w *world) live(a *account) {
	l := &life{w: w, a: a, d: &a.dice, leaves: never, returns: never, giveUp: never, recover: -1, trialEnd: never}
	a.states = make([]state, w.days/7+1)
	l.now = state{value: 0.1, satisfaction: 0.62, usage: 0.5, champion: true}
	if a.signup < 0 {
		l.settle()
	}
	for day := max(0, a.signup); day < w.days; day++ {
		if day == a.signup {
			l.signUp(day)
		}
		if day == l.returns {
			l.comeBack(day)
		}
		if len(a.spans) == 0 || day >= a.spans[len(a.spans)-1].to {
			if l.returns == never {
				break
			}
			continue
		}
		if a.story != nil && a.story.day != nil {
			a.story.day(l, day)
		}
		if (day-max(0, a.signup))%7 == 0 {
			l.week(day)
		}
		a.states[day/7] = l.now
		switch {
		case day == l.trialEnd:
			l.afterTrial(day)
		case day == l.giveUp:
			l.end(day, "payment failed", "involuntary")
		case day == l.leaves:
			l.end(day, l.cause, "voluntary")
		}
		if !l.paying {
			continue
		}
		if day == l.recover {
			l.recover = -1
			l.change(day, "active")
		}
		if day == l.due {
			l.bill(day)
		}
		if (day-l.joined)%30 == 29 {
			l.month(day)
		}
	}
}

// settle is the state of a customer from before the two years.
func (l *life) settle() {
	a, w := l.a, l.w
	l.now.value = clamp(a.fit*l.d.between(0.8, 1), 0, 1)
	l.now.satisfaction, l.now.usage = 0.28+0.6*l.now.value, 0.2+0.8*l.now.value
	l.start(a.signup)
	for l.due < 0 {
		if a.yearly {
			l.openTerm(l.due)
		}
		l.due = w.monthsAfter(l.due, l.months())
	}
}

func (l *life) signUp(day int) {
	a, w := l.a, l.w
	l.trialEnd = day + 14
	a.spans = append(a.spans, span{day, never})
	l.sub++
	l.joined = day
	l.price = w.price(a, day)
	a.changes = append(a.changes, change{day: day, sub: l.sub, status: "trialing", plan: a.plan, seats: max(2, min(a.seats, 6)), price: l.price, discount: a.discount, yearly: a.yearly, trialEnd: l.trialEnd})
	step := float64(day)
	for i := 0; i < len(onboarding); i++ {
		step += l.d.between(0.5, 5) * (1.6 - a.pace)
		if l.d.chance(0.16 * (1 - a.pace)) { // some get stuck
			break
		}
		a.steps = append(a.steps, int(step))
	}
	if a.story != nil && a.story.steps > 0 {
		a.steps = a.steps[:min(len(a.steps), a.story.steps)]
	}
}

func (l *life) afterTrial(day int) {
	l.trialEnd = never
	p := 0.25 + 0.75*l.a.fit
	if len(l.a.steps) < 3 {
		p -= 0.25
	}
	if l.a.story == nil && !l.d.chance(p) {
		l.end(day, "trial ended", "")
		return
	}
	l.pay(day)
}

// start begins a stay that is paid from its first day.
func (l *life) start(day int) {
	l.sub++
	l.joined = day
	l.a.spans = append(l.a.spans, span{day, never})
	l.pay(day)
}

func (l *life) pay(day int) {
	l.paying, l.due = true, day
	l.price = l.w.price(l.a, day)
	l.change(day, "active")
}

// week moves the state.
func (l *life) week(day int) {
	a, d, s := l.a, l.d, &l.now
	quiet := a.story != nil
	if s.champion && !quiet && d.chance(0.0045) {
		l.loseChampion(day)
	} else if !s.champion && day > l.lastChampion+60 && d.chance(0.05) && !quiet {
		s.champion = true
	}
	aim := a.fit * (0.35 + 0.13*float64(min(5, l.done(day))))
	if a.signup < 0 {
		aim = a.fit
	}
	if !s.champion {
		aim *= 0.6
	}
	s.value = clamp(s.value+0.08*(aim-s.value)+d.bell(0, 0.012), 0, 1)
	s.satisfaction = clamp(s.satisfaction+0.07*(0.28+0.6*s.value-s.satisfaction)+d.bell(0, 0.025), 0.02, 0.98)
	s.usage = clamp(s.usage+0.13*(0.2+0.8*s.value-s.usage)+d.bell(0, 0.025), 0.03, 1)
	if !quiet && d.chance(0.01) { // a run of bad support
		l.troubleUntil = day + 21
		s.satisfaction -= d.between(0.06, 0.18)
	}
	s.trouble = day < l.troubleUntil
	if day >= l.w.badWeek && !l.hurt {
		l.hurt = true
		s.satisfaction = max(0.02, s.satisfaction-d.between(0.02, 0.14))
	}
	if day >= l.w.riseDay-21 && !l.shocked {
		l.shocked = true
		if a.plan <= team {
			s.satisfaction = max(0.02, s.satisfaction-d.between(0, 0.22)*(1-a.patient))
		}
	}
	if l.leaves != never {
		s.leaving = true
		s.usage = max(0.03, s.usage*0.74)
	}
}

func (l *life) loseChampion(day int) {
	l.now.champion, l.lastChampion = false, day
	l.a.gone = append(l.a.gone, day)
	l.now.satisfaction = max(0.02, l.now.satisfaction-0.05)
}

// done is how many onboarding steps are done by the day.
func (l *life) done(day int) int {
	n := 0
	for _, s := range l.a.steps {
		if s <= day {
			n++
		}
	}
	return n
}

// hazard is the chance that the account decides within a month to leave.
func (s *state) hazard() float64 {
	x := -4.05 + 10*(0.5-s.satisfaction) + 4*(0.45-s.usage)
	if !s.champion {
		x += 0.6
	}
	return 1 / (1 + math.Exp(-x))
}

// month is where an account looks at what it has: leaves, buys more or gives seats back.
func (l *life) month(day int) {
	a, d, s := l.a, l.d, &l.now
	if a.story != nil || l.leaves != never {
		return
	}
	if !a.yearly && d.chance(s.hazard()) {
		l.decide(day, l.dueAfter(day+40))
		return
	}
	switch {
	case s.value > 0.5 && s.usage > 0.5 && d.chance(0.13):
		l.grow(day, max(1, int(float64(a.seats)*d.between(0.04, 0.13))))
	case !a.yearly && (s.usage < 0.35 || day > l.w.riseDay && a.plan <= team && s.satisfaction < 0.4) && d.chance(0.09):
		l.shrink(day, a.seats/8+1)
	}
	if a.yearly { // what a year's customer decides, it decides before the renewal
		if left := l.due - day; left >= 60 && left < 90 && d.chance(1-math.Pow(1-s.hazard(), 10)) {
			l.decide(day, l.due)
		}
	}
}

// decide is the decision to leave on the day of a due bill.
func (l *life) decide(day, leaves int) {
	l.leaves = leaves
	s := &l.now
	switch {
	case !s.champion:
		l.cause = "champion left"
	case day > l.w.riseDay-30 && day < l.w.riseDay+120 && l.a.plan <= team && l.a.patient < 0.6:
		l.cause = "too expensive"
	case s.trouble || s.satisfaction < 0.3:
		l.cause = "quality and support"
	case s.usage < 0.45:
		l.cause = "not used enough"
	default:
		l.cause = pick(l.d, []string{"other product", "missing feature", "company closed", "too expensive"})
	}
}

func (l *life) end(day int, reason, kind string) {
	a := l.a
	a.spans[len(a.spans)-1].to = day
	l.change(day, "canceled")
	c := &a.changes[len(a.changes)-1]
	c.reason, c.kind = reason, kind
	if l.paying && a.yearly {
		l.closeTerm(day, "lost", "")
	}
	l.paying, l.leaves, l.giveUp, l.recover = false, never, never, -1
	l.now.leaving = false
	if a.story == nil && kind != "" && l.d.chance(0.16) {
		l.returns = day + l.d.span(75, 210)
	}
	if a.story != nil && a.story.back > 0 {
		l.returns = l.w.ago(a.story.back)
	}
}

// comeBack begins a new stay: mended, with somebody who cares.
func (l *life) comeBack(day int) {
	l.returns = never
	l.a.fit = clamp(l.a.fit+0.2, 0.6, 1)
	l.now = state{value: 0.45, satisfaction: 0.6, usage: 0.55, champion: true}
	l.start(day)
}
