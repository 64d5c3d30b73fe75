package metric_test

import (
	"testing"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func scored(account, date, aspect string, score any, band string, more map[string]any) row {
	f := map[string]any{"aspect": aspect, "score": score, "coverage": 80.0}
	if band != "" {
		f["band"] = band
	}
	for name, v := range more {
		f[name] = v
	}
	return row{kind: "scores", account: account, at: on(date), f: f}
}

func TestHealthIsWhatWasToldLastBeforeThePointsEnd(t *testing.T) {
	rows := []row{
		subscription("acme", "2026-01-01", nil), subscription("bolt", "2026-01-01", set{"amount": "300.00"}), subscription("cart", "2026-01-01", set{"amount": "600.00"}),
		scored("acme", "2026-05-03", "global", 80.0, "good", nil), scored("acme", "2026-05-20", "global", 20.0, "poor", nil),
		scored("bolt", "2026-05-04", "global", 60.0, "average", nil), scored("gone", "2026-05-04", "global", 90.0, "good", nil), scored("gone", "2026-05-06", "global", nil, "", nil),
		scored("acme", "2026-05-04", "chi", 40.0, "average", set{"stranger": 10.0, "use": 70.0}), scored("bolt", "2026-05-04", "chi", 50.0, "average", set{"stranger": 20.0}),
		{kind: "accounts", account: "cart", at: on("2026-05-01"), f: set{"stage": "leaving"}},
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct {
			a     metric.Ask
			want  string
			parts []string
		}{
			{metric.Ask{Metric: "health", To: "2026-05-10"}, "70 = 140/2 of 2 good 1 average 1 poor 0 coverage 80", []string{"good", "average", "poor", "coverage"}},
			{metric.Ask{Metric: "health", To: "2026-06-01"}, "40 = 80/2 of 2 good 0 average 1 poor 1 coverage 80", []string{"good", "average", "poor", "coverage"}},
			{metric.Ask{Metric: "chi", To: "2026-06-01"}, "45 = 90/2 of 2 stranger 15 use 70 trial null", []string{"stranger", "use", "trial"}},
			{metric.Ask{Metric: "at_risk_share", To: "2026-05-10"}, "0 = 0/3 of 3 unscored 1", []string{"unscored"}},
			{metric.Ask{Metric: "at_risk_share", To: "2026-06-01"}, "33.333333333 = 1/3 of 3 at_risk 1", []string{"at_risk"}},
			{metric.Ask{Metric: "at_risk_share", To: "2026-06-01", Set: map[string]string{"at_risk_score": "70"}}, "66.666666667 = 2/3 of 3 at_risk 2", []string{"at_risk"}},
			{metric.Ask{Metric: "at_risk_share", To: "2026-06-01", Set: map[string]string{"at_risk_stages": "leaving"}}, "66.666666667 = 2/3 of 3 at_risk 2", []string{"at_risk"}},
			{metric.Ask{Metric: "at_risk_mrr", To: "2026-06-01"}, "100 of 1 share 10", []string{"share"}},
			{metric.Ask{Metric: "at_risk_mrr", To: "2026-06-01", Set: map[string]string{"at_risk_stages": "leaving"}}, "700 of 2 share 70", []string{"share"}},
		} {
			c.a.From = "2026-05-01"
			if got := said(ask(t, s, c.a), c.parts...); got != c.want {
				t.Errorf("%+v: %s, want %s", c.a, got, c.want)
			}
		}
	})
}

func TestTheRelevanceOfAMeasureIsWhatWasFoundLast(t *testing.T) {
	found := func(date, measure, outcome string, strength any, verdict string) row {
		f := set{"pair": measure + " " + outcome, "measure": measure, "metric": measure, "outcome": outcome, "looks": 400.0, "outcomes": 40.0, "false_findings": 0.01, "verdict": verdict}
		if x, ok := strength.(float64); ok {
			f["strength"], f["low"], f["high"] = x, x-0.1, x+0.1
		}
		return row{kind: "relevances", at: on(date), f: f}
	}
	rows := []row{
		found("2026-04-10", "nps", "churn", -0.2, "unclear"), found("2026-05-10", "nps", "churn", -0.5, "foretells"), found("2026-05-10", "csat", "churn", 0.3, "unclear"),
		found("2026-05-10", "nps", "value", 0.4, "foretells"), found("2026-05-10", "aht", "churn", nil, "too_little"),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "metric_relevance", From: "2026-05-01", To: "2026-06-01"})
		if got := said(a); got != "-0.5 of 400" || a.Interval.Low.String() != "-0.6" || a.Interval.High.String() != "-0.4" || a.Previous.Value.String() != "-0.2" || a.By != "measure" {
			t.Errorf("%s, %+v after %+v, by %s", got, a.Interval, a.Previous, a.By)
		}
		if auc := a.Detail["auc"].(*metric.Figure); auc.String() != "0.25" {
			t.Errorf("its AUC is %s", auc)
		}
		groups := map[string]string{}
		for _, g := range a.Groups {
			groups[*g.Key] = g.Value.String()
		}
		if len(groups) != 2 || groups["nps"] != "-0.5" || groups["csat"] != "0.3" {
			t.Errorf("by measure: %v", groups)
		}
		if got := said(ask(t, s, metric.Ask{Metric: "metric_relevance", Variant: "value", From: "2026-05-01", To: "2026-06-01"})); got != "0.4 of 400" {
			t.Errorf("for value: %s", got)
		}
		if got := said(ask(t, s, metric.Ask{Metric: "metric_relevance", From: "2026-03-01", To: "2026-04-01"})); got != "null of 0" {
			t.Errorf("before anything was found: %s", got)
		}
		x, err := s.Explain(t.Context(), metric.Opening{Ask: metric.Ask{Metric: "metric_relevance", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Rows) != 2 || len(x.Rows[0].Facts) == 0 || len(x.Excluded) != 1 || x.Excluded[0].N != 1 {
			t.Errorf("opened: %+v, %v", x, err)
		}
	})
}
