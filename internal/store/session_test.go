package store

import (
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

func newSession(t *testing.T, k team.Key) team.Session {
	t.Helper()
	_, s, err := team.NewSession(k, rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASessionLastsUntilItEndsOrItsKeyIsRevoked(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		key := newKey(t, "ana", team.Read)
		if err := s.KeyAdd(ctx, key); err != nil {
			t.Fatal(err)
		}
		byKey, bySetup, out := newSession(t, key), newSession(t, team.Key{}), newSession(t, key)
		for _, one := range []team.Session{byKey, bySetup, out} {
			if err := s.SessionAdd(ctx, one); err != nil {
				t.Fatal(err)
			}
			if got, err := s.SessionGet(ctx, one.Hash, noon.Add(team.SessionLife-time.Microsecond)); err != nil || got != one {
				t.Errorf("got %+v %v, want %+v", got, err, one)
			}
		}
		if err := s.SessionEnd(ctx, out.Hash); err != nil {
			t.Fatal(err)
		}
		if _, err := s.KeyRevoke(ctx, "ana", noon); err != nil {
			t.Fatal(err)
		}
		for what, hash := range map[string]team.Hash{"signed out": out.Hash, "key revoked": byKey.Hash, "unknown": {1}} {
			if _, err := s.SessionGet(ctx, hash, noon); fault.KindOf(err) != fault.NotFound || err == nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.SessionGet(ctx, bySetup.Hash, noon); err != nil {
			t.Errorf("revoking a key ended another's session: %v", err)
		}
		_, err := s.SessionGet(ctx, bySetup.Hash, noon.Add(team.SessionLife))
		wantKind(t, err, fault.NotFound)
	})
}

func TestASetupLinkWorksOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		link, old := team.Hash{1}, team.Hash{2}
		for h, until := range map[team.Hash]time.Time{link: noon.Add(time.Hour), old: noon.Add(time.Minute)} {
			if err := s.SetupAdd(ctx, h, noon, until); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, s.SetupTake(ctx, old, noon.Add(time.Minute)), fault.NotFound)
		var took atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				switch err := s.SetupTake(ctx, link, noon); {
				case err == nil:
					took.Add(1)
				case fault.KindOf(err) != fault.NotFound:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took.Load() != 1 {
			t.Errorf("used %d times", took.Load())
		}
	})
}
