package backtest_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

func shown(t *testing.T, r *backtest.Report) string {
	t.Helper()
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestAScoreIsJudgedByWhatCameAndSeesNothingThatWasNotKnownThen(t *testing.T) {
	for _, engine := range []string{"duckdb", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t, engine, dusk)
			h.live(120, 45)
			ask := backtest.Question{Card: useful(), Days: 60, Months: 14}
			r := h.test(ask)
			if r.Refused != nil || r.Left < 30 || r.Left > 45 || r.Accounts < 120 || r.Score.AUC < 0.75 || r.Score.Interval.Low < 0.65 {
				t.Fatal(shown(t, r))
			}
			// The poor band: those who faded.
			poor, good := r.Score.Bands[2], r.Score.Bands[0]
			if poor.Band != health.Unhealthy || poor.Share < 4*good.Share || poor.Interval.Low < good.Interval.High || r.Score.Lead == nil || r.Score.Lead.Warned < 20 || *r.Score.Lead.Median > 100 {
				t.Errorf("%+v %+v %+v", poor, good, r.Score.Lead)
			}
			looks := 0
			for _, tenth := range r.Score.Tenths {
				looks += tenth.Looks
			}
			if looks != r.Looks-r.Unscored || math.Abs(r.Score.Tenths[0].Lift-r.Score.Tenths[0].Share.Share/r.Rate) > 1e-9 || len(r.Score.Groups) != 2 {
				t.Errorf("%d of %d looks; %+v", looks, r.Looks, r.Score.Groups)
			}
			if r.Weights == nil {
				t.Fatal(shown(t, r))
			}
			weights := map[string]float64{}
			for _, w := range r.Weights.Weights {
				weights[w.Measure] = w.Suggested
			}
			if weights["days"]+weights["people"] < 0.75 || r.Weights.AgainstEqual.Interval.Low <= 0 || h.Health.Check(t.Context(), &r.Weights.Draft) != nil {
				t.Errorf("%v %+v %+v", weights, r.Weights.AgainstEqual, r.Weights.AgainstEqual.Interval)
			}

			// What happens after the last look, and what is told after it of the time before, changes nothing.
			before, last := shown(t, r), r.To
			for i := range 120 {
				id := fmt.Sprintf("a%03d", i)
				for _, at := range []time.Time{last.Add(time.Hour), last.AddDate(0, 0, -20), last.AddDate(0, -5, 0)} {
					h.tell("events", id, "late", at, last.Add(2*time.Hour), "name", "open")
					h.tell("tickets", id, "", at, last.Add(2*time.Hour), "ticket_id", fmt.Sprint(id, "late", at.Unix()), "status", "open", "priority", "urgent")
					h.tell("answers", id, "late", at, last.Add(2*time.Hour), "kind", "nps", "score", "0")
					h.tell("accounts", id, "", at, last.Add(2*time.Hour), "plan", "enterprise")
					h.tell("memberships", id, id+"-0", at, last.Add(2*time.Hour), "status", "left")
				}
			}
			h.load()
			if after := shown(t, h.test(ask)); after != before {
				t.Errorf("facts that were not known changed it:\n%s\n---\n%s", before, after)
			}
			if now := h.test(backtest.Question{Card: useful(), Days: 1, Months: 1}); now.Refused == nil || now.Looks == 0 {
				t.Errorf("%s", shown(t, now))
			}
		})
	}
}

func TestADraftStandsBesideTheScorecardInForce(t *testing.T) {
	h := newHouse(t, "duckdb", dusk)
	h.live(120, 45)
	current := useful()
	current.Changed, current.Version = dawn, 3
	h.Health.Keeper = cards{current}
	draft := useful()
	draft.Groups[0].Measures = draft.Groups[0].Measures[:2]
	draft.Groups[0].Measures[0].Weight, draft.Groups[0].Measures[1].Weight = 50, 50
	q, err := h.Question(t.Context(), backtest.Ask{Scorecard: "use", Draft: &draft, Days: 60, Months: 14})
	if err != nil || q.Current == nil || q.Current.Version != 3 {
		t.Fatal(q, err)
	}
	r := h.test(q)
	if !r.Draft || r.Current == nil || r.Duel == nil || r.Duel.Interval.Low <= 0 || r.Score.AUC <= r.Current.AUC {
		t.Error(shown(t, r))
	}
	if q, err = h.Question(t.Context(), backtest.Ask{Scorecard: "use", Draft: &current}); err != nil || q.Current != nil {
		t.Errorf("the same again is no draft: %+v %v", q, err)
	}
	if q, err = h.Question(t.Context(), backtest.Ask{Scorecard: "support_led"}); err != nil || q.Card.ID != "support_led" {
		t.Errorf("a template: %v", err)
	}
	for _, bad := range []backtest.Ask{{Scorecard: "none"}, {Scorecard: "use", Days: 366}, {Scorecard: "use", Months: -1}, {Scorecard: "use", Draft: &health.Scorecard{ID: "x"}}} {
		if _, err := h.Question(t.Context(), bad); err == nil {
			t.Errorf("%+v was understood", bad)
		}
	}
}

func TestTooLittleIsRefusedInFourLanguages(t *testing.T) {
	nobody := useful()
	nobody.Segment = `plan = "none"`
	nothing := useful()
	nothing.Groups[0].Measures = nothing.Groups[0].Measures[:1]
	nothing.Groups[0].Measures[0].Weight = 100
	nothing.Groups[0].Measures[0].Read = metric.Reading{Metric: "first_response_time"}
	for name, c := range map[string]struct {
		n, leave int
		card     health.Scorecard
		now      time.Time
		want     backtest.Code
	}{
		"three accounts":   {3, 1, useful(), dusk, backtest.FewLeft},
		"all left":         {40, 40, useful(), dusk, backtest.FewStayed},
		"nobody left":      {60, 0, useful(), dusk, backtest.FewLeft},
		"29 left":          {60, 20, useful(), dusk, backtest.FewLeft},
		"nobody gets it":   {60, 40, nobody, dusk, backtest.NobodyGetsIt},
		"nothing is known": {60, 40, nothing, dusk, backtest.NoScores},
		"nobody pays":      {0, 0, useful(), dawn.AddDate(-1, 0, -1), backtest.NobodyPays},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, "duckdb", c.now)
			h.live(c.n, c.leave)
			r := h.test(backtest.Question{Card: c.card, Days: 60, Months: 12})
			if r.Refused == nil || r.Refused.Code != c.want || r.Score != nil || r.Weights != nil {
				t.Fatal(shown(t, r))
			}
			for _, lang := range i18n.Langs {
				if said := r.Verdict(lang); len(said) != 1 || strings.Contains(said[0], "⟨") || strings.Contains(said[0], "{") {
					t.Errorf("%s: %q", lang, said)
				}
			}
			shown(t, r) // is JSON without NaN
		})
	}
}

// Fewer measures than CHI's thirty, of the same making: some foretell, most do not.
func TestOnTheMadeUpCompanySuggestedWeightsBeatEqualOnesOnAccountsTheyHaveNotSeen(t *testing.T) {
	h := newHouse(t, "duckdb", time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC))
	if err := demo.Generate(demo.Options{Seed: 1, Until: h.Health.Now(), Contacts: 2400}, func(facts []*fact.Fact) error {
		h.lot = append(h.lot, facts...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	h.load()
	card, _ := health.Template("chi")
	card.LeastCoverage = 0
	var all []health.Measure
	card.Each(func(_ *health.ScoreGroup, m *health.Measure) {
		switch m.ID {
		case "signed_up", "onboarded", "contact", "days_of_use", "features", "stickiness", "nps", "references", "urgent", "tenure":
			m.Weight = 10
			all = append(all, *m)
		}
	})
	card.Groups, card.Segment = []health.ScoreGroup{{ID: "all", Label: named("All"), Weight: 100, Measures: all}}, ""
	r := h.test(backtest.Question{Card: card, Everyone: true})
	if r.Weights == nil || r.Weights.AgainstEqual.Interval.Low <= 0 || r.Weights.AgainstEqual.Difference < 0.05 {
		t.Fatal(shown(t, r))
	}
	for _, w := range r.Weights.Weights {
		if w.Interval == nil || w.Suggested < 0 || w.Interval.Low > w.Suggested+0.05 {
			t.Errorf("%+v", w)
		}
	}
}
