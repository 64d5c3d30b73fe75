package web

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/stat"
	"github.com/keepwell/keepwell/internal/team"
)

// foretelling is what is foretold of a company in memory: of one without facts, that it can't be.
type foretelling struct{ *company }

func (f foretelling) Present(context.Context) (*forecast.Present, error) {
	p := &forecast.Present{Made: noon, Currency: "EUR", Relevances: []forecast.Relevance{}}
	if f.down != nil {
		return nil, f.down
	}
	if f.totals == nil {
		p.Why = fault.New(fault.Conflict, "%s", f.name("0 accounts are known to have left"))
		return p, nil
	}
	auc, slope := 0.82, 0.97
	judged := &stat.Judgement{N: 2000, Events: 60, AUC: &auc, AUCInterval: &stat.Limits{Low: 0.77, High: 0.87}, Slope: &slope, SlopeInterval: &stat.Limits{Low: 0.8, High: 1.1},
		Deciles: []stat.Decile{{N: 200, Foretold: 0.01, Observed: 0, Interval: &stat.Limits{High: 0.02}}, {N: 200, Foretold: 0.2, Observed: 0.21, Interval: &stat.Limits{Low: 0.15, High: 0.27}, Lift: 7}}}
	card := forecast.Card{Made: noon, From: noon.AddDate(-2, 0, 0), Accounts: 300, Left: 60, Voluntary: 50}
	for _, by := range []string{"time", "accounts"} {
		card.Looks = append(card.Looks, forecast.Look{Months: len(card.Looks)*2 + 1, Rate: 0.02, JudgedBy: by, JudgedFrom: noon.AddDate(-1, 0, 0), Judgement: judged, Learned: stat.Card{Columns: []stat.Used{{Column: "nps", Spread: 0.5}}}})
	}
	p.Model = &forecast.Model{ID: "m", Card: card}
	five, mrr, days := 5.0, 1234.5, 40.0
	for i := range 40 {
		p.Risks = append(p.Risks, forecast.Risk{ID: fmt.Sprintf("acc/%d", i), MRR: &mrr, Month: 0.3 / float64(i+1), Quarter: 0.5 / float64(i+1), Reasons: []forecast.Reason{
			{Feature: "nps", Unit: forecast.Score, Number: &five, Usual: forecast.Usual{Number: &days}, Factor: 2.2}, {Feature: "plan", Label: f.name("starter"), Usual: forecast.Usual{Label: f.name("team")}, Factor: 0.5},
			{Feature: "active_change", Unit: forecast.Change, Factor: 1.2}}})
	}
	ends := noon.Add(40 * 24 * time.Hour)
	p.Leaving = []forecast.Leaving{{ID: "acc/1", At: &ends, MRR: mrr}}
	p.Outlook = &forecast.Outlook{At: noon, Currency: "EUR", Customers: 40, MRR: 40 * mrr, Value: forecast.Expected{Value: 9e5, Interval: stat.Limits{Low: 8e5, High: 1e6}},
		Months: []forecast.Ahead{{Month: 1, Customers: 39.5, MRR: forecast.Expected{Value: 48000, Interval: stat.Limits{Low: 47000, High: 49000}}, Grown: &mrr}}, Growth: &forecast.Growth{Rate: 0.01},
		Plans: []forecast.PlanRate{{Plan: f.name("starter"), Months: 900, Left: 20, Rate: 0.02}}, Accounts: []forecast.Worth{{ID: "acc/2", MRR: mrr, Value: 40000, Interval: &stat.Limits{Low: 0, High: 44000}}}}
	strength, chance := 0.6, 0.001
	p.Relevances = []forecast.Relevance{{Feature: "nps", Metric: "nps", Outcome: forecast.Churn, Strength: &strength, Interval: &stat.Limits{Low: 0.4, High: 0.7}, N: 900, Chance: &chance, Verdict: forecast.Foretells},
		{Feature: "nps", Outcome: forecast.Value, Verdict: forecast.TooLittle}}
	return p, nil
}

func (f foretelling) Curves(context.Context) (*forecast.Curves, error) {
	share, median := 0.8, 30.5
	return &forecast.Curves{Plans: []forecast.Curve{{Group: f.name("starter"), N: 90, Left: 20, Median: &median, After12: &share}, {Group: "few", N: 3, TooLittle: true}}}, f.down
}

func TestWhoMayLeaveIsShownWithReasonsAndHowFarToBelieveIt(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	for path, wants := range map[string][]string{
		"/forecasts":           {"50.0", "Last recommendation score: 5", "raises the odds ×2.2", "usual: 40", "Known to leave", "All 40 accounts"},
		"/forecasts?all=1":     {"acc%2F39"},
		"/forecasts/model":     {"0.82", "0.77 to 0.87", "Learned from earlier months", "Too few left to part them by time"},
		"/forecasts/relevance": {"foretells", "too little happened", "0.40 to 0.70", `href="/metrics/nps"`},
		"/forecasts/lifetime?plan=starter&points=-1": {"2.00", "becomes 1.00", "starter"},
	} {
		text := b.get(path).Body.String()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	empty := emptyCompany()
	if text := empty.visit(t).as(empty, team.Admin).get("/forecasts").Body.String(); !strings.Contains(text, "0 accounts are known to have left") {
		t.Error("a company without facts is not told why nothing is foretold")
	}
	c.down = fault.New(fault.Unavailable, "risks are being learned")
	if text := b.get("/forecasts").Body.String(); !strings.Contains(text, "being learned from your history") {
		t.Error("who waits is not told what for")
	}
}
