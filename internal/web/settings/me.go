package settings

import (
	"encoding/hex"
	"net/http"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type me struct {
	Tabs     []tab
	Done     string // key of a text
	User     *team.User
	Passkeys []passkey
	// CanPasskey is false where passkeys can't be: no address is configured.
	CanPasskey bool
	Sessions   []session
	Recovery   int
	Langs      []i18n.Lang
	Problems   map[string]string // keys of texts, by field
	// Setup is set when nobody has an account yet, so that one can be made.
	Setup bool
}

type passkey struct {
	team.Passkey
	Hex string
}

type session struct {
	team.Session
	Current bool
}

// Me shows one's own account.
func (a *Area) Me(w http.ResponseWriter, r *http.Request) error {
	return a.showMe(w, r, http.StatusOK, nil)
}

func (a *Area) showMe(w http.ResponseWriter, r *http.Request, status int, problems map[string]string) error {
	page := me{Tabs: tabs(r, "me"), Done: said(r, "profile", "password", "totp", "totp-off", "passkey", "passkey-off", "session", "sessions"),
		CanPasskey: a.Signin.Passkeys(r), Langs: i18n.Langs, Problems: problems}
	now, ctx, own := a.Pages.Now(), r.Context(), ui.Who(r.Context())
	if page.User = own.User; page.User == nil {
		page.Setup = true
		return a.Pages.ShowStatus(w, r, status, "settings/me", page)
	}
	keys, err := a.Store.Passkeys(ctx, page.User.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		page.Passkeys = append(page.Passkeys, passkey{k, hex.EncodeToString(k.ID)})
	}
	sessions, err := a.Store.Sessions(ctx, page.User.ID, now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		page.Sessions = append(page.Sessions, session{s, s.Hash == own.Hash})
	}
	if page.Recovery, err = a.Store.RecoveryLeft(ctx, page.User.ID); err != nil {
		return err
	}
	return a.Pages.ShowStatus(w, r, status, "settings/me", page)
}

// Profile changes one's name and the language of mails.
func (a *Area) Profile(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	_, err = a.Store.UserChange(r.Context(), u.ID, func(u *team.User) error {
		u.Name, u.Language = r.PostFormValue("name"), r.PostFormValue("language")
		return u.Check()
	})
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return a.showMe(w, r, http.StatusUnprocessableEntity, map[string]string{"name": "setup.bad.name"})
	}
	if err != nil {
		return err
	}
	return done(w, r, "/settings/me", "profile")
}

// Password changes one's password: every session ends, and this browser gets a new one.
func (a *Area) Password(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	if u.Password != "" {
		right, err := a.Signin.Right(r, u, r.PostFormValue("current"))
		if err != nil {
			return err
		}
		if !right {
			return a.showMe(w, r, http.StatusUnprocessableEntity, map[string]string{"current": "password.wrong"})
		}
	}
	password := r.PostFormValue("password")
	if err := team.CheckPassword(password, u.Email, u.Name); err != nil {
		return a.showMe(w, r, http.StatusUnprocessableEntity, map[string]string{"password": signin.PasswordProblem(err)})
	}
	hash, err := a.Signin.Hash(r.Context(), password)
	if err != nil {
		return err
	}
	if u, err = a.Store.UserChange(r.Context(), u.ID, func(u *team.User) error { u.Password = hash; return nil }); err != nil {
		return err
	}
	a.Signin.Told(r, u)
	if err := a.Signin.Begin(w, r, u); err != nil {
		return err
	}
	return done(w, r, "/settings/me", "password")
}

// PasskeyRemove forgets one of one's passkeys.
func (a *Area) PasskeyRemove(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	id, err := hex.DecodeString(r.PathValue("id"))
	if err != nil {
		return fault.New(fault.NotFound, "there is no such passkey")
	}
	team.Describe(r.Context(), u.Email, map[string]string{"passkey": r.PathValue("id")}, nil)
	if err := a.Store.PasskeyRemove(r.Context(), u.ID, id); err != nil {
		return err
	}
	return done(w, r, "/settings/me", "passkey-off")
}

// SessionEnd ends one of one's sessions.
func (a *Area) SessionEnd(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	sessions, err := a.Store.Sessions(r.Context(), u.ID, a.Pages.Now())
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.ID() == r.PathValue("id") {
			team.Describe(r.Context(), u.Email, map[string]string{"device": s.Device, "address": s.Address}, nil)
			if err := a.Store.SessionEnd(r.Context(), s.Hash); err != nil {
				return err
			}
			return done(w, r, "/settings/me", "session")
		}
	}
	return fault.New(fault.NotFound, "there is no such session")
}

// SessionsEnd ends all of one's sessions but this one.
func (a *Area) SessionsEnd(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	team.Describe(r.Context(), u.Email, nil, nil)
	if err := a.Store.SessionsEnd(r.Context(), u.ID, ui.Who(r.Context()).Hash); err != nil {
		return err
	}
	return done(w, r, "/settings/me", "sessions")
}
