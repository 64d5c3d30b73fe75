package metric_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestAQuestionThatCannotBeAnsweredNamesTheField(t *testing.T) {
	_, s := serving(t, "duckdb")
	for _, c := range []struct {
		a           metric.Ask
		field, want string
	}{
		{metric.Ask{Metric: "npss"}, "metric", "did you mean nps?"},
		{metric.Ask{Metric: ""}, "metric", "there is no metric"},
		{metric.Ask{Metric: "csat", Variant: "top3"}, "variant", "none of top2, mean"},
		{metric.Ask{Metric: "nps", By: "colour"}, "by", "no dimension here; known are survey"},
		{metric.Ask{Metric: "mrr", By: "contact.role"}, "by", "no dimension here"},
		{metric.Ask{Metric: "nps", By: "contact.email"}, "by", "no dimension here"},
		{metric.Ask{Metric: "nps", By: "trait."}, "by", "no dimension here"},
		{metric.Ask{Metric: "nps", By: "trait.$[0"}, "by", "no dimension here"},
		{metric.Ask{Metric: "nps", Segment: "plan = a or = b"}, "segment", `character 13: "=" stands where`},
		{metric.Ask{Metric: "nps", Segment: "colour = red"}, "segment", `character 1: "colour" is no trait of accounts; known are account_id, name, plan`},
		{metric.Ask{Metric: "nps", Segment: "plan = a and contact.email = b"}, "segment", `character 14: "contact.email" is no trait of contacts`},
		{metric.Ask{Metric: "nps", Segment: "contact.unsubscribed = maybe"}, "segment", "true or false"},
		{metric.Ask{Metric: "nps", Segment: "plan in last 3 days"}, "segment", "plan is no instant"},
		{metric.Ask{Metric: "nps", Segment: "plan = a or metric nps2 > 1"}, "segment", `character 13: there is no metric "nps2"; did you mean nps?`},
		{metric.Ask{Metric: "nps", Segment: "metric csat/top3 > 1"}, "segment", "known are top2, mean"},
		{metric.Ask{Metric: "nps", Segment: "metric feature_usage > 1"}, "segment", "none for an account"},
		{metric.Ask{Metric: "nps", Segment: "metric nps > 1 EUR"}, "segment", "no amount of money"},
		{metric.Ask{Metric: "nps", Segment: "plan = a and @big"}, "segment", `character 14: there is no segment "big"; none is saved yet`},
		{metric.Ask{Metric: "nps", Segment: "health_override > much"}, "segment", `health_override is a number; "much" is not`},
		{metric.Ask{Metric: "nps", Segment: "health_override = NaN"}, "segment", "is a number"},
		{metric.Ask{Metric: "nps", Segment: "created_at < soon"}, "segment", "created_at is an instant"},
		{metric.Ask{Metric: "nps", Grain: "fortnight"}, "grain", "none of hour, day"},
		{metric.Ask{Metric: "dau", Grain: "hour"}, "grain", "not counted finer than by day"},
		{metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-04-01"}, "from", "is not before to"},
		{metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-05-01"}, "from", "is not before to"},
		{metric.Ask{Metric: "nps", From: "yesterday"}, "from", "is no instant between"},
		{metric.Ask{Metric: "nps", To: "1e999"}, "to", "is no instant between"},
		{metric.Ask{Metric: "nps", AsOf: "2026-13-01"}, "as_of", "is no instant between"},
		{metric.Ask{Metric: "nps", From: "2016-01-01", To: "2026-01-01", Grain: "hour"}, "grain", "take a coarser grain"},
		{metric.Ask{Metric: "mrr", Currency: "EURO"}, "currency", "ISO 4217"},
	} {
		_, err := s.Answer(context.Background(), c.a)
		var f *fault.Error
		if !errors.As(err, &f) || (f.Kind != fault.Invalid && f.Kind != fault.NotFound) || len(f.Fields) != 1 || f.Fields[0].Name != c.field || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want the field %s and %q", c.a, err, c.field, c.want)
		}
	}
}

// Whatever is put into whichever parameter: it is answered or refused for that parameter, and the tables stay.
func TestNoParameterIsEverSQL(t *testing.T) {
	attacks := []string{
		"'; drop table fact_events; --", `"; drop table fact_events; --`, "' or '1'='1", "$1", "$99", "{events}", "{rates}", "%s%d", "\x00", "a\x00b", "\xff\xfe", "\\", "'", `"`, "`", "--", "/*",
		"🦉", "שלום", "a\u0000", strings.Repeat("a", 100_000), strings.Repeat("(", 4000), strings.Repeat("not ", 1000) + "plan = a", "plan", "trait.a'b", `trait.a"b`, "trait.$.*", "trait./", "trait.*", "trait.a.b[0]",
		"trait." + strings.Repeat("ă", 127), "contact.trait.'x", "contact.trait.$", "plan = 'x'' or 1=1'", `plan in ("'; drop table fact_events", "$1", "{points}")`, "plan contains '%'", "plan contains ''",
		`"trait.'; drop table fact_events; --" = 1`, `"trait.x" > 1e308`, "trait.x < 'a'", "health_override contains 5", "created_at contains 2026", "created_at > 2026-01-01", "health_override in (1, 2)", "size > 10", "NaN", "-1", "1e9", "0",
		"plan = 1 or trait.a = 2 or trait.b = 3 or trait.c is missing or account_id = x",
		"plan in (" + strings.Repeat("a, ", 1300) + "a)",
	}
	rows := append(answers("nps", nil, 9, 3), row{kind: "events", at: on("2026-05-10"), user: "u", account: "acme", f: set{"name": "x"}},
		row{kind: "accounts", account: "acme", at: on("2026-01-01"), f: set{"plan": "team", "size": "11", "health_override": 5.0, "created_at": "2026-01-01", "x": "12", "a'b": "y", "*": "z"}})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, attack := range attacks {
			for field, put := range map[string]func(*metric.Ask){
				"metric": func(a *metric.Ask) { a.Metric = attack }, "variant": func(a *metric.Ask) { a.Variant = attack }, "from": func(a *metric.Ask) { a.From = attack },
				"to": func(a *metric.Ask) { a.To = attack }, "grain": func(a *metric.Ask) { a.Grain = attack }, "by": func(a *metric.Ask) { a.By = attack },
				"segment": func(a *metric.Ask) { a.Segment = attack }, "as_of": func(a *metric.Ask) { a.AsOf = attack }, "currency": func(a *metric.Ask) { a.Currency = attack },
			} {
				a := metric.Ask{Metric: "nps"}
				put(&a)
				_, err := s.Answer(context.Background(), a)
				var f *fault.Error
				switch {
				case err == nil:
				case !errors.As(err, &f) || (f.Kind != fault.Invalid && f.Kind != fault.NotFound):
					t.Errorf("%s %.60q: %v", field, attack, err)
				case len(f.Fields) == 0 || (f.Fields[0].Name != field && field != "to"): // a "to" can make the default "from" too late
					t.Errorf("%s %.60q names %+v", field, attack, f.Fields)
				case len(err.Error()) > 1500:
					t.Errorf("%s %.60q is answered with %d bytes", field, attack, len(err.Error()))
				}
			}
		}
		if got := said(ask(t, s, metric.Ask{Metric: "dau", From: "2026-05-10", To: "2026-05-11", AsOf: "2099-01-01"})); got != "1 of 1" {
			t.Error("afterwards there is", got)
		}
	})
}

func TestSegmentsCompareAsPeopleExpect(t *testing.T) {
	var rows []row
	for i, f := range []set{
		{"plan": "Team", "country": "RO", "size": "9", "health_override": 50.0, "created_at": "2026-01-15", "Number of seats": 9, "vip": true},
		{"plan": "enterprise", "country": "MD", "size": "10", "created_at": "2026-02-15", "Number of seats": 10, "vip": false},
		{"plan": "Zebra", "size": "many", "Number of seats": nil},
	} {
		account := fmt.Sprint("a", i+1)
		rows = append(rows, row{kind: "accounts", account: account, at: on("2026-03-01"), f: f}, subscription(account, "2026-03-01", nil))
	}
	rows = append(rows, subscription("a4", "2026-03-01", nil)) // nothing is known of it
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for segment, want := range map[string]string{
			"plan = Team": "a1", "plan != Team": "a2 a3 a4", "plan contains 'E'": "a1 a2 a3", "plan > Z": "a2 a3", "plan < Zz": "a1 a3", "plan is missing": "a4",
			"country in (RO, MD)": "a1 a2", "country not in (RO)": "a2 a3 a4", "size > 9": "a2", "size >= 9": "a1 a2", "size < 10.5": "a1 a2",
			"health_override = 50": "a1", "health_override < 50.5": "a1", "health_override contains 5": "a1", "created_at < 2026-02-01": "a1", "created_at contains 2026-02": "a2",
			`"trait.Number of seats" > 9`: "a2", `"trait.Number of seats" is known`: "a1 a2", "trait.vip = true": "a1", "trait.none = x": "", "account_id = a4": "a4",
			"not (plan = Team or country = MD)": "a3 a4", "plan = Team or country = MD and size = 10": "a1 a2",
		} {
			got := ask(t, s, metric.Ask{Metric: "customers", From: "2026-05-01", To: "2026-06-01", By: "account_id", Segment: segment})
			var keys []string
			for _, g := range got.Groups {
				keys = append(keys, *g.Key)
			}
			if strings.Join(keys, " ") != want {
				t.Errorf("%s keeps %q, want %q", segment, keys, want)
			}
		}
	})
}

func TestBreakdownsByTraitsOfPeopleAndOfNumbers(t *testing.T) {
	rows := answers("nps", set{"touchpoint": "app"}, 10, 10, 3)
	for i := range rows {
		rows[i].user = fmt.Sprint("u", i+1)
	}
	contact := func(user, date string, f set) row { return row{kind: "contacts", user: user, at: on(date), f: f} }
	rows = append(rows, contact("u1", "2026-01-01", set{"role": "buyer", "seat": "3"}), contact("u2", "2026-01-01", set{"role": "buyer"}), contact("u2", "2026-05-20", set{"role": "user"}),
		contact("u2", "2026-07-20", set{"role": "gone"}), contact("u3", "2026-01-01", set{"unsubscribed": true}), answers("ces", nil, 5)[0], answers("ces", set{"scale_max": 5.5}, 5)[0])
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct{ metric, by, want string }{
			{"nps", "contact.role", "buyer 1, user 1, ? 1"}, {"nps", "contact.unsubscribed", "? 2, true 1"}, {"nps", "contact.trait.seat", "? 2, 3 1"},
			{"ces", "scale_max", "5.5 1, 7 1"}, {"ces", "contact.role", "? 2"},
		} {
			got := ""
			for _, asOf := range []string{"", "2099-01-01"} {
				var parts []string
				for _, g := range ask(t, s, metric.Ask{Metric: c.metric, By: c.by, From: "2026-05-01", To: "2026-06-01", AsOf: asOf}).Groups {
					key := "?"
					if g.Key != nil {
						key = *g.Key
					}
					parts = append(parts, fmt.Sprint(key, " ", g.N))
				}
				if got = strings.Join(parts, ", "); got != c.want {
					t.Errorf("%s by %s as of %q: %s, want %s", c.metric, c.by, asOf, got, c.want)
				}
			}
		}
	})
}

// A metric of 100 000 groups: /1 to /3 grow, the others stay as they are. Numbers are counted from the rows of all of them.
const crowded = `/*
id: %s
family: product
label: {en: a, es: a, ro: a, ru: a}
about: {en: a, es: a, ro: a, ru: a}
formula: "a"
unit: count
better: higher
type: activity
facts: []
numerator: "%s"
n: "sum(x)"
dimensions: [path]
*/
select p.i, 0 as account, '/' || k.n as path, case when k.n <= 3 and p.from_ts >= timestamp '2026-05-01 00:00:00' then 10 * k.n else 1 end as x, k.n
from {points} p cross join generate_series(1, 100000) k(n)
`

func TestAHundredThousandGroupsAreCappedAndTheRestIsOne(t *testing.T) {
	catalog, err := metric.Load(fstest.MapFS{"own/added.sql": {Data: fmt.Appendf(nil, crowded, "added", "sum(x)")},
		"own/apart.sql": {Data: fmt.Appendf(nil, crowded, "apart", "count(distinct n) + max(x) - 1")}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, answers("nps", nil, 9), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		own := *s
		own.Catalog = catalog
		for _, c := range []struct{ id, value, other string }{{"added", "100057", "99500"}, {"apart", "100029", "99500"}} {
			got := ask(t, &own, metric.Ask{Metric: c.id, By: "path", From: "2026-05-01", To: "2026-06-01", Grain: "month"})
			if len(got.Groups) != 500 || got.OtherGroups != 99_500 || got.Other == nil || got.Value.String() != c.value || got.Other.Value.String() != c.other || got.Other.N != 99_500 || got.Other.Points[0].Value.String() != c.other {
				t.Errorf("%s is %s in %d groups and %d others with %+v", c.id, got.Value, len(got.Groups), got.OtherGroups, got.Other)
			}
		}
		why, err := own.Why(t.Context(), metric.Comparison{Ask: metric.Ask{Metric: "added", By: "path", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(why.Parts) != 100 || why.Others != 99_900 || *why.Parts[0].Key != "/3" || why.Parts[0].Contribution.String() != "29" || why.Change.String() != "57" || why.Rest.String() != "0" || why.Overlap.String() != "0" {
			t.Errorf("%d parts and %d others, first %+v, a change of %s with %s and %s", len(why.Parts), why.Others, why.Parts[0], why.Change, why.Rest, why.Overlap)
		}
	})
}

func TestAHugeBreakdownIsCutToTheLargestAndTheRestIsCounted(t *testing.T) {
	const keys = 100_000
	rows := make([]row, 0, keys+2)
	for i := range keys {
		rows = append(rows, row{kind: "pages", at: on("2026-05-10"), f: set{"path": fmt.Sprintf("/%06d", i), "anonymous_id": "v"}})
	}
	last := rows[keys-1]
	rows = append(rows, last, last)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		got := ask(t, s, metric.Ask{Metric: "page_views", By: "path", From: "2026-05-01", To: "2026-06-01", Grain: "day"})
		if len(got.Groups) != 500 || got.OtherGroups != keys-500 || got.N != keys+2 {
			t.Errorf("%d groups, %d others, of %d", len(got.Groups), got.OtherGroups, got.N)
		}
		if g := got.Groups[0]; *g.Key != "/099999" || g.Value.String() != "3" || g.Points[9].Value.String() != "3" || *got.Groups[1].Key != "/000000" {
			t.Errorf("the largest is %s with %s, then %s", *g.Key, g.Value, *got.Groups[1].Key)
		}
	})
}

func TestWhatIsEstimatedOfTheGroupsThatAreNotListedIsEstimatedOfThemTogether(t *testing.T) {
	var rows []row
	for i := range 503 {
		measure := fmt.Sprintf("m%03d", i)
		rows = append(rows, row{kind: "relevances", at: on("2026-05-10"), f: set{"pair": measure, "measure": measure, "outcome": "churn", "verdict": "unclear", "looks": float64(1 + i), "strength": -float64(i) / 1000}})
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		got := ask(t, s, metric.Ask{Metric: "metric_relevance", From: "2026-05-01", To: "2026-06-01", Grain: "month"})
		if len(got.Groups) != 500 || got.OtherGroups != 3 || *got.Groups[0].Key != "m502" {
			t.Fatalf("%d groups, %d others", len(got.Groups), got.OtherGroups)
		}
		if o := got.Other; o == nil || o.Value.String() != "-0.002" || o.N != 3 || o.Points[0].Value.String() != "-0.002" {
			t.Errorf("the others are %+v", o)
		}
	})
}

// A metric of the user's own that would count for hours.
const endless = `/*
id: endless
family: product
label: {en: a, es: a, ro: a, ru: a}
about: {en: a, es: a, ro: a, ru: a}
formula: "a"
unit: count
better: higher
type: activity
facts: []
numerator: "count(distinct x * y)"
*/
select p.i, 0 as account, x, y from {points} p cross join generate_series(1, 1000000) a(x) cross join generate_series(1, 1000000) b(y)
`

func TestACancelledQuestionEndsSoon(t *testing.T) {
	catalog, err := metric.Load(fstest.MapFS{"own/endless.sql": {Data: []byte(endless)}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, answers("nps", nil, 9), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		own := *s
		own.Catalog = catalog
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := own.Answer(ctx, metric.Ask{Metric: "endless"})
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || fault.KindOf(err) != fault.Unavailable || took > 10*time.Second {
			t.Errorf("after %s: %v", took, err)
		}
		if got := said(ask(t, s, metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01"})); got != "100 = 1/1 of 1" {
			t.Error("afterwards there is", got)
		}
	})
}
