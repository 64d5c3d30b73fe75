package store

import (
	"context"
	"database/sql"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

type migration struct {
	version   int
	name, sql string
}

// migrations are the files of migrate/ in order: 0001_keys.sql is version 1. A file that was released is
// never changed; a new one is added.
var migrations = func() []migration {
	names, err := fs.Glob(files, "migrate/*.sql") // sorted
	if err != nil {
		panic(err)
	}
	var all []migration
	for i, file := range names {
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			panic("store: " + file + " is not migration " + strconv.Itoa(i+1))
		}
		raw, err := files.ReadFile(file)
		if err != nil {
			panic(err)
		}
		all = append(all, migration{i + 1, name, string(raw)})
	}
	return all
}()

// migrate brings the tables up to a version, each step in a transaction of its own that also notes it, so
// two processes that start at once do it once.
func (s *Store) migrate(ctx context.Context, version int) error {
	has, err := s.version(ctx)
	if err != nil {
		return err
	}
	for has < version {
		// Not serializable: what another process did while we waited for the lock must be seen.
		err := s.transact(ctx, "bringing the state database up to date", sql.LevelDefault, func(q session) error {
			if err := s.lockMigrations(ctx, q); err != nil {
				return err
			}
			if _, err := q.exec(ctx, "migration_table"); err != nil {
				return err
			}
			if err := q.row(ctx, "migration_last").Scan(&has); err != nil || has >= version {
				return err
			}
			m := migrations[has]
			if _, err := q.ExecContext(ctx, m.sql); lost(err) {
				return err
			} else if err != nil {
				return fault.Wrap(fault.Internal, err, "the state database can't be brought up to version %d (%s)", m.version, m.name).
					At("%s", s.where).Mend("nothing was changed; run the version of keepwell that was here before and report this")
			}
			_, err := q.exec(ctx, "migration_insert", m.version, m.name, time.Now().UnixMicro())
			has = m.version
			return err
		})
		if err != nil {
			return err
		}
	}
	if has > len(migrations) {
		return fault.New(fault.Conflict, "the state database is of version %d, made by a newer keepwell; this one knows up to %d", has, len(migrations)).
			At("%s", s.where).Mend("run the newer keepwell, or restore a backup made by this one")
	}
	return nil
}

// version is the last migration applied, 0 for a new database.
func (s *Store) version(ctx context.Context) (has int, err error) {
	err = s.look(ctx, "opening the state database", func(q session) error {
		if there, err := s.tableExists(ctx, q, "migration"); err != nil || !there {
			return err
		}
		return q.row(ctx, "migration_last").Scan(&has)
	})
	return has, err
}
