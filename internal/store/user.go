package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// UserAdd keeps a new user; fault.Conflict when an active one has the e-mail.
func (s *Store) UserAdd(ctx context.Context, u team.User) error {
	team.Describe(ctx, u.Email, nil, u.Shown())
	return s.change(ctx, "adding a user", func(q session) error { return insertUser(ctx, q, u) })
}

// UserFirst keeps the first user, who is an admin with a password; fault.Conflict when somebody can sign in already.
func (s *Store) UserFirst(ctx context.Context, u team.User) error {
	team.Describe(ctx, u.Email, nil, u.Shown())
	return s.change(ctx, "adding the first user", func(q session) error {
		if err := meet(ctx, q); err != nil {
			return err
		}
		if n, err := countAdmins(ctx, q); err != nil || n > 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "there is an admin already").Mend("sign in, or ask an admin for a link")
			}
			return err
		}
		return insertUser(ctx, q, u)
	})
}

// meet makes those who count admins and then change one wait for each other in one row. Serializable transactions should
// see to that alone; on an empty table they did not always.
func meet(ctx context.Context, q session) error { return putSetting(ctx, q, "admins", "counted") }

func insertUser(ctx context.Context, q session, u team.User) error {
	names, err := json.Marshal(u.CSMNames)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "user_insert", u.ID, u.Email, team.EmailKey(u.Email), u.Name, string(u.Role), number(u.OwnBook), string(names), u.Language,
		u.Password, u.TOTP, u.TOTPStep, micros(u.Created))
	return emailTaken(err, u.Email)
}

func emailTaken(err error, email string) error {
	if taken(err) {
		return fault.Wrap(fault.Conflict, err, "there is an active user with the address %s", email).
			Mend("change that user instead").Field("email", "is taken")
	}
	return err
}

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// UserFind is the user with an id or an e-mail, an active one first; fault.NotFound when there is none.
func (s *Store) UserFind(ctx context.Context, idOrEmail string) (u team.User, err error) {
	err = s.look(ctx, "looking up a user", func(q session) (err error) {
		u, err = scanUser(q.row(ctx, "user_find", clean(idOrEmail), team.EmailKey(clean(idOrEmail))))
		return missing(err, "there is no such user")
	})
	return u, err
}

// Users are all users, those who ended last.
func (s *Store) Users(ctx context.Context) (all []team.User, err error) {
	err = s.look(ctx, "listing users", func(q session) (err error) {
		all, err = list(ctx, q, scanUser, "user_list")
		return err
	})
	return all, err
}

// UsersJoined tells whether an admin can sign in, so that set-up is over.
func (s *Store) UsersJoined(ctx context.Context) (joined bool, err error) {
	err = s.look(ctx, "looking for users", func(q session) error {
		n, err := countAdmins(ctx, q)
		joined = n > 0
		return err
	})
	return joined, err
}

func countAdmins(ctx context.Context, q session) (n int, err error) {
	return n, q.row(ctx, "user_admins").Scan(&n)
}

// UserChange lets change alter a user and keeps the result, with nobody in between; change may run more than once. When
// the password changes, or the user ends, every session and ticket of theirs ends. The last admin who can sign in stays
// one: fault.Conflict.
func (s *Store) UserChange(ctx context.Context, id string, change func(*team.User) error) (u team.User, err error) {
	err = s.change(ctx, "changing a user", func(q session) (err error) {
		before, err := scanUser(q.row(ctx, "user_get", id))
		if err != nil {
			return missing(err, "there is no such user")
		}
		if before.Role == team.RoleAdmin {
			if err := meet(ctx, q); err != nil {
				return err
			}
		}
		admins, err := countAdmins(ctx, q)
		if err != nil {
			return err
		}
		u = before
		if err := change(&u); err != nil {
			return err
		}
		team.Describe(ctx, u.Email, before.Shown(), u.Shown())
		if err := updateUser(ctx, q, u); err != nil {
			return err
		}
		if admins > 0 {
			if left, err := countAdmins(ctx, q); err != nil || left == 0 {
				if err == nil {
					err = fault.New(fault.Conflict, "%s is the last admin who can sign in", u.Name).Mend("make somebody else an admin first")
				}
				return err
			}
		}
		if u.Password == before.Password && u.Active() == before.Active() {
			return nil
		}
		if _, err := q.exec(ctx, "session_end_all", u.ID, []byte{}); err != nil {
			return err
		}
		_, err = q.exec(ctx, "ticket_clear", u.ID)
		return err
	})
	return u, err
}

func updateUser(ctx context.Context, q session, u team.User) error {
	names, err := json.Marshal(u.CSMNames)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, "user_update", u.ID, u.Name, string(u.Role), number(u.OwnBook), string(names), u.Language, u.Password, u.TOTP, u.TOTPStep, micros(u.Ended))
	return emailTaken(err, u.Email)
}

// PasswordRenew puts another hash of the same password in the place of the one that was; no session ends.
func (s *Store) PasswordRenew(ctx context.Context, id, was, is string) error {
	return s.change(ctx, "renewing the hash of a password", func(q session) error {
		_, err := q.exec(ctx, "user_rehash", id, was, is)
		return err
	})
}

// UserSecond keeps the secret of an authenticator app, the step of the code that proved it, and recovery codes, in place
// of whatever there was; an empty secret and no codes take the second factor away.
func (s *Store) UserSecond(ctx context.Context, id, secret string, step int64, codes []team.Hash) error {
	return s.change(ctx, "keeping a second factor", func(q session) error {
		u, err := scanUser(q.row(ctx, "user_get", id))
		if err != nil {
			return missing(err, "there is no such user")
		}
		team.Describe(ctx, u.Email, map[string]bool{"authenticator_app": u.TOTP != ""}, map[string]bool{"authenticator_app": secret != ""})
		u.TOTP, u.TOTPStep = secret, step
		if err := updateUser(ctx, q, u); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "recovery_clear", id); err != nil {
			return err
		}
		for _, h := range codes {
			if _, err := q.exec(ctx, "recovery_insert", h[:], id); err != nil {
				return err
			}
		}
		return nil
	})
}

// UserForget takes away every other way in than the password: authenticator app, recovery codes, passkeys and identities,
// and ends all sessions; for somebody who lost their devices.
func (s *Store) UserForget(ctx context.Context, id string) error {
	return s.change(ctx, "forgetting a user's devices", func(q session) error {
		u, err := scanUser(q.row(ctx, "user_get", id))
		if err != nil {
			return missing(err, "there is no such user")
		}
		team.Describe(ctx, u.Email, map[string]any{"authenticator_app": u.TOTP != "", "passkeys": u.Passkeys, "identities": u.Identities}, map[string]any{})
		u.TOTP = ""
		if err := updateUser(ctx, q, u); err != nil {
			return err
		}
		for _, block := range []string{"recovery_clear", "passkey_clear", "identity_clear", "ticket_clear"} {
			if _, err := q.exec(ctx, block, id); err != nil {
				return err
			}
		}
		_, err = q.exec(ctx, "session_end_all", id, []byte{})
		return err
	})
}

// TOTPUse notes the step of a code that is being used; fault.Conflict when it, or a later one, was used before.
func (s *Store) TOTPUse(ctx context.Context, id string, step int64) error {
	return s.change(ctx, "using a code", func(q session) error {
		n, err := q.exec(ctx, "user_step", id, step)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "the code was used already")
		}
		return err
	})
}

// RecoveryUse uses up a recovery code; fault.NotFound when the user has no such code.
func (s *Store) RecoveryUse(ctx context.Context, id string, code team.Hash) error {
	return s.change(ctx, "using a recovery code", func(q session) error {
		n, err := q.exec(ctx, "recovery_use", code[:], id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "there is no such recovery code")
		}
		return err
	})
}

// RecoveryLeft counts the recovery codes a user has left.
func (s *Store) RecoveryLeft(ctx context.Context, id string) (n int, err error) {
	err = s.look(ctx, "counting recovery codes", func(q session) error { return q.row(ctx, "recovery_left", id).Scan(&n) })
	return n, err
}

func scanUser(row scanner) (u team.User, err error) {
	var own int64
	var names string
	var created, seen, ended sql.NullInt64
	err = row.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &own, &names, &u.Language, &u.Password, &u.TOTP, &u.TOTPStep, &created, &seen, &ended, &u.Passkeys, &u.Identities)
	if err != nil {
		return u, err
	}
	u.OwnBook, u.Created, u.LastSeen, u.Ended = own == 1, instant(created), instant(seen), instant(ended)
	return u, json.Unmarshal([]byte(names), &u.CSMNames)
}

// IdentityUser is the user whom an issuer of OpenID Connect calls subject; fault.NotFound when nobody is known by that.
func (s *Store) IdentityUser(ctx context.Context, issuer, subject string) (u team.User, err error) {
	err = s.look(ctx, "looking up an identity", func(q session) (err error) {
		u, err = scanUser(q.row(ctx, "user_of_identity", issuer, subject))
		return missing(err, "there is no such identity")
	})
	return u, err
}

// IdentityAdd notes what an issuer calls a user; fault.Conflict when it calls them something else already.
func (s *Store) IdentityAdd(ctx context.Context, issuer, subject, userID string, now time.Time) error {
	return s.change(ctx, "keeping an identity", func(q session) error {
		u, err := scanUser(q.row(ctx, "user_get", userID))
		if err != nil {
			return missing(err, "there is no such user")
		}
		if u.Identities > 0 {
			return fault.New(fault.Conflict, "%s is tied to another identity already", u.Email).Mend("ask an admin to forget it")
		}
		_, err = q.exec(ctx, "identity_insert", issuer, subject, userID, micros(now))
		return err
	})
}
