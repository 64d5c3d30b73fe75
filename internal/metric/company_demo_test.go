package metric_test

import (
	"context"
	"slices"
	"testing"

	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/metric"
)

// usual is where the figures of a made-up company lie over a year: wide enough for any seed, narrow enough that a metric
// that counts the wrong thing falls out.
var usual = map[string][2]float64{
	"ces": {3.5, 6.5}, "closed_loop_rate": {40, 85}, "csat": {45, 90}, "feedback_volume": {300, 3000}, "nps": {0, 50}, "review_rating": {60, 90},
	"survey_response_rate": {20, 45}, "time_to_close_loop": {8, 60},
	"counter_offer_acceptance_rate": {10, 90}, "cross_sell_rate": {3, 40}, "customer_churn_rate": {4, 25}, "customer_retention_rate": {75, 96},
	"customers": {80, 160}, "expansion_bookings": {2e4, 4e5}, "first_cycle_churn_rate": {0, 20}, "lost_customers": {3, 30},
	"loyalty_redemption_rate": {20, 100}, "new_customers": {15, 60}, "references": {10, 100}, "referral_rate": {2, 30},
	"referred_revenue": {500, 50000}, "renewal_bookings": {2e5, 4e6}, "renewal_rate": {70, 100}, "silent_churn_rate": {0, 10}, "survival": {80, 100},
	"trial_conversion_rate": {40, 95}, "upsell_rate": {30, 95}, "win_back_rate": {0, 60}, "won_back_customers": {0, 10},
	"arpa": {300, 3000}, "arr": {5e5, 5e6}, "average_order_value": {200, 3000}, "cac": {5e3, 1e5}, "cac_payback_months": {5, 80}, "clv": {2e4, 6e5},
	"clv_cac_ratio": {1.5, 20}, "collected_on_time_rate": {60, 99}, "crc": {200, 5000}, "disputed_rate": {0.01, 10}, "dso": {5, 120}, "grr": {75, 99.9},
	"mrr": {5e4, 4e5}, "mrr_churn_rate": {1, 20}, "mrr_movements": {1e4, 1e5}, "nrr": {90, 130}, "overdue_rate": {5, 95}, "purchase_frequency": {1, 5},
	"quick_ratio": {1.5, 20}, "revenue_cohorts": {85, 125},
	"activation_rate": {25, 75}, "activity_rate": {80, 100}, "dau": {50, 800}, "feature_usage": {99, 100}, "first_week_engagement": {20, 80},
	"funnel": {40, 95}, "mau": {500, 1400}, "paths": {500, 9000}, "repeat_session_rate": {50, 98}, "retention_cohorts": {40, 95},
	"session_duration": {1, 15}, "stickiness": {8, 40}, "time_to_value": {3, 30}, "wau": {300, 1200},
	"acquisition_rate": {10, 80}, "bounce_rate": {25, 55}, "campaign_effectiveness": {-60, 60}, "cart_abandonment_rate": {45, 85},
	"conversion_rate": {0.1, 5}, "ctr": {1, 5}, "direct_traffic_share": {15, 60}, "exit_rate": {30, 65}, "lead_conversion_rate": {4, 30},
	"lead_qualification_rate": {30, 75}, "new_visitor_share": {50, 99}, "page_views": {1e4, 1e5}, "pages_per_session": {1.5, 3.5},
	"scroll_depth": {45, 80}, "social_engagement_rate": {1, 6}, "time_on_page": {30, 100}, "unique_visitors": {3e3, 2e4},
	"aht": {5, 40}, "backlog": {1, 60}, "fcr": {35, 80}, "feature_utilisation": {40, 95}, "first_response_time": {20, 400}, "reopen_rate": {2, 15},
	"resolution_time": {300, 6000}, "support_csat": {45, 90}, "ticket_volume": {300, 3000},
	"community_participation": {4, 50}, "cs_roi": {-300, 3000}, "csm_load": {15, 60}, "qbr_coverage": {15, 80}, "scorecard_result": {55, 90},
	"touch_coverage": {70, 100},
}

// Whoever tries Keepwell sees every metric at work: over the last year of the made-up company none is without a value, and none
// is beyond belief.
func TestEveryMetricOfTheMadeUpCompanyIsPlausible(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, s := serving(t, "duckdb")
	var lot []*fact.Fact
	if err := demo.Generate(demo.Options{Seed: 1, Until: s.Now(), Accounts: 150, Contacts: 1500}, func(facts []*fact.Fact) error {
		lot = append(lot, facts...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.Load(ctx, lot, 1); err != nil {
		t.Fatal(err)
	}
	if err := l.Merge(ctx); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	period := metric.Ask{From: "2025-07-01", To: "2026-07-01"}
	for _, d := range s.Catalog.All() {
		if slices.Contains(d.Facts, "scores") || slices.Contains(d.Facts, "relevances") { // what the server writes down of its scorecards and forecasts
			said[d.ID] = true
			continue
		}
		period.Metric, period.Set = d.ID, questions[d.ID]
		a := ask(t, s, period)
		said[d.ID] = true
		switch limits, ok := usual[d.ID]; {
		case a.Value == nil:
			t.Errorf("%s has no value", d.ID)
		case !ok || a.Value.Float < limits[0] || a.Value.Float > limits[1]:
			t.Errorf("%s is %v, not within %v", d.ID, a.Value.Float, limits)
		}
	}
	for id := range usual {
		if !said[id] {
			t.Errorf("there is no metric %s", id)
		}
	}
	for _, d := range s.Catalog.All() {
		for _, variant := range d.VariantIDs() {
			with, _, _ := d.With(variant)
			if with.Estimator == "" || slices.Contains(d.Facts, "relevances") {
				continue
			}
			period.Metric, period.Variant = d.ID, variant
			a := ask(t, s, period)
			wantWords(t, with, a.Detail)
			x, err := s.Explain(ctx, metric.Opening{Ask: period})
			if err != nil || len(x.Rows) == 0 || len(x.Observed) == 0 || len(x.Rows[0].Observed) != len(x.Observed) {
				t.Errorf("opening %s, %s: %v", d.ID, variant, err)
			}
		}
	}
}

// wantWords fails for what an estimator shows and nobody can name.
func wantWords(t *testing.T, d *metric.Definition, shown map[string]any) {
	t.Helper()
	for name, v := range shown {
		if d.Beside != nil && name == d.Beside.Name || name == "distribution" {
			continue
		}
		if rows, isTable := v.([]metric.Row); isTable {
			for _, row := range rows {
				wantWords(t, d, row)
			}
		} else if code, isCode := v.(string); isCode {
			wantWords(t, d, map[string]any{code: nil})
		}
		_, isNumber := v.(*metric.Figure)
		i := slices.IndexFunc(d.Words, func(w metric.Word) bool { return w.Name == name })
		if symbol := len(name) == 1 || name == "alpha" || name == "beta"; i < 0 && !symbol {
			t.Errorf("%s shows %s and has no word for it", d.ID, name)
		} else if i >= 0 && isNumber && d.Words[i].Unit == "" {
			t.Errorf("%s shows %s without a unit", d.ID, name)
		}
	}
}

// questions are the policies without which a metric asks nothing.
var questions = map[string]map[string]string{
	"funnel": {"funnel_steps": "Signed Up, Onboarding Step Completed, Onboarding Completed"},
	"paths":  {"path_of": "pages", "path_start": "/pricing"},
}
