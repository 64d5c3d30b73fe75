package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// Bounds of what waits and of what is written at once.
const (
	maxWaiting      = 4096    // requests
	maxWaitingFacts = 400_000 // of all requests
	maxGroupFacts   = 50_000
	recordBytes     = 8 << 20 // a request with more is written as several records
	startPatience   = 5 * time.Second
)

// Door is where facts go in: it takes out those that are known, writes the others to the log and answers once they are
// durable. All requests that wait at one moment share one write and one sync.
type Door struct {
	log  Log
	lake Lake
	now  func() time.Time

	queue   chan *waiting
	waiting atomic.Int64 // facts
	filled  chan struct{}

	mu     sync.RWMutex
	closed bool
	health DoorHealth

	// Only Run's goroutine uses these.
	seen  Seen
	last  int64 // the latest Received
	buf   []byte
	ends  []int // of the records in buf
	fresh []*fact.Fact
	added []uint64
}

// DoorHealth tells how the door does.
type DoorHealth struct {
	// Ready is false while the door still learns which facts are known.
	Ready bool
	// Known is how many facts are known.
	Known int
	// Err is why facts can't be taken in right now, or nil.
	Err error
	// Accepted and Duplicates count facts since the start.
	Accepted, Duplicates uint64
}

type waiting struct {
	facts     []*fact.Fact
	duplicate []bool
	given     int64 // Received of history, 0 for what arrives now
	received  int64
	end       log.Position
	err       error
	done      chan struct{}
}

// Receipt says what became of a request's facts. All of them are durable.
type Receipt struct {
	// Duplicate says of each fact whether it was known already.
	Duplicate []bool
	// End is the position in the log up to which the lake must have loaded for these facts to show in answers.
	End log.Position
	// Received is when the door took them.
	Received time.Time
}

// NewDoor makes a door that works once Run does. now is the clock.
func NewDoor(l Log, lake Lake, now func() time.Time) *Door {
	return &Door{log: l, lake: lake, now: now, queue: make(chan *waiting, maxWaiting), filled: make(chan struct{})}
}

// Accept takes facts in and returns once they are durable. The facts and what they point to must not change meanwhile;
// afterwards the door keeps nothing of them. Errors: fault.Unavailable when overloaded, starting, stopping, or when the
// log can't be written; then none of the facts was taken.
func (d *Door) Accept(ctx context.Context, facts []*fact.Fact) (Receipt, error) {
	if err := d.awaitReady(ctx); err != nil {
		return Receipt{}, err
	}
	w := &waiting{facts: expand(facts), done: make(chan struct{})}
	w.duplicate = make([]bool, len(w.facts))
	if err := d.enqueue(w); err != nil {
		return Receipt{}, err
	}
	<-w.done // also when ctx ends: Run reads the facts until then
	if w.err != nil {
		return Receipt{}, w.err
	}
	return Receipt{Duplicate: w.duplicate[:len(facts)], End: w.end, Received: time.UnixMicro(w.received).UTC()}, nil
}

func (d *Door) awaitReady(ctx context.Context) error {
	select {
	case <-d.filled:
		return nil
	default:
	}
	patience := time.NewTimer(startPatience)
	defer patience.Stop()
	select {
	case <-d.filled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-patience.C:
		return fault.New(fault.Unavailable, "the server is starting: it still reads which facts are known").After(time.Second)
	}
}

func (d *Door) enqueue(w *waiting) error {
	n := int64(len(w.facts))
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return fault.New(fault.Unavailable, "the server is stopping").After(time.Second)
	}
	if d.waiting.Add(n)-n > maxWaitingFacts {
		d.waiting.Add(-n)
		return overloaded()
	}
	select {
	case d.queue <- w:
		return nil
	default:
		d.waiting.Add(-n)
		return overloaded()
	}
}

func overloaded() error {
	return fault.New(fault.Unavailable, "more facts arrive than can be written").Mend("send again in a second").After(time.Second)
}

// Health tells how the door does.
func (d *Door) Health() DoorHealth {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.health
}

// Run learns which facts are known, then takes in until ctx ends; requests that wait by then are still answered.
func (d *Door) Run(ctx context.Context) {
	defer d.close()
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		err := d.fill(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		slog.Error("the door can't learn which facts are known; it tries again", "error", err)
		d.note(func(h *DoorHealth) { h.Err = err })
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
	d.note(func(h *DoorHealth) { *h = DoorHealth{Ready: true, Known: d.seen.Len()} })
	close(d.filled)
	for {
		select {
		case w := <-d.queue:
			d.commit(d.gather(w))
		case <-ctx.Done():
			return
		}
	}
}

// close shuts the door and answers who still waits.
func (d *Door) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	for {
		select {
		case w := <-d.queue:
			d.commit(d.gather(w))
		default:
			return
		}
	}
}

// fill reads the ids of what is loaded and of what the log holds beyond it.
func (d *Door) fill(ctx context.Context) error {
	cursor, err := d.lake.Cursor(ctx) // before IDs: facts loaded in between are then met twice, not missed
	if err != nil {
		return fmt.Errorf("ask the lake how far it has loaded: %w", err)
	}
	if err := d.lake.IDs(ctx, func(low uint64) { d.seen.Add(low) }); err != nil {
		return fmt.Errorf("read the ids of the lake: %w", err)
	}
	return eachRecord(ctx, d.log, log.Position(cursor), func(_ log.Position, facts []*fact.Fact) error {
		for _, f := range facts {
			d.seen.Add(f.ID.Low())
			d.last = max(d.last, f.Received)
		}
		return nil
	})
}

// gather takes whoever else waits, up to what is written at once.
func (d *Door) gather(first *waiting) []*waiting {
	group := []*waiting{first}
	for facts := len(first.facts); facts < maxGroupFacts; {
		select {
		case w := <-d.queue:
			group = append(group, w)
			facts += len(w.facts)
		default:
			return group
		}
	}
	return group
}

// commit writes what is new in the group, with one sync, and answers everyone in it.
func (d *Door) commit(group []*waiting) {
	d.added = d.added[:0]
	end, err := d.write(group)
	known, duplicates := len(d.added), 0
	if err != nil {
		// Nothing of the group is in the log, so its ids are not known.
		for _, id := range d.added {
			d.seen.Remove(id)
		}
		slog.Error("facts can't be written to the log", "error", err)
		err = fault.Wrap(fault.Unavailable, err, "the facts could not be written to the disk").
			Mend("send them again; if it stays, the server's log says what to do").After(time.Second)
		known = 0
	}
	for _, w := range group {
		duplicates += len(w.facts)
		w.received, w.end, w.err = d.last, end, err
		d.waiting.Add(-int64(len(w.facts)))
	}
	d.note(func(h *DoorHealth) {
		if h.Err = err; err == nil {
			h.Accepted += uint64(known)
			h.Duplicates += uint64(duplicates - known)
			h.Known = d.seen.Len()
		}
	})
	for _, w := range group { // last: who was answered may ask how the door does
		close(w.done)
	}
}

// write finds what is new and appends it. A panic here is an error like a full disk: the group is answered and the
// next one tried.
func (d *Door) write(group []*waiting) (end log.Position, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("ingest: panic while writing facts: %v\n%s", p, debug.Stack())
		}
	}()
	at := d.now()
	d.buf, d.ends = d.buf[:0], d.ends[:0]
	for _, w := range group {
		d.fresh = d.fresh[:0]
		weight := 0
		if w.given > 0 {
			d.last = max(d.last, w.given)
		} else {
			d.last = max(d.last, at.UnixMicro()) // also when the clock is set back, received never is
		}
		for i, f := range w.facts {
			id := f.ID.Low()
			if !d.seen.Add(id) {
				w.duplicate[i] = true
				continue
			}
			d.added = append(d.added, id)
			d.fresh = append(d.fresh, f)
			if weight += size(f); weight > recordBytes {
				d.record()
				weight = 0
			}
		}
		d.record()
	}
	if len(d.ends) == 0 {
		return d.log.End(), nil
	}
	records := make([][]byte, len(d.ends))
	start := 0
	for i, end := range d.ends {
		records[i] = d.buf[start:end]
		start = end
	}
	if end, err = d.log.Append(records, at); err != nil {
		return 0, err
	}
	if cap(d.buf) > 4*recordBytes {
		d.buf = nil // a rare large group is not worth keeping its room
	}
	return end, nil
}

// record writes the fresh facts of one request as one record.
func (d *Door) record() {
	if len(d.fresh) > 0 {
		d.buf = fact.AppendRecord(d.buf, d.last, d.fresh[0].Source, d.fresh)
		d.ends = append(d.ends, len(d.buf))
		d.fresh = d.fresh[:0]
	}
}

// size is about how many bytes a fact takes in the log.
func size(f *fact.Fact) int {
	n := 64 + len(f.Properties) + len(f.Account) + len(f.User)
	for i := range f.Values {
		n += 8 + len(f.Values[i].Text)
	}
	return n
}

func (d *Door) note(change func(*DoorHealth)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.health)
}
