package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// KeyAdd keeps a new key; fault.Conflict when an active one has its name.
func (s *Store) KeyAdd(ctx context.Context, k team.Key) error {
	return s.change(ctx, "adding a key", func(q session) error {
		_, err := q.exec(ctx, "key_insert", k.ID, k.Name, string(k.Scope), k.Hash[:], k.Hint, micros(k.Created))
		if taken(err) {
			return fault.Wrap(fault.Conflict, err, "there is an active key called %q", k.Name).
				Mend("choose another name, or revoke that key first").Field("name", "is taken")
		}
		return err
	})
}

// KeyByHash is the key with a hash, also a revoked one; fault.NotFound when there is none.
func (s *Store) KeyByHash(ctx context.Context, h team.Hash) (k team.Key, err error) {
	err = s.look(ctx, "looking up a key", func(q session) (err error) {
		k, err = scanKey(q.row(ctx, "key_by_hash", h[:]))
		return missing(err, "there is no such key")
	})
	return k, err
}

// KeyUsed notes when a key was last used, unless that is known to a minute.
func (s *Store) KeyUsed(ctx context.Context, id string, when time.Time) error {
	return s.change(ctx, "noting the use of a key", func(q session) error {
		_, err := q.exec(ctx, "key_used", id, micros(when), micros(when.Add(-time.Minute)))
		return err
	})
}

// KeyRevoke ends the active key with an id or a name and returns it; fault.NotFound when there is none.
func (s *Store) KeyRevoke(ctx context.Context, idOrName string, now time.Time) (k team.Key, err error) {
	err = s.change(ctx, "revoking a key", func(q session) (err error) {
		k, err = scanKey(q.row(ctx, "key_active", idOrName))
		if err != nil {
			return missing(err, "there is no active key called %q", idOrName)
		}
		team.Describe(ctx, k.Name, k.Shown(), nil)
		k.Revoked = now.UTC().Truncate(time.Microsecond)
		_, err = q.exec(ctx, "key_revoke", k.ID, micros(k.Revoked))
		return err
	})
	return k, err
}

// Keys lists all keys, also revoked ones, the oldest first.
func (s *Store) Keys(ctx context.Context) (all []team.Key, err error) {
	err = s.look(ctx, "listing keys", func(q session) (err error) {
		all, err = list(ctx, q, scanKey, "key_list")
		return err
	})
	return all, err
}

func scanKey(row scanner) (k team.Key, err error) {
	var hash []byte
	var created, used, revoked sql.NullInt64
	err = row.Scan(&k.ID, &k.Name, &k.Scope, &hash, &k.Hint, &created, &used, &revoked)
	copy(k.Hash[:], hash)
	k.Created, k.LastUsed, k.Revoked = instant(created), instant(used), instant(revoked)
	return k, err
}
