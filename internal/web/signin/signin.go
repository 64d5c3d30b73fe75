// Package signin lets people in: with a password and the code of an authenticator app, with a passkey, through a provider
// of OpenID Connect; before there are users, by the one-time set-up link that a server prints or an API key. It keeps those
// out who did none of that, and notes who is in, from where, and what they change.
//
// What somebody may do is decided by team, keeping users and sessions is left to the store, one's own settings to settings.
package signin

import (
	"context"
	"crypto/rand"
	"embed"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Keys knows API keys; *team.Gate does.
type Keys interface {
	Admit(ctx context.Context, text string, need team.Scope, now time.Time) (team.Key, error)
}

// Sessions keeps sessions and set-up links; the store does.
type Sessions interface {
	SessionAdd(ctx context.Context, s team.Session) error
	// SessionGet is a session that has not ended, by the hash of its token; fault.NotFound when there is none.
	SessionGet(ctx context.Context, h team.Hash, now time.Time) (team.Session, error)
	SessionEnd(ctx context.Context, h team.Hash) error
	// SetupGood tells whether a set-up link can still be used; SetupTake uses it up: fault.NotFound when there is none, or no
	// longer.
	SetupGood(ctx context.Context, h team.Hash, now time.Time) (bool, error)
	SetupTake(ctx context.Context, h team.Hash, now time.Time) error
}

// Users keeps users, their ways in, and tickets; the store does. What it does not know is a fault.NotFound.
type Users interface {
	Users(ctx context.Context) ([]team.User, error)
	UsersJoined(ctx context.Context) (bool, error)
	UserFind(ctx context.Context, idOrEmail string) (team.User, error)
	UserFirst(ctx context.Context, u team.User) error
	UserChange(ctx context.Context, id string, change func(*team.User) error) (team.User, error)
	// PasswordRenew puts another hash of the same password in the place of the one that was.
	PasswordRenew(ctx context.Context, id, was, is string) error
	TOTPUse(ctx context.Context, id string, step int64) error
	RecoveryUse(ctx context.Context, id string, code team.Hash) error
	Passkeys(ctx context.Context, userID string) ([]team.Passkey, error)
	PasskeyAdd(ctx context.Context, k team.Passkey) error
	PasskeyUsed(ctx context.Context, id []byte, credential string, now time.Time) error
	IdentityUser(ctx context.Context, issuer, subject string) (team.User, error)
	IdentityAdd(ctx context.Context, issuer, subject, userID string, now time.Time) error
	TicketAdd(ctx context.Context, t team.Ticket, now time.Time) error
	TicketGet(ctx context.Context, h team.Hash, purpose team.Purpose, now time.Time) (team.Ticket, error)
	TicketTake(ctx context.Context, h team.Hash, purpose team.Purpose, now time.Time) (team.Ticket, error)
	AuditAdd(ctx context.Context, c *team.Change) error
}

// Area answers for signing in and out.
type Area struct {
	Pages    *ui.Pages
	Keys     Keys
	Sessions Sessions
	Users    Users
	// Address is where the product is reached from outside; empty when that is not configured. Links in mails, passkeys and
	// OpenID Connect are bound to it, never to what a request says of itself.
	Address string
	// Mail posts a mail; nil when no mail server is configured.
	Mail func(to, subject, text string) bool
	// OpenID is the provider people may sign in with; nil when there is none.
	OpenID *OpenID
	// Workplace knows and keeps what set-up asks for.
	Workplace Workplace

	throttle team.Throttle
	hashing  hashing
}

// cookieName is bound to the host and to TLS where there is any.
func (a *Area) cookieName(name string) string {
	if a.Pages.Secure {
		return "__Host-keepwell_" + name
	}
	return "keepwell_" + name
}

// Guard lets only those through who are signed in and may do what needs an action: strangers are sent to sign in, parts of
// pages get 401, and who may not gets 403.
func (a *Area) Guard(need team.Action, h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, err := a.session(r)
		switch {
		case err == nil:
			who := s.Principal()
			r = r.WithContext(team.WithPrincipal(ui.WithWho(r.Context(), s), who))
			a.Pages.Handle(func(w http.ResponseWriter, r *http.Request) error { // errors too are shown to who is signed in
				if !who.May(need) {
					return fault.New(fault.Forbidden, "this needs the right to %s", need)
				}
				return h(w, r)
			}).ServeHTTP(w, r)
			return nil
		case fault.KindOf(err) != fault.NotFound:
			return err
		case ui.IsPart(r) || r.Header.Get("Accept") == "text/event-stream":
			return fault.New(fault.Unauthenticated, "nobody is signed in")
		}
		to := "/signin"
		if next := r.URL.RequestURI(); r.Method == http.MethodGet && next != "/" {
			to += "?next=" + url.QueryEscape(next)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
}

// Still is nil while the session that a request came with lasts, and its holder may see anything.
func (a *Area) Still(r *http.Request) error {
	s, err := a.session(r)
	if err == nil && !s.Principal().May(team.Read) {
		err = fault.New(fault.Forbidden, "nothing may be seen any more")
	}
	return err
}

// Greet lets everybody through, and knows who is signed in.
func (a *Area) Greet(h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if s, err := a.session(r); err == nil {
			r = r.WithContext(team.WithPrincipal(ui.WithWho(r.Context(), s), s.Principal()))
			a.Pages.Handle(h).ServeHTTP(w, r)
			return nil
		}
		return h(w, r)
	}
}

// Recently lets only those through who signed in a moment ago; others sign in once more. It is for changing how one signs
// in, so that a browser left open is not enough to take an account over.
func (a *Area) Recently(h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s := ui.Who(r.Context())
		if s == nil || s.User == nil {
			return fault.New(fault.Forbidden, "only users have an account of their own")
		}
		if a.Pages.Now().Sub(s.Created) <= team.Fresh {
			return h(w, r)
		}
		back := "/settings/me"
		if r.Method == http.MethodGet {
			back = r.URL.RequestURI()
		}
		http.Redirect(w, r, "/signin?again=1&next="+url.QueryEscape(back), http.StatusSeeOther)
		return nil
	}
}

func (a *Area) session(r *http.Request) (team.Session, error) {
	token, ok := a.cookie(r, "session")
	if !ok {
		return team.Session{}, fault.New(fault.NotFound, "no session")
	}
	return a.Sessions.SessionGet(r.Context(), team.Hashed(token), a.Pages.Now())
}

func (a *Area) cookie(r *http.Request, name string) (string, bool) {
	c, err := r.Cookie(a.cookieName(name))
	if err != nil || c.Value == "" || len(c.Value) > 100 {
		return "", false
	}
	return c.Value, true
}

// Begin signs a browser in as a user and ends the session it had; the change under way says so.
func (a *Area) Begin(w http.ResponseWriter, r *http.Request, u team.User) error {
	token, s, err := team.NewUserSession(u, rand.Reader, a.Pages.Now())
	if err != nil {
		return err
	}
	if c := team.ChangeOf(r.Context()); c != nil && c.Who.Kind == "" {
		c.Who = u.Principal()
	}
	return a.begin(w, r, token, s)
}

func (a *Area) begin(w http.ResponseWriter, r *http.Request, token string, s team.Session) error {
	s.Device, s.Address = device(r.UserAgent()), From(r)
	if err := a.Sessions.SessionAdd(r.Context(), s); err != nil {
		return err
	}
	if err := a.end(r); err != nil {
		return err
	}
	a.setCookie(w, r, "session", token, s.Expires)
	return nil
}

// SignOut ends the session.
func (a *Area) SignOut(w http.ResponseWriter, r *http.Request) error {
	if s, err := a.session(r); err == nil {
		if c := team.ChangeOf(r.Context()); c != nil {
			c.Who, c.Subject = s.Principal(), s.Name
		}
	}
	if err := a.end(r); err != nil {
		return err
	}
	a.setCookie(w, r, "session", "", time.Unix(1, 0))
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

func (a *Area) end(r *http.Request) error {
	token, ok := a.cookie(r, "session")
	if !ok {
		return nil
	}
	return a.Sessions.SessionEnd(r.Context(), team.Hashed(token))
}

func (a *Area) setCookie(w http.ResponseWriter, r *http.Request, name, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{Name: a.cookieName(name), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: a.Pages.Secure || r.TLS != nil, SameSite: http.SameSiteLaxMode})
}

// issue keeps a ticket whose token the browser holds in a cookie.
func (a *Area) issue(w http.ResponseWriter, r *http.Request, cookie string, purpose team.Purpose, userID, data string) (token string, err error) {
	now := a.Pages.Now()
	token, t, err := team.NewTicket(purpose, userID, data, team.StepLife, rand.Reader, now)
	if err != nil {
		return "", err
	}
	if err := a.Users.TicketAdd(r.Context(), t, now); err != nil {
		return "", err
	}
	a.setCookie(w, r, cookie, token, t.Expires)
	return token, nil
}

// redeem takes the ticket whose token is in a cookie, and the cookie.
func (a *Area) redeem(w http.ResponseWriter, r *http.Request, cookie string, purpose team.Purpose) (team.Ticket, error) {
	token, ok := a.cookie(r, cookie)
	if !ok {
		return team.Ticket{}, fault.New(fault.NotFound, "there is no such ticket")
	}
	a.setCookie(w, r, cookie, "", time.Unix(1, 0))
	return a.Users.TicketTake(r.Context(), team.Hashed(token), purpose, a.Pages.Now())
}

// link is an absolute address for a mail; only to be asked for when Address is known.
func (a *Area) link(path string) string { return strings.TrimRight(a.Address, "/") + path }
