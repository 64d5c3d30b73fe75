// Package settings is where people look after themselves (name, password, authenticator app, passkeys, sessions), and
// admins after users and their roles, API keys and the audit trail.
//
// Signing in is left to signin, the rules to team, keeping it all to the store.
package settings

import (
	"context"
	"embed"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Store keeps users, keys, sessions and the audit trail.
type Store interface {
	signin.Users
	UserAdd(ctx context.Context, u team.User) error
	UserSecond(ctx context.Context, id, secret string, step int64, codes []team.Hash) error
	UserForget(ctx context.Context, id string) error
	RecoveryLeft(ctx context.Context, id string) (int, error)
	PasskeyRemove(ctx context.Context, userID string, id []byte) error
	Sessions(ctx context.Context, userID string, now time.Time) ([]team.Session, error)
	SessionEnd(ctx context.Context, h team.Hash) error
	SessionsEnd(ctx context.Context, userID string, but team.Hash) error
	Keys(ctx context.Context) ([]team.Key, error)
	KeyAdd(ctx context.Context, k team.Key) error
	KeyRevoke(ctx context.Context, idOrName string, now time.Time) (team.Key, error)
	AuditPage(ctx context.Context, f team.ChangeFilter) (page []team.Change, next string, err error)
}

// Area answers for the settings.
type Area struct {
	Pages  *ui.Pages
	Signin *signin.Area
	Store  Store
	// Base is where the server is reached, for links that admins hand over.
	Base func() string
	// Forget is called when a key was revoked, so that nobody remembers it.
	Forget func()
	// Workspace is the company's name, for authenticator apps.
	Workspace func(context.Context) string
	Workplace signin.Workplace
	Backups   Backups
}

// Tabs are the parts of the settings that somebody may see; the current one is marked.
type tab struct {
	Href, Label string
	Current     bool
}

func tabs(r *http.Request, current string) []tab {
	who := team.PrincipalOf(r.Context())
	var all []tab
	for _, t := range []struct {
		name string
		need team.Action
	}{{"me", team.Own}, {"workspace", team.Admin}, {"policies", team.Read}, {"users", team.People}, {"keys", team.Keyring}, {"audit", team.Trail}} {
		if who.May(t.need) {
			all = append(all, tab{"/settings/" + t.name, "settings." + t.name, t.name == current})
		}
	}
	return all
}

// Index leads to the first part.
func (a *Area) Index(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/settings/me", http.StatusSeeOther)
	return nil
}

// user is who is signed in; fault.Forbidden for a key or a set-up link.
func user(r *http.Request) (team.User, error) {
	s := ui.Who(r.Context())
	if s == nil || s.User == nil {
		return team.User{}, fault.New(fault.Forbidden, "only users have an account of their own")
	}
	return *s.User, nil
}

// done goes back to a page, which then says what was done.
func done(w http.ResponseWriter, r *http.Request, page, what string) error {
	http.Redirect(w, r, page+"?done="+what, http.StatusSeeOther)
	return nil
}

// said is the key of the text for what was just done, "" for anything that is none of these.
func said(r *http.Request, known ...string) string {
	for _, what := range known {
		if r.FormValue("done") == what {
			return "settings.done." + what
		}
	}
	return ""
}
