// Package signin lets people in: by the one-time set-up link that a server prints, or by an API key they type in; and
// keeps those out who did neither.
//
// What a session may do is left to each page, keeping sessions to the store.
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
	// SetupTake uses up a set-up link; fault.NotFound when there is none, or no longer.
	SetupTake(ctx context.Context, h team.Hash, now time.Time) error
}

// Area answers for signing in and out.
type Area struct {
	Pages    *ui.Pages
	Keys     Keys
	Sessions Sessions
	attempts attempts
}

const cookieName = "keepwell_session"

// Guard lets only those through who are signed in: others are sent to sign in, parts of pages get 401.
func (a *Area) Guard(h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s, err := a.session(r)
		switch {
		case err == nil:
			a.Pages.Handle(h).ServeHTTP(w, r.WithContext(ui.WithWho(r.Context(), s))) // errors too are shown to who is signed in
			return nil
		case fault.KindOf(err) != fault.NotFound:
			return err
		case ui.IsPart(r):
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

// Greet lets everybody through, and knows who is signed in.
func (a *Area) Greet(h ui.Handler) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := a.session(r); err == nil {
			return a.Guard(h)(w, r)
		}
		return h(w, r)
	}
}

// Admin lets only those through who may change things.
func (a *Area) Admin(h ui.Handler) ui.Handler {
	return a.Guard(func(w http.ResponseWriter, r *http.Request) error {
		if !ui.Who(r.Context()).Scope.Allows(team.Admin) {
			return fault.New(fault.Forbidden, "this session may read only")
		}
		return h(w, r)
	})
}

func (a *Area) session(r *http.Request) (team.Session, error) {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) > 100 {
		return team.Session{}, fault.New(fault.NotFound, "no session")
	}
	return a.Sessions.SessionGet(r.Context(), team.Hashed(c.Value), a.Pages.Now())
}

type form struct {
	Next    string
	Problem string // key of a text
}

// Form shows where to type a key.
func (a *Area) Form(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.session(r); err == nil {
		http.Redirect(w, r, ui.Local(r.FormValue("next")), http.StatusSeeOther)
		return nil
	}
	return a.Pages.Show(w, r, "signin/signin", form{Next: ui.Local(r.FormValue("next"))})
}

// SignIn takes a key.
func (a *Area) SignIn(w http.ResponseWriter, r *http.Request) error {
	next := ui.Local(r.PostFormValue("next"))
	now := a.Pages.Now()
	if err := a.attempts.take(r, now); err != nil {
		return err
	}
	key, err := a.Keys.Admit(r.Context(), strings.TrimSpace(r.PostFormValue("key")), team.Read, now)
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		return a.Pages.ShowStatus(w, r, http.StatusUnauthorized, "signin/signin", form{next, "signin.unknown"})
	case fault.Forbidden:
		return a.Pages.ShowStatus(w, r, http.StatusForbidden, "signin/signin", form{next, "signin.scope"})
	}
	if err != nil {
		return err
	}
	return a.begin(w, r, key, next)
}

// begin signs a browser in and ends the session it had.
func (a *Area) begin(w http.ResponseWriter, r *http.Request, key team.Key, next string) error {
	now := a.Pages.Now()
	token, session, err := team.NewSession(key, rand.Reader, now)
	if err != nil {
		return err
	}
	if err := a.Sessions.SessionAdd(r.Context(), session); err != nil {
		return err
	}
	if err := a.end(r); err != nil {
		return err
	}
	a.setCookie(w, r, token, session.Expires)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// SignOut ends the session.
func (a *Area) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := a.end(r); err != nil {
		return err
	}
	a.setCookie(w, r, "", time.Unix(1, 0))
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

func (a *Area) end(r *http.Request) error {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	return a.Sessions.SessionEnd(r.Context(), team.Hashed(c.Value))
}

func (a *Area) setCookie(w http.ResponseWriter, r *http.Request, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: a.Pages.Secure || r.TLS != nil, SameSite: http.SameSiteLaxMode})
}
