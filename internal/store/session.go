package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// SessionAdd keeps a session and forgets those that ended before it began.
func (s *Store) SessionAdd(ctx context.Context, one team.Session) error {
	return s.change(ctx, "keeping a session", func(q session) error {
		if _, err := q.exec(ctx, "session_trim", micros(one.Created)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "session_insert", one.Hash[:], one.KeyID, one.Name, string(one.Scope), micros(one.Created), micros(one.Expires))
		return err
	})
}

// SessionGet is the session with a hash; fault.NotFound when there is none, when it has ended, and when the key it
// belongs to was revoked.
func (s *Store) SessionGet(ctx context.Context, h team.Hash, now time.Time) (one team.Session, err error) {
	err = s.look(ctx, "looking up a session", func(q session) error {
		var hash []byte
		var created, expires sql.NullInt64
		err := q.row(ctx, "session_get", h[:], micros(now)).Scan(&hash, &one.KeyID, &one.Name, &one.Scope, &created, &expires)
		copy(one.Hash[:], hash)
		one.Created, one.Expires = instant(created), instant(expires)
		return missing(err, "there is no such session")
	})
	return one, err
}

// SessionEnd ends a session, if there is one.
func (s *Store) SessionEnd(ctx context.Context, h team.Hash) error {
	return s.change(ctx, "ending a session", func(q session) error {
		_, err := q.exec(ctx, "session_end", h[:])
		return err
	})
}

// SetupAdd keeps a set-up link that can be used once until it expires, and forgets those that can't be any more.
func (s *Store) SetupAdd(ctx context.Context, h team.Hash, now, expires time.Time) error {
	return s.change(ctx, "keeping a set-up link", func(q session) error {
		if _, err := q.exec(ctx, "setup_trim", micros(now)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "setup_insert", h[:], micros(expires))
		return err
	})
}

// SetupTake uses up a set-up link; fault.NotFound when there is none, so of two who try, one does.
func (s *Store) SetupTake(ctx context.Context, h team.Hash, now time.Time) error {
	return s.change(ctx, "using a set-up link", func(q session) error {
		n, err := q.exec(ctx, "setup_take", h[:], micros(now))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "there is no such set-up link, or it was used")
		}
		return err
	})
}
