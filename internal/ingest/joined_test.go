package ingest

import (
	"fmt"
	"testing"

	"github.com/keepwell/keepwell/internal/log"
)

func tracked(message, user, account, at string) string {
	return fmt.Sprintf(`{"event":"Export","messageId":%q,"userId":%q,"context":{"groupId":%q},"timestamp":%q}`, message, user, account, at)
}

func TestCallsOfAnHourSayOnceWhoBelongsWhere(t *testing.T) {
	h := newSegment(t)
	for i, c := range []struct{ user, account, at string }{
		{"u", "a", "2026-03-01T10:05:00Z"},
		{"u", "a", "2026-03-01T10:55:00Z"},
		{"u", "b", "2026-03-01T10:56:00Z"},
		{"v", "a", "2026-03-01T10:57:00Z"},
		{"u", "a", "2026-03-01T11:01:00Z"},
		{"u", "a", "2026-03-01T10:59:00Z"},
	} {
		h.verdicts("track", tracked(fmt.Sprint(i), c.user, c.account, c.at))
	}
	var got []string
	for _, line := range h.facts() {
		if line[:6] == "member" {
			got = append(got, line)
		}
	}
	want := []string{
		"memberships 2026-03-01T10:00:00Z account=a user=u status=joined",
		"memberships 2026-03-01T10:00:00Z account=b user=u status=joined",
		"memberships 2026-03-01T10:00:00Z account=a user=v status=joined",
		"memberships 2026-03-01T11:00:00Z account=a user=u status=joined",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q", got)
	}
	if health := h.door.Health(); health.Duplicates != 0 {
		t.Errorf("the door was asked %d times again", health.Duplicates)
	}
}

func TestAMembershipThatWasNotWrittenIsSaidAgain(t *testing.T) {
	h := newSegment(t)
	h.stop()
	full := &fullLog{full: log.ErrFull}
	h.onLog = func(l *log.Log) Log { full.Log = l; return full }
	h.start()
	h.segment.Door, h.segment.Loader, h.segment.Now = h.door, h.loader, h.now
	if status, _, _ := h.post("track", tracked("1", "u", "a", "2026-03-01T10:05:00Z")); status != 503 {
		t.Fatalf("a full disk answers %d", status)
	}
	full.set(nil)
	h.verdicts("track", tracked("2", "u", "a", "2026-03-01T10:06:00Z"))
	if facts := h.facts(); len(facts) != 2 {
		t.Errorf("got %q", facts)
	}
}

func TestTensOfThousandsWhoBelongSomewhereAreRemembered(t *testing.T) {
	var j joined
	const n = 20_000
	for i := range n {
		j.add(joining("key:1", fmt.Sprint("a", i%300), fmt.Sprint("u", i), 0))
	}
	forgotten := 0
	for i := range n {
		if !j.has(joining("key:1", fmt.Sprint("a", i%300), fmt.Sprint("u", i), 0)) {
			forgotten++
		}
	}
	if forgotten > n/100 {
		t.Errorf("%d of %d were forgotten", forgotten, n)
	}
}
