package metric_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"
)

// voices are what a random company's customers say, and what its support and its customer success do about it.
func voices(t *rapid.T, when func() time.Time, accounts, users []string) []row {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	maybe := func(label string, of []string) string { return pick(label, append([]string{"", ""}, of...)...) }
	number := func(label string, low, high int) float64 { return float64(rapid.IntRange(low, high).Draw(t, label)) }
	often := func(label string, most int) int { return rapid.IntRange(0, most).Draw(t, label) }
	var rows []row
	add := func(kind, account, user string, f map[string]any) {
		rows = append(rows, row{kind: kind, at: when(), account: account, user: user, f: f})
	}
	invited := often("invitations", 16)
	for i := range invited {
		f := map[string]any{"id": fmt.Sprint("invitation ", i), "survey": pick("survey", "s1", "s2")}
		if rapid.Bool().Draw(t, "delivery known") {
			f["delivered"] = rapid.IntRange(0, 3).Draw(t, "delivered") > 0
		}
		add("invitations", maybe("account", accounts), maybe("user", users), f)
	}
	for range often("comments", 20) {
		f := map[string]any{"kind": pick("kind", "nps", "csat", "rating", "choice"), "survey": pick("survey", "s1", "s2"), "touchpoint": pick("touchpoint", "support", "billing")}
		f["score"] = number("score", 1, 5)
		if pick("said", "text", "nothing") == "text" || f["kind"] == "choice" {
			f["text"], f["choice"] = "well", pick("choice", "start", "stop", "more")
			f["theme"] = pick("theme", "price", "speed")
		}
		if rapid.Bool().Draw(t, "about a ticket") {
			f["ticket_id"] = pick("ticket", "t1", "t2")
		}
		if invited > 0 && rapid.Bool().Draw(t, "names the invitation") {
			f["invitation_id"] = fmt.Sprint("invitation ", rapid.IntRange(0, invited-1).Draw(t, "which"))
		}
		add("answers", maybe("account", accounts), maybe("user", users), f)
	}
	for range often("reviews", 8) {
		add("reviews", maybe("account", accounts), "", map[string]any{"source": pick("source", "g2", "capterra"), "rating": number("rating", 0, 4), "scale_max": pick2(t, 5, 10)})
	}
	for range often("posts", 4) {
		add("social", "", "", map[string]any{"post_id": "p", "mentions": number("mentions", 0, 5), "network": "x"})
	}
	for range often("messages", 24) {
		f := map[string]any{"ticket_id": pick("ticket", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10"), "author": pick("author", "customer", "agent", "agent", "bot")}
		if rapid.Bool().Draw(t, "says whether public") {
			f["public"] = rapid.Bool().Draw(t, "public")
		}
		add("messages", maybe("account", accounts), maybe("user", users), f)
	}
	for range often("interactions", 30) {
		f := map[string]any{"kind": pick("interaction", "call", "email", "note", "qbr", "community", "webinar")}
		if pick("who called", "they", "we", "we") == "they" {
			f["direction"] = "inbound"
		}
		add("interactions", maybe("account", accounts), maybe("user", users), f)
	}
	for range often("bare tickets", 10) {
		f := map[string]any{"ticket_id": pick("ticket", "t5", "t6", "t7"), "status": pick("state", "open", "solved", "closed", "pending"), "channel": pick("channel", "chat", "email")}
		if rapid.Bool().Draw(t, "worked") {
			f["talk_seconds"], f["contacts"] = number("talk", 0, 600), number("contacts", 0, 3)
		}
		if rapid.Bool().Draw(t, "answered") {
			f["first_response_at"] = when().Format(time.RFC3339)
		}
		add("tickets", maybe("account", accounts), maybe("user", users), f)
	}
	for range often("owners", 12) {
		f := map[string]any{"csm": pick("csm", "Ann", "Bob"), "touch_model": pick("touch", "high_touch", "self_service", "low_touch")}
		if rapid.Bool().Draw(t, "with features") {
			f["features"] = pick("features", "Plan Built, Report Opened", "Job Closed")
		}
		add("accounts", pick("account", accounts...), "", f)
	}
	for range often("visits", 12) {
		f := map[string]any{"scorecard": "calls", "criterion": pick("criterion", "greeting", "need"), "target": pick("target", "us", "them"), "score": number("score", 0, 5)}
		if rapid.Bool().Draw(t, "scaled") {
			f["scale_max"], f["weight"] = pick2(t, 5, 10), number("weight", 0, 3)
		}
		add("visits", "", "", f)
	}
	return rows
}

func pick2(t *rapid.T, a, b float64) float64 {
	return rapid.SampledFrom([]float64{a, b}).Draw(t, "of two")
}
