package store

import (
	"context"
	"database/sql"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

type migration struct {
	version   int
	name, sql string
}

// migrations are the files of migrate/ in order of their numbers: 0001_keys.sql is version 1. Numbers may have gaps, so
// that work done at the same time takes numbers of its own; what is not applied yet is, in whatever order it came to be. A
// file that was released is never changed; a new one is added.
var migrations = func() []migration {
	names, err := fs.Glob(files, "migrate/*.sql") // sorted
	if err != nil {
		panic(err)
	}
	var all []migration
	for _, file := range names {
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		n, err := strconv.Atoi(number)
		if err != nil || len(all) > 0 && n <= all[len(all)-1].version {
			panic("store: " + file + " has no number of its own")
		}
		raw, err := files.ReadFile(file)
		if err != nil {
			panic(err)
		}
		all = append(all, migration{n, name, string(raw)})
	}
	return all
}()

// newest is the version that this program brings the tables to.
func newest() int { return migrations[len(migrations)-1].version }

// migrate applies what is missing up to a version, each step in a transaction of its own that also notes it, so two
// processes that start at once do it once.
func (s *Store) migrate(ctx context.Context, version int) error {
	done, err := s.applied(ctx)
	if err != nil {
		return err
	}
	if err := s.refuseNewer(done); err != nil {
		return err
	}
	for _, m := range migrations {
		if m.version > version || done[m.version] {
			continue
		}
		// Not serializable: what another process did while we waited for the lock must be seen.
		err := s.transact(ctx, "bringing the state database up to date", sql.LevelDefault, func(q session) error {
			if err := s.lockMigrations(ctx, q); err != nil {
				return err
			}
			if _, err := q.exec(ctx, "migration_table"); err != nil {
				return err
			}
			if done, err := readApplied(ctx, q); err != nil || done[m.version] {
				return err
			}
			if _, err := q.ExecContext(ctx, m.sql); lost(err) {
				return err
			} else if err != nil {
				return fault.Wrap(fault.Internal, err, "the state database can't be brought up to version %d (%s)", m.version, m.name).
					At("%s", s.where).Mend("nothing was changed; run the version of keepwell that was here before and report this")
			}
			_, err := q.exec(ctx, "migration_insert", m.version, m.name, time.Now().UnixMicro())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) refuseNewer(done map[int]bool) error {
	for v := range done {
		if !slices.ContainsFunc(migrations, func(m migration) bool { return m.version == v }) {
			return fault.New(fault.Conflict, "the state database is of version %d, made by a newer keepwell; this one knows up to %d", v, newest()).
				At("%s", s.where).Mend("run the newer keepwell, or restore a backup made by this one")
		}
	}
	return nil
}

// applied are the versions that were applied, none for a new database.
func (s *Store) applied(ctx context.Context) (done map[int]bool, err error) {
	err = s.look(ctx, "opening the state database", func(q session) error {
		if there, err := s.tableExists(ctx, q, "migration"); err != nil || !there {
			return err
		}
		done, err = readApplied(ctx, q)
		return err
	})
	return done, err
}

func readApplied(ctx context.Context, q session) (map[int]bool, error) {
	all, err := list(ctx, q, func(row scanner) (v int, err error) { return v, row.Scan(&v) }, "migration_list")
	done := map[int]bool{}
	for _, v := range all {
		done[v] = true
	}
	return done, err
}
