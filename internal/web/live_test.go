package web

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/live"
)

func TestLivePartsAnswerOnlyWhenSomethingIsNew(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Read)
	again := regexp.MustCompile(`hx-get="(/live/[^"]+)"`)
	links := again.FindAllStringSubmatch(b.get("/feeds").Body.String(), -1)
	if len(links) != 2 {
		t.Fatalf("live parts: %v", links)
	}
	for _, link := range links {
		if w := b.get(link[1]); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("%s: %d with nothing new", link[1], w.Code)
		}
	}
	c.verdicts = append([]feed.Verdict{{When: noon.Add(time.Second), Kind: "events", Subject: "Brand new", Verdict: "accepted"}}, c.verdicts...)
	c.fresh.Behind = time.Minute
	for i, want := range []string{"catching up", "Brand new"} {
		w := b.get(links[i][1])
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d without %q", links[i][1], w.Code, want)
		}
		if i == 1 && strings.Count(w.Body.String(), `class="new"`) != 1 {
			t.Errorf("new rows: %s", w.Body)
		}
		if next := again.FindStringSubmatch(w.Body.String()); next == nil || next[1] == links[i][1] {
			t.Errorf("%s goes on with %v", links[i][1], next)
		}
	}
}

func TestAPartThatLooksAsItDoesWhereItStandsIsNotSentAgain(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Read)
	b.header.Set("HX-Request", "true")
	for _, part := range []string{"/home/attention?book=all", "/home/tile/mrr", "/home/through", "/home/feeds", "/accounts/acc%2F0/figures", "/accounts/acc%2F0", "/metrics/nps"} {
		b.header.Del("If-None-Match")
		first := b.get(part)
		mark := first.Header().Get("ETag")
		if first.Code != 200 || mark == "" || !strings.Contains(first.Body.String(), `data-live="`) || !strings.Contains(first.Body.String(), `hx-swap="outerMorph"`) {
			t.Errorf("%s: %d, mark %q: %.200s", part, first.Code, mark, first.Body)
		}
		b.header.Set("If-None-Match", mark)
		if again := b.get(part); again.Code != 304 || again.Body.Len() > 0 {
			t.Errorf("%s: %d with nothing new", part, again.Code)
		}
		b.header.Set("If-None-Match", `"another"`)
		if again := b.get(part); again.Code != 200 || again.Header().Get("ETag") != mark {
			t.Errorf("%s: %d for who has something else", part, again.Code)
		}
	}
	b.header.Del("HX-Request")
	if whole := b.get("/metrics/nps"); whole.Code != 200 || whole.Header().Get("ETag") != "" {
		t.Errorf("a whole page: %d, mark %q", whole.Code, whole.Header().Get("ETag"))
	}
}

func TestWhoIsSignedOutElsewhereHearsNothingAnyMore(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, c *company, u team.User, other *browser){
		"signed out": func(t *testing.T, c *company, u team.User, other *browser) { other.send("POST", "/signout", form()) },
		"ended": func(t *testing.T, c *company, u team.User, _ *browser) {
			if _, err := c.people.UserChange(t.Context(), u.ID, func(u *team.User) error { u.Ended = c.now; return nil }); err != nil {
				t.Fatal(err)
			}
		},
		"expired": func(_ *testing.T, c *company, _ team.User, _ *browser) { c.now = c.now.Add(team.UserLife) },
	} {
		synctest.Test(t, func(t *testing.T) {
			c := emptyCompany()
			c.news = live.NewNews(noon, nil)
			u := c.hire(t, "ana", team.RoleCSM)
			b := c.visit(t).user(c, u)
			over := make(chan int, 1)
			go func() { over <- b.get("/live").Code }()
			time.Sleep(time.Minute)
			synctest.Wait()
			select {
			case code := <-over:
				t.Fatalf("%s: ended with %d before", name, code)
			default:
			}
			began := time.Now()
			end(t, c, u, &browser{t: t, handler: b.handler, cookies: maps.Clone(b.cookies), header: http.Header{}})
			if code := <-over; code != 200 || time.Since(began) > 5*time.Second {
				t.Errorf("%s: %d after %v", name, code, time.Since(began))
			}
			b.header.Set("Accept", "text/event-stream")
			if w := b.get("/live"); w.Code != http.StatusUnauthorized {
				t.Errorf("%s: who comes back gets %d", name, w.Code)
			}
		})
	}
}

func TestARefusedCallIsMendedAndReplayed(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	at := "/quarantine/" + firstCall
	if w := b.send("POST", at+"/replay", form("body", `{"broken`)); w.Code != 422 || !strings.Contains(w.Body.String(), `{&#34;broken`) || c.calls[0].Edited != nil {
		t.Errorf("broken JSON: %d", w.Code)
	}
	c.refuse = "the time is still none"
	if w := b.send("POST", at+"/replay", form("body", "{\r\n\"a\": 1}")); w.Code != 422 || !strings.Contains(w.Body.String(), c.refuse) {
		t.Errorf("refused again: %d", w.Code)
	}
	if string(c.calls[0].Edited) != "{\n\"a\": 1}" {
		t.Errorf("kept %q", c.calls[0].Edited)
	}
	c.refuse = ""
	w := b.send("POST", at+"/replay", form("body", `{"a": 2}`))
	if w.Code != 303 || c.calls[0].Status != feed.Replayed || string(c.calls[0].Edited) != `{"a": 2}` {
		t.Errorf("%d, %+v", w.Code, c.calls[0])
	}
	if w := b.send("POST", at+"/replay", form()); w.Code != 409 {
		t.Errorf("replayed twice: %d", w.Code)
	}
}

func TestDiscardingCanBeUndone(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	w := b.send("POST", "/quarantine/"+firstCall+"/discard", form())
	if w.Code != 303 || c.calls[0].Status != feed.Discarded {
		t.Fatalf("%d, %s", w.Code, c.calls[0].Status)
	}
	undo := "/quarantine/" + firstCall + "/reopen"
	if text := b.get(w.Header().Get("Location")).Body.String(); !strings.Contains(text, `action="`+undo+`"`) {
		t.Error("no way to undo")
	}
	if w := b.send("POST", undo, form()); w.Code != 303 || c.calls[0].Status != feed.Open {
		t.Errorf("%d, %s", w.Code, c.calls[0].Status)
	}
}

func TestUneditedCallsAreReplayedAsTheyCame(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	at := "/quarantine/" + firstCall
	area := regexp.MustCompile(`(?s)<textarea[^>]*>\n(.*?)</textarea>`).FindStringSubmatch(b.get(at).Body.String())
	if area == nil {
		t.Fatal("nowhere to mend")
	}
	shown := strings.ReplaceAll(strings.ReplaceAll(area[1], "&#34;", `"`), "\n", "\r\n")
	if w := b.send("POST", at+"/replay", form("body", shown)); w.Code != 303 || c.calls[0].Edited != nil {
		t.Errorf("%d, edited %q", w.Code, c.calls[0].Edited)
	}
}
