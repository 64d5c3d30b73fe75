package metric_test

import (
	"math"
	"sort"
	"time"
)

// told is one state of a ticket: what was said, when it begins to hold and when a later one takes over.
type told struct {
	row
	open        bool
	from, until time.Time
	opened      time.Time
	settled     time.Time // when it was solved, for the time this state belongs to
	solved      time.Time // when it was solved by the sender's own words
	reopened    bool      // it had been solved before
}

func instant(r row, name string, otherwise time.Time) time.Time {
	if t, err := time.Parse(time.RFC3339, r.text(name)); err == nil {
		return t
	}
	return otherwise
}

// histories are the states of all tickets in the order they were told, without those replaced at the same instant.
func (c recount) histories() map[string][]told {
	byTicket := map[string][]row{}
	for _, r := range c.rows {
		if r.kind == "tickets" {
			byTicket[r.text("ticket_id")] = append(byTicket[r.text("ticket_id")], r)
		}
	}
	all := map[string][]told{}
	for id, rows := range byTicket {
		sort.Slice(rows, func(i, j int) bool {
			return rows[i].at.Before(rows[j].at) || (rows[i].at.Equal(rows[j].at) && rows[i].seq < rows[j].seq)
		})
		var states []told
		opened := never
		for i, r := range rows {
			if at := instant(r, "opened_at", never); (i+1 == len(rows) || !rows[i+1].at.Equal(r.at)) && at.Before(opened) {
				opened = at
			}
		}
		if opened == never {
			opened = rows[0].at
		}
		for i, r := range rows {
			if i+1 < len(rows) && rows[i+1].at.Equal(r.at) {
				continue
			}
			s := told{row: r, open: r.text("status") != "solved" && r.text("status") != "closed", from: r.at, until: never, opened: opened}
			if !s.open {
				s.from, s.solved = instant(r, "solved_at", r.at), instant(r, "solved_at", r.at)
			}
			for _, before := range states {
				s.reopened = s.reopened || !before.open
			}
			if n := len(states); n > 0 && !s.open {
				if s.from.Before(states[n-1].at) {
					s.from = states[n-1].at
				}
				s.settled = s.from
				if last := states[n-1]; !last.open {
					if last.settled.Before(s.settled) {
						s.settled = last.settled
					}
					run := n - 1
					for run > 0 && !states[run-1].open {
						run--
					}
					s.solved = instant(r, "solved_at", instant(states[run].row, "solved_at", states[run].at))
				}
			}
			if len(states) == 0 {
				s.settled = s.from
				if s.open && s.opened.Before(s.from) {
					s.from = s.opened
				}
			}
			states = append(states, s)
		}
		if first := states[0]; !first.open && first.opened.Before(first.from) { // open since it was opened
			first.open, first.from = true, first.opened
			states = append([]told{first}, states...)
		}
		for i := range states {
			for _, later := range states[i+1:] {
				if later.from.Before(states[i].until) {
					states[i].until = later.from
				}
			}
		}
		all[id] = states
	}
	return all
}

// support counts the metrics of tickets.
func (c recount) support(metric, variant string, share func(bool) float64, out map[string]tally, put func(string, row, float64, float64, bool)) bool {
	inside := func(t time.Time) bool { return !t.Before(c.from) && t.Before(c.to) }
	customers := map[string]map[string]bool{}
	for id, states := range c.histories() {
		var now, solved *told
		for i := range states {
			s := &states[i]
			if s.from.Before(c.to) {
				now = s
			}
			if s.from.Before(s.until) && !s.open && (solved == nil || s.from.Before(solved.from)) {
				solved = s
			}
		}
		switch metric {
		case "fcr", "reopen_rate":
			if variant == "customers" && now != nil && inside(now.opened) {
				if key, ok := c.group(c.accountOf(now.row), now.row); ok && c.customer(now.row) != "" {
					mark(customers, key, c.customer(now.row))
					out[key] = tally{out[key].num, float64(len(customers[key])), true}
				}
			}
			if solved == nil || !inside(solved.settled) {
				continue
			}
			again := math.Inf(1)
			for _, s := range states {
				if s.open && s.reopened && s.from.Before(s.until) {
					again = math.Min(again, s.from.Sub(solved.settled).Hours()/24)
				}
			}
			if metric == "reopen_rate" {
				put(c.accountOf(solved.row), solved.row, share(again <= c.days("reopen_days", 30)), 1, true)
				continue
			}
			contacts, known := solved.f["contacts"].(float64)
			if !known {
				contacts, known = c.replies(id, solved.settled)
			}
			once := known && contacts <= 1 && again > c.days("fcr_days", 7)
			if variant == "tickets" && known {
				put(c.accountOf(solved.row), solved.row, share(once), 1, true)
			}
			if key, ok := c.group(c.accountOf(solved.row), solved.row); ok && variant == "customers" && once && c.customer(solved.row) != "" {
				out[key] = tally{out[key].num + 100, out[key].den, true}
			}
		case "resolution_time", "aht", "ticket_volume", "backlog", "first_response_time":
			if now != nil {
				c.ticket(metric, variant, id, states, *now, inside, put)
			}
		default:
			return false
		}
	}
	switch metric {
	case "fcr", "reopen_rate", "resolution_time", "aht", "ticket_volume", "backlog", "first_response_time":
		return true
	}
	return false
}

func (c recount) customer(r row) string {
	if a := c.accountOf(r); a != "" {
		return a
	}
	return c.person(r)
}

func (c recount) replies(ticket string, until time.Time) (n float64, known bool) {
	for _, m := range c.rows {
		if m.kind != "messages" || m.text("ticket_id") != ticket || m.at.After(until) {
			continue
		}
		known = true
		if m.text("author") == "agent" && public(m) {
			n++
		}
	}
	return n, known
}

func public(m row) bool {
	yes, known := m.f["public"].(bool)
	return !known || yes
}

func (c recount) ticket(metric, variant, id string, states []told, now told, inside func(time.Time) bool, put func(string, row, float64, float64, bool)) {
	account := c.accountOf(now.row)
	switch metric {
	case "ticket_volume":
		if inside(now.opened) {
			put(account, now.row, 1, 0, false)
		}
	case "backlog":
		if now.open {
			put(account, now.row, 1, 0, false)
		}
	case "resolution_time":
		if !now.open && inside(now.settled) && !now.solved.Before(now.opened) {
			put(account, now.row, minutes(now.opened, now.solved, variant), 1, true)
		}
	case "aht":
		if !now.open && inside(now.settled) && now.has("talk_seconds") {
			put(account, now.row, now.number("talk_seconds")/60, math.Max(1, now.number("contacts")), true)
		}
	case "first_response_time":
		began, spoken, answered := never, false, never
		stated := never
		for _, s := range states {
			if s.from.Before(s.until) {
				if s.opened.Before(began) {
					began = s.opened
				}
				if t := instant(s.row, "first_response_at", never); t.Before(stated) {
					stated = t
				}
			}
		}
		for _, m := range c.rows {
			if m.kind == "messages" && m.text("ticket_id") == id && m.text("author") != "customer" {
				spoken = true
				if m.text("author") == "agent" && public(m) && m.at.After(began) && m.at.Before(answered) {
					answered = m.at
				}
			}
		}
		if !spoken {
			answered = stated
		}
		if inside(answered) && !answered.Before(now.opened) {
			put(account, now.row, minutes(now.opened, answered, variant), 1, true)
		}
	}
}

// minutes between two instants: all of them, or those from nine to six on weekdays, one by one.
func minutes(from, to time.Time, clock string) float64 {
	if clock == "calendar" {
		return to.Sub(from).Minutes()
	}
	n := 0.0
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		if day := t.Weekday(); day != time.Saturday && day != time.Sunday && t.Hour() >= 9 && t.Hour() < 18 {
			n++
		}
	}
	return n
}
