// Package live tells open pages that there is something new, over one stream of events for each browser: only which thing
// is another than it was, never what it is. What is new the parts of pages ask for themselves, with the rights of whoever
// looks at them.
//
// What can be new is named by whoever makes the News (app); which part of a page waits for which of it stands beside the
// part, in data-live.
package live

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// How often News look whether something is another than it was, how many streams there may be at a time, and how many of
// one reader: a browser needs one, and one for each window where it can't share (see live.js).
const (
	lookEvery   = 200 * time.Millisecond
	mostStreams = 2000
	mostOfOne   = 20
)

// News knows how often each of some things has changed.
type News struct {
	things map[string]func() string

	mu       sync.Mutex
	last     map[string]string // as each thing was when it was looked at
	versions map[string]int64
	text     string        // the versions, as they are sent
	moved    chan struct{} // closed and renewed when one changes
	wanted   chan struct{} // room for one: somebody listens
	streams  map[string]int
	all      int
	over     chan struct{} // closed by Close
	closed   bool
}

// NewNews are news of some things, each told by a function that is cheap, never waits, and answers with another text once
// the thing is another; the first is asked for with the first reader. Versions begin at the instant now, so that a server's never equal those of the one before it.
func NewNews(now time.Time, things map[string]func() string) *News {
	n := &News{things: things, last: map[string]string{}, versions: map[string]int64{}, moved: make(chan struct{}), wanted: make(chan struct{}, 1),
		streams: map[string]int{}, over: make(chan struct{})}
	for name := range things {
		n.versions[name] = now.UnixMilli()
	}
	n.write()
	return n
}

// Now is the version of each thing as JSON, as it is this instant.
func (n *News) Now() string {
	n.look()
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text
}

// Run looks at the things as long as somebody listens, until ctx ends.
func (n *News) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		n.mu.Lock()
		heard := n.all > 0
		n.mu.Unlock()
		if heard {
			n.look()
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
			continue
		}
		select {
		case <-n.wanted:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close ends all streams, so that a server that stops need not wait for them.
func (n *News) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.closed = true
		close(n.over)
	}
}

func (n *News) look() {
	found := make(map[string]string, len(n.things))
	for name, thing := range n.things {
		found[name] = thing()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	changed := false
	for name, text := range found {
		if text != n.last[name] {
			n.last[name], changed = text, true
			n.versions[name]++
		}
	}
	if changed {
		n.write()
		close(n.moved)
		n.moved = make(chan struct{})
	}
}

// write puts the versions into words. Callers hold mu, or nobody else has n yet.
func (n *News) write() {
	raw, _ := json.Marshal(n.versions) // texts and numbers
	n.text = string(raw)
}

// join counts a stream of a reader; false: there are too many.
func (n *News) join(reader string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all >= mostStreams || n.streams[reader] >= mostOfOne {
		return false
	}
	n.all++
	n.streams[reader]++
	select {
	case n.wanted <- struct{}{}:
	default: // it is known
	}
	return true
}

func (n *News) leave(reader string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all--
	if n.streams[reader]--; n.streams[reader] == 0 {
		delete(n.streams, reader)
	}
}

// latest is what there is to be told now, and what is closed when that is no longer so.
func (n *News) latest() (string, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text, n.moved
}
