package metric_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// moneyOf draws what customers agree to, pay and bring beside plain subscriptions: ends that are announced, trials, orders,
// invoices, costs, points, referrals.
func moneyOf(t *rapid.T, when func() time.Time, pick func(string, ...string) string, add func(kind, account, user string, f map[string]any)) {
	accounts := []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"}
	amount := func() string { return fmt.Sprintf("%d.50", rapid.IntRange(0, 300).Draw(t, "amount")) }
	some := func(label string, most int, draw func()) {
		for range rapid.IntRange(0, 2*most).Draw(t, label) {
			draw()
		}
	}
	some("lives", 10, func() {
		account := pick("account", "a1", "a2", "a3", "a4", "a5")
		f := map[string]any{"subscription_id": account + pick("nth", "-1", "-3"), "status": pick("status", "trialing", "active", "canceled", "paused", "past_due"), "amount": amount(),
			"currency": "EUR", "interval": pick("interval", "month", "quarter"), "product_line": pick("line", "Core", "Extra")}
		if rapid.Bool().Draw(t, "ends") {
			f["ended_at"] = when().Format(time.RFC3339)
		}
		if rapid.Bool().Draw(t, "said why") {
			f["cancel_reason"] = pick("reason", "price", "gone")
		}
		add("subscriptions", account, "", f)
	})
	some("terms", 4, func() {
		start := when()
		f := map[string]any{"contract_id": pick("contract", "c1", "c2", "c3", "c4", "c5"), "start": start.Format(time.RFC3339), "end": start.AddDate(0, rapid.IntRange(1, 3).Draw(t, "months"), 0).Format(time.RFC3339),
			"value": pick("value", "900.00", "1200.00"), "currency": "EUR", "status": pick("state", "open", "renewed", "lost", "downgraded")}
		if rapid.Bool().Draw(t, "followed") {
			f["renewed_to"] = pick("next", "c1", "c2", "c3")
		}
		add("contracts", pick("account", "a6", "a7", "a8"), "", f)
	})
	some("orders", 12, func() {
		f := map[string]any{"amount": amount(), "currency": "EUR", "product": pick("product", "Seats", "Training")}
		if rapid.Bool().Draw(t, "with id") {
			f["order_id"] = pick("order", "o1", "o2", "o3")
		}
		if rapid.IntRange(0, 5).Draw(t, "back") == 0 {
			f["amount"] = "-3.00"
		}
		add("orders", pick("account", "", "a6", "a7", "a8", "a9"), pick("user", "u1", "u2"), f)
	})
	some("invoices", 15, func() {
		issued := when().Truncate(24 * time.Hour)
		id := pick("invoice", "i1", "i2", "i3", "i4")
		f := map[string]any{"invoice_id": id, "issued_at": issued.Format(time.RFC3339), "due_at": issued.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "days")).Add(9 * time.Hour).Format(time.RFC3339),
			"amount": amount(), "currency": "EUR", "status": pick("state", "open", "open", "paid", "paid", "void", "disputed", "uncollectible")}
		if f["status"] == "paid" {
			f["paid_at"] = when().Format(time.RFC3339)
		} else if rapid.Bool().Draw(t, "in part") {
			f["paid_amount"] = "0.25"
		}
		add("invoices", "a"+id[1:], "", f)
	})
	some("costs", 10, func() {
		add("costs", pick("account", "", "a1", "a6"), "", map[string]any{"kind": pick("cost", "retention", "acquisition", "service", "cs_team", "marketing"), "part": pick("part", "training", "team"), "amount": amount(), "currency": "EUR"})
	})
	some("points", 12, func() {
		f := map[string]any{"kind": pick("points", "issue", "issue", "redeem", "expire"), "points": float64(rapid.IntRange(0, 90).Draw(t, "points"))}
		if f["kind"] == "redeem" {
			f["reward"] = pick("reward", "mug", "month")
		}
		add("loyalty", pick("account", accounts...), "", f)
	})
	some("referrals", 6, func() {
		add("referrals", pick("account", accounts...), "", map[string]any{"referred_account_id": pick("referred", "b1", "b2"), "status": pick("state", "invited", "won"), "value": amount(), "currency": "EUR"})
	})
	some("interactions", 8, func() {
		add("interactions", pick("account", accounts...), "", map[string]any{"kind": pick("kind", "call", "reference", "success_story", "review_given")})
	})
	some("offers", 6, func() {
		add("events", pick("account", accounts...), "", map[string]any{"name": pick("offer", "Counter Offer Made", "Counter Offer Accepted"), "reason": pick("reason", "price", "gone")})
	})
}
