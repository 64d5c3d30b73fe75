package store

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/postgrestest"
	"github.com/keepwell/keepwell/internal/team"
)

var noon = time.Date(2026, 5, 3, 12, 0, 0, 123000, time.UTC)

// addresses is a fresh place for state on each engine.
func addresses(t *testing.T) map[engine]string {
	t.Helper()
	return map[engine]string{
		sqlite:   filepath.Join(t.TempDir(), "with space, 100% and ?", "state.db"),
		postgres: postgrestest.Start(t),
	}
}

// onEveryEngine runs a test on SQLite and on PostgreSQL.
func onEveryEngine(t *testing.T, test func(*testing.T, *Store)) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) { test(t, reopen(t, at)) })
	}
}

func reopen(t *testing.T, at string) *Store {
	t.Helper()
	s, err := Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantKind(t *testing.T, err error, k fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != k {
		t.Errorf("%v, want kind %v", err, k)
	}
}

func newKey(t *testing.T, name string, scope team.Scope) team.Key {
	t.Helper()
	_, k, err := team.NewKey(name, scope, rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEveryBlockIsUnderstoodByEveryEngine(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		if len(s.blocks) < 15 {
			t.Fatalf("%d blocks", len(s.blocks))
		}
		for name, text := range s.blocks {
			stmt, err := s.write.PrepareContext(t.Context(), text)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			stmt.Close()
		}
	})
}

func TestKeysAreKept(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		k := newKey(t, "website", team.Ingest)
		if err := s.KeyAdd(ctx, k); err != nil {
			t.Fatal(err)
		}
		if got := must(s.KeyByHash(ctx, k.Hash))(t); got != k {
			t.Errorf("got  %+v\nwant %+v", got, k)
		}
		_, err := s.KeyByHash(ctx, team.Hashed("other"))
		wantKind(t, err, fault.NotFound)
	})
}

func TestNamesAreUniqueAmongActiveKeys(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		first, second := newKey(t, "website", team.Ingest), newKey(t, "website", team.Read)
		if err := s.KeyAdd(ctx, first); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.KeyAdd(ctx, second), fault.Conflict)
		revoked := must(s.KeyRevoke(ctx, "website", noon.Add(time.Hour)))(t)
		if revoked.ID != first.ID || revoked.Active() {
			t.Errorf("%+v", revoked)
		}
		if got := must(s.KeyByHash(ctx, first.Hash))(t); got != revoked {
			t.Errorf("%+v", got)
		}
		if err := s.KeyAdd(ctx, second); err != nil {
			t.Errorf("the name of a revoked key is taken: %v", err)
		}
		must(s.KeyRevoke(ctx, second.ID, noon))(t)
		_, err := s.KeyRevoke(ctx, "website", noon)
		wantKind(t, err, fault.NotFound)
		if all := must(s.Keys(ctx))(t); len(all) != 2 {
			t.Errorf("%+v", all)
		}
	})
}

func TestLastUseOfAKeyIsCoarse(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		k := newKey(t, "website", team.Ingest)
		if err := s.KeyAdd(ctx, k); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ at, want time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Minute, time.Minute}, {time.Second, time.Minute}} {
			if err := s.KeyUsed(ctx, k.ID, noon.Add(c.at)); err != nil {
				t.Fatal(err)
			}
			if got := must(s.KeyByHash(ctx, k.Hash))(t).LastUsed; !got.Equal(noon.Add(c.want)) {
				t.Errorf("used at +%v: last used %v", c.at, got)
			}
		}
	})
}

func TestSettingsAreKept(t *testing.T) {
	type band struct{ Low, High float64 }
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		var got band
		if must(s.Setting(ctx, "nps", &got))(t) {
			t.Error("found before it was put")
		}
		for _, want := range []band{{1, 2}, {3, 4.5}} {
			if err := s.SettingPut(ctx, "nps", want); err != nil {
				t.Fatal(err)
			}
			if !must(s.Setting(ctx, "nps", &got))(t) || got != want {
				t.Errorf("%v, want %v", got, want)
			}
		}
		boom := errors.New("boom")
		if err := SettingChange(ctx, s, "nps", func(b *band) error { b.Low = 9; return boom }); !errors.Is(err, boom) {
			t.Error(err)
		}
		if must(s.Setting(ctx, "nps", &got))(t); got.Low != 3 {
			t.Errorf("a change that failed left %v", got)
		}
		if err := s.SettingDelete(ctx, "nps"); err != nil || must(s.Setting(ctx, "nps", &got))(t) {
			t.Errorf("still there, %v", err)
		}
	})
}

func TestNoneOf400ConcurrentChangesFailsOrIsLost(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		const changes = 400
		errs := make([]error, changes)
		var wg sync.WaitGroup
		for i := range changes {
			wg.Go(func() {
				errs[i] = SettingChange(t.Context(), s, "counter", func(n *int) error { *n++; return nil })
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		var n int
		if must(s.Setting(t.Context(), "counter", &n))(t); n != changes {
			t.Errorf("%d of %d", n, changes)
		}
	})
}

func TestTwoProcessesShareOneDatabase(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			server, cli := reopen(t, at), reopen(t, at)
			var wg sync.WaitGroup
			errs := make([]error, 2)
			for i, s := range []*Store{server, cli} {
				wg.Go(func() {
					for range 50 {
						errs[i] = errors.Join(errs[i], SettingChange(t.Context(), s, "counter", func(n *int) error { *n++; return nil }))
					}
				})
			}
			wg.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			var n int
			if must(cli.Setting(t.Context(), "counter", &n))(t); n != 100 {
				t.Errorf("%d of 100", n)
			}
			k := newKey(t, "website", team.Ingest)
			if err := server.KeyAdd(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			if all := must(cli.Keys(t.Context()))(t); len(all) != 1 {
				t.Errorf("the other process sees %v", all)
			}
		})
	}
}

func TestSoundDatabasesPassTheCheck(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		if err := s.KeyAdd(t.Context(), newKey(t, "website", team.Ingest)); err != nil {
			t.Fatal(err)
		}
		if problems := must(s.Integrity(t.Context()))(t); problems != nil {
			t.Errorf("%q", problems)
		}
	})
}

func TestTheEndOfTheCallersPatienceIsNotOurFault(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.SettingPut(ctx, "x", 1); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		ctx, cancel = context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		wantKind(t, s.SettingPut(ctx, "x", 1), fault.Unavailable)
	})
}

func TestHostileTextIsKeptOnEveryEngine(t *testing.T) {
	long := strings.Repeat("ю", maxText)
	if got := clean(long); len(got) > maxText || !strings.HasPrefix(long, got) || len(got) < maxText-4 {
		t.Errorf("%d bytes", len(got))
	}
	if got := clean("a\x00b\xffc"); got != "a\uFFFDb\uFFFDc" {
		t.Errorf("%q", got)
	}
}
