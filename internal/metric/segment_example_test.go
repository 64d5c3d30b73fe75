package metric_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// membersOf are the ids of those in a segment at an instant.
func membersOf(t *testing.T, s *metric.Service, a metric.SegmentAsk) string {
	t.Helper()
	page, err := s.SegmentMembers(context.Background(), a)
	if err != nil {
		t.Errorf("%+v: %v", a, err)
		return ""
	}
	ids := make([]string, len(page.Members))
	for i, m := range page.Members {
		ids[i] = m.Account
	}
	return strings.Join(ids, " ")
}

// The company of the examples: what is known of four accounts on 1 June 2026.
func exampleCompany() []row {
	event := func(account, user, at, name string) row {
		return row{kind: "events", account: account, user: user, at: on(at), f: set{"name": name}}
	}
	contact := func(account, user string, f set) []row {
		return []row{{kind: "contacts", user: user, at: on("2026-01-05"), f: f}, {kind: "memberships", account: account, user: user, at: on("2026-01-05"), f: set{"status": "joined"}}}
	}
	rows := []row{
		{kind: "accounts", account: "acme", at: on("2026-01-01"), f: set{"name": "Acme", "plan": "enterprise", "stage": "onboarding", "created_at": "2026-05-20", "renewal": "2026-06-15", "health_override": 40.0}},
		{kind: "accounts", account: "bolt", at: on("2026-01-01"), f: set{"plan": "Enterprise Plus", "created_at": "2025-01-01", "renewal": "2026-08-01T00:00:00Z"}},
		{kind: "accounts", account: "cart", at: on("2026-01-01"), f: set{"plan": "free", "renewal": "soon"}},
		{kind: "accounts", account: "late", at: on("2026-07-01"), f: set{"plan": "free"}}, // nobody knows it in May
		event("acme", "ana", "2026-05-30T10:00:00Z", "Login"), event("acme", "ana", "2026-05-31T23:59:59Z", "Login"), event("acme", "ion", "2026-05-02T00:00:00Z", "Report Created"),
		event("bolt", "bea", "2026-05-01T23:59:59Z", "Login"),
		subscription("acme", "2026-01-01", set{"amount": "1000.00"}), subscription("bolt", "2026-01-01", set{"amount": "999.99"}),
		subscription("cart", "2026-01-01", set{"amount": "100", "currency": "SEK"}), // no rate is known
		{kind: "answers", account: "acme", user: "ana", at: on("2026-05-10"), f: set{"kind": "nps", "score": 3.0, "survey": "Q2"}},
		{kind: "answers", account: "bolt", user: "bea", at: on("2026-02-10"), f: set{"kind": "nps", "score": 9.0, "survey": "Q1"}},
		{kind: "answers", account: "cart", at: on("2026-05-10"), f: set{"kind": "choice", "choice": "Too expensive", "survey": "Why"}},
		{kind: "pages", user: "bea", account: "bolt", at: on("2026-05-20"), f: set{"path": "/pricing/eu"}},
		{kind: "memberships", account: "cart", user: "cleo", at: on("2026-01-05"), f: set{"status": "joined"}},
		{kind: "memberships", account: "bolt", user: "gone", at: on("2026-01-05"), f: set{"status": "joined"}},
		{kind: "contacts", user: "gone", at: on("2026-01-05"), f: set{"role": "admin"}},
		{kind: "memberships", account: "bolt", user: "gone", at: on("2026-05-05"), f: set{"status": "left"}},
	}
	rows = append(rows, contact("acme", "ana", set{"role": "admin", "unsubscribed": true, "Job level": "C"})...)
	return append(rows, contact("bolt", "bea", set{"role": "user", "unsubscribed": false})...)
}

func TestTheLanguageOfSegmentsByExample(t *testing.T) {
	saved := []account.SavedSegment{{ID: "0a", Name: "Big ones", Segment: mustParse("metric mrr >= 500")}, {ID: "0b", Name: "small", Segment: mustParse(`not @"Big ones"`)}}
	onBoth(t, exampleCompany(), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Saved = func(context.Context) ([]account.SavedSegment, error) { return saved, nil }
		for _, c := range []struct{ segment, want string }{
			{"", "acme bolt cart"},
			{"plan = enterprise", "acme"}, {"plan starts with ENTER", "acme bolt"}, {"plan contains plus", "bolt"}, {"stage = onboarding", "acme"}, {"stage != onboarding", "bolt cart"},
			{"health_override between 30 and 50", "acme"}, {"health_override < 50", "acme"}, {"not health_override < 50", "bolt cart"}, {"health_override is known", "acme"},
			{"created_at in last 12 days", "acme"}, {"created_at in last 11 days", ""}, {"created_at older than 12 days", "bolt"}, {"created_at before 2026-01-01", "bolt"}, {"created_at since 2026-05-20", "acme"},
			{"trait.renewal in next 16 days", "acme"}, {"trait.renewal in next 15 days", ""}, {"trait.renewal in next 1 quarter", "acme bolt"}, {"trait.renewal older than 1 day", ""},
			{"contact.role = admin", "acme"}, {"contact.role != admin", "bolt cart"}, {"contact.role is missing", "cart"}, {"contact.unsubscribed = true", "acme"}, {`"contact.trait.Job level" in (B, C)`, "acme"},
			{`did "Login"`, "acme bolt"}, {`did "Login" in 30 days`, "acme"}, {`did "Login" in 31 days`, "acme bolt"}, {`did "Login" >= 2 times in 2 days`, "acme"}, {`did "Login" in 1 day`, "acme"},
			{`did not "Login" in 30 days`, "bolt cart"}, {`did "Login" = 0 times in 30 days`, "bolt cart"}, {`did any event`, "acme bolt"}, {`did any event >= 2 people in 1 month`, "acme"}, {`did any event >= 3 days`, "acme"},
			{`viewed "/pricing/eu"`, "bolt"}, {`viewed "/pricing*" in 2 weeks`, "bolt"}, {`not viewed any page`, "acme cart"}, {`viewed "/p"`, ""},
			{"metric mrr >= 1000", "acme"}, {"metric mrr >= 999.99 EUR", "acme bolt"}, {"metric mrr = 999.99", "bolt"}, {"metric mrr < 1000", "bolt"}, {"metric mrr is missing", "cart"}, {"metric mrr >= 100 SEK", "cart"},
			{"metric nps < 0 in 90 days", "acme"}, {"metric nps is missing in 90 days", "bolt cart"}, {"metric nps > 0 in 1 year", "bolt"}, {"metric mau >= 1", "acme"}, {"metric mau = 0", "bolt cart"}, {"metric mau/accounts = 1", "acme"},
			{"answered nps <= 6 in 90 days", "acme"}, {"answered nps", "acme bolt"}, {`answered "Q1"`, "bolt"}, {`answered nps of "Q2" in (1, 2, 3)`, "acme"}, {`answered choice of "Why" contains EXPENSIVE`, "cart"}, {"answered nps between 9 and 10", "bolt"}, {"not answered any in 30 days", "bolt"},
			{`in segment "Big ones"`, "acme bolt"}, {"@small", "cart"}, {"@0a and plan = enterprise", "acme"}, {"not (@small or stage = onboarding)", "bolt"},
		} {
			if got := membersOf(t, s, metric.SegmentAsk{Text: c.segment, At: "2026-06-01"}); got != c.want {
				t.Errorf("%s: %q, want %q", c.segment, got, c.want)
			}
			// The same as of an instant when all was known, and while the day is not over.
			if got := membersOf(t, s, metric.SegmentAsk{Text: c.segment, At: "2026-06-01", AsOf: "2026-08-01T01:00:00Z"}); got != c.want {
				t.Errorf("%s as of August: %q, want %q", c.segment, got, c.want)
			}
			if got := membersOf(t, s, metric.SegmentAsk{Text: c.segment, At: "2026-05-31T23:59:59.5Z"}); got != c.want {
				t.Errorf("%s half a second before midnight: %q, want %q", c.segment, got, c.want)
			}
		}
	})
}

func TestAMemberSaysWhatMakesItOne(t *testing.T) {
	saved := []account.SavedSegment{{ID: "0a", Name: "Big ones", Segment: mustParse("metric mrr >= 500")}}
	onBoth(t, exampleCompany(), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Saved = func(context.Context) ([]account.SavedSegment, error) { return saved, nil }
		for segment, want := range map[string]string{
			"plan = free or plan = enterprise":        `acme [{plan = "enterprise" true enterprise }]cart [{plan = "free" true free }]`,
			`@"Big ones" and stage is known`:          `acme [{metric mrr >= 500 true 1000 Big ones} {stage is missing false onboarding }]`,
			`not did "Login" in 9 days and mrr = 1`:   "",
			"created_at in last 30 days":              `acme [{created_at in last 30 days true 2026-05-20T00:00:00Z }]`,
			"health_override < 50.5":                  `acme [{health_override < "50.5" true 40 }]`,
			"contact.role = admin and did Login":      `acme [{contact.role = "admin" true 1 } {did "Login" true 2 }]`,
			"answered nps <= 6":                       `acme [{answered nps <= "6" true 1 }]`,
			"metric nps > 0 in 1 year":                `bolt [{metric nps > 0 in last 1 year true 100 }]`,
			`not did "Login" and not answered nps`:    `cart [{did "Login" false 0 } {answered nps false 0 }]`,
			"metric mrr is missing and plan = 'free'": `cart [{metric mrr is missing true <nil> } {plan = "free" true free }]`,
			"metric arpa between 999.98 and 999.99":   `bolt [{metric arpa between 999.98 and 999.99 true 999.99 }]`,
		} {
			page, err := s.SegmentMembers(context.Background(), metric.SegmentAsk{Text: segment, At: "2026-06-01"})
			if err != nil {
				if want != "" {
					t.Errorf("%s: %v", segment, err)
				}
				continue
			}
			got := ""
			for _, m := range page.Members {
				got += m.Account + " " + fmt.Sprint(m.Why)
			}
			if got != want {
				t.Errorf("%s: %s, want %s", segment, got, want)
			}
		}
	})
}

// Whatever stands in a segment is a value: it is asked for or refused, and the tables stay.
func TestNoPartOfASegmentIsEverSQL(t *testing.T) {
	onBoth(t, exampleCompany(), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, attack := range []string{"'; drop table fact_events; --", `"`, "' or '1'='1", "$1", "$99", "{events}", "%", "_", "\\", "a\x00b", "\xff", "/*", "*", "a*b", "*.x", "a\\\"b", "🦉", strings.Repeat("ș", 500)} {
			word := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(attack) + `"`
			for _, text := range []string{"plan = ?", "plan starts with ?", "plan between ? and ?", `"trait.?" in last 3 days`, "contact.role in (?, ?)", "contact.trait.? = 1", "did ? >= 2 times in 3 days", "did ? >= 2 people", "viewed ? in 3 days", "answered ? in 3 days",
				"answered choice of ? = ?", "answered choice contains ?", "answered nps = ?", "metric ? > 1", "metric mrr > ?", "metric mrr > 1 ?", "in segment ?", "did x in ? days", "did x ? 3 times"} {
				text = strings.ReplaceAll(strings.ReplaceAll(text, `"trait.?"`, `"trait.`+word[1:]), "?", word)
				for _, asOf := range []string{"", "2026-08-01"} {
					_, err := s.SegmentMembers(context.Background(), metric.SegmentAsk{Text: text, AsOf: asOf})
					var f *fault.Error
					if err != nil && (!errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "segment" || len(err.Error()) > 3000) {
						t.Errorf("%.100q: %v", text, err)
					}
				}
			}
		}
		if got := membersOf(t, s, metric.SegmentAsk{Text: `did "Login"`, At: "2026-06-01"}); got != "acme bolt" {
			t.Error("afterwards there is", got)
		}
	})
}

func TestAQuestionAboutASegmentThatCannotBeAnsweredNamesTheField(t *testing.T) {
	_, s := serving(t, "duckdb")
	s.Saved = func(context.Context) ([]account.SavedSegment, error) {
		return []account.SavedSegment{{ID: "1", Name: "a", Segment: wideOf("@b", 49)}, {ID: "2", Name: "b", Segment: wideOf("plan = x", 49)}, {ID: "3", Name: "stale", Segment: mustParse("metric gone > 1")}}, nil
	}
	for _, c := range []struct {
		a           metric.SegmentAsk
		field, want string
	}{
		{metric.SegmentAsk{Text: "plan = a and colour = red"}, "segment", `character 14: "colour" is no trait of accounts; known are`},
		{metric.SegmentAsk{Tree: []byte(`{"op":"not","of":[{"op":"=","about":"trait","name":"colour","values":["red"]}]}`)}, "segment", `of[0]: "colour" is no trait`},
		{metric.SegmentAsk{Text: "plan = a or @none"}, "segment", `character 13: there is no segment "none"; known are "a", "b", "stale"`},
		{metric.SegmentAsk{Text: "@a"}, "segment", "more than 200 things"},
		{metric.SegmentAsk{Text: "@stale"}, "segment", `the segment "stale" can't be used any more: there is no metric "gone"`},
		{metric.SegmentAsk{At: "soon"}, "at", "is no instant between"},
		{metric.SegmentAsk{AsOf: "soon"}, "as_of", "is no instant between"},
	} {
		_, err := s.SegmentMembers(context.Background(), c.a)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want the field %s and %q", c.a, err, c.field, c.want)
		}
	}
	for _, c := range []struct {
		a           metric.SegmentAsk
		field, want string
	}{
		{metric.SegmentAsk{Grain: "hour"}, "grain", "none of day, week"}, {metric.SegmentAsk{Grain: "fortnight"}, "grain", "none of day, week"},
		{metric.SegmentAsk{From: "2024-01-01", To: "2026-01-01"}, "grain", "more than 400 points"}, {metric.SegmentAsk{From: "2026-01-01", To: "2020-01-01"}, "from", "is not before to"},
	} {
		_, err := s.SegmentHistory(context.Background(), c.a)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want the field %s and %q", c.a, err, c.field, c.want)
		}
	}
}

func wideOf(text string, n int) account.Segment {
	wide := account.Segment{Op: "or"}
	for range n {
		wide.Of = append(wide.Of, mustParse(text))
	}
	return wide
}
