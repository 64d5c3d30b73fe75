package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
)

// forecasts are three accounts that may leave; asked of nothing where refused.
type forecasts struct{ why error }

func (f forecasts) Present(context.Context) (*forecast.Present, error) {
	p := &forecast.Present{Why: f.why, Relevances: []forecast.Relevance{{Feature: "nps", Outcome: forecast.Churn, Measure: "auc", Verdict: forecast.TooLittle}, {Feature: "nps", Outcome: forecast.Value, Measure: "rho", Verdict: forecast.Unclear}}}
	if f.why != nil {
		return p, nil
	}
	p.Model = &forecast.Model{ID: "m1", Card: forecast.Card{Left: 40, Looks: []forecast.Look{{Months: 1, JudgedBy: "time", Judgement: &stat.Judgement{Deciles: []stat.Decile{}}}}}}
	p.Outlook = &forecast.Outlook{At: now, Accounts: []forecast.Worth{{ID: "a", MRR: 10}, {ID: "b", MRR: 5}}}
	days := 6.04
	for i, risk := range []float64{0.4, 0.2, 0.01} {
		p.Risks = append(p.Risks, forecast.Risk{ID: fmt.Sprint("a", i), At: now, Quarter: risk, Reasons: []forecast.Reason{{Feature: "renewal", Unit: forecast.Days, Number: &days, Factor: 2}}})
	}
	return p, nil
}

func (f forecasts) History(context.Context, string) ([]forecast.Risk, error) {
	return []forecast.Risk{{ID: "a0", Reasons: []forecast.Reason{}}}, nil
}

func (f forecasts) Curves(context.Context) (*forecast.Curves, error) {
	return &forecast.Curves{Plans: []forecast.Curve{}, Cohorts: []forecast.Curve{}}, nil
}

func (f forecasts) Learn(context.Context) {}

func TestRisksArePagedFromTheHighest(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		path, first, next string
		n                 int
	}{
		{"/api/v1/forecasts/risk?limit=2", "a0", "2", 2}, {"/api/v1/forecasts/risk?limit=2&cursor=2", "a2", "", 1}, {"/api/v1/forecasts/risk?least=0.1", "a0", "", 2},
		{"/api/v1/forecasts/risk?least=0.5", "", "", 0}, {"/api/v1/forecasts/risk?cursor=99", "", "", 0},
	} {
		w := h.call("GET", c.path, "kw_read", "")
		wantStatus(t, w, http.StatusOK)
		var got RiskList
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Risks) != c.n || got.Next != c.next || c.n > 0 && got.Risks[0].ID != c.first {
			t.Errorf("%s: %s %v", c.path, w.Body, err)
		}
	}
	for _, bad := range []string{"?cursor=x", "?cursor=-1", "?limit=0", "?least=2", "?least=NaN", "?outcome=churn"} {
		if code := h.call("GET", "/api/v1/forecasts/risk"+bad, "kw_read", "").Code; code/100 != 4 {
			t.Errorf("%s: %d", bad, code)
		}
	}
}

func TestReasonsOfARiskAreInTheLanguageOfWhoAsks(t *testing.T) {
	h := newHouse(t)
	for _, lang := range i18n.Langs {
		want := fmt.Sprintf(`"text":"%s: 6"`, i18n.T(lang, "forecast.feature.renewal"))
		for _, path := range []string{"/api/v1/forecasts/risk", "/api/v1/forecasts/risk/a0"} {
			if w := h.call("GET", path, "kw_read", "", "Accept-Language: "+string(lang)); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s in %s: %s, want %s", path, lang, w.Body, want)
			}
		}
	}
}

func TestWithoutAModelTheReasonIsTheAnswer(t *testing.T) {
	h := newHouse(t)
	h.Forecasts = forecasts{fault.New(fault.Conflict, "3 accounts are known to have left")}
	for _, path := range []string{"risk", "risk/a", "lifetime", "model"} {
		w := h.call("GET", "/api/v1/forecasts/"+path, "kw_read", "")
		wantStatus(t, w, http.StatusConflict)
		if p := problemIn(t, w); p.Detail == "" && p.Title == "" {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	w := h.call("GET", "/api/v1/forecasts/relevance?outcome=value", "kw_read", "")
	var got RelevanceList
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Relevances) != 1 || got.Note == "" {
		t.Errorf("%s %v", w.Body, err)
	}
}
