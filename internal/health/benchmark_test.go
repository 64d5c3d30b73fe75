package health_test

import (
	"context"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestAnAccountsOwnPastIsWeighedByTheDaysForWhichScoresStood(t *testing.T) {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	told := func(daysAgo int, score float64) health.Told {
		return health.Told{At: now.AddDate(0, 0, -daysAgo), Aspect: health.Global, Score: &score}
	}
	gone := health.Told{At: now.AddDate(0, 0, -40), Aspect: health.Global} // no score for ten days
	p := health.OwnPast([]health.Told{told(800, 10), told(200, 80), told(100, 60), gone, told(30, 40), {Aspect: "other", At: now.AddDate(0, 0, -5), Score: new(float64)}}, health.Global, now)
	// 165 days of 10 within the year, 100 of 80, 60 of 60, 30 of 40.
	if p == nil || p.Days != 355 || p.Low != 10 || p.Median != 40 || p.High != 80 || *p.Before != 60 {
		t.Errorf("%+v", p)
	}
	if p := health.OwnPast([]health.Told{told(20, 50)}, health.Global, now); p != nil {
		t.Errorf("twenty days are a past: %+v", p)
	}
}

func TestAnAccountIsHeldAgainstTheClosestCircleWithEnoughScores(t *testing.T) {
	w := &world{values: map[string]float64{}, texts: map[string]string{}, ids: []string{"a", "b", "c", "d", "e", "f", "g"}}
	w.cards = []health.Scorecard{{ID: "use", Label: label("use"), Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{
		{ID: "m", Label: label("m"), Weight: 100, Read: metric.Reading{Metric: "a"}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}}}}}}
	for i, id := range w.ids {
		w.values[key(later, id, "a")] = float64(10 * (i + 1))
	}
	table, err := w.service().Table(context.Background(), health.Question{At: later, Deck: health.Shuffled(w.cards)})
	if err != nil {
		t.Fatal(err)
	}
	row, _ := table.Row("c") // 30; the others 10 20 40 50 60 70
	few := health.Alike{By: []string{"plan"}, Same: func(id string) bool { return id < "e" }}
	all := health.Alike{Same: func(string) bool { return true }}
	p := table.Among(row, []health.Alike{few, all})
	if p == nil || len(p.By) != 0 || p.N != 6 || p.Below != 2 || p.Median != 45 || p.Low != 25 || p.High != 57.5 {
		t.Errorf("%+v", p)
	}
	if p := table.Among(row, []health.Alike{few}); p != nil {
		t.Errorf("three are a circle: %+v", p)
	}
}
