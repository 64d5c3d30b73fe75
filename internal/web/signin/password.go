package signin

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type form struct {
	Next, Email string
	Problem     string // key of a text
	// People is set when there are users, Joined when an admin is among them who can sign in: then keys no longer do.
	People, Joined   bool
	Passkeys, OpenID bool
	Mail             bool
	// Again asks somebody who is signed in to do so once more.
	Again bool
}

// show answers with the page to sign in on.
func (a *Area) show(w http.ResponseWriter, r *http.Request, status int, f form) error {
	users, err := a.Users.Users(r.Context())
	if err != nil {
		return err
	}
	for _, u := range users {
		f.People = f.People || u.Active()
	}
	if f.Joined, err = a.Users.UsersJoined(r.Context()); err != nil {
		return err
	}
	_, f.Passkeys = a.relyingParty(r)
	f.OpenID, f.Mail = a.OpenID != nil && a.Address != "", a.Mail != nil && a.Address != ""
	return a.Pages.ShowStatus(w, r, status, "signin/signin", f)
}

// Form shows the ways to sign in.
func (a *Area) Form(w http.ResponseWriter, r *http.Request) error {
	f := form{Next: ui.Local(r.FormValue("next")), Again: r.FormValue("again") != ""}
	if s, err := a.session(r); err == nil && !f.Again {
		http.Redirect(w, r, f.Next, http.StatusSeeOther)
		return nil
	} else if err == nil && s.User != nil {
		f.Email = s.User.Email
	}
	return a.show(w, r, http.StatusOK, f)
}

// SignIn takes an e-mail address and a password, or, before there are users, an API key.
func (a *Area) SignIn(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("key") != "" {
		return a.signInByKey(w, r)
	}
	f := form{Next: ui.Local(r.PostFormValue("next")), Email: strings.TrimSpace(r.PostFormValue("email"))}
	now, ctx := a.Pages.Now(), r.Context()
	key := team.EmailKey(f.Email)
	if len(key) > 254 {
		key = "long"
	}
	address, account := neighbours(r), "account "+key
	pair := account + " " + address
	if err := a.throttle.Wait(now, address, account, pair); err != nil {
		return err
	}
	u, err := a.Users.UserFind(ctx, f.Email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if !u.Active() || team.EmailKey(u.Email) != key {
		u = team.User{}
	}
	password := r.PostFormValue("password")
	var right, renew bool
	// For strangers too, so that the time it takes does not tell who is one.
	if err := a.hashing.do(ctx, func() { right, renew = team.VerifyPassword(u.Password, password) }); err != nil {
		return err
	}
	if !right {
		a.throttle.Failed(now, address, byAddress)
		a.throttle.Failed(now, account, byAccount)
		a.throttle.Failed(now, pair, byPair)
		a.refused(r, u, "password")
		f.Problem = "signin.wrong"
		return a.show(w, r, http.StatusUnauthorized, f)
	}
	a.throttle.Passed(pair)
	if renew {
		if err := a.renew(r, &u, password); err != nil {
			return err
		}
	}
	return a.passed(w, r, u, f.Next)
}

// renew makes the hash of a password anew, with today's strength.
func (a *Area) renew(r *http.Request, u *team.User, password string) error {
	hash, err := a.Hash(r.Context(), password)
	if err != nil {
		return err
	}
	err = a.Users.PasswordRenew(r.Context(), u.ID, u.Password, hash)
	u.Password = hash
	return err
}

// Hash is what is kept of a password.
func (a *Area) Hash(ctx context.Context, password string) (hash string, err error) {
	if waited := a.hashing.do(ctx, func() { hash, err = team.HashPassword(password, rand.Reader) }); waited != nil {
		return "", waited
	}
	return hash, err
}

// Right tells whether a password is the user's own, as slowly as at the door.
func (a *Area) Right(r *http.Request, u team.User, password string) (right bool, err error) {
	now, account := a.Pages.Now(), "account "+team.EmailKey(u.Email)+" "+neighbours(r)
	if err := a.throttle.Wait(now, account); err != nil {
		return false, err
	}
	err = a.hashing.do(r.Context(), func() { right, _ = team.VerifyPassword(u.Password, password) })
	if !right {
		a.throttle.Failed(now, account, byPair)
	}
	return right, err
}

// passed goes on after the password: to the code of the authenticator app, if there is one, else in.
func (a *Area) passed(w http.ResponseWriter, r *http.Request, u team.User, next string) error {
	if c := team.ChangeOf(r.Context()); c != nil {
		c.Who, c.Subject = u.Principal(), u.Email
	}
	if u.TOTP == "" {
		if err := a.Begin(w, r, u); err != nil {
			return err
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	if c := team.ChangeOf(r.Context()); c != nil {
		c.Action = "sign-in-password"
	}
	if _, err := a.issue(w, r, "second", team.ForSecond, u.ID, next); err != nil {
		return err
	}
	http.Redirect(w, r, "/signin/code", http.StatusSeeOther)
	return nil
}

// refused writes down that somebody could not sign in to an account that exists. Whatever else was typed into the field
// may be a password, so it is not written down.
func (a *Area) refused(r *http.Request, u team.User, how string) {
	if u.ID == "" {
		return
	}
	c := &team.Change{When: a.Pages.Now(), From: From(r), Door: team.DoorWeb, Action: "sign-in-refused", Subject: u.Email, After: map[string]string{"by": how}}
	if err := a.Users.AuditAdd(r.Context(), c); err != nil {
		a.Pages.Report(err)
	}
}

func (a *Area) signInByKey(w http.ResponseWriter, r *http.Request) error {
	f := form{Next: ui.Local(r.PostFormValue("next"))}
	now, address := a.Pages.Now(), neighbours(r)
	if err := a.throttle.Wait(now, address); err != nil {
		return err
	}
	if joined, err := a.Users.UsersJoined(r.Context()); err != nil || joined {
		if err == nil {
			f.Problem = "signin.keys_over"
			err = a.show(w, r, http.StatusForbidden, f)
		}
		return err
	}
	key, err := a.Keys.Admit(r.Context(), strings.TrimSpace(r.PostFormValue("key")), team.Read, now)
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		a.throttle.Failed(now, address, byAddress)
		f.Problem = "signin.unknown"
		return a.show(w, r, http.StatusUnauthorized, f)
	case fault.Forbidden:
		f.Problem = "signin.scope"
		return a.show(w, r, http.StatusForbidden, f)
	}
	if err != nil {
		return err
	}
	return a.beginWith(w, r, key, f.Next)
}

// beginWith signs a browser in with a key, or, for the zero Key, with a set-up link.
func (a *Area) beginWith(w http.ResponseWriter, r *http.Request, key team.Key, next string) error {
	token, s, err := team.NewSession(key, rand.Reader, a.Pages.Now())
	if err != nil {
		return err
	}
	if c := team.ChangeOf(r.Context()); c != nil {
		c.Who, c.Subject = s.Principal(), s.Name
	}
	if err := a.begin(w, r, token, s); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

type code struct{ Problem string }

// CodeForm asks for the code of the authenticator app.
func (a *Area) CodeForm(w http.ResponseWriter, r *http.Request) error {
	if _, ok := a.cookie(r, "second"); !ok {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	return a.Pages.Show(w, r, "signin/code", code{})
}

// Code takes the code of the authenticator app, or a recovery code.
func (a *Area) Code(w http.ResponseWriter, r *http.Request) error {
	now, ctx := a.Pages.Now(), r.Context()
	token, _ := a.cookie(r, "second")
	ticket, err := a.Users.TicketGet(ctx, team.Hashed(token), team.ForSecond, now)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			http.Redirect(w, r, "/signin", http.StatusSeeOther) // it took too long
			return nil
		}
		return err
	}
	u, err := a.Users.UserFind(ctx, ticket.UserID)
	if err != nil {
		return err
	}
	account := "second " + u.ID
	if err := a.throttle.Wait(now, account); err != nil {
		return err
	}
	if c := team.ChangeOf(ctx); c != nil {
		c.Who, c.Subject = u.Principal(), u.Email
	}
	right, err := a.checkCode(r, u)
	if err != nil {
		return err
	}
	if !right {
		a.throttle.Failed(now, account, bySecond)
		a.refused(r, u, "code")
		return a.Pages.ShowStatus(w, r, http.StatusUnauthorized, "signin/code", code{Problem: "signin.code_wrong"})
	}
	a.throttle.Passed(account)
	if _, err := a.redeem(w, r, "second", team.ForSecond); err != nil {
		return err
	}
	if err := a.Begin(w, r, u); err != nil {
		return err
	}
	http.Redirect(w, r, ui.Local(ticket.Data), http.StatusSeeOther)
	return nil
}

// checkCode tells whether the code that came is right, and uses it up.
func (a *Area) checkCode(r *http.Request, u team.User) (bool, error) {
	ctx, typed := r.Context(), r.PostFormValue("code")
	if step, ok := team.CheckTOTP(u.TOTP, typed, u.TOTPStep, a.Pages.Now()); ok {
		err := a.Users.TOTPUse(ctx, u.ID, step)
		if fault.KindOf(err) == fault.Conflict {
			return false, nil // used by somebody at the same time
		}
		return err == nil, err
	}
	hash, ok := team.RecoveryHash(typed)
	if !ok {
		return false, nil
	}
	if c := team.ChangeOf(ctx); c != nil {
		c.After = map[string]string{"by": "recovery code"}
	}
	err := a.Users.RecoveryUse(ctx, u.ID, hash)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
