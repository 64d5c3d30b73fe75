package metric_test

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

func init() {
	for id, count := range map[string]func(recount, string) map[string]tally{
		"new_visitor_share": recount.newVisitors, "pages_per_session": visitFigures("pages_per_session"), "bounce_rate": visitFigures("bounce_rate"),
		"direct_traffic_share": visitFigures("direct_traffic_share"), "exit_rate": visitFigures("exit_rate"), "scroll_depth": visitFigures("scroll_depth"),
		"conversion_rate": recount.conversions, "time_on_page": recount.timeOnPages, "ctr": recount.clicks, "social_engagement_rate": recount.posts,
		"cart_abandonment_rate": recount.carts, "acquisition_rate": recount.acquired, "lead_qualification_rate": leads("qualified"), "lead_conversion_rate": leads("won"),
		"campaign_effectiveness": recount.campaigns,
	} {
		recounts[id] = count
	}
	counted = append(counted,
		countedMetric{"new_visitor_share", "standard", "path", nil}, countedMetric{"pages_per_session", "standard", "", map[string]string{"session_gap_minutes": "31"}},
		countedMetric{"bounce_rate", "engaged", "", map[string]string{"goals": "/pricing"}}, countedMetric{"bounce_rate", "standard", "", map[string]string{"bounce": "single_page"}},
		countedMetric{"bounce_rate", "standard", "", map[string]string{"bounce": "engaged", "engaged_seconds": "25"}},
		countedMetric{"direct_traffic_share", "standard", "referrer", nil}, countedMetric{"exit_rate", "standard", "path", nil}, countedMetric{"scroll_depth", "standard", "path", nil},
		countedMetric{"conversion_rate", "sessions", "", nil}, countedMetric{"conversion_rate", "visitors", "", map[string]string{"goals": "/pricing, Plan Built"}},
		countedMetric{"time_on_page", "standard", "path", nil}, countedMetric{"ctr", "delivered", "channel", nil}, countedMetric{"ctr", "opened", "campaign", nil}, countedMetric{"ctr", "impressions", "", nil},
		countedMetric{"social_engagement_rate", "standard", "network", nil},
		countedMetric{"cart_abandonment_rate", "carts", "", nil}, countedMetric{"cart_abandonment_rate", "carts", "", map[string]string{"cart_hours": "720"}}, countedMetric{"cart_abandonment_rate", "checkouts", "", map[string]string{"cart_hours": "2160"}},
		countedMetric{"acquisition_rate", "standard", "", nil}, countedMetric{"lead_qualification_rate", "standard", "fit", nil}, countedMetric{"lead_conversion_rate", "standard", "campaign", nil},
		countedMetric{"campaign_effectiveness", "standard", "campaign", nil},
	)
}

func (c recount) newVisitors(string) map[string]tally {
	first := map[string]time.Time{}
	for _, r := range c.rows {
		if was, ok := first[c.person(r)]; r.kind == "pages" && (!ok || r.at.Before(was)) {
			first[c.person(r)] = r.at
		}
	}
	fresh, all := map[string]map[string]bool{}, map[string]map[string]bool{}
	c.in("pages", func(r row) {
		if key, ok := c.group(c.accountOf(r), r); ok {
			mark(all, key, c.person(r))
			if c.inside(first[c.person(r)]) {
				mark(fresh, key, c.person(r))
			}
		}
	})
	out := map[string]tally{}
	for key, people := range all {
		out[key] = tally{100 * float64(len(fresh[key])), float64(len(people)), true}
	}
	return out
}

// visit is a session with page views. facts are those that keep it alive; events without a session id are among them,
// those with one count as done in it but neither begin nor end it.
type visit struct {
	sitting
	views []row
	done  int
}

func (c recount) visits() []visit {
	var all []visit
	for _, s := range c.sittings(func(r row) bool { return r.kind == "pages" || r.text("session_id") == "" }) {
		v := visit{sitting: s}
		for _, r := range s.facts {
			if r.kind == "pages" {
				v.views = append(v.views, r)
			} else {
				v.done++
			}
		}
		if len(v.views) == 0 {
			continue
		}
		if id := v.views[0].text("session_id"); id != "" {
			for _, r := range c.rows {
				if r.kind == "events" && r.text("session_id") == id && c.visitorOf(r) == c.visitorOf(v.views[0]) {
					v.done++
				}
			}
		}
		all = append(all, v)
	}
	return all
}

// account is that of the first view that has one.
func (v visit) account(c recount) string { return sitting{v.views}.account(c) }

// reached says that a goal was reached in the visit.
func (v visit) reached(c recount) bool {
	goals := c.names("goals", "Signed Up, Trial Started, Order Completed")
	return slices.ContainsFunc(c.rows, func(r row) bool {
		if (r.kind != "events" && r.kind != "pages") || !goals.has(cmp.Or(r.text("name"), r.text("path"))) || c.visitorOf(r) != c.visitorOf(v.views[0]) || r.text("session_id") != v.views[0].text("session_id") {
			return false
		}
		return r.text("session_id") != "" || (!r.at.Before(v.views[0].at) && !r.at.After(v.ended()))
	})
}

// visitFigures counts what is counted over visits.
func visitFigures(metric string) func(recount, string) map[string]tally {
	return func(c recount, variant string) map[string]tally {
		out := map[string]tally{}
		for _, v := range c.visits() {
			first := v.views[0]
			if metric == "exit_rate" {
				for i, r := range v.views {
					if c.inside(r.at) {
						c.add(out, c.accountOf(r), r, percent(i == len(v.views)-1), 1)
					}
				}
				continue
			}
			if !c.inside(first.at) {
				continue
			}
			switch metric {
			case "pages_per_session":
				c.add(out, v.account(c), row{}, float64(len(v.views)), 1)
			case "bounce_rate":
				c.add(out, v.account(c), row{}, percent(v.bounced(c, variant)), 1)
			case "direct_traffic_share":
				key := row{f: map[string]any{}}
				if from := host(first.text("referrer")); from != "" && from != host(first.text("url")) {
					key.f["referrer"] = from
				}
				c.add(out, c.accountOf(first), key, percent(!key.has("referrer") && !first.has("utm_source")), 1)
			case "scroll_depth":
				deepest := map[string]float64{}
				for _, r := range v.views {
					if r.has("scroll_depth") {
						deepest[r.text("path")] = math.Max(deepest[r.text("path")], r.number("scroll_depth"))
					}
				}
				for path, depth := range deepest {
					c.add(out, v.account(c), row{f: map[string]any{"path": path}}, depth, 1)
				}
			}
		}
		return out
	}
}

// host is the part of an address between the slashes.
func host(address string) string {
	if parts := strings.Split(address, "/"); len(parts) > 2 {
		return parts[2]
	}
	return ""
}

func (v visit) bounced(c recount, variant string) bool {
	how := c.policy("bounce", "no_interaction")
	if variant == "engaged" {
		how = "engaged"
	}
	if len(v.views) > 1 {
		return false
	}
	switch how {
	case "single_page":
		return true
	case "engaged":
		return !v.reached(c) && math.Max(v.views[0].number("engaged_seconds"), v.ended().Sub(v.views[0].at).Seconds()) < float64(c.number("engaged_seconds", 10))
	}
	return v.done == 0
}

func (c recount) conversions(variant string) map[string]tally {
	out := map[string]tally{}
	if variant == "sessions" {
		for _, v := range c.visits() {
			if c.inside(v.views[0].at) {
				c.add(out, v.account(c), row{}, percent(v.reached(c)), 1)
			}
		}
		return out
	}
	goals := c.names("goals", "Signed Up, Trial Started, Order Completed")
	won, converted, all := map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, kind := range []string{"events", "pages"} {
		c.in(kind, func(r row) { won[c.person(r)] = won[c.person(r)] || goals.has(cmp.Or(r.text("name"), r.text("path"))) })
	}
	c.in("pages", func(r row) {
		if key, ok := c.group(c.accountOf(r), r); ok {
			mark(all, key, c.person(r))
			if won[c.person(r)] {
				mark(converted, key, c.person(r))
			}
		}
	})
	for key, people := range all {
		out[key] = tally{100 * float64(len(converted[key])), float64(len(people)), true}
	}
	return out
}

func (c recount) timeOnPages(string) map[string]tally {
	out := map[string]tally{}
	c.in("pages", func(r row) {
		seconds, known := r.number("engaged_seconds"), r.has("engaged_seconds")
		if !known {
			var next time.Time
			for _, o := range c.rows {
				if o.kind == "pages" && c.visitorOf(o) == c.visitorOf(r) && o.text("session_id") == r.text("session_id") && o.at.After(r.at) && (next.IsZero() || o.at.Before(next)) {
					next = o.at
				}
			}
			gap := next.Sub(r.at)
			known = !next.IsZero() && (gap < 30*time.Minute || (r.text("session_id") != "" && gap < 48*time.Hour))
			seconds = gap.Seconds()
		}
		if known {
			c.add(out, c.accountOf(r), r, seconds, 1)
		}
	})
	return out
}

func (c recount) clicks(variant string) map[string]tally {
	out := map[string]tally{}
	c.in("campaigns", func(r row) {
		for _, of := range map[string][]string{"delivered": {"delivered", "sent", "impressions", "opened"}, "opened": {"opened"}, "impressions": {"impressions"}}[variant] {
			if r.has(of) {
				c.add(out, "", r, 100*r.number("clicked"), r.number(of))
				return
			}
		}
	})
	return out
}

func (c recount) posts(string) map[string]tally {
	latest := map[string]row{}
	c.in("social", func(r row) {
		key := r.text("network") + r.text("post_id")
		if was, ok := latest[key]; !ok || r.at.After(was.at) || (r.at.Equal(was.at) && r.seq > was.seq) {
			latest[key] = r
		}
	})
	out := map[string]tally{}
	for _, r := range latest {
		if r.has("impressions") {
			sum := r.number("likes") + r.number("shares") + r.number("saves") + r.number("comments") + r.number("mentions")
			c.add(out, "", r, 100*sum, r.number("impressions"))
		}
	}
	return out
}

func (c recount) carts(variant string) map[string]tally {
	begins := map[string]string{"carts": "Product Added", "checkouts": "Checkout Started"}[variant]
	window := time.Duration(c.number("cart_hours", 24)) * time.Hour
	orders, added := map[string][]time.Time{}, map[string][]row{}
	for _, r := range c.rows {
		switch person := c.person(r); {
		case r.kind == "orders" && !strings.HasPrefix(r.text("amount"), "-"), r.kind == "events" && r.text("name") == "Order Completed":
			orders[person] = append(orders[person], r.at)
		case r.kind == "events" && r.text("name") == begins && person != "":
			key := person + "\x00" + r.text("cart_id")
			added[key] = append(added[key], r)
		}
	}
	between := func(person string, from, to time.Time) bool { // an order at from or later, and before to
		return slices.ContainsFunc(orders[person], func(t time.Time) bool { return !t.Before(from) && t.Before(to) })
	}
	out := map[string]tally{}
	for key, rows := range added {
		person, cart, _ := strings.Cut(key, "\x00")
		sort.Slice(rows, func(i, j int) bool {
			if by := rows[i].at.Compare(rows[j].at); by != 0 {
				return by < 0
			}
			return c.idLess(rows[i], rows[j])
		})
		for i, r := range rows {
			if i > 0 && (cart != "" || (!between(person, rows[i-1].at, r.at) && !rows[i-1].at.Before(r.at.Add(-window)))) {
				continue
			}
			if c.inside(r.at) && !r.at.Add(window).After(today) {
				c.add(out, c.accountOf(r), r, percent(!between(person, r.at, r.at.Add(window+time.Second))), 1)
			}
		}
	}
	return out
}

func (c recount) acquired(string) map[string]tally {
	out := map[string]tally{}
	for _, a := range c.accounts() {
		was, is, before := c.monthly(a, c.from).Sign() > 0, c.monthly(a, c.to).Sign() > 0, false
		for t := dawn.AddDate(0, -1, 0); t.Before(c.from); t = t.Add(time.Hour) { // facts lie on full hours
			before = before || c.monthly(a, t.Add(time.Second)).Sign() > 0
		}
		if was {
			c.add(out, a, row{}, 0, 1)
		} else if is && !before {
			c.add(out, a, row{}, 100, 0)
		}
	}
	return out
}

// life is what is known of a lead by now.
type life struct {
	created        time.Time
	account, value string
	f              row // fit and campaign
	qualified, won bool
}

func (c recount) lives() map[string]*life {
	states := map[string][]row{}
	for _, r := range c.rows {
		if r.kind == "leads" {
			states[r.text("lead_id")] = append(states[r.text("lead_id")], r)
		}
	}
	lives := map[string]*life{}
	for id, rows := range states {
		sort.Slice(rows, func(i, j int) bool {
			if by := rows[i].at.Compare(rows[j].at); by != 0 {
				return by < 0
			}
			return rows[i].seq < rows[j].seq
		})
		l := &life{created: rows[0].at, f: row{f: map[string]any{}}}
		for _, r := range rows {
			l.account = cmp.Or(r.account, l.account)
			l.value = cmp.Or(r.text("value"), l.value)
			for _, name := range []string{"fit", "campaign"} {
				if r.has(name) {
					l.f.f[name] = r.f[name]
				}
			}
			status := r.text("status")
			l.qualified = l.qualified || status == "qualified" || status == "opportunity" || status == "won"
			if status == "won" {
				l.won = true
			}
		}
		lives[id] = l
	}
	return lives
}

// leads counts those that got so far.
func leads(reached string) func(recount, string) map[string]tally {
	return func(c recount, _ string) map[string]tally {
		out := map[string]tally{}
		for _, l := range c.lives() {
			if c.inside(l.created) {
				c.add(out, l.account, l.f, percent(reached == "won" && l.won || reached == "qualified" && l.qualified), 1)
			}
		}
		return out
	}
}

// campaigns are the returns on what they cost; all amounts are in euros.
func (c recount) campaigns(string) map[string]tally {
	out := map[string]tally{}
	reported := map[string]bool{}
	c.in("campaigns", func(r row) { reported[r.text("campaign")] = reported[r.text("campaign")] || r.has("revenue") })
	// The value is (revenue - cost) / cost, so a cost is taken from one and put to the other.
	spent := func(r row, cost, revenue float64) { c.add(out, r.account, r, 100*(revenue-cost), cost) }
	c.in("campaigns", func(r row) { spent(r, euros(r.text("cost")), euros(r.text("revenue"))) })
	c.in("costs", func(r row) {
		if r.has("campaign") {
			spent(r, euros(r.text("amount")), 0)
		}
	})
	for _, l := range c.lives() {
		if l.won && c.inside(l.created) && l.f.has("campaign") && !reported[l.f.text("campaign")] {
			l.f.account = l.account
			spent(l.f, 0, euros(l.value))
		}
	}
	return out
}

func euros(text string) float64 {
	x, _ := strconv.ParseFloat(text, 64)
	return x
}
