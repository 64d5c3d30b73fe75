package metric_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/metric"
)

// said of an account at an instant: the recount of one segment in plain loops.
type holds func(c recount, account string, to time.Time) bool

// since is the midnight a number of days before the one that ends the day of an instant.
func since(to time.Time, days int) time.Time {
	return dayEnd(to).AddDate(0, 0, -days)
}

func dayEnd(to time.Time) time.Time {
	if day := to.Truncate(24 * time.Hour); !day.Equal(to) {
		return day.AddDate(0, 0, 1)
	}
	return to
}

// done counts times, days and people of what matches for an account from an instant on.
func (c recount) done(kind, account string, from, to time.Time, match func(row) bool) (times, days, people int) {
	seenDays, seenPeople := map[string]bool{}, map[string]bool{}
	for _, r := range c.rows {
		if r.kind != kind || r.at.Before(from) || !r.at.Before(to) || c.accountOf(r) != account || !match(r) {
			continue
		}
		times++
		seenDays[r.at.Format(time.DateOnly)] = true
		if person := c.person(r); strings.HasPrefix(person, "user ") {
			seenPeople[person] = true
		}
	}
	return times, len(seenDays), len(seenPeople)
}

func called(name string) func(row) bool { return func(r row) bool { return r.text("name") == name } }
func anything(row) bool                 { return true }

// contacts are the values of a trait of those who belong to an account at an instant; "" where it is not known.
func (c recount) contacts(account, trait string, to time.Time) []string {
	users := map[string]bool{}
	for _, r := range c.rows {
		if r.kind == "memberships" {
			users[r.user] = true
		}
	}
	var values []string
	for user := range users {
		m, ok := c.last("memberships", to, func(r row) bool { return r.user == user && r.account == account })
		if !ok || m.text("status") != "joined" {
			continue
		}
		r, _ := c.last("contacts", to, func(r row) bool { _, given := r.f[trait]; return r.user == user && given })
		values = append(values, r.text(trait))
	}
	return values
}

// valued is an account's value of a metric over days that end with an instant's; false when it is not known.
func (c recount) valued(id, variant, account string, days int, to time.Time) (float64, bool) {
	c.from, c.to, c.only = since(to, days), to, account
	t, counted := c.tallies(id, variant)[""]
	x, known := t.value()
	return x, known && (counted || !t.ratio)
}

var longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

var recounted = map[string]holds{
	"plan = team":     func(c recount, a string, to time.Time) bool { return c.trait(a, "plan", to) == "team" },
	"plan != team":    func(c recount, a string, to time.Time) bool { return c.trait(a, "plan", to) != "team" },
	"plan is missing": func(c recount, a string, to time.Time) bool { return c.trait(a, "plan", to) == "" },
	"plan between m and u": func(c recount, a string, to time.Time) bool {
		return c.trait(a, "plan", to) >= "m" && c.trait(a, "plan", to) <= "u"
	},
	"country starts with r": func(c recount, a string, to time.Time) bool { return c.trait(a, "country", to) == "RO" },
	"created_at in last 2 months": func(c recount, a string, to time.Time) bool {
		at := c.trait(a, "created_at", to)
		return at >= dayEnd(to).AddDate(0, -2, 0).Format(time.DateOnly) && at < dayEnd(to).Format(time.DateOnly)
	},
	"created_at older than 40 days": func(c recount, a string, to time.Time) bool {
		at := c.trait(a, "created_at", to)
		return at != "" && at < since(to, 40).Format(time.DateOnly)
	},
	"trait.renewal in next 30 days": func(c recount, a string, to time.Time) bool {
		at := c.trait(a, "renewal", to)
		return at >= dayEnd(to).AddDate(0, 0, -1).Format(time.DateOnly) && at < dayEnd(to).AddDate(0, 0, 29).Format(time.DateOnly)
	},
	"contact.role = admin": func(c recount, a string, to time.Time) bool {
		return slices.Contains(c.contacts(a, "role", to), "admin")
	},
	"contact.role != admin": func(c recount, a string, to time.Time) bool {
		return !slices.Contains(c.contacts(a, "role", to), "admin")
	},
	"contact.role is missing": func(c recount, a string, to time.Time) bool { return strings.Join(c.contacts(a, "role", to), "") == "" },
	"contact.created_at in last 30 days": func(c recount, a string, to time.Time) bool {
		return slices.ContainsFunc(c.contacts(a, "created_at", to), func(at string) bool {
			return at >= since(to, 30).Format(time.DateOnly) && at < dayEnd(to).Format(time.DateOnly)
		})
	},
	`did "Report Opened" >= 2 times in 30 days`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("events", a, since(to, 30), to, called("Report Opened"))
		return n >= 2
	},
	`did not "Job Closed" in 14 days`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("events", a, since(to, 14), to, called("Job Closed"))
		return n == 0
	},
	`did "Plan Built" < 3 times`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("events", a, longAgo, to, called("Plan Built"))
		return n < 3
	},
	`did any event between 2 and 4 days in 60 days`: func(c recount, a string, to time.Time) bool {
		_, n, _ := c.done("events", a, since(to, 60), to, anything)
		return n >= 2 && n <= 4
	},
	`did any event >= 2 people in 6 weeks`: func(c recount, a string, to time.Time) bool {
		_, _, n := c.done("events", a, since(to, 42), to, anything)
		return n >= 2
	},
	`did any event = 1 people`: func(c recount, a string, to time.Time) bool {
		_, _, n := c.done("events", a, longAgo, to, anything)
		return n == 1
	},
	`viewed "/pr*" in 45 days`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("pages", a, since(to, 45), to, func(r row) bool { return r.text("path") == "/pricing" })
		return n > 0
	},
	`viewed any page > 1 days`: func(c recount, a string, to time.Time) bool {
		_, n, _ := c.done("pages", a, longAgo, to, anything)
		return n > 1
	},
	`answered nps <= 6 in 90 days`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("answers", a, since(to, 90), to, func(r row) bool { return r.text("kind") == "nps" && r.number("score") <= 6 })
		return n > 0
	},
	`not answered any in 30 days`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("answers", a, since(to, 30), to, anything)
		return n == 0
	},
	"metric mrr > 500": func(c recount, a string, to time.Time) bool {
		x, _ := c.monthly(a, to).Float64()
		return x > 500
	},
	"metric mrr = 0 EUR": func(c recount, a string, to time.Time) bool { return c.monthly(a, to).Sign() == 0 },
	"metric arpa between 100 and 2000": func(c recount, a string, to time.Time) bool {
		x, _ := c.monthly(a, to).Float64()
		return x >= 100 && x <= 2000
	},
	"metric nps < 0 in 90 days": func(c recount, a string, to time.Time) bool {
		x, known := c.valued("nps", "standard", a, 90, to)
		return known && x < 0
	},
	"metric csat/mean is missing in 60 days": func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("answers", a, since(to, 60), to, func(r row) bool { return r.text("kind") == "csat" })
		return n == 0
	},
	"metric page_views <= 1": func(c recount, a string, to time.Time) bool {
		x, _ := c.valued("page_views", "standard", a, 30, to)
		return x <= 1
	},
	`in segment "Busy teams"`: func(c recount, a string, to time.Time) bool {
		n, _, _ := c.done("events", a, longAgo, to, called("Report Opened"))
		return n > 0 && c.trait(a, "plan", to) != "enterprise"
	},
}

var savedForRecount = []account.SavedSegment{{ID: "1", Name: "Busy teams", Segment: mustParse(`in segment reporting and plan != enterprise`)}, {ID: "reporting", Name: "r", Segment: mustParse(`did "Report Opened"`)}}

func mustParse(text string) account.Segment {
	s, err := account.ParseSegment(text)
	if err != nil {
		panic(err)
	}
	return s
}

// richCompany is a random company with contacts and dates of accounts too.
func richCompany(t *rapid.T) []row {
	rows := randomCompany(t)
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	add := func(kind, account, user string, f map[string]any) {
		at := dawn.Add(time.Duration(rapid.IntRange(0, 24*170).Draw(t, "hour")) * time.Hour)
		rows = append(rows, row{kind: kind, at: at, account: account, user: user, f: f, seq: len(rows) + 1})
	}
	date := func() string { return dawn.AddDate(0, 0, rapid.IntRange(0, 220).Draw(t, "day")).Format(time.DateOnly) }
	for range rapid.IntRange(0, 8).Draw(t, "dated") {
		add("accounts", pick("account", "a1", "a2", "a3"), "", map[string]any{pick("trait", "created_at", "renewal"): date()})
	}
	for range rapid.IntRange(0, 12).Draw(t, "contacts") {
		user := pick("user", "u1", "u2", "u3", "u4")
		f := map[string]any{"role": pick("role", "admin", "user", "admin")}
		if rapid.Bool().Draw(t, "erased") {
			f["role"] = nil
		}
		if rapid.Bool().Draw(t, "dated") {
			f = map[string]any{"created_at": date()}
		}
		add("contacts", "", user, f)
		add("memberships", pick("account", "a1", "a2"), user, map[string]any{"status": pick("status", "joined", "joined", "left")})
	}
	return rows
}

// someSegment draws one of the recounted, or some of them together.
func someSegment(t *rapid.T, depth int) (string, holds) {
	texts := make([]string, 0, len(recounted))
	for text := range recounted {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	how := rapid.SampledFrom([]string{"", "", "and", "or", "not"}).Draw(t, "how")
	if how == "" || depth == 0 {
		text := rapid.SampledFrom(texts).Draw(t, "segment")
		return text, recounted[text]
	}
	a, isA := someSegment(t, depth-1)
	if how == "not" {
		return "not (" + a + ")", func(c recount, id string, to time.Time) bool { return !isA(c, id, to) }
	}
	b, isB := someSegment(t, depth-1)
	return "(" + a + ") " + how + " (" + b + ")", func(c recount, id string, to time.Time) bool {
		if how == "and" {
			return isA(c, id, to) && isB(c, id, to)
		}
		return isA(c, id, to) || isB(c, id, to)
	}
}

// in are the accounts of which there was a fact before an instant and for which the recount holds.
func (c recount) inSegment(is holds, to time.Time) []string {
	in := []string{}
	for _, a := range c.accounts() {
		known := slices.ContainsFunc(c.rows, func(r row) bool { return r.account == a && r.at.Before(to) })
		if known && is(c, a, to) {
			in = append(in, a)
		}
	}
	return in
}

func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// TestEverySegmentEqualsARecount draws random companies and compares who is in random segments, day by day, month by
// month, at an hour, and as of a past instant, with a recount in plain loops on both engines.
func TestEverySegmentEqualsARecount(t *testing.T) {
	eachCompany(t, map[string]int{"duckdb": draws, "postgres": draws / 3}, richCompany, func(rt *rapid.T, c drawn) {
		rows, service := c.rows, c.s
		if len(rows) == 0 {
			return
		}
		service.Saved = func(context.Context) ([]account.SavedSegment, error) { return savedForRecount, nil }
		for range 8 {
			text, is := someSegment(rt, 2)
			known := rows
			ask := metric.SegmentAsk{Text: text}
			if rapid.Bool().Draw(rt, "as of") {
				known = rows[:1+rapid.IntRange(0, len(rows)-1).Draw(rt, "known")]
				ask.AsOf = known[len(known)-1].received().Format(time.RFC3339)
			}
			compareHistory(rt, service, recount{rows: known}, ask, is)
			compareMembers(rt, service, recount{rows: known}, ask, is)
			if ask.AsOf == "" {
				compareSince(rt, service, recount{rows: rows}, text, is)
			}
		}
	})
}

func compareHistory(t *rapid.T, s *metric.Service, c recount, a metric.SegmentAsk, is holds) {
	a.Grain = rapid.SampledFrom([]string{"day", "week", "month"}).Draw(t, "grain")
	from := dawn.AddDate(0, 0, rapid.IntRange(20, 100).Draw(t, "from"))
	a.From, a.To = from.Format(time.RFC3339), from.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "days")).Format(time.RFC3339)
	if rapid.IntRange(0, 3).Draw(t, "within a day") == 0 {
		a.To = from.Add(time.Duration(rapid.IntRange(30, 200).Draw(t, "hours")) * time.Hour).Format(time.RFC3339)
	}
	h, err := s.SegmentHistory(context.Background(), a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	before := c.inSegment(is, h.From)
	if h.Opening != int64(len(before)) {
		t.Fatalf("%+v opens with %d, want %q", a, h.Opening, before)
	}
	for _, p := range h.Points {
		in := c.inSegment(is, p.To)
		want := fmt.Sprint(len(in), minus(in, before), minus(before, in))
		if got := fmt.Sprint(p.Count, p.EnteredAccounts, p.LeftAccounts); got != want || p.Entered != int64(len(p.EnteredAccounts)) || p.Left != int64(len(p.LeftAccounts)) {
			t.Fatalf("%+v: until %s %s, want %s", a, p.To, got, want)
		}
		before = in
	}
}

func compareMembers(t *rapid.T, s *metric.Service, c recount, a metric.SegmentAsk, is holds) {
	at := dawn.Add(time.Duration(rapid.IntRange(24*20, 24*181).Draw(t, "at")) * time.Hour)
	a.At = at.Format(time.RFC3339)
	a.Limit = rapid.IntRange(1, 3).Draw(t, "limit")
	var got []string
	for {
		page, err := s.SegmentMembers(context.Background(), a)
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		for _, m := range page.Members {
			got = append(got, m.Account)
			for _, why := range m.Why {
				if part, ok := recounted[why.Leaf]; ok && part(c, m.Account, at) != why.Holds {
					t.Fatalf("%+v: %s is in because %+v", a, m.Account, why)
				}
			}
			if len(m.Why) == 0 {
				t.Fatalf("%+v: %s is in for no reason", a, m.Account)
			}
		}
		if page.Next == "" {
			break
		}
		a.After = page.Next
	}
	if want := c.inSegment(is, at); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%+v: %v, want %v", a, got, want)
	}
}

func compareSince(t *rapid.T, s *metric.Service, c recount, text string, is holds) {
	days := rapid.IntRange(0, 12).Draw(t, "looked back")
	clock := dawn.Add(time.Duration(rapid.IntRange(24*20, 24*181).Draw(t, "today")) * time.Hour)
	was := s.Now
	s.Now = func() time.Time { return clock }
	defer func() { s.Now = was }()
	got, err := s.SegmentSince(context.Background(), text, days)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	end := clock.Truncate(24*time.Hour).AddDate(0, 0, 1) // at midnight today has just begun
	want := map[string]time.Time{}
	for _, a := range c.inSegment(is, end) {
		back := 0
		for back < days && slices.Contains(c.inSegment(is, since(end, back+1)), a) {
			back++
		}
		if want[a] = (time.Time{}); back < days {
			want[a] = since(end, back+1)
		}
	}
	for a, at := range want {
		if have, in := got[a]; !in || !have.Equal(at) || len(got) != len(want) {
			t.Fatalf("%s at %s over %d days: %v, want %v", text, clock, days, got, want)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s at %s: %v, want %v", text, clock, got, want)
	}
}
