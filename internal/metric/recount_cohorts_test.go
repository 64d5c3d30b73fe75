package metric_test

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

func (c recount) retained(string) map[string]tally {
	grain, offset := c.policy("cohort_grain", "week"), c.number("cohort_offset", 1)
	begin := func(t time.Time) time.Time {
		switch grain {
		case "week":
			return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
		case "month":
			return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
		}
		return t
	}
	later := func(t time.Time, n int) time.Time {
		if grain == "month" {
			return t.AddDate(0, n, 0)
		}
		return t.AddDate(0, 0, n*map[string]int{"day": 1, "week": 7}[grain])
	}
	out := map[string]tally{}
	for _, n := range c.newcomers() {
		from, to := later(begin(n.days[0]), offset), later(begin(n.days[0]), offset+1)
		if to.After(today) {
			continue
		}
		seen := slices.ContainsFunc(n.days, func(d time.Time) bool {
			return !d.Before(from) && (d.Before(to) || c.policy("retention_count", "bounded") == "unbounded")
		})
		c.add(out, n.account, row{}, percent(seen), 1)
	}
	return out
}

func (c recount) revenueRetained(string) map[string]tally {
	out := map[string]tally{}
	for _, a := range c.accounts() {
		var first time.Time // the earliest instant just after which it is worth something
		for _, r := range c.rows {
			at := r.at
			if r.kind == "contracts" {
				if start, _ := time.Parse(time.RFC3339, r.text("start")); start.After(at) {
					at = start
				}
			}
			if r.account == a && (r.kind == "contracts" || r.kind == "subscriptions") && (first.IsZero() || at.Before(first)) && c.monthly(a, at.Add(time.Second)).Sign() > 0 {
				first = at
			}
		}
		if first.IsZero() || !c.inside(first) {
			continue
		}
		end := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, c.number("cohort_offset", 1)+1, 0)
		if end.After(today) {
			continue
		}
		value := func(t time.Time) float64 { x, _ := c.monthly(a, t).Float64(); return x }
		c.add(out, a, row{}, 100*value(end), value(first.Add(time.Second)))
	}
	return out
}

func (c recount) funnels(variant string) map[string]tally {
	steps := c.names("funnel_steps", "")
	streams := map[string][]row{}
	step := func(r row) string { return cmp.Or(r.text("name"), r.text("path")) }
	for _, r := range c.rows {
		unit := c.person(r)
		if variant == "accounts" {
			unit = c.accountOf(r)
		}
		if (r.kind == "events" || r.kind == "pages") && unit != "" && (steps.has(step(r)) || c.policy("funnel_order", "loose") == "strict") {
			streams[unit] = append(streams[unit], r)
		}
	}
	out := map[string]tally{}
	for _, stream := range streams {
		sort.Slice(stream, func(i, j int) bool {
			a, b := stream[i], stream[j]
			if by := a.at.Compare(b.at); by != 0 {
				return by < 0
			}
			if by := slices.Index(steps, step(a)) - slices.Index(steps, step(b)); by != 0 {
				return by < 0
			}
			return c.idLess(a, b)
		})
		best, furthest := -1, 0
		for i, r := range stream {
			if step(r) != steps[0] || !c.inside(r.at) {
				continue
			}
			reached := 1
			for _, next := range stream[i+1:] {
				if reached < len(steps) && next.at.Sub(r.at) <= c.daysOf("funnel_window_days", 14) && step(next) == steps[reached] {
					reached++
				} else if c.policy("funnel_order", "loose") == "strict" {
					break
				}
			}
			if reached >= furthest {
				best, furthest = i, reached
			}
		}
		if best >= 0 {
			c.add(out, c.accountOf(stream[best]), row{}, percent(furthest == len(steps)), 1)
		}
	}
	return out
}

// pathsFrom counts the sessions of people that came past the start.
func (c recount) pathsFrom(string) map[string]tally {
	start, of := c.names("path_start", ""), c.policy("path_of", "both")
	streams := map[string][]row{}
	for _, r := range c.rows {
		if person := c.person(r); person != "" && ((r.kind == "events" && of != "pages") || (r.kind == "pages" && of != "events")) {
			streams[person] = append(streams[person], r)
		}
	}
	out := map[string]tally{}
	for _, stream := range streams {
		sort.Slice(stream, func(i, j int) bool {
			if by := stream[i].at.Compare(stream[j].at); by != 0 {
				return by < 0
			}
			return c.idLess(stream[i], stream[j])
		})
		began := false // the start was met in this session
		for i, r := range stream {
			if i > 0 && (r.at.Sub(stream[i-1].at) >= time.Duration(c.number("session_gap_minutes", 30))*time.Minute || r.text("session_id") != stream[i-1].text("session_id")) {
				began = false
			}
			if !began && start.has(cmp.Or(r.text("name"), r.text("path"))) {
				if began = true; c.inside(r.at) {
					if key, ok := c.group(c.accountOf(r), r); ok {
						out[key] = tally{num: out[key].num + 1}
					}
				}
			}
		}
	}
	return out
}
