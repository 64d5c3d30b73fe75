package metric_test

import (
	"context"
	"testing"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestAGoalInWordsLeadsToTheMetricsToWatch(t *testing.T) {
	rows := append(answers("nps", nil, 10), subscription("acme", "2026-01-01", nil))
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for words, want := range map[string]string{"how loyal are they?": "loyal", "is support easy": "easy", "did the new feature land": "feature", "what is a customer worth": "worth",
			"cât valorează un client": "worth", "легко ли получить помощь": "easy", "¿qué tan leales son los clientes?": "loyal"} {
			advice, err := s.Guide(context.Background(), words, i18n.EN)
			if err != nil {
				t.Fatal(err)
			}
			if len(advice) == 0 || advice[0].ID != want {
				t.Errorf("%q leads to %+v, want %s", words, advice[:min(1, len(advice))], want)
			}
		}
		advice, err := s.Guide(context.Background(), "loyal", i18n.RU)
		if err != nil {
			t.Fatal(err)
		}
		nps, stay := advice[0].Metrics[0], metric.AdvisedMetric{}
		for _, m := range advice[0].Metrics {
			if m.ID == "customer_retention_rate" {
				stay = m
			}
		}
		if !nps.Ready || nps.Has[0].Kind != "answers" || nps.Why != "показывает, порекомендуют ли вас" {
			t.Errorf("%+v", advice[0])
		}
		if stay.ID != "" && !stay.Ready { // one of the two kinds is enough
			t.Errorf("%+v", stay)
		}
		site, err := s.Guide(context.Background(), "website visitors", i18n.EN)
		if err != nil || site[0].ID != "website" || site[0].Ready || site[0].Metrics[0].Needs[0].Kind != "pages" {
			t.Errorf("without page views: %+v, %v", site, err)
		}
		if all, err := s.Guide(context.Background(), "xyzzy", i18n.EN); err != nil || len(all) < 12 {
			t.Errorf("nothing fits: %d goals, %v", len(all), err)
		}
	})
}
