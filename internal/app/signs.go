package app

import (
	"context"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/web/home"
)

var _ home.Customers = customers{}

// signsLife is how long signs are kept: they are of whole days mostly, and everybody opens the first page in the morning.
const signsLife = time.Minute

// signs keeps what the first page's rules rest on.
type signs struct {
	mu    sync.Mutex
	all   map[account.Account]*account.Signs
	since time.Time
}

// Signs are what else facts say of accounts, at most a minute old. Who comes while they are read waits for the same
// reading.
func (c customers) Signs(ctx context.Context) (map[account.Account]*account.Signs, error) {
	s := &c.signs
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := c.now(); s.all == nil || now.Sub(s.since) > signsLife {
		all, err := c.lake.Signs(ctx, now)
		if err != nil {
			return nil, err
		}
		s.all, s.since = all, now
	}
	return s.all, nil
}
