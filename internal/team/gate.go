package team

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Keys is where keys are kept.
type Keys interface {
	// KeyByHash is the key with a hash, also a revoked one; fault.NotFound when there is none.
	KeyByHash(ctx context.Context, h Hash) (Key, error)
	// KeyUsed notes when a key was last used.
	KeyUsed(ctx context.Context, id string, when time.Time) error
}

const (
	// A key revoked by another process may be used this much longer.
	fresh = 2 * time.Second
	// While keys can't be looked up, those seen before stay good this long, so that taking in facts
	// outlives a restart of the database.
	stale = 10 * time.Minute
	// Use is noted this often.
	noted = time.Minute
	// No lookup keeps a caller waiting longer.
	patience = 3 * time.Second
)

// Gate lets callers in by their key. It remembers keys for a moment: a server under load would otherwise
// ask the store thousands of times a second.
type Gate struct {
	keys   Keys
	report func(error) // hears what went wrong without harm to the caller

	mu   sync.Mutex
	seen map[Hash]sighting
}

type sighting struct {
	key   Key
	read  time.Time // when the store last confirmed it
	noted time.Time // when its use was last noted
}

// NewGate is a gate for keys. report hears of use that could not be noted and of lookups that failed where
// a remembered key did instead.
func NewGate(keys Keys, report func(error)) *Gate {
	return &Gate{keys: keys, report: report, seen: map[Hash]sighting{}}
}

// Admit is the key with that text if it may do what needs an action: fault.Unauthenticated for a missing,
// unknown or revoked key, fault.Forbidden for one of another scope, fault.Unavailable when keys can't be
// looked up.
func (g *Gate) Admit(ctx context.Context, text string, need Action, now time.Time) (Key, error) {
	if !shaped(text) {
		return Key{}, unknown()
	}
	k, err := g.find(ctx, Hashed(text), now)
	if err != nil {
		return Key{}, err
	}
	if !k.Active() {
		return Key{}, unknown()
	}
	if !k.Principal().May(need) {
		return Key{}, fault.New(fault.Forbidden, "this key is for %s, which does not include %s", k.Scope, need).
			Mend("use a key with scope %s", ScopeFor(need))
	}
	g.note(ctx, k, now)
	return k, nil
}

// Forget drops what is remembered, for a key revoked in this process.
func (g *Gate) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.seen)
}

// shaped keeps what can't be a key from the store.
func shaped(text string) bool {
	return strings.HasPrefix(text, "kw_") && len(text) < 100
}

func unknown() error {
	return fault.New(fault.Unauthenticated, "the API key is missing, unknown or revoked").
		Mend("create one with: keepwell key create NAME --scope ingest|read|admin")
}

func (g *Gate) find(ctx context.Context, h Hash, now time.Time) (Key, error) {
	g.mu.Lock()
	was, known := g.seen[h]
	g.mu.Unlock()
	if known && now.Sub(was.read) < fresh {
		return was.key, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	k, err := g.keys.KeyByHash(ctx, h)
	switch {
	case err == nil:
		g.mu.Lock()
		// Only keys that exist are remembered, so strangers can't fill the memory.
		g.seen[h] = sighting{k, now, g.seen[h].noted}
		g.mu.Unlock()
		return k, nil
	case fault.KindOf(err) == fault.NotFound:
		g.mu.Lock()
		delete(g.seen, h)
		g.mu.Unlock()
		return Key{}, unknown()
	case known && now.Sub(was.read) < stale:
		g.report(fault.Wrap(fault.Unavailable, err, "key %s can't be looked up and is let in as last seen", was.key.Hint))
		return was.key, nil
	}
	return Key{}, fault.Wrap(fault.Unavailable, err, "API keys can't be looked up right now").Mend("try again shortly")
}

// note writes down the use of a key once a minute. A caller is not refused because that fails.
func (g *Gate) note(ctx context.Context, k Key, now time.Time) {
	g.mu.Lock()
	s := g.seen[k.Hash]
	due := now.Sub(s.noted) >= noted && now.Sub(k.LastUsed) >= noted
	if due {
		s.noted = now
		g.seen[k.Hash] = s
	}
	g.mu.Unlock()
	if !due {
		return
	}
	// A caller that hangs up has used the key all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := g.keys.KeyUsed(ctx, k.ID, now); err != nil {
		g.report(fault.Wrap(fault.KindOf(err), err, "the use of key %s could not be noted", k.Hint))
	}
}
