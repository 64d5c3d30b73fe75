package metric_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestAPolicyTellsWhatItCanNotBe(t *testing.T) {
	for _, c := range []struct{ id, text, want, wrong string }{
		{"inactive_days", " 60 ", "60", ""},
		{"inactive_days", "0", "", "no whole number from 1"},
		{"inactive_days", "1;drop", "", "no whole number"},
		{"active_events", ` Plan Built ,"a, b", "say ""`, "", "comma is missing"},
		{"active_events", `Plan Built,"a, b"`, `Plan Built, "a, b"`, ""},
		{"active_events", `"open`, "", "never closed"},
		{"active_events", "a,,b", "", "1 to 255 bytes"},
		{"active_events", strings.Repeat("a,", 51), "", "more than 50"},
		{"business_hours", "mon-fri 9:00-12:30 13:30-18:00; sat 10:00-24:00; except 2026-12-25; zone Europe/Bucharest",
			"Mon 09:00-12:30 13:30-18:00; Tue 09:00-12:30 13:30-18:00; Wed 09:00-12:30 13:30-18:00; Thu 09:00-12:30 13:30-18:00; Fri 09:00-12:30 13:30-18:00; Sat 10:00-24:00; except 2026-12-25; zone Europe/Bucharest", ""},
		{"business_hours", "Fri-Mon 09:00-10:00", "Mon 09:00-10:00; Fri 09:00-10:00; Sat 09:00-10:00; Sun 09:00-10:00", ""},
		{"business_hours", "Mon 09:00-08:00", "", "no hours"},
		{"business_hours", "Mon 09:00-12:00 11:00-13:00", "", "overlap"},
		{"business_hours", "Blursday 09:00-12:00", "", "no day"},
		{"business_hours", "zone Mars/Base", "", "no time zone"},
	} {
		p, _ := metric.PolicyNamed(c.id)
		got, err := p.Read(c.text)
		if c.wrong == "" && (err != nil || got != c.want) {
			t.Errorf("%s %q: %q, %v; want %q", c.id, c.text, got, err, c.want)
		}
		if c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s %q: %q, %v; want the error %q", c.id, c.text, got, err, c.wrong)
		}
		if again, err := p.Read(got); c.wrong == "" && (err != nil || again != got) {
			t.Errorf("%s: the plain form %q reads as %q, %v", c.id, got, again, err)
		}
	}
}

// counting is a metric that uses what a definition may: policies, reasons to leave out, tables, a variant with a body of
// its own, open hours.
const counting = `/*
id: counting
family: product
label: {en: a, es: a, ro: a, ru: a}
about: {en: a, es: a, ro: a, ru: a}
formula: a
unit: count
better: higher
type: activity
facts: [events]
numerator: "count(*)"
key: [id]
excluded:
  other: {en: "not among the events", es: a, ro: a, ru: a}
dimensions: [name]
tables:
  - {name: names, sql: "select {group} name, count(*) as n, {policy.inactive_days} as days from {rows} group by {group} name order by {group} name"}
variants:
  - id: all
    label: {en: a, es: a, ro: a, ru: a}
  - id: open
    label: {en: a, es: a, ro: a, ru: a}
    unit: hours
    numerator: "sum(seconds) / 3600"
*/
select p.i, e.account, e.id, e.name, case when not {policy.active_events(e.name)} then 'other' end as excluded
from {points} p join {events} e on e.ts >= p.from_ts and e.ts < p.to_ts
-- variant open
select p.i, 0 as account,
  (hi.before + extract(epoch from least(p.to_ts, hi.to_ts) - hi.from_ts)) - (lo.before + extract(epoch from least(p.from_ts, lo.to_ts) - lo.from_ts)) as seconds
from {points} p
join {open_hours(business)} lo on lo.from_ts <= p.from_ts and p.from_ts < lo.until_ts
join {open_hours(business)} hi on hi.from_ts <= p.to_ts and p.to_ts < hi.until_ts
`

func TestAQuestionMayStateItsOwnPolicies(t *testing.T) {
	event := func(date, name string) row { return row{kind: "events", at: on(date), user: "u", f: set{"name": name}} }
	rows := []row{event("2026-05-04", "Plan Built"), event("2026-05-05", "Plan Built"), event("2026-05-06", "Login, late")}
	catalog, err := metric.Load(fstest.MapFS{"own/counting.sql": {Data: []byte(counting)}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Catalog = catalog
		q := metric.Ask{Metric: "counting", From: "2026-05-04", To: "2026-05-11", By: "name"}
		if a := ask(t, s, q); a.Value.String() != "3" || len(a.Policies) != 2 || !a.Policies[0].Default {
			t.Errorf("everything: %s, %+v", a.Value, a.Policies)
		}
		q.Set = map[string]string{"active_events": `"Login, late"`, "inactive_days": "7"}
		a := ask(t, s, q)
		names, _ := a.Detail["names"].([]metric.Row)
		if a.Value.String() != "1" || a.Policies[0].Default || a.Policies[0].Value != `"Login, late"` || len(names) != 1 || names[0]["n"] != int64(1) || names[0]["days"] != int64(7) {
			t.Errorf("one event: %s, %+v, %+v", a.Value, a.Policies, a.Detail)
		}
		if of, _ := a.Groups[0].Detail["names"].([]metric.Row); len(a.Groups) != 1 || len(of) != 1 {
			t.Errorf("groups have no tables of their own: %+v", a.Groups)
		}
		q.Set, q.By, q.Variant = map[string]string{"business_hours": "Mon-Wed 09:00-12:00 13:00-18:00; Sat 10:00-14:00; except 2026-05-05"}, "", "open"
		if a := ask(t, s, q); a.Value.String() != "20" { // two days of eight hours and four on Saturday
			t.Errorf("a week has %s open hours, want 20", a.Value)
		}
		q.Set = map[string]string{"business_hours": ""}
		if a := ask(t, s, q); a.Value.String() != "168" {
			t.Errorf("a week around the clock has %s hours, want 168", a.Value)
		}
		q.Set = map[string]string{"funnel_steps": "a", "inactive_days": "none"}
		_, err := s.Answer(context.Background(), q)
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 2 {
			t.Errorf("a policy that it does not rest on, and a wrong value: %v", err)
		}
	})
}

func TestABridgeExplainsTheDifferenceBetweenTwoConventions(t *testing.T) {
	event := func(account, name string) row {
		return row{kind: "events", at: on("2026-05-04"), account: account, user: "u", f: set{"name": name}}
	}
	rows := []row{event("acme", "Plan Built"), event("acme", "Login"), event("birch", "Login"), event("birch", "Login"), event("", "Login")}
	catalog, err := metric.Load(fstest.MapFS{"own/counting.sql": {Data: []byte(counting)}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Catalog = catalog
		s.Conventions = func(context.Context) (metric.Conventions, error) {
			return metric.ReadConventions(map[string]string{"active_events": "Plan Built", "funnel_steps": "of no concern here"})
		}
		q := metric.Ask{Metric: "counting", From: "2026-05-04", To: "2026-05-11"}
		if a := ask(t, s, q); a.Value.String() != "1" || a.Policies[0].Default {
			t.Errorf("the workspace counts %s", a.Value)
		}
		q.Convention = "keepwell"
		if a := ask(t, s, q); a.Value.String() != "5" || !a.Policies[0].Default {
			t.Errorf("the preset counts %s", a.Value)
		}
		q.Convention = ""
		b, err := s.Bridge(context.Background(), metric.Bridging{Ask: q, End: "keepwell"})
		if err != nil {
			t.Fatal(err)
		}
		if b.From.String() != "1" || b.To.String() != "5" || b.Change.String() != "4" || len(b.Steps) != 1 {
			t.Fatalf("%+v", b)
		}
		step := b.Steps[0]
		if step.Policy != "active_events" || step.Was != "Plan Built" || step.Is != "" || step.Change.String() != "4" || step.Others != nil || len(step.Accounts) != 3 {
			t.Fatalf("%+v", step)
		}
		if largest := step.Accounts[0]; *largest.Account != "birch" || largest.Was.String() != "0" || largest.Is.String() != "2" {
			t.Errorf("%+v", largest)
		}
		q.Convention = "nobody's"
		if _, err := s.Answer(context.Background(), q); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "none of workspace, ") {
			t.Errorf("an unknown convention: %v", err)
		}
	})
}
