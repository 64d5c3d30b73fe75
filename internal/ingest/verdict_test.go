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

func TestVerdictsAreSavedOnceInTheirOrderAndOnlyTheLastOfAFlood(t *testing.T) {
	store := &memoryFeed{sums: map[string]int{}, err: errors.New("away")}
	f := NewFeed(store)
	f.Saw("key:1", "events", 1, Accepted, noon)
	f.flush(context.Background())
	store.err = nil
	f.Saw("key:1", "orders", 1, Accepted, noon)
	f.flush(context.Background())
	f.flush(context.Background())
	if len(store.verdicts) != 2 || store.verdicts[0].Kind != "events" || store.verdicts[1].Kind != "orders" {
		t.Errorf("%+v", store.verdicts)
	}
	store.verdicts = nil
	for i := range 3 * recentKept {
		f.Saw("key:1", "events", i+1, Accepted, noon)
	}
	f.flush(context.Background())
	if len(store.verdicts) != recentKept || store.verdicts[0].N != 2*recentKept+1 || store.verdicts[recentKept-1].N != 3*recentKept {
		t.Errorf("%d saved", len(store.verdicts))
	}
}
