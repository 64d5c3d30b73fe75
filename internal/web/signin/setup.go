package signin

import (
	"net/http"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type setup struct{ Token string }

// SetupForm shows a button that uses the set-up link. Opening the link alone changes nothing: mail and chat programs
// open every link they see.
func (a *Area) SetupForm(w http.ResponseWriter, r *http.Request) error {
	// The address holds a secret: it must not go out with the next request.
	w.Header().Set("Referrer-Policy", "no-referrer")
	return a.Pages.Show(w, r, "signin/setup", setup{Token: r.FormValue("token")})
}

// Setup uses up a set-up link and signs in with the rights of an administrator.
func (a *Area) Setup(w http.ResponseWriter, r *http.Request) error {
	now := a.Pages.Now()
	if err := a.attempts.take(r, now); err != nil {
		return err
	}
	err := a.Sessions.SetupTake(r.Context(), team.Hashed(r.PostFormValue("token")), now)
	if fault.KindOf(err) == fault.NotFound {
		return a.Pages.ShowStatus(w, r, http.StatusForbidden, "signin/signin", form{ui.Local(""), "signin.setup_used"})
	}
	if err != nil {
		return err
	}
	return a.begin(w, r, team.Key{}, "/")
}
