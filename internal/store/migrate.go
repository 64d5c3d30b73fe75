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

// migrations are the files of migrate/ by number: 0001_keys.sql is 1. Numbers may have gaps, and one that was left out
// may be added later: each is applied that was not yet. A file that was released is never changed.
var migrations = func() []migration {
	names, err := fs.Glob(files, "migrate/*.sql") // sorted
	if err != nil {
		panic(err)
	}
	var all []migration
	for i, file := range names {
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		n, err := strconv.Atoi(number)
		if err != nil || i > 0 && n <= all[i-1].version {
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

// latest is the number of the last migration.
func latest() int { return migrations[len(migrations)-1].version }

// migrate applies what was not applied yet, up to a number, each in a transaction of its own that also notes it, so
// two processes that start at once do it once.
func (s *Store) migrate(ctx context.Context, upTo int) error {
	has, err := s.applied(ctx)
	if err != nil {
		return err
	}
	for version := range has {
		if !slices.ContainsFunc(migrations, func(m migration) bool { return m.version == version }) {
			return fault.New(fault.Conflict, "the state database is of version %d, made by a newer keepwell; this one knows up to %d", version, latest()).
				At("%s", s.where).Mend("run the newer keepwell, or restore a backup made by this one")
		}
	}
	for _, m := range migrations {
		if m.version > upTo || has[m.version] {
			continue
		}
		if err := s.apply(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, m migration) error {
	// Not serializable: what another process did while we waited for the lock must be seen.
	return s.transact(ctx, "bringing the state database up to date", sql.LevelDefault, func(q session) error {
		if err := s.lockMigrations(ctx, q); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "migration_table"); err != nil {
			return err
		}
		has, err := appliedIn(ctx, q)
		if err != nil || has[m.version] {
			return err
		}
		if _, err := q.ExecContext(ctx, m.sql); lost(err) {
			return err
		} else if err != nil {
			return fault.Wrap(fault.Internal, err, "the state database can't be brought up to version %d (%s)", m.version, m.name).
				At("%s", s.where).Mend("nothing was changed; run the version of keepwell that was here before and report this")
		}
		_, err = q.exec(ctx, "migration_insert", m.version, m.name, time.Now().UnixMicro())
		return err
	})
}

// applied are the numbers of the migrations that the database has had; none for a new one.
func (s *Store) applied(ctx context.Context) (has map[int]bool, err error) {
	err = s.look(ctx, "opening the state database", func(q session) error {
		there, err := s.tableExists(ctx, q, "migration")
		if err != nil || !there {
			return err
		}
		has, err = appliedIn(ctx, q)
		return err
	})
	return has, err
}

func appliedIn(ctx context.Context, q session) (map[int]bool, error) {
	versions, err := list(ctx, q, func(row scanner) (n int, err error) { return n, row.Scan(&n) }, "migration_list")
	has := map[int]bool{}
	for _, version := range versions {
		has[version] = true
	}
	return has, err
}
