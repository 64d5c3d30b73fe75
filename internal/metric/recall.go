package metric

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
)

// Recall reads accounts as its Service does, and remembers what was read of all of them as known at past instants, since
// that does not change any more: whoever tests a scorecard, changes it and tests it again has only new measures read.
type Recall struct {
	*Service
	// Along is another text whenever history that counts by its own dates may have come along since.
	Along func(ctx context.Context) (string, error)

	mu    sync.Mutex
	basis string
	kept  map[string]*recalled
	order []string // the instant that was remembered first is forgotten first
	held  int      // values
}

// recalled is what is remembered of an instant.
type recalled struct {
	Read
	columns map[string]Column
	members map[string][]bool
	unread  map[string]error
	held    int
}

const (
	// recallMost is how many values are remembered: 64 MB of numbers.
	recallMost = 8 << 20
	// recallAfter is how long ago an instant must be, so that all that was known then has been loaded.
	recallAfter = time.Hour
)

// Read reads accounts. Columns that were remembered are shared: nobody may change them.
func (r *Recall) Read(ctx context.Context, a ReadingAsk) (*Read, error) {
	if !a.Known || a.Accounts != nil || r.Now().Sub(a.At) < recallAfter {
		return r.Service.Read(ctx, a)
	}
	basis, err := r.restsOn(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(a.At.UnixMicro(), a.Along)
	one := r.find(basis, key)
	fresh := a
	fresh.Readings = slices.DeleteFunc(slices.Clone(a.Readings), func(reading Reading) bool { _, known := one.columns[reading.key()]; return known })
	fresh.Segments = slices.DeleteFunc(slices.Clone(a.Segments), func(text string) bool { return one.members[text] != nil })
	if one.IDs == nil || len(fresh.Readings)+len(fresh.Segments) > 0 {
		read, err := r.Service.Read(ctx, fresh)
		if err != nil {
			return nil, err
		}
		if one.IDs != nil && !slices.Equal(one.Accounts, read.Accounts) { // it has changed after all
			return r.Service.Read(ctx, a)
		}
		one = r.keep(basis, key, one, fresh, read)
	}
	out := one.Read
	for _, reading := range a.Readings {
		out.Columns = append(out.Columns, one.columns[reading.key()])
	}
	for _, text := range a.Segments {
		out.Members, out.Unread = append(out.Members, one.members[text]), append(out.Unread, one.unread[text])
	}
	return &out, nil
}

// key is a text that only the same readings have.
func (r Reading) key() string { return fmt.Sprintf("%#v", r) }

// restsOn names all that readings of the past rest on beside facts, and the day.
func (r *Recall) restsOn(ctx context.Context) (string, error) {
	along, err := r.Along(ctx)
	if err != nil {
		return "", err
	}
	conventions, err := r.convention(ctx, "convention", Workspace)
	if err != nil {
		return "", err
	}
	var saved []account.SavedSegment
	if r.Saved != nil {
		if saved, err = r.Saved(ctx); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	fmt.Fprint(&b, along, "\n", r.Currency, "\n", Day.start(r.Now().In(r.Zone)), "\n", map[string]string(conventions))
	for _, s := range saved {
		fmt.Fprint(&b, "\n", s.ID, s.Version, s.Name, s.Deleted)
	}
	for _, d := range r.Catalog.All() {
		if r.Catalog.IsOwn(d.ID) {
			b.WriteString("\n" + d.Source)
		}
	}
	return b.String(), nil
}

// find is what is remembered of an instant, maybe nothing.
func (r *Recall) find(basis, key string) *recalled {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.basis != basis {
		r.basis, r.kept, r.order, r.held = basis, map[string]*recalled{}, nil, 0
	}
	if one := r.kept[key]; one != nil {
		return one
	}
	return &recalled{}
}

// keep remembers what was read beside what was remembered, and gives both.
func (r *Recall) keep(basis, key string, was *recalled, a ReadingAsk, read *Read) *recalled {
	one := &recalled{Read: Read{At: read.At, Known: read.Known, Along: read.Along, Accounts: read.Accounts, IDs: read.IDs, Currency: read.Currency}, columns: map[string]Column{}, members: map[string][]bool{}, unread: maps.Clone(was.unread)}
	if one.IDs == nil {
		one.IDs = []string{}
	}
	if one.unread == nil {
		one.unread = map[string]error{}
	}
	if one.Currency == "" {
		one.Currency = was.Currency
	}
	for text, c := range was.columns {
		one.columns[text] = c
	}
	for text, in := range was.members {
		one.members[text] = in
	}
	for n, reading := range a.Readings {
		one.columns[reading.key()] = read.Columns[n]
	}
	for n, text := range a.Segments {
		one.members[text] = read.Members[n]
		if read.Unread[n] != nil {
			one.unread[text] = read.Unread[n]
		}
	}
	one.held = len(one.IDs) * (len(one.columns) + 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.basis != basis { // it has changed meanwhile
		return one
	}
	if before := r.kept[key]; before != nil {
		r.held -= before.held
	} else {
		r.order = append(r.order, key)
	}
	r.kept[key], r.held = one, r.held+one.held
	for r.held > recallMost {
		r.held -= r.kept[r.order[0]].held
		delete(r.kept, r.order[0])
		r.order = r.order[1:]
	}
	return one
}
