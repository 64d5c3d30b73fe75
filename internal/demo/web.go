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
	site = "https://www.fieldnote.example"
	help = "https://help.fieldnote.example"
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
		w.visit(d, w.at(day, d.workSecond()), visitor, w.campaignOf(d, day))
	}
}

// visit is one visitor's look at the site: half see one page only.
func (w *world) visit(d *dice, at time.Time, visitor, campaign string) {
	from := sources[d.weighted([]int{30, 34, 16, 12, 8})]
	session := fmt.Sprintf("%s-%d", visitor, at.Unix())
	views := 1
	if d.chance(0.56) {
		views += 1 + d.more(1.6)
	}
	p := sitePages[d.weighted([]int{40, 8, 8, 4, 18, 14, 4, 2})]
	for i := range views {
		seconds := p.seconds * d.between(0.15, 1.8)
		r := w.feed.of(fact.Pages, at, "", "").text("url", site+p.path).text("path", p.path).text("title", p.title).text("anonymous_id", visitor).
			text("session_id", session).whole("scroll_depth", d.span(20, 100)).whole("engaged_seconds", int(seconds))
		if i == 0 {
			r.text("referrer", from.referrer).text("utm_source", from.source).text("utm_medium", from.medium)
			if from.medium != "" {
				r.text("utm_campaign", campaign)
			}
		}
		r.send()
		at = at.Add(time.Duration(seconds+3) * time.Second)
		p = pick(d, sitePages)
	}
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
		w.visit(d, w.at(day, d.workSecond()), p.visitor, w.campaignOf(d, day))
	}
}

// helpDay are the views of help pages; more while learning and in trouble.
func (w *world) helpDay(a *account, day int) {
	if !a.on(day) {
		return
	}
	d := &a.dice
	rate := 0.012 * float64(a.seats) * rhythm(w.date(day))
	if a.signup >= 0 && day-a.signup < 45 {
		rate += 0.6
	}
	for range d.many(rate) {
		p := a.anyone(d, day, len(a.people))
		if p == nil {
			return
		}
		view := pick(d, helpPages)
		at := w.at(day, d.workSecond()+a.land.hours*3600)
		w.feed.of(fact.Pages, at, "", p.id).text("url", help+view.path).text("path", view.path).text("title", view.title).text("anonymous_id", p.visitor).
			text("session_id", fmt.Sprintf("%s-h%d", p.id, day)).whole("scroll_depth", d.span(30, 100)).whole("engaged_seconds", int(view.seconds*d.between(0.3, 1.6))).send()
	}
}
