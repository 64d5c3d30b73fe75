package metric_test

import (
	"fmt"

	"pgregory.net/rapid"
)

// describeView tells more of a page view: a session id, where it came from, how it was read.
func describeView(t *rapid.T, f map[string]any) {
	for _, column := range []struct {
		name   string
		values []any
	}{
		{"session_id", []any{nil, nil, "s1", "s2"}}, {"referrer", []any{nil, nil, "https://news.example/a", "https://own.example/b"}}, {"url", []any{nil, "https://own.example/x"}},
		{"utm_source", []any{nil, nil, "ads"}}, {"scroll_depth", []any{nil, 20.0, 80.0}}, {"engaged_seconds", []any{nil, 4.0, 30.0}},
	} {
		if v := rapid.SampledFrom(column.values).Draw(t, column.name); v != nil {
			f[column.name] = v
		}
	}
}

// sellAndUse adds what the funnel from campaign to habit is counted from.
func sellAndUse(t *rapid.T, add func(kind, account, user string, f map[string]any), accounts, users, visitors []string) {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	number := func(label string, most int) float64 { return float64(rapid.IntRange(0, most).Draw(t, label)) }
	some := func(f map[string]any, name string, value any) {
		if rapid.Bool().Draw(t, "with "+name) {
			f[name] = value
		}
	}
	for range rapid.IntRange(0, 50).Draw(t, "milestones") {
		f := map[string]any{"name": pick("milestone", "Signed Up", "Onboarding Completed", "Onboarding Completed", "Product Added", "Product Added", "Checkout Started", "Order Completed"), "anonymous_id": pick("visitor", visitors...)}
		some(f, "session_id", pick("session", "s1", "s2"))
		if f["name"] == "Product Added" {
			some(f, "cart_id", pick("cart", "c1", "c2"))
		}
		add("events", pick("account", append([]string{""}, accounts...)...), pick("user", append([]string{""}, users...)...), f)
	}
	for range rapid.IntRange(0, 8).Draw(t, "orders") {
		add("orders", "", pick("user", users...), map[string]any{"amount": pick("amount", "10.00", "-5.00"), "currency": "EUR"})
	}
	for range rapid.IntRange(0, 30).Draw(t, "leads") {
		f := map[string]any{"lead_id": pick("lead", "l1", "l2", "l3", "l4"), "status": pick("status", "new", "qualified", "opportunity", "won", "lost")}
		some(f, "fit", pick("fit", "A", "B"))
		some(f, "campaign", pick("campaign", "spring", "autumn"))
		some(f, "value", pick("value", "100.00", "250.50"))
		f["currency"] = "EUR"
		add("leads", pick("account", append([]string{""}, accounts...)...), "", f)
	}
	for range rapid.IntRange(0, 12).Draw(t, "campaigns") {
		f := map[string]any{"campaign": pick("campaign", "spring", "autumn"), "channel": pick("channel", "email", "search"), "currency": "EUR"}
		for _, name := range []string{"sent", "delivered", "opened", "clicked", "impressions"} {
			some(f, name, number(name, 50))
		}
		some(f, "cost", fmt.Sprintf("%d.50", rapid.IntRange(0, 90).Draw(t, "cost")))
		some(f, "revenue", "120.00")
		add("campaigns", "", "", f)
	}
	for range rapid.IntRange(0, 6).Draw(t, "costs") {
		f := map[string]any{"kind": "marketing", "amount": "40.00", "currency": "EUR"}
		some(f, "campaign", "spring")
		add("costs", "", "", f)
	}
	for range rapid.IntRange(0, 12).Draw(t, "posts") {
		f := map[string]any{"post_id": pick("post", "p1", "p2"), "network": pick("network", "linkedin", "youtube")}
		for _, name := range []string{"impressions", "likes", "shares", "saves", "comments", "mentions"} {
			some(f, name, number(name, 30))
		}
		add("social", "", "", f)
	}
}
