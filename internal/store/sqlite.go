package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/keepwell/keepwell/internal/fault"
	_ "modernc.org/sqlite" // database/sql driver "sqlite"
)

// One connection writes: transactions wait for it in order, where several would fail with "busy" as soon
// as two that have read want to write. Other processes are waited for through busy_timeout. Every commit
// is synced.
const (
	sqliteBoth  = "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"
	sqliteWrite = sqliteBoth + "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	sqliteRead  = sqliteBoth + "&_pragma=query_only(1)"
	readers     = 8
)

func connectSQLite(path string) (*Store, error) {
	s := &Store{engine: sqlite, where: path, blocks: loadBlocks(sqlite)}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, s.unwritable(err)
	}
	// SQLite would make the file readable for all.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, s.unwritable(err)
	}
	if err := f.Close(); err != nil {
		return nil, s.unwritable(err)
	}
	address := sqliteAddress(path)
	if s.write, err = sql.Open("sqlite", address+sqliteWrite); err != nil {
		return nil, s.explain("opening the state database", err)
	}
	if s.read, err = sql.Open("sqlite", address+sqliteRead); err != nil {
		return nil, errors.Join(s.explain("opening the state database", err), s.write.Close())
	}
	s.write.SetMaxOpenConns(1)
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	// The writer first: it switches to WAL, which a reader can't.
	if err := s.write.Ping(); err != nil {
		return nil, errors.Join(s.explain("opening the state database", err), s.Close())
	}
	return s, nil
}

func sqliteAddress(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath()
}

func (s *Store) unwritable(cause error) error {
	return fault.Wrap(fault.Unavailable, cause, "the state database can't be opened for writing").At("%s", s.where).
		Mend("let the user that runs keepwell write its folder and the file, or name another folder with --data")
}

// copyTo has a connection of its own: the readers may not write anywhere, and the writer has work to do.
func (s *Store) copyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", sqliteAddress(s.where)+sqliteBoth)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "vacuum into ?1", path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
