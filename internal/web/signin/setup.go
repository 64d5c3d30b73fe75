package signin

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Workspace is what set-up asks for beside the first admin. Fixed names what whoever runs the server decided in its
// settings, which a page can't change.
type Workspace struct {
	Name, Zone, Currency, Language string
	Fixed                          map[string]bool
	// Sample is set when a made-up company is in, to be looked at without an account. WithSample asks for one where there
	// is nothing yet.
	Sample, WithSample bool
}

// Workplace knows and keeps the workspace.
type Workplace interface {
	Workspace(ctx context.Context) (Workspace, error)
	SetWorkspace(ctx context.Context, w Workspace) error
}

type setup struct {
	Token       string
	Name, Email string
	Workspace
	Problems   map[string]string // keys of texts, by field
	Zones      []string
	Currencies []string
	Langs      []i18n.Lang
}

// Zones and Currencies are suggested; any other may be typed.
var (
	Zones = []string{"UTC", "Europe/Chisinau", "Europe/Bucharest", "Europe/London", "Europe/Berlin", "Europe/Madrid", "Europe/Paris", "Europe/Warsaw",
		"Europe/Kyiv", "Europe/Istanbul", "Europe/Moscow", "Asia/Almaty", "Asia/Tbilisi", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo",
		"Australia/Sydney", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Mexico_City",
		"America/Bogota", "America/Lima", "America/Santiago", "America/Argentina/Buenos_Aires", "America/Sao_Paulo"}
	Currencies = []string{"EUR", "USD", "GBP", "MDL", "RON", "RUB", "UAH", "PLN", "CHF", "MXN", "ARS", "COP", "BRL", "INR", "JPY"}
)

// SetupForm asks for the first admin and for the workspace, or lets somebody look around first. Opening the link alone
// changes nothing: mail and chat programs open every link they see.
func (a *Area) SetupForm(w http.ResponseWriter, r *http.Request) error {
	// The address holds a secret: it must not go out with the next request.
	w.Header().Set("Referrer-Policy", "no-referrer")
	s := setup{Token: r.FormValue("token")}
	if ok, err := a.maySetUp(r, s.Token); err != nil || !ok {
		if err == nil {
			err = a.show(w, r, http.StatusForbidden, form{Problem: "signin.setup_used"})
		}
		return err
	}
	var err error
	if s.Workspace, err = a.Workplace.Workspace(r.Context()); err != nil {
		return err
	}
	if !s.Fixed["language"] {
		s.Language = string(ui.Lang(r))
	}
	return a.showSetup(w, r, http.StatusOK, s)
}

func (a *Area) showSetup(w http.ResponseWriter, r *http.Request, status int, s setup) error {
	s.Zones, s.Currencies, s.Langs = Zones, Currencies, i18n.Langs
	return a.Pages.ShowStatus(w, r, status, "signin/setup", s)
}

// maySetUp tells whether a set-up link is good, or somebody is in already who was let in by one, while nobody has an
// account yet.
func (a *Area) maySetUp(r *http.Request, token string) (bool, error) {
	now, address := a.Pages.Now(), neighbours(r)
	if err := a.throttle.Wait(now, address); err != nil {
		return false, err
	}
	if joined, err := a.Users.UsersJoined(r.Context()); err != nil || joined {
		return false, err
	}
	good, err := a.Sessions.SetupGood(r.Context(), team.Hashed(token), now)
	if err != nil || good {
		return good, err
	}
	if s, err := a.session(r); err == nil && s.Principal().May(team.Admin) {
		return true, nil
	}
	a.throttle.Failed(now, address, byAddress)
	return false, nil
}

// Setup uses up a set-up link and signs in with the rights of an administrator, to look around.
func (a *Area) Setup(w http.ResponseWriter, r *http.Request) error {
	now, address := a.Pages.Now(), neighbours(r)
	if err := a.throttle.Wait(now, address); err != nil {
		return err
	}
	joined, err := a.Users.UsersJoined(r.Context())
	if err != nil {
		return err
	}
	if !joined {
		err = a.Sessions.SetupTake(r.Context(), team.Hashed(r.PostFormValue("token")), now)
	}
	if joined || fault.KindOf(err) == fault.NotFound && err != nil {
		a.throttle.Failed(now, address, byAddress)
		return a.show(w, r, http.StatusForbidden, form{Problem: "signin.setup_used"})
	}
	if err != nil {
		return err
	}
	return a.beginWith(w, r, team.Key{}, "/")
}

// SetupAdmin makes the first admin and the workspace, and signs in.
func (a *Area) SetupAdmin(w http.ResponseWriter, r *http.Request) error {
	s := setup{Token: r.PostFormValue("token"), Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Problems: map[string]string{}}
	if ok, err := a.maySetUp(r, s.Token); err != nil || !ok {
		if err == nil {
			err = a.show(w, r, http.StatusForbidden, form{Problem: "signin.setup_used"})
		}
		return err
	}
	was, err := a.Workplace.Workspace(r.Context())
	if err != nil {
		return err
	}
	s.Workspace = was
	s.Workspace.Name = strings.TrimSpace(r.PostFormValue("workspace"))
	for field, into := range map[string]*string{"zone": &s.Zone, "currency": &s.Currency, "language": &s.Language} {
		if !was.Fixed[field] {
			*into = strings.TrimSpace(r.PostFormValue(field))
		}
	}
	s.Currency, s.WithSample = strings.ToUpper(s.Currency), r.PostFormValue("sample") == "1"
	u, err := team.NewUser(s.Email, s.Name, team.RoleAdmin, rand.Reader, a.Pages.Now())
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	for _, bad := range fault.Problem(err).Errors {
		s.Problems[bad.Name] = "setup.bad." + bad.Name
	}
	maps.Copy(s.Problems, s.Workspace.Check())
	password := r.PostFormValue("password")
	if err := team.CheckPassword(password, s.Email, s.Name); err != nil {
		s.Problems["password"] = PasswordProblem(err)
	}
	if len(s.Problems) > 0 {
		return a.showSetup(w, r, http.StatusUnprocessableEntity, s)
	}
	u.Language = string(ui.Lang(r))
	if u.Password, err = a.Hash(r.Context(), password); err != nil {
		return err
	}
	if c := team.ChangeOf(r.Context()); c != nil {
		c.Who = u.Principal()
	}
	if err := a.Users.UserFirst(r.Context(), u); err != nil {
		return err
	}
	if s.Token != "" {
		// Nobody can use it any more; it is taken so that it is gone.
		if err := a.Sessions.SetupTake(r.Context(), team.Hashed(s.Token), a.Pages.Now()); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	if err := a.Begin(w, r, u); err != nil {
		return err
	}
	if err := a.Workplace.SetWorkspace(r.Context(), s.Workspace); err != nil {
		return err
	}
	next := "/start" // there is nothing to look at yet
	if s.Sample {
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// Check names what can't be used, by keys of texts.
func (s Workspace) Check() map[string]string {
	bad := map[string]string{}
	if s.Name == "" || len([]rune(s.Name)) > 100 {
		bad["workspace"] = "setup.bad.workspace"
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		bad["zone"] = "setup.bad.zone"
	}
	if _, ok := fact.MinorDigits(s.Currency); !ok {
		bad["currency"] = "setup.bad.currency"
	}
	known := false
	for _, l := range i18n.Langs {
		known = known || string(l) == s.Language
	}
	if !known {
		bad["language"] = "setup.bad.language"
	}
	return bad
}
