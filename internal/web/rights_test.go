package web

import (
	"crypto/rand"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// doors is who may open what: letters of visitors below. Strangers are sent to sign in; what "everybody" may open asks for
// something else, such as a password or a token.
var doors = map[string]string{
	"GET /{$}": "amcsvorkt", "GET /start": "amcsvorkt",
	"GET /home/tile/{id}": "amcsvorkt", "GET /home/attention": "amcsvorkt", "GET /home/movements": "amcsvorkt", "GET /home/changes": "amcsvorkt", "GET /home/renewals": "amcsvorkt", "GET /home/bands": "amcsvorkt", "GET /home/through": "amcsvorkt", "GET /accounts/{id}/figures": "amcsvorkt",
	"GET /live":             "amcsvorkt",
	"POST /mentions/{note}": "amcsvorkt",
	"GET /live/status":      "amcsvrkt", "GET /home/feeds": "amcsvrkt", "GET /start/live": "amcsvrkt", "POST /start/key": "akt", "POST /start/file": "amkt", "GET /start/file/{id}": "amkt",
	"POST /start/file/{id}": "amkt", "GET /start/file/{id}/refused.csv": "amkt",
	"GET /sample": "amcsvorkt", "POST /sample": "akt", "POST /sample/remove": "akt",
	"GET /metrics": "amcsvorkt", "GET /families/{family}": "amcsvorkt",
	"GET /metrics/{id}": "amcsvorkt", "GET /settings": "amcsvorkt",
	"GET /metrics/{id}/why": "amcsvorkt", "GET /metrics/{id}/why.csv": "amcsvorkt", "GET /metrics/{id}/facts": "amcsvorkt", "GET /metrics/{id}/facts.csv": "amcsvorkt",
	"GET /metrics/{id}/restated": "amcsvorkt", "GET /metrics/{id}/export.csv": "amcsvorkt", "GET /metrics/{id}/export.json": "amcsvorkt", "GET /guide": "amcsvorkt", "GET /targets": "amcsvorkt",
	"POST /metrics/{id}/target": "amcokt", "POST /targets/{target}/remove": "amcokt",
	"GET /dashboards": "amcsvorkt", "GET /dashboards/{id}": "amcsvorkt", "GET /dashboards/{id}/tiles/{tile}": "amcsvorkt",
	"POST /dashboards": "amcokt", "POST /dashboards/pin": "amcokt", "POST /dashboards/{id}": "amcokt",
	"GET /settings/policies": "amcsvorkt", "GET /settings/policies/names": "amcsvorkt", "GET /settings/policies/bridge": "amcsvorkt",
	"POST /settings/policies/{policy}": "akt", "POST /settings/policies/undo": "akt", "POST /settings/policies/presets/{preset}": "akt",
	"GET /live/recent": "amcsvrkt", "GET /feeds": "amcsvrkt", "GET /facts": "amcsvrkt", "GET /quarantine": "amcsvrkt", "GET /quarantine/{id}": "amcsvrkt",
	"POST /quarantine/{id}/replay": "amskt", "POST /quarantine/{id}/discard": "amskt", "POST /quarantine/{id}/reopen": "amskt",

	"GET /search": "amcsvorkt", "GET /palette": "amcsvorkt", "GET /accounts": "amcsvorkt", "GET /accounts.csv": "amcsvorkt", "GET /accounts/{id}": "amcsvorkt",
	"GET /contacts": "amcsvorkt", "GET /contacts/{id}": "amcsvorkt",
	"POST /accounts/bulk": "amcsokt", "POST /accounts/views": "amcsokt", "POST /accounts/views/{id}/remove": "amcsokt", "POST /accounts/{id}/untag": "amcsokt",
	"POST /accounts/{id}/unnote": "amcsokt", "POST /accounts/{id}/note": "amcsokt", "POST /accounts/{id}/files": "amcsokt", "GET /accounts/{id}/files/{file}": "amcsokt",
	"POST /accounts/{id}/files/{file}/remove": "amcsokt", "POST /undo": "amcsokt",

	"GET /explore": "amcsvorkt", "GET /explore/{question}": "amcsvorkt", "GET /explore/{question}/answer": "amcsvorkt",
	"GET /health": "amcsvorkt", "GET /health/scorecards": "amcsvorkt", "GET /health/scorecards/{id}": "amcsvorkt", "POST /health/scorecards/{id}/preview": "amcsvorkt", "POST /health/scorecards/{id}": "amcokt",
	"GET /health/scorecards/{id}/backtest": "amcsvorkt", "POST /health/scorecards/{id}/backtest": "amcsvorkt", "GET /health/backtests/{run}": "amcsvorkt", "POST /health/backtests/{run}/cancel": "amcsvorkt",
	"POST /health/scorecards/{id}/draft": "amcsvorkt", "POST /health/scorecards/{id}/restore": "amcokt", "GET /health/movements": "amcsvorkt", "GET /health/movements/flow": "amcsvorkt", "GET /health/movements.csv": "amcsvorkt",
	"GET /health/cases": "amcsvorkt", "POST /health/cases/{case}": "amcsokt", "GET /health/judge": "amcsvorkt", "POST /health/judge": "amcsokt",
	"GET /accounts/{id}/health/history": "amcsvorkt", "GET /accounts/{id}/health/history/part": "amcsvorkt",
	"GET /accounts/{id}/health": "amcsvorkt", "GET /accounts/{id}/health/change": "amcsvorkt", "GET /accounts/{id}/health/benchmark": "amcsvorkt", "POST /accounts/{id}/health": "amcsokt",
	"GET /journeys": "amcsvorkt", "GET /journeys/new": "amcsvorkt", "GET /journeys/{id}": "amcsvorkt", "GET /journeys/{id}/course": "amcsvorkt", "GET /journeys/{id}/numbers/{stage}": "amcsvorkt",
	"GET /journeys/{id}/accounts": "amcsvorkt", "GET /accounts/{id}/journey": "amcsvorkt", "POST /journeys": "amcokt", "POST /journeys/{id}": "amcokt",
	"GET /forecasts": "amcsvorkt", "GET /forecasts/lifetime": "amcsvorkt", "GET /forecasts/relevance": "amcsvorkt", "GET /forecasts/model": "amcsvorkt",
	"GET /feedback": "amcsvorkt", "GET /feedback.csv": "amcsvorkt",
	"GET /segments": "amcsvorkt", "GET /segments/counts": "amcsvorkt", "GET /segments/new": "amcsvorkt", "GET /segments/build": "amcsvorkt", "GET /segments/compare": "amcsvorkt",
	"GET /segments/compare/values": "amcsvorkt", "GET /segments/{id}": "amcsvorkt", "GET /segments/{id}/edit": "amcsvorkt", "GET /segments/{id}/history": "amcsvorkt",
	"POST /segments": "amcokt", "POST /segments/{id}": "amcokt", "POST /segments/{id}/restore": "amcokt", "POST /segments/{id}/delete": "amcokt",

	"GET /settings/me": "amcsvokt", "POST /settings/me": "amcsvo", "POST /settings/me/password": "amcsvo", "GET /settings/me/totp": "amcsvo",
	"POST /settings/me/totp": "amcsvo", "POST /settings/me/totp/remove": "amcsvo", "POST /settings/me/passkeys/begin": "amcsvo",
	"POST /settings/me/passkeys": "amcsvo", "POST /settings/me/passkeys/{id}/remove": "amcsvo", "POST /settings/me/sessions/end": "amcsvo",
	"POST /settings/me/sessions/{id}/end": "amcsvo",

	"GET /settings/workspace": "akt", "POST /settings/workspace": "akt", "POST /settings/backup": "akt",
	"GET /settings/users": "akt", "POST /settings/users": "akt", "GET /settings/users/{id}": "akt", "POST /settings/users/{id}": "akt",
	"POST /settings/users/{id}/link": "akt", "POST /settings/users/{id}/end": "akt", "POST /settings/users/{id}/reopen": "akt",
	"POST /settings/users/{id}/forget": "akt", "POST /settings/users/{id}/signout": "akt",
	"GET /settings/keys": "akt", "POST /settings/keys": "akt", "POST /settings/keys/{id}/revoke": "akt",
	"GET /settings/audit": "akt", "GET /settings/audit.csv": "akt",

	"GET /signin": "everybody", "POST /signin": "everybody", "GET /signin/code": "everybody", "POST /signin/code": "everybody",
	"POST /signin/passkey/begin": "everybody", "POST /signin/passkey": "everybody", "GET /signin/openid": "everybody", "GET /signin/openid/back": "everybody",
	"POST /signout": "everybody", "GET /forgot": "everybody", "POST /forgot": "everybody", "GET /reset": "everybody", "POST /reset": "everybody",
	"GET /setup": "everybody", "POST /setup": "everybody", "POST /setup/admin": "everybody",
	"POST /preferences": "everybody", "GET /assets/{file}": "everybody", "/": "everybody",
}

// visitors are everything that somebody may come with. Those of keys and set-up links count until there is an admin.
func visitors(t *testing.T, c *company, joined bool) map[string]func() *browser {
	cookie := func(value string) func() *browser {
		return func() *browser {
			b := c.visit(t)
			b.cookies["keepwell_session"] = value
			return b
		}
	}
	all := map[string]func() *browser{
		"nobody":          func() *browser { return c.visit(t) },
		"a made-up token": cookie(strings.Repeat("x", 40)),
		"a long token":    cookie(strings.Repeat("x", 5000)),
		"a key for a token": func() *browser {
			text, k, err := team.NewKey("in the wrong place", team.Admin, rand.Reader, noon)
			if err == nil {
				err = c.people.KeyAdd(t.Context(), k)
			}
			if err != nil {
				t.Fatal(err)
			}
			return cookie(text)()
		},
		"a set-up link for a token": func() *browser {
			if err := c.people.SetupAdd(t.Context(), team.Hashed("set-up"), noon, noon.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			return cookie("set-up")()
		},
	}
	if !joined {
		all["k: an admin key"] = func() *browser { return c.visit(t).as(c, team.Admin) }
		all["t: a set-up link"] = func() *browser {
			token, s, err := team.NewSession(team.Key{}, rand.Reader, c.now)
			if err != nil {
				t.Fatal(err)
			}
			return c.visit(t).hold(c, token, s)
		}
		all["r: a key that reads"] = func() *browser {
			token, s, err := team.NewSession(team.Key{ID: "reads", Name: "reads", Scope: team.Read}, rand.Reader, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.people.KeyAdd(t.Context(), team.Key{ID: "reads", Name: "reads", Scope: team.Read, Hash: team.Hash{7}, Created: noon}); err != nil {
				t.Fatal(err)
			}
			return c.visit(t).hold(c, token, s)
		}
		return all
	}
	for letter, role := range map[string]team.Role{"a": team.RoleAdmin, "m": team.RoleManager, "c": team.RoleCSM, "s": team.RoleSupport, "v": team.RoleViewer} {
		u, err := c.people.UserFind(t.Context(), string(role)+"@example.com")
		if err != nil {
			t.Fatal(err)
		}
		all[letter+": "+string(role)] = func() *browser { return c.visit(t).user(c, u) }
		all[string(role)+" whose reset link is the token"] = cookie(c.ticket(t, team.ForPassword, u.ID, ""))
		all[string(role)+" who has still to give a code"] = func() *browser {
			b := c.visit(t)
			b.cookies["keepwell_second"] = c.ticket(t, team.ForSecond, u.ID, "/")
			return b
		}
		all[string(role)+" whose session is over"] = func() *browser {
			token, s, err := team.NewUserSession(u, rand.Reader, c.now.Add(-team.UserLife))
			if err != nil {
				t.Fatal(err)
			}
			return c.visit(t).hold(c, token, s)
		}
	}
	own, err := c.people.UserFind(t.Context(), "own@example.com")
	if err != nil {
		t.Fatal(err)
	}
	all["o: a CSM of an own book"] = func() *browser { return c.visit(t).user(c, own) }
	gone, err := c.people.UserFind(t.Context(), "gone@example.com")
	if err != nil {
		t.Fatal(err)
	}
	all["an admin who has ended"] = func() *browser { return c.visit(t).user(c, gone) }
	all["an admin key after set-up"] = func() *browser { return c.visit(t).as(c, team.Admin) }
	return all
}

func TestEveryPageOpensForWhomTheTableSays(t *testing.T) {
	for _, joined := range []bool{false, true} {
		c := grown(4000, 1, func(s string) string { return s })
		c.open(t)
		somebody := "8877665544332211"
		if joined {
			for _, role := range team.Roles {
				c.hire(t, string(role), role)
			}
			c.hire(t, "own", team.RoleCSM, ownBook)
			c.hire(t, "gone", team.RoleAdmin, func(u *team.User) { u.Ended = noon })
			gone, err := c.people.UserFind(t.Context(), "gone@example.com")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.people.UserChange(t.Context(), gone.ID, func(u *team.User) error { u.Ended = noon; return nil }); err != nil {
				t.Fatal(err)
			}
			somebody = c.hire(t, "somebody", team.RoleViewer).ID
		}
		known := map[string]bool{}
		handler := c.site(t).handler()
		cookies := map[string]map[string]string{}
		for name, come := range visitors(t, c, joined) {
			cookies[name] = come().cookies
		}
		for _, r := range c.site(t).table() {
			known[r.pattern] = true
			who, stated := doors[r.pattern]
			if !stated {
				t.Errorf("%s is not in the table: say who may open it", r.pattern)
				continue
			}
			if who == "everybody" {
				continue
			}
			method, path, _ := strings.Cut(r.pattern, " ")
			id := firstCall
			if strings.HasPrefix(path, "/settings") {
				id = somebody
			}
			path = strings.NewReplacer("{$}", "", "{id}", id, "{family}", "voice", "{tile}", "0", "{target}", "none", "{policy}", "inactive_days", "{preset}", "keepwell", "{question}", "survival", "{stage}", "0").Replace(path)
			if path == "/metrics/"+firstCall {
				path = "/metrics/nps"
			}
			for name, held := range cookies {
				letter, _, is := strings.Cut(name, ": ")
				w := (&browser{t: t, handler: handler, cookies: maps.Clone(held), header: http.Header{}}).send(method, path, nil)
				sentAway := w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin")
				switch {
				case !is && !sentAway:
					t.Errorf("%s: %s gets %d", r.pattern, name, w.Code)
				case is && strings.Contains(who, letter) && (w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized || sentAway || w.Code >= 500):
					t.Errorf("%s: %s gets %d %s", r.pattern, name, w.Code, w.Header().Get("Location"))
				case is && !strings.Contains(who, letter) && w.Code != http.StatusForbidden:
					t.Errorf("%s: %s gets %d", r.pattern, name, w.Code)
				}
				if w.Code == http.StatusForbidden && strings.Contains(w.Body.String(), "⟨") {
					t.Errorf("%s: %s", r.pattern, w.Body)
				}
			}
			stranger := &browser{t: t, handler: handler, cookies: map[string]string{}, header: http.Header{"Hx-Request": {"true"}}}
			if w := stranger.send(method, path, nil); w.Code != http.StatusUnauthorized {
				t.Errorf("%s: a stranger gets %d for a part", r.pattern, w.Code)
			}
		}
		for pattern := range doors {
			if !known[pattern] {
				t.Errorf("%s is in the table and nowhere else", pattern)
			}
		}
	}
}

func TestWhatNobodyMustBeSignedInForGivesNothingAway(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	c.hire(t, "admin", team.RoleAdmin)
	for _, r := range c.site(t).table() {
		if doors[r.pattern] != "everybody" || r.pattern == "GET /assets/{file}" {
			continue
		}
		method, path, ok := strings.Cut(r.pattern, " ")
		if !ok {
			method, path = "GET", "/nowhere"
		}
		b := c.visit(t)
		w := b.send(method, path, nil)
		if b.cookies["keepwell_session"] != "" || strings.Contains(w.Body.String(), `class="side"`) || strings.Contains(w.Body.String(), "admin@example.com") {
			t.Errorf("%s: %d, cookies %v", r.pattern, w.Code, b.cookies)
		}
	}
}

func TestEveryChangeHasANameInTheTrail(t *testing.T) {
	for route, action := range changes {
		if key := "change." + strings.ReplaceAll(action, "-", "_"); action != "" && !i18n.Has(key) {
			t.Errorf("%s is written down as %s, which has no %s", route, action, key)
		}
	}
}
