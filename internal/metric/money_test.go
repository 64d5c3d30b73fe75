package metric_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/metric"
)

var countedMoney = []struct{ metric, variant, dimension string }{
	{"mrr", "standard", ""}, {"mrr_movements", "standard", ""}, {"arr", "standard", ""}, {"mrr_churn_rate", "cancellations", ""}, {"mrr_churn_rate", "with_contraction", ""},
	{"mrr_churn_rate", "net", ""}, {"grr", "standard", ""}, {"nrr", "standard", ""}, {"quick_ratio", "standard", ""}, {"upsell_rate", "standard", ""}, {"cross_sell_rate", "standard", ""},
	{"expansion_bookings", "standard", ""}, {"customers", "standard", ""}, {"new_customers", "standard", ""}, {"lost_customers", "standard", ""}, {"won_back_customers", "standard", ""},
	{"customer_churn_rate", "all", ""}, {"customer_retention_rate", "standard", ""}, {"silent_churn_rate", "standard", ""}, {"win_back_rate", "standard", ""}, {"first_cycle_churn_rate", "ninety_days", ""},
	{"trial_conversion_rate", "started", ""}, {"renewal_rate", "count", ""}, {"renewal_rate", "value", ""}, {"renewal_bookings", "standard", ""}, {"counter_offer_acceptance_rate", "standard", "reason"},
	{"loyalty_redemption_rate", "standard", "reward"}, {"referral_rate", "standard", ""}, {"referred_revenue", "standard", ""}, {"references", "standard", "kind"}, {"cac", "standard", ""},
	{"cac_payback_months", "standard", ""}, {"crc", "standard", ""}, {"overdue_rate", "standard", ""}, {"dso", "receivables", ""}, {"disputed_rate", "standard", ""},
	{"collected_on_time_rate", "count", ""}, {"collected_on_time_rate", "value", ""}, {"average_order_value", "standard", "product"}, {"purchase_frequency", "standard", ""},
}

// otherWays are conventions that change what is worth something, or who comes back.
var otherWays = []map[string]string{
	{"mrr_recognition": "cancellation"}, {"past_due": "out"}, {"pauses": "kept"}, {"discounts": "out"}, {"contract_spread": "days"}, {"order_customer_days": "45"},
	{"reactivation": "new"}, {"nrr_reactivation": "in"}, {"won_referrals": "won"}, {"pauses": "kept", "past_due": "out", "mrr_recognition": "cancellation", "discounts": "out"},
}

// Every metric of money equals a count in plain loops over random companies, also under other conventions.
func TestMoneyEqualsARecount(t *testing.T) {
	asked := map[string]int{"duckdb": 5, "postgres": 2}
	eachCompany(t, map[string]int{"duckdb": draws, "postgres": draws / 3}, randomCompany, func(rt *rapid.T, c drawn) {
		rows, service, n := c.rows, c.s, asked[c.engine]
		first := n * c.nth
		first += rapid.IntRange(0, len(countedMoney)-1).Draw(rt, "first metric")
		for i := range n {
			m := countedMoney[(first+i)%len(countedMoney)]
			a := metric.Ask{Metric: m.metric, Variant: m.variant, Set: map[string]string{"win_back_months": "1"}}
			if m.metric != "win_back_rate" {
				a.Set = nil
			}
			month := a
			month.Grain = "month"
			compare(rt, service, recount{rows: rows}, month)
			by := a
			by.By = "plan"
			compare(rt, service, recount{rows: rows, by: by.By}, by)
			if m.dimension != "" {
				by.By = m.dimension
				compare(rt, service, recount{rows: rows, by: by.By}, by)
			}
			month.Segment = `plan = team or country != "RO"`
			compare(rt, service, recount{rows: rows, keep: func(trait func(string) string) bool {
				return trait("plan") == "team" || trait("country") != "RO"
			}}, month)
			if half := len(rows) / 2; half > 0 {
				late := a
				late.AsOf = rows[half-1].received().Format("2006-01-02T15:04:05Z")
				compare(rt, service, recount{rows: rows[:half]}, late)
			}
			d, _ := service.Catalog.Get(m.metric)
			way := rapid.SampledFrom(otherWays).Draw(rt, "another way")
			set := map[string]string{}
			for _, id := range d.PolicyIDs() {
				if v, ok := way[id]; ok {
					set[id] = v
				}
			}
			if len(set) > 0 && m.metric != "win_back_rate" {
				other := a
				other.Set = set
				compare(rt, service, recount{rows: rows, ways: set}, other)
			}
		}
	})
}
