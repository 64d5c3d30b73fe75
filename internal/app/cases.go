package app

import (
	"context"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/store"
)

// Disagreements are looked for once scores changed bands or somebody judged, but never so often that it takes more than a
// tenth of the time, and every caseLife for what changes no score.
const (
	casePause = 5 * time.Second
	caseLife  = 10 * time.Minute
	caseShare = 10
)

// caseBook follows where the voices about accounts disagree.
type caseBook struct {
	pulse *pulse
	store *store.Store
	now   func() time.Time
	// report hears why they can't be followed.
	report func(error)
}

// Run follows them until ctx ends.
func (b *caseBook) Run(ctx context.Context) error {
	tick := time.NewTicker(casePause)
	defer tick.Stop()
	var last time.Time
	var cost time.Duration
	for {
		began := b.now()
		old := began.Sub(last)
		if old >= caseLife || old >= caseShare*cost && b.pulse.stirred.Swap(false) {
			if err := b.follow(ctx); err != nil && ctx.Err() == nil {
				b.report(err)
			}
			last, cost = b.now(), b.now().Sub(began)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Comments are what people of some accounts wrote lately.
func (s scoring) Comments(ctx context.Context, accounts []string) (map[string][]health.Comment, error) {
	return s.lake.Comments(ctx, s.now(), accounts)
}

// follow listens to all voices once.
func (b *caseBook) follow(ctx context.Context) error {
	table, err := b.pulse.Health(ctx)
	if err != nil {
		return fmt.Errorf("looking for disagreements: %w", err)
	}
	said, err := b.pulse.service.Sayings(ctx, table, b.pulse.LastTold)
	if err != nil {
		return fmt.Errorf("looking for disagreements: %w", err)
	}
	current, err := b.store.Cases(ctx, 0)
	if err != nil {
		return err
	}
	was := map[string]health.CaseState{}
	for _, c := range current {
		was[c.ID] = c.State
	}
	changed := health.Follow(current, said, b.now())
	if len(changed) == 0 {
		return nil
	}
	return b.store.CasesFollow(ctx, changed, func(id string) health.CaseState { return was[id] })
}
