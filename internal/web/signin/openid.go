package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// OpenID is a provider of OpenID Connect.
type OpenID struct {
	Issuer, Client, Secret string
	// HTTP asks the provider; it must not follow where a provider should not lead.
	HTTP *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
}

// discover asks the provider about itself, the first time that it answers.
func (o *OpenID) discover() (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	// Not the context of a request: the provider's keys are asked for under it later too. The client has its own limits.
	p, err := oidc.NewProvider(oidc.ClientContext(context.Background(), o.HTTP), o.Issuer)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the OpenID Connect provider does not answer as it should").After(10 * time.Second)
	}
	o.provider = p
	return p, nil
}

// OpenIDBackPath is where the provider sends people back to.
const OpenIDBackPath = "/signin/openid/back"

func (a *Area) openIDConfig(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: a.OpenID.Client, ClientSecret: a.OpenID.Secret, Endpoint: p.Endpoint(), RedirectURL: a.link(OpenIDBackPath),
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// away is what is kept while somebody is at the provider.
type away struct{ Nonce, Verifier, Next string }

// stateOf ties what the provider sends back to the browser that was sent there: only it holds the token.
func stateOf(token string) string {
	h := team.Hashed("state " + token)
	return hex.EncodeToString(h[:16])
}

// OpenIDBegin sends somebody to the provider.
func (a *Area) OpenIDBegin(w http.ResponseWriter, r *http.Request) error {
	if a.OpenID == nil || a.Address == "" {
		return fault.New(fault.NotFound, "there is no OpenID Connect provider")
	}
	steps := "steps " + neighbours(r)
	if err := a.throttle.Wait(a.Pages.Now(), steps); err != nil {
		return err
	}
	a.throttle.Failed(a.Pages.Now(), steps, bySteps)
	p, err := a.OpenID.discover()
	if err != nil {
		return err
	}
	nonce, _, err := team.NewToken(rand.Reader)
	if err != nil {
		return err
	}
	kept := away{Nonce: nonce, Verifier: oauth2.GenerateVerifier(), Next: ui.Local(r.FormValue("next"))}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	token, err := a.issue(w, r, "openid", team.ForOpenID, "", string(data))
	if err != nil {
		return err
	}
	http.Redirect(w, r, a.openIDConfig(p).AuthCodeURL(stateOf(token), oidc.Nonce(nonce), oauth2.S256ChallengeOption(kept.Verifier)), http.StatusSeeOther)
	return nil
}

// claims are what the provider says of somebody.
type claims struct {
	Email    string   `json:"email"`
	Verified verified `json:"email_verified"`
}

// verified reads a truth that some providers write as text.
type verified bool

func (v *verified) UnmarshalJSON(raw []byte) error {
	*v = string(raw) == "true" || string(raw) == `"true"`
	return nil
}

// OpenIDBack signs in whom the provider vouches for: somebody it brought before, or a user whose e-mail address it has
// verified. It never makes users.
func (a *Area) OpenIDBack(w http.ResponseWriter, r *http.Request) error {
	if a.OpenID == nil || a.Address == "" {
		return fault.New(fault.NotFound, "there is no OpenID Connect provider")
	}
	token, _ := a.cookie(r, "openid")
	t, err := a.redeem(w, r, "openid", team.ForOpenID)
	state := r.FormValue("state")
	if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && subtle.ConstantTimeCompare([]byte(stateOf(token)), []byte(state)) != 1 {
		return a.show(w, r, http.StatusBadRequest, form{Problem: "signin.openid_lost"})
	}
	if err != nil {
		return err
	}
	var kept away
	if err := json.Unmarshal([]byte(t.Data), &kept); err != nil {
		return err
	}
	if r.FormValue("error") != "" {
		return a.show(w, r, http.StatusUnauthorized, form{Next: kept.Next, Problem: "signin.openid_refused"})
	}
	proof, said, err := a.vouched(r, kept)
	if err != nil {
		a.Pages.Report(err)
		return a.show(w, r, http.StatusUnauthorized, form{Next: kept.Next, Problem: "signin.openid_failed"})
	}
	u, err := a.openIDUser(r, proof.Subject, said)
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Conflict) {
		return a.show(w, r, http.StatusForbidden, form{Next: kept.Next, Problem: "signin.openid_unknown"})
	}
	if err != nil {
		return err
	}
	c := &team.Change{When: a.Pages.Now(), Who: u.Principal(), From: From(r), Door: team.DoorWeb, Action: "sign-in", Subject: u.Email, After: map[string]string{"by": "openid"}}
	if err := a.Begin(w, r.WithContext(team.WithChange(r.Context(), c)), u); err != nil {
		return err
	}
	http.Redirect(w, r, ui.Local(kept.Next), http.StatusSeeOther)
	return nil
}

// vouched exchanges the code and checks what the provider says: its signature, that it is for us, and for this time.
func (a *Area) vouched(r *http.Request, kept away) (*oidc.IDToken, claims, error) {
	var said claims
	p, err := a.OpenID.discover()
	if err != nil {
		return nil, said, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(r.Context(), a.OpenID.HTTP), 10*time.Second)
	defer cancel()
	answer, err := a.openIDConfig(p).Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(kept.Verifier))
	if err != nil {
		return nil, said, fault.Wrap(fault.Unauthenticated, err, "the OpenID Connect provider does not know this code")
	}
	raw, _ := answer.Extra("id_token").(string)
	token, err := p.Verifier(&oidc.Config{ClientID: a.OpenID.Client, Now: a.Pages.Now}).Verify(ctx, raw)
	if err != nil {
		return nil, said, fault.Wrap(fault.Unauthenticated, err, "what the OpenID Connect provider says is not signed by it, or not for us")
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(kept.Nonce)) != 1 || token.Subject == "" {
		return nil, said, fault.New(fault.Unauthenticated, "what the OpenID Connect provider says is of another time")
	}
	return token, said, token.Claims(&said)
}

// openIDUser is the user whom the provider means. The first time they are found by an address, which must be verified.
func (a *Area) openIDUser(r *http.Request, subject string, said claims) (team.User, error) {
	ctx := r.Context()
	u, err := a.Users.IdentityUser(ctx, a.OpenID.Issuer, subject)
	if err == nil && !u.Active() {
		err = fault.New(fault.Conflict, "the user has ended")
	}
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return u, err
	}
	if !said.Verified || said.Email == "" {
		return team.User{}, fault.New(fault.NotFound, "the provider has not verified an address")
	}
	if u, err = a.Users.UserFind(ctx, said.Email); err != nil {
		return team.User{}, err
	}
	if !u.Active() || team.EmailKey(u.Email) != team.EmailKey(said.Email) {
		return team.User{}, fault.New(fault.NotFound, "there is no such user")
	}
	c := &team.Change{When: a.Pages.Now(), Who: u.Principal(), From: From(r), Door: team.DoorWeb, Action: "link-identity", Subject: u.Email,
		After: map[string]string{"issuer": a.OpenID.Issuer, "subject": subject}}
	return u, a.Users.IdentityAdd(team.WithChange(ctx, c), a.OpenID.Issuer, subject, u.ID, a.Pages.Now())
}
