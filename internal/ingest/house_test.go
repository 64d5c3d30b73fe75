package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/log"
)

// memoryLake is a lake without SQL that fails when told to.
type memoryLake struct {
	mu          sync.Mutex
	facts       []*fact.Fact
	cursor      uint64
	loads       int
	merges      int
	failBefore  int // so many loads fail without effect
	failAfter   int // so many loads take effect and still report an error
	panicOnLoad bool
}

func (l *memoryLake) Load(_ context.Context, facts []*fact.Fact, cursor uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loads++
	if l.panicOnLoad {
		l.panicOnLoad = false
		panic("a mistake in the lake")
	}
	if l.failBefore > 0 {
		l.failBefore--
		return errors.New("the lake is away")
	}
	l.facts = append(l.facts, facts...)
	l.cursor = cursor
	if l.failAfter > 0 {
		l.failAfter--
		return errors.New("the connection was lost after the commit")
	}
	return nil
}

func (l *memoryLake) Cursor(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cursor, nil
}

func (l *memoryLake) IDs(_ context.Context, fn func(uint64)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.facts {
		fn(f.ID.Low())
	}
	return nil
}

func (l *memoryLake) Merge(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.merges++
	return nil
}

func (l *memoryLake) Checkpoint(context.Context) error { return nil }

func (l *memoryLake) all() []*fact.Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.facts)
}

// text is the whole content of the lake in one order, for comparing.
func (l *memoryLake) text() []string {
	var lines []string
	for _, f := range l.all() {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s %v %s %d", f.Kind.Name, f.ID, f.Time().Format(time.RFC3339), f.Account, f.User, f.Values, f.Properties, f.Flags))
	}
	slices.Sort(lines)
	return lines
}

// house is a door, a loader and a real log over a lake in memory.
type house struct {
	t      testing.TB
	dir    string
	lake   *memoryLake
	log    *log.Log
	onLog  func(*log.Log) Log // what door and loader see instead
	door   *Door
	loader *Loader
	now    func() time.Time
	stop   func()
}

func newHouse(t testing.TB) *house {
	h := &house{t: t, dir: t.TempDir(), lake: &memoryLake{}, now: time.Now, onLog: func(l *log.Log) Log { return l }}
	t.Cleanup(func() { h.stop() })
	return h
}

func (h *house) start() *house {
	h.t.Helper()
	var err error
	if h.log, err = log.Open(h.dir, log.Options{}); err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.door, h.loader = NewDoor(h.onLog(h.log), h.lake, h.now), NewLoader(h.onLog(h.log), h.lake, Forever, h.now)
	var running sync.WaitGroup
	running.Go(func() { h.door.Run(ctx) })
	running.Go(func() { h.loader.Run(ctx) })
	h.stop = func() {
		cancel()
		running.Wait()
		h.log.Close()
		h.stop = func() {}
	}
	return h
}

func (h *house) restart() {
	h.stop()
	h.start()
}

func (h *house) accept(facts ...*fact.Fact) Receipt {
	h.t.Helper()
	receipt, err := h.door.Accept(context.Background(), facts)
	if err != nil {
		h.t.Fatal(err)
	}
	return receipt
}

// settle waits until everything accepted is loaded.
func (h *house) settle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := h.loader.WaitLoaded(ctx, h.log.End()); err != nil {
		h.t.Fatal(err)
	}
}

func event(id string) *fact.Fact {
	f := &fact.Fact{Kind: fact.Events, ID: fact.IDFor(fact.Events, "test", id), At: 1_772_000_000_000_000, Source: "test", User: "u1"}
	f.Set("name", fact.TextValue("Export"))
	return f
}
