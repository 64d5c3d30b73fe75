package health_test

import (
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/health"
)

func TestABandIsShownOnceTheScoreHasBeenInItForTheDwell(t *testing.T) {
	b := health.Bands{Good: 70, Average: 40, Dwell: 7}
	day := func(n int) time.Time { return then.AddDate(0, 0, n) }
	var s health.Standing
	for _, c := range []struct {
		day   int
		score float64
		shown health.Band
	}{
		{0, 20, health.Unhealthy}, {1, 80, health.Good}, // the first one gives way at once: little may have been known
		{8, 80, health.Good}, {9, 30, health.Good}, {12, 75, health.Good}, {13, 30, health.Good}, {19, 30, health.Good}, {20, 30, health.Unhealthy}, // once it stands, another must last
		{21, 50, health.Unhealthy}, {24, 80, health.Unhealthy}, {28, 80, health.Unhealthy}, {31, 80, health.Good}, // in the same band all the time
	} {
		if s = b.Next(s, c.score, day(c.day)); s.Band != c.shown {
			t.Errorf("on day %d with %v: %+v, want %s", c.day, c.score, s, c.shown)
		}
	}
	b.Dwell = 0
	if s = b.Next(s, 10, day(32)); s.Band != health.Unhealthy || s.Pending != "" {
		t.Errorf("without a dwell: %+v", s)
	}
}
