// Package memory keeps what pages show and takes long to find, by what was asked, for as long as it may be shown. What
// facts are and who may see what is its callers' matter: a key names everything that its value depends on.
package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/log"
)

// How long what pages show is remembered. What was found in no time is found anew as soon as facts have come. What takes
// longer may be so many times older than it took; older still it is found anew behind its readers' backs, and beyond that
// they wait. While no facts come only the clock makes it older. What somebody asked for within the hour is kept young, so
// that the next reader need not wait; that takes at most a tenth of the time.
const (
	quick    = 20 * time.Millisecond
	youngFor = 10 // times its cost
	oldFor   = 60
	most     = 2 * time.Minute
	life     = 5 * time.Minute // while no facts come
	long     = 15 * time.Minute
	hot      = time.Hour
	share    = 10
	beat     = time.Second
	room     = 500
)

// Memory keeps what was found, under a clock. Its methods may be called from any goroutine.
type Memory struct {
	// Warm asks what is asked most, when Run begins.
	Warm func(context.Context) error

	now    func() time.Time
	loaded func() log.Position
	report func(error)
	wanted chan *memo

	mu    sync.Mutex
	kept  map[string]*memo
	turns int // how often what was known was found anew, or forgotten
}

// Mark is another once what pages show may be: facts came, or what was older than they are has been found anew.
func (m *Memory) Mark() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprint(m.loaded(), m.turns)
}

// memo is one thing that was found.
type memo struct {
	value    any
	at       log.Position // up to where facts are in it
	since    time.Time
	asked    time.Time
	cost     time.Duration
	finding  chan struct{} // closed when it was found; nil: nobody looks for it
	renewing bool          // somebody wants it renewed
	find     func(context.Context) (any, error)
	ctx      context.Context // whose eyes it is found with
}

// New is a memory that knows nothing. loaded is up to where facts are, report hears what could not be found anew.
func New(now func() time.Time, loaded func() log.Position, report func(error)) *Memory {
	return &Memory{now: now, loaded: loaded, report: report, wanted: make(chan *memo, room), kept: map[string]*memo{}}
}

// Remember gives what find finds, or found lately for the same key. The key names everything that it depends on, also what
// who asks may see.
func Remember[V any](ctx context.Context, m *Memory, key string, find func(context.Context) (V, error)) (V, error) {
	value, err := m.get(ctx, key, func(ctx context.Context) (any, error) { return find(ctx) })
	v, _ := value.(V)
	return v, err
}

// age is how old something is, and how it may be used.
type age int

const (
	unknown age = iota
	old         // good enough for who asks, but to be renewed
	young
)

// age judges a memo; callers hold mu.
func (m *Memory) age(one *memo) age {
	if one.since.IsZero() {
		return unknown
	}
	since, same := m.now().Sub(one.since), one.at == m.loaded()
	switch {
	case same && since < life, !same && one.cost >= quick && since < min(youngFor*one.cost, most):
		return young
	case same && since < long, one.cost >= quick && since < min(oldFor*one.cost, most):
		return old
	}
	return unknown
}

func (m *Memory) get(ctx context.Context, key string, find func(context.Context) (any, error)) (any, error) {
	for {
		m.mu.Lock()
		one := m.kept[key]
		if one == nil {
			one = &memo{}
			m.keep(key, one)
		}
		one.asked = m.now()
		age, value, finding := m.age(one), one.value, one.finding
		if age == unknown && finding == nil {
			one.find, one.ctx, one.finding = find, context.WithoutCancel(ctx), make(chan struct{})
			m.mu.Unlock()
			value, err := m.found(ctx, one)
			if errors.Is(ctx.Err(), context.DeadlineExceeded) { // who asks again shall have it
				m.mu.Lock()
				m.want(one)
				m.mu.Unlock()
			}
			return value, err
		}
		if age == old {
			m.want(one)
		}
		m.mu.Unlock()
		if age != unknown {
			return value, nil
		}
		select {
		case <-finding: // by somebody else, who may have failed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// want lets something be found behind its readers' backs; callers hold mu.
func (m *Memory) want(one *memo) {
	if one.finding == nil && !one.renewing {
		select {
		case m.wanted <- one:
			one.renewing = true
		default: // much is wanted already
		}
	}
}

// found finds; finding is the caller's.
func (m *Memory) found(ctx context.Context, one *memo) (value any, err error) {
	at, began, whole := m.loaded(), m.now(), false
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if whole && err == nil {
			if !one.since.IsZero() && one.at != at {
				m.turns++
			}
			one.value, one.at, one.since, one.cost = value, at, began, m.now().Sub(began)
		}
		close(one.finding)
		one.finding, one.renewing = nil, false
	}()
	value, err = one.find(ctx)
	whole = true // it did not panic
	return value, err
}

// keep makes room for a memo by leaving out those that were not asked for the longest; callers hold mu.
func (m *Memory) keep(key string, one *memo) {
	if len(m.kept) >= room {
		var asked []time.Time
		for _, other := range m.kept {
			asked = append(asked, other.asked)
		}
		slices.SortFunc(asked, time.Time.Compare)
		for k, other := range m.kept {
			if !other.asked.After(asked[len(asked)/4]) {
				delete(m.kept, k)
			}
		}
	}
	m.kept[key] = one
}

// Forget drops everything: somebody changed what answers rest on, and wants to see it.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = map[string]*memo{}
	m.turns++
}

// Run renews what is wanted, one at a time, and what was asked for within the hour.
func (m *Memory) Run(ctx context.Context) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	if err := m.Warm(ctx); err != nil && ctx.Err() == nil {
		m.report(err)
	}
	m.unasked()
	var rest time.Time
	for {
		select {
		case one := <-m.wanted:
			m.renew(ctx, one)
		case <-tick.C:
			if one := m.hottest(); one != nil && !m.now().Before(rest) {
				began := m.now()
				m.renew(ctx, one)
				rest = m.now().Add((share - 1) * m.now().Sub(began))
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// unasked says that nobody has asked for what was found before anybody came: a server that nobody reads leaves its
// processors to what arrives.
func (m *Memory) unasked() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.kept {
		one.asked = time.Time{}
	}
}

// hottest is the oldest of what was asked for within the hour and is no longer young.
func (m *Memory) hottest() (hottest *memo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.kept {
		if one.cost < quick || one.finding != nil || m.now().Sub(one.asked) > hot || m.age(one) == young {
			continue
		}
		if hottest == nil || one.since.Before(hottest.since) {
			hottest = one
		}
	}
	return hottest
}

// renew finds a memo anew, with the eyes of who asked for it first. A panic is an error.
func (m *Memory) renew(ctx context.Context, one *memo) {
	m.mu.Lock()
	if one.finding != nil {
		m.mu.Unlock()
		return
	}
	one.finding = make(chan struct{})
	eyes, cancel := context.WithCancel(one.ctx)
	m.mu.Unlock()
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	defer func() {
		if p := recover(); p != nil {
			m.report(fmt.Errorf("panic: %v", p))
		}
	}()
	if _, err := m.found(eyes, one); err != nil && ctx.Err() == nil {
		m.report(err)
	}
}

// Key joins what something depends on.
func Key(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%#v\x00", p)
	}
	return b.String()
}
