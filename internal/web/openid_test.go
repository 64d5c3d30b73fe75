package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"github.com/keepwell/keepwell/internal/outbound"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/signin"
)

// provider is an OpenID Connect provider that lets everybody in as whom its claims say.
type provider struct {
	*httptest.Server
	claims  map[string]any
	key     *ecdsa.PrivateKey
	signs   *ecdsa.PrivateKey // nil: key
	asked   url.Values        // of the last visit
	codes   int
	problem string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, claims: map[string]any{}}
	keys := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: "ES256"}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorise", "token_endpoint": p.URL + "/token",
			"jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"ES256"}})
	})
	mux.Handle("GET /keys", keys)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	keys.SetIssuer(p.URL)
	return p
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != "keepwell" || secret != "hunter2":
		p.problem = "the client is unknown"
	case base64.RawURLEncoding.EncodeToString(sum[:]) != p.asked.Get("code_challenge"):
		p.problem = "the verifier is another's"
	case r.PostFormValue("code") != fmt.Sprint("code", p.codes) || r.PostFormValue("redirect_uri") != p.asked.Get("redirect_uri"):
		p.problem = "the code is unknown"
	}
	if p.problem != "" {
		http.Error(w, p.problem, http.StatusBadRequest)
		return
	}
	p.codes++
	claims := map[string]any{"iss": p.URL, "aud": "keepwell", "exp": noon.Add(time.Hour).Unix(), "iat": noon.Unix(), "nonce": p.asked.Get("nonce")}
	for name, value := range p.claims {
		claims[name] = value
	}
	raw, _ := json.Marshal(claims)
	signer := p.key
	if p.signs != nil {
		signer = p.signs
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": oidctest.SignIDToken(signer, "k", "ES256", string(raw))})
}

// through goes to the provider and back, and tells whether somebody is signed in then.
func (p *provider) through(t *testing.T, b *browser, alter ...func(url.Values)) (status int, in bool) {
	t.Helper()
	w := b.get("/signin/openid?next=%2Ffeeds")
	to, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != 303 || to.Path != "/authorise" {
		t.Fatalf("%d to %s", w.Code, to)
	}
	p.asked, p.problem = to.Query(), ""
	back := url.Values{"state": {p.asked.Get("state")}, "code": {fmt.Sprint("code", p.codes)}}
	for _, do := range alter {
		do(back)
	}
	w = b.get("/signin/openid/back?" + back.Encode())
	if in = signedIn(w); in && w.Header().Get("Location") != "/feeds" {
		t.Errorf("sent to %s", w.Header().Get("Location"))
	}
	return w.Code, in
}

func TestAProviderSignsInWhomItHasVerified(t *testing.T) {
	p := newProvider(t)
	c := emptyCompany()
	c.address = "http://cs.example.com"
	c.openID = &signin.OpenID{Issuer: p.URL, Client: "keepwell", Secret: "hunter2", HTTP: outbound.New(outbound.Options{Inside: []string{strings.TrimPrefix(p.URL, "http://")}})}
	ana := c.hire(t, "ana", team.RoleCSM)
	c.hire(t, "dan", team.RoleViewer)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if text := c.visit(t).get("/signin").Body.String(); !strings.Contains(text, `href="/signin/openid?next=%2f"`) {
		t.Error("it is not offered")
	}
	for _, step := range []struct {
		name   string
		claims map[string]any
		in     bool
		alter  func(url.Values)
		signs  *ecdsa.PrivateKey
	}{
		{name: "an address nobody verified", claims: map[string]any{"sub": "1", "email": "ana@example.com"}},
		{name: "one that is said not to be", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": "false"}},
		{name: "somebody unknown", claims: map[string]any{"sub": "1", "email": "eve@example.com", "email_verified": true}},
		{name: "a refusal", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}, alter: func(v url.Values) { v.Set("error", "access_denied") }},
		{name: "another's state", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}, alter: func(v url.Values) { v.Set("state", "x") }},
		{name: "no state", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}, alter: func(v url.Values) { v.Del("state") }},
		{name: "a code of another", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}, alter: func(v url.Values) { v.Set("code", "x") }},
		{name: "another's nonce", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true, "nonce": "x"}},
		{name: "for another client", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true, "aud": "other"}},
		{name: "from another issuer", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true, "iss": "https://evil.example"}},
		{name: "too late", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true, "exp": noon.Add(-time.Hour).Unix()}},
		{name: "signed by another", claims: map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}, signs: stranger},
		{name: "a verified address", claims: map[string]any{"sub": "1", "email": "ANA@example.com", "email_verified": true}, in: true},
		{name: "the same person with another address", claims: map[string]any{"sub": "1", "email": "dan@example.com", "email_verified": true}, in: true},
		{name: "another person with that address", claims: map[string]any{"sub": "2", "email": "ana@example.com", "email_verified": true}},
	} {
		p.claims, p.signs = step.claims, step.signs
		var alter []func(url.Values)
		if step.alter != nil {
			alter = append(alter, step.alter)
		}
		c.now = noon
		b := c.visit(t)
		if status, in := p.through(t, b, alter...); in != step.in || !in && status/100 != 4 {
			t.Errorf("%s: %d, signed in: %v %s", step.name, status, in, p.problem)
		}
		if step.in {
			s, err := c.people.SessionGet(t.Context(), team.Hashed(b.cookies["keepwell_session"]), c.now)
			if err != nil || s.UserID != ana.ID {
				t.Errorf("%s: signed in as %s, %v", step.name, s.Name, err)
			}
		}
	}
}

func TestWhatWasBegunInOneBrowserIsNotEndedInAnother(t *testing.T) {
	p := newProvider(t)
	c := emptyCompany()
	c.address = "http://cs.example.com"
	c.openID = &signin.OpenID{Issuer: p.URL, Client: "keepwell", Secret: "hunter2", HTTP: outbound.New(outbound.Options{Inside: []string{strings.TrimPrefix(p.URL, "http://")}})}
	c.hire(t, "ana", team.RoleCSM)
	p.claims = map[string]any{"sub": "1", "email": "ana@example.com", "email_verified": true}
	mine, victim := c.visit(t), c.visit(t)
	to, err := url.Parse(mine.get("/signin/openid").Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	p.asked = to.Query()
	victim.get("/signin/openid")
	if w := victim.get("/signin/openid/back?" + url.Values{"state": {p.asked.Get("state")}, "code": {"code0"}}.Encode()); signedIn(w) {
		t.Error("somebody was signed in as another")
	}
}
