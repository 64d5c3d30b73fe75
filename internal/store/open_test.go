package store

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/postgrestest"
	"github.com/keepwell/keepwell/internal/team"
)

func TestStateOfTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			old, err := open(t.Context(), at, 1)
			if err != nil {
				t.Fatal(err)
			}
			hash := team.Hashed("kw_in_old")
			if _, err := old.write.ExecContext(t.Context(), rebind(e, "insert into api_key (id, name, scope, hash, hint, created) values ('id', 'old', 'ingest', ?1, 'kw_in_', 1000000)"), hash[:]); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			s := reopen(t, at)
			if k := must(s.KeyByHash(t.Context(), hash))(t); k.Name != "old" || !k.Created.Equal(time.Unix(1, 0)) || !k.Active() {
				t.Errorf("%+v", k)
			}
			if err := s.SettingPut(t.Context(), "new", 1); err != nil {
				t.Error(err)
			}
			if has := must(s.applied(t.Context()))(t); len(has) != len(migrations) {
				t.Errorf("applied %v", has)
			}
		})
	}
}

func TestServersThatStartTogetherMigrateOnce(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					s, err := Open(t.Context(), at)
					if err != nil {
						t.Error(err)
						return
					}
					s.Close()
				})
			}
			wg.Wait()
		})
	}
}

func TestStateOfANewerVersionIsRefused(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			s := reopen(t, at)
			if _, err := (session{s.write, s.blocks}).exec(t.Context(), "migration_insert", 99, "future", 0); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), at)
			wantKind(t, err, fault.Conflict)
			if !strings.Contains(err.Error(), "version 99, made by a newer keepwell") {
				t.Error(err)
			}
		})
	}
}

func TestTroubleWithTheFileSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	locked := filepath.Join(dir, "locked.db")
	holder, err := sql.Open("sqlite", "file:"+locked+"?_pragma=locking_mode(EXCLUSIVE)")
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if _, err := holder.Exec("create table held (n int)"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		kind       fault.Kind
		want       string
	}{
		{"not a database", file("letter.db", strings.Repeat("Dear all, ", 500)), fault.Internal, "restore the last backup"},
		{"locked", locked, fault.Unavailable, "end the program that has the file open"},
		{"a folder that can't be made", "/proc/keepwell/state.db", fault.Unavailable, "name another folder with --data"},
		{"a folder in its place", dir, fault.Unavailable, "name another folder with --data"},
		{"a file in the folder's place", filepath.Join(file("plain", "x"), "state.db"), fault.Unavailable, "name another folder with --data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.path)
			wantKind(t, err, c.kind)
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWritingWhereOnlyReadingIsAllowedSaysWhatToDo(t *testing.T) {
	s := reopen(t, filepath.Join(t.TempDir(), "state.db"))
	s.write, s.read = s.read, s.write // the pool for reading may not write
	err := s.SettingPut(t.Context(), "x", 1)
	wantKind(t, err, fault.Unavailable)
	if !strings.Contains(err.Error(), "let the user that runs keepwell write its folder") {
		t.Error(err)
	}
}

func TestDamageIsFoundByTheCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if err := s.SettingPut(t.Context(), strings.Repeat("x", 100)+string(rune('a'+i)), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[len(raw)-4096:], bytes.Repeat([]byte{0xA5}, 4096)) // the last page
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path)
	problems, err := s.Integrity(t.Context())
	if len(problems) == 0 && (err == nil || !strings.Contains(err.Error(), "restore the last backup")) {
		t.Errorf("found nothing: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	wantKind(t, s.Backup(t.Context(), copied), fault.Internal)
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Errorf("half a backup is left: %v", err)
	}
}

func TestTroubleWithPostgresSaysWhatToDoAndHidesThePassword(t *testing.T) {
	there := postgrestest.Start(t)
	for _, c := range []struct{ name, address, want string }{
		{"no such database", strings.Replace(there, "/test_", "/none_", 1), "create it with createdb"},
		{"no such user", strings.Replace(there, "postgres@", "nobody:hunter2@", 1), "check them in the database setting"},
		{"nobody there", "postgres://u:hunter2@127.0.0.1:1/d", "check that PostgreSQL runs"},
		{"no address", "postgres://u:hunter2@h:port/d", "percent-encoded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.address)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestARestartOfPostgresIsWaitedFor(t *testing.T) {
	cluster := postgrestest.Private(t)
	s := reopen(t, cluster.Database(t))
	stop := make(chan struct{})
	var done, failed int
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := SettingChange(t.Context(), s, "counter", func(n *int) error { *n++; return nil }); err != nil {
				// Lost in the middle of a commit: it may be in or not, and the caller is told.
				wantKind(t, err, fault.Unavailable)
				failed++
				continue
			}
			done++
		}
	})
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	if err := cluster.Restart(200 * time.Millisecond); err != nil {
		t.Error(err)
	}
	away := time.Since(began)
	time.Sleep(100 * time.Millisecond)
	close(stop)
	wg.Wait()
	var n int
	if must(s.Setting(t.Context(), "counter", &n))(t); n < done || n > done+failed {
		t.Errorf("%d kept, %d acknowledged, %d in doubt", n, done, failed)
	}
	// The one being committed, and one for every time the patience of about two seconds ran out.
	if failed > 1+int(away/time.Second) {
		t.Errorf("%d changes failed while PostgreSQL was away for %v", failed, away)
	}
}

func TestABackupIsWholeAndOverwritesNothing(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			s := reopen(t, at)
			k := newKey(t, "website", team.Ingest)
			if err := s.KeyAdd(t.Context(), k); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "copy's.db")
			if err := s.Backup(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			if there, err := os.ReadDir(dir); err != nil || len(there) != 1 {
				t.Errorf("beside the backup: %v %v", there, err)
			}
			if got := must(reopen(t, path).KeyByHash(t.Context(), k.Hash))(t); got != k {
				t.Errorf("%+v", got)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v %v", info.Mode(), err)
			}
			wantKind(t, s.Backup(t.Context(), path), fault.Conflict)
			wantKind(t, s.Backup(t.Context(), "/proc/none/x.db"), fault.Unavailable)
		})
	}
}

func TestABackupRestoresIntoEitherEngineAndOverNothing(t *testing.T) {
	for from, at := range addresses(t) {
		s := reopen(t, at)
		k := newKey(t, "website", team.Ingest)
		call := feed.Quarantined{Source: "key:1", Kind: "track", Received: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Rule: "bad_time", Reason: "„când?”", Body: []byte{0, 255, '{'}}
		if err := errors.Join(s.KeyAdd(t.Context(), k), s.QuarantineAdd(t.Context(), []feed.Quarantined{call})); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		for to, into := range addresses(t) {
			t.Run(string(from+" to "+to), func(t *testing.T) {
				if err := Restore(t.Context(), path, into); err != nil {
					t.Fatal(err)
				}
				restored := reopen(t, into)
				if got := must(restored.KeyByHash(t.Context(), k.Hash))(t); got != k {
					t.Errorf("%+v", got)
				}
				page, _, err := restored.QuarantinePage(t.Context(), feed.Filter{})
				if err != nil || len(page) != 1 || page[0].Reason != call.Reason || !bytes.Equal(page[0].Body, call.Body) || page[0].Envelope != nil || !page[0].Received.Equal(call.Received) {
					t.Errorf("%+v %v", page, err)
				}
				wantKind(t, Restore(t.Context(), path, into), fault.Conflict)
			})
		}
	}
}

func TestAMigrationThatComesLateIsApplied(t *testing.T) {
	for e, at := range addresses(t) {
		t.Run(string(e), func(t *testing.T) {
			s := reopen(t, at)
			last := migrations[len(migrations)-1]
			for _, undo := range []string{"drop table sighting", "delete from migration where version in (3, 7)"} {
				if _, err := s.write.ExecContext(t.Context(), undo); err != nil {
					t.Fatal(err)
				}
			}
			if has := must(s.applied(t.Context()))(t); has[3] || !has[last.version] {
				t.Fatalf("applied %v", has)
			}
			if _, err := s.write.ExecContext(t.Context(), "drop table verdict"); err != nil {
				t.Fatal(err)
			}
			if has := must(reopen(t, at).applied(t.Context()))(t); len(has) != len(migrations) {
				t.Errorf("applied %v", has)
			}
		})
	}
}
