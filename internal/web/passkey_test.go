package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/keepwell/keepwell/internal/team"
)

func TestAPasskeyIsMadeSignsInAloneAndIsRemoved(t *testing.T) {
	c := emptyCompany()
	c.now = time.Now()
	u := c.hire(t, "ana", team.RoleAdmin, func(u *team.User) { u.TOTP = "JBSWY3DPEHPK3PXP" })
	server := httptest.NewServer(c.site(t).handler())
	defer server.Close()
	address := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	session := c.visit(t).user(c, u).cookies["keepwell_session"]
	ctx, cancel := context.WithTimeout(open(t), time.Minute)
	defer cancel()
	must(t)(chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}))
	must(t)(chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}))
	must(t)(chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "keepwell_session", Value: session, URL: address}))
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	at := func() string {
		t.Helper()
		where, err := chromedp.Run(ctx, chromedp.Location())
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(where, address)
	}
	do(chromedp.Navigate(address+"/settings/me"), chromedp.WaitVisible("[data-passkey]"), press("[data-passkey]"), chromedp.WaitVisible(".notice.good"))
	if keys, err := c.people.Passkeys(ctx, u.ID); err != nil || len(keys) != 1 || at() != "/settings/me?done=passkey" {
		t.Fatalf("%d passkeys, %v, at %s", len(keys), err, at())
	}
	do(press("[data-passkey]"), chromedp.WaitVisible("#passkey-failed")) // the device has one already

	do(chromedp.Navigate(address+"/"), chromedp.WaitVisible(chromedp.CSS("main")), chromedp.Click(".own summary"), press(`form[action="/signout"] button`), chromedp.WaitVisible("[data-passkey]"))
	do(chromedp.Navigate(address+"/signin?next=%2Ffeeds"), chromedp.WaitVisible("[data-passkey]"), press("[data-passkey]"), chromedp.WaitVisible(".side"))
	if at() != "/feeds" {
		t.Errorf("signed in, and at %s", at())
	}
	keys, err := c.people.Passkeys(ctx, u.ID)
	if err != nil || len(keys) != 1 || keys[0].LastUsed.IsZero() {
		t.Errorf("%+v %v", keys, err)
	}
	do(chromedp.Navigate(address+"/settings/me"), chromedp.WaitVisible(chromedp.CSS("main")), press(`form[action$="/remove"][action*="passkeys"] button`), chromedp.WaitVisible(".notice.good"))
	if keys, _ := c.people.Passkeys(ctx, u.ID); len(keys) != 0 {
		t.Errorf("%d passkeys left", len(keys))
	}
	do(chromedp.Navigate(address+"/"), chromedp.WaitVisible(chromedp.CSS("main")), chromedp.Click(".own summary"), press(`form[action="/signout"] button`), chromedp.WaitVisible("[data-passkey]"), press("[data-passkey]"), chromedp.WaitVisible("#passkey-failed"))
	page, _, err := c.people.AuditPage(ctx, team.ChangeFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, change := range page {
		actions = append(actions, change.Action)
	}
	slices.Sort(actions) // they were done at one instant of the test's clock
	if got := strings.Join(actions, " "); got != "add-passkey remove-passkey sign-in sign-in-refused sign-out sign-out" {
		t.Errorf("written down: %s", got)
	}
}

func TestAPasskeysAnswerIsForOneQuestion(t *testing.T) {
	c := emptyCompany()
	c.address = "http://localhost"
	c.hire(t, "ana", team.RoleAdmin)
	b := c.visit(t)
	if w := b.send("POST", "/signin/passkey", nil); w.Code != 404 || signedIn(w) {
		t.Errorf("unasked: %d", w.Code)
	}
	if w := b.send("POST", "/signin/passkey/begin", nil); w.Code != 200 || b.cookies["keepwell_passkey"] == "" || !strings.Contains(w.Body.String(), `"userVerification":"required"`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	token := b.cookies["keepwell_passkey"]
	for range 2 {
		b.cookies["keepwell_passkey"] = token
		if w := b.send("POST", "/signin/passkey", form("nonsense", "1")); w.Code/100 != 4 || signedIn(w) {
			t.Errorf("%d", w.Code)
		}
	}
	if _, err := c.people.TicketGet(t.Context(), team.Hashed(token), team.ForPasskeyIn, c.now); err == nil {
		t.Error("the question can be answered again")
	}
	c.address = ""
	if w := c.visit(t).send("POST", "/signin/passkey/begin", nil); w.Code != 404 { // asked as example.com
		t.Errorf("at an address nobody configured: %d", w.Code)
	}
}

// press presses what is seen of a selector and does not wait for it: a page that goes away does not always acknowledge a
// click of the mouse.
func press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := chromedp.WaitVisible(chromedp.CSS(selector))(ctx, target); err != nil {
			return err
		}
		_, err := chromedp.Evaluate[bool](fmt.Sprintf(`(() => { const seen = [...document.querySelectorAll(%q)].find(e => e.checkVisibility()); setTimeout(() => seen.click()); return true; })()`, selector))(ctx, target)
		return err
	})
}
