package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/web/home"
)

var _ home.Customers = customers{}

// Signs are what else facts say of accounts.
func (c customers) Signs(ctx context.Context) (map[account.Account]*account.Signs, error) {
	return memory.Remember(ctx, c.memory, "signs", func(ctx context.Context) (map[account.Account]*account.Signs, error) {
		return c.lake.Signs(ctx, c.now())
	})
}

// habits are what accounts of each plan use.
func (c customers) habits(ctx context.Context) (account.Habits, error) {
	return memory.Remember(ctx, c.memory, "habits", func(ctx context.Context) (account.Habits, error) { return c.lake.Habits(ctx, c.now()) })
}
