package signin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// relyingParty is what passkeys are bound to: the configured address, or localhost for who tries it there. Elsewhere there
// are none: browsers bind them to a name, and the name a request gives itself may be anybody's.
func (a *Area) relyingParty(r *http.Request) (*webauthn.WebAuthn, bool) {
	origin := a.Address
	if origin == "" && (r.Host == "localhost" || strings.HasPrefix(r.Host, "localhost:")) {
		origin = "http://" + r.Host
	}
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, false
	}
	party, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "Keepwell", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference:  protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
	return party, err == nil
}

// holderOf is a user as the library sees one.
type holderOf struct {
	team.User
	keys []team.Passkey
}

func (h holderOf) WebAuthnID() []byte          { return []byte(h.ID) }
func (h holderOf) WebAuthnName() string        { return h.Email }
func (h holderOf) WebAuthnDisplayName() string { return h.Name }
func (h holderOf) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range h.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(k.Credential), &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

// begun is what a ceremony needs to be ended.
type begun struct {
	Next    string
	Session *webauthn.SessionData
}

// PasskeyBegin gives what a browser needs to sign in with a passkey, whoever's it is.
func (a *Area) PasskeyBegin(w http.ResponseWriter, r *http.Request) error {
	party, ok := a.relyingParty(r)
	if !ok {
		return fault.New(fault.NotFound, "there are no passkeys at this address")
	}
	steps := "steps " + neighbours(r)
	if err := a.throttle.Wait(a.Pages.Now(), steps); err != nil {
		return err
	}
	a.throttle.Failed(a.Pages.Now(), steps, bySteps)
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "a passkey can't be asked for")
	}
	return a.ask(w, r, team.ForPasskeyIn, "", begun{ui.Local(r.FormValue("next")), session}, options)
}

// ask keeps a ceremony in a ticket and sends its options.
func (a *Area) ask(w http.ResponseWriter, r *http.Request, purpose team.Purpose, userID string, b begun, options any) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if _, err := a.issue(w, r, "passkey", purpose, userID, string(data)); err != nil {
		return err
	}
	return answerJSON(w, options)
}

func answerJSON(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-store")
	return json.NewEncoder(w).Encode(value)
}

// ceremony is what was begun, for a purpose; it can be ended once.
func (a *Area) ceremony(w http.ResponseWriter, r *http.Request, purpose team.Purpose) (b begun, t team.Ticket, err error) {
	t, err = a.redeem(w, r, "passkey", purpose)
	if err == nil {
		err = json.Unmarshal([]byte(t.Data), &b)
	}
	return b, t, err
}

// Passkey signs in with what the browser signed. A passkey is two factors: the device, and what unlocks it.
func (a *Area) Passkey(w http.ResponseWriter, r *http.Request) error {
	party, ok := a.relyingParty(r)
	if !ok {
		return fault.New(fault.NotFound, "there are no passkeys at this address")
	}
	now, address, ctx := a.Pages.Now(), neighbours(r), r.Context()
	if err := a.throttle.Wait(now, address); err != nil {
		return err
	}
	change := team.ChangeOf(ctx)
	quiet := r.WithContext(team.WithChange(ctx, nil)) // the ticket is not the change
	b, _, err := a.ceremony(w, quiet, team.ForPasskeyIn)
	if err != nil {
		return err
	}
	signed, err := protocol.ParseCredentialRequestResponseBody(r.Body)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the passkey's answer can't be read")
	}
	var u team.User
	find := func(_, handle []byte) (webauthn.User, error) {
		var err error
		if u, err = a.Users.UserFind(ctx, string(handle)); err != nil {
			return nil, err
		}
		keys, err := a.Users.Passkeys(ctx, u.ID)
		return holderOf{u, keys}, err
	}
	_, credential, err := party.ValidatePasskeyLogin(find, *b.Session, signed)
	if err != nil || !u.Active() || credential.Authenticator.CloneWarning {
		a.throttle.Failed(now, address, byAddress)
		a.refused(r, u, "passkey")
		return fault.Wrap(fault.Unauthenticated, err, "this passkey does not sign in")
	}
	kept, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	if err := a.Users.PasskeyUsed(quiet.Context(), credential.ID, string(kept), now); err != nil {
		return err
	}
	if change != nil {
		change.Who, change.Subject, change.After = u.Principal(), u.Email, map[string]string{"by": "passkey"}
	}
	if err := a.Begin(w, r, u); err != nil {
		return err
	}
	return answerJSON(w, map[string]string{"to": ui.Local(b.Next)})
}

// Passkeys tells whether there can be passkeys at the address a request came to.
func (a *Area) Passkeys(r *http.Request) bool {
	_, ok := a.relyingParty(r)
	return ok
}

// PasskeyAddBegin gives what a browser needs to make a passkey for who is signed in.
func (a *Area) PasskeyAddBegin(w http.ResponseWriter, r *http.Request) error {
	party, ok := a.relyingParty(r)
	if !ok {
		return fault.New(fault.NotFound, "there are no passkeys at this address")
	}
	u := *ui.Who(r.Context()).User
	keys, err := a.Users.Passkeys(r.Context(), u.ID)
	if err != nil {
		return err
	}
	holder := holderOf{u, keys}
	var known []protocol.CredentialDescriptor
	for _, c := range holder.WebAuthnCredentials() {
		known = append(known, c.Descriptor())
	}
	options, session, err := party.BeginRegistration(holder, webauthn.WithExclusions(known))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "a passkey can't be asked for")
	}
	return a.ask(w, r, team.ForPasskey, u.ID, begun{Session: session}, options)
}

// maxPasskeys is how many passkeys a user may have.
const maxPasskeys = 20

// PasskeyAdd keeps the passkey that the browser made.
func (a *Area) PasskeyAdd(w http.ResponseWriter, r *http.Request) error {
	party, ok := a.relyingParty(r)
	if !ok {
		return fault.New(fault.NotFound, "there are no passkeys at this address")
	}
	u := *ui.Who(r.Context()).User
	quiet := r.WithContext(team.WithChange(r.Context(), nil))
	b, ticket, err := a.ceremony(w, quiet, team.ForPasskey)
	if err != nil {
		return err
	}
	if ticket.UserID != u.ID {
		return fault.New(fault.Forbidden, "this was begun by somebody else")
	}
	if u.Passkeys >= maxPasskeys {
		return fault.New(fault.Conflict, "there are %d passkeys already", u.Passkeys).Mend("remove one first")
	}
	made, err := protocol.ParseCredentialCreationResponseBody(r.Body)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the passkey can't be read")
	}
	credential, err := party.CreateCredential(holderOf{User: u}, *b.Session, made)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the passkey can't be used")
	}
	kept, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	now := a.Pages.Now()
	name := device(r.UserAgent())
	team.Describe(r.Context(), u.Email, nil, map[string]string{"passkey": name})
	if err := a.Users.PasskeyAdd(r.Context(), team.Passkey{ID: credential.ID, UserID: u.ID, Name: name, Credential: string(kept), Created: now}); err != nil {
		return err
	}
	return answerJSON(w, map[string]string{"to": "/settings/me?done=passkey"})
}
