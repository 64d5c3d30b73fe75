package web

import (
	"context"
	"fmt"
	"math"
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
		Deciles: []stat.Decile{{N: 200, Foretold: 0.01, Observed: 0, Interval: &stat.Limits{High: 0.02}}}}
	for i := range 9 {
		risk := 0.02 + 0.0025*float64(i*i)
		judged.Deciles = append(judged.Deciles, stat.Decile{N: 200, Foretold: risk, Observed: risk * 1.1, Interval: &stat.Limits{Low: risk * 0.7, High: risk * 1.5}, Lift: float64(i)})
	}
	card := forecast.Card{Made: noon, From: noon.AddDate(-2, 0, 0), Accounts: 300, Left: 60, Voluntary: 50}
	for _, by := range []string{"time", "accounts"} {
		card.Looks = append(card.Looks, forecast.Look{Months: len(card.Looks)*2 + 1, Rate: 0.02, JudgedBy: by, JudgedFrom: noon.AddDate(-1, 0, 0), Judgement: judged, Learned: stat.Card{Columns: []stat.Used{{Column: "nps", Spread: 0.5}}, Together: []stat.Pair{{Columns: [2]string{"nps", "renewal"}, Share: 1}}}})
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
		Growth: &forecast.Growth{Rate: 0.01},
		Plans:  []forecast.PlanRate{{Plan: f.name("starter"), Months: 900, Left: 20, Rate: 0.02}}, Accounts: []forecast.Worth{{ID: "acc/2", MRR: mrr, Value: 40000, Interval: &stat.Limits{Low: 0, High: 44000}}}}
	for i := range 12 {
		kept, grown := 49000-900*float64(i+1), 49000+300*float64(i)
		p.Outlook.Months = append(p.Outlook.Months, forecast.Ahead{Month: i + 1, Customers: 40 - float64(i)/2, MRR: forecast.Expected{Value: kept, Interval: stat.Limits{Low: kept - 300*float64(i+1), High: kept + 200*float64(i+1)}}, Grown: &grown})
	}
	for i := range 12 {
		p.Outlook.Accounts = append(p.Outlook.Accounts, forecast.Worth{ID: fmt.Sprintf("acc/%d", i+3), MRR: mrr, Value: 38000 - 2500*float64(i), Interval: &stat.Limits{Low: 30000 - 2600*float64(i), High: 44000 - 2000*float64(i)}})
	}
	strength, chance := 0.6, 0.001
	p.Relevances = []forecast.Relevance{{Feature: "nps", Metric: "nps", Outcome: forecast.Churn, Strength: &strength, Interval: &stat.Limits{Low: 0.4, High: 0.7}, N: 900, Chance: &chance, Verdict: forecast.Foretells},
		{Feature: "nps", Outcome: forecast.Value, Verdict: forecast.TooLittle}}
	return p, nil
}

func (f foretelling) Curves(context.Context) (*forecast.Curves, error) {
	share, median := 0.8, 30.5
	curve := func(group string, months int, stays float64) forecast.Curve {
		c := forecast.Curve{Group: group, N: 90, Left: 20, Median: &median, After12: &share}
		for m := range months {
			p := forecast.CurvePoint{Month: m, Share: math.Pow(stays, float64(m))}
			if m > 0 {
				low, high := p.Share-0.004*float64(m), min(1, p.Share+0.003*float64(m))
				p.Low, p.High = &low, &high
			}
			c.Points = append(c.Points, p)
		}
		return c
	}
	all := &forecast.Curves{Plans: []forecast.Curve{curve(f.name("starter"), 30, 0.97), curve(f.name("team"), 37, 0.985), {Group: "few", N: 3, TooLittle: true, Points: []forecast.CurvePoint{{Share: 1}}}}, Cohorts: []forecast.Curve{curve("2025", 18, 0.975)}}
	everyone := curve("", 37, 0.98)
	all.Everyone = &everyone
	for i, from := range []int{0, 3, 6, 12, 24} {
		h := forecast.Hazard{From: from, Months: 900, Left: 20 - 3*i, Rate: 0.03 - 0.005*float64(i), Interval: &stat.Limits{Low: 0.02 - 0.004*float64(i), High: 0.045 - 0.005*float64(i)}}
		if i < 4 {
			h.To = []int{3, 6, 12, 24}[i]
		}
		all.Hazards = append(all.Hazards, h)
	}
	return all, f.down
}

func TestWhoMayLeaveIsShownWithReasonsAndHowFarToBelieveIt(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	for path, wants := range map[string][]string{
		"/forecasts":           {"50.0", "Last recommendation score: 5", "raises the odds ×2.2", "usual: 40", "Known to leave", "All 40 accounts"},
		"/forecasts?all=1":     {"acc%2F39"},
		"/forecasts/model":     {"0.82", "0.77 to 0.87", "Learned from earlier months", "Too few left to part them by time", "Last recommendation score × Days to the renewal"},
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
	if text := empty.visit(t).as(empty, team.Admin).get("/forecasts/lifetime").Body.String(); !strings.Contains(text, "0 accounts are known to have left") || strings.Count(text, `class="chart small"`) != 3 {
		t.Error("for how long accounts paid is not shown where too few left to foretell who will")
	}
	c.down = fault.New(fault.Unavailable, "risks are being learned")
	if text := b.get("/forecasts").Body.String(); !strings.Contains(text, "being learned from your history") {
		t.Error("who waits is not told what for")
	}
}

func TestForecastsArePicturesWithTheirTablesBehindThem(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	for path, wants := range map[string]map[string]int{
		"/forecasts":           {`class="column"`: 2 * 6}, // broad and narrow
		"/forecasts/model":     {`class="square"`: 2, `class="dot"`: 20, `<details data-table>`: 2},
		"/forecasts/relevance": {`class="range"`: 1, `class="spot good"`: 1, `<p class="empty">too little happened</p>`: 3},
		"/forecasts/lifetime":  {`class="chart small"`: 3, `class="chart broad"`: 2, `class="column"`: 2 * 5, `class="range"`: 13, `<details data-table>`: 2},
	} {
		text := b.get(path).Body.String()
		for want, n := range wants {
			if got := strings.Count(text, want); got != n {
				t.Errorf("%s holds %s %d times, want %d", path, want, got, n)
			}
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("%s draws what is no number", path)
		}
	}
}
