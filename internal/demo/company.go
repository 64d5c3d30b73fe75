package demo

import (
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// world is the made-up company: its customers, and the feed their facts go to.
type world struct {
	feed     *feed
	seed     uint64
	zone     *time.Location
	currency string    // that is reported in
	first    time.Time // day 0, as midnight UTC
	days     int
	// riseDay is when starter and team become dearer, badWeek the Monday of the release that broke things,
	// handover the day on which a CSM leaves.
	riseDay, badWeek, handover int
	accounts                   []*account
	dice                       dice
	leads, tickets             int
	visitors                   int
}

// plan is what Fieldnote sells. Prices are for a seat and a month, in hundredths, by currency; a year costs ten months.
type plan struct {
	name     string
	touch    string
	seats    [2]int // as bought first
	limit    int    // seats beyond which the next plan is needed
	eur      int64
	usd, gbp int64
	weight   int
}

const (
	starter = iota
	team
	business
	enterprise
)

var plans = []plan{
	{"starter", "self_service", [2]int{2, 8}, 10, 1500, 1600, 1300, 28},
	{"team", "low_touch", [2]int{7, 22}, 30, 2900, 3100, 2500, 36},
	{"business", "high_touch", [2]int{18, 55}, 90, 4500, 4900, 3900, 26},
	{"enterprise", "high_touch", [2]int{60, 130}, 1000, 5900, 6500, 5100, 10},
}

// price is what a seat costs on the day, for the interval.
func (w *world) price(a *account, day int) int64 {
	p := &plans[a.plan]
	month := p.eur
	switch a.land.currency {
	case "USD":
		month = p.usd
	case "GBP":
		month = p.gbp
	}
	if day >= w.riseDay && a.plan <= team {
		month += month * 18 / 100 / 100 * 100 // 18 %, whole units
		month += 100
	}
	if a.yearly {
		return month * 10
	}
	return month
}

// csms are the customer success managers; the last one leaves at the handover.
var csms = []string{"Irina Popa", "Daniel Reyes", "Marta Lindqvist", "Oleg Sandler", "Nadia Farkas"}

// account is one customer company: who it is, what it buys, and its life as live decided it.
type account struct {
	n                  int
	id, name, domain   string
	land               *land
	industry, size     string
	parent             string
	csm                int
	plan               int
	yearly             bool
	seats              int
	discount           int
	card               bool // pays by card; others by transfer
	signup             int  // day of the sign-up; negative for customers from before
	fit, pace, patient float64
	dice               dice
	story              *script

	// What live found.
	spans     []span
	states    []state // one for each week of the two years
	changes   []change
	bills     []bill
	contracts []contract
	steps     []int // days on which onboarding steps were completed
	gone      []int // days on which a champion left

	people      []*person
	usable      [roles][]int // features in use this week, by role
	usableWeek  int
	next        int // the first of changes not told yet
	nextBill    int
	stage, told string
	toldPlan    int
	points      int  // loyalty points it has
	stock       int  // the next bill for the stock module; 0 before it is bought
	stockDue    int  // and its day
	referred    bool // by another account
}

// span is the days [from, to) in which the account has the product.
type span struct{ from, to int }

// state is what nobody sees: how the account is doing in one week. All but the flags lie between 0 and 1.
type state struct {
	value, satisfaction, usage float64
	champion, trouble, leaving bool
}

func (a *account) on(day int) bool {
	for _, s := range a.spans {
		if day >= s.from && day < s.to {
			return true
		}
	}
	return false
}

func (a *account) state(day int) *state { return &a.states[max(0, day)/7] }

func (a *account) high() bool { return plans[a.plan].touch == "high_touch" }

// found plans the company: its accounts, their lives, and their people.
func found(o Options, emit func([]*fact.Fact) error) *world {
	local := o.Until.In(o.Zone)
	last := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	first := last.AddDate(-2, 0, 0)
	w := &world{seed: o.Seed, zone: o.Zone, currency: o.Currency, first: first, days: int(last.Sub(first).Hours())/24 + 1, dice: newDice(o.Seed, "world", 0)}
	w.feed = newFeed(w.midnight(0), o, emit)
	// The rise starts on the first of a month, like any price list.
	d := w.date(w.ago(270))
	w.riseDay = w.ago(270) - d.Day() + 1
	w.badWeek = w.mondayBy(w.ago(150))
	w.handover = w.mondayBy(w.ago(320))
	taken := map[string]bool{}
	for _, s := range Stories {
		taken[s.Name] = true
	}
	for n := range o.Accounts {
		a := w.plan(n, o.Accounts, taken)
		w.live(a)
		w.accounts = append(w.accounts, a)
	}
	w.populate(o.Contacts)
	return w
}

// plan makes up who an account is, before anything happens to it.
func (w *world) plan(n, accounts int, taken map[string]bool) *account {
	d := newDice(w.seed, "account", n)
	a := &account{n: n, id: accountID(n), usableWeek: -1, toldPlan: -1}
	weights := make([]int, len(lands))
	for i := range lands {
		weights[i] = lands[i].weight
	}
	a.land = &lands[d.weighted(weights)]
	a.name, a.industry = d.firm(a.land.people, taken)
	a.plan = d.weighted([]int{plans[0].weight, plans[1].weight, plans[2].weight, plans[3].weight})
	if n < accounts/2 { // customers from before; the rest sign up over the two years, a little faster each quarter
		a.signup = -d.span(40, 1000)
	} else {
		x := (float64(n-accounts/2) + d.float()) / float64(accounts-accounts/2)
		a.signup = w.workingDay(int(float64(w.days-20) * (0.25*x + 0.75*x*(1.6-0.6*x))))
		a.signup = min(a.signup, w.days-6)
	}
	a.seats = d.span(plans[a.plan].seats[0], plans[a.plan].seats[1])
	a.yearly = d.chance([]float64{0.1, 0.35, 0.75, 1}[a.plan])
	a.card = !a.yearly && d.chance(0.8)
	a.discount = pick(&d, [][]int{{0}, {0, 0, 0, 5}, {0, 0, 5, 10}, {5, 10, 15, 20}}[a.plan])
	a.fit = clamp(d.bell(0.66, 0.19), 0.1, 1)
	a.pace = clamp(0.3+0.7*a.fit+d.between(-0.15, 0.15), 0.2, 1)
	a.patient = d.float()
	a.csm = d.below(len(csms))
	a.dice = newDice(w.seed, "life", n)
	if s := storyOf(a.id); s != nil {
		s.cast(w, a)
		a.story = &s.script
	}
	a.size = []string{"1-10", "11-50", "51-200", "201-1000"}[a.plan]
	a.domain = ascii(a.name, "-") + ".example"
	// Every fortieth account is a branch of the one three before it.
	if n%40 == 39 {
		a.parent = accountID(n - 3)
	}
	return a
}

func accountID(n int) string { return fmt.Sprintf("acc-%04d", n+1) }
