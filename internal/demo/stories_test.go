package demo

import (
	"testing"
)

// at is how many events an account had in the days [from, to) before the last.
func (c *customer) between(from, to int) (n int) {
	last := dayOf(until.UnixMicro())
	for d, k := range c.days {
		if ago := last - d; ago <= from && ago > to {
			n += k
		}
	}
	return n
}

func (c *customer) status(ago int) string {
	status := ""
	for _, f := range c.subs {
		if f.At <= until.UnixMicro()-int64(ago)*day {
			status = f.Text("status")
		}
	}
	return status
}

func TestEveryStoryHappensAsItIsTold(t *testing.T) {
	told := map[string]func(c *customer) bool{
		"acc-0001": func(c *customer) bool {
			return c.between(130, 100) < c.between(250, 220)/2 && c.between(98, 0) == 0 && c.status(0) == "canceled"
		},
		"acc-0002": func(c *customer) bool {
			return c.between(110, 80) < c.between(230, 200)/2 && c.status(0) == "canceled"
		},
		"acc-0003": func(c *customer) bool {
			return c.status(0) == "active" && c.subs[len(c.subs)-1].Get("quantity").Int == 15
		},
		"acc-0004": func(c *customer) bool {
			return c.status(100) == "canceled" && c.subs[len(c.subs)-1].Text("cancel_reason") == "too expensive"
		},
		"acc-0005": func(c *customer) bool { return c.events["Error Shown"] > 100 && c.status(0) == "active" },
		"acc-0006": func(c *customer) bool {
			return c.events["Onboarding Step Completed"] == 2 && c.events["Onboarding Completed"] == 0 && c.meetings["Onboarding"] >= 2 && c.status(0) == "active"
		},
		"acc-0007": func(c *customer) bool {
			return c.events["Seat Limit Reached"] >= 10 && c.meetings["Expansion: interested"] >= 2 && len(c.friends) >= 45 && c.status(0) == "active"
		},
		"acc-0008": func(c *customer) bool {
			last := c.subs[len(c.subs)-1]
			return last.Text("cancel_kind") == "involuntary" && c.status(0) == "canceled"
		},
		"acc-0009": func(c *customer) bool {
			return c.status(250) == "canceled" && c.status(100) == "active" && c.meetings["Win-back"] >= 3 && c.between(100, 10) > 0
		},
		"acc-0010": func(c *customer) bool {
			return c.status(0) == "active" && c.between(120, 0) == 0 && c.between(300, 200) > 100
		},
	}
	for _, seed := range []uint64{1, 2, 3, 4} { // stories are the same in every company
		r := whole()
		if seed > 1 {
			r = count(Options{Seed: seed, Until: until, Accounts: 40, Contacts: 1080})
		}
		for _, s := range Stories {
			check, c := told[s.Account], r.accounts[s.Account]
			if check == nil || c == nil {
				t.Fatalf("%s is not told", s.Account)
			}
			if !check(c) {
				t.Errorf("%s (%s) did not happen with seed %d", s.Account, s.Title.EN, seed)
			}
		}
	}
	for _, s := range Stories {
		for _, text := range []string{s.Title.EN, s.Title.ES, s.Title.RO, s.Title.RU, s.What.EN, s.What.ES, s.What.RO, s.What.RU} {
			if text == "" {
				t.Errorf("%s lacks a language", s.Account)
			}
		}
		if !s.When(until).Before(until) {
			t.Errorf("%s lies ahead", s.Account)
		}
	}
}

func TestTheBadReleaseWeekShowsInErrorsTicketsAndSatisfaction(t *testing.T) {
	r := whole()
	w := found(Options{Seed: 1, Until: until, Accounts: 40, Contacts: 240, Zone: until.Location()}, nil)
	monday := dayOf(w.midnight(w.badWeek).UnixMicro())
	week := func(of map[int]int, from int) (n int) {
		for d := from; d < from+7; d++ {
			n += of[d]
		}
		return n
	}
	mean := func(from, to int) float64 {
		sum, n := 0.0, 0.0
		for d := from; d < to; d++ {
			for _, score := range r.csat[d] {
				sum, n = sum+score, n+1
			}
		}
		return sum / n
	}
	if bad, before := week(r.errors, monday), week(r.errors, monday-7); bad < 10*before {
		t.Errorf("errors rose from %d to %d only", before, bad)
	}
	if bad, before := week(r.opened, monday), week(r.opened, monday-7); bad < 3*before {
		t.Errorf("tickets rose from %d to %d only", before, bad)
	}
	if bad, before := mean(monday, monday+10), mean(monday-60, monday); bad > before-0.7 {
		t.Errorf("CSAT fell from %.2f to %.2f only", before, bad)
	}
}
