package api

import (
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

func TestEveryKindOfQuestionIsHeldToTheAccountsOfWhoAsks(t *testing.T) {
	h := newHouse(t)
	own := team.User{Name: `Ana "A"`, Email: "ana@example.com", Role: team.RoleCSM, OwnBook: true}.Principal()
	ask := metric.Ask{Metric: "nps", Segment: "plan = pro or size = 1"}
	for who, want := range map[*team.Principal]string{&own: `csm in ("Ana \"A\"", "ana@example.com") and (plan = pro or size = 1)`, {Kind: team.ByKey, Scope: team.Read}: ask.Segment} {
		ctx := team.WithPrincipal(t.Context(), *who)
		for name, question := range map[string]func() error{
			"answer":       func() error { _, err := h.API.Answer(ctx, ask); return err },
			"bridge":       func() error { _, err := h.API.Bridge(ctx, metric.Bridging{Ask: ask}); return err },
			"explain":      func() error { _, err := h.API.Explain(ctx, metric.Opening{Ask: ask}); return err },
			"why":          func() error { _, err := h.API.Why(ctx, metric.Comparison{Ask: ask}); return err },
			"restate":      func() error { _, err := h.API.Restate(ctx, metric.Restating{Ask: ask}); return err },
			"restatements": func() error { _, err := h.API.Restatements(ctx, metric.Restating{Ask: ask}); return err },
		} {
			h.asked = metric.Ask{}
			if err := question(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if h.asked.Segment != want {
				t.Errorf("%s was asked within %q", name, h.asked.Segment)
			}
			if s, err := account.ParseSegment(h.asked.Segment); err != nil || who == &own && s.Op != "and" {
				t.Errorf("%q: %v", h.asked.Segment, err)
			}
		}
	}
}

func TestSegmentsAreHeldToOnesOwnAccounts(t *testing.T) {
	h := newHouse(t)
	own := team.WithPrincipal(t.Context(), team.Principal{Kind: team.ByUser, Role: team.RoleCSM, Book: []string{"Ana"}})
	if _, err := h.API.SegmentMembers(own, metric.SegmentAsk{Text: "plan = pro or plan = free"}); err != nil || h.members.Text != `csm in ("Ana") and (plan = "pro" or plan = "free")` {
		t.Errorf("asked %q: %v", h.members.Text, err)
	}
	if _, err := h.API.SegmentHistory(own, metric.SegmentAsk{Tree: []byte(`{"op":"missing","about":"trait","name":"plan"}`)}); err != nil || h.members.Text != `csm in ("Ana") and (plan is missing)` || h.members.Tree != nil {
		t.Errorf("asked %+v: %v", h.members, err)
	}
	if _, err := h.API.Versus(own, metric.Ask{Metric: "nps"}, "", "plan = pro"); err != nil || h.versus != [2]string{`csm in ("Ana")`, `csm in ("Ana") and (plan = pro)`} {
		t.Errorf("asked %q: %v", h.versus, err)
	}
	if _, err := h.API.SegmentMembers(own, metric.SegmentAsk{Text: "plan = "}); err == nil {
		t.Error("a mistake in the segment was not found")
	}
	if _, err := h.API.SegmentMembers(t.Context(), metric.SegmentAsk{Text: "plan = pro"}); err != nil || h.members.Text != "plan = pro" {
		t.Errorf("who sees all asked %q: %v", h.members.Text, err)
	}
}
