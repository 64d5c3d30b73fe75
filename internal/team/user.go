package team

import (
	"encoding/hex"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// User is somebody who signs in.
type User struct {
	ID       string // 16 hex digits
	Email    string
	Name     string
	Role     Role
	OwnBook  bool     // sees only accounts whose trait csm is one of Book
	CSMNames []string // what the trait csm calls this user, beside name and e-mail
	Language string   // of mails: en, es, ro, ru; empty: the workspace's
	Created  time.Time
	LastSeen time.Time // zero: never signed in; at most a minute behind
	Ended    time.Time // zero: active

	// Password is an argon2id hash in its usual text form, TOTP the secret of an authenticator app; empty: none.
	Password, TOTP string
	// TOTPStep is the last time step of a code that was used: none at or before it counts again.
	TOTPStep int64
	// Passkeys and Identities count other ways in; read only.
	Passkeys, Identities int
}

// Active tells whether the user may sign in.
func (u User) Active() bool { return u.Ended.IsZero() }

// Joined tells whether the user has a way to sign in.
func (u User) Joined() bool { return u.Password != "" || u.Passkeys > 0 || u.Identities > 0 }

// Book are the values of the trait csm that make an account the user's own: the name, the e-mail and the names given.
func (u User) Book() []string {
	var all []string
	for _, name := range append([]string{u.Name, u.Email}, u.CSMNames...) {
		if name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// Principal is what the user may do.
func (u User) Principal() Principal {
	p := Principal{Kind: ByUser, ID: u.ID, Name: u.Name, Role: u.Role}
	if u.OwnBook {
		p.Book = u.Book()
	}
	return p
}

// UserShown is a user without secrets, for the audit trail.
type UserShown struct {
	Email    string   `json:"email"`
	Name     string   `json:"name"`
	Role     Role     `json:"role"`
	Accounts string   `json:"accounts"`
	CSMNames []string `json:"csm_names,omitempty"`
	Language string   `json:"language,omitempty"`
	Active   bool     `json:"active"`
}

// Shown is the user without secrets.
func (u User) Shown() UserShown {
	return UserShown{u.Email, u.Name, u.Role, u.Accounts(), u.CSMNames, u.Language, u.Active()}
}

// Accounts is which accounts the user sees: all or own.
func (u User) Accounts() string {
	if u.OwnBook {
		return "own"
	}
	return "all"
}

// Limits of what is kept of a user. With them the segment of an own book always fits into a question.
const (
	maxEmail    = 254
	maxCSMNames = 10
)

// NewUser is a user without a way to sign in yet.
func NewUser(email, name string, role Role, random io.Reader, now time.Time) (User, error) {
	var id [8]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return User{}, fault.Wrap(fault.Internal, err, "no randomness for a user")
	}
	u := User{ID: hex.EncodeToString(id[:]), Email: email, Name: name, Role: role, Created: now.UTC().Truncate(time.Microsecond)}
	return u, u.Check()
}

// Check trims what people typed and reports every field that can't be used.
func (u *User) Check() error {
	bad := fault.New(fault.Invalid, "the user can't be kept like this")
	u.Email, u.Name = strings.TrimSpace(u.Email), strings.TrimSpace(u.Name)
	if !isAddress(u.Email) {
		bad.Field("email", "is not an e-mail address like ana@example.com")
	}
	if reason := unfit(u.Name); reason != "" {
		bad.Field("name", "%s", reason)
	}
	if !u.Role.Known() {
		bad.Field("role", "is not one of admin, manager, csm, support, viewer")
	}
	if u.OwnBook && u.Role == RoleAdmin {
		bad.Field("accounts", "can't be own for an admin, who may change it anyway")
	}
	if !slices.Contains([]string{"", "en", "es", "ro", "ru"}, u.Language) {
		bad.Field("language", "is not one of en, es, ro, ru")
	}
	var names []string
	for _, name := range u.CSMNames {
		if name = strings.TrimSpace(name); name == "" || slices.Contains(names, name) {
			continue
		}
		if reason := unfit(name); reason != "" {
			bad.Field("csm_names", "one of them %s", reason)
		}
		names = append(names, name)
	}
	if u.CSMNames = names; len(names) > maxCSMNames {
		bad.Field("csm_names", "are more than %d", maxCSMNames)
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// EmailKey is an e-mail address as it is compared: without regard to case.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func isAddress(text string) bool {
	at, err := mail.ParseAddress(text)
	if err != nil || at.Address != text || len(text) > maxEmail || !utf8.ValidString(text) {
		return false
	}
	_, host, _ := strings.Cut(text, "@")
	return host != "" && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
}

// Passkey is a credential of WebAuthn. Credential is what the library keeps of it, as JSON; no secret is in it.
type Passkey struct {
	ID         []byte
	UserID     string
	Name       string
	Credential string
	Created    time.Time
	LastUsed   time.Time
}
