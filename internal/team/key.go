// Package team is who may do what: users, roles, sessions, API keys and their scopes, and what is written down of changes,
// as rules without a database.
//
// Keeping them is left to the store, reading them out of a request to the API and the pages.
package team

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// Scope is what a key may be used for: one of the actions Ingest, Read and Admin.
type Scope = Action

// Scopes are all scopes.
var Scopes = []Scope{Ingest, Read, Admin}

var hints = map[Scope]string{Ingest: "kw_in_", Read: "kw_rd_", Admin: "kw_ad_"}

// ParseScope reads a scope as people write it.
func ParseScope(text string) (Scope, error) {
	if slices.Contains(Scopes, Scope(text)) {
		return Scope(text), nil
	}
	return "", fault.New(fault.Invalid, "%q is not a scope", text).Mend("use ingest, read or admin").
		Field("scope", "is not one of ingest, read, admin")
}

// within is what each scope includes. Watch goes with Read, as the raw facts do that can be read with such a key.
var within = map[Scope][]Action{Ingest: {Ingest}, Read: {Read, Watch}, Admin: Actions}

// Allows tells whether something of scope a, such as a key, may do what needs an action.
func (a Action) Allows(need Action) bool { return slices.Contains(within[a], need) }

// ScopeFor is the narrowest scope that includes an action.
func ScopeFor(need Action) Scope {
	for _, s := range Scopes {
		if s.Allows(need) {
			return s
		}
	}
	return Admin
}

// Hash is the SHA-256 of a key's text, all that is ever kept of it. A plain hash is enough: the text is
// random, so there is nothing to guess.
type Hash [sha256.Size]byte

// Hashed is the hash of a key's text.
func Hashed(text string) Hash { return sha256.Sum256([]byte(text)) }

// Key is an API key without its text. Names are unique among keys that are not revoked.
type Key struct {
	ID       string // 16 hex digits
	Name     string
	Scope    Scope
	Hash     Hash
	Hint     string // the first characters of the text, to recognise it by
	Created  time.Time
	LastUsed time.Time // zero: never; at most a minute behind
	Revoked  time.Time // zero: active
}

// Active tells whether the key still opens anything.
func (k Key) Active() bool { return k.Revoked.IsZero() }

// Principal is what may be done with the key.
func (k Key) Principal() Principal {
	return Principal{Kind: ByKey, ID: k.ID, Name: k.Name, Scope: k.Scope}
}

// KeyShown is a key without its hash, for the audit trail.
type KeyShown struct {
	Name  string `json:"name"`
	Scope Scope  `json:"scope"`
	Hint  string `json:"hint"`
}

// Shown is the key without its hash.
func (k Key) Shown() KeyShown { return KeyShown{k.Name, k.Scope, k.Hint} }

const (
	secretLength = 40 // of base62: 238 bits
	hintLength   = 4  // of those, leaving 214 bits
	maxName      = 100
)

// NewKey makes a key from a source of randomness (crypto/rand.Reader). The text is returned this once.
func NewKey(name string, scope Scope, random io.Reader, now time.Time) (text string, k Key, err error) {
	name = strings.TrimSpace(name)
	if _, err := ParseScope(string(scope)); err != nil {
		return "", Key{}, err
	}
	if reason := unfit(name); reason != "" {
		return "", Key{}, fault.New(fault.Invalid, "the name of the key can't be used").Mend("name it after what uses it, for example website").Field("name", "%s", reason)
	}
	var id [8]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return "", Key{}, fault.Wrap(fault.Internal, err, "no randomness for a key")
	}
	secret, err := base62(random, secretLength)
	if err != nil {
		return "", Key{}, fault.Wrap(fault.Internal, err, "no randomness for a key")
	}
	text = hints[scope] + secret
	return text, Key{ID: hex.EncodeToString(id[:]), Name: name, Scope: scope, Hash: Hashed(text),
		Hint: hints[scope] + secret[:hintLength], Created: now.UTC().Truncate(time.Microsecond)}, nil
}

func unfit(name string) string {
	switch {
	case name == "":
		return "is empty"
	case utf8.RuneCountInString(name) > maxName:
		return "is longer than 100 characters"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "holds characters that can't be printed"
	}
	return ""
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// base62 draws n characters, each equally likely: bytes that do not fit a multiple of 62 are drawn again.
func base62(random io.Reader, n int) (string, error) {
	out := make([]byte, 0, n)
	buf := make([]byte, n)
	for len(out) < n {
		if _, err := io.ReadFull(random, buf); err != nil {
			return "", err
		}
		for _, b := range buf {
			if b < 4*62 && len(out) < n {
				out = append(out, alphabet[b%62])
			}
		}
	}
	return string(out), nil
}
