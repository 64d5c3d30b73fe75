package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/memory"
)

// clinic is health as pages ask for it: what today's scorecards say of an account's past is remembered, for the chart of a
// history and what splits a step of it ask for the same instants. A family is only asked for by who may see its account.
type clinic struct {
	scoring
	memory *memory.Memory
}

// HealthAt are scores at another instant.
func (c clinic) HealthAt(ctx context.Context, q health.Question) (*health.Table, error) {
	if q.Accounts == nil || q.Deck == nil {
		return c.scoring.HealthAt(ctx, q)
	}
	parts := []any{"health", q.At.UnixMicro(), q.Known, q.Along, q.Accounts}
	for _, card := range q.Deck {
		parts = append(parts, card.ID, card.Version)
	}
	return memory.Remember(ctx, c.memory, memory.Key(parts...), func(ctx context.Context) (*health.Table, error) { return c.scoring.HealthAt(ctx, q) })
}

// HealthChange splits the change of a score.
func (c clinic) HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error) {
	if !q.Today {
		return c.scoring.HealthChange(ctx, q)
	}
	deck, err := c.service.Deck(ctx, c.now())
	if err != nil {
		return health.Change{}, err
	}
	if q, err = c.family(ctx, q); err != nil {
		return health.Change{}, err
	}
	ask := health.Question{At: q.From, Accounts: q.Family, Deck: deck.Only(q.Aspect)}
	early, err := c.HealthAt(ctx, ask)
	if err != nil {
		return health.Change{}, err
	}
	ask.At = q.To
	late, err := c.HealthAt(ctx, ask)
	if err != nil {
		return health.Change{}, err
	}
	for _, card := range late.Deck {
		if early.Deck.Get(card.ID) == nil { // by which the earlier facts are to be scored too
			return c.scoring.HealthChange(ctx, q)
		}
	}
	return health.Split(early, early, late, q.ID, q.Aspect)
}
