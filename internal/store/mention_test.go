package store

import (
	"testing"
	"time"
)

func TestAMentionIsSeenByWhomItCallsAndNobodyElse(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, at := range []time.Time{noon, noon.Add(time.Hour)} {
			if err := s.MentionSee(ctx, "ana", "n1", at); err != nil {
				t.Fatal(err)
			}
		}
		if seen := must(s.MentionsSeen(ctx, "ana"))(t); len(seen) != 1 || !seen["n1"].Equal(noon.Add(time.Hour)) {
			t.Errorf("%v", seen)
		}
		if seen := must(s.MentionsSeen(ctx, "dan"))(t); len(seen) != 0 {
			t.Errorf("somebody else has seen %v", seen)
		}
		if err := s.MentionSee(ctx, "ana", "n1", time.Time{}); err != nil {
			t.Fatal(err)
		}
		if seen := must(s.MentionsSeen(ctx, "ana"))(t); len(seen) != 0 {
			t.Errorf("still seen: %v", seen)
		}
	})
}
