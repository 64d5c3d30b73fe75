package store

import (
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

func TestEveryVersionOfAScorecardStaysKnown(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		card, _ := health.Template("usage_led")
		card.By = "ana"
		first := must(s.ScorecardPut(ctx, card, -1, noon))(t)
		_, err := s.ScorecardPut(ctx, card, -1, noon)
		wantKind(t, err, fault.Conflict)
		later := noon.Add(time.Hour)
		second := must(s.ScorecardPut(ctx, card, first.Version, later))(t)
		_, err = s.ScorecardPut(ctx, card, first.Version, later)
		wantKind(t, err, fault.Conflict)
		all := must(s.Scorecards(ctx))(t)
		if len(all) != 2 || !all[0].Until.Equal(later) || !all[1].Until.IsZero() || all[1].Version != 2 || all[1].By != "ana" || len(all[1].Groups) != len(card.Groups) {
			t.Errorf("kept %+v", all)
		}
		for at, want := range map[time.Time]int64{noon: 0, noon.Add(time.Minute): 1, later: 1, later.Add(time.Minute): 2} {
			deck := health.InForce(all, at)
			if want == 0 && len(deck) != 0 || want > 0 && (len(deck) != 1 || deck[0].Version != want) {
				t.Errorf("at %s %+v is in force, want version %d", at, deck, want)
			}
		}
		if err := s.ScorecardRemove(ctx, card.ID, second.Changed.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.ScorecardRemove(ctx, card.ID, later), fault.NotFound)
		if deck := health.InForce(must(s.Scorecards(ctx))(t), second.Changed.Add(2*time.Hour)); len(deck) != 0 {
			t.Error("one that was removed is in force")
		}
		if third := must(s.ScorecardPut(ctx, card, -1, second.Changed.Add(3*time.Hour)))(t); third.Version != 3 {
			t.Errorf("version %d after it was removed", third.Version)
		}
	})
}

func TestJudgementsAreKeptWithTheirReasons(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		x := 7.5
		want := must(s.JudgementAdd(t.Context(), health.Judgement{Account: "acme", Scorecard: "enterprise", Measure: "relationship", Value: &x, Reason: "they said so", By: "ana", Made: noon, Until: noon.Add(time.Hour)}))(t)
		got := must(s.Judgements(t.Context()))(t)
		if len(got) != 1 || got[0].ID != want.ID || *got[0].Value != x || got[0].Reason != want.Reason || !got[0].Until.Equal(want.Until) {
			t.Errorf("kept %+v, want %+v", got, want)
		}
	})
}

func TestAnAccountHasOneCaseAtATime(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		one := health.Case{Account: "acme", State: health.CaseOpen, Opened: noon, Changed: noon, Sayings: []health.Saying{{Voice: health.MoneyVoice, Mood: -1, Evidence: []health.Ground{{Kind: "lost", Mood: -1}}}}}
		was := func(string) health.CaseState { return health.CaseOpen }
		if err := s.CasesFollow(ctx, []health.Case{one, one}, was); err != nil {
			t.Fatal(err)
		}
		all := must(s.Cases(ctx, 10))(t)
		if len(all) != 1 || all[0].Account != "acme" || len(all[0].Sayings) != 1 || !all[0].Opened.Equal(noon) {
			t.Fatalf("kept %+v", all)
		}
		c := must(s.CaseChange(ctx, all[0].ID, func(c *health.Case) error {
			return c.Decide(health.Decision{State: health.CaseLookedAt, Note: "seen"}, "ana", noon)
		}))(t)
		gone := c
		gone.State, gone.Over = health.CaseGone, noon.Add(time.Hour)
		if err := s.CasesFollow(ctx, []health.Case{gone}, was); err != nil { // it thinks that the case is open, which somebody has changed
			t.Fatal(err)
		}
		if all = must(s.Cases(ctx, 0))(t); len(all) != 1 || all[0].State != health.CaseLookedAt || all[0].By != "ana" {
			t.Errorf("what somebody decided meanwhile is lost: %+v", all)
		}
		if err := s.CasesFollow(ctx, []health.Case{gone, one}, func(string) health.CaseState { return health.CaseLookedAt }); err != nil {
			t.Fatal(err)
		}
		if all = must(s.Cases(ctx, 10))(t); len(all) != 2 || all[0].State != health.CaseOpen || all[1].State != health.CaseGone || all[1].ID != c.ID {
			t.Errorf("after it went away and came back there is %+v", all)
		}
		_, err := s.Case(ctx, "none")
		wantKind(t, err, fault.NotFound)
		if err := s.Forget(ctx, "demo", []string{"acme"}); err != nil {
			t.Fatal(err)
		}
		if all = must(s.Cases(ctx, 10))(t); len(all) != 0 {
			t.Errorf("of an account that is forgotten there is %+v", all)
		}
	})
}
