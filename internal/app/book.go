package app

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// How old the book of accounts may be while somebody reads it: two seconds, or so much that reading it anew takes at most
// a tenth of the time. While nobody does it is renewed every half minute, so that the first reader need not wait; one who
// would see an older book than bookOld waits for a new one, and so does whoever reads a book that is read in no time, or
// one that was read before there was any account. What no fact changes (a day passes, an invoice falls due)
// shows within bookLife.
const (
	bookPause = 2 * time.Second
	bookShare = 10
	bookIdle  = 30 * time.Second
	bookOld   = 40 * time.Second
	bookQuick = 100 * time.Millisecond
	bookLife  = 5 * time.Minute
)

// books keeps a nearly current book of all accounts in memory, so that filtering and sorting a hundred thousand of them
// asks nothing of the lake.
type books struct {
	read   func(ctx context.Context, only []string) ([]*account.Standing, string, error)
	among  func(ctx context.Context, segment string) ([]string, error)
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
	turns int                        // how often the book was another
	err   error                      // why there is none
	moved chan struct{}              // closed and renewed when the book was read
	in    map[string]map[string]bool // who is in a segment, by its text, while this book lasts
}

func newBooks() *books { return &books{wanted: make(chan struct{}, 1), moved: make(chan struct{})} }

// Run reads the book at once, whenever somebody wants a newer one, and now and then.
func (b *books) Run(ctx context.Context) error {
	tick := time.NewTicker(bookIdle)
	defer tick.Stop()
	for {
		if err := b.renew(ctx); err != nil && ctx.Err() == nil {
			b.report(err)
		}
		for waiting := true; waiting; {
			select {
			case <-b.wanted:
				waiting = false
				b.mu.Lock()
				early := max(bookPause, bookShare*b.cost) - b.now().Sub(b.since)
				b.mu.Unlock()
				select {
				case <-time.After(early): // who asked so early hears of it as news
				case <-ctx.Done():
					return ctx.Err()
				}
			case <-tick.C:
				b.mu.Lock()
				waiting = !b.stale(bookIdle / 2)
				b.mu.Unlock()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// stale says whether the book lacks something, has been so long enough, and may be read again. Callers hold mu.
func (b *books) stale(age time.Duration) bool {
	old := b.now().Sub(b.since)
	return old >= max(age, bookShare*b.cost) && (b.err != nil || b.at != b.loaded() || old >= bookLife)
}

// want asks for a newer book.
func (b *books) want() {
	select {
	case b.wanted <- struct{}{}:
	default: // is wanted already
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
	close(b.moved)
	b.moved = make(chan struct{})
	return err
}

func (b *books) set(book *account.Book, at log.Position) {
	b.book, b.at, b.in = book, at, map[string]map[string]bool{}
	b.turns++
}

// mark is another once the book is.
func (b *books) mark() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strconv.Itoa(b.turns)
}

// Book is the present book. It is renewed behind the reader's back when facts have come since.
func (b *books) Book(ctx context.Context) (*account.Book, error) {
	b.mu.Lock()
	if b.book != nil && !b.stale(bookPause) {
		defer b.mu.Unlock()
		if b.at != b.loaded() {
			b.want()
		}
		return b.book, nil
	}
	if b.book != nil || b.err != nil { // the first one is being read as it is
		b.want()
	}
	wait := b.book == nil || b.stale(bookOld) || b.cost < bookQuick || len(b.book.All) == 0
	moved := b.moved
	b.mu.Unlock()
	if wait {
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "the accounts are still being read").After(time.Second)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
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

// members are the ids of accounts in a segment, counted once for each book.
func (b *books) members(ctx context.Context, segment string) (map[string]bool, error) {
	b.mu.Lock()
	kept := b.in
	in, ok := kept[segment]
	b.mu.Unlock()
	if ok {
		return in, nil
	}
	ids, err := b.among(ctx, segment)
	if err != nil {
		return nil, err
	}
	in = make(map[string]bool, len(ids))
	for _, id := range ids {
		in[id] = true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if kept != nil && len(kept) < segmentsKept {
		kept[segment] = in
	}
	return in, nil
}

// segmentsKept bounds what one book remembers.
const segmentsKept = 200
