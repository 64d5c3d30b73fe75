package metric_test

import (
	"sort"
	"time"
)

// voice counts the metrics of what customers say, of support and of customer success; false for others.
func (c recount) voice(metric, variant string, out map[string]tally, put func(string, row, float64, float64, bool)) bool {
	switch {
	case metric == "nps" && variant != "standard", metric == "csat" && (variant == "by_account" || variant == "by_value"):
		c.weighted(metric, variant, out)
		return true
	}
	share := func(yes bool) float64 {
		if yes {
			return 100
		}
		return 0
	}
	switch metric {
	case "survey_response_rate":
		c.in("invitations", func(r row) {
			if delivered, known := r.f["delivered"].(bool); !known || delivered {
				put(c.accountOf(r), r, share(c.answered(r)), 1, true)
			}
		})
	case "feedback_volume":
		c.in("answers", func(r row) {
			if r.has("text") || r.text("choice") == "start" || r.text("choice") == "stop" {
				put(c.accountOf(r), r, 1, 0, false)
			}
		})
		c.in("reviews", func(r row) { put(c.accountOf(r), row{}, 1, 0, false) })
		c.in("social", func(r row) { put(c.accountOf(r), row{}, r.number("mentions"), 0, false) })
	case "review_rating":
		c.in("reviews", func(r row) { put(c.accountOf(r), r, 100*r.number("rating")/r.number("scale_max"), 1, true) })
	case "closed_loop_rate", "time_to_close_loop":
		waited := map[string][]float64{}
		c.in("answers", func(r row) {
			if !unhappy(r) || (c.accountOf(r) == "" && c.person(r) == "") {
				return
			}
			next, found := c.followUp(r)
			hours := next.Sub(r.at).Hours()
			if metric == "closed_loop_rate" {
				put(c.accountOf(r), r, share(found && hours <= c.days("closed_loop_hours", 48)), 1, true)
			} else if key, ok := c.group(c.accountOf(r), r); ok && found {
				waited[key] = append(waited[key], hours)
			}
		})
		for key, hours := range waited {
			out[key] = tally{num: middle(hours)}
		}
	case "support_csat":
		c.in("answers", func(r row) {
			if r.text("kind") == "csat" && (r.has("ticket_id") || r.text("touchpoint") == "support") {
				put(c.accountOf(r), r, share(r.number("score") >= 4), 1, true)
			}
		})
	case "scorecard_result":
		c.in("visits", func(r row) {
			most, weight := 100.0, 1.0
			if r.has("scale_max") {
				most, weight = r.number("scale_max"), r.number("weight")
			}
			put("", r, 100*weight*r.number("score")/most, weight, true)
		})
	case "touch_coverage", "qbr_coverage", "community_participation", "csm_load", "feature_utilisation":
		csms := map[string]map[string]bool{}
		for _, a := range c.accounts() {
			if c.monthly(a, c.to).Sign() <= 0 {
				continue
			}
			switch metric {
			case "csm_load":
				csm := c.trait(a, "csm", c.to)
				key, ok := c.group(a, row{})
				if !ok || csm == "" {
					continue
				}
				if csms[key] == nil {
					csms[key] = map[string]bool{}
				}
				csms[key][csm] = true
				out[key] = tally{out[key].num + 1, float64(len(csms[key])), true}
			case "feature_utilisation":
				if used, paid := c.features(a); paid > 0 {
					put(a, row{}, 100*float64(used)/float64(paid), 1, true)
				}
			default:
				put(a, row{}, share(c.touched(metric, a)), 1, true)
			}
		}
	default:
		return c.support(metric, variant, share, out, put)
	}
	return true
}

func (c recount) days(policy string, usual float64) float64 {
	if n, ok := c.set[policy]; ok {
		return float64(n)
	}
	return usual
}

// weighted is the mean of accounts' scores: each counts once, or what it was worth when it answered.
func (c recount) weighted(metric, variant string, out map[string]tally) {
	type account struct{ sum, weight, n float64 }
	groups := map[string]map[string]*account{}
	c.in("answers", func(r row) {
		name := c.accountOf(r)
		key, ok := c.group(name, r)
		if r.text("kind") != metric || name == "" || !ok {
			return
		}
		weight := 1.0
		if variant == "by_value" {
			if weight, _ = c.monthly(name, r.at).Float64(); weight == 0 {
				return
			}
		}
		score := 0.0
		switch s := r.number("score"); {
		case metric == "nps" && s >= 9, metric == "csat" && s >= 4:
			score = 100
		case metric == "nps" && s <= 6:
			score = -100
		}
		if groups[key] == nil {
			groups[key] = map[string]*account{}
		}
		a := groups[key][name]
		if a == nil {
			a = &account{}
			groups[key][name] = a
		}
		a.sum, a.weight, a.n = a.sum+score, a.weight+weight, a.n+1
	})
	for key, accounts := range groups {
		t := tally{ratio: true}
		for _, a := range accounts {
			t.num, t.den = t.num+a.weight/a.n*a.sum/a.n, t.den+a.weight/a.n
		}
		out[key] = t
	}
}

// answered says whether an invitation was answered.
func (c recount) answered(invitation row) bool {
	for _, a := range c.rows {
		if a.kind != "answers" {
			continue
		}
		named := false
		for _, i := range c.rows {
			named = named || (i.kind == "invitations" && a.has("invitation_id") && i.text("id") == a.text("invitation_id"))
		}
		if named {
			if a.text("invitation_id") == invitation.text("id") {
				return true
			}
			continue
		}
		// The last invitation before it to its person, and to its account without a person: the later of the two.
		var best row
		found := false
		for _, i := range c.rows {
			if i.kind != "invitations" || i.at.After(a.at) || (a.has("survey") && a.text("survey") != i.text("survey")) {
				continue
			}
			who := c.person(i)
			if !(who != "" && who == c.person(a)) && !(who == "" && i.account != "" && i.account == c.accountOf(a)) {
				continue
			}
			if !found || i.at.After(best.at) || (i.at.Equal(best.at) && i.seq > best.seq) {
				best, found = i, true
			}
		}
		if found && best.seq == invitation.seq {
			return true
		}
	}
	return false
}

func unhappy(r row) bool {
	s := r.number("score")
	switch r.text("kind") {
	case "nps":
		return s <= 6
	case "csat", "rating":
		return s < 3
	case "ces":
		return (r.text("orientation") == "effort") == (s > 4) && s != 4
	}
	return false
}

// followUp is when the team first turned to the account, or the person, after an answer.
func (c recount) followUp(answer row) (first time.Time, found bool) {
	account, person := c.accountOf(answer), c.person(answer)
	for _, r := range c.rows {
		ofAccount, ofPerson := c.accountOf(r), c.person(r)
		switch r.kind {
		case "interactions":
			kind := r.text("kind")
			if r.text("direction") == "inbound" || (kind != "call" && kind != "email" && kind != "qbr") {
				continue
			}
		case "messages":
			if public, known := r.f["public"].(bool); r.text("author") != "agent" || (known && !public) {
				continue
			}
			if ticket, ok := c.last("tickets", never, func(t row) bool { return t.text("ticket_id") == r.text("ticket_id") }); ok {
				if ofAccount == "" {
					ofAccount = c.accountOf(ticket)
				}
				if c.person(ticket) != "" {
					ofPerson = c.person(ticket)
				}
			}
		default:
			continue
		}
		if same := (account != "" && account == ofAccount) || (account == "" && person == ofPerson); same && r.at.After(answer.at) && (!found || r.at.Before(first)) {
			first, found = r.at, true
		}
	}
	return first, found
}

var never = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

func (c recount) touched(metric, account string) bool {
	for _, r := range c.rows {
		if r.kind != "interactions" || c.accountOf(r) != account || !r.at.Before(c.to) {
			continue
		}
		kind, age := r.text("kind"), c.to.Sub(r.at).Hours()/24
		switch metric {
		case "touch_coverage":
			if (kind == "call" || kind == "email" || kind == "qbr") && age <= c.days("touch_days", 90) {
				return true
			}
		case "qbr_coverage":
			if kind == "qbr" && age <= c.days("qbr_days", 92) {
				return true
			}
		case "community_participation":
			if (kind == "community" || kind == "webinar") && !r.at.Before(c.from) {
				return true
			}
		}
	}
	return false
}

// features are how many of those that an account pays for it used, and how many it pays for.
func (c recount) features(account string) (used, paid int) {
	mine, plans := map[string]bool{}, map[string]bool{}
	c.in("events", func(r row) {
		of := c.accountOf(r)
		if of == account {
			mine[r.text("name")] = true
		}
		if of != "" && c.trait(of, "plan", c.to) == c.trait(account, "plan", c.to) {
			plans[r.text("name")] = true
		}
	})
	switch c.trait(account, "features", c.to) {
	case "":
		return len(mine), len(plans)
	case "Job Closed":
		plans = map[string]bool{"Job Closed": true}
	default:
		plans = map[string]bool{"Plan Built": true, "Report Opened": true}
	}
	for name := range mine {
		if plans[name] {
			used++
		}
	}
	return used, len(plans)
}

func middle(x []float64) float64 {
	sort.Float64s(x)
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}
