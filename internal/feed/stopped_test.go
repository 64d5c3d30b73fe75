package feed

import (
	"testing"
	"time"
)

func TestAFeedStopsWhenItIsSilentFarLongerThanItWas(t *testing.T) {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		count   int64
		last    time.Duration // after first
		silent  time.Duration
		stopped bool
	}{
		{"busy, short pause", 10_000, 100 * time.Hour, 5 * time.Hour, false},
		{"busy, long pause", 10_000, 100 * time.Hour, 7 * time.Hour, true},
		{"daily, a week of silence", 11, 240 * time.Hour, 7 * 24 * time.Hour, false},
		{"daily, two weeks of silence", 11, 240 * time.Hour, 14 * 24 * time.Hour, true},
		{"too few to have a rhythm", 9, 240 * time.Hour, 1000 * time.Hour, false},
		{"one delivery of many", 5000, 0, 1000 * time.Hour, false},
	} {
		s := Sighting{First: first, Last: first.Add(c.last), Count: c.count}
		if got := s.Stopped(s.Last.Add(c.silent)); got != c.stopped {
			t.Errorf("%s: stopped %v, want %v", c.name, got, c.stopped)
		}
	}
}
