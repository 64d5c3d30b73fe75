package metric_test

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

func init() {
	for id, count := range map[string]func(recount, string) map[string]tally{
		"activity_rate": recount.activeCustomers, "first_week_engagement": recount.firstWeeks, "activation_rate": recount.activations, "time_to_value": recount.waits,
		"session_duration": recount.sessionLengths, "repeat_session_rate": recount.repeats, "retention_cohorts": recount.retained, "revenue_cohorts": recount.revenueRetained,
		"funnel": recount.funnels, "paths": recount.pathsFrom,
	} {
		recounts[id] = count
	}
	counted = append(counted,
		countedMetric{"dau", "users", "", map[string]string{"active_events": "Plan Built"}}, countedMetric{"mau", "accounts", "", map[string]string{"active_events": "Plan Built, Job Closed"}},
		countedMetric{"stickiness", "standard", "", map[string]string{"active_events": "Report Opened"}},
		countedMetric{"activity_rate", "monthly", "", nil}, countedMetric{"activity_rate", "daily", "", map[string]string{"active_events": "Plan Built"}},
		countedMetric{"first_week_engagement", "standard", "", nil}, countedMetric{"first_week_engagement", "standard", "", map[string]string{"key_features": "Plan Built, Job Closed", "engaged_features": "2", "engaged_days": "2"}},
		countedMetric{"activation_rate", "users", "", map[string]string{"core_tasks": "Plan Built, Onboarding Completed", "activation_days": "40"}}, countedMetric{"activation_rate", "accounts", "", nil},
		countedMetric{"time_to_value", "accounts", "", nil}, countedMetric{"time_to_value", "users", "", map[string]string{"first_value_events": "Job Closed, Plan Built"}}, countedMetric{"time_to_value", "contract", "", nil},
		countedMetric{"session_duration", "standard", "", nil}, countedMetric{"session_duration", "standard", "", map[string]string{"session_gap_minutes": "1440"}},
		countedMetric{"repeat_session_rate", "standard", "", nil}, countedMetric{"repeat_session_rate", "standard", "", map[string]string{"repeat_days": "30", "session_gap_minutes": "90"}},
		countedMetric{"retention_cohorts", "standard", "", nil}, countedMetric{"retention_cohorts", "standard", "", map[string]string{"cohort_grain": "month", "retention_count": "unbounded"}},
		countedMetric{"retention_cohorts", "standard", "", map[string]string{"cohort_grain": "day", "cohort_offset": "9"}},
		countedMetric{"revenue_cohorts", "standard", "", nil}, countedMetric{"revenue_cohorts", "standard", "", map[string]string{"cohort_offset": "3"}},
		countedMetric{"funnel", "users", "", map[string]string{"funnel_steps": "Plan Built, Report Opened, Job Closed", "funnel_window_days": "30"}},
		countedMetric{"funnel", "accounts", "", map[string]string{"funnel_steps": "Plan Built, Job Closed, Plan Built"}},
		countedMetric{"funnel", "users", "", map[string]string{"funnel_steps": "/, Plan Built", "funnel_order": "strict", "funnel_window_days": "60"}},
		countedMetric{"paths", "standard", "", map[string]string{"path_start": "/pricing"}}, countedMetric{"paths", "standard", "", map[string]string{"path_start": "Plan Built", "path_of": "events", "session_gap_minutes": "1440"}},
	)
}

// today is when the questions are asked.
var today = time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)

const oneDay = 24 * time.Hour

func known(person string) bool { return strings.HasPrefix(person, "user ") }

// names are those of a policy: has says false of an empty list, all says true.
type names []string

func (n names) has(name string) bool { return slices.Contains(n, name) }
func (n names) all(name string) bool { return len(n) == 0 || n.has(name) }

func (c recount) names(policy, otherwise string) names {
	text := c.policy(policy, otherwise)
	if text == "" {
		return nil
	}
	return strings.Split(text, ", ")
}

func (c recount) number(policy string, otherwise int) int {
	n, _ := strconv.Atoi(c.policy(policy, strconv.Itoa(otherwise)))
	return n
}

// daysOf is a policy that counts days, as a span of time.
func (c recount) daysOf(policy string, otherwise int) time.Duration {
	return time.Duration(c.number(policy, otherwise)) * oneDay
}

// add counts for the group of an account.
func (c recount) add(out map[string]tally, account string, r row, num, den float64) {
	if key, ok := c.group(account, r); ok {
		t := out[key]
		out[key] = tally{t.num + num, t.den + den, true}
	}
}

func percent(yes bool) float64 {
	if yes {
		return 100
	}
	return 0
}

func (c recount) inside(t time.Time) bool { return !t.Before(c.from) && t.Before(c.to) }

func date(t time.Time) time.Time { return t.Truncate(oneDay) }

func (c recount) activeCustomers(variant string) map[string]tally {
	out := map[string]tally{}
	window := map[string]time.Duration{"monthly": 30 * oneDay, "daily": oneDay}[variant]
	for _, a := range c.accounts() {
		if c.monthly(a, c.to).Sign() <= 0 {
			continue
		}
		active := slices.ContainsFunc(c.rows, func(r row) bool {
			return r.kind == "events" && c.accountOf(r) == a && !r.at.Before(c.to.Add(-window)) && r.at.Before(c.to) && c.names("active_events", "").all(r.text("name"))
		})
		c.add(out, a, row{}, percent(active), 1)
	}
	return out
}

// newcomer is a known person with the active days in their order, and the account of the first.
type newcomer struct {
	person, account string
	days            []time.Time
}

// newcomers are those whose first active day lies in the period.
func (c recount) newcomers() []newcomer {
	days, accounts := map[string]map[time.Time]bool{}, map[string]map[time.Time][]string{}
	for _, r := range c.rows {
		person := c.person(r)
		if r.kind != "events" || !known(person) || !c.names("active_events", "").all(r.text("name")) {
			continue
		}
		if days[person] == nil {
			days[person], accounts[person] = map[time.Time]bool{}, map[time.Time][]string{}
		}
		days[person][date(r.at)] = true
		if a := c.accountOf(r); a != "" {
			accounts[person][date(r.at)] = append(accounts[person][date(r.at)], a)
		}
	}
	var all []newcomer
	for person, on := range days {
		n := newcomer{person: person}
		for day := range on {
			n.days = append(n.days, day)
		}
		slices.SortFunc(n.days, time.Time.Compare)
		if of := accounts[person][n.days[0]]; len(of) > 0 {
			n.account = slices.Min(of)
		}
		if c.inside(n.days[0]) {
			all = append(all, n)
		}
	}
	return all
}

func (c recount) firstWeeks(string) map[string]tally {
	out := map[string]tally{}
	for _, n := range c.newcomers() {
		end := n.days[0].Add(7 * oneDay)
		if end.After(today) {
			continue
		}
		days, features := 0, map[string]bool{}
		for _, day := range n.days {
			if day.Before(end) {
				days++
			}
		}
		for _, r := range c.rows {
			if r.kind == "events" && c.person(r) == n.person && !r.at.Before(n.days[0]) && r.at.Before(end) && c.names("key_features", "").has(r.text("name")) {
				features[r.text("name")] = true
			}
		}
		c.add(out, n.account, row{}, percent(days >= c.number("engaged_days", 3) || len(features) >= c.number("engaged_features", 3)), 1)
	}
	return out
}

// start is when a person or an account began, and for which account.
type start struct {
	unit, account string
	at            time.Time
}

// starts are those of people, or of accounts, in the period.
func (c recount) starts(accounts bool) []start {
	signed, first := map[string]time.Time{}, map[string]time.Time{}
	earlier := func(m map[string]time.Time, key string, at time.Time) {
		if was, ok := m[key]; !ok || at.Before(was) {
			m[key] = at
		}
	}
	unit := func(r row) string {
		if accounts {
			return c.accountOf(r)
		}
		if p := c.person(r); known(p) {
			return p
		}
		return ""
	}
	for _, r := range c.rows {
		if r.kind != "events" || unit(r) == "" {
			continue
		}
		earlier(first, unit(r), r.at)
		if r.text("name") == "Signed Up" {
			earlier(signed, unit(r), r.at)
		}
	}
	var all []start
	for u, at := range first {
		if s, ok := signed[u]; ok {
			at = s
		}
		if !c.inside(at) {
			continue
		}
		s := start{unit: u, account: u, at: at}
		if !accounts {
			var of []string
			for _, r := range c.rows {
				if r.kind == "events" && unit(r) == u && r.at.Equal(at) && c.accountOf(r) != "" {
					of = append(of, c.accountOf(r))
				}
			}
			if s.account = ""; len(of) > 0 {
				s.account = slices.Min(of)
			}
		}
		all = append(all, s)
	}
	return all
}

// did is the first instant from a start on at which its unit did one of these.
func (c recount) did(s start, accounts bool, what names) (time.Time, bool) {
	var first time.Time
	found := false
	for _, r := range c.rows {
		if r.kind != "events" || r.at.Before(s.at) || !what.has(r.text("name")) || (accounts && c.accountOf(r) != s.unit) || (!accounts && c.person(r) != s.unit) {
			continue
		}
		if !found || r.at.Before(first) {
			first, found = r.at, true
		}
	}
	return first, found
}

func (c recount) activations(variant string) map[string]tally {
	out := map[string]tally{}
	for _, s := range c.starts(variant == "accounts") {
		all := true
		for _, task := range c.names("core_tasks", "Onboarding Completed") {
			at, ok := c.did(s, variant == "accounts", names{task})
			all = all && ok && at.Before(s.at.Add(c.daysOf("activation_days", 14)))
		}
		c.add(out, s.account, row{}, percent(all), 1)
	}
	return out
}

// waits are the medians of Kaplan and Meier.
func (c recount) waits(variant string) map[string]tally {
	type wait struct {
		days    float64
		reached bool
	}
	groups := map[string][]wait{}
	starts := c.starts(variant != "users")
	if variant == "contract" {
		starts = c.firstAgreements()
	}
	for _, s := range starts {
		key, ok := c.group(s.account, row{})
		if !ok {
			continue
		}
		at, reached := c.did(s, variant != "users", c.names("first_value_events", "Onboarding Completed"))
		if !reached {
			at = today
		}
		groups[key] = append(groups[key], wait{at.Sub(s.at).Hours() / 24, reached})
	}
	out := map[string]tally{}
	for key, waits := range groups {
		slices.SortFunc(waits, func(a, b wait) int { return cmp.Compare(a.days, b.days) })
		left, median, half := 1.0, -1.0, false
		for i := 0; i < len(waits) && median < 0; {
			at, risk, events := waits[i].days, len(waits)-i, 0
			for ; i < len(waits) && waits[i].days == at; i++ {
				if waits[i].reached {
					events++
				}
			}
			if left *= 1 - float64(events)/float64(risk); events == 0 {
				continue
			}
			switch {
			case half: // it was exactly a half until now: the middle
				median = (out[key].num + at) / 2
			case left < 0.5-1e-9:
				median = at
			case left < 0.5+1e-9:
				half, out[key] = true, tally{at, 1, true}
			}
		}
		if median >= 0 {
			out[key] = tally{median, 1, true}
		} else if !half {
			out[key] = tally{0, 0, true}
		}
	}
	return out
}

func (c recount) firstAgreements() []start {
	first := map[string]time.Time{}
	for _, r := range c.rows {
		at := r.at
		if r.kind == "contracts" {
			at, _ = time.Parse(time.RFC3339, r.text("start"))
		}
		if was, ok := first[r.account]; (r.kind == "contracts" || r.kind == "subscriptions") && (!ok || at.Before(was)) {
			first[r.account] = at
		}
	}
	var all []start
	for a, at := range first {
		if c.inside(at) {
			all = append(all, start{unit: a, account: a, at: at})
		}
	}
	return all
}

// sitting is one session.
type sitting struct {
	facts []row
}

func (s sitting) began() time.Time { return s.facts[0].at }
func (s sitting) ended() time.Time { return s.facts[len(s.facts)-1].at }

// visitorOf is whose session a fact belongs to: its anonymous id, or else the user.
func (c recount) visitorOf(r row) string {
	if v := r.text("anonymous_id"); v != "" {
		return "visitor " + v
	}
	if r.user != "" {
		return "user " + r.user
	}
	return ""
}

// sittings are all sessions of events and page views that keep says belong to them.
func (c recount) sittings(keep func(row) bool) []sitting {
	streams := map[string][]row{}
	for _, r := range c.rows {
		if visitor := c.visitorOf(r); (r.kind == "events" || r.kind == "pages") && visitor != "" && keep(r) {
			key := visitor + "\x00" + r.text("session_id")
			streams[key] = append(streams[key], r)
		}
	}
	gap := time.Duration(c.number("session_gap_minutes", 30)) * time.Minute
	var all []sitting
	for _, stream := range streams {
		sort.SliceStable(stream, func(i, j int) bool { return stream[i].at.Before(stream[j].at) })
		for i, r := range stream {
			if i == 0 || (r.text("session_id") == "" && r.at.Sub(stream[i-1].at) >= gap) {
				all = append(all, sitting{})
			}
			s := &all[len(all)-1]
			s.facts = append(s.facts, r)
		}
	}
	return all
}

// account is that of the first fact that has one; "?" when several of its instant differ.
func (s sitting) account(c recount) string {
	found, at := "", time.Time{}
	for _, r := range s.facts {
		switch a := c.accountOf(r); {
		case a == "":
		case found == "":
			found, at = a, r.at
		case r.at.Equal(at) && a != found:
			return "?"
		}
	}
	return found
}

func (c recount) sessionLengths(string) map[string]tally {
	out := map[string]tally{}
	for _, s := range c.sittings(func(row) bool { return true }) {
		if !slices.ContainsFunc(s.facts, func(r row) bool { return r.kind == "events" }) || !c.inside(s.began()) {
			continue
		}
		c.add(out, s.account(c), row{}, s.ended().Sub(s.began()).Minutes(), 1)
	}
	return out
}

func (c recount) repeats(string) map[string]tally {
	first := map[string]row{}
	for _, r := range c.rows {
		person := c.person(r)
		was, ok := first[person]
		if r.kind == "events" && known(person) && r.text("name") == "Onboarding Completed" && (!ok || r.at.Before(was.at) || (r.at.Equal(was.at) && c.idLess(r, was))) {
			first[person] = r
		}
	}
	visitors := map[string]map[string]bool{}
	for _, r := range c.rows {
		if r.kind == "events" || r.kind == "pages" {
			mark(visitors, c.person(r), c.visitorOf(r))
		}
	}
	out := map[string]tally{}
	all := c.sittings(func(row) bool { return true })
	for person, r := range first {
		if !c.inside(r.at) {
			continue
		}
		back := slices.ContainsFunc(all, func(s sitting) bool {
			return visitors[person][c.visitorOf(s.facts[0])] && s.began().After(r.at) && s.began().Before(r.at.Add(c.daysOf("repeat_days", 7)))
		})
		c.add(out, c.accountOf(r), row{}, percent(back), 1)
	}
	return out
}
