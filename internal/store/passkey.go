package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// PasskeyAdd keeps a passkey; fault.Conflict when it is known already.
func (s *Store) PasskeyAdd(ctx context.Context, k team.Passkey) error {
	return s.change(ctx, "keeping a passkey", func(q session) error {
		_, err := q.exec(ctx, "passkey_insert", k.ID, k.UserID, k.Name, k.Credential, micros(k.Created))
		if taken(err) {
			return fault.Wrap(fault.Conflict, err, "this passkey is known already")
		}
		return err
	})
}

// Passkeys are the passkeys of a user, the oldest first.
func (s *Store) Passkeys(ctx context.Context, userID string) (all []team.Passkey, err error) {
	err = s.look(ctx, "listing passkeys", func(q session) (err error) {
		all, err = list(ctx, q, func(row scanner) (k team.Passkey, err error) {
			var created, used sql.NullInt64
			err = row.Scan(&k.ID, &k.UserID, &k.Name, &k.Credential, &created, &used)
			k.Created, k.LastUsed = instant(created), instant(used)
			return k, err
		}, "passkey_list", userID)
		return err
	})
	return all, err
}

// PasskeyUsed keeps what changed of a passkey when it was used, such as its counter.
func (s *Store) PasskeyUsed(ctx context.Context, id []byte, credential string, now time.Time) error {
	return s.change(ctx, "noting the use of a passkey", func(q session) error {
		_, err := q.exec(ctx, "passkey_used", id, credential, micros(now))
		return err
	})
}

// PasskeyRemove forgets a passkey of a user; fault.NotFound when there is none such, and fault.Conflict when it is the
// only way in.
func (s *Store) PasskeyRemove(ctx context.Context, userID string, id []byte) error {
	return s.change(ctx, "forgetting a passkey", func(q session) error {
		n, err := q.exec(ctx, "passkey_delete", userID, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "there is no such passkey")
		}
		u, err := scanUser(q.row(ctx, "user_get", userID))
		if err != nil {
			return missing(err, "there is no such user")
		}
		if !u.Joined() {
			return fault.New(fault.Conflict, "this passkey is the only way to sign in").Mend("choose a password first")
		}
		return nil
	})
}
