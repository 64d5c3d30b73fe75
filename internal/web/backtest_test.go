package web

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
	"github.com/keepwell/keepwell/internal/team"
)

// trials are backtests of a company in memory: one that is done, one that runs, one that was refused.
type trials struct{ *company }

func (f trials) Backtest(_ context.Context, a backtest.Ask) (backtest.Run, error) {
	f.tested = append(f.tested, a)
	return backtest.Run{ID: "going", Scorecard: a.Scorecard, State: backtest.Waiting}, f.down
}

func (f trials) BacktestOf(_ context.Context, id string, _ bool) (backtest.Run, error) {
	run := backtest.Run{ID: id, Scorecard: "usage_led", By: f.name("Ana"), Asked: noon}
	switch id {
	case "going":
		run.State, run.Done, run.Of = backtest.Running, 6, 24
	case "few":
		run.State, run.Report = backtest.Done, &backtest.Report{Scorecard: "usage_led", Days: 90, Refused: &backtest.Refusal{Code: backtest.FewLeft, Have: 3, Need: 30}}
	case "done":
		run.State, run.Report = backtest.Done, f.report()
	default:
		return run, fault.New(fault.NotFound, "there is no backtest with this id")
	}
	return run, f.down
}

func (f trials) Backtests(ctx context.Context, card string) []backtest.Run {
	if f.totals == nil || card != "usage_led" {
		return nil
	}
	done, _ := f.BacktestOf(ctx, "done", false)
	few, _ := f.BacktestOf(ctx, "few", false)
	return []backtest.Run{done, few}
}

func (f trials) BacktestCancel(_ context.Context, id string) error {
	f.tested = append(f.tested, backtest.Ask{Scorecard: "cancelled " + id})
	return f.down
}

func (f trials) report() *backtest.Report {
	half, name := &stat.Limits{Low: 0.3, High: 0.6}, i18n.Text{EN: f.name("Active people")}
	share := backtest.Share{Looks: 200, Accounts: 40, Left: 20, Share: 0.12, Interval: &stat.Limits{Low: 0.08, High: 0.17}}
	slope := 0.98
	r := &backtest.Report{Scorecard: "usage_led", Label: name, Draft: true, Made: noon, From: noon.AddDate(-2, 0, 0), To: noon, Months: 24, Days: 90, Sample: 1, Accounts: 300, Looks: 4000, Left: 41, Outcomes: 120, Rate: 0.03}
	judged := func() *backtest.Judged {
		j := &backtest.Judged{AUC: 0.82, Interval: &stat.Limits{Low: 0.77, High: 0.87}, ROC: [][2]float64{{0, 0}, {0.2, 0.7}, {1, 1}}, Means: []backtest.Meaning{{Score: 30, Risk: 0.2}},
			Calibration: &stat.Judgement{Slope: &slope, SlopeInterval: half, Deciles: []stat.Decile{{N: 400, Foretold: 0.01, Observed: 0.02, Interval: &stat.Limits{High: 0.03}}}},
			Lead:        &backtest.Lead{Lead: &stat.Lead{N: 41, Warned: 30, Share: 0.73, Interval: half, Leads: []float64{20, 70, 300}, Low: &slope, Median: &slope, High: &slope}, Ahead: []backtest.Ahead{{Days: 60, N: 41, Poor: 30}}},
			Groups:      []backtest.Group{{By: "plan", Value: f.name("starter"), Share: share}, {By: "plan", Value: "team", Share: share, AUC: &slope, AUCInterval: half}}}
		for i := range 10 {
			j.Tenths = append(j.Tenths, backtest.Tenth{Low: float64(10 * i), High: float64(10*i + 9), Share: share, Lift: 4 / float64(i+1), LiftInterval: half})
		}
		for _, band := range health.AllBands {
			one := share
			one.Band = band
			j.Bands = append(j.Bands, one)
		}
		return j
	}
	r.Score, r.Current = judged(), judged()
	r.Duel = &stat.Duel{First: 0.82, Second: 0.7, Difference: 0.12, Interval: &stat.Limits{Low: 0.05, High: 0.19}}
	r.Measures = []backtest.Worth{{Measure: "people", Label: name, Weight: 0.6, Known: 1, AUC: &slope, Interval: half}, {Measure: "logo", Label: name, Weight: 0.4, Known: 0.02}}
	draft, _ := health.Template("usage_led")
	r.Weights = &backtest.Suggestion{Looks: 4000, AgainstEqual: r.Duel, AgainstCurrent: r.Duel, Draft: draft, Weights: []backtest.Weight{{Measure: "people", Label: name, Now: 0.6, Suggested: 0.9, Interval: half, Used: 1}, {Measure: "logo", Label: name, Now: 0.4, Suggested: 0.4, Kept: true}}}
	return r
}

func TestABacktestSaysInWordsHowFarAScoreCanBeBelieved(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	for path, wants := range map[string][]string{
		"/health/scorecards/usage_led/backtest":           {"Of 41 accounts that left, 30 were in the poor band 60 days before.", "ranked accounts well", "The draft ranks better", "Suggested bands", "too little known: kept", `href="/health/scorecards/usage_led?backtest=done"`, "0.98 (0.30 to 0.60)"},
		"/health/scorecards/usage_led/backtest?run=few":   {"3 accounts left: too few to judge anything by", "Nothing is judged."},
		"/health/scorecards/usage_led/backtest?run=going": {"Month 6 of 24", `hx-get="/health/backtests/going"`, "/health/backtests/going/cancel"},
		"/health/backtests/going":                         {"Month 6 of 24"},
		"/health/scorecards/support_led/backtest":         {"Not tested yet"},
		"/health/scorecards/usage_led?backtest=done":      {"id: usage_led"},
	} {
		text := b.get(path).Body.String()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	w := b.send("POST", "/health/scorecards/usage_led/backtest", url.Values{"days": {"60"}, "months": {"12"}, "everyone": {"1"}})
	if w.Code != 303 || w.Header().Get("Location") != "/health/scorecards/usage_led/backtest?run=going" || len(c.tested) != 1 || c.tested[0].Days != 60 || !c.tested[0].Everyone {
		t.Errorf("%d %s %+v", w.Code, w.Header(), c.tested)
	}
	if w := b.send("POST", "/health/scorecards/usage_led/backtest", url.Values{"definition": {"id: [broken"}}); w.Code != 400 {
		t.Errorf("a broken draft: %d", w.Code)
	}
	if b.send("POST", "/health/backtests/going/cancel", url.Values{}); len(c.tested) != 2 || c.tested[1].Scorecard != "cancelled going" {
		t.Errorf("%+v", c.tested)
	}
}
