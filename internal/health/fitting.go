package health

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/metric"
)

// Fitting tries drafts on accounts. What the scorecards in force look at is known from how they were scored last; what a draft
// looks at besides is read once while somebody works on it, so that another weight, scale or band is answered at once.
type Fitting struct {
	Service *Service

	mu    sync.Mutex
	kept  map[string]fitted // by reading or segment
	whole *metric.Read      // the accounts, where no scorecard is in force
	since time.Time         // of whole
	turns int               // how often all was forgotten
}

// fitted is one reading of all accounts, or who is in a segment.
type fitted struct {
	read   *metric.Read // whose accounts they are
	column metric.Column
	in     []bool
	unread error // why it can't be told who is in a segment
	since  time.Time
}

// fittingLife is how old a reading may be that a draft is tried on.
const fittingLife = 5 * time.Minute

// Forget drops what was read: something that readings rest on has changed.
func (f *Fitting) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept, f.whole = nil, nil
	f.turns++
}

// Preview is as Service.Preview, beside the present scores.
func (f *Fitting) Preview(ctx context.Context, present *Table, draft Scorecard, at time.Time, mine func(id string) bool, limit int) (*Preview, *Table, error) {
	now, err := f.Service.Deck(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	rivals := now.rivalsOf(draft)
	judgements, err := f.Service.Keeper.Judgements(ctx)
	if err != nil {
		return nil, nil, err
	}
	decks := []Deck{rivals, rivals.With(draft)}
	n := needsOf(decks...)
	read, err := f.read(ctx, present, n, at)
	if err != nil {
		return nil, nil, fmt.Errorf("reading what scorecards look at: %w", err)
	}
	var tables []*Table
	for _, d := range decks {
		tables = append(tables, newTable(d.aspects(), d, read, n, judgedAt(judgements, at)))
	}
	return preview(draft, tables[0], tables[1], mine, limit), tables[1], nil
}

// Range is as Service.Range.
func (f *Fitting) Range(ctx context.Context, present *Table, r metric.Reading, at time.Time, mine func(id string) bool) (Range, error) {
	n := newNeeds()
	n.read(r)
	read, err := f.read(ctx, present, n, at)
	if err != nil {
		return Range{}, err
	}
	return rangeOf(&read.Columns[n.place[readingKey(r)]], read.IDs, mine), nil
}

// read gives what is needed of all accounts, from the present scores, from what is kept, and for the rest from facts.
func (f *Fitting) read(ctx context.Context, present *Table, n *needs, at time.Time) (*metric.Read, error) {
	base, err := f.base(ctx, present, at)
	if err != nil {
		return nil, err
	}
	var ask needs
	f.mu.Lock()
	kept, turns := map[string]fitted{}, f.turns
	for _, r := range n.readings {
		if one, ok := f.known(base, present, readingKey(r), at); ok {
			kept[readingKey(r)] = one
		} else {
			ask.readings = append(ask.readings, r)
		}
	}
	for _, text := range n.segments {
		if one, ok := f.known(base, present, "segment "+text, at); ok {
			kept["segment "+text] = one
		} else {
			ask.segments = append(ask.segments, text)
		}
	}
	f.mu.Unlock()
	currency := base.Currency
	if len(ask.readings)+len(ask.segments) > 0 {
		fresh, err := f.Service.read(ctx, Question{At: at}, ask.readings, ask.segments)
		if err != nil {
			return nil, err
		}
		for i, r := range ask.readings {
			kept[readingKey(r)] = fitted{read: fresh, column: fresh.Columns[i], since: at}
		}
		for i, text := range ask.segments {
			kept["segment "+text] = fitted{read: fresh, in: fresh.Members[i], unread: fresh.Unread[i], since: at}
		}
		currency = cmp.Or(currency, fresh.Currency)
		f.keep(kept, turns, at)
	}
	out := &metric.Read{At: at, Accounts: base.Accounts, IDs: base.IDs, Currency: currency}
	places := map[*metric.Read][]int{}
	for _, r := range n.readings {
		one := kept[readingKey(r)]
		out.Columns = append(out.Columns, columnAt(one.column, placesIn(places, one.read, base)))
		out.Currency = cmp.Or(out.Currency, one.read.Currency)
	}
	for _, text := range n.segments {
		one := kept["segment "+text]
		in := make([]bool, len(base.IDs))
		for row, place := range placesIn(places, one.read, base) {
			in[row] = place >= 0 && one.in[place]
		}
		out.Members, out.Unread = append(out.Members, in), append(out.Unread, one.unread)
	}
	return out, nil
}

// base are the accounts: those scored last, or, where nothing is in force and nobody follows them, as they are read now and then.
func (f *Fitting) base(ctx context.Context, present *Table, at time.Time) (*metric.Read, error) {
	if present != nil && len(present.Deck) > 0 {
		return present.read, nil
	}
	f.mu.Lock()
	whole, fresh, turns := f.whole, at.Sub(f.since) < fittingLife/10, f.turns
	f.mu.Unlock()
	if whole != nil && fresh {
		return whole, nil
	}
	n := newNeeds()
	read, err := f.Service.read(ctx, Question{At: at}, n.readings, nil)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.turns == turns {
		f.whole, f.since = read, at
	}
	return read, nil
}

// known is a reading that the base has, or one that is kept; callers hold mu.
func (f *Fitting) known(base *metric.Read, present *Table, key string, at time.Time) (fitted, bool) {
	if present != nil && base == present.read {
		if n, ok := present.needs.place[key]; ok {
			return fitted{read: base, column: base.Columns[n]}, true
		}
		if text, is := strings.CutPrefix(key, "segment "); is {
			if n, ok := present.needs.member[text]; ok {
				return fitted{read: base, in: base.Members[n], unread: base.Unread[n]}, true
			}
		}
	} else if n, ok := newNeeds().place[key]; ok {
		return fitted{read: base, column: base.Columns[n]}, true
	}
	one, ok := f.kept[key]
	return one, ok && at.Sub(one.since) < fittingLife
}

// keep remembers what was read from facts, and forgets what is too old.
func (f *Fitting) keep(all map[string]fitted, turns int, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.turns != turns {
		return
	}
	if f.kept == nil {
		f.kept = map[string]fitted{}
	}
	for key, one := range f.kept {
		if at.Sub(one.since) >= fittingLife {
			delete(f.kept, key)
		}
	}
	for key, one := range all {
		if !one.since.IsZero() {
			f.kept[key] = one
		}
	}
}

// placesIn are where the accounts of a reading stand in another, -1 where they don't.
func placesIn(known map[*metric.Read][]int, read, base *metric.Read) []int {
	if places, ok := known[read]; ok {
		return places
	}
	places := make([]int, len(base.IDs))
	same := slices.Equal(read.IDs, base.IDs)
	by := map[string]int{}
	if !same {
		for i, id := range read.IDs {
			by[id] = i
		}
	}
	for row, id := range base.IDs {
		place, ok := by[id]
		if places[row] = place; same {
			places[row] = row
		} else if !ok {
			places[row] = -1
		}
	}
	known[read] = places
	return places
}

// columnAt are the values of a column at some places; not known where there is none.
func columnAt(c metric.Column, places []int) metric.Column {
	out := metric.Column{Value: make([]float64, len(places)), Problem: c.Problem}
	if c.Before != nil {
		out.Before = make([]float64, len(places))
	}
	if c.Texts != nil {
		out.Texts = make([]string, len(places))
	}
	if c.Age != nil {
		out.Age = make([]int, len(places))
	}
	for row, place := range places {
		if place < 0 {
			if out.Value[row] = math.NaN(); out.Before != nil {
				out.Before[row] = math.NaN()
			}
			continue
		}
		out.Value[row] = c.Value[place]
		if c.Before != nil {
			out.Before[row] = c.Before[place]
		}
		if c.Texts != nil {
			out.Texts[row] = c.Texts[place]
		}
		if c.Age != nil {
			out.Age[row] = c.Age[place]
		}
	}
	return out
}
