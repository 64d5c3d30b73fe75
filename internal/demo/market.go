package demo

import (
	"fmt"

	"github.com/keepwell/keepwell/internal/fact"
)

type campaign struct{ name, channel string }

var offers = []string{"Route planning", "Winter season", "Paperless van", "First-time fix", "Spring tune-up", "Happy dispatchers"}

// campaignsOn are the three campaigns of the day's quarter.
func (w *world) campaignsOn(day int) []campaign {
	date := w.date(day)
	quarter := (int(date.Month()) - 1) / 3
	name := fmt.Sprintf("%d Q%d %s", date.Year(), quarter+1, offers[(date.Year()*4+quarter)%len(offers)])
	return []campaign{{name + " newsletter", "email"}, {name + " search", "search"}, {name + " social", "social"}}
}

func (w *world) campaignOf(d *dice, day int) string { return pick(d, w.campaignsOn(day)).name }

// sellDay is the day's marketing: campaign counts, posts, leads that came to nothing, and those of coming accounts.
func (w *world) sellDay(day int) {
	d := &w.dice
	for i, c := range w.campaignsOn(day) {
		r := func() *row {
			return w.feed.of(fact.Campaigns, w.at(day, 82800+i*60), "", "").text("campaign", c.name).text("channel", c.channel).text("currency", "EUR")
		}
		if c.channel == "email" {
			if w.date(day).Day()%14 == 3 {
				sent := 2600 + day*3
				opened := sent * d.span(22, 34) / 100
				clicked := opened * d.span(9, 22) / 100
				r().whole("sent", sent).whole("delivered", sent*d.span(96, 99)/100).whole("opened", opened).whole("clicked", clicked).whole("conversions", clicked/25).money("cost", 9000).money("revenue", int64(clicked/25)*14000).send()
			}
			continue
		}
		shown := int(float64(d.span(1800, 4200)) * min(1, 0.3+rhythm(w.date(day))))
		clicked := shown * d.span(8, 28) / 1000
		r().whole("impressions", shown).whole("clicked", clicked).whole("conversions", clicked/30).money("cost", int64(clicked)*145).money("revenue", int64(clicked/30)*12000).send()
	}
	if day%3 == 0 {
		w.post(day)
	}
	if working(w.date(day)) {
		for range d.many(1.5) {
			w.leadNowhere(day)
		}
	}
	for _, a := range w.accounts {
		if a.signup >= 0 && day <= a.signup {
			w.courtDay(a, day)
			if day == max(0, a.signup-21) {
				w.leadOf(a, day)
			}
		}
	}
}

// post is one post on a network, counted after a day and again after a week.
func (w *world) post(day int) {
	d := &w.dice
	network := []string{"linkedin", "facebook", "youtube"}[day/3%3]
	shown := d.span(400, 5200)
	liked := shown * d.span(6, 32) / 1000
	w.feed.of(fact.Social, w.at(day, 61200), "", "").text("post_id", fmt.Sprintf("post-%d", day)).text("network", network).whole("impressions", shown).whole("likes", liked).
		whole("shares", liked/7).whole("saves", liked/9).whole("comments", liked/5).whole("clicks", shown*d.span(4, 20)/1000).whole("mentions", d.more(0.6)).send()
}

func (w *world) lead(day, second int, account, id, source, campaign, status, fit, currency string, value int64) {
	w.feed.of(fact.Leads, w.at(day, second), account, "").text("lead_id", id).text("source", source).text("campaign", campaign).text("status", status).
		text("fit", fit).money("value", value).text("currency", currency).send()
}

var leadSources = []string{"web", "web", "campaign", "campaign", "referral", "event", "partner"}

// leadNowhere is a lead that does not become a customer.
func (w *world) leadNowhere(day int) {
	d := &w.dice
	w.leads++
	id := fmt.Sprintf("lead-%05d", w.leads)
	source, fit, name := pick(d, leadSources), pick(d, []string{"A", "B", "B", "C", "C"}), ""
	if source == "campaign" {
		name = w.campaignOf(d, day)
	}
	value, second := int64(d.span(3, 60))*29000, d.workSecond()
	tell := func(after int, status string) {
		w.lead(day+after, second+after, "", id, source, name, status, fit, "EUR", value)
	}
	tell(0, "new")
	qualified, lost := d.chance(0.45), d.chance(0.85)
	if qualified {
		tell(d.span(1, 6), "qualified")
		if d.chance(0.4) {
			tell(d.span(9, 20), "opportunity")
		}
	}
	if lost {
		tell(d.span(25, 70), "lost")
	}
}

// leadOf is the lead that became the account.
func (w *world) leadOf(a *account, day int) {
	d := &a.dice
	source, name := pick(d, leadSources), ""
	if source == "campaign" {
		name = w.campaignOf(d, day)
	}
	fit := []string{"C", "B", "A"}[min(2, int(a.fit*3.2))]
	c := a.changes[0]
	value := c.price * int64(c.seats) * 12
	if c.yearly {
		value /= 12
	}
	tell := func(day int, status, account string) {
		w.lead(day, 45000, account, "lead-"+a.id, source, name, status, fit, a.land.currency, value)
	}
	tell(day, "new", "")
	tell(max(day+1, a.signup-12), "qualified", "")
	tell(max(day+2, a.signup), "opportunity", a.id)
	if len(a.changes) > 1 {
		status := "won"
		if len(a.bills) == 0 {
			status = "lost"
		}
		tell(max(day+3, a.changes[1].day), status, a.id)
	}
}
