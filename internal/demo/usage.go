package demo

import (
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// useDay is a day in the product: who opens it, and what they do.
func (w *world) useDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	d := &a.dice
	state, quiet := a.state(day), rhythm(w.date(day))
	w.adopt(a, day/7)
	shift := a.land.hours * 3600
	midnight := w.midnight(day)
	for _, p := range a.people {
		if !p.in(day) {
			continue
		}
		chance := daily[p.role].chance * p.zeal * quiet * state.usage
		if day-p.joined < 14 && p.joined >= 0 && state.usage > 0 {
			chance += 0.25 * quiet * a.pace // the new are curious
		}
		if !d.chance(chance) {
			continue
		}
		at := midnight.Add(time.Duration(d.workSecond()+shift) * time.Second)
		if nine := midnight.Add(9 * time.Hour); day == p.joined && at.Before(nine) { // not before being told of
			at = nine.Add(time.Duration(d.below(3600)) * time.Second)
		}
		if !p.first {
			p.first = true
			w.arrives(a, p, at)
			p.learns = w.learns(a, p, day)
		}
		at = w.session(a, p, day, at, 1+d.more(daily[p.role].events))
		if day >= p.learns {
			p.learns = never
			w.event(a, p, at, fmt.Sprintf("%s-%d", p.id, day), "Onboarding Completed").whole("days", day-max(p.joined, a.signup)).send()
		}
	}
	w.onboardDay(a, day)
	if a.full() && day >= w.ago(60) && day%4 == 0 {
		w.event(a, a.people[0], w.at(day, 36000), "", "Seat Limit Reached").whole("seats", a.seats).send()
	}
}

// learns is the day from which a person who has begun on the day is done with learning the product: none before the account
// is set up, and one in three never.
func (w *world) learns(a *account, p *person, day int) int {
	d := newDice(w.seed, "learning "+p.id, 0)
	if p == a.people[0] || !d.chance(0.66) || a.signup >= 0 && len(a.steps) < len(onboarding) {
		return never
	}
	if a.signup >= 0 {
		day = max(day, a.steps[len(a.steps)-1]+1)
	}
	return day + d.below(6)
}

// session is one sitting: events minutes apart. It gives when it ended.
func (w *world) session(a *account, p *person, day int, at time.Time, events int) time.Time {
	d := &a.dice
	usable := a.usable[p.role]
	session := fmt.Sprintf("%s-%d", p.id, day)
	broken := day >= w.badWeek && day < w.badWeek+7
	for range events {
		if len(usable) == 0 {
			break
		}
		f := &features[usable[d.below(len(usable))]]
		w.event(a, p, at, session, f.event).send()
		if d.chance(0.004) || broken && p.role == technician && d.chance(0.45) {
			at = at.Add(2 * time.Second)
			code := "timeout"
			if broken {
				code = "sync-conflict"
			}
			w.event(a, p, at, session, "Error Shown").text("code", code).text("feature", f.event).text("release", w.release(day)).send()
		}
		at = at.Add(time.Duration(20+d.more(160)*3) * time.Second)
	}
	return at
}

func (w *world) event(a *account, p *person, at time.Time, session, name string) *row {
	r := w.feed.of(fact.Events, at, a.id, p.id).text("name", name).text("session_id", session)
	if p.role == technician {
		r.text("device", "mobile")
	}
	return r
}

// release is the product's version: a new one every two weeks.
func (w *world) release(day int) string {
	n := (day - w.badWeek + 1400) / 14
	return fmt.Sprintf("%d.%d", 1+n/26, n%26)
}

// onboardDay tells the onboarding steps and a request to leave, which the product itself sees.
func (w *world) onboardDay(a *account, day int) {
	p := a.people[0]
	if day == a.signup {
		w.signsUp(a, day)
	}
	for i, step := range a.steps {
		if step != day {
			continue
		}
		w.event(a, p, w.at(day, 39600+i*900), "", "Onboarding Step Completed").text("step", onboarding[i]).whole("number", i+1).send()
		if i == len(onboarding)-1 {
			w.event(a, p, w.at(day, 39600+i*900+60), "", "Onboarding Completed").whole("days", day-a.signup).send()
			w.askEffort(a, p, day+1)
		}
	}
}
