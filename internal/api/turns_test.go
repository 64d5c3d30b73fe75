package api

import (
	"context"
	"errors"
	"testing"

	"github.com/keepwell/keepwell/internal/team"
)

func TestWhoAsksMuchLeavesRoomForOthers(t *testing.T) {
	turns := newTurns(4)
	as := func(id string) context.Context {
		return team.WithPrincipal(context.Background(), team.Principal{Kind: team.ByKey, ID: id})
	}
	gone, cancel := context.WithCancel(as("greedy"))
	cancel()
	var ends []func()
	for range 3 {
		end, err := turns.take(as("greedy"))
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	if _, err := turns.take(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a fourth of the same caller: %v", err)
	}
	end, err := turns.take(as("modest"))
	if err != nil {
		t.Fatal("somebody else waits:", err)
	}
	for _, end := range append(ends, end) {
		end()
	}
	if len(turns.all) != 0 || len(turns.of) != 0 {
		t.Errorf("%d turns are still held, %d callers remembered", len(turns.all), len(turns.of))
	}
}
