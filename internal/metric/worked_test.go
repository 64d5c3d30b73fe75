package metric_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// What the help pages of billing tools work out with numbers of their own, asked by their preset. The facts of each case
// are in the state of 31 May or change on 10 May.
func TestPublishedCasesOfBillingToolsComeOut(t *testing.T) {
	active := func(account, amount, interval string, more set) row {
		f := set{"amount": amount, "interval": interval}
		for k, v := range more {
			f[k] = v
		}
		return subscription(account, "2026-01-10", f)
	}
	many := func(n int, amount, interval string) []row {
		var rows []row
		for range n {
			rows = append(rows, active(interval+amount+string(rune('A'+len(rows)/26))+string(rune('a'+len(rows)%26)), amount, interval, nil))
		}
		return rows
	}
	later := func(account, amount, status string, more set) row {
		f := set{"amount": amount, "status": status}
		for k, v := range more {
			f[k] = v
		}
		return subscription(account, "2026-05-10", f)
	}
	// 100 at the start: 10 churned, 10 contracted, 10 expanded, the rest unchanged.
	moved := []row{active("left", "10.00", "month", nil), later("left", "10.00", "canceled", nil), active("less", "30.00", "month", nil), later("less", "20.00", "active", nil),
		active("more", "20.00", "month", nil), later("more", "30.00", "active", nil), active("same", "40.00", "month", nil)}
	regained := append([]row{subscription("back", "2026-01-10", set{"amount": "5.00"}), subscription("back", "2026-03-10", set{"amount": "5.00", "status": "canceled"}), later("back", "5.00", "active", nil)}, moved...)
	monthEnd := set{"ended_at": "2026-06-10T00:00:00Z"}
	cases := []struct {
		name, preset, metric, variant, want string
		rows                                []row
	}{
		{"Stripe: 100 customers at 100 a month and 50 at 600 a year", "stripe_billing", "mrr", "", "12500 of 150", append(many(100, "100.00", "month"), many(50, "600.00", "year")...)},
		{"Stripe: 1200 a year is 100 a month", "stripe_billing", "mrr", "", "100 of 1", many(1, "1200.00", "year")},
		{"Stripe: a lasting coupon of 50 % halves it", "stripe_billing", "mrr", "", "50 of 1", []row{active("half", "100.00", "month", set{"discount": "50"})}},
		{"Stripe: a trial is worth nothing", "stripe_billing", "mrr", "", "0 of 0", []row{active("tries", "100.00", "month", set{"status": "trialing"})}},
		{"Stripe: canceled at the period's end is out at once", "stripe_billing", "mrr", "", "0 of 0", []row{active("goes", "100.00", "month", nil), later("goes", "100.00", "canceled", monthEnd)}},
		{"ProfitWell: canceled value stays until the cycle's end", "profitwell", "mrr", "", "100 of 1", []row{active("goes", "100.00", "month", nil), later("goes", "100.00", "canceled", monthEnd)}},
		{"ChartMogul: past due counts until canceled", "chartmogul", "mrr", "", "100 of 1", []row{active("owes", "100.00", "month", nil), later("owes", "100.00", "past_due", nil)}},
		{"ChartMogul: paused keeps its value", "chartmogul", "mrr", "", "100 of 1", []row{active("rests", "100.00", "month", nil), later("rests", "100.00", "paused", nil)}},
		{"ProfitWell: paused is nothing", "profitwell", "mrr", "", "0 of 0", []row{active("rests", "100.00", "month", nil), later("rests", "100.00", "paused", nil)}},
		{"ChartMogul: gross MRR churn 20 %", "chartmogul", "mrr_churn_rate", "with_contraction", "20 = 20/100 of 4", moved},
		{"ChartMogul: net MRR churn 10 %", "chartmogul", "mrr_churn_rate", "net", "10 = 10/100 of 4", moved},
		{"ChartMogul: reactivation offsets net churn", "chartmogul", "mrr_churn_rate", "net", "5 = 5/100 of 4", regained},
		{"what net churn leaves is retained", "chartmogul", "nrr", "", "90 = 90/100 of 4", moved},
		{"gross retention", "chartmogul", "grr", "", "80 = 80/100 of 4", moved},
		{"Baremetrics: 10 customers at 10", "baremetrics", "mrr", "", "100 of 10", many(10, "10.00", "month")},
		{"Baremetrics: 120 a year adds 10", "baremetrics", "mrr", "", "10 of 1", many(1, "120.00", "year")},
		{"Baremetrics: 10 with 50 % off adds 5", "baremetrics", "mrr", "", "5 of 1", []row{active("half", "10.00", "month", set{"discount": "50"})}},
		{"Baremetrics: quick ratio", "baremetrics", "quick_ratio", "", "0.5 = 10/20 of 3", moved},
	}
	// All cases live in one lake, each in a plan of its own.
	var rows []row
	for i, c := range cases {
		named := map[string]bool{}
		for _, r := range c.rows {
			r.account = fmt.Sprintf("%d %s", i, r.account)
			r.f = maps.Clone(r.f)
			r.f["subscription_id"] = r.account
			if rows = append(rows, r); !named[r.account] {
				named[r.account] = true
				rows = append(rows, row{kind: "accounts", at: on("2026-01-10"), account: r.account, f: set{"plan": fmt.Sprintf("case%d", i)}})
			}
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for i, c := range cases {
			a := in(c.metric, "2026-05-01", "2026-06-01")
			a.Variant, a.Convention, a.Segment = c.variant, c.preset, fmt.Sprintf("plan = case%d", i)
			if got := said(ask(t, s, a)); got != c.want {
				t.Errorf("%s: %s/%s by %s is %s, want %s", c.name, c.metric, c.variant, c.preset, got, c.want)
			}
		}
	})
}

// Who returns counts as won back by Maxio within 90 days, by the others however late.
func TestALateReturnIsNewOnlyByMaxio(t *testing.T) {
	rows := []row{subscription("soon", "2025-06-01", nil), subscription("soon", "2026-03-15", set{"status": "canceled"}), subscription("soon", "2026-05-10", nil),
		subscription("late", "2025-06-01", nil), subscription("late", "2025-12-15", set{"status": "canceled"}), subscription("late", "2026-05-10", nil)}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for preset, want := range map[string]string{"maxio": "200 of 2 new 100 reactivation 100", "profitwell": "200 of 2 new 0 reactivation 200", "chargebee": "200 of 2 new 0 reactivation 200"} {
			a := in("mrr_movements", "2026-05-01", "2026-06-01")
			a.Convention = preset
			if got := said(ask(t, s, a), "new", "reactivation"); got != want {
				t.Errorf("%s: %s, want %s", preset, got, want)
			}
		}
	})
}

// Who comes and goes within a month is seen by those who show every movement, not by ProfitWell and Chargebee.
func TestAMonthlongCustomerIsNothingToProfitWellAndChargebee(t *testing.T) {
	rows := []row{subscription("brief", "2026-05-02", nil), subscription("brief", "2026-05-20", set{"status": "canceled"})}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for preset, want := range map[string]string{"profitwell": "0 of 0 new 0 churn 0", "chargebee": "0 of 0 new 0 churn 0", "stripe_billing": "0 of 1 new 100 churn -100", "maxio": "0 of 1 new 100 churn -100"} {
			a := in("mrr_movements", "2026-05-01", "2026-06-01")
			a.Convention = preset
			if got := said(ask(t, s, a), "new", "churn"); got != want {
				t.Errorf("%s: %s, want %s", preset, got, want)
			}
		}
	})
}
