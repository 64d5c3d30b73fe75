package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// FileAdd keeps a file with an account and returns it with its id. An account that has account.MaxFiles is a fault.Conflict.
func (s *Store) FileAdd(ctx context.Context, f account.File, content []byte) (account.File, error) {
	f.ID = newID()
	err := s.change(ctx, "keeping a file", func(q session) error {
		var n int
		if err := q.row(ctx, "file_count", f.Account).Scan(&n); err != nil {
			return err
		}
		if n >= account.MaxFiles {
			return fault.New(fault.Conflict, "the account has %d files already", n).Mend("remove one first")
		}
		_, err := q.exec(ctx, "file_insert", f.ID, f.Account, f.Name, f.Kind, f.Bytes, content, f.Author, micros(f.Created))
		return err
	})
	return f, err
}

// Files are those of an account, the newest first.
func (s *Store) Files(ctx context.Context, id string) (all []account.File, err error) {
	err = s.look(ctx, "reading files", func(q session) (err error) {
		all, err = list(ctx, q, scanFile, "file_list", id)
		return err
	})
	return all, err
}

func scanFile(row scanner) (f account.File, err error) {
	var created sql.NullInt64
	err = row.Scan(&f.ID, &f.Account, &f.Name, &f.Kind, &f.Bytes, &f.Author, &created)
	f.Created = instant(created)
	return f, err
}

// FileGet is one file without its content; fault.NotFound when there is none.
func (s *Store) FileGet(ctx context.Context, id string) (f account.File, err error) {
	err = s.look(ctx, "reading a file", func(q session) (err error) {
		f, err = scanFile(q.row(ctx, "file_get", id))
		return missing(err, "there is no such file")
	})
	return f, err
}

// FileContent is what is in a file; fault.NotFound when there is none.
func (s *Store) FileContent(ctx context.Context, id string) (content []byte, err error) {
	err = s.look(ctx, "reading a file", func(q session) error {
		return missing(q.row(ctx, "file_content", id).Scan(&content), "there is no such file")
	})
	return content, err
}

// FileRemove removes a file; fault.NotFound when there is none. For a day FileRestore brings it back.
func (s *Store) FileRemove(ctx context.Context, id string, now time.Time) (f account.File, err error) {
	err = s.change(ctx, "removing a file", func(q session) (err error) {
		if f, err = scanFile(q.row(ctx, "file_get", id)); err != nil {
			return missing(err, "there is no such file")
		}
		_, err = q.exec(ctx, "file_remove", id, micros(now))
		return err
	})
	return f, err
}

// FileRestore brings a file back that was removed; fault.NotFound when it is gone for good.
func (s *Store) FileRestore(ctx context.Context, id string) error {
	return s.change(ctx, "bringing a file back", func(q session) error {
		n, err := q.exec(ctx, "file_restore", id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "the file is gone for good")
		}
		return err
	})
}

// FilesTrim deletes what was removed more than a day ago for good.
func (s *Store) FilesTrim(ctx context.Context, now time.Time) error {
	return s.change(ctx, "deleting removed files", func(q session) error {
		_, err := q.exec(ctx, "file_trim", micros(now.Add(-undoLife)))
		return err
	})
}
