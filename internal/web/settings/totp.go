package settings

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

type totp struct {
	Tabs    []tab
	Token   string
	Secret  string // in groups of four
	QR      picture
	Problem string
	Codes   []string // recovery codes, shown this once
}

// picture is a QR code as the path of an SVG: one unit a module, four of margin.
type picture struct {
	Size int
	Path string
}

func draw(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return picture{}, fault.Wrap(fault.Internal, err, "the QR code can't be drawn")
	}
	const margin = 4
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if v, _, _, _ := code.At(x, y).RGBA(); v == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+margin, y+margin)
			}
		}
	}
	return picture{size + 2*margin, path.String()}, nil
}

// totpLife is how long an authenticator app may take to be set up.
const totpLife = 20 * time.Minute

// TOTPForm shows the secret for an authenticator app, as a QR code and as text.
func (a *Area) TOTPForm(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	secret, err := team.NewTOTP(rand.Reader)
	if err != nil {
		return err
	}
	now := a.Pages.Now()
	token, ticket, err := team.NewTicket(team.ForTOTP, u.ID, secret, totpLife, rand.Reader, now)
	if err != nil {
		return err
	}
	if err := a.Store.TicketAdd(r.Context(), ticket, now); err != nil {
		return err
	}
	return a.showTOTP(w, r, http.StatusOK, u, token, secret, "")
}

func (a *Area) showTOTP(w http.ResponseWriter, r *http.Request, status int, u team.User, token, secret, problem string) error {
	drawn, err := draw(team.TOTPAddress(a.Workspace(r.Context()), u.Email, secret))
	if err != nil {
		return err
	}
	var groups []string
	for i := 0; i < len(secret); i += 4 {
		groups = append(groups, secret[i:min(i+4, len(secret))])
	}
	return a.Pages.ShowStatus(w, r, status, "settings/totp", totp{Tabs: tabs(r, "me"), Token: token, Secret: strings.Join(groups, " "), QR: drawn, Problem: problem})
}

// TOTP takes the first code of the app, which proves that it has the secret, and shows the recovery codes.
func (a *Area) TOTP(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	token, now := r.PostFormValue("token"), a.Pages.Now()
	ticket, err := a.Store.TicketGet(r.Context(), team.Hashed(token), team.ForTOTP, now)
	if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && ticket.UserID != u.ID {
		http.Redirect(w, r, "/settings/me/totp", http.StatusSeeOther) // it took too long
		return nil
	}
	if err != nil {
		return err
	}
	step, right := team.CheckTOTP(ticket.Data, r.PostFormValue("code"), 0, now)
	if !right {
		return a.showTOTP(w, r, http.StatusUnprocessableEntity, u, token, ticket.Data, "signin.code_wrong")
	}
	codes, hashes, err := team.NewRecoveryCodes(rand.Reader)
	if err != nil {
		return err
	}
	if err := a.Store.UserSecond(r.Context(), u.ID, ticket.Data, step, hashes); err != nil {
		return err
	}
	if _, err := a.Store.TicketTake(r.Context(), ticket.Hash, team.ForTOTP, now); err != nil {
		return err
	}
	return a.Pages.Show(w, r, "settings/codes", totp{Tabs: tabs(r, "me"), Codes: codes})
}

// TOTPRemove takes the authenticator app and its recovery codes away.
func (a *Area) TOTPRemove(w http.ResponseWriter, r *http.Request) error {
	u, err := user(r)
	if err != nil {
		return err
	}
	if err := a.Store.UserSecond(r.Context(), u.ID, "", 0, nil); err != nil {
		return err
	}
	return done(w, r, "/settings/me", "totp-off")
}
