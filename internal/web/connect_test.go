package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
)

// upload sends a file by the form of the first steps.
func (b *browser) upload(kind, name, text string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.uploadTo("/start/file", kind, name, text)
}

func (b *browser) uploadTo(path, kind, name, text string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if err := m.WriteField("kind", kind); err != nil {
		b.t.Fatal(err)
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write([]byte(text))
	m.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

func TestAFreshKeyStandsInTheLinesToCopyAndOpensTheDoor(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	for range 2 { // the second one takes another name
		w := b.send("POST", "/start/key", form("goal", "loyal"))
		key := regexp.MustCompile(`curl -u (kw_[A-Za-z0-9_]+):`).FindStringSubmatch(w.Body.String())
		if w.Code != 200 || key == nil {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		if strings.Count(w.Body.String(), key[1]) < 6 || strings.Contains(w.Body.String(), "'KEY'") {
			t.Error("not all lines have the key")
		}
		all, err := c.people.Keys(t.Context())
		if err != nil || !slices.ContainsFunc(all, func(k team.Key) bool { return k.Hash == team.Hashed(key[1]) && k.Scope == team.Ingest }) {
			t.Errorf("kept %+v: %v", all, err)
		}
		if again := b.get("/start").Body.String(); strings.Contains(again, key[1]) {
			t.Error("the key is shown a second time")
		}
	}
}

func TestChosenGoalsSayWhichFactsTheyTake(t *testing.T) {
	c := grown(4000, 1, plain)
	b := c.visit(t).as(c, team.Read)
	id := regexp.MustCompile(`name="goal" value="([^"]+)"`).FindStringSubmatch(b.get("/start").Body.String())
	if id == nil {
		t.Fatal("no goal is offered")
	}
	text := b.get("/start?goal=" + id[1]).Body.String()
	for _, want := range []string{`value="` + id[1] + `" checked`, "Facts it takes", "What will answer it", `href="/metrics/`} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

func TestAFileIsTriedWithItsColumnsBeforeItIsTakenIn(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	w := b.upload("accounts", `C:\old\acc.csv`, "Account ID,Company,Plan,ts\nacme,Acme,team,2026-01-01\n,Nobody,team,2026-01-01\n")
	at := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(at, "/start/file/") {
		t.Fatalf("%d to %q: %s", w.Code, at, w.Body)
	}
	page := b.get(at)
	for _, want := range []string{`<option value="account_id" selected`, `<option value="plan" selected`, "1 row can’t be used", "line 3:", "<td>Acme</td>", "<h1>acc.csv</h1>"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	checkMarkup(t, "preview", page)
	if text := page.Body.String(); !strings.Contains(text, `<option value="name" selected`) || strings.Count(text, "suggested by its name") != 1 {
		t.Error("Company is not suggested to be the name")
	}
	if text := b.get(at + "?said=1&c1=").Body.String(); strings.Contains(text, `<option value="name" selected`) {
		t.Error("Company is the name though it was said not to be")
	}
	if text := b.get(at + "?said=1&c1=plan&c2=size").Body.String(); !strings.Contains(text, `<option value="size" selected`) {
		t.Error("a column that was said is forgotten")
	}
	if text := b.get(at + "?c1=name&c2=name").Body.String(); !strings.Contains(text, "two columns for name") {
		t.Error("two columns for one field are not refused")
	}
	if len(c.taken) > 0 {
		t.Error("taken in before it was asked for")
	}
	done := b.send("POST", at, form("c1", "name"))
	if done.Code != 200 || len(c.taken) != 1 || !strings.Contains(done.Body.String(), "2 rows were read. Taken in: 1; known already: 0; refused: 1.") {
		t.Errorf("%d, %v: %s", done.Code, c.taken, done.Body)
	}
	refused := b.get(at + "/refused.csv")
	if refused.Code != 200 || !strings.Contains(refused.Body.String(), ",Nobody,team,2026-01-01,3,account_id,") {
		t.Errorf("%d %s", refused.Code, refused.Body)
	}
	other := c.visit(t)
	other.handler = b.handler
	if w := other.user(c, c.hire(t, "dan", team.RoleManager)).get(at); w.Code != 404 {
		t.Errorf("somebody else's file: %d", w.Code)
	}
}

func TestAListWithoutTimesIsSoSinceADay(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	at := b.upload("accounts", "crm.csv", "ID,Company,Owner\n1,Acme,Ana\n2,Globex,\n").Header().Get("Location")
	text := b.get(at).Body.String()
	for _, want := range []string{`<option value="account_id" selected`, `<option value="name" selected`, `<option value="csm" selected`, `name="at" value="` + noon.Format(time.DateOnly), "All of them can be used"} {
		if !strings.Contains(text, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if text := b.get(at + "?said=1&c0=account_id&at=").Body.String(); !strings.Contains(text, "<strong>when it happened</strong> is missing") {
		t.Error("without a day the rows are not refused in words")
	}
	if text := b.send("POST", at, form("said", "1", "c0", "account_id", "c1", "name", "at", "2026-01-31")).Body.String(); !strings.Contains(text, "Taken in: 2;") {
		t.Errorf("not taken in: %s", text)
	}
	events := b.upload("events", "e.csv", "name\nOpened\n").Header().Get("Location")
	if text := b.get(events).Body.String(); !strings.Contains(text, `name="at" value=""`) {
		t.Error("what happened is given a day nobody said")
	}
}

func TestAFileWithHostileNamesIsShownSafely(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	w := b.upload("events", "x\"><script>alert(1)<!--.csv", "name,"+strings.ReplaceAll(hostile("h"), `"`, "")+"\n<img src=x onerror=alert(1)>,\"<script>\"\n")
	if w.Code != 303 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	checkMarkup(t, "hostile file", b.get(w.Header().Get("Location")))
}

func TestWhatIsNoFileIsRefusedInWords(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	for name, w := range map[string]*httptest.ResponseRecorder{"no such kind": b.upload("gods", "a.csv", "x\n"), "a picture": b.upload("events", "a.png", "x"), "no form": b.send("POST", "/start/file", form("kind", "events"))} {
		if w.Code != 422 || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	empty := b.upload("events", "a.csv", "")
	if page := b.get(empty.Header().Get("Location")); page.Code != 200 || !strings.Contains(page.Body.String(), `role="alert"`) {
		t.Errorf("an empty file: %d", page.Code)
	}
}

func TestTheFirstFactsAreSeenToArrive(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).as(c, team.Admin)
	text := b.get("/start").Body.String()
	poll := regexp.MustCompile(`hx-get="(/start/live[^"]*)"`).FindStringSubmatch(text)
	if poll == nil || !strings.Contains(text, "Waiting for the first fact") {
		t.Fatalf("%v", poll)
	}
	if w := b.get(poll[1]); w.Code != 204 {
		t.Errorf("with nothing new: %d", w.Code)
	}
	c.verdicts = []feed.Verdict{{When: noon, Kind: "events", Subject: "Report opened", Verdict: "accepted"}}
	if w := b.get(poll[1]); w.Code != 200 || !strings.Contains(w.Body.String(), "Facts arrive") || !strings.Contains(w.Body.String(), "Report opened") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestTheSampleCompanyIsOfferedWhereThereIsNothingAndSaidWhileItIsThere(t *testing.T) {
	c := emptyCompany()
	admin := c.visit(t).as(c, team.Admin)
	offered := func(b *browser, path string) bool {
		return strings.Contains(b.get(path).Body.String(), `method="post" action="/sample"`)
	}
	if !offered(admin, "/") || !offered(admin, "/start") || offered(c.visit(t).as(c, team.Read), "/") {
		t.Error("it is offered to others than admins, or not to them")
	}
	if w := admin.send("POST", "/sample", nil); w.Code != http.StatusSeeOther || c.made.state != feed.Arriving {
		t.Fatalf("%d, it is %q", w.Code, c.made.state)
	}
	page := admin.get("/accounts").Body.String()
	if offered(admin, "/") || !strings.Contains(page, `hx-get="/sample?seen=arriving50"`) {
		t.Error("it is not said that it arrives")
	}
	if w := admin.get("/sample?seen=arriving50"); w.Code != http.StatusNoContent {
		t.Errorf("nothing new: %d", w.Code)
	}
	c.made.state = feed.There
	if w := admin.get("/sample?seen=arriving50"); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "<aside") || strings.Contains(w.Body.String(), "hx-get") {
		t.Errorf("it is there: %d %s", w.Code, w.Body)
	}
	if reader := c.visit(t).as(c, team.Read).get("/accounts").Body.String(); !strings.Contains(reader, `class="sample"`) || strings.Contains(reader, "/sample/remove") {
		t.Error("a reader does not hear that all is made up, or may remove it")
	}
	if w := admin.send("POST", "/sample/remove", nil); w.Code != http.StatusOK || !strings.HasSuffix(w.Header().Get("Refresh"), "url=/start") || c.made.state != feed.Leaving {
		t.Errorf("removed: %d, %q", w.Code, c.made.state)
	}
}
