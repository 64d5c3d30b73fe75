// Package memory keeps what takes long to find, by what was asked, for as long as a rule says that it may be shown. What facts
// are and who may see what is its callers' matter: a key names everything that its value depends on.
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

const (
	quick = 20 * time.Millisecond
	share = 10
	beat  = time.Second
)

// Memory keeps what was found, under a clock. Its methods may be called from any goroutine.
type Memory struct {
	// Warm asks what is asked most, when Run begins.
	Warm func(context.Context) error

	rule   Rule
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
func New(rule Rule, now func() time.Time, loaded func() log.Position, report func(error)) *Memory {
	return &Memory{rule: rule, now: now, loaded: loaded, report: report, wanted: make(chan *memo, rule.Room), kept: map[string]*memo{}}
}

// Remember gives what find finds, or found lately for the same key. The key names everything that it depends on, also what
// who asks may see. Without a memory it is found each time.
func Remember[V any](ctx context.Context, m *Memory, key string, find func(context.Context) (V, error)) (V, error) {
	if m == nil {
		return find(ctx)
	}
	value, err := m.get(ctx, key, func(ctx context.Context) (any, error) { return find(ctx) })
	v, _ := value.(V)
	return v, err
}

// RememberAll is as Remember for several keys, of which those that are missing are found at once: find gets their places. What is
// old is found anew.
func RememberAll[V any](ctx context.Context, m *Memory, keys []string, find func(ctx context.Context, missing []int) ([]V, error)) ([]V, error) {
	values := make([]V, len(keys))
	var missing []int
	var memos []*memo
	if m == nil {
		for i := range keys {
			missing = append(missing, i)
		}
		return find(ctx, missing)
	}
	m.mu.Lock()
	for i, key := range keys {
		one := m.memo(key)
		if m.age(one) == Young {
			values[i], _ = one.value.(V)
			continue
		}
		missing, memos = append(missing, i), append(memos, one)
	}
	m.mu.Unlock()
	if len(missing) == 0 {
		return values, nil
	}
	at, began := m.loaded(), m.now()
	found, err := find(ctx, missing)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, one := range memos {
		values[missing[n]] = found[n]
		one.value, one.at, one.since, one.cost = found[n], at, began, m.now().Sub(began)
	}
	return values, nil
}

// age judges a memo; callers hold mu.
func (m *Memory) age(one *memo) Age {
	if one.since.IsZero() {
		return TooOld
	}
	return m.rule.Age(m.now().Sub(one.since), one.cost, one.at == m.loaded())
}

// memo is that of a key, asked for now; callers hold mu.
func (m *Memory) memo(key string) *memo {
	one := m.kept[key]
	if one == nil {
		one = &memo{}
		m.keep(key, one)
	}
	one.asked = m.now()
	return one
}

func (m *Memory) get(ctx context.Context, key string, find func(context.Context) (any, error)) (any, error) {
	for {
		m.mu.Lock()
		one := m.memo(key)
		age, value, finding := m.age(one), one.value, one.finding
		if age == TooOld && finding == nil {
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
		if age == Old {
			m.want(one)
		}
		m.mu.Unlock()
		if age != TooOld {
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
	if len(m.kept) >= m.rule.Room {
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

// Run renews what is wanted, one at a time, and what is hot, which takes at most a tenth of the time.
func (m *Memory) Run(ctx context.Context) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	if m.Warm != nil {
		if err := m.Warm(ctx); err != nil && ctx.Err() == nil {
			m.report(err)
		}
		m.unasked()
	}
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

// hottest is the oldest of what is hot and no longer young.
func (m *Memory) hottest() (hottest *memo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.kept {
		if one.cost < quick || one.finding != nil || m.now().Sub(one.asked) >= m.rule.Hot || m.age(one) == Young {
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
