package web

import (
	"errors"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

func plain(s string) string { return s }

func TestWhoNeedsAttentionStandsInTheOrderOfItsValueWithReasonsInWords(t *testing.T) {
	c := grown(4000, 1, plain)
	if masked := c.visit(t).as(c, team.Read).get("/home/attention").Body.String(); strings.Contains(masked, "Alejandro") || !strings.Contains(masked, "Its most active person, •••,") {
		t.Error("who does not work with accounts reads what people are called")
	}
	b := c.visit(t).as(c, team.Admin)
	text := b.get("/home/attention").Body.String()
	for _, want := range []string{"Renewal in 52 days while use falls (−71 %)", "Its most active person, Alejandro Iglesias, has not come for 25 days",
		"NPS 3, 3 days ago: nobody has followed it up", "€42 overdue for 19 days", "the most recurring value first"} {
		if !strings.Contains(text, want) {
			t.Errorf("not told: %s", want)
		}
	}
	links := regexp.MustCompile(`href="/accounts/acc%2F(\d+)"`).FindAllStringSubmatch(text, -1)
	if len(links) != 6 || links[0][1] != "0" || links[1][1] != "4" || links[2][1] != "8" {
		t.Errorf("in the order %v", links)
	}
	all := regexp.MustCompile(`hx-get="(/home/attention\?all=1[^"]*)"`).FindStringSubmatch(text)
	if all == nil {
		t.Fatal("no way to see all")
	}
	if n := strings.Count(b.get(all[1]).Body.String(), `href="/accounts/`); n != 15 {
		t.Errorf("%d of 15 when all are asked for", n)
	}
}

func TestReasonsAreToldInEveryLanguage(t *testing.T) {
	c := grown(4000, 1, plain)
	b := c.visit(t).as(c, team.Admin)
	seen := map[string]bool{}
	for _, lang := range i18n.Langs {
		b.cookies["keepwell_lang"] = string(lang)
		text := b.get("/home/attention").Body.String()
		cell := regexp.MustCompile(`<td class="why"[^>]*>(.*?)</td>`).FindString(text)
		if strings.Count(cell, "<li>") != 4 || seen[cell] || !strings.Contains(cell, "Alejandro Iglesias") {
			t.Errorf("%s: %s", lang, cell)
		}
		seen[cell] = true
	}
}

func TestWhoLooksAfterAccountsSeesTheOwnOnesFirst(t *testing.T) {
	c := grown(4000, 1, plain)
	csm := c.visit(t).user(c, c.hire(t, "ana", team.RoleCSM))
	manager := c.visit(t).user(c, c.hire(t, "dan", team.RoleManager))
	asked := func(b *browser, path string) string {
		c.scoped = nil
		if w := b.get(path); w.Code != 200 || len(c.scoped) == 0 {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return c.scoped[0]
	}
	if text := csm.get("/").Body.String(); !strings.Contains(text, `hx-get="/home/tile/mrr?book=mine"`) {
		t.Error("the own book does not come first")
	}
	for path, own := range map[string]bool{"/home/tile/mrr": true, "/home/tile/mrr?book=mine": true, "/home/tile/mrr?book=all": false} {
		s, err := account.ParseSegment(asked(csm, path))
		if err != nil || s.IsEveryone() == own {
			t.Errorf("%s is asked within %+v: %v", path, s, err)
		}
	}
	if within := asked(manager, "/home/tile/mrr"); within != "" {
		t.Errorf("a manager is shown %q first", within)
	}
	if text := csm.get("/home/attention").Body.String(); !strings.Contains(text, "No account carries your name") {
		t.Error("accounts of others are in the own book") // they are all Ana's, with a large letter
	}
	if text := csm.get("/home/attention?book=all").Body.String(); !strings.Contains(text, `href="/accounts/acc%2F0"`) {
		t.Error("all accounts are not to be had")
	}
}

func TestAPartThatCantBeHadLeavesTheRestOfThePage(t *testing.T) {
	c := grown(4000, 1, plain)
	b := c.visit(t).as(c, team.Read)
	c.down = errors.New("password=hunter2")
	for _, part := range []string{"tile/mrr", "attention", "movements", "changes", "renewals"} {
		w := b.get("/home/" + part)
		if text := w.Body.String(); w.Code != 200 || !strings.Contains(text, `hx-get="/home/`+part) || strings.Contains(text, "hunter2") {
			t.Errorf("%s: %d %s", part, w.Code, text)
		}
		checkMarkup(t, part, w)
	}
	if len(c.reports) != 5 {
		t.Errorf("%d of 5 failures were reported", len(c.reports))
	}
}

func TestATileLeadsToTheSameQuestion(t *testing.T) {
	c := grown(4000, 1, plain)
	b := c.visit(t).user(c, c.hire(t, "ana", team.RoleCSM))
	for path, want := range map[string]string{"/home/tile/nps?book=all": `href="/metrics/nps?period=90d"`, "/home/tile/mau?book=all": `href="/metrics/mau?variant=accounts"`,
		"/home/tile/customers?book=mine": `href="/metrics/customers?segment=csm+in`} {
		if text := html.UnescapeString(b.get(path).Body.String()); !strings.Contains(text, want) {
			t.Errorf("%s does not link to %s: %s", path, want, text)
		}
	}
}

func TestChangesThatMayBeChanceAreNotTold(t *testing.T) {
	c := grown(4000, 1, plain)
	b := c.visit(t).as(c, team.Read)
	text := b.get("/home/changes").Body.String()
	if n := strings.Count(text, "<li>"); n != 3 || strings.Count(text, ", real") != 3 || strings.Contains(text, "noise") {
		t.Errorf("%d changes: %s", n, text)
	}
	if !strings.Contains(text, "Most of it: ") || !strings.Contains(text, "/why?by=") {
		t.Errorf("no reason: %s", text)
	}
	still := emptyCompany()
	if text := still.visit(t).as(still, team.Read).get("/home/changes").Body.String(); !strings.Contains(text, "Nothing moved by more than chance") {
		t.Errorf("of nothing: %s", text)
	}
}

func TestAnEmptyWorkspaceIsToldWhatWillBeHereAndHowToGetThere(t *testing.T) {
	c := emptyCompany()
	text := c.visit(t).as(c, team.Admin).get("/").Body.String()
	if !strings.Contains(text, "What will be here") || !strings.Contains(text, `class="button main" href="/start"`) || strings.Contains(text, "/home/tile/") {
		t.Errorf("%s", text)
	}
}

func TestMovementsAddUpInThePicture(t *testing.T) {
	c := grown(4000, 1, plain)
	text := c.visit(t).as(c, team.Read).get("/home/movements").Body.String()
	if strings.Count(text, "<rect class=\"move") == 0 || !strings.Contains(text, "<table>") {
		t.Errorf("neither bars nor a table: %s", text)
	}
	for _, m := range regexp.MustCompile(`y="([0-9.-]+)" width="[0-9.]+" height="([0-9.]+)"`).FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[1], "-") {
			t.Errorf("a bar leaves its field: %v", m)
		}
	}
}
