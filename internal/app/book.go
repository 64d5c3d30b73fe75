package app

import (
	"context"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// How old the book of accounts may be while somebody reads it: two seconds, or so much that reading it anew takes at most
// a tenth of the time. What no fact changes (a day passes, an invoice falls due) shows within bookLife.
const (
	bookPause = 2 * time.Second
	bookShare = 10
	bookLife  = 5 * time.Minute
)

// books keeps a nearly current book of all accounts in memory, so that filtering and sorting a hundred thousand of them
// asks nothing of the lake.
type books struct {
	read   func(ctx context.Context, only []string) ([]*account.Standing, string, error)
	own    func(ctx context.Context, name string) (map[account.Account]string, error)
	loaded func() log.Position
	now    func() time.Time
	report func(error)
	wanted chan struct{} // room for one

	reading sync.Mutex // held while the lake is read

	mu    sync.Mutex
	book  *account.Book
	at    log.Position // up to where facts are in it
	since time.Time    // when it was read
	cost  time.Duration
	err   error // why there is none
	ready chan struct{}
	ofOwn map[string]map[account.Account]string // own traits of this book
}

func newBooks() *books { return &books{wanted: make(chan struct{}, 1), ready: make(chan struct{})} }

// Run reads the book at once and whenever somebody wants a newer one.
func (b *books) Run(ctx context.Context) error {
	for {
		if err := b.renew(ctx); err != nil && ctx.Err() == nil {
			b.report(err)
		}
		select {
		case <-b.wanted:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *books) renew(ctx context.Context) error {
	b.reading.Lock()
	defer b.reading.Unlock()
	at, began := b.loaded(), b.now()
	all, currency, err := b.read(ctx, nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.since, b.cost = b.now(), b.now().Sub(began)
	if b.err = err; err == nil {
		b.set(account.NewBook(began, currency, all), at)
	}
	select {
	case <-b.ready:
	default:
		close(b.ready)
	}
	return err
}

func (b *books) set(book *account.Book, at log.Position) {
	b.book, b.at, b.ofOwn = book, at, map[string]map[account.Account]string{}
}

// Book is the present book. It is renewed behind the reader's back when facts have come since.
func (b *books) Book(ctx context.Context) (*account.Book, error) {
	select {
	case <-b.ready:
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "the accounts are still being read").After(time.Second)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	age := b.now().Sub(b.since)
	if age >= max(bookPause, bookShare*b.cost) && (b.err != nil || b.at != b.loaded() || age >= bookLife) {
		select {
		case b.wanted <- struct{}{}:
		default: // is wanted already
		}
	}
	if b.book == nil {
		return nil, b.err
	}
	return b.book, nil
}

// look reads some accounts anew, now.
func (b *books) look(ctx context.Context, ids []string) error {
	b.reading.Lock()
	defer b.reading.Unlock()
	fresh, _, err := b.read(ctx, ids)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.book != nil {
		b.set(b.book.With(fresh), b.at)
	}
	return nil
}

// ownTrait is a sender's own trait of all accounts, read once for each book.
func (b *books) ownTrait(ctx context.Context, name string) (map[account.Account]string, error) {
	b.mu.Lock()
	kept := b.ofOwn
	values, ok := kept[name]
	b.mu.Unlock()
	if ok {
		return values, nil
	}
	values, err := b.own(ctx, name)
	if err == nil && kept != nil {
		b.mu.Lock()
		kept[name] = values
		b.mu.Unlock()
	}
	return values, err
}
