package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/team"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestAKeySignsIn(t *testing.T) {
	c := emptyCompany()
	c.keys["kw_rd_good"] = team.Key{ID: "1", Name: "ana", Scope: team.Read, Created: noon}
	c.keys["kw_in_door"] = team.Key{ID: "2", Name: "web", Scope: team.Ingest}
	b := c.visit(t)
	if w := b.get("/metrics/nps?by=plan"); w.Header().Get("Location") != "/signin?next=%2Fmetrics%2Fnps%3Fby%3Dplan" {
		t.Errorf("sent to %s", w.Header().Get("Location"))
	}
	for key, status := range map[string]int{"": 401, "kw_rd_wrong": 401, "kw_in_door": 403} {
		if w := b.send("POST", "/signin", form("key", key)); w.Code != status || b.cookies["keepwell_session"] != "" {
			t.Errorf("%q: %d", key, w.Code)
		}
	}
	w := b.send("POST", "/signin", form("key", " kw_rd_good\n", "next", "/metrics/nps?by=plan"))
	if w.Code != 303 || w.Header().Get("Location") != "/metrics/nps?by=plan" {
		t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	cookie := w.Header().Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %s: %s", part, cookie)
		}
	}
	if strings.Contains(cookie, "kw_rd_good") {
		t.Error("the cookie holds the key")
	}
	if w := b.get("/"); w.Code != 200 || !strings.Contains(w.Body.String(), ">ana<") {
		t.Errorf("signed in, and gets %d", w.Code)
	}
	kept := b.cookies["keepwell_session"]
	if w := b.send("POST", "/signout", form()); w.Code != 303 || b.cookies["keepwell_session"] != "" {
		t.Errorf("signing out: %d", w.Code)
	}
	b.cookies["keepwell_session"] = kept
	if w := b.get("/"); w.Code != 303 {
		t.Errorf("the session outlives signing out: %d", w.Code)
	}
}

func TestASessionEndsAfterTwelveHours(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Read)
	c.now = noon.Add(12*time.Hour - time.Second)
	if w := b.get("/"); w.Code != 200 {
		t.Errorf("before: %d", w.Code)
	}
	c.now = noon.Add(12 * time.Hour)
	if w := b.get("/"); w.Code != 303 {
		t.Errorf("after: %d", w.Code)
	}
}

func TestOpeningASetupLinkDoesNotUseItUp(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t)
	if err := c.people.SetupAdd(t.Context(), team.Hashed("once"), noon, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 3 { // mail and chat programs open what they see
		if w := b.get("/setup?token=once"); w.Code != 200 || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	}
	if w := b.send("POST", "/setup", form("token", "once")); w.Code != 303 {
		t.Fatalf("the button: %d", w.Code)
	}
	if w := b.get("/quarantine"); w.Code != 200 {
		t.Errorf("signed in by the link, and gets %d", w.Code)
	}
	if w := c.visit(t).send("POST", "/setup", form("token", "once")); w.Code != 403 {
		t.Errorf("used twice: %d", w.Code)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	c := emptyCompany()
	c.keys["kw_rd_good"] = team.Key{ID: "1", Scope: team.Read}
	b := c.visit(t)
	for range 10 {
		if w := b.send("POST", "/signin", form("key", "kw_x")); w.Code != 401 {
			t.Fatalf("%d", w.Code)
		}
	}
	for _, path := range []string{"/signin", "/setup"} {
		w := b.send("POST", path, form("key", "kw_rd_good"))
		if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("%s: %d, retry after %q", path, w.Code, w.Header().Get("Retry-After"))
		}
	}
	c.now = noon.Add(time.Second)
	if w := b.send("POST", "/signin", form("key", "kw_rd_good")); w.Code != 303 {
		t.Errorf("a second later: %d", w.Code)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		b.header = http.Header{header[0]: {header[1]}}
		for _, path := range []string{"/quarantine/" + firstCall + "/discard", "/signout", "/preferences", "/signin"} {
			if w := b.send("POST", path, form()); w.Code != http.StatusForbidden {
				t.Errorf("%v %s: %d", header, path, w.Code)
			}
		}
	}
	if c.calls[0].Status != "open" {
		t.Error("a call was discarded from another site")
	}
}

func TestNobodyIsSentToAnotherSite(t *testing.T) {
	c := emptyCompany()
	c.keys["kw_rd_good"] = team.Key{ID: "1", Scope: team.Read}
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/\tevil", "javascript:alert(1)", "evil", ""} {
		c.now = c.now.Add(time.Minute)
		if w := c.visit(t).send("POST", "/signin", form("key", "kw_rd_good", "next", next)); w.Header().Get("Location") != "/" {
			t.Errorf("%q leads to %q", next, w.Header().Get("Location"))
		}
		if w := c.visit(t).send("POST", "/preferences", form("lang", "ro", "back", next)); w.Header().Get("Location") != "/" {
			t.Errorf("back %q leads to %q", next, w.Header().Get("Location"))
		}
	}
}
