package ingest

import (
	"context"

	"github.com/keepwell/keepwell/internal/fact"
)

// Backfill takes in what was received before, for filling a new workspace: each batch keeps the Received of its first
// fact, so the batches must be in that order and nothing may have arrived by Accept since. It returns once all of them
// are durable. Taking the same batches in again adds nothing. Give some ten thousand facts at a time.
func (d *Door) Backfill(ctx context.Context, batches [][]*fact.Fact) error {
	if err := d.awaitReady(ctx); err != nil {
		return err
	}
	var pending []*waiting
	var failed error
	for _, facts := range batches {
		w := &waiting{facts: expand(facts), given: facts[0].Received, done: make(chan struct{})}
		w.duplicate = make([]bool, len(w.facts))
		if failed = d.enqueue(w); failed != nil {
			break
		}
		pending = append(pending, w)
	}
	for _, w := range pending {
		if <-w.done; failed == nil {
			failed = w.err
		}
	}
	return failed
}
