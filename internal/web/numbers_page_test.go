package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

func asIs(s string) string { return s }

// press sends a form and follows to the page it leads to.
func (b *browser) press(path string, form url.Values) string {
	b.t.Helper()
	w := b.send("POST", path, form)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return b.get(w.Header().Get("Location")).Body.String()
}

func TestAMetricPageIsSentBeforeItsAnswer(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Admin)
	page := b.get("/metrics/nps?period=90d&by=plan").Body.String()
	if !strings.Contains(page, `hx-get="/metrics/nps?by=plan&amp;period=90d"`) || strings.Contains(page, "41.3") || len(c.scoped) > 0 {
		t.Errorf("the page waits for its numbers: %v", c.scoped)
	}
	b.header.Set("HX-Request", "true")
	part := b.get("/metrics/nps?period=90d&by=plan").Body.String()
	for _, want := range []string{"41.3", `href="/metrics/nps/facts?by=plan&amp;group=enterprise&amp;period=90d"`, `class="earlier"`, "enterprise", `id="why"`, `class="heatmap"`, "lost on the way"} {
		if !strings.Contains(part, want) {
			t.Errorf("the answer lacks %s", want)
		}
	}
	if strings.Contains(part, "<html") {
		t.Error("a part is a page")
	}
	b.header.Del("HX-Request")
	if whole := b.get("/metrics/nps?wait=1").Body.String(); !strings.Contains(whole, "41.3") || !strings.Contains(whole, "<html") {
		t.Error("without a script there is no answer")
	}
	if w := b.get("/metrics/nps?period=90d&segment=&by="); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/metrics/nps?period=90d" {
		t.Errorf("the address keeps what says nothing: %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestATargetIsSetShownTakenAwayAndBroughtBack(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Admin)
	form := url.Values{"question": {"segment=plan+%3D+pro"}, "value": {"52,5"}, "from": {"2026-03-01"}}
	if text := b.press("/metrics/nps/target", form); !strings.Contains(text, i18n.T(i18n.EN, "metrics.target_set")) {
		t.Error("nothing is said")
	}
	all, err := c.people.Targets(t.Context())
	if err != nil || len(all) != 1 || all[0].Value != 52.5 || all[0].Segment != "plan = pro" || all[0].By != "ana" {
		t.Fatalf("%+v %v", all, err)
	}
	text := b.get("/metrics/nps?wait=1&segment=plan+%3D+pro").Body.String()
	for _, want := range []string{`class="goal"`, "target 52.5", "11.2", `<progress max="100"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(b.get("/metrics/nps?wait=1").Body.String(), "52.5") {
		t.Error("the target of a segment stands with everybody")
	}
	gone := b.press("/targets/"+all[0].ID+"/remove", url.Values{"question": {"segment=plan+%3D+pro"}})
	if !strings.Contains(gone, i18n.T(i18n.EN, "metrics.undo")) || !strings.Contains(gone, `name="value" value="52.5"`) {
		t.Error("it can't be brought back")
	}
	for field, value := range map[string]string{"value": "much", "from": "soon"} {
		bad := url.Values{"question": {""}, "value": {"1"}, "from": {"2026-03-01"}}
		bad.Set(field, value)
		if w := b.send("POST", "/metrics/nps/target", bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s=%s: %d", field, value, w.Code)
		}
	}
}

func TestAllTargetsStandOnOnePage(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Admin)
	b.press("/metrics/nps/target", url.Values{"question": {"segment=plan+%3D+pro"}, "value": {"52.5"}, "from": {"2026-03-01"}})
	b.press("/metrics/nps/target", url.Values{"question": {"segment=plan+%3D+pro"}, "value": {"60"}, "from": {"2199-03-01"}})
	b.press("/metrics/mrr/target", url.Values{"question": {""}, "value": {"1"}, "from": {"2026-03-01"}})
	page := b.get("/targets").Body.String()
	if !strings.Contains(page, `hx-get="/targets"`) || strings.Contains(page, "11.2") {
		t.Error("the page waits for values")
	}
	b.header.Set("HX-Request", "true")
	part := html.UnescapeString(b.get("/targets").Body.String())
	for _, want := range []string{"52.5", "11.2", "60", "plan = pro", "2199", i18n.T(i18n.EN, "metrics.target_reached"), `href="/metrics/nps?segment=plan+%3D+pro#target"`} {
		if !strings.Contains(part, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Count(part, "<tr>") != 3 { // with the head
		t.Errorf("two numbers have targets: %s", part)
	}
}

func TestDashboardsArePutTogetherAndEveryChangeCanBeTakenBack(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Admin)
	b.press("/dashboards/pin", url.Values{"metric": {"nps"}, "question": {"by=plan&period=90d"}, "name": {"Monday"}})
	one := func() board.Dashboard {
		t.Helper()
		all, err := c.people.Dashboards(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v %v", all, err)
		}
		return all[0]
	}
	order := func() (ids []string) {
		for _, tile := range one().Tiles {
			ids = append(ids, tile.Metric)
		}
		return ids
	}
	d := one()
	if d.Tiles[0].Question.By != "plan" || d.Tiles[0].Question.Period != "90d" {
		t.Errorf("pinned %+v", d.Tiles)
	}
	path := "/dashboards/" + d.ID
	b.press("/dashboards/pin", url.Values{"metric": {"mrr"}, "dashboard": {d.ID}})
	b.press(path, url.Values{"do": {"add"}, "metric": {"csat"}, "period": {"month"}})
	b.press(path, url.Values{"do": {"up"}, "tile": {"2"}})
	if got := strings.Join(order(), " "); got != "nps csat mrr" {
		t.Errorf("order %s", got)
	}
	text := b.press(path, url.Values{"do": {"off"}, "tile": {"0"}})
	if got := strings.Join(order(), " "); got != "csat mrr" || !strings.Contains(text, i18n.T(i18n.EN, "dashboards.did.off")) {
		t.Errorf("order %s", got)
	}
	b.press(path, url.Values{"do": {"undo"}})
	if got := strings.Join(order(), " "); got != "nps csat mrr" {
		t.Errorf("taken back to %s", got)
	}
	if w := b.send("POST", path, url.Values{"do": {"up"}, "tile": {"1"}, "version": {"1"}}); w.Code != http.StatusConflict {
		t.Errorf("a tile that somebody has moved meanwhile: %d", w.Code)
	}
	b.header.Set("HX-Request", "true")
	if part := b.get(path + "/tiles/0?version=1").Body.String(); !strings.Contains(part, "41.3") || !strings.Contains(part, "enterprise") {
		t.Error(part)
	}
	b.header.Del("HX-Request")
	text = b.press(path, url.Values{"do": {"remove"}})
	if !strings.Contains(text, i18n.T(i18n.EN, "metrics.undo")) || b.get(path).Code != http.StatusNotFound {
		t.Error("it is still there, or can't be brought back")
	}
	b.press(path, url.Values{"do": {"undo"}})
	for _, bad := range []url.Values{{"do": {"rename"}, "name": {" "}}, {"do": {"add"}, "metric": {"nothing"}}, {"do": {"dance"}}} {
		if w := b.send("POST", path, bad); w.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, w.Code)
		}
	}
}

func TestHowWeCountIsChosenAndTakenBack(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Admin)
	text := b.press("/settings/policies/active_events", url.Values{"value": {` Report Run , "a, b" `}})
	if c.kept["active_events"] != `Report Run, "a, b"` || !strings.Contains(text, i18n.T(i18n.EN, "policies.did.set")) {
		t.Errorf("kept %v", c.kept)
	}
	was := regexp.MustCompile(`name="was" value="([^"]*)"`).FindStringSubmatch(text)
	if was == nil {
		t.Fatal("it can't be taken back")
	}
	if w := b.send("POST", "/settings/policies/inactive_days", url.Values{"value": {"<script>"}}); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "no whole number") || !strings.Contains(w.Body.String(), "&lt;script&gt;") {
		t.Errorf("%d", w.Code)
	}
	b.press("/settings/policies/presets/keepwell", url.Values{})
	if len(c.kept) != 0 {
		t.Errorf("a preset leaves %v", c.kept)
	}
	b.press("/settings/policies/undo", url.Values{"was": {`{"active_events":"Report Run"}`}})
	if c.kept["active_events"] != "Report Run" {
		t.Errorf("taken back to %v", c.kept)
	}
	b.press("/settings/policies/active_events", url.Values{"do": {"usual"}})
	if len(c.kept) != 0 {
		t.Errorf("not as it comes: %v", c.kept)
	}
	for path, form := range map[string]url.Values{"/settings/policies/undo": {"was": {`{"inactive_days":"many"}`}}, "/settings/policies/nobody": {"value": {"1"}}, "/settings/policies/presets/nobody": {}} {
		if w := b.send("POST", path, form); w.Code != http.StatusBadRequest && w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestNumbersAreTakenAlongAsFiles(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Read)
	for path, kind := range map[string]string{"/metrics/nps/export.csv?by=plan": "text/csv; charset=utf-8", "/metrics/nps/export.json": "application/json", "/metrics/nps/facts.csv": "text/csv; charset=utf-8", "/metrics/nps/why.csv?by=plan": "text/csv; charset=utf-8"} {
		w := b.get(path)
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=nps") || !strings.Contains(w.Body.String(), "nps") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

func TestWhatHasNotChangedIsNotMentioned(t *testing.T) {
	c := grown(4000, 1, asIs)
	b := c.visit(t).as(c, team.Read)
	b.header.Set("HX-Request", "true")
	if w := b.get("/metrics/nps/restated?since=2026-11-01T00:00:00Z"); w.Code != 200 || !strings.Contains(w.Body.String(), "28.5") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	c.values = 0
	if w := b.get("/metrics/nps/restated?since=2026-11-01T00:00:00Z"); w.Code != http.StatusNoContent {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWhoSeesOwnAccountsSeesNobodyElsesSparkline(t *testing.T) {
	c := grown(4000, 1, asIs)
	c.hire(t, "own", team.RoleCSM, ownBook)
	own, err := c.people.UserFind(t.Context(), "own@example.com")
	if err != nil {
		t.Fatal(err)
	}
	handler := c.site(t).handler()
	all, mine := c.visit(t), c.visit(t).user(c, own)
	c.hire(t, "admin", team.RoleAdmin)
	boss, err := c.people.UserFind(t.Context(), "admin@example.com")
	if err != nil {
		t.Fatal(err)
	}
	all.user(c, boss)
	all.handler, mine.handler = handler, handler // one area, one memory
	all.get("/families/voice")
	c.scoped = nil
	mine.get("/families/voice")
	series := 0
	for _, within := range c.scoped {
		if !strings.Contains(within, "csm in") {
			t.Errorf("asked within %q", within)
		}
		series++
	}
	metrics := 0
	for _, d := range c.Describe(i18n.EN) {
		if d.Family == "voice" {
			metrics++
		}
	}
	if series != 2*metrics {
		t.Errorf("%d questions for %d metrics: a sparkline was taken from somebody else", series, metrics)
	}
}

func TestATargetThatIsDueSaysWhereItShouldBeByNow(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).as(c, team.Admin)
	set := func(value, from, due string) int {
		return b.send("POST", "/metrics/nps/target", form("question", "", "value", value, "from", from, "due", due)).Code
	}
	if code := set("60", "2026-06-01", "2026-05-01"); code != http.StatusBadRequest && code != http.StatusUnprocessableEntity {
		t.Errorf("a target due before it begins: %d", code)
	}
	for _, one := range []struct{ value, due, want string }{
		{"90", "2027-06-01", "should be "}, {"90", "2026-11-01", "was due 1 Nov 2026"}, {"20", "2027-06-01", "Reached"},
	} {
		if code := set(one.value, "2026-06-01", one.due); code != http.StatusSeeOther {
			t.Fatalf("%+v: %d", one, code)
		}
		text := b.get("/targets?wait=1").Body.String()
		if !strings.Contains(strings.ToLower(text), strings.ToLower(one.want)) || !strings.Contains(text, "due ") {
			t.Errorf("%+v: the page does not say so: %s", one, text[strings.Index(text, "<table"):])
		}
	}
}

func TestAMentionThatWasSeenIsShownNoMore(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).user(c, c.hire(t, "ana", team.RoleCSM))
	mentioned := func() bool { return strings.Contains(b.get("/").Body.String(), `id="mentions"`) }
	if !mentioned() {
		t.Fatal("a note that calls the reader is not shown")
	}
	w := b.send("POST", "/mentions/n1", form())
	if w.Code != http.StatusSeeOther || mentioned() {
		t.Errorf("%d, and it is still there", w.Code)
	}
	if text := b.get(w.Header().Get("Location")).Body.String(); !strings.Contains(text, `action="/mentions/n1"`) {
		t.Error("no way to undo")
	}
	if b.send("POST", "/mentions/n1", form("undo", "1")); !mentioned() {
		t.Error("undone, and it is not there")
	}
	if w := b.send("POST", "/mentions/other", form()); w.Code != http.StatusNotFound {
		t.Errorf("another's: %d", w.Code)
	}
}

func TestThePaletteKnowsThePagesWithinPlaces(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return s })
	b := c.visit(t).user(c, c.hire(t, "ana", team.RoleAdmin))
	for _, p := range ui.InnerPlaces(&team.Session{UserID: "x", User: &team.User{Role: team.RoleAdmin}}) {
		if w := b.get(p.Href); w.Code != http.StatusOK {
			t.Errorf("%s: %d", p.Href, w.Code)
		}
		name := i18n.T(i18n.EN, p.Label)
		if text := b.get("/palette?q=" + url.QueryEscape(name)).Body.String(); !strings.Contains(text, `href="`+p.Href+`"`) {
			t.Errorf("the palette does not find %s by %q", p.Href, name)
		}
	}
	viewer := c.visit(t).user(c, c.hire(t, "vera", team.RoleViewer))
	if text := viewer.get("/palette?q=keys").Body.String(); strings.Contains(text, "/settings/keys") {
		t.Error("who may not open the keys is led there")
	}
}
