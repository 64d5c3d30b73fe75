package web

import (
	"encoding/csv"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/team"
)

var assetLink = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

func plainName(s string) string { return s }

func TestTheListsAddressSaysAllThatIsShown(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	text := b.get("/accounts?q=nord&plan=enterprise&sort=-mrr&cols=plan&cols=mrr&segment=" + url.QueryEscape("country = DE")).Body.String()
	here := "/accounts?cols=name%2Cplan%2Cmrr&amp;plan=enterprise&amp;q=nord&amp;segment=country&#43;%3D&#43;DE&amp;sort=-mrr"
	if !strings.Contains(text, `data-state="`+here) {
		t.Errorf("the address of what is shown is not %s", here)
	}
	if !strings.Contains(text, `aria-sort="descending"`) || strings.Contains(text, "c-renewal") || strings.Contains(text, `href="/accounts/acc%2F1"`) {
		t.Error("filter, columns or order are not those asked for")
	}
	if !strings.Contains(text, "/accounts?after=") {
		t.Error("there is no next page")
	}
}

func TestPartsOfListsAndTimelinesComeAlone(t *testing.T) {
	for _, c := range []*company{grown(4000, 1, hostile), grown(4000, 1, plainName)} {
		b := c.visit(t).as(c, team.Admin)
		b.header.Set("HX-Request", "true")
		for path, id := range map[string]string{"/accounts?q=nord": "list", "/contacts?q=mi": "list", "/accounts/acc%2F0?before=" + account.Place{At: noon, Seq: 3}.String(): "timeline", "/contacts/u-1?kind=use": "timeline"} {
			w := b.get(path)
			if text := w.Body.String(); w.Code != 200 || !strings.HasPrefix(text, "<section") || !strings.Contains(text, `id="`+id+`"`) || strings.Contains(text, "<main") {
				t.Errorf("%s: %d", path, w.Code)
			}
			checkMarkup(t, path, w)
		}
		if len(c.reports) > 0 {
			t.Errorf("went wrong: %v", c.reports)
		}
	}
}

func TestAWrongSegmentSaysWhyAndStays(t *testing.T) {
	c := grown(4000, 1, plainName)
	w := c.visit(t).as(c, team.Read).get("/accounts?segment=" + url.QueryEscape("colour = red"))
	if text := w.Body.String(); w.Code != 200 || !strings.Contains(text, "is no trait of accounts") || !strings.Contains(text, `value="colour = red"`) {
		t.Errorf("%d without the reason", w.Code)
	}
}

func TestTheExportHoldsAllThatMatchesAndNoFormula(t *testing.T) {
	c := grown(4000, 1, func(s string) string { return "=" + s })
	w := c.visit(t).as(c, team.Read).get("/accounts.csv?q=nord&sort=-mrr&cols=plan&cols=mrr")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != c.customers || !slices.Equal(rows[0], []string{"account_id", "name", "plan", "mrr", "mrr_currency", "tags"}) {
		t.Fatalf("%d rows, %v, %v", len(rows), rows[0], err)
	}
	if want := []string{"acc/0", "'=Nordwind Logistik", "'=enterprise", "18400", "EUR", "'=vip"}; !slices.Equal(rows[1], want) {
		t.Errorf("%q, want %q", rows[1], want)
	}
}

func TestManyAccountsAreChangedAtOnceAndThatIsUndone(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	w := b.send("POST", "/accounts/bulk", url.Values{"id": {"acc/0", "acc/2"}, "what": {"csm"}, "csm": {"Bob"}, "state": {"sort=-mrr"}})
	to := w.Header().Get("Location")
	if w.Code != 303 || to != "/accounts?did=csm&n=2&sort=-mrr&undo=undo-1" || len(c.did.edits) != 1 || c.did.edits[0].Value != "Bob" || c.did.by != "key:0011223344556677" {
		t.Fatalf("%d to %s: %+v", w.Code, to, c.did)
	}
	if text := b.get(to).Body.String(); !strings.Contains(text, "CSM set for 2 accounts.") || !strings.Contains(text, `name="back" value="/accounts?sort=-mrr"`) {
		t.Error("it is not said, or can't be undone")
	}
	if w := b.send("POST", "/undo", form("id", "undo-1", "back", "/accounts?sort=-mrr")); w.Code != 303 || len(c.did.undone) != 1 {
		t.Errorf("undone: %d", w.Code)
	}
	b.send("POST", "/accounts/bulk", url.Values{"all": {"1"}, "what": {"tag"}, "tag": {"vip"}, "state": {"plan=enterprise"}})
	if last := c.did.edits[len(c.did.edits)-1]; last.Tag != "vip" || len(last.Accounts) != c.customers-1 {
		t.Errorf("all that match: %d", len(last.Accounts))
	}
	if w := b.send("POST", "/accounts/bulk", url.Values{"what": {"csm"}, "csm": {"Bob"}}); w.Code != 400 {
		t.Errorf("nobody was chosen: %d", w.Code)
	}
}

func TestAViewIsKeptUnderItsName(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	w := b.send("POST", "/accounts/views", form("name", " My  book ", "state", "sort=-mrr&after=acc%2F3&evil=1"))
	want := account.SavedView{ID: "view-0", Owner: "key:0011223344556677", Name: "My book", Query: "sort=-mrr"}
	if w.Code != 303 || len(c.did.views) != 1 || c.did.views[0] != want {
		t.Fatalf("%d: %+v", w.Code, c.did.views)
	}
	if text := b.get(w.Header().Get("Location")).Body.String(); !strings.Contains(text, `href="/accounts?sort=-mrr&amp;view=view-0" aria-current="page">My book`) {
		t.Error("the view is not there")
	}
	if w := b.send("POST", "/accounts/views", form("name", "  ")); w.Code != 400 {
		t.Errorf("a view without a name: %d", w.Code)
	}
}

func TestWhoMayNotSeePeopleSeesNoNamesAndTexts(t *testing.T) {
	c := grown(4000, 1, plainName)
	for path, secrets := range map[string][]string{
		"/accounts/acc%2F0": {"Mira Vogt", "mira@", ">text<", "transcript"}, "/contacts/u-1": {"Mira Vogt", "mira@", "+40", ">text<"},
		"/contacts": {"Mira Vogt", "mira@"}, "/palette?q=mira": {"Mira Vogt"},
	} {
		open, masked := c.visit(t).as(c, team.Admin).get(path).Body.String(), c.visit(t).as(c, team.Read).get(path).Body.String()
		if !strings.Contains(open, secrets[0]) || !strings.Contains(masked, account.Hidden) {
			t.Errorf("%s: an admin sees nobody, or a reader is shown that nothing is hidden", path)
		}
		for _, secret := range secrets {
			if strings.Contains(masked, secret) {
				t.Errorf("%s shows a reader %q", path, secret)
			}
		}
	}
	for _, k := range fact.Kinds() {
		for i, v := range account.Mask(c.told(k)).Values {
			if k.Columns[i].Personal && v.Text != account.Hidden {
				t.Errorf("%s.%s is not masked", k.Name, k.Columns[i].Name)
			}
		}
	}
}

func TestTheFirstLoadIsLight(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	total := 0
	for _, path := range []string{"/", "/accounts", "/accounts/acc%2F0"} {
		b.header.Del("Accept-Encoding")
		links := assetLink.FindAllStringSubmatch(b.get(path).Body.String(), -1)
		b.header.Set("Accept-Encoding", "gzip")
		weight := b.get(path).Body.Len()
		for _, link := range links {
			weight += b.get(link[1]).Body.Len()
		}
		weight += 35_000 // the other two fonts, which pages in four languages need
		if weight > 200_000 {
			t.Errorf("%s weighs %d bytes", path, weight)
		}
		total += weight
	}
	if total < 200_000 {
		t.Errorf("nothing was weighed: %d", total)
	}
}

func TestAFileIsHandedOverAndNeverShown(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	w := b.get("/accounts/acc%2F0/files/f1")
	h := w.Header()
	if w.Code != 200 || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(h.Get("Content-Type"), "html") {
		t.Errorf("%d %v", w.Code, h)
	}
	if page := b.get("/accounts/acc%2F0").Body.String(); !strings.Contains(page, `href="/accounts/acc%2F0/files/f1" download`) {
		t.Error("the account's page does not list it")
	}
	for name, text := range map[string]string{"page.html": "x", "empty.pdf": "", "large.pdf": strings.Repeat("x", account.MaxFile+1)} {
		w := b.uploadTo("/accounts/acc%2F0/files", "", name, text)
		if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="files"`) || !strings.Contains(page, `role="alert"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := b.uploadTo("/accounts/acc%2F0/files", "", "offer.pdf", "%PDF"); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "undo=undo-1") {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	reader := c.visit(t).as(c, team.Read)
	if page := reader.get("/accounts/acc%2F0").Body.String(); strings.Contains(page, "/files/") {
		t.Error("who does not work with accounts is shown their files")
	}
}

func TestListsTellWhenTheyWouldLookOtherwise(t *testing.T) {
	c := grown(4000, 1, plainName)
	for path, id := range map[string]string{"/accounts?q=nord": "list", "/feedback": "fresh", "/quarantine": "fresh"} {
		b := c.visit(t).as(c, team.Admin)
		ask := regexp.MustCompile(`hx-get="(` + regexp.QuoteMeta(strings.SplitN(path, "?", 2)[0]) + `\?[^"]*seen=[^"]+)"`).FindStringSubmatch(b.get(path).Body.String())
		if ask == nil {
			t.Errorf("%s does not ask", path)
			continue
		}
		poll := html.UnescapeString(ask[1])
		b.header.Set("HX-Request", "true")
		if w := b.get(poll); w.Code != http.StatusNoContent {
			t.Errorf("%s: nothing is new, and it gets %d", poll, w.Code)
		}
		old := regexp.MustCompile(`seen=[0-9a-f]+`).ReplaceAllString(poll, "seen=0")
		if w := b.get(old); w.Code != 200 || !strings.Contains(w.Body.String(), `id="`+id+`"`) || strings.Contains(w.Body.String(), "<main") || strings.Contains(w.Body.String(), "seen=0") {
			t.Errorf("%s: %d %s", old, w.Code, w.Body.String()[:min(300, w.Body.Len())])
		}
	}
}
