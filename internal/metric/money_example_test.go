package metric_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// asking is a question with what must be said.
type asking struct {
	a     metric.Ask
	want  string
	parts []string
}

func askAll(t *testing.T, s *metric.Service, all []asking) {
	t.Helper()
	for _, c := range all {
		if got := said(ask(t, s, c.a), c.parts...); got != c.want {
			t.Errorf("%s/%s %s-%s by %q %v: %s, want %s", c.a.Metric, c.a.Variant, c.a.From, c.a.To, c.a.By, c.a.Set, got, c.want)
		}
	}
}

func in(id, from, to string) metric.Ask { return metric.Ask{Metric: id, From: from, To: to} }

var moves = []string{"opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"}

// A customer's life as billing systems tell it: yearly seats, a second plan, that plan canceled within its period, the
// first canceled ahead of its end, a comeback on another plan.
func TestALifeInMovements(t *testing.T) {
	gold := func(date string, more set) row {
		f := set{"subscription_id": "gold", "amount": "500.00", "quantity": 4.0, "interval": "year", "product_line": "Gold"}
		for k, v := range more {
			f[k] = v
		}
		return subscription("acme", date, f)
	}
	silver := func(date, status string) row {
		return subscription("acme", date, set{"subscription_id": "silver", "amount": "30.00", "quantity": 2.0, "status": status, "product_line": "Silver"})
	}
	rows := []row{
		gold("2025-03-01", nil), silver("2025-03-10", "active"), silver("2025-04-05", "canceled"),
		gold("2026-01-20", set{"status": "canceled", "ended_at": "2026-03-01T00:00:00Z", "cancel_kind": "voluntary"}),
		subscription("acme", "2026-05-04", set{"subscription_id": "again", "amount": "50.00", "quantity": 3.0, "product_line": "Gold"}),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		march := in("mrr_movements", "2026-03-01", "2026-04-01")
		early := in("mrr_movements", "2026-01-01", "2026-02-01")
		early.Set = map[string]string{"mrr_recognition": "cancellation"}
		fresh := in("mrr_movements", "2026-05-01", "2026-06-01")
		fresh.Set = map[string]string{"reactivation": "new"}
		window := in("mrr_movements", "2026-05-01", "2026-06-01")
		window.Set = map[string]string{"reactivation_window": "30"}
		gross := in("mrr_movements", "2025-03-01", "2025-05-01")
		gross.Set = map[string]string{"within_period": "gross"}
		askAll(t, s, []asking{
			{in("mrr_movements", "2025-03-01", "2025-04-01"), "226.66666667 of 1 opening 0 new 226.66666667 reactivation 0 expansion 0 contraction 0 churn 0 closing 226.66666667", moves},
			{gross, "166.66666667 of 1 opening 0 new 166.66666667 reactivation 0 expansion 60 contraction -60 churn 0 closing 166.66666667", moves},
			{in("mrr_movements", "2025-04-01", "2025-05-01"), "-60 of 1 opening 226.66666667 new 0 reactivation 0 expansion 0 contraction -60 churn 0 closing 166.66666667", moves},
			{in("mrr_movements", "2026-01-01", "2026-03-01"), "0 of 0 opening 166.66666667 new 0 reactivation 0 expansion 0 contraction 0 churn 0 closing 166.66666667", moves},
			{march, "-166.66666667 of 1 opening 166.66666667 new 0 reactivation 0 expansion 0 contraction 0 churn -166.66666667 closing 0", moves},
			{early, "-166.66666667 of 1 opening 166.66666667 new 0 reactivation 0 expansion 0 contraction 0 churn -166.66666667 closing 0", moves},
			{in("mrr_movements", "2026-05-01", "2026-06-01"), "150 of 1 opening 0 new 0 reactivation 150 expansion 0 contraction 0 churn 0 closing 150", moves},
			{fresh, "150 of 1 opening 0 new 150 reactivation 0 expansion 0 contraction 0 churn 0 closing 150", moves},
			{window, "150 of 1 opening 0 new 150 reactivation 0 expansion 0 contraction 0 churn 0 closing 150", moves},
			{in("mrr_churn_rate", "2026-03-01", "2026-04-01"), "100 = 166.66666667/166.66666667 of 1 voluntary 166.66666667 involuntary 0", []string{"voluntary", "involuntary"}},
			{in("quick_ratio", "2025-04-01", "2025-05-01"), "0 = 0/60 of 1", nil},
			{in("quick_ratio", "2025-03-01", "2025-04-01"), "null = 226.66666667/0 of 1", nil},
			{in("won_back_customers", "2026-05-01", "2026-06-01"), "1 of 1", nil},
			{in("win_back_rate", "2026-03-01", "2026-04-01"), "100 = 1/1 of 1 won_back 1 waiting 0", []string{"won_back", "waiting"}},
		})
		a := in("mrr_movements", "2025-03-01", "2025-05-01")
		a.By = "product_line"
		if g := ask(t, s, a).Groups; len(g) != 2 || *g[0].Key != "Gold" || g[0].Value.String() != "166.66666667" {
			t.Errorf("by product line: %+v", g)
		}
	})
}

// One month, and what each convention makes of it. The difference between two conventions is the value of the item in
// dispute, to the cent.
func TestConventionsChangeTheCount(t *testing.T) {
	end := "2026-06-15T00:00:00Z"
	rows := []row{
		subscription("stays", "2026-01-10", set{"amount": "1000.00"}),
		subscription("owes", "2026-01-10", set{"amount": "100.00"}), subscription("owes", "2026-05-10", set{"amount": "100.00", "status": "past_due"}),
		subscription("rests", "2026-01-10", set{"amount": "200.00"}), subscription("rests", "2026-05-10", set{"amount": "200.00", "status": "paused"}),
		subscription("goes", "2026-01-10", set{"amount": "300.00"}), subscription("goes", "2026-05-10", set{"amount": "300.00", "status": "canceled", "ended_at": end, "cancel_reason": "price"}),
		subscription("will go", "2026-01-10", set{"amount": "50.00"}), subscription("will go", "2026-05-10", set{"amount": "50.00", "ended_at": end}),
		subscription("less", "2026-01-10", set{"amount": "400.00", "discount": "25"}),
		contract("leap", "2028-01-01", "2029-01-01", "3660.00"), // 366 days
		{kind: "orders", at: on("2026-05-20"), account: "buys", f: set{"amount": "9.99", "currency": "EUR"}},
		subscription("was", "2026-01-10", nil), subscription("was", "2026-03-10", set{"status": "canceled"}), subscription("was", "2026-05-20", nil),
		subscription("brief", "2026-05-02", nil), subscription("brief", "2026-05-20", set{"status": "canceled"}),
		subscription("switched", "2026-01-10", set{"subscription_id": "old", "amount": "70.00"}), subscription("switched", "2026-05-07", set{"subscription_id": "old", "status": "canceled"}),
	}
	switched := subscription("switched", "2026-05-07", set{"subscription_id": "young", "amount": "80.00"})
	switched.at = switched.at.Add(5e11) // some minutes later, the same day
	rows = append(rows, switched)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Now = func() time.Time { return on("2029-06-01") }
		may := func(id string, set ...string) metric.Ask {
			a := in(id, "2026-05-01", "2026-06-01")
			a.Set = map[string]string{}
			for i := 0; i < len(set); i += 2 {
				a.Set[set[i]] = set[i+1]
			}
			return a
		}
		leap := in("mrr", "2028-05-01", "2028-06-01")
		leap.Segment = "account_id = leap"
		days := leap
		days.Set = map[string]string{"contract_spread": "days"}
		counts := []string{"start", "new_customers", "won_back_customers", "lost_customers", "end"}
		askAll(t, s, []asking{
			{may("mrr"), "1930 of 7", nil},
			{may("mrr", "past_due", "out"), "1830 of 6", nil},
			{may("mrr", "pauses", "kept"), "2130 of 8", nil},
			{may("mrr", "mrr_recognition", "cancellation"), "1580 of 5", nil},
			{may("mrr", "discounts", "out"), "2030 of 7", nil},
			{leap, "305 of 1", nil},
			{days, "304.16666667 of 1", nil},
			{may("customers"), "7 of 7 start 7 new_customers 0 won_back_customers 1 lost_customers 1 end 7", counts},
			{may("customers", "order_customer_days", "30"), "8 of 8 start 7 new_customers 1 won_back_customers 1 lost_customers 1 end 8", counts},
			{may("customers", "within_period", "gross"), "7 of 7 start 7 new_customers 1 won_back_customers 1 lost_customers 2 end 7", counts},
			{may("customers", "reactivation", "new"), "7 of 7 start 7 new_customers 1 won_back_customers 0 lost_customers 1 end 7", counts},
			{may("customers", "reactivation_window", "60"), "7 of 7 start 7 new_customers 1 won_back_customers 0 lost_customers 1 end 7", counts},
			{may("customers", "reactivation_window", "90"), "7 of 7 start 7 new_customers 0 won_back_customers 1 lost_customers 1 end 7", counts},
			{may("mrr_movements"), "-90 of 3 opening 2020 new 0 reactivation 100 expansion 10 contraction 0 churn -200 closing 1930", moves},
			{may("mrr_movements", "within_period", "gross"), "-90 of 4 opening 2020 new 100 reactivation 100 expansion 10 contraction 0 churn -300 closing 1930", moves},
			{may("customer_churn_rate"), "14.285714286 = 1/7 of 7 voluntary 1 involuntary 0", []string{"voluntary", "involuntary"}},
			{may("customer_churn_rate", "past_due", "out"), "28.571428571 = 2/7 of 7 voluntary 1 involuntary 1", []string{"voluntary", "involuntary"}},
			{may("customer_retention_rate"), "85.714285714 = 6/7 of 7", nil},
			{may("nrr"), "90.594059406 = 1830/2020 of 7", nil},
			{may("nrr", "nrr_reactivation", "in"), "95.544554455 = 1930/2020 of 7", nil},
			{may("grr"), "90.099009901 = 1820/2020 of 7", nil},
			{in("first_cycle_churn_rate", "2026-02-01", "2026-03-01"), "0 = 0/8 of 8", nil},
			{in("first_cycle_churn_rate", "2026-06-01", "2026-07-01"), "100 = 1/1 of 1", nil},
			{may("upsell_rate"), "14.285714286 = 1/7 of 7 expansion 10", []string{"expansion"}},
			{may("expansion_bookings"), "120 of 1 monthly 10", []string{"monthly"}},
		})
	})
}

func TestPastDueThenCanceledIsInvoluntary(t *testing.T) {
	rows := []row{
		subscription("a", "2026-01-10", nil), subscription("a", "2026-04-10", set{"status": "past_due"}), subscription("a", "2026-05-10", set{"status": "canceled"}),
		subscription("b", "2026-01-10", nil), subscription("b", "2026-05-10", set{"status": "canceled"}),
		subscription("c", "2026-01-10", nil), subscription("c", "2026-04-10", set{"status": "past_due"}), subscription("c", "2026-05-10", set{"status": "canceled", "cancel_kind": "voluntary"}),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := in("lost_customers", "2026-05-01", "2026-06-01")
		askAll(t, s, []asking{{a, "3 of 3 voluntary 2 involuntary 1", []string{"voluntary", "involuntary"}}})
	})
}

// 20 an order, 12 orders a year, 3 years: 720; 200, 12 and 5: 12 000.
func TestLifetimeValueOfTheWorkedExamples(t *testing.T) {
	var rows []row
	for month := range 12 {
		at := on(fmt.Sprintf("2025-%02d-15", month+1))
		rows = append(rows, row{kind: "orders", at: at, account: "small", f: set{"amount": "20.00", "currency": "EUR"}}, row{kind: "orders", at: at, account: "big", f: set{"amount": "200.00", "currency": "EUR"}})
	}
	rows = append(rows, row{kind: "costs", at: on("2025-05-01"), account: "small", f: set{"kind": "acquisition", "amount": "60.00", "currency": "EUR"}},
		row{kind: "costs", at: on("2025-05-01"), account: "big", f: set{"kind": "service", "amount": "400.00", "currency": "EUR"}})
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		year := func(id, account string, set ...string) metric.Ask {
			a := in(id, "2025-01-01", "2026-01-01")
			a.Segment = "account_id = " + account
			for i := 0; i < len(set); i += 2 {
				if a.Set == nil {
					a.Set = map[string]string{}
				}
				a.Set[set[i]] = set[i+1]
			}
			return a
		}
		kept := in("clv", "2025-01-01", "2026-01-01")
		kept.Variant = "retention"
		margin := year("clv", "big")
		margin.Variant = "margin"
		askAll(t, s, []asking{
			{year("clv", "small", "lifetime_months", "36"), "720 = 720/1 of 1", nil},
			{year("clv", "big", "lifetime_months", "60"), "12000 = 12000/1 of 1", nil},
			{year("clv", "big"), "null = 0/0 of 0", nil}, // nobody was lost yet
			{kept, "null = 0/0 of 0", nil},
			{margin, "2000 = 2000/1 of 14", nil},
			{year("average_order_value", "big"), "200 = 2400/12 of 12", nil},
			{year("purchase_frequency", "big"), "12 = 12/1 of 1", nil},
			{year("cac", "small", "order_customer_days", "40"), "60 = 60/1 of 1", nil},
			{year("clv_cac_ratio", "small", "order_customer_days", "40", "lifetime_months", "36"), "12 = 720/60 of 1", nil},
		})
	})
}

func TestReceivablesOfPartialPaymentsAndVoidInvoices(t *testing.T) {
	invoice := func(id, date, status string, more set) row {
		f := set{"invoice_id": id, "issued_at": "2026-05-01", "due_at": "2026-05-15", "amount": "100.00", "currency": "EUR", "status": status}
		for k, v := range more {
			f[k] = v
		}
		return row{kind: "invoices", account: "acme", at: on(date), f: f}
	}
	rows := []row{
		invoice("on the day", "2026-05-01", "open", nil), invoice("on the day", "2026-05-15", "paid", set{"paid_at": "2026-05-15T18:00:00Z"}),
		invoice("late", "2026-05-01", "open", nil), invoice("late", "2026-05-16", "paid", set{"paid_at": "2026-05-16T00:00:00Z"}),
		invoice("in part", "2026-05-01", "open", nil), invoice("in part", "2026-05-14", "open", set{"paid_amount": "60.00"}),
		invoice("disputed", "2026-05-01", "open", nil), invoice("disputed", "2026-05-20", "disputed", nil),
		invoice("void", "2026-05-01", "open", nil), invoice("void", "2026-05-02", "void", nil),
		invoice("lost", "2026-05-01", "open", nil), invoice("lost", "2026-05-30", "uncollectible", nil),
		invoice("later", "2026-05-20", "open", set{"issued_at": "2026-05-20", "due_at": "2026-06-20", "amount": "260.00"}),
		invoice("no date", "2026-05-20", "open", set{"issued_at": "2026-05-20", "due_at": nil, "amount": "100.00"}),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		may := func(id, variant string) metric.Ask {
			a := in(id, "2026-05-01", "2026-06-01")
			a.Variant = variant
			return a
		}
		askAll(t, s, []asking{
			{may("overdue_rate", ""), "28 = 140/500 of 4 invoices_overdue 2", []string{"invoices_overdue"}},
			{may("collected_on_time_rate", ""), "20 = 1/5 of 5", nil},
			{may("collected_on_time_rate", "value"), "20 = 100/500 of 5", nil},
			{may("disputed_rate", ""), "11.627906977 = 100/860 of 7", nil},
			{may("dso", ""), "18.023255816 = 500/27.74193548 of 7", nil},
			{may("dso", "days_to_pay"), "14.875 = 2975/200 of 2", nil},
		})
	})
}

func TestTrialsContractsAndReferrals(t *testing.T) {
	trial := func(account, date string) row {
		return subscription(account, date, set{"status": "trialing", "trial_end": "2026-05-30"})
	}
	term := func(id, status, next, start, end, value string) row {
		f := set{"contract_id": id, "start": start, "end": end, "value": value, "currency": "EUR", "status": status}
		if next != "" {
			f["renewed_to"] = next
		}
		return row{kind: "contracts", account: "under contract", at: on(start), f: f}
	}
	points := func(kind string, n float64, reward string) row {
		f := set{"kind": kind, "points": n}
		if reward != "" {
			f["reward"] = reward
		}
		return row{kind: "loyalty", account: "acme", at: on("2026-05-10"), f: f}
	}
	event := func(date, name, reason string) row {
		return row{kind: "events", account: "acme", at: on(date), f: set{"name": name, "reason": reason}}
	}
	rows := []row{
		trial("converts", "2026-05-01"), subscription("converts", "2026-06-10", nil),
		trial("leaves", "2026-05-02"), subscription("leaves", "2026-05-20", set{"status": "canceled", "ended_at": "2026-05-30"}),
		trial("free", "2026-05-03"), subscription("free", "2026-05-20", set{"discount": "100"}), trial("waits", "2026-05-04"),
		term("whole", "renewed", "next", "2025-06-01", "2026-05-20", "1000.00"), term("next", "open", "", "2026-05-20", "2027-05-09", "1500.00"),
		term("half", "downgraded", "smaller", "2025-05-21", "2026-05-21", "1000.00"), term("smaller", "open", "", "2026-05-21", "2027-05-21", "500.00"),
		term("gone", "lost", "", "2025-05-22", "2026-05-22", "2000.00"),
		points("issue", 200, ""), points("redeem", 50, "mug"), points("redeem", 30, "month"), points("expire", 10, ""),
		event("2026-05-01", "Counter Offer Made", "price"), event("2026-05-02", "Counter Offer Accepted", ""), event("2026-05-03", "Counter Offer Made", "features"), event("2026-05-04", "Counter Offer Made", "price"),
		{kind: "referrals", account: "converts", at: on("2026-05-10"), f: set{"referred_account_id": "x", "status": "invited", "value": "10.00", "currency": "EUR"}},
		{kind: "referrals", account: "converts", at: on("2026-05-12"), f: set{"referred_account_id": "x", "status": "won", "value": "120.00", "currency": "EUR"}},
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		may := func(id, variant, by string) metric.Ask {
			a := in(id, "2026-05-01", "2026-06-01")
			a.Variant, a.By = variant, by
			return a
		}
		askAll(t, s, []asking{
			{may("trial_conversion_rate", "", ""), "25 = 1/4 of 4 converted 1 running 0", []string{"converted", "running"}},
			{may("trial_conversion_rate", "ended", ""), "0 = 0/3 of 3", nil}, // the fourth ended in June
			{may("renewal_rate", "", ""), "66.666666667 = 2/3 of 3", nil},
			{may("renewal_rate", "value", ""), "37.5 = 1500/4000 of 3", nil},
			{may("renewal_bookings", "", ""), "2000 of 2", nil},
			{may("loyalty_redemption_rate", "", ""), "40 = 80/200 of 4 issued 200 redeemed 80 expired 10 active_members 1", []string{"issued", "redeemed", "expired", "active_members"}},
			{may("counter_offer_acceptance_rate", "", ""), "33.333333333 = 1/3 of 3", nil},
			{may("referred_revenue", "", ""), "120 of 1", nil},
		})
		groups := map[string]string{}
		for _, g := range ask(t, s, may("loyalty_redemption_rate", "", "reward")).Groups {
			if g.Key != nil {
				groups[*g.Key] = g.Value.String()
			}
		}
		if groups["mug"] != "25" || groups["month"] != "15" {
			t.Error("by reward:", groups)
		}
	})
}

func TestConstantRatesMakeYearsCompare(t *testing.T) {
	rows := []row{
		subscription("usd", "2026-01-10", set{"currency": "USD", "amount": "100.00"}), {kind: "orders", account: "usd", at: on("2026-02-10"), f: set{"amount": "50.00", "currency": "USD"}},
		rate("USD", "2026-01-01", "0.5"), rate("USD", "2026-05-15", "0.8"), rate("USD", "2027-01-01", "0.1"), // the last is not known in August 2026
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		then, now := in("mrr", "2026-02-01", "2026-03-01"), in("mrr", "2026-02-01", "2026-03-01")
		now.Set = map[string]string{"exchange_rate": "constant"}
		order := in("average_order_value", "2026-02-01", "2026-03-01")
		constant := order
		constant.Set = now.Set
		askAll(t, s, []asking{{then, "50 of 1", nil}, {now, "80 of 1", nil}, {order, "25 = 25/1 of 1", nil}, {constant, "40 = 40/1 of 1", nil}})
	})
}

// Four customers of whom one leaves after two months and one after four; the others still pay. At two months four could
// leave, at four two: the third had paid for three by the end of June.
func TestSurvivalOfAFewCustomers(t *testing.T) {
	left := set{"status": "canceled"}
	rows := []row{
		subscription("a", "2026-01-01", nil), subscription("a", "2026-03-01", left), subscription("a", "2026-05-01", nil), // another life
		subscription("b", "2026-01-15", nil), subscription("b", "2026-05-15", left),
		subscription("c", "2026-04-01", nil), subscription("d", "2026-01-01", nil),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		at := func(months string) string {
			a := in("survival", "2026-06-01", "2026-07-01")
			a.Set = map[string]string{"survival_months": months}
			return said(ask(t, s, a), "median_months", "lost")
		}
		for months, want := range map[string]string{"1": "100", "2": "75", "3": "75", "4": "37.5", "6": "37.5", "7": "null"} {
			if got := at(months); got != want+" of 4 median_months 4 lost 2" {
				t.Errorf("after %s months: %s, want %s", months, got, want)
			}
		}
		curve, _ := ask(t, s, in("survival", "2026-06-01", "2026-07-01")).Detail["curve"].([]metric.Row)
		if len(curve) != 7 || fmt.Sprint(curve[2]["share"], curve[2]["at_risk"]) != "75 4" {
			t.Errorf("the curve: %v", curve)
		}
	})
}

// What always holds, whatever the conventions.
func TestRetentionAndMovementsHoldTogetherUnderEveryConvention(t *testing.T) {
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		way := map[string]string{"within_period": rapid.SampledFrom([]string{"net", "gross"}).Draw(rt, "within")}
		for id, choices := range map[string][]string{"mrr_recognition": {"period_end", "cancellation"}, "past_due": {"counts", "out"}, "pauses": {"zero", "kept"}, "reactivation_window": {"0", "20"}} {
			way[id] = rapid.SampledFrom(choices).Draw(rt, id)
		}
		by := rapid.SampledFrom([]string{"product_line", "plan", "account_id"}).Draw(rt, "by")
		question := func(id, variant, by string, leave ...string) metric.Ask {
			set := map[string]string{}
			for k, v := range way {
				set[k] = v
			}
			for _, id := range leave {
				delete(set, id)
			}
			return metric.Ask{Metric: id, Variant: variant, By: by, From: "2026-02-01", To: "2026-07-01", Grain: "month", Set: set}
		}
		m := ask(question("mrr_movements", "", by))
		balances(rt, "in total", m.Value, m.Detail)
		for _, part := range moves {
			sum := new(big.Rat)
			for _, g := range m.Groups {
				sum.Add(sum, exact(g.Detail[part]))
			}
			if sum.Cmp(exact(m.Detail[part])) != 0 {
				rt.Fatalf("%s by %s adds up to %s, in total %v", part, by, sum.FloatString(9), m.Detail[part])
			}
		}
		for _, p := range m.Points {
			balances(rt, p.From.String(), p.Value, p.Detail)
		}
		churn, kept := ask(question("customer_churn_rate", "", "")), ask(question("customer_retention_rate", "", ""))
		grr, nrr := ask(question("grr", "", "", "within_period", "reactivation_window")), ask(question("nrr", "", "", "within_period"))
		customers := ask(question("customers", "", ""))
		for i, p := range churn.Points {
			if p.Value != nil && !near(&metric.Figure{Float: 100 - p.Value.Float}, kept.Points[i].Value) {
				rt.Fatalf("%s: churn %s, retention %s", p.From, p.Value, kept.Points[i].Value)
			}
			if lost := new(big.Rat).Add(exact(p.Detail["voluntary"]), exact(p.Detail["involuntary"])); lost.Cmp(exact(p.Detail["lost"])) != 0 {
				rt.Fatalf("%s: voluntary and involuntary come to %s of %v", p.From, lost, p.Detail["lost"])
			}
			if g, n := grr.Points[i].Value, nrr.Points[i].Value; g != nil && (g.Float > 100 || g.Float > n.Float+1e-9) {
				rt.Fatalf("%s: GRR %s, NRR %s", p.From, g, n)
			}
			d := customers.Points[i].Detail
			end := exact(d["start"])
			end.Add(end, exact(d["new_customers"])).Add(end, exact(d["won_back_customers"])).Sub(end, exact(d["lost_customers"]))
			if end.Cmp(exact(d["end"])) != 0 {
				rt.Fatalf("%s: start + new + won back - lost = %s: %v", p.From, end, d)
			}
		}
	})
}
