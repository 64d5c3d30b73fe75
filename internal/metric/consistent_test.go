package metric_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/metric"
)

// Every answer must agree with every other answer about the same company: these tests need no recount.
func consistently(t *testing.T, check func(rt *rapid.T, ask func(metric.Ask) *metric.Answer)) {
	many := map[string]int{"duckdb": draws / 2, "postgres": draws / 5} // a few hundred questions each
	eachCompany(t, many, randomCompany, func(rt *rapid.T, c drawn) {
		check(rt, func(a metric.Ask) *metric.Answer {
			got, err := c.s.Answer(context.Background(), a)
			if err != nil {
				rt.Fatalf("%+v: %v", a, err)
			}
			return got
		})
	})
}

// exact is a figure as an exact number; null counts as none.
func exact(v any) *big.Rat {
	f, _ := v.(*metric.Figure)
	if f == nil {
		return new(big.Rat)
	}
	r, _ := new(big.Rat).SetString(f.String())
	return r
}

func balances(t *rapid.T, what string, value *metric.Figure, detail map[string]any) {
	sum := exact(detail["opening"])
	for _, part := range []string{"new", "reactivation", "expansion", "contraction", "churn"} {
		sum.Add(sum, exact(detail[part]))
	}
	if closing := exact(detail["closing"]); sum.Cmp(closing) != 0 {
		t.Fatalf("%s: opening + movements = %s, closing %s", what, sum.FloatString(9), closing.FloatString(9))
	}
	if change := new(big.Rat).Sub(exact(detail["closing"]), exact(detail["opening"])); change.Cmp(exact(value)) != 0 {
		t.Fatalf("%s: the value is %s, the change %s", what, value, change.FloatString(9))
	}
}

func TestOpeningAndMovementsAreClosingToTheCent(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		a := metric.Ask{Metric: "mrr_movements", From: "2026-01-01", To: "2026-07-01", Grain: rapid.SampledFrom([]string{"week", "month"}).Draw(rt, "grain"), By: "plan"}
		whole := ask(a)
		balances(rt, "in total", whole.Value, whole.Detail)
		sum := new(big.Rat)
		for _, g := range whole.Groups {
			balances(rt, fmt.Sprint("plan ", g.Key), g.Value, g.Detail)
			sum.Add(sum, exact(g.Value))
		}
		if sum.Cmp(exact(whole.Value)) != 0 {
			rt.Fatalf("the groups add up to %s, the total is %s", sum.FloatString(9), whole.Value)
		}
		closing := exact(whole.Detail["opening"])
		for i, p := range whole.Points {
			balances(rt, p.From.String(), p.Value, p.Detail)
			if opening := exact(p.Detail["opening"]); opening.Cmp(closing) != 0 {
				rt.Fatalf("%s opens with %s after a closing of %s", p.From, opening.FloatString(9), closing.FloatString(9))
			}
			closing = exact(p.Detail["closing"])
			sum := new(big.Rat)
			for _, g := range whole.Groups {
				balances(rt, fmt.Sprint("plan ", g.Key, p.From), g.Points[i].Value, g.Points[i].Detail)
				sum.Add(sum, exact(g.Points[i].Value))
			}
			if sum.Cmp(exact(p.Value)) != 0 {
				rt.Fatalf("%s: the groups add up to %s, the point is %s", p.From, sum.FloatString(9), p.Value)
			}
		}
		if closing.Cmp(exact(whole.Detail["closing"])) != 0 {
			rt.Fatalf("the last point closes with %s, the whole with %s", closing.FloatString(9), exact(whole.Detail["closing"]).FloatString(9))
		}
		// MRR is the closing, and in every point customers come, go and add up.
		a.Metric = "mrr"
		if mrr := ask(a); exact(mrr.Value).Cmp(exact(whole.Detail["closing"])) != 0 {
			rt.Fatalf("MRR %s, closing %v", mrr.Value, whole.Detail["closing"])
		}
		a.Metric = "customers"
		for _, p := range ask(a).Points {
			end := exact(p.Detail["start"])
			end.Add(end, exact(p.Detail["new_customers"])).Add(end, exact(p.Detail["won_back_customers"])).Sub(end, exact(p.Detail["lost_customers"]))
			if end.Cmp(exact(p.Value)) != 0 {
				rt.Fatalf("%s: start + new + won back - lost = %s, end %s", p.From, end, p.Value)
			}
		}
	})
}

func TestGroupsAddUpToTheTotal(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		for _, id := range []string{"page_views", "nps", "csat", "ces", "fcr", "resolution_time", "bounce_rate", "pages_per_session", "customer_churn_rate", "exit_rate", "time_on_page", "cart_abandonment_rate", "lead_conversion_rate", "first_week_engagement", "session_duration", "activity_rate", "conversion_rate"} {
			for _, by := range []string{"country", "account_id"} {
				whole := ask(metric.Ask{Metric: id, From: "2026-01-01", To: "2026-07-01", By: by})
				var num, den, n float64
				for _, g := range whole.Groups {
					if g.Denominator != nil {
						den += g.Denominator.Float
					}
					num, n = num+g.Numerator.Float, n+float64(g.N)
				}
				if n != float64(whole.N) || fmt.Sprintf("%.6f", num) != fmt.Sprintf("%.6f", whole.Numerator.Float) || (whole.Denominator != nil && den != whole.Denominator.Float) {
					rt.Fatalf("%s by %s: groups %v/%v of %v, total %v/%v of %d", id, by, num, den, n, whole.Numerator, whole.Denominator, whole.N)
				}
			}
		}
	})
}

// What a point says is what is said when its period is asked for alone, and as of the far future all is as it is live:
// the second asks active users in general, the first from their rolling count.
func TestPointsAndInstantsAgreeWithTheWhole(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		from := time.Date(2026, 1, 1+rapid.IntRange(0, 40).Draw(rt, "first day"), 0, 0, 0, 0, time.UTC)
		to := from.AddDate(0, 0, rapid.IntRange(20, 160).Draw(rt, "days"))
		first := rapid.IntRange(0, len(counted)-1).Draw(rt, "first metric")
		for i := range 5 {
			m := counted[(first+i*5)%len(counted)]
			a := metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), Grain: rapid.SampledFrom([]string{"day", "week", "month"}).Draw(rt, "grain"),
				By: rapid.SampledFrom([]string{"", "plan", "account_id"}).Draw(rt, "by")}
			whole := ask(a)
			late := a
			late.AsOf = "2099-12-31"
			then := ask(late)
			then.AsOf = nil
			if one, other := text(rt, whole), text(rt, then); one != other {
				rt.Fatalf("%+v is live\n%s\nand as of 2099\n%s", a, one, other)
			}
			p := whole.Points[rapid.IntRange(0, len(whole.Points)-1).Draw(rt, "point")]
			alone := ask(metric.Ask{Metric: m.metric, Variant: m.variant, Set: m.set, From: p.From.Format(time.RFC3339), To: p.To.Format(time.RFC3339)})
			if one, other := text(rt, p.Value, p.N, p.Interval), text(rt, alone.Value, alone.N, alone.Interval); one != other {
				rt.Fatalf("%+v: the point from %s says %s, asked alone %s", a, p.From, one, other)
			}
		}
	})
}

func text(t *rapid.T, v ...any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestActiveUsersDayByDayAreThoseOfTheGeneralCount(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		for _, id := range []string{"dau", "wau", "mau"} {
			a := metric.Ask{Metric: id, From: "2026-01-01", To: "2026-07-05", Grain: "day"}
			general := a
			general.AsOf = "2099-12-31" // the rolling count is for live questions only
			quick, slow := ask(a).Points, ask(general).Points
			for i := range quick {
				if text(rt, quick[i]) != text(rt, slow[i]) {
					rt.Fatalf("%s: %s rolling, %s counted", id, text(rt, quick[i]), text(rt, slow[i]))
				}
			}
		}
	})
}
