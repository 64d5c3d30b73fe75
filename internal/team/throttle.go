package team

import (
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Throttle slows down those who guess: after a few failures each next attempt waits twice as long. Whom failures count
// against is a key such as an account, an address, or both. It remembers in memory only: who restarts the server forgives.
type Throttle struct {
	mu  sync.Mutex
	all map[string]failures
}

type failures struct {
	count int
	last  time.Time
	until time.Time
}

// Pace is how many failures are free and how long one waits at most after more.
type Pace struct {
	Free    int
	Longest time.Duration
}

const (
	forgiven    = time.Hour // after the last failure
	firstWait   = time.Second
	mostWatched = 100_000
)

// Wait is fault.TooMany while one of the keys has to wait.
func (t *Throttle) Wait(now time.Time, keys ...string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var longest time.Duration
	for _, key := range keys {
		longest = max(longest, t.all[key].until.Sub(now))
	}
	if longest > 0 {
		wait := (longest + time.Second - 1).Truncate(time.Second) // callers are told whole seconds
		return fault.New(fault.TooMany, "there were too many attempts").After(wait)
	}
	return nil
}

// Failed counts a failure against a key.
func (t *Throttle) Failed(now time.Time, key string, pace Pace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[string]failures{}
	}
	if len(t.all) >= mostWatched {
		t.trim(now)
	}
	f := t.all[key]
	if now.Sub(f.last) > forgiven {
		f = failures{}
	}
	f.count++
	f.last = now
	if over := f.count - pace.Free; over >= 0 {
		f.until = now.Add(min(firstWait<<min(over, 20), pace.Longest))
	}
	t.all[key] = f
}

// trim forgets who does not have to wait.
func (t *Throttle) trim(now time.Time) {
	for key, f := range t.all {
		if !f.until.After(now) {
			delete(t.all, key)
		}
	}
}

// Passed forgives a key.
func (t *Throttle) Passed(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, key)
}
