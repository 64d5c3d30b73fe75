package settings

import (
	"crypto/rand"
	"net/http"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

type keys struct {
	Tabs     []tab
	Done     string
	Keys     []team.Key
	Name     string
	Scope    team.Scope
	Scopes   []team.Scope
	Problems map[string]string
	// Text is a new key, shown this once.
	Text string
}

// Keys lists API keys, and has a form for one more.
func (a *Area) Keys(w http.ResponseWriter, r *http.Request) error {
	return a.showKeys(w, r, http.StatusOK, keys{Scope: team.Ingest})
}

func (a *Area) showKeys(w http.ResponseWriter, r *http.Request, status int, page keys) error {
	page.Tabs, page.Done, page.Scopes = tabs(r, "keys"), said(r, "revoked"), team.Scopes
	all, err := a.Store.Keys(r.Context())
	if err != nil {
		return err
	}
	for _, active := range []bool{true, false} {
		for _, k := range all {
			if k.Active() == active {
				page.Keys = append(page.Keys, k)
			}
		}
	}
	return a.Pages.ShowStatus(w, r, status, "settings/keys", page)
}

// KeyAdd makes a key and shows its text.
func (a *Area) KeyAdd(w http.ResponseWriter, r *http.Request) error {
	page := keys{Name: r.PostFormValue("name"), Scope: team.Scope(r.PostFormValue("scope")), Problems: map[string]string{}}
	text, k, err := team.NewKey(page.Name, page.Scope, rand.Reader, a.Pages.Now())
	if err == nil {
		team.Describe(r.Context(), k.Name, nil, k.Shown())
		err = a.Store.KeyAdd(r.Context(), k)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return a.showKeys(w, r, http.StatusOK, keys{Scope: team.Ingest, Text: text, Name: ""})
	case kind == fault.Conflict:
		page.Problems["name"] = "settings.key_taken"
	case kind == fault.Invalid:
		page.Problems["name"] = "settings.key_bad"
	default:
		return err
	}
	return a.showKeys(w, r, http.StatusUnprocessableEntity, page)
}

// KeyRevoke ends a key.
func (a *Area) KeyRevoke(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Store.Keys(r.Context())
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.ID == r.PathValue("id") && k.Active() {
			team.Describe(r.Context(), k.Name, k.Shown(), nil)
			if _, err := a.Store.KeyRevoke(r.Context(), k.ID, a.Pages.Now()); err != nil {
				return err
			}
			a.Forget()
			return done(w, r, "/settings/keys", "revoked")
		}
	}
	return fault.New(fault.NotFound, "there is no such key")
}
