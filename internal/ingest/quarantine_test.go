package ingest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

func TestHeldCallsAreMendedAndReplayedAsOfTheirArrival(t *testing.T) {
	h := newSegment(t)
	h.verdicts("batch", `{"batch":[{"type":"trakc","messageId":"1","event":"A","userId":"u","timestamp":"2026-03-01T10:00:00Z"}],"sentAt":"2026-03-01T10:00:00Z","context":{"groupId":"a"}}`)
	h.verdicts("batch", `{"batch":[{"type":"trakc","messageId":"1","event":"A","userId":"u","timestamp":"2026-03-01T10:00:00Z"}],"sentAt":"2026-03-01T10:00:00Z","context":{"groupId":"a"}}`)
	if len(h.quarantine.calls) != 1 {
		t.Fatalf("%d calls held, want 1", len(h.quarantine.calls))
	}
	held := h.quarantine.calls[0]
	h.segment.Now = func() time.Time { return noon.AddDate(0, 0, 3) }
	ctx := context.Background()
	if v, err := h.segment.Replay(ctx, held.ID, nil); err != nil || v.Outcome != Quarantined {
		t.Errorf("unmended: %+v %v", v, err)
	}
	if _, err := h.segment.Replay(ctx, held.ID, []byte(`{"type":`)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("broken: %v", err)
	}
	mended := bytes.Replace(held.Raw, []byte("trakc"), []byte("track"), 1)
	if v, err := h.segment.Replay(ctx, held.ID, mended); err != nil || v.Outcome != Accepted {
		t.Errorf("mended: %+v %v", v, err)
	}
	if _, err := h.segment.Replay(ctx, held.ID, mended); fault.KindOf(err) != fault.Conflict {
		t.Errorf("again: %v", err)
	}
	if got := h.facts(); got[0] != `events 2026-03-01T12:00:00Z account=a user=u name=A` {
		t.Errorf("%v", got)
	}
	if h.quarantine.calls[0].ReplayedAt.IsZero() {
		t.Error("it still waits")
	}
}
