package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/team"
)

func TestSetUpMakesTheFirstAdminOnceAndEndsOtherWaysIn(t *testing.T) {
	c := emptyCompany()
	byKey := c.visit(t).as(c, team.Admin)
	if err := c.people.SetupAdd(t.Context(), team.Hashed("once"), noon, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	b := c.visit(t)
	if text := b.get("/setup?token=once").Body.String(); !strings.Contains(text, `action="/setup/admin"`) || !strings.Contains(text, `name="zone"`) {
		t.Fatal(text)
	}
	bad := b.send("POST", "/setup/admin", form("token", "once", "name", "", "email", "nonsense", "password", "short", "workspace", "", "zone", "Mars", "currency", "XXX1", "language", "xx"))
	if bad.Code != 422 || strings.Count(bad.Body.String(), `class="wrong"`) != 6 {
		t.Errorf("%d with %d problems", bad.Code, strings.Count(bad.Body.String(), `class="wrong"`))
	}
	good := form("token", "once", "name", "Ana", "email", "ana@example.com", "password", secretPassword, "workspace", "Acme SRL", "zone", "Europe/Chisinau", "currency", "mdl", "language", "ro")
	if w := c.visit(t).send("POST", "/setup/admin", url.Values{"token": {"other"}, "name": good["name"], "email": good["email"], "password": good["password"]}); w.Code != 403 {
		t.Errorf("another token: %d", w.Code)
	}
	if w := b.send("POST", "/setup/admin", good); w.Code != 303 || !signedIn(w) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if c.space.Name != "Acme SRL" || c.space.Zone != "Europe/Chisinau" || c.space.Currency != "MDL" || c.space.Language != "ro" {
		t.Errorf("%+v", c.space)
	}
	if w := b.get("/settings/users"); w.Code != 200 {
		t.Errorf("the first admin gets %d", w.Code)
	}
	if w := c.visit(t).send("POST", "/setup/admin", good); w.Code != 403 {
		t.Errorf("a second time: %d", w.Code)
	}
	if w := byKey.get("/"); w.Code != 303 {
		t.Errorf("a key's session lives on: %d", w.Code)
	}
	c.keys["kw_ad_good"] = team.Key{ID: "9", Name: "key", Scope: team.Admin}
	if w := c.visit(t).send("POST", "/signin", form("key", "kw_ad_good")); w.Code != 403 || signedIn(w) {
		t.Errorf("a key signs in: %d", w.Code)
	}
}

func TestTheLastAdminStaysOne(t *testing.T) {
	c := emptyCompany()
	u := c.hire(t, "ana", team.RoleAdmin)
	b := c.visit(t).user(c, u)
	for path, f := range map[string]url.Values{"": form("name", "Ana", "role", "viewer"), "/end": nil} {
		if w := b.send("POST", "/settings/users/"+u.ID+path, f); w.Code != 409 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	c.hire(t, "dan", team.RoleAdmin)
	if w := b.send("POST", "/settings/users/"+u.ID+"/end", nil); w.Code != 303 {
		t.Errorf("with another admin: %d", w.Code)
	}
	if w := b.get("/"); w.Code != 303 {
		t.Errorf("who has ended is in still: %d", w.Code)
	}
}

func TestWhoHasAnOwnBookIsAnsweredWithinIt(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).user(c, c.hire(t, "ana", team.RoleCSM, ownBook))
	for _, path := range []string{"/metrics/nps?by=plan&wait=1", "/families/voice", "/home/tile/nrr", "/home/movements", "/home/changes"} {
		c.scoped = nil
		if w := b.get(path); w.Code != 200 || len(c.scoped) == 0 {
			t.Fatalf("%s: %d", path, w.Code)
		}
		for _, segment := range c.scoped {
			s, err := account.ParseSegment(segment)
			if err != nil || s.Op != "in" || s.Name != "csm" || strings.Join(s.Values, "|") != `ana|ana@example.com|Ana "A" P` {
				t.Errorf("%s was asked within %q: %v", path, segment, err)
			}
		}
	}
	if nav, _, _ := strings.Cut(b.get("/").Body.String(), "</nav>"); strings.Contains(nav, `href="/quarantine"`) || !strings.Contains(nav, `href="/metrics"`) {
		t.Error("what can't be opened is offered")
	}
}

func TestEveryChangeIsWrittenDownWithoutSecrets(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	admin := c.hire(t, "ana", team.RoleAdmin)
	b := c.visit(t)
	b.send("POST", "/signin", form("email", "ana@example.com", "password", "wrong password"))
	b.send("POST", "/signin", form("email", "ana@example.com", "password", secretPassword))
	w := b.send("POST", "/settings/keys", form("name", "=HYPERLINK(1)", "scope", "read"))
	text := regexp.MustCompile(`kw_rd_\w{40}`).FindString(w.Body.String())
	b.send("POST", "/settings/users", form("email", "dan@example.com", "name", "Dan", "role", "viewer"))
	dan, err := c.people.UserFind(t.Context(), "dan@example.com")
	if err != nil {
		t.Fatal(err)
	}
	b.send("POST", "/settings/users/"+dan.ID, form("name", "Dan", "role", "manager", "accounts", "own"))
	b.send("POST", "/quarantine/"+firstCall+"/discard", nil)
	b.send("POST", "/preferences", form("lang", "ro"))
	b.send("POST", "/settings/users/none/end", nil)
	page, _, err := c.people.AuditPage(t.Context(), team.ChangeFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, change := range page {
		actions = append(actions, change.Action)
		if change.Action != "sign-in-refused" && (change.Who.ID != admin.ID || change.From != "192.0.2.1" || change.Door != team.DoorWeb) {
			t.Errorf("%+v", change)
		}
		if change.Action == "change-user" && (!strings.Contains(team.Shown(change.Before), `"viewer"`) || !strings.Contains(team.Shown(change.After), `"manager"`) || change.Subject != "dan@example.com") {
			t.Errorf("%+v", change)
		}
	}
	for action, times := range map[string]int{"sign-in-refused": 1, "sign-in": 1, "create-key": 1, "add-user": 1, "change-user": 1, "discard-quarantined": 1} {
		if got := strings.Count("|"+strings.Join(actions, "|")+"|", "|"+action+"|"); got != times {
			t.Errorf("%s is written down %d times in %v", action, got, actions)
		}
	}
	if len(page) != 6 {
		t.Errorf("written down: %v", actions)
	}
	csv := b.get("/settings/audit.csv?action=key").Body.String()
	if !strings.Contains(csv, "'=HYPERLINK(1)") || strings.Contains(csv, "change-user") {
		t.Errorf("as CSV: %s", csv)
	}
	all := b.get("/settings/audit.csv").Body.String() + b.get("/settings/audit").Body.String() + b.get("/settings/users").Body.String() + b.get("/settings/keys").Body.String()
	for what, secret := range map[string]string{"password": secretPassword, "hash": "argon2id", "key": text} {
		if secret == "" || strings.Contains(all, secret) {
			t.Errorf("a %s is shown", what)
		}
	}
}

func TestAdminsChangeTheWorkspaceAndTakeBackups(t *testing.T) {
	c, admin := staffed(t, plain)
	b := c.visit(t).user(c, admin)
	ask := func(name, zone, currency string) *httptest.ResponseRecorder {
		return b.send("POST", "/settings/workspace", form("workspace", name, "zone", zone, "currency", currency, "language", "ro"))
	}
	if w := ask("", "Nowhere/City", "XYZQ"); w.Code != http.StatusUnprocessableEntity || strings.Count(w.Body.String(), `aria-invalid="true"`) != 3 {
		t.Errorf("what can't be used: %d", w.Code)
	}
	if w := ask("Acme", "Europe/Chisinau", "mdl"); w.Code != http.StatusOK || w.Header().Get("Refresh") == "" || c.space.Zone != "Europe/Chisinau" || c.space.Currency != "MDL" {
		t.Errorf("another zone: %d, %+v", w.Code, c.space)
	}
	if w := ask("Acme 2", "Europe/Chisinau", "MDL"); w.Code != http.StatusSeeOther || c.space.Name != "Acme 2" {
		t.Errorf("another name: %d, %+v", w.Code, c.space)
	}
	if page := b.get("/settings/workspace").Body.String(); !strings.Contains(page, "over a week old") {
		t.Error("an old backup is not told of")
	}
	w := b.send("POST", "/settings/backup", nil)
	if w.Code != http.StatusOK || w.Body.String() != "tar" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), `attachment; filename="keepwell-2026-`) {
		t.Errorf("the backup: %d %v", w.Code, w.Header())
	}
	trail := b.get("/settings/audit.csv").Body.String()
	if !strings.Contains(trail, "change-workspace") || !strings.Contains(trail, "backup") {
		t.Error("it is not written down")
	}
	c.down = errors.New("the disk is full")
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("a backup that is not whole ends like a whole one: %v", p)
		}
	}()
	b.send("POST", "/settings/backup", nil)
}
