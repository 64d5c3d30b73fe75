package ingest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

func TestHistoryKeepsWhenItWasReceivedAndIsKnownTheSecondTime(t *testing.T) {
	h := newHouse(t).start()
	begin := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	history := func() (batches [][]*fact.Fact) {
		for hour := range 3 {
			var batch []*fact.Fact
			for i := range 2 {
				f := event(fmt.Sprintf("old-%d-%d", hour, i))
				f.Received = begin.Add(time.Duration(hour) * time.Hour).UnixMicro()
				batch = append(batch, f)
			}
			batches = append(batches, batch)
		}
		return batches
	}
	for range 2 {
		if err := h.door.Backfill(context.Background(), history()); err != nil {
			t.Fatal(err)
		}
	}
	now := h.accept(event("new"))
	h.settle()
	var hours []int
	for _, f := range h.lake.facts {
		if at := time.UnixMicro(f.Received).UTC(); at.Equal(now.Received) {
			hours = append(hours, -1)
		} else {
			hours = append(hours, int(at.Sub(begin)/time.Hour))
		}
	}
	if got := fmt.Sprint(hours); got != "[0 0 1 1 2 2 -1]" {
		t.Errorf("received %s hours after the beginning", got)
	}
}
