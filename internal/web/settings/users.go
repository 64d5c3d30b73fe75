package settings

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type users struct {
	Tabs     []tab
	Done     string
	Users    []team.User
	New      team.User
	Problems map[string]string
	Roles    []team.Role
	Langs    []i18n.Lang
	// Link is a one-time link to hand over, Whose for whom; Mailed tells that it was sent too.
	Link, Whose string
	Mailed      bool
	// Rights is what each role may do.
	Rights []rights
}

type rights struct {
	Role    team.Role
	Actions []team.Action
}

func allRights() []rights {
	var all []rights
	for _, role := range team.Roles {
		r := rights{Role: role}
		for _, action := range team.Actions {
			if role.Allows(action) {
				r.Actions = append(r.Actions, action)
			}
		}
		all = append(all, r)
	}
	return all
}

// Users lists users, and has a form for one more.
func (a *Area) Users(w http.ResponseWriter, r *http.Request) error {
	return a.showUsers(w, r, http.StatusOK, users{New: team.User{Role: team.RoleCSM}})
}

func (a *Area) showUsers(w http.ResponseWriter, r *http.Request, status int, page users) (err error) {
	page.Tabs, page.Roles, page.Langs, page.Rights = tabs(r, "users"), team.Roles, i18n.Langs, allRights()
	if page.Users, err = a.Store.Users(r.Context()); err != nil {
		return err
	}
	return a.Pages.ShowStatus(w, r, status, "settings/users", page)
}

// fields reads what a form says of a user.
func fields(r *http.Request, u *team.User) {
	u.Name, u.Role, u.Language = r.PostFormValue("name"), team.Role(r.PostFormValue("role")), r.PostFormValue("language")
	u.OwnBook = r.PostFormValue("accounts") == "own"
	u.CSMNames = strings.FieldsFunc(r.PostFormValue("csm_names"), func(r rune) bool { return r == ',' || r == '\n' || r == '\r' })
}

func problems(err error) map[string]string {
	found := map[string]string{}
	for _, bad := range fault.Problem(err).Errors {
		found[bad.Name] = "setup.bad." + bad.Name
	}
	return found
}

// UserAdd makes a user and shows the link to hand over.
func (a *Area) UserAdd(w http.ResponseWriter, r *http.Request) error {
	u, err := team.NewUser(r.PostFormValue("email"), r.PostFormValue("name"), team.Role(r.PostFormValue("role")), rand.Reader, a.Pages.Now())
	if err == nil || fault.KindOf(err) == fault.Invalid {
		fields(r, &u)
		err = u.Check()
	}
	if err == nil {
		err = a.Store.UserAdd(r.Context(), u)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		page := users{New: u, Problems: problems(err)}
		if kind == fault.Conflict {
			page.Problems = map[string]string{"email": "settings.email_taken"}
		}
		return a.showUsers(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return a.handOver(w, r, u)
}

// handOver makes a link to choose a password, shows it this once, and sends it where mail is sent.
func (a *Area) handOver(w http.ResponseWriter, r *http.Request, u team.User) error {
	token, ticket, err := team.NewTicket(team.ForPassword, u.ID, "", team.InviteLife, rand.Reader, a.Pages.Now())
	if err != nil {
		return err
	}
	if err := a.Store.TicketAdd(r.Context(), ticket, a.Pages.Now()); err != nil {
		return err
	}
	page := users{New: team.User{Role: team.RoleCSM}, Link: a.Base() + signin.ResetPath(token), Whose: u.Name}
	if mail := a.Signin.Mail; mail != nil && a.Signin.Address != "" {
		lang := i18n.Lang(u.Language)
		if lang == "" {
			lang = ui.Lang(r)
		}
		page.Mailed = mail(u.Email, i18n.T(lang, "mail.invite.subject"), i18n.T(lang, "mail.invite.text", "name", u.Name, "link", page.Link, "by", team.PrincipalOf(r.Context()).Name))
	}
	return a.showUsers(w, r, http.StatusOK, page)
}

type one struct {
	Tabs     []tab
	Done     string
	User     team.User
	Problems map[string]string
	Roles    []team.Role
	Langs    []i18n.Lang
	Sessions []team.Session
}

// User shows one user.
func (a *Area) User(w http.ResponseWriter, r *http.Request) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	return a.showUser(w, r, http.StatusOK, u, nil)
}

func (a *Area) named(r *http.Request) (team.User, error) {
	u, err := a.Store.UserFind(r.Context(), r.PathValue("id"))
	if err == nil && u.ID != r.PathValue("id") {
		err = fault.New(fault.NotFound, "there is no such user")
	}
	return u, err
}

func (a *Area) showUser(w http.ResponseWriter, r *http.Request, status int, u team.User, problems map[string]string) (err error) {
	page := one{Tabs: tabs(r, "users"), Done: said(r, "user", "ended", "reopened", "forgotten", "signed-out"), User: u, Problems: problems, Roles: team.Roles, Langs: i18n.Langs}
	if page.Sessions, err = a.Store.Sessions(r.Context(), u.ID, a.Pages.Now()); err != nil {
		return err
	}
	return a.Pages.ShowStatus(w, r, status, "settings/user", page)
}

// UserChange changes a user's name, role and accounts.
func (a *Area) UserChange(w http.ResponseWriter, r *http.Request) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	shown := u
	_, err = a.Store.UserChange(r.Context(), u.ID, func(u *team.User) error {
		fields(r, u)
		shown = *u
		return u.Check()
	})
	switch fault.KindOf(err) {
	case fault.Invalid:
		return a.showUser(w, r, http.StatusUnprocessableEntity, shown, problems(err))
	case fault.Conflict:
		return a.showUser(w, r, http.StatusConflict, shown, map[string]string{"role": "settings.last_admin"})
	}
	if err != nil {
		return err
	}
	return done(w, r, "/settings/users/"+u.ID, "user")
}

// UserLink shows a new link to choose a password.
func (a *Area) UserLink(w http.ResponseWriter, r *http.Request) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	if !u.Active() {
		return fault.New(fault.Conflict, "the user has ended").Mend("reopen the user first")
	}
	team.Describe(r.Context(), u.Email, nil, nil)
	return a.handOver(w, r, u)
}

// UserEnd lets a user in no more; UserReopen takes that back.
func (a *Area) UserEnd(w http.ResponseWriter, r *http.Request) error {
	return a.end(w, r, a.Pages.Now().UTC().Truncate(time.Microsecond), "ended")
}

// UserReopen lets a user in again.
func (a *Area) UserReopen(w http.ResponseWriter, r *http.Request) error {
	return a.end(w, r, time.Time{}, "reopened")
}

func (a *Area) end(w http.ResponseWriter, r *http.Request, when time.Time, what string) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	_, err = a.Store.UserChange(r.Context(), u.ID, func(u *team.User) error { u.Ended = when; return nil })
	if fault.KindOf(err) == fault.Conflict && err != nil {
		text := "settings.last_admin"
		if when.IsZero() {
			text = "settings.email_taken"
		}
		return a.showUser(w, r, http.StatusConflict, u, map[string]string{"role": text})
	}
	if err != nil {
		return err
	}
	return done(w, r, "/settings/users/"+u.ID, what)
}

// UserForget takes a user's authenticator app and passkeys away, for lost devices.
func (a *Area) UserForget(w http.ResponseWriter, r *http.Request) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	if err := a.Store.UserForget(r.Context(), u.ID); err != nil {
		return err
	}
	return done(w, r, "/settings/users/"+u.ID, "forgotten")
}

// UserSignOut ends all sessions of a user.
func (a *Area) UserSignOut(w http.ResponseWriter, r *http.Request) error {
	u, err := a.named(r)
	if err != nil {
		return err
	}
	team.Describe(r.Context(), u.Email, nil, nil)
	if err := a.Store.SessionsEnd(r.Context(), u.ID, team.Hash{}); err != nil {
		return err
	}
	return done(w, r, "/settings/users/"+u.ID, "signed-out")
}
