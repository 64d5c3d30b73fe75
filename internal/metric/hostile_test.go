package metric_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

const drop = `x'; drop table fact_events; --`

// hostile are questions that can't be answered, and the field that says so.
var hostile = map[string][]struct {
	field string
	put   func(*metric.Ask)
}{
	"words": {
		{"variant", func(a *metric.Ask) { a.Variant = drop }}, {"grain", func(a *metric.Ask) { a.Grain = drop }}, {"by", func(a *metric.Ask) { a.By = drop }},
		{"segment", func(a *metric.Ask) { a.Segment = drop }}, {"currency", func(a *metric.Ask) { a.Currency = drop }}, {"convention", func(a *metric.Ask) { a.Convention = drop }},
		{"total", func(a *metric.Ask) { a.Total = drop }}, {drop, func(a *metric.Ask) { a.Set = map[string]string{drop: "1"} }},
	},
	"times": {
		{"from", func(a *metric.Ask) { a.From = drop }}, {"to", func(a *metric.Ask) { a.To = "32nd" }}, {"as_of", func(a *metric.Ask) { a.AsOf = "-1" }},
		{"from", func(a *metric.Ask) { a.From, a.To = "2026-06-01", "2026-05-01" }},
		{"grain", func(a *metric.Ask) { a.From, a.To, a.Grain = "2016-01-01", "2026-01-01", "hour" }},
	},
}

// Every metric in every variant is asked what can't be answered, and then with hostile texts wherever text is taken: what is
// refused names its field, and what is answered never runs as SQL.
func TestNoMetricAnswersHostileQuestionsWithAFailure(t *testing.T) {
	rows := []row{{kind: "events", at: on("2026-05-10"), user: "u", account: drop, f: set{"name": drop}}, subscription(drop, "2026-03-01", set{"plan": drop}), answers("nps", set{"touchpoint": drop}, 3)[0],
		{kind: "accounts", account: drop, at: on("2026-01-01"), f: set{"plan": drop, "x); drop table $1 --": drop}}}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		ctx := context.Background()
		texts := map[string]string{}
		for _, p := range metric.Policies() {
			switch p.Kind {
			case metric.NamesPolicy:
				texts[p.ID] = `"` + drop + `", $1, {events}`
			default:
				texts[p.ID] = drop
			}
		}
		asked := 0
		for _, d := range s.Catalog.All() {
			turn := asked % len(d.VariantIDs())
			for v, variant := range d.VariantIDs() {
				with, _, _ := d.With(variant)
				plain := metric.Ask{Metric: d.ID, Variant: variant}
				for group, list := range hostile {
					for _, h := range list {
						a := plain
						h.put(&a)
						_, err := s.Answer(ctx, a)
						refused(t, fmt.Sprint(d.ID, " ", variant, " ", group), err, h.field)
					}
				}
				a := plain
				a.Set = map[string]string{}
				for _, id := range with.PolicyIDs() {
					p, _ := metric.PolicyNamed(id)
					if p.Kind == metric.NamesPolicy {
						a.Set[id] = texts[id]
						continue
					}
					bad := plain
					bad.Set = map[string]string{id: texts[id]}
					_, err := s.Answer(ctx, bad)
					refused(t, d.ID+" "+id, err, id)
				}
				// One question of a metric holds all the rest; which variant and what is asked of it takes turns.
				if v != turn {
					continue
				}
				a.By, a.Segment = "trait.x); drop table $1 --", `plan = "x'; drop table fact_events; --" or "trait.x); drop table $1 --" = '{events}' or plan is missing`
				var err error
				group := drop
				switch asked++; asked % 4 {
				case 0:
					_, err = s.Explain(ctx, metric.Opening{Ask: a, Group: &group})
				case 1:
					_, err = s.Why(ctx, metric.Comparison{Ask: a})
				default:
					a.Grain = "month"
					_, err = s.Answer(ctx, a)
				}
				if err != nil {
					refused(t, d.ID+" "+variant, err, "metric")
				}
			}
		}
		if got := said(ask(t, s, metric.Ask{Metric: "dau", From: "2026-05-10", To: "2026-05-11"})); got != "1 of 1" {
			t.Error("afterwards there is", got)
		}
	})
}

// refused checks that an error is a refusal which names the field.
func refused(t *testing.T, what string, err error, field string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(one fault.Field) bool { return one.Name == field }) {
		t.Errorf("%s: %v, want a refusal that names %s", what, err, field)
	}
}

func TestWhatOpensANumberRefusesByName(t *testing.T) {
	_, s := serving(t, "duckdb")
	ctx := context.Background()
	nps, group := metric.Ask{Metric: "nps"}, "x"
	for field, call := range map[string]func() error{
		"group":         func() error { _, err := s.Explain(ctx, metric.Opening{Ask: nps, Group: &group}); return err },
		"excluded":      func() error { _, err := s.Explain(ctx, metric.Opening{Ask: nps, Excluded: drop}); return err },
		"cursor":        func() error { _, err := s.Explain(ctx, metric.Opening{Ask: nps, Cursor: drop}); return err },
		"limit":         func() error { _, err := s.Explain(ctx, metric.Opening{Ask: nps, Limit: -1}); return err },
		"previous_from": func() error { _, err := s.Why(ctx, metric.Comparison{Ask: nps, Before: drop}); return err },
		"previous_to":   func() error { _, err := s.Why(ctx, metric.Comparison{Ask: nps, Until: drop}); return err },
		"metric":        func() error { _, err := s.Why(ctx, metric.Comparison{Ask: metric.Ask{Metric: "survival"}}); return err },
		"since":         func() error { _, err := s.Restate(ctx, metric.Restating{Ask: nps, Since: drop}); return err },
		"start":         func() error { _, err := s.Bridge(ctx, metric.Bridging{Ask: nps, Start: drop}); return err },
		"end":           func() error { _, err := s.Bridge(ctx, metric.Bridging{Ask: nps, End: drop}); return err },
	} {
		refused(t, field, call(), field)
	}
}

// A question that takes all the machine has does not keep others waiting: each light one is answered while the heavy
// one runs.
func TestAHeavyQuestionDoesNotStallLightOnes(t *testing.T) {
	var rows []row
	for i := range 2000 {
		rows = append(rows, row{kind: "events", at: on("2026-05-10").AddDate(0, 0, -i), user: fmt.Sprint("u", i%500), account: fmt.Sprint("a", i%1000), f: set{"name": "x"}})
	}
	onBoth(t, append(rows, answers("nps", nil, 9, 3)...), func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		defer cancel()
		decade := metric.Ask{Metric: "mau", From: "2016-08-01", To: "2026-08-01", Grain: "day", By: "account_id"}
		_, err := s.Answer(ctx, decade)
		refused(t, "a decade by day", err, "grain")
		decade.From = "2022-08-01" // as long as a series may be
		heavy := make(chan error, 1)
		began := time.Now()
		go func() {
			_, err := s.Answer(ctx, decade)
			heavy <- err
		}()
		light, running := 0, true
		var slowest time.Duration
		for running {
			at := time.Now()
			ask(t, s, metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01"})
			slowest, light = max(slowest, time.Since(at)), light+1
			select {
			case err := <-heavy:
				if running = false; err != nil && fault.KindOf(err) != fault.Unavailable {
					t.Error("the heavy question ends with", err)
				}
			default:
			}
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("the heavy question ended only after %s", took)
		}
		if light < 3 || slowest > 5*time.Second {
			t.Errorf("beside a heavy question %d light ones were answered, the slowest after %s", light, slowest)
		}
	})
}
