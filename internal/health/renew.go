package health

import (
	"context"
	"maps"
	"slices"

	"github.com/keepwell/keepwell/internal/metric"
)

// Renewed is the table with some accounts scored anew by the same deck, and with those that came: what a fact changes shows
// without reading everybody again. The table itself stays as it is.
func (s *Service) Renewed(ctx context.Context, t *Table, q Question) (*Table, error) {
	all, err := s.Keeper.Judgements(ctx)
	if err != nil {
		return nil, err
	}
	fresh, err := s.Reader.Read(ctx, metric.ReadingAsk{At: q.At, Readings: t.needs.readings, Segments: t.needs.segments, Accounts: q.Accounts})
	if err != nil {
		return nil, err
	}
	if fresh.Fails(t.read) { // of nobody then
		return s.Table(ctx, Question{At: q.At, Deck: t.Deck})
	}
	next := *t
	next.At, next.held, next.rows, next.read = q.At, judgedAt(all, q.At), maps.Clone(t.rows), t.read.Clone()
	var touched []int
	for i, id := range fresh.IDs {
		row, known := next.rows[id]
		if !known {
			row = next.read.Grow(fresh.Accounts[i], id)
			next.rows[id] = row
		}
		next.read.Take(row, fresh, i)
		touched = append(touched, row)
	}
	next.read.At, next.IDs = q.At, next.read.IDs
	next.Scores = make([][]Score, len(t.Scores))
	for a := range t.Scores {
		next.Scores[a] = append(slices.Clone(t.Scores[a]), make([]Score, len(next.IDs)-len(t.IDs))...)
	}
	next.cards = nil
	for _, card := range next.Deck {
		next.cards = append(next.cards, next.sources(card))
	}
	for _, row := range touched {
		next.scoreRow(row)
	}
	next.climb()
	return &next, nil
}
