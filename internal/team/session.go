package team

import (
	"encoding/hex"
	"io"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// How long things last. A session of a user ends when it was not used for UserIdle, and after UserLife in any case; one of
// a key or a set-up link after SessionLife.
const (
	SessionLife = 12 * time.Hour
	SetupLife   = 24 * time.Hour
	UserIdle    = 3 * 24 * time.Hour
	UserLife    = 30 * 24 * time.Hour
	// Fresh is how long after signing in somebody may change how they sign in; later they sign in once more.
	Fresh = 15 * time.Minute
)

// Session is a browser that is signed in, without the token that says so.
type Session struct {
	Hash  Hash
	KeyID string // of the key that was typed in; a session ends with its key
	// UserID is whose session it is; empty for a key or a set-up link. User is as it is now, not as it was then.
	UserID string
	User   *User
	Name   string // of the user or key
	Scope  Scope  // of the key; of users, Admin for admins and Read for others
	// Device and Address are where it was begun: the browser's own words, and a network address.
	Device, Address string
	// Created and Expires bound its life. Seen is when it was last used, at most a minute behind.
	Created, Seen, Expires time.Time
}

// ID names a session to its owner without opening it.
func (s Session) ID() string {
	again := Hashed(string(s.Hash[:]))
	return hex.EncodeToString(again[:8])
}

// Principal is what may be done with the session.
func (s Session) Principal() Principal {
	switch {
	case s.User != nil:
		return s.User.Principal()
	case s.UserID != "":
		return Principal{}
	case s.KeyID != "":
		return Principal{Kind: ByKey, ID: s.KeyID, Name: s.Name, Scope: s.Scope}
	}
	return Principal{Kind: BySetup, Scope: s.Scope}
}

// NewSession is a session for a key, or, for the zero Key, for a set-up link, which may do everything. The token is
// returned this once.
func NewSession(k Key, random io.Reader, now time.Time) (token string, s Session, err error) {
	token, hash, err := NewToken(random)
	now = now.UTC().Truncate(time.Microsecond)
	s = Session{Hash: hash, KeyID: k.ID, Name: k.Name, Scope: k.Scope, Created: now, Seen: now, Expires: now.Add(SessionLife)}
	if k.ID == "" {
		s.Scope = Admin
	}
	return token, s, err
}

// NewUserSession is a session for a user. The token is returned this once.
func NewUserSession(u User, random io.Reader, now time.Time) (token string, s Session, err error) {
	token, hash, err := NewToken(random)
	now = now.UTC().Truncate(time.Microsecond)
	return token, Session{Hash: hash, UserID: u.ID, User: &u, Name: u.Name, Scope: scopeOf(u.Role), Created: now, Seen: now, Expires: now.Add(UserLife)}, err
}

func scopeOf(r Role) Scope {
	if r == RoleAdmin {
		return Admin
	}
	return Read
}

// NewToken is an opaque random text for a session or a link, and its hash, which is all that is kept.
func NewToken(random io.Reader) (token string, h Hash, err error) {
	token, err = base62(random, secretLength)
	if err != nil {
		return "", Hash{}, fault.Wrap(fault.Internal, err, "no randomness for a token")
	}
	return token, Hashed(token), nil
}

// Purpose is what a ticket is for; one is never good for another.
type Purpose string

const (
	ForPassword  Purpose = "password" // a link to choose a password: an invitation, or a reset
	ForSecond    Purpose = "second"   // the password was right; the code is still to come
	ForTOTP      Purpose = "totp"     // an authenticator app is being set up
	ForPasskey   Purpose = "passkey"  // a passkey is being added
	ForPasskeyIn Purpose = "passkey-in"
	ForOpenID    Purpose = "openid"
)

// How long tickets last: one sent by mail, one handed over by an admin, and one in the middle of signing in.
const (
	ResetLife  = time.Hour
	InviteLife = 3 * 24 * time.Hour
	StepLife   = 5 * time.Minute
)

// Ticket is something begun that may be ended once, by whoever holds its token.
type Ticket struct {
	Hash    Hash
	Purpose Purpose
	UserID  string // empty where nobody is known yet
	Data    string // what is needed to go on
	Expires time.Time
}

// NewTicket is a ticket and its token, which is returned this once.
func NewTicket(purpose Purpose, userID, data string, life time.Duration, random io.Reader, now time.Time) (token string, t Ticket, err error) {
	token, hash, err := NewToken(random)
	return token, Ticket{hash, purpose, userID, data, now.UTC().Truncate(time.Microsecond).Add(life)}, err
}
