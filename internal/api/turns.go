package api

import (
	"context"
	"sync"

	"github.com/keepwell/keepwell/internal/team"
)

// turns are how many questions are answered at once. One caller alone takes three quarters of them at most, so that whoever
// asks much and dear waits for themselves and not everybody for them.
type turns struct {
	all chan struct{}

	mu sync.Mutex
	of map[string]*share
}

// share is what one caller may take; it is forgotten when nobody holds or waits for it.
type share struct {
	taken chan struct{}
	users int
}

func newTurns(most int) *turns {
	return &turns{all: make(chan struct{}, most), of: map[string]*share{}}
}

// take waits for a turn of the caller that ctx names, and gives what ends it; the error is that of ctx.
func (t *turns) take(ctx context.Context) (end func(), err error) {
	who := team.PrincipalOf(ctx)
	caller := string(who.Kind) + " " + who.ID
	t.mu.Lock()
	own := t.of[caller]
	if own == nil {
		own = &share{taken: make(chan struct{}, max(1, cap(t.all)*3/4))}
		t.of[caller] = own
	}
	own.users++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if own.users--; own.users == 0 {
			delete(t.of, caller)
		}
	}
	select {
	case own.taken <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	select {
	case t.all <- struct{}{}:
	case <-ctx.Done():
		<-own.taken
		leave()
		return nil, ctx.Err()
	}
	return func() {
		<-t.all
		<-own.taken
		leave()
	}, nil
}
