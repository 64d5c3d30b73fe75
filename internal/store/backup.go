package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/keepwell/keepwell/internal/fault"
)

// A backup is an SQLite file, whatever the state is kept in: it opens as a store and can be restored into either.

// Backup writes a consistent copy to a new file while the state is in use.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, "the backup would overwrite a file").At("%s", path).Mend("name a file that does not exist")
	}
	if s.engine == postgres {
		return s.backupPostgres(ctx, path)
	}
	if err := s.copyTo(ctx, path); err != nil {
		if damaged(err) {
			return errors.Join(s.explain("backing up the state database", err), removeIfThere(path))
		}
		return fault.Wrap(fault.Unavailable, errors.Join(err, removeIfThere(path)), "the backup can't be written").At("%s", path).
			Mend("check that its folder exists, may be written to and has space")
	}
	return nil
}

// backupPostgres fills an SQLite database beside and copies that, which leaves one whole file.
func (s *Store) backupPostgres(ctx context.Context, path string) error {
	unfinished := path + ".unfinished"
	defer func() {
		for _, part := range []string{"", "-wal", "-shm"} {
			os.Remove(unfinished + part)
		}
	}()
	to, err := Open(ctx, unfinished)
	if err != nil {
		return err
	}
	if err = to.fill(ctx, s); err == nil {
		err = to.Backup(ctx, path)
	}
	return errors.Join(err, to.Close())
}

// Restore fills the state kept at a path or a postgres:// address with what a backup holds. State that is there already
// is a fault.Conflict.
func Restore(ctx context.Context, backup, at string) error {
	from, err := Open(ctx, backup)
	if err != nil {
		return err
	}
	to, err := Open(ctx, at)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	empty, err := to.Empty(ctx)
	if err == nil && !empty {
		err = fault.New(fault.Conflict, "the database to restore into has state already").At("%s", to.where).Mend("name an empty database")
	}
	if err == nil {
		err = to.fill(ctx, from)
	}
	return errors.Join(err, to.Close(), from.Close())
}

// Empty says whether nothing is kept yet.
func (s *Store) Empty(ctx context.Context) (empty bool, err error) {
	err = s.look(ctx, "looking for state", func(q session) error {
		empty = true
		tables, err := s.tables(ctx, q)
		for _, table := range tables {
			var n int
			if err == nil {
				err = q.QueryRowContext(ctx, "select count(*) from "+table).Scan(&n)
			}
			empty = empty && n == 0
		}
		return err
	})
	return empty, err
}

// tables are those with state: all but the one that tells the version.
func (s *Store) tables(ctx context.Context, q session) ([]string, error) {
	text := "select name from sqlite_schema where type = 'table' and name <> 'migration' and name not like 'sqlite_%' order by name"
	if s.engine == postgres {
		text = "select tablename from pg_catalog.pg_tables where schemaname = '" + schema + "' and tablename <> 'migration' order by tablename"
	}
	return column(q.QueryContext(ctx, text))
}

// fill copies every table of another store, as of one moment, into this empty one.
func (s *Store) fill(ctx context.Context, from *Store) error {
	return s.change(ctx, "copying the state", func(to session) error {
		isolation := sql.LevelDefault // SQLite: a transaction sees one moment
		if from.engine == postgres {
			isolation = sql.LevelRepeatableRead
		}
		tx, err := from.read.BeginTx(ctx, &sql.TxOptions{Isolation: isolation, ReadOnly: from.engine == postgres})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		q := session{tx, from.blocks}
		tables, err := from.tables(ctx, q)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := copyRows(ctx, q, to, s.engine, table); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyRows copies a table; its values are text, whole numbers and bytes, which both engines read alike.
func copyRows(ctx context.Context, from, to session, e engine, table string) error {
	rows, err := from.QueryContext(ctx, "select * from "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	places := make([]string, len(names))
	cells, into := make([]any, len(names)), make([]any, len(names))
	for i, name := range names {
		names[i], places[i], into[i] = pgx.Identifier{name}.Sanitize(), rebind(e, "?"+strconv.Itoa(i+1)), &cells[i]
	}
	insert := "insert into " + table + " (" + strings.Join(names, ", ") + ") values (" + strings.Join(places, ", ") + ")"
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if _, err := to.ExecContext(ctx, insert, cells...); err != nil {
			return err
		}
	}
	return rows.Err()
}
