package metric_test

import (
	"math/big"
	"time"
)

// tally is what one group of a metric comes to: a value is num / den, or num where there is no den.
type tally struct {
	num, den float64
	ratio    bool
}

func (t tally) value() (float64, bool) {
	if !t.ratio {
		return t.num, true
	}
	return t.num / t.den, t.den != 0
}

// tallies are the groups of a metric, counted in plain loops. The key "" holds what is not known, or everything when
// there is no breakdown.
func (c recount) tallies(metric, variant string) map[string]tally {
	if count := recounts[metric]; count != nil {
		return count(c, variant)
	}
	out := map[string]tally{}
	put := func(account string, r row, num, den float64, ratio bool) {
		if key, ok := c.group(account, r); ok {
			t := out[key]
			out[key] = tally{t.num + num, t.den + den, ratio}
		}
	}
	if c.voice(metric, variant, out, put) {
		return out
	}
	switch metric {
	case "nps", "csat", "ces":
		c.in("answers", func(r row) {
			if r.text("kind") != metric {
				return
			}
			num, den := 0.0, 1.0
			score := r.number("score")
			switch {
			case metric == "nps" && score >= 9:
				num = 100
			case metric == "nps" && score <= 6:
				num = -100
			case variant == "top2" && score >= 4:
				num = 100
			case variant == "mean":
				num, den = score*100/5, 1
			case metric == "ces":
				orientation := "ease"
				if r.has("orientation") {
					orientation = r.text("orientation")
				}
				if orientation != variant {
					return
				}
				num = score
			}
			put(c.accountOf(r), r, num, den, true)
		})
	case "customers", "customer_churn_rate", "mrr", "arpa", "mrr_movements":
		for _, a := range c.accounts() {
			c.account(metric, a, put)
		}
	case "dau", "wau", "mau", "stickiness", "feature_usage":
		c.activity(metric, variant, out)
	case "page_views":
		c.in("pages", func(r row) { put(c.accountOf(r), r, 1, 0, false) })
	case "unique_visitors":
		seen := map[string]map[string]bool{}
		c.in("pages", func(r row) {
			if key, ok := c.group(c.accountOf(r), r); ok {
				mark(seen, key, c.person(r))
			}
		})
		for key, people := range seen {
			out[key] = tally{num: float64(len(people))}
		}
	default:
		c.money(metric, variant, put, out)
	}
	return out
}

// recounts are the metrics that are counted in files of their own.
var recounts = map[string]func(c recount, variant string) map[string]tally{}

func mark(seen map[string]map[string]bool, key, who string) {
	if seen[key] == nil {
		seen[key] = map[string]bool{}
	}
	seen[key][who] = true
}

func (c recount) account(metric, a string, put func(string, row, float64, float64, bool)) {
	opening, closing := c.monthly(a, c.from), c.monthly(a, c.to)
	was, is := c.pays(a, c.from), c.pays(a, c.to)
	money := func(r *big.Rat) float64 { x, _ := r.Float64(); return x }
	switch metric {
	case "customers":
		if is {
			put(a, row{}, 1, 0, false)
		}
	case "customer_churn_rate":
		if was && !is {
			put(a, row{}, 100, 1, true)
		} else if was {
			put(a, row{}, 0, 1, true)
		}
	case "mrr":
		put(a, row{}, money(closing), 0, false)
	case "arpa":
		if closing.Sign() > 0 {
			put(a, row{}, money(closing), 1, true)
		}
	case "mrr_movements":
		put(a, row{}, money(closing)-money(opening), 0, false)
	}
}

func (c recount) activity(metric, variant string, out map[string]tally) {
	day := func(t time.Time) int { return int(t.Sub(dawn).Hours()+240000) / 24 }
	last := day(c.to.Add(-time.Hour)) + 1 // the day after the last one
	window := map[string]int{"dau": 1, "wau": 7, "mau": 30, "stickiness": 30}[metric]
	inWindow, inPeriod := map[string]map[string]bool{}, map[string]map[string]bool{}
	everyone := map[string]bool{}
	for _, r := range c.rows {
		person := c.person(r)
		if r.kind != "events" || !known(person) || metric != "feature_usage" && !c.names("active_events", "").all(r.text("name")) {
			continue
		}
		account := c.accountOf(r)
		who := person
		if variant == "accounts" {
			if who = account; who == "" {
				continue
			}
		}
		by := c.by
		grouping := c
		if by == "feature" {
			grouping.by = "name"
		}
		key, ok := grouping.group(account, r)
		if !ok {
			continue
		}
		d := day(r.at)
		inside := !r.at.Before(c.from) && r.at.Before(c.to)
		switch {
		case metric == "feature_usage" && inside:
			mark(inWindow, key, who)
			everyone[who] = true
		case metric == "feature_usage":
		case variant == "calendar":
			monday := c.to.Add(-time.Hour).Truncate(24 * time.Hour)
			start := monday.AddDate(0, 0, -(int(monday.Weekday())+6)%7)
			if metric == "mau" {
				start = time.Date(monday.Year(), monday.Month(), 1, 0, 0, 0, 0, time.UTC)
			}
			if d >= day(start) && d < last {
				mark(inWindow, key, who)
			}
		default:
			if d >= last-window && d < last {
				mark(inWindow, key, who)
			}
			if d >= day(c.from) && d < last {
				mark(inPeriod, key, who+time.Duration(d).String())
			}
		}
	}
	for key, people := range inWindow {
		n := float64(len(people))
		switch metric {
		case "stickiness":
			out[key] = tally{100 * float64(len(inPeriod[key])) / float64(last-day(c.from)), n, true}
		case "feature_usage":
			active := len(everyone)
			if by := c.by; by != "feature" && by != "" { // only its own dimension measures against all
				active = len(people)
			}
			out[key] = tally{100 * n, float64(active), true}
		default:
			out[key] = tally{num: n}
		}
	}
}
