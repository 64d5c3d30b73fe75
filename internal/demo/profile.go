package demo

import "github.com/keepwell/keepwell/internal/fact"

// bringHistory tells what was known before the two years: the customers, their people, subscriptions and running
// contracts, and the exchange rates since.
func (w *world) bringHistory() {
	for month := -36; month < 0; month++ {
		w.rates(w.monthsAfter(0, month))
	}
	for _, a := range w.accounts {
		if a.signup >= 0 {
			continue
		}
		w.moneyDay(a, -1)
		a.stage = "adopted"
		w.profile(a, a.signup, "adopted")
		for i, p := range a.people {
			if p.joined < 0 {
				w.joins(a, p, i, p.joined)
			}
			p.first, p.learns = true, never
		}
	}
}

// profile tells all that is known of an account from the day on.
func (w *world) profile(a *account, day int, stage string) {
	at := w.at(day, 25200+a.n)
	a.toldPlan, a.told, a.stage = a.plan, a.manager(w, day), stage
	w.feed.of(fact.Accounts, at, a.id, "").text("name", a.name).text("plan", plans[a.plan].name).text("industry", a.industry).
		text("country", a.land.code).text("region", a.land.region).text("size", a.size).time("created_at", w.at(a.signup, 25200)).
		text("stage", stage).text("csm", a.told).text("touch_model", plans[a.plan].touch).text("parent_account_id", a.parent).text("domain", a.domain).send()
}

// manager is the account's CSM on the day: the last of the five leaves, and the others share what was theirs.
func (a *account) manager(w *world, day int) string {
	if a.csm == len(csms)-1 && day >= w.handover {
		return csms[a.n%(len(csms)-1)]
	}
	return csms[a.csm]
}

// profileDay tells what has changed about an account: its plan, its stage, its CSM.
func (w *world) profileDay(a *account, day int) {
	if day == a.signup {
		w.profile(a, day, "trial")
		return
	}
	if day < a.signup {
		return
	}
	stage, manager := a.stageOn(day), a.manager(w, day)
	if a.told == manager && a.stage == stage && a.toldPlan == a.plan {
		return
	}
	r := w.feed.of(fact.Accounts, w.at(day, 30000+a.n), a.id, "")
	if a.stage != stage {
		r.text("stage", stage)
	}
	if a.told != manager {
		r.text("csm", manager)
	}
	if a.toldPlan != a.plan {
		r.text("plan", plans[a.plan].name).text("touch_model", plans[a.plan].touch)
	}
	r.send()
	a.told, a.stage, a.toldPlan = manager, stage, a.plan
}

func (a *account) stageOn(day int) string {
	switch {
	case !a.on(day) && len(a.bills) == 0:
		return "lost trial"
	case !a.on(day):
		return "churned"
	case a.signup < 0 || day > a.spans[0].to:
		return a.mature(day)
	case day < a.signup+14:
		return "trial"
	case day < a.signup+75 || len(a.steps) < len(onboarding) && day < a.signup+200:
		return "onboarding"
	}
	return a.mature(day)
}

// mature is the stage of an account that has been set up: it is adopted; loyal while it does very well; and back in
// onboarding for some weeks after the one who drove it has left, where somebody looks after it.
func (a *account) mature(day int) string {
	for _, gone := range a.gone {
		if a.high() && day >= gone+14 && day < gone+45 {
			return "onboarding"
		}
	}
	s := a.state(day)
	best := 0.7 // easier to keep than to reach, so that nobody goes to and fro each week
	if a.stage == "loyal" {
		best = 0.55
	}
	if s.satisfaction > best && s.value > best && !s.leaving && day > a.signup+240 {
		return "loyal"
	}
	return "adopted"
}
