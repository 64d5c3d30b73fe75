package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// When the loader does what.
const (
	loadFacts  = 50_000                 // at most in one transaction
	loadPause  = 100 * time.Millisecond // from one load to the next, so that many single facts share a transaction
	tidyEvery  = 10 * time.Minute
	longestTry = 30 * time.Second
)

// Forever keeps the whole log.
const Forever = time.Duration(-1)

// Loader moves what is in the log into the lake, in order, skipping nothing, and keeps the rollups and the log's length
// in hand. The lake's cursor moves with the facts, so each is loaded exactly once, whatever dies in between.
type Loader struct {
	log  Log
	lake Lake
	keep time.Duration
	now  func() time.Time

	still sync.RWMutex // read-locked while anything is done to the lake or the log's files

	mu     sync.Mutex
	moved  chan struct{} // closed and renewed when health changes
	health LoaderHealth
	oldest int64 // Received of the first fact being loaded, 0 when there is none

	// Only Run's goroutine uses these.
	reader  *log.Reader
	merges  pace
	merging chan merged // of the merge that goes on, nil when none does
	tidied  time.Time
}

// LoaderHealth tells how the loader does.
type LoaderHealth struct {
	// Loaded is the position up to which facts are in the lake; End is where the log ends.
	Loaded, End log.Position
	// Facts counts those loaded since the start.
	Facts uint64
	// Behind is how long the oldest fact that is not loaded has been waiting.
	Behind time.Duration
	// Err is why loading does not go on right now, or nil.
	Err error
	// Stopped says that waiting won't mend it: the facts are safe in the log, and somebody must look.
	Stopped bool
}

// NewLoader makes a loader that works while Run does. What is loaded stays in the log for keep (or Forever).
func NewLoader(l Log, lake Lake, keep time.Duration, now func() time.Time) *Loader {
	return &Loader{log: l, lake: lake, keep: keep, now: now, moved: make(chan struct{})}
}

// Health tells how the loader does.
func (l *Loader) Health() LoaderHealth {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.health
	h.End = l.log.End()
	if l.oldest > 0 && h.Loaded < h.End {
		h.Behind = max(0, l.now().Sub(time.UnixMicro(l.oldest)))
	}
	return h
}

// WaitLoaded returns once everything before pos is in the lake. Errors: ctx's, fault.Unavailable when loading has stopped.
func (l *Loader) WaitLoaded(ctx context.Context, pos log.Position) error {
	for {
		l.mu.Lock()
		h, moved := l.health, l.moved
		l.mu.Unlock()
		if h.Loaded >= pos {
			return nil
		}
		if h.Stopped {
			return fault.Wrap(fault.Unavailable, h.Err, "the facts are accepted and durable, but loading has stopped").
				Mend("the server's log says why")
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("the facts are accepted and durable, but not loaded yet: %w", ctx.Err())
		}
	}
}

// Still runs fn while the loader touches neither the lake nor the log's files: for copying them.
func (l *Loader) Still(fn func() error) error {
	l.still.Lock()
	defer l.still.Unlock()
	return fn()
}

// Run loads until ctx ends. It retries what time may mend, with growing pauses; it returns an error at once when the log
// can't be read or understood, naming the position. Nothing is skipped: the facts stay in the log.
func (l *Loader) Run(ctx context.Context) error {
	defer l.closeReader()
	defer func() {
		if l.merging != nil {
			<-l.merging
		}
	}()
	l.tidied = l.now()
	l.merges = pace{waiting: 1, share: mergeMost, last: l.tidied} // what was loaded before the last stop may not be merged yet
	pause := 100 * time.Millisecond
	for ctx.Err() == nil {
		began := time.Now()
		n, err := l.step(ctx)
		switch {
		case err == nil:
			pause = 100 * time.Millisecond
			l.recovered()
			if n < loadFacts {
				sleep(ctx, loadPause-time.Since(began))
			}
		case ctx.Err() != nil:
		case beyondWaiting(err):
			slog.Error("loading has stopped; the facts are safe in the log", "error", err)
			l.note(func(h *LoaderHealth) { h.Err, h.Stopped = err, true })
			return err
		default:
			slog.Error("facts can't be loaded; trying again", "error", err, "in", pause)
			l.note(func(h *LoaderHealth) { h.Err = err })
			l.closeReader() // the lake's cursor says where to go on, also if the commit got through and its answer didn't
			sleep(ctx, pause)
			pause = min(2*pause, longestTry)
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// beyondWaiting says whether an error stays however often one tries.
func beyondWaiting(err error) bool {
	for _, kind := range []error{fact.ErrRecord, log.ErrCorrupt, log.ErrTrimmed, log.ErrAhead, log.ErrClosed} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// step loads the next batch, or does the housework when there is none. A panic is an error like any other.
func (l *Loader) step(ctx context.Context) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ingest: panic while loading: %v\n%s", p, debug.Stack())
		}
	}()
	if l.reader == nil {
		cursor, err := l.lake.Cursor(ctx)
		if err != nil {
			return 0, fmt.Errorf("ask the lake how far it has loaded: %w", err)
		}
		if l.reader, err = l.log.Read(log.Position(cursor)); err != nil {
			return 0, fmt.Errorf("go on loading at position %d: %w", cursor, err)
		}
		l.note(func(h *LoaderHealth) { h.Loaded = log.Position(cursor) })
	}
	facts, err := l.batch(ctx)
	if err != nil {
		return 0, err
	}
	l.still.RLock()
	defer l.still.RUnlock()
	if len(facts) > 0 {
		if err := l.load(ctx, facts); err != nil {
			return 0, err
		}
	}
	return len(facts), l.housework(ctx, len(facts) == 0)
}

// batch reads what is there, up to loadFacts; when nothing is, it waits for it as long as the housework lets.
func (l *Loader) batch(ctx context.Context) ([]*fact.Fact, error) {
	var facts []*fact.Fact
	for len(facts) < loadFacts {
		at := l.reader.Position()
		raw, _, err := l.reader.TryNext()
		if err == io.EOF {
			if len(facts) > 0 {
				break
			}
			wait, cancel := context.WithTimeout(ctx, mergeIdle)
			raw, _, err = l.reader.Next(wait)
			cancel()
			if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
				return nil, nil
			}
		}
		if err != nil {
			return nil, fmt.Errorf("read the log at position %d: %w", at, err)
		}
		more, err := fact.ReadRecord(raw)
		if err != nil {
			return nil, fmt.Errorf("the record of the log at position %d: %w", at, err)
		}
		if len(facts) == 0 && len(more) > 0 {
			l.mu.Lock()
			l.oldest = more[0].Received
			l.mu.Unlock()
		}
		facts = append(facts, more...)
	}
	return facts, nil
}

func (l *Loader) load(ctx context.Context, facts []*fact.Fact) error {
	end := l.reader.Position()
	if err := l.lake.Load(ctx, facts, uint64(end)); err != nil {
		return fmt.Errorf("load %d facts up to position %d into the lake: %w", len(facts), end, err)
	}
	for _, f := range facts {
		if f.Kind == fact.Events || f.Kind == fact.Pages {
			l.merges.waiting++
		}
	}
	l.note(func(h *LoaderHealth) {
		h.Loaded = end
		h.Facts += uint64(len(facts))
		l.oldest = 0
	})
	return nil
}

// housework merges the rollups when due and, now and then, drops from the log what is kept long enough.
func (l *Loader) housework(ctx context.Context, idle bool) error {
	now := l.now()
	if l.merging != nil {
		select {
		case m := <-l.merging:
			l.merging = nil
			if l.merges.ended(m.at, m.err == nil); m.err != nil {
				return fmt.Errorf("merge the rollups: %w", m.err)
			}
		default:
			return nil
		}
	}
	if now.Sub(l.tidied) >= tidyEvery { // before the next merge: in a flood one follows the other
		if err := l.tidy(ctx, now); err != nil {
			return err
		}
	}
	if l.merges.due(now, idle) {
		l.merge(ctx, now)
	}
	return nil
}

// tidy makes the lake's own files current and drops from the log what is kept long enough; never during a merge, which
// would put the first off.
func (l *Loader) tidy(ctx context.Context, now time.Time) error {
	l.tidied = now
	if err := l.lake.Checkpoint(ctx); err != nil {
		return fmt.Errorf("checkpoint the lake: %w", err)
	}
	if l.keep == Forever {
		return nil
	}
	if _, err := l.log.Trim(l.reader.Position(), now.Add(-l.keep)); err != nil {
		return fmt.Errorf("drop from the log what is loaded and older than %s: %w", l.keep, err)
	}
	return nil
}

// merged is how a merge ended.
type merged struct {
	at  time.Time
	err error
}

// merge begins to merge the rollups; facts are loaded meanwhile.
func (l *Loader) merge(ctx context.Context, now time.Time) {
	over := make(chan merged, 1)
	l.merging = over
	l.merges.begun(now)
	go func() {
		var err error
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("ingest: panic while merging: %v\n%s", p, debug.Stack())
			}
			over <- merged{l.now(), err}
		}()
		l.still.RLock()
		defer l.still.RUnlock()
		err = l.lake.Merge(ctx)
	}()
}

func (l *Loader) recovered() {
	if l.Health().Err != nil {
		l.note(func(h *LoaderHealth) { h.Err = nil })
	}
}

func (l *Loader) closeReader() {
	if l.reader != nil {
		l.reader.Close()
		l.reader = nil
	}
}

func (l *Loader) note(change func(*LoaderHealth)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.health)
	close(l.moved)
	l.moved = make(chan struct{})
}

// eachRecord reads the log from a position to its present end.
func eachRecord(ctx context.Context, l Log, from log.Position, fn func(log.Position, []*fact.Fact) error) error {
	reader, err := l.Read(from)
	if err != nil {
		return fmt.Errorf("read the log from position %d: %w", from, err)
	}
	defer reader.Close()
	for ctx.Err() == nil {
		at := reader.Position()
		raw, _, err := reader.TryNext()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the log at position %d: %w", at, err)
		}
		facts, err := fact.ReadRecord(raw)
		if err != nil {
			return fmt.Errorf("the record of the log at position %d: %w", at, err)
		}
		if err := fn(at, facts); err != nil {
			return err
		}
	}
	return ctx.Err()
}
