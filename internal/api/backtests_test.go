package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fault"
)

// backtests are one, of a company of which too few left.
type backtests struct{ asked backtest.Ask }

func (b *backtests) Backtest(_ context.Context, a backtest.Ask) (backtest.Run, error) {
	b.asked = a
	return backtest.Run{ID: "b0", Scorecard: a.Scorecard, State: backtest.Waiting}, nil
}

func (b *backtests) BacktestOf(_ context.Context, id string, wait bool) (backtest.Run, error) {
	run := backtest.Run{ID: id, Scorecard: "use", State: backtest.Running, Done: 3, Of: 24}
	if id != "b0" {
		return run, fault.New(fault.NotFound, "there is no backtest with this id")
	}
	if wait {
		run.State, run.Report = backtest.Done, &backtest.Report{Scorecard: "use", Made: now, From: now, To: now, Refused: &backtest.Refusal{Code: backtest.FewLeft, Have: 3, Need: 30}, Measures: []backtest.Worth{}}
	}
	return run, nil
}

func (b *backtests) Backtests(ctx context.Context, _ string) []backtest.Run {
	run, _ := b.BacktestOf(ctx, "b0", true)
	return []backtest.Run{run}
}

func (b *backtests) BacktestCancel(context.Context, string) error { return nil }

func TestABacktestIsAskedForAndAwaited(t *testing.T) {
	h := newHouse(t)
	var got Backtest
	w := h.call("POST", "/api/v1/scorecards/use/backtest", "kw_read", `{"days":60,"everyone":true}`, "Accept-Language: ro")
	wantStatus(t, w, http.StatusOK)
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.State != backtest.Done || len(got.Verdict) != 1 || !strings.HasPrefix(got.Verdict[0], "Au plecat 3 conturi") || got.Report.Refused.Text != got.Verdict[0] {
		t.Errorf("%s %v", w.Body, err)
	}
	if asked := h.Backtests.(*backtests).asked; asked.Scorecard != "use" || asked.Days != 60 || !asked.Everyone || asked.Draft != nil {
		t.Errorf("%+v", asked)
	}
	w = h.call("POST", "/api/v1/scorecards/use/backtest?at_once=true", "kw_read", `{}`)
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.State != backtest.Running || got.Done != 3 || len(got.Verdict) != 0 {
		t.Errorf("%s %v", w.Body, err)
	}
	for path, body := range map[string]string{"/api/v1/scorecards/use/backtest": `{"days":-1}`, "/api/v1/scorecards/use/backtest?wait=61": `{}`, "/api/v1/scorecards/use/backtest?wait=1": `{"months":61}`} {
		if code := h.call("POST", path, "kw_read", body).Code; code/100 != 4 {
			t.Errorf("%s %s: %d", path, body, code)
		}
	}
	wantStatus(t, h.call("GET", "/api/v1/backtests/b1", "kw_read", ""), http.StatusNotFound)
}
