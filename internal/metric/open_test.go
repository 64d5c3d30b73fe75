package metric_test

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// opened is one service over a random company, for questions that are no plain answers. Planning them takes long, so each
// company is asked about a part of the catalogue (mine), and all companies of an engine about all of it.
func opened(t *testing.T, check func(rt *rapid.T, s *metric.Service, mine func(n int) bool)) {
	many := map[string]int{"duckdb": max(1, draws/2), "postgres": max(1, draws/3)}
	eachCompany(t, many, randomCompany, func(rt *rapid.T, c drawn) {
		parts := min(3, many[c.engine])
		check(rt, c.s, func(n int) bool { return n%parts == c.nth%parts })
	})
}

// near says that two figures are one but for what floating point adds.
func near(a, b *metric.Figure) bool {
	if a == nil || b == nil {
		return a == b || (a != nil && a.Float == 0) || (b != nil && b.Float == 0)
	}
	return a.String() == b.String() || math.Abs(a.Float-b.Float) <= 1e-6*math.Max(1, math.Abs(a.Float))
}

func TestWhatWasCountedAddsUpToTheNumber(t *testing.T) {
	opened(t, func(rt *rapid.T, s *metric.Service, mine func(int) bool) {
		for n, d := range s.Catalog.All() {
			if d.Key == nil || !mine(n) {
				continue
			}
			for _, variant := range d.VariantIDs() {
				q := metric.Opening{Ask: metric.Ask{Metric: d.ID, Variant: variant, From: "2026-03-01", To: "2026-06-01"}, Limit: 7}
				var listed int64
				var num, den float64
				for page := 0; ; page++ {
					x, err := s.Explain(context.Background(), q)
					if err != nil {
						rt.Fatalf("%s %s: %v", d.ID, variant, err)
					}
					if !near(x.Counted.Numerator, x.Numerator) || !near(x.Counted.Denominator, x.Denominator) {
						rt.Fatalf("%s %s says %s/%s, what was counted comes to %s/%s", d.ID, variant, x.Numerator, x.Denominator, x.Counted.Numerator, x.Counted.Denominator)
					}
					for _, row := range x.Rows {
						listed++
						if row.Numerator != nil {
							num += row.Numerator.Float
						}
						if row.Denominator != nil {
							den += row.Denominator.Float
						}
						if d.Key[0] == "id" && (len(row.Facts) != 1 || row.Facts[0].ID != row.Key["id"]) {
							rt.Fatalf("%s %s: behind %v stand %+v", d.ID, variant, row.Key, row.Facts)
						}
						if d.Key[0] == "account" && row.Key["account"] != nil && len(row.Facts) == 0 {
							rt.Fatalf("%s %s: nothing stands behind %v", d.ID, variant, row.Key)
						}
					}
					if q.Cursor = x.Next; q.Cursor == "" {
						if listed != x.Counted.Rows || (x.Numerator != nil && math.Abs(num-x.Numerator.Float) > 1e-6*math.Max(1, math.Abs(num))) || (x.Denominator != nil && math.Abs(den-x.Denominator.Float) > 1e-6*math.Max(1, den)) {
							rt.Fatalf("%s %s: %d rows of %d are listed, with %v/%v of %s/%s", d.ID, variant, listed, x.Counted.Rows, num, den, x.Numerator, x.Denominator)
						}
						break
					}
				}
			}
		}
	})
}

func TestTheMoversAddUpToTheChange(t *testing.T) {
	opened(t, func(rt *rapid.T, s *metric.Service, mine func(int) bool) {
		for n, d := range s.Catalog.All() {
			if d.Estimator != "" || !mine(n) {
				continue
			}
			by := rapid.SampledFrom([]string{"plan", "country", "account_id"}).Draw(rt, "by")
			m, err := s.Why(context.Background(), metric.Comparison{Ask: metric.Ask{Metric: d.ID, From: "2026-04-01", To: "2026-06-01", By: by}, Before: "2026-02-01"})
			if err != nil {
				rt.Fatalf("%s: %v", d.ID, err)
			}
			if m.Change == nil {
				continue
			}
			sum := new(big.Rat).Add(exact(m.Rest), exact(m.Overlap))
			for _, part := range m.Parts {
				sum.Add(sum, exact(part.Contribution))
				if split := new(big.Rat).Add(exact(part.Rate), exact(part.Mix)); part.Rate != nil {
					if off, _ := new(big.Rat).Sub(split, exact(part.Contribution)).Float64(); math.Abs(off) > 1e-6 {
						rt.Fatalf("%s by %s: rate and mix of %v miss its contribution by %v", d.ID, by, part.Key, off)
					}
				}
			}
			if off, _ := new(big.Rat).Sub(sum, exact(m.Change)).Float64(); math.Abs(off) > 1e-6 {
				rt.Fatalf("%s by %s: the parts miss the change by %v: %+v", d.ID, by, off, m)
			}
			if d.ID == "nps" || d.ID == "csat" || d.ID == "mrr" || d.ID == "customer_churn_rate" || d.ID == "resolution_time" {
				if over, _ := exact(m.Overlap).Float64(); math.Abs(over) > 1e-6 {
					rt.Fatalf("%s by %s: groups that share nothing overlap by %v", d.ID, by, over)
				}
			}
		}
	})
}

// A shift of customers to a plan that churns more raises churn though no plan's churn moved.
func TestAMovedMixIsNotTakenForAMovedRate(t *testing.T) {
	var rows []row
	month := func(plan, date string, n, promoters int) {
		for i := range n {
			score := 7.0
			if i < promoters {
				score = 10
			}
			rows = append(rows, row{kind: "answers", at: on(date), account: plan, f: set{"kind": "nps", "score": score}})
		}
	}
	for _, plan := range []string{"starter", "pro"} {
		rows = append(rows, row{kind: "accounts", account: plan, at: on("2026-01-01"), f: set{"plan": plan}})
	}
	month("starter", "2026-04-10", 10, 2) // 20
	month("pro", "2026-04-10", 30, 18)    // 60
	month("starter", "2026-05-10", 30, 6) // 20
	month("pro", "2026-05-10", 10, 6)     // 60
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		m, err := s.Why(context.Background(), metric.Comparison{Ask: metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01"}, Before: "2026-04-01", Until: "2026-05-01"})
		if err != nil {
			t.Fatal(err)
		}
		if m.Change.String() != "-20" || len(m.Parts) != 2 || m.By != "plan" {
			t.Fatalf("%+v", m)
		}
		for _, part := range m.Parts { // each half of the 20 points that the mix cost
			if part.Rate.String() != "0" || part.Mix.String() != "-10" || part.Contribution.String() != "-10" {
				t.Errorf("%s: rate %s, mix %s", *part.Key, part.Rate, part.Mix)
			}
		}
	})
}

func TestANumberThatLateFactsChangedIsRestatedWithThem(t *testing.T) {
	first := answers("nps", nil, 10, 10, 0)[0:3]
	late := row{kind: "answers", at: on("2026-05-20"), account: "acme", user: "ann", f: set{"kind": "nps", "score": 0.0, "text": "a secret"}}
	after := row{kind: "answers", at: on("2026-07-20"), f: set{"kind": "nps", "score": 10.0}}
	rows := append(first, late, after)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Now = func() time.Time { return on("2026-08-02") }
		q := metric.Restating{Since: "2026-08-01T00:00:03Z", Ask: metric.Ask{Metric: "nps", From: "2026-04-01", To: "2026-08-01", Grain: "month"}}
		r, err := s.Restate(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Points) != 2 || r.Points[0].Was.String() != "33.333333333" || r.Points[0].Is.String() != "0" || r.Points[1].Was != nil || r.Points[1].Is.String() != "100" {
			t.Fatalf("%+v", r.Points)
		}
		if len(r.Late) != 1 || r.Late[0].N != 2 || r.Late[0].Facts[1].Columns["account_id"] != "acme" || r.Late[0].Facts[1].Columns["score"] == nil {
			t.Errorf("late: %+v", r.Late)
		}
		if _, shown := r.Late[0].Facts[1].Columns["text"]; shown {
			t.Error("what somebody said is shown as evidence of a count")
		}
		all := metric.Restating{Since: q.Since, Ask: metric.Ask{From: q.From, To: q.To}}
		page, err := s.Restatements(context.Background(), all)
		if err != nil {
			t.Fatal(err)
		}
		var changed, paged []string
		for _, r := range page.Restatements {
			changed = append(changed, r.Metric)
		}
		clock := s.Now()
		s.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
		all.Page = time.Second
		for range metric.Families { // a second goes by with every family
			part, err := s.Restatements(context.Background(), all)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range part.Restatements {
				paged = append(paged, r.Metric)
			}
			all.Family = part.Next
		}
		if all.Family != "" || page.Next != "" || !slices.Equal(paged, changed) {
			t.Errorf("page by page %v, then %q; at once %v, then %q", paged, all.Family, changed, page.Next)
		}
		all.Family = "nonsense"
		if _, err := s.Restatements(context.Background(), all); fault.KindOf(err) != fault.Invalid {
			t.Errorf("of no family: %v", err)
		}
		if err != nil || !slices.Contains(changed, "nps") || !slices.Contains(changed, "feedback_volume") || slices.Contains(changed, "csat") {
			t.Errorf("of the catalogue: %v, %v", changed, err)
		}
		q.Since = "2026-08-01T00:00:05Z"
		if r, err := s.Restate(context.Background(), q); err != nil || len(r.Points) != 0 {
			t.Errorf("with everything known: %+v, %v", r, err)
		}
	})
}

func TestAGroupTooSmallToBeListedOpensAllTheSame(t *testing.T) {
	var rows []row
	for i := range 600 { // of one answer each, but the last, which comes last in every order
		rows = append(rows, row{kind: "answers", at: on("2026-05-10"), account: fmt.Sprintf("a%03d", i), f: set{"kind": "nps", "score": 10.0}})
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		group := "a599"
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01", By: "account_id"}, Group: &group})
		if err != nil {
			t.Fatal(err)
		}
		if x.Value == nil || x.Value.String() != "100" || x.N != 1 || x.Counted.Rows != 1 || len(x.Rows) != 1 || x.Rows[0].Facts[0].Columns["account_id"] != group {
			t.Errorf("%+v", x)
		}
	})
}
