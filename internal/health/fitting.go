package health

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
)

// Fitting tries drafts on accounts. What the scorecards in force look at is known from how they were scored last; what a draft
// looks at besides is read once while somebody works on it, so that another weight, scale or band is answered at once.
type Fitting struct {
	Service *Service
	// Memory keeps what was read; nil keeps nothing.
	Memory *memory.Memory
}

// fitted is one reading of all accounts, or who is in a segment.
type fitted struct {
	read   *metric.Read // whose accounts they are
	column metric.Column
	in     []bool
	unread error // why it can't be told who is in a segment
}

// baseLife is how old the accounts may be that a draft is tried on where nothing is in force and nobody follows them.
const baseLife = 30 * time.Second

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

// read gives what is needed of all accounts, from the present scores, from what is remembered, and for the rest from facts.
func (f *Fitting) read(ctx context.Context, present *Table, n *needs, at time.Time) (*metric.Read, error) {
	base, err := f.base(ctx, present, at)
	if err != nil {
		return nil, err
	}
	known := newNeeds()
	if present != nil && base == present.read {
		known = present.needs
	}
	all := map[string]fitted{}
	var ask needs
	var keys []string
	for _, r := range n.readings {
		if place, ok := known.place[readingKey(r)]; ok {
			all[readingKey(r)] = fitted{read: base, column: base.Columns[place]}
		} else {
			ask.readings, keys = append(ask.readings, r), append(keys, readingKey(r))
		}
	}
	for _, text := range n.segments {
		if place, ok := known.member[text]; ok {
			all[segmentKey(text)] = fitted{read: base, in: base.Members[place], unread: base.Unread[place]}
		} else {
			ask.segments, keys = append(ask.segments, text), append(keys, segmentKey(text))
		}
	}
	found, err := memory.RememberAll(ctx, f.Memory, keys, func(ctx context.Context, missing []int) ([]fitted, error) { return f.fresh(ctx, &ask, missing, at) })
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		all[key] = found[i]
	}
	out := &metric.Read{At: at, Accounts: base.Accounts, IDs: base.IDs, Currency: base.Currency}
	places := map[*metric.Read][]int{}
	for _, r := range n.readings {
		one := all[readingKey(r)]
		out.Columns = append(out.Columns, columnAt(one.column, placesIn(places, one.read, base)))
		out.Currency = cmp.Or(out.Currency, one.read.Currency)
	}
	for _, text := range n.segments {
		one := all[segmentKey(text)]
		in := make([]bool, len(base.IDs))
		for row, place := range placesIn(places, one.read, base) {
			in[row] = place >= 0 && one.in[place]
		}
		out.Members, out.Unread = append(out.Members, in), append(out.Unread, one.unread)
	}
	return out, nil
}

func segmentKey(text string) string { return "segment " + text }

// fresh reads some of what is asked for from facts: readings come first, then segments.
func (f *Fitting) fresh(ctx context.Context, ask *needs, which []int, at time.Time) ([]fitted, error) {
	var readings []metric.Reading
	var segments []string
	for _, i := range which {
		if i < len(ask.readings) {
			readings = append(readings, ask.readings[i])
		} else {
			segments = append(segments, ask.segments[i-len(ask.readings)])
		}
	}
	read, err := f.Service.read(ctx, Question{At: at}, readings, segments)
	if err != nil {
		return nil, err
	}
	var all []fitted
	for i := range readings {
		all = append(all, fitted{read: read, column: read.Columns[i]})
	}
	for i := range segments {
		all = append(all, fitted{read: read, in: read.Members[i], unread: read.Unread[i]})
	}
	return all, nil
}

// base are the accounts: those scored last, or, where nothing is in force and nobody follows them, as they are read now and then.
func (f *Fitting) base(ctx context.Context, present *Table, at time.Time) (*metric.Read, error) {
	if present != nil && len(present.Deck) > 0 {
		return present.read, nil
	}
	return memory.Remember(ctx, f.Memory, memory.Key("accounts", at.Truncate(baseLife).Unix()), func(ctx context.Context) (*metric.Read, error) {
		return f.Service.read(ctx, Question{At: at}, newNeeds().readings, nil)
	})
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
