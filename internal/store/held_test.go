package store

import (
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

func TestACallHeldTwiceUnderItsOwnIDStaysAsItIs(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		call := feed.Quarantined{ID: "0123456789abcdef0123456789abcdef", Source: "web", Kind: "track", Received: noon, Rule: "user", Reason: "nobody",
			Body: []byte(`{"a":1}`), Envelope: []byte(`{"sentAt":"x"}`)}
		for range 2 {
			if err := s.QuarantineAdd(ctx, []feed.Quarantined{call}); err != nil {
				t.Fatal(err)
			}
			if err := s.QuarantineReason(ctx, call.ID, "event", "name", "no name"); err != nil {
				t.Fatal(err)
			}
		}
		got := must(s.QuarantineGet(ctx, call.ID))(t)
		if string(got.Envelope) != `{"sentAt":"x"}` || got.Rule != "event" || got.Reason != "no name" {
			t.Errorf("%+v", got)
		}
		if counts := must(s.QuarantineCount(ctx))(t); counts[feed.Open] != 1 {
			t.Errorf("%v", counts)
		}
		wantKind(t, s.QuarantineReason(ctx, "none", "", "", ""), fault.NotFound)
	})
}
