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
	if got := (health.Bands{Good: 70, Average: 40}).Of(69.96); got != health.Good {
		t.Errorf("69.96 is shown as 70, and in the band %s", got)
	}
	b.Dwell = 0
	if s = b.Next(s, 10, day(32)); s.Band != health.Unhealthy || s.Pending != "" {
		t.Errorf("without a dwell: %+v", s)
	}
}

func TestADwellIsDaysOfTheZoneWhateverClocksDo(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	b := health.Bands{Good: 70, Average: 40, Dwell: 7}
	for _, since := range []time.Time{time.Date(2026, 3, 5, 0, 0, 0, 0, zone), time.Date(2026, 10, 29, 0, 0, 0, 0, zone)} { // a week of an hour less, and of one more
		pending := health.Standing{Band: health.Good, Pending: health.Unhealthy, PendingSince: since.UTC()}
		if s := b.Next(pending, 20, since.AddDate(0, 0, 7).Add(-time.Minute)); s.Band != health.Good {
			t.Errorf("a minute before seven days after %s: %+v", since, s)
		}
		if s := b.Next(pending, 20, since.AddDate(0, 0, 7)); s.Band != health.Unhealthy {
			t.Errorf("seven days after %s: %+v", since, s)
		}
	}
}
