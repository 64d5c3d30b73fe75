package ingest

import (
	"context"
	"errors"
	"testing"
)

func TestFeedCountsAndTriesAgain(t *testing.T) {
	store := &memoryFeed{sums: map[string]int{}, err: errors.New("away")}
	f := NewFeed(store)
	f.Saw("key:1", "events", 3, Accepted, noon)
	f.flush(context.Background())
	store.err = nil
	f.Saw("key:1", "events", 2, Accepted, noon)
	f.Saw("key:1", "events", 1, Duplicate, noon)
	f.flush(context.Background())
	if store.sums["key:1 events accepted"] != 5 || store.sums["key:1 events duplicate"] != 1 {
		t.Errorf("%v", store.sums)
	}
}
