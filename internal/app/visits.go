package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/memory"
)

// visits are customers as pages show them: what an account's page tells is asked again by every reader and every renewal
// of its figures, and rests on thirty questions.
type visits struct{ customers }

// Profile is what an account's page tells; the caller may change it.
func (v visits) Profile(ctx context.Context, id string) (*account.Profile, error) {
	p, err := memory.Remember(ctx, v.memory, seenBy(ctx, "profile", id), func(ctx context.Context) (*account.Profile, error) { return v.customers.Profile(ctx, id) })
	if err != nil {
		return nil, err
	}
	p = p.Clone()
	book, err := v.Book(ctx)
	if err == nil {
		if now := book.Get(id); now != nil {
			p.Standing = now
		}
	}
	return p, err
}
