package ingest

import (
	"testing"
	"time"
)

// In a flood, on machines that merge so many events in a second.
func TestAMergeIsAsLongAsTheMachineCanBearInAFlood(t *testing.T) {
	for _, c := range []struct {
		name    string
		rate    int
		longest time.Duration
		share   int
	}{
		{"a fast machine", 4_000_000, mergeLong, mergeMost},
		{"a slow machine", 500_000, 2 * time.Second, 750_000},
		{"one that is hardly fit", 50_000, 20 * time.Second, mergeLeast},
	} {
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		p := pace{share: mergeMost, last: now}
		var longest time.Duration
		for range 2000 {
			p.waiting += 10_000
			now = now.Add(10 * time.Millisecond)
			if p.due(now, false) {
				took := time.Duration(p.waiting) * time.Second / time.Duration(c.rate)
				longest = max(longest, took)
				p.begun(now)
				now = now.Add(took)
				p.ended(now, true)
			}
		}
		if longest > c.longest+c.longest/5 || p.share > c.share || p.share < c.share*9/10 {
			t.Errorf("%s: a merge took %s, %d events are merged at once", c.name, longest, p.share)
		}
	}
}

func TestWhatAMergeThatFailedTookIsStillWaiting(t *testing.T) {
	p := pace{waiting: 7, share: mergeLeast}
	p.begun(time.Unix(0, 0))
	p.waiting += 2
	p.ended(time.Unix(1, 0), false)
	if p.waiting != 9 || !p.due(time.Unix(1, 0), true) {
		t.Errorf("%+v", p)
	}
}

func TestAMergeIsDueWhenIdleOrAfterAWhileAndOnlyForSomething(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		waiting int
		after   time.Duration
		idle    bool
		want    bool
	}{
		{0, time.Hour, true, false},
		{1, time.Second, true, true},
		{1, time.Second, false, false},
		{1, mergeEvery, false, true},
		{mergeLeast, time.Second, false, true},
	} {
		p := pace{waiting: c.waiting, share: mergeLeast, last: start}
		if got := p.due(start.Add(c.after), c.idle); got != c.want {
			t.Errorf("%+v: due is %v", c, got)
		}
	}
}
