package metric_test

import (
	"context"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/metric"
)

func TestAnOverviewSaysWhatEveryMetricSaysAlone(t *testing.T) {
	opened(t, func(rt *rapid.T, s *metric.Service, mine func(int) bool) {
		a := metric.Ask{From: "2026-02-01", To: "2026-06-15", Grain: "month", Segment: rapid.SampledFrom([]string{"", "plan = team"}).Draw(rt, "segment"),
			AsOf: rapid.SampledFrom([]string{"", "2026-08-01T00:01:00Z"}).Draw(rt, "as of")}
		var ids []string
		for _, d := range s.Catalog.All() {
			ids = append(ids, d.ID)
		}
		all, err := s.Overview(context.Background(), a, append(ids, "nobody"))
		if err != nil {
			rt.Fatal(err)
		}
		if last := all[len(ids)]; last.Answer != nil || last.Why == nil || last.Why.Status != 404 {
			rt.Fatalf("an unknown metric: %+v", last)
		}
		points := a
		points.OnlyPoints = true
		trends, err := s.Overview(context.Background(), points, ids)
		if err != nil {
			rt.Fatal(err)
		}
		for n, id := range ids {
			trend, whole := trends[n].Answer, all[n].Answer
			if (trend == nil) != (whole == nil) || trend != nil && (trend.Value != nil || trend.Previous != nil || summed(text(rt, trend.Points)) != summed(text(rt, whole.Points))) {
				rt.Fatalf("%s: the points alone are %s, with the whole %s", id, text(rt, trend), text(rt, whole))
			}
		}
		// Alone they take a second: some are looked at in every company.
		for n := range ids {
			if !mine(n) || n%4 != 0 {
				continue
			}
			a.Metric = ids[n]
			alone, err := s.Answer(context.Background(), a)
			if (err == nil) != (all[n].Answer != nil) {
				rt.Fatalf("%s: %+v together, %v alone", ids[n], all[n].Why, err)
			}
			if err != nil {
				continue
			}
			got := all[n].Answer
			if one, other := text(rt, got.Value, got.Numerator, got.Denominator, got.N, got.Interval, got.Previous, got.Currency, got.SmallSample), text(rt, alone.Value, alone.Numerator, alone.Denominator, alone.N, alone.Interval, alone.Previous, alone.Currency, alone.SmallSample); summed(one) != summed(other) {
				rt.Fatalf("%s: %s together, %s alone", ids[n], one, other)
			}
			for i := range alone.Points {
				if one, other := text(rt, got.Points[i].Value, got.Points[i].N, got.Points[i].Interval), text(rt, alone.Points[i].Value, alone.Points[i].N, alone.Points[i].Interval); summed(one) != summed(other) {
					rt.Fatalf("%s, point %d: %s together, %s alone", ids[n], i, one, other)
				}
			}
		}
	})
}

var fraction = regexp.MustCompile(`-?\d+\.\d+(e[-+]?\d+)?`)

// summed is a text whose fractions have ten digits: the last ones depend on the order in which a database sums up.
func summed(text string) string {
	return fraction.ReplaceAllStringFunc(text, func(digits string) string {
		x, _ := strconv.ParseFloat(digits, 64) // it is a number, or stays what it is on both sides
		return strconv.FormatFloat(x, 'g', 10, 64)
	})
}
