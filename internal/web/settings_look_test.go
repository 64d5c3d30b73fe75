package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// staffed is a company with a team, keys, and things that were done.
func staffed(t *testing.T, name func(string) string) (*company, team.User) {
	t.Helper()
	c := grown(4000, 1, name)
	admin := c.hire(t, "ana.popescu", team.RoleAdmin, func(u *team.User) { u.Name, u.TOTP = "Ana Popescu", "JBSWY3DPEHPK3PXP" })
	for i, role := range team.Roles[1:] {
		c.hire(t, fmt.Sprintf("person%d", i), role, func(u *team.User) {
			u.OwnBook = role == team.RoleCSM
			u.Name = string([]rune(name("Vasile Țurcanu"))[:min(100, len([]rune(name("Vasile Țurcanu"))))])
			u.Name = strings.Map(func(r rune) rune {
				if r < ' ' || r == 0x202e || r == 0x202c || r == 0x200d {
					return -1
				}
				return r
			}, u.Name)
			if role == team.RoleViewer {
				u.Password = ""
			}
		})
	}
	b := c.visit(t).user(c, admin)
	for i, scope := range team.Scopes {
		if w := b.send("POST", "/settings/keys", form("name", fmt.Sprint("website ", i), "scope", string(scope))); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	all, _ := c.people.Users(t.Context())
	for _, u := range all {
		b.send("POST", "/settings/users/"+u.ID, form("name", u.Name, "role", string(u.Role), "accounts", u.Accounts(), "csm_names", "A.P., Popescu", "language", "ro"))
	}
	for i := range 3 {
		err := c.people.PasskeyAdd(t.Context(), team.Passkey{ID: []byte{byte(i)}, UserID: admin.ID, Name: "Chrome · macOS", Credential: "{}", Created: noon.Add(-time.Duration(i) * 50 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.visit(t).user(c, admin)
	return c, admin
}

func TestSettingsFitTheirScreenAndBreakNoRule(t *testing.T) {
	plain, admin := staffed(t, func(s string) string { return s })
	rude, rudeAdmin := staffed(t, hostile)
	fresh := emptyCompany()
	fresh.open(t)
	if err := fresh.people.SetupAdd(t.Context(), team.Hashed("once"), noon, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	plain.address, plain.mails = "http://cs.example.com", []string{}
	looks := []look{{"settings", i18n.RU, true, "dark"}, {"settings", i18n.EN, false, "light"}, {"settings", i18n.ES, true, "light"}, {"settings", i18n.RO, false, "dark"}}
	ctx := open(t)
	for _, l := range looks {
		for what, c := range map[string]*company{"": plain, "hostile-": rude, "fresh-": fresh} {
			server := httptest.NewServer(c.site(t).handler())
			b := c.visit(t)
			pages := map[string]string{"signin": "/signin", "forgot": "/forgot", "setup": "/setup?token=once"}
			if c != fresh {
				who := map[*company]team.User{plain: admin, rude: rudeAdmin}[c]
				b.user(c, who)
				all, err := c.people.Users(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				delete(pages, "setup")
				pages["me"], pages["users"], pages["keys"], pages["audit"], pages["totp"] = "/settings/me?done=profile", "/settings/users", "/settings/keys", "/settings/audit", "/settings/me/totp"
				pages["user"] = "/settings/users/" + all[2].ID
				pages["reset"] = "/reset?token=" + c.ticket(t, team.ForPassword, who.ID, "")
				pages["code"] = "/signin/code"
			}
			for name, path := range pages {
				t.Run(l.String()+"-"+what+name, func(t *testing.T) {
					cookies := map[string]string{"keepwell_lang": string(l.lang), "keepwell_theme": l.theme, "keepwell_second": "x"}
					if strings.HasPrefix(path, "/settings") {
						cookies["keepwell_session"] = b.cookies["keepwell_session"]
					}
					show(t, ctx, server.URL, path, l, what+name, cookies)
				})
			}
			server.Close()
		}
	}
}
