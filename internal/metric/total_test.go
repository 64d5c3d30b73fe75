package metric_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// What a definition says of its points is held to what the whole period says.
func TestPointsThatAddUpComeToTheWholePeriod(t *testing.T) {
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var adding []metric.Ask
	for _, d := range catalog.All() {
		for _, variant := range d.VariantIDs() {
			if with, _, _ := d.With(variant); with.Refuses(metric.Sum) == "" {
				adding = append(adding, metric.Ask{Metric: d.ID, Variant: variant, From: "2026-02-10", To: "2026-07-01", Total: "sum", By: "plan"})
			}
		}
	}
	if len(adding) < 4 {
		t.Fatalf("only %d metrics add up", len(adding))
	}
	consistently(t, func(rt *rapid.T, ask func(metric.Ask) *metric.Answer) {
		a := rapid.SampledFrom(adding).Draw(rt, "metric")
		a.Grain = rapid.SampledFrom([]string{"day", "week", "month"}).Draw(rt, "grain")
		got := ask(a)
		if exact(got.Total.Value).Cmp(exact(got.Value)) != 0 {
			rt.Fatalf("%s %s: the points by %s come to %s, the whole is %s", a.Metric, a.Variant, a.Grain, got.Total.Value, got.Value)
		}
		sum := exact(nil)
		for _, g := range got.Groups {
			sum.Add(sum, exact(g.Total.Value))
		}
		if sum.Cmp(exact(got.Value)) != 0 {
			rt.Fatalf("%s %s: the groups' points by %s come to %s, the whole is %s", a.Metric, a.Variant, a.Grain, sum.FloatString(6), got.Value)
		}
	})
}

func TestWhatATypeDoesNotAllowIsRefusedWithTheReason(t *testing.T) {
	_, s := serving(t, "duckdb")
	for _, c := range []struct{ metric, variant, total, want string }{
		{"nps", "", "sum", "adding up or averaging ratios"}, {"customer_churn_rate", "", "mean", "adding up or averaging ratios"},
		{"mrr", "", "sum", "would be added up again"}, {"customers", "", "sum", "take mean or last"}, {"dau", "", "sum", "take mean or last"},
		{"survival", "", "sum", "read off a distribution"}, {"time_to_close_loop", "", "mean", "read off a distribution"},
		{"unique_visitors", "", "sum", "its points overlap"}, {"new_customers", "", "sum", "its points overlap"},
		{"mrr", "", "median", "none of sum, mean, last"}, {"mrr", "", "'; drop table fact_events", "none of sum, mean, last"},
	} {
		_, err := s.Answer(context.Background(), metric.Ask{Metric: c.metric, Variant: c.variant, Grain: "month", Total: c.total})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "total" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %s: %v", c.total, c.metric, err)
		}
	}
	if _, err := s.Answer(context.Background(), metric.Ask{Metric: "page_views", Total: "sum"}); err == nil || !strings.Contains(err.Error(), "state a grain") {
		t.Errorf("without points: %v", err)
	}
}

func TestMeanAndLastLeaveOutThePointThatIsNotOver(t *testing.T) {
	rows := []row{subscription("a1", "2026-05-10", nil), subscription("a2", "2026-06-10", nil), subscription("a3", "2026-08-01", nil),
		{kind: "pages", at: on("2026-06-10"), f: set{"path": "/"}}, {kind: "pages", at: on("2026-08-01"), f: set{"path": "/"}}}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct {
			metric, total, want string
			points              int
		}{{"customers", "mean", "1.666666667", 3}, {"customers", "last", "2", 1}, {"page_views", "sum", "2", 4}, {"page_views", "mean", "0.333333333", 3}} {
			got := ask(t, s, metric.Ask{Metric: c.metric, From: "2026-05-01", To: "2026-09-01", Grain: "month", Total: c.total}).Total
			if got.Value.String() != c.want || got.Points != c.points {
				t.Errorf("%s of %s is %s of %d points, want %s of %d", c.total, c.metric, got.Value, got.Points, c.want, c.points)
			}
		}
	})
}
