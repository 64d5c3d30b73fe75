package demo

import (
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

type page struct {
	path, title string
	seconds     float64
}

const (
	site     = "https://www.fieldnote.example"
	helpSite = "https://help.fieldnote.example"
)

var sitePages = []page{
	{"/", "Fieldnote: planning for field service", 32}, {"/features", "Features", 58}, {"/pricing", "Pricing", 64}, {"/customers", "Customers", 41},
	{"/blog/first-time-fix", "First-time fix: five habits", 95}, {"/blog/winter-planning", "Planning the winter season", 88}, {"/demo", "See it live", 46}, {"/about", "About us", 27},
}

var helpPages = []page{
	{"/start", "Getting started", 90}, {"/jobs/schedule", "Scheduling jobs", 75}, {"/mobile/offline", "Working offline", 80},
	{"/billing/seats", "Seats and billing", 50}, {"/reports", "Reports", 66}, {"/import", "Importing customers", 110},
}

var sources = []struct{ referrer, source, medium string }{
	{"", "", ""}, {"https://www.google.com/", "", ""}, {"https://www.google.com/", "google", "cpc"}, {"https://www.linkedin.com/", "linkedin", "social"}, {"", "newsletter", "email"},
}

// webDay is the web site's day: visitors who stay unknown.
func (w *world) webDay(day int) {
	d := &w.dice
	visits := d.many(float64(34+day/18) * float64(len(w.accounts)) / 300 * (0.3 + 0.7*min(1, rhythm(w.date(day)))) * d.between(0.8, 1.2))
	for range visits {
		visitor := fmt.Sprintf("v-%d", w.visitors)
		if w.visitors > 50 && d.chance(0.22) { // somebody who was here before
			visitor = fmt.Sprintf("v-%d", w.visitors-1-d.below(50))
		} else {
			w.visitors++
		}
		w.visit(d, w.at(day, d.workSecond()), visitor, w.campaignOf(d, day), browse(d))
	}
}

// browse are the pages that somebody looks at: half see one only.
func browse(d *dice) []page {
	seen := []page{sitePages[d.weighted([]int{40, 8, 8, 4, 18, 14, 4, 2})]}
	if d.chance(0.56) {
		for range 1 + d.more(1.6) {
			seen = append(seen, pick(d, sitePages))
		}
	}
	return seen
}

// visit is one visitor's look at the site. It gives the session and when its last page was left.
func (w *world) visit(d *dice, at time.Time, visitor, campaign string, pages []page) (session string, left time.Time) {
	from := sources[d.weighted([]int{30, 34, 16, 12, 8})]
	session = fmt.Sprintf("%s-%d", visitor, at.Unix())
	for i, p := range pages {
		seconds := p.seconds * d.between(0.15, 1.8)
		r := w.view(at, site, p, "", visitor, session, int(seconds), d.span(20, 100))
		if i == 0 {
			r.text("referrer", from.referrer).text("utm_source", from.source).text("utm_medium", from.medium)
			if from.medium != "" {
				r.text("utm_campaign", campaign)
			}
		}
		r.send()
		at = at.Add(time.Duration(seconds+3) * time.Second)
	}
	return session, at
}

// view is one page view, not sent yet.
func (w *world) view(at time.Time, host string, p page, user, visitor, session string, seconds, depth int) *row {
	return w.feed.of(fact.Pages, at, "", user).text("url", host+p.path).text("path", p.path).text("title", p.title).text("anonymous_id", visitor).
		text("session_id", session).whole("scroll_depth", depth).whole("engaged_seconds", seconds)
}

// arrives is a person's first log-in, which says who the visitor was.
func (w *world) arrives(a *account, p *person, at time.Time) {
	if p.visitor == "" {
		return
	}
	w.feed.of(fact.Links, at, "", p.id).text("action", "identify").text("anonymous_id", p.visitor).send()
	switch a.dice.below(160) {
	case 0: // had a second login from a colleague's invitation
		w.feed.of(fact.Links, at.Add(time.Hour), "", p.id).text("action", "alias").text("previous_id", p.id+"-old").send()
	case 1: // a shared tablet in the van: the link was wrong
		w.feed.of(fact.Links, at.Add(time.Hour), "", p.id).text("action", "identify").text("anonymous_id", "tablet-"+a.id).send()
		w.feed.of(fact.Links, at.Add(30*time.Hour), "", p.id).text("action", "undo").text("anonymous_id", "tablet-"+a.id).send()
	}
}

// courtDay are the visits of a coming customer in the weeks before it signs up.
func (w *world) courtDay(a *account, day int) {
	d := &a.dice
	p := a.people[0]
	if left := a.signup - day; p.visitor != "" && left > 0 && left < 25 && d.chance(0.14) || left == 1 {
		w.visit(d, w.at(day, d.workSecond()), p.visitor, w.campaignOf(d, day), browse(d))
	}
}

// signsUp is the visit that ends with a new account.
func (w *world) signsUp(a *account, day int) {
	p := a.people[0]
	d := newDice(w.seed, "sign-up", a.n)
	pages := append(browse(&d)[:1], page{"/pricing", "Pricing", 64}, page{"/signup", "Create your account", 70})
	session, left := w.visit(&d, w.at(day, 30600), p.visitor, w.campaignOf(&d, day), pages)
	w.event(a, p, left, session, "Signed Up").text("anonymous_id", p.visitor).text("plan", plans[a.plan].name).send()
}

// helpDay are the visits to the help pages; more while learning and in trouble.
func (w *world) helpDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	d := newDice(w.seed, "help", 1000*a.n+day)
	rate := 0.007 * float64(a.seats) * rhythm(w.date(day))
	if a.signup >= 0 && day-a.signup < 45 {
		rate += 0.4
	}
	for n := range d.many(rate) {
		p := a.anyone(&d, day, len(a.people))
		if p == nil {
			return
		}
		at := w.at(day, d.workSecond()+a.land.hours*3600)
		views := 1
		if d.chance(0.6) {
			views += 1 + d.more(0.7)
		}
		for i := range views {
			help := pick(&d, helpPages)
			seconds := help.seconds * d.between(0.3, 1.6)
			r := w.view(at, helpSite, help, p.id, p.visitor, fmt.Sprintf("%s-h%d-%d", p.id, day, n), int(seconds), d.span(30, 100))
			if i == 0 && d.chance(0.6) {
				r.text("referrer", "https://app.fieldnote.example/")
			}
			r.send()
			at = at.Add(time.Duration(seconds+3) * time.Second)
		}
	}
}
