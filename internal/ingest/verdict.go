package ingest

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Outcome is what became of a call or a row.
type Outcome string

// The outcomes. Duplicate means an earlier copy is durable; quarantined calls are kept to be mended and replayed;
// refused rows go back to their sender.
const (
	Accepted    Outcome = "accepted"
	Duplicate   Outcome = "duplicate"
	Quarantined Outcome = "quarantined"
	Refused     Outcome = "refused"
)

// Verdict is the answer about one call. Rule and Reason are set when it could not be used.
type Verdict struct {
	MessageID string  `json:"messageId,omitempty"`
	Outcome   Outcome `json:"verdict"`
	Rule      string  `json:"rule,omitempty"`
	Reason    string  `json:"reason,omitempty"`
}

// Recent is a verdict as the start page shows it: of one call (Name is an event's name or what the call was about), or of N
// rows that came together.
type Recent struct {
	At                 time.Time
	Source, Kind, Name string
	N                  int
	Verdict
}

// Sighting counts what a source sent of a kind of fact or call with one outcome, and when the last came.
type Sighting struct {
	Source, Kind string
	Outcome      Outcome
	N            int
	Last         time.Time
}

// FeedStore keeps sightings and the last verdicts, adding to what it has.
type FeedStore interface {
	AddSightings(ctx context.Context, sightings []Sighting) error
	// AddVerdicts gets them oldest first.
	AddVerdicts(ctx context.Context, verdicts []Recent) error
}

const recentKept = 200

// Feed notes what arrives and what became of it: the last verdicts in memory, and once a second these and the counts in
// the store. Noting never waits for the store.
type Feed struct {
	store FeedStore

	mu      sync.Mutex
	counts  map[sightingKey]*Sighting
	recent  [recentKept]Recent
	written int // verdicts ever noted; the next goes to recent[written%recentKept]
	saved   int // of which so many were saved, or are no longer among the last
}

type sightingKey struct {
	source, kind string
	outcome      Outcome
}

// NewFeed makes a feed that saves to store while Run does.
func NewFeed(store FeedStore) *Feed {
	return &Feed{store: store, counts: map[sightingKey]*Sighting{}}
}

// Saw notes n rows that came together and had one outcome.
func (f *Feed) Saw(source, kind string, n int, outcome Outcome, at time.Time) {
	if n == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(Sighting{source, kind, outcome, n, at})
	f.remember(Recent{At: at, Source: source, Kind: kind, N: n, Verdict: Verdict{Outcome: outcome}})
}

func (f *Feed) remember(r Recent) {
	f.recent[f.written%recentKept] = r
	f.written++
}

func (f *Feed) add(s Sighting) {
	key := sightingKey{s.Source, s.Kind, s.Outcome}
	sum, ok := f.counts[key]
	if !ok {
		first := s
		f.counts[key] = &first
		return
	}
	sum.N += s.N
	if s.Last.After(sum.Last) {
		sum.Last = s.Last
	}
}

// note counts the calls of a request and keeps their verdicts for the start page.
func (f *Feed) note(in *intake) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range in.calls {
		r := in.recent(&in.calls[i])
		f.add(Sighting{r.Source, r.Kind, r.Outcome, 1, r.At})
		f.remember(r)
	}
}

// Recent are the last verdicts, newest first.
func (f *Feed) Recent() []Recent {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(f.written, recentKept)
	list := make([]Recent, n)
	for i := range list {
		list[i] = f.recent[(f.written-1-i)%recentKept]
	}
	return list
}

// Noted is how many verdicts were ever noted and saved: whoever waits for it to change finds the counts saved too.
func (f *Feed) Noted() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saved
}

// Run saves counts and verdicts every second until ctx ends, and then once more.
func (f *Feed) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			f.flush(last)
			return
		}
	}
}

// flush saves what is new; what can't be saved now is tried again with the next.
func (f *Feed) flush(ctx context.Context) {
	f.flushCounts(ctx)
	if err := f.flushVerdicts(ctx); err != nil {
		slog.Warn("verdicts can't be saved; trying again", "error", err)
	}
}

// flushVerdicts saves those that are new: in a flood only the last, as nobody sees the others.
func (f *Feed) flushVerdicts(ctx context.Context) error {
	f.mu.Lock()
	till := f.written
	fresh := make([]Recent, 0, min(till-f.saved, recentKept))
	for i := till - cap(fresh); i < till; i++ {
		fresh = append(fresh, f.recent[i%recentKept])
	}
	f.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	if err := f.store.AddVerdicts(ctx, fresh); err != nil {
		return err
	}
	f.mu.Lock()
	f.saved = till
	f.mu.Unlock()
	return nil
}

func (f *Feed) flushCounts(ctx context.Context) {
	f.mu.Lock()
	counts := f.counts
	f.counts = map[sightingKey]*Sighting{}
	f.mu.Unlock()
	if len(counts) == 0 {
		return
	}
	list := make([]Sighting, 0, len(counts))
	for _, s := range counts {
		list = append(list, *s)
	}
	if err := f.store.AddSightings(ctx, list); err != nil {
		slog.Warn("feed sightings can't be saved; trying again", "error", err)
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, s := range list {
			f.add(s)
		}
	}
}
