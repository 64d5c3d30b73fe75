package web

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/settings"
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
				pages["workspace"], pages["facts"] = "/settings/workspace", "/facts?kind=tickets"
				pages["user"] = "/settings/users/" + all[2].ID
				pages["reset"] = "/reset?token=" + c.ticket(t, team.ForPassword, who.ID, "")
				pages["code"] = "/signin/code"
			}
			for name, path := range pages {
				t.Run(l.String()+"-"+what+name, func(t *testing.T) {
					cookies := map[string]string{"keepwell_lang": string(l.lang), "keepwell_theme": l.theme, "keepwell_second": "x"}
					if strings.HasPrefix(path, "/settings") || strings.HasPrefix(path, "/facts") {
						cookies["keepwell_session"] = b.cookies["keepwell_session"]
					}
					show(t, ctx, server.URL, path, l, what+name, cookies)
				})
			}
			server.Close()
		}
	}
}

func (c *company) Backup(context.Context) (func(io.Writer) error, error) {
	return func(w io.Writer) error {
		if c.down != nil {
			return c.down
		}
		_, err := io.WriteString(w, "tar")
		return err
	}, nil
}

func (c *company) Backups(context.Context) ([]settings.Backup, error) {
	if c.values == 0 {
		return nil, nil
	}
	return []settings.Backup{{When: c.now.Add(-9 * 24 * time.Hour), Bytes: int64(67e6 * c.values), By: c.name("Ana")}}, nil
}

func (c *company) Browse(_ context.Context, ask account.FactAsk) (account.FactPage, error) {
	if c.values == 0 {
		return account.FactPage{}, c.down
	}
	f := &fact.Fact{Kind: ask.Kind, ID: fact.ID{9}, Source: c.name("web"), At: c.now.UnixMicro(), Account: "acc/0", User: c.name("u-1"), Properties: []byte(`{"a":1}`), Values: make([]fact.Value, len(ask.Kind.Columns))}
	return account.FactPage{Entries: []account.Entry{{Place: account.Place{At: c.now, Seq: 3}, Kind: ask.Kind.Name, Fact: f, User: f.User, Account: f.Account, Who: c.name("Ana")}}, Next: account.Place{At: c.now, Seq: 3}}, c.down
}

func TestAllFactsAreShownAsTheyWereSentButForWhatNamesPeople(t *testing.T) {
	c := grown(4000, 1, plain)
	page := c.visit(t).as(c, team.Admin).get("/facts?kind=contacts&user=u-1").Body.String()
	for _, want := range []string{"u-1", `href="/accounts/acc%2F0"`, "before=", `value="contacts" selected`, "&#34;a&#34;:1"} {
		if !strings.Contains(page, want) {
			t.Errorf("not shown: %s", want)
		}
	}
	if masked := c.visit(t).as(c, team.Read).get("/facts?kind=contacts").Body.String(); strings.Contains(masked, "u-1") || strings.Contains(masked, ">Ana<") || strings.Contains(masked, "&#34;a&#34;:1") {
		t.Error("who does not work with accounts reads who it was")
	}
}
