package demo

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/keepwell/keepwell/internal/fact"
)

// What people do in the product follows from what they are.
const (
	owner = iota
	dispatcher
	technician
	manager
	office
	roles
)

var roleNames = [roles]string{"owner", "dispatcher", "technician", "manager", "office"}

var titles = [roles][]string{
	{"Managing Director", "Head of Operations", "Owner"}, {"Dispatcher", "Planner", "Service Coordinator"},
	{"Technician", "Engineer", "Fitter"}, {"Service Manager", "Team Lead", "Regional Manager"}, {"Accountant", "Office Manager", "Purchasing"},
}

// daily is how likely a person of the role uses the product on a full working day at full usage, and how much then.
var daily = [roles]struct{ chance, events float64 }{{0.28, 1.1}, {0.7, 1.8}, {0.26, 0.8}, {0.22, 0.8}, {0.08, 0.7}}

// person is one contact.
type person struct {
	id, name, email, locale string
	visitor                 string // the id the browser had before the first log-in; "" for those from before
	role                    int
	zeal                    float64
	joined, left            int
	first                   bool // has been active
	learns                  int  // from when on the product is learned; never once it is told
}

func (p *person) in(day int) bool { return day >= p.joined && day < p.left }

// populate shares the contacts out among the accounts by their largest number of seats, so that they add up exactly.
// Each has three at least; the story whose seats are full has as many as seats.
func (w *world) populate(contacts int) {
	seats := make([]int, len(w.accounts))
	total, spare := 0, contacts
	for i, a := range w.accounts {
		for _, c := range a.changes {
			seats[i] = max(seats[i], c.seats)
		}
		if a.full() {
			spare -= seats[i]
			continue
		}
		spare -= 3
		total += seats[i]
	}
	sum, given, n := 0, 0, 0
	for i, a := range w.accounts {
		count := seats[i]
		if !a.full() {
			sum += seats[i]
			upTo := spare * sum / total
			count, given = 3+upTo-given, upTo
		}
		a.people = w.staff(a, count, seats[i], n)
		n += count
	}
}

func (a *account) full() bool { return a.story != nil && a.story.full }

// staff makes an account's people and says when each joins: the first with the sign-up, the others as seats are bought.
func (w *world) staff(a *account, count, most, before int) []*person {
	d := newDice(w.seed, "people", a.n)
	last := w.days - 1
	if end := a.spans[0].to; end != never {
		last = end - 1
	}
	taken := map[string]bool{}
	var all []*person
	for i := range count {
		p := &person{id: "u-" + strconv.Itoa(10001+before+i), name: d.person(a.land.people), locale: pick(&d, a.land.locales), left: never}
		p.role = []int{dispatcher, technician, manager, office}[d.weighted([]int{16, 62, 11, 11})]
		if i == 0 || i == 4 {
			p.role = owner
		} else if i == 1 {
			p.role = dispatcher
		}
		local := ascii(p.name, ".")
		for n := 2; taken[local]; n++ {
			local = ascii(p.name, ".") + strconv.Itoa(n)
		}
		taken[local] = true
		p.email = local + "@" + a.domain
		p.zeal = d.between(0.55, 1.3)
		p.joined = a.signup
		if i > 0 {
			for k, c := range a.changes {
				if c.seats*count > i*most || k == len(a.changes)-1 {
					p.joined = c.day + d.below(24)
					break
				}
			}
		}
		if p.joined >= 0 {
			p.visitor = fmt.Sprintf("v-%s-%d", a.id, i)
		}
		p.joined = min(p.joined, max(last-1, a.signup))
		if stays := int(d.between(30, 6000)); i > 3 && a.story == nil && max(p.joined, 0)+stays < last {
			p.left = max(p.joined, 0) + stays
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(p, q *person) int { return p.joined - q.joined })
	for k, day := range a.gone { // each champion is an early one; the next takes over
		if k < len(all) && all[k].joined < day {
			all[k].left = min(all[k].left, day)
		}
	}
	return all
}

// anyone is a person who is there on the day, rather one of the first; nil when nobody is.
func (a *account) anyone(d *dice, day, among int) *person {
	for range 12 {
		if p := a.people[d.below(min(among, len(a.people)))]; p.in(day) {
			return p
		}
	}
	for _, p := range a.people {
		if p.in(day) {
			return p
		}
	}
	return nil
}

// peopleDay tells who joined and who left.
func (w *world) peopleDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	for i, p := range a.people {
		if p.joined == day {
			w.joins(a, p, i, day)
		}
		if p.left == day {
			w.feed.of(fact.Memberships, w.at(day, 64800+i), a.id, p.id).text("status", "left").text("role", roleNames[p.role]).send()
		}
	}
}

func (w *world) joins(a *account, p *person, i, day int) {
	at := w.at(day, 28800+a.n*7+i*11)
	w.feed.of(fact.Memberships, at, a.id, p.id).text("status", "joined").text("role", roleNames[p.role]).send()
	w.feed.of(fact.Contacts, at, "", p.id).text("email", p.email).text("name", p.name).text("role", roleNames[p.role]).
		text("title", titles[p.role][(a.n+i)%3]).text("locale", p.locale).text("timezone", a.land.zone).time("created_at", at).yes("unsubscribed", false).send()
	if a.parent != "" && p.role == owner { // a branch's owner also belongs to the head office
		w.feed.of(fact.Memberships, w.at(day, 90000), a.parent, p.id).text("role", "group").send()
		w.feed.of(fact.Memberships, w.at(day, 90060), a.id, p.id).text("role", roleNames[p.role]).send()
	}
	if i%97 == 5 && day >= 0 { // an address given up: the column is erased, not only empty
		w.feed.of(fact.Contacts, at.AddDate(0, 1, 0), "", p.id).null("title").yes("unsubscribed", true).send()
	}
}
