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
		longest time.Duration
		silent  time.Duration
		stopped bool
	}{
		{"busy day and night, short pause", 10_000, 100 * time.Hour, time.Minute, 5 * time.Hour, false},
		{"busy day and night, long pause", 10_000, 100 * time.Hour, time.Minute, 7 * time.Hour, true},
		{"rests at weekends, on Monday", 10_000, 1000 * time.Hour, 64 * time.Hour, 65 * time.Hour, false},
		{"rests at weekends, on Wednesday", 10_000, 1000 * time.Hour, 64 * time.Hour, 97 * time.Hour, true},
		{"in lots once a month, after three weeks", 300, 10_000 * time.Hour, 730 * time.Hour, 500 * time.Hour, false},
		{"too few to have a rhythm", 9, 240 * time.Hour, time.Hour, 1000 * time.Hour, false},
		{"one delivery of many", 5000, 0, 0, 1000 * time.Hour, false},
	} {
		s := Sighting{First: first, Last: first.Add(c.last), Count: c.count, LongestGap: c.longest}
		if got := s.Stopped(s.Last.Add(c.silent)); got != c.stopped {
			t.Errorf("%s: stopped %v, want %v", c.name, got, c.stopped)
		}
	}
}
