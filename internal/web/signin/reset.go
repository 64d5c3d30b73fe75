package signin

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type forgot struct {
	Mail, Asked bool
}

// ForgotForm asks for the address to send a link to, or says who can make one when no mail is sent.
func (a *Area) ForgotForm(w http.ResponseWriter, r *http.Request) error {
	return a.Pages.Show(w, r, "signin/forgot", forgot{Mail: a.Mail != nil && a.Address != ""})
}

// Forgot sends a link to choose a new password to who has that address. The answer is the same, after the same work, when
// nobody has.
func (a *Area) Forgot(w http.ResponseWriter, r *http.Request) error {
	if a.Mail == nil || a.Address == "" {
		return a.ForgotForm(w, r)
	}
	email := strings.TrimSpace(r.PostFormValue("email"))
	now, ctx := a.Pages.Now(), r.Context()
	key := team.EmailKey(email)
	if len(key) > 254 {
		key = "long"
	}
	address, account := "mail "+neighbours(r), "mail "+key
	if err := a.throttle.Wait(now, address, account); err != nil {
		return err
	}
	a.throttle.Failed(now, address, byAddress)
	a.throttle.Failed(now, account, byMail)
	u, err := a.Users.UserFind(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	known := err == nil && u.Active() && team.EmailKey(u.Email) == key
	if !known {
		u = team.User{}
	}
	// A ticket of nobody opens nothing; it takes the same time.
	token, ticket, err := team.NewTicket(team.ForPassword, u.ID, "", team.ResetLife, rand.Reader, now)
	if err != nil {
		return err
	}
	if c := team.ChangeOf(ctx); c != nil {
		c.Subject = u.Email
	}
	if err := a.Users.TicketAdd(ctx, ticket, now); err != nil {
		return err
	}
	if known {
		lang := a.langOf(r, u)
		a.Mail(u.Email, i18n.T(lang, "mail.reset.subject"), i18n.T(lang, "mail.reset.text", "name", u.Name, "link", a.link(ResetPath(token)), "from", From(r)))
	}
	return a.Pages.Show(w, r, "signin/forgot", forgot{Mail: true, Asked: true})
}

// ResetPath is where a link to choose a password leads.
func ResetPath(token string) string { return "/reset?token=" + token }

// langOf is the language to write to somebody in.
func (a *Area) langOf(r *http.Request, u team.User) i18n.Lang {
	if u.Language != "" {
		return i18n.Lang(u.Language)
	}
	return ui.Lang(r)
}

type reset struct {
	Token, Problem string
	Email          string
	// Fresh is an invitation: there is no password yet.
	Fresh bool
}

// ResetForm shows where to choose a password. Opening the link changes nothing.
func (a *Area) ResetForm(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds a secret
	token := r.FormValue("token")
	u, err := a.holder(r, token)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return a.show(w, r, http.StatusForbidden, form{Problem: "reset.used"})
	}
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "signin/reset", reset{Token: token, Email: u.Email, Fresh: u.Password == ""})
}

// holder is whose ticket to choose a password it is.
func (a *Area) holder(r *http.Request, token string) (team.User, error) {
	now, address := a.Pages.Now(), neighbours(r)
	if err := a.throttle.Wait(now, address); err != nil {
		return team.User{}, err
	}
	ticket, err := a.Users.TicketGet(r.Context(), team.Hashed(token), team.ForPassword, now)
	if err == nil && ticket.UserID == "" {
		err = fault.New(fault.NotFound, "this is nobody's link")
	}
	if fault.KindOf(err) == fault.NotFound && err != nil {
		a.throttle.Failed(now, address, byAddress)
	}
	if err != nil {
		return team.User{}, err
	}
	u, err := a.Users.UserFind(r.Context(), ticket.UserID)
	if err == nil && !u.Active() {
		err = fault.New(fault.NotFound, "the user has ended")
	}
	return u, err
}

// Reset sets the password that was chosen, which ends all sessions of the user, and signs in.
func (a *Area) Reset(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	token, password := r.PostFormValue("token"), r.PostFormValue("password")
	u, err := a.holder(r, token)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return a.show(w, r, http.StatusForbidden, form{Problem: "reset.used"})
	}
	if err != nil {
		return err
	}
	if err := team.CheckPassword(password, u.Email, u.Name); err != nil {
		return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "signin/reset",
			reset{Token: token, Email: u.Email, Fresh: u.Password == "", Problem: PasswordProblem(err)})
	}
	hash, err := a.Hash(r.Context(), password)
	if err != nil {
		return err
	}
	if c := team.ChangeOf(r.Context()); c != nil {
		c.Who, c.Subject = u.Principal(), u.Email
	}
	if _, err := a.Users.TicketTake(r.Context(), team.Hashed(token), team.ForPassword, a.Pages.Now()); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return a.show(w, r, http.StatusForbidden, form{Problem: "reset.used"})
		}
		return err
	}
	was := u.Password != ""
	if u, err = a.Users.UserChange(r.Context(), u.ID, func(u *team.User) error { u.Password = hash; return nil }); err != nil {
		return err
	}
	if was {
		a.Told(r, u)
	}
	return a.passed(w, r, u, "/")
}

// Told lets a user know that the password was changed, where mail is sent.
func (a *Area) Told(r *http.Request, u team.User) {
	if a.Mail != nil {
		lang := a.langOf(r, u)
		a.Mail(u.Email, i18n.T(lang, "mail.changed.subject"), i18n.T(lang, "mail.changed.text", "name", u.Name, "from", From(r)))
	}
}

// PasswordProblem is the key of the text that says why a password can't be used.
func PasswordProblem(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "fewer"):
		return "password.short"
	case strings.Contains(text, "more than"):
		return "password.long"
	}
	return "password.weak"
}
