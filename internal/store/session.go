package store

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// SessionAdd keeps a session, notes that its user is here, and forgets sessions that ended before it began.
func (s *Store) SessionAdd(ctx context.Context, one team.Session) error {
	return s.change(ctx, "keeping a session", func(q session) error {
		if _, err := q.exec(ctx, "session_trim", micros(one.Created)); err != nil {
			return err
		}
		if one.UserID != "" {
			if _, err := q.exec(ctx, "user_seen", one.UserID, micros(one.Created)); err != nil {
				return err
			}
		}
		_, err := q.exec(ctx, "session_insert", one.Hash[:], one.KeyID, one.UserID, one.Name, string(one.Scope), clean(one.Device), clean(one.Address),
			micros(one.Created), micros(one.Seen), micros(one.Expires))
		return err
	})
}

// noted is how often the use of a session is written down.
const noted = time.Minute

// SessionGet is the session with a hash; fault.NotFound when there is none, when it has ended, when the key or user it
// belongs to has, and, for one of a key or a set-up link, once there is an admin who can sign in. That it was used is
// noted once a minute.
func (s *Store) SessionGet(ctx context.Context, h team.Hash, now time.Time) (one team.Session, err error) {
	err = s.look(ctx, "looking up a session", func(q session) error {
		var err error
		if one, err = scanSession(q.row(ctx, "session_get", h[:], micros(now), micros(now.Add(-team.UserIdle)))); err != nil {
			return missing(err, "there is no such session")
		}
		if one.UserID == "" {
			if n, err := countAdmins(ctx, q); err != nil || n > 0 {
				return missing(cmp.Or(err, sql.ErrNoRows), "the set-up is over")
			}
			return nil
		}
		u, err := scanUser(q.row(ctx, "user_get", one.UserID))
		if err != nil || !u.Active() {
			return missing(cmp.Or(err, sql.ErrNoRows), "the user of this session has ended")
		}
		one.User, one.Name = &u, u.Name
		return nil
	})
	if err != nil || one.UserID == "" || now.Sub(one.Seen) < noted {
		return one, err
	}
	one.Seen = now.UTC().Truncate(time.Microsecond)
	return one, s.change(ctx, "noting the use of a session", func(q session) error {
		if _, err := q.exec(ctx, "session_seen", h[:], micros(now)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "user_seen", one.UserID, micros(now))
		return err
	})
}

// Sessions are the sessions of a user that have not ended, the last used first.
func (s *Store) Sessions(ctx context.Context, userID string, now time.Time) (all []team.Session, err error) {
	err = s.look(ctx, "listing sessions", func(q session) (err error) {
		all, err = list(ctx, q, scanSession, "session_list", userID, micros(now), micros(now.Add(-team.UserIdle)))
		return err
	})
	return all, err
}

func scanSession(row scanner) (one team.Session, err error) {
	var hash []byte
	var created, seen, expires sql.NullInt64
	err = row.Scan(&hash, &one.KeyID, &one.UserID, &one.Name, &one.Scope, &one.Device, &one.Address, &created, &seen, &expires)
	copy(one.Hash[:], hash)
	one.Created, one.Seen, one.Expires = instant(created), instant(seen), instant(expires)
	return one, err
}

// SessionEnd ends a session, if there is one.
func (s *Store) SessionEnd(ctx context.Context, h team.Hash) error {
	return s.change(ctx, "ending a session", func(q session) error {
		_, err := q.exec(ctx, "session_end", h[:])
		return err
	})
}

// SessionsEnd ends all sessions of a user but one; the zero Hash keeps none.
func (s *Store) SessionsEnd(ctx context.Context, userID string, but team.Hash) error {
	return s.change(ctx, "ending sessions", func(q session) error {
		_, err := q.exec(ctx, "session_end_all", userID, but[:])
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

// SetupGood tells whether a set-up link can still be used.
func (s *Store) SetupGood(ctx context.Context, h team.Hash, now time.Time) (good bool, err error) {
	err = s.look(ctx, "looking up a set-up link", func(q session) error {
		var n int
		err := q.row(ctx, "setup_good", h[:], micros(now)).Scan(&n)
		good = n > 0
		return err
	})
	return good, err
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
