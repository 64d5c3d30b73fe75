package team

import (
	"io"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// SessionLife is how long a browser stays signed in, SetupLife how long a set-up link can be used.
const (
	SessionLife = 12 * time.Hour
	SetupLife   = 24 * time.Hour
)

// Session is a browser that is signed in, without the token that says so.
type Session struct {
	Hash  Hash
	KeyID string // of the key that was typed in; empty for a set-up link. A session ends with its key
	Name  string // of that key
	Scope Scope
	// Created and Expires bound its life.
	Created, Expires time.Time
}

// NewSession is a session for a key, or, for the zero Key, for a set-up link, which may do everything. The token is
// returned this once.
func NewSession(k Key, random io.Reader, now time.Time) (token string, s Session, err error) {
	token, hash, err := NewToken(random)
	now = now.UTC().Truncate(time.Microsecond)
	s = Session{Hash: hash, KeyID: k.ID, Name: k.Name, Scope: k.Scope, Created: now, Expires: now.Add(SessionLife)}
	if k.ID == "" {
		s.Scope = Admin
	}
	return token, s, err
}

// NewToken is an opaque random text for a session or a set-up link, and its hash, which is all that is kept.
func NewToken(random io.Reader) (token string, h Hash, err error) {
	token, err = base62(random, secretLength)
	if err != nil {
		return "", Hash{}, fault.Wrap(fault.Internal, err, "no randomness for a token")
	}
	return token, Hashed(token), nil
}
