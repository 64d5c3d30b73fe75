package web

import (
	"errors"
	"io/fs"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/backtests"
	"github.com/keepwell/keepwell/internal/web/cases"
	"github.com/keepwell/keepwell/internal/web/connect"
	"github.com/keepwell/keepwell/internal/web/contacts"
	"github.com/keepwell/keepwell/internal/web/dashboards"
	"github.com/keepwell/keepwell/internal/web/explore"
	"github.com/keepwell/keepwell/internal/web/feedback"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/forecast"
	"github.com/keepwell/keepwell/internal/web/health"
	"github.com/keepwell/keepwell/internal/web/home"
	"github.com/keepwell/keepwell/internal/web/journey"
	"github.com/keepwell/keepwell/internal/web/judging"
	"github.com/keepwell/keepwell/internal/web/metrics"
	"github.com/keepwell/keepwell/internal/web/movements"
	"github.com/keepwell/keepwell/internal/web/policies"
	"github.com/keepwell/keepwell/internal/web/quarantine"
	"github.com/keepwell/keepwell/internal/web/scorecards"
	"github.com/keepwell/keepwell/internal/web/search"
	"github.com/keepwell/keepwell/internal/web/segments"
	"github.com/keepwell/keepwell/internal/web/settings"
	"github.com/keepwell/keepwell/internal/web/signin"
	"github.com/keepwell/keepwell/internal/web/ui"
)

var firstCall = strings.Repeat("0", 32)

// everyPage are addresses that between them show every template, with the status each is answered with.
var everyPage = map[string]int{
	"/": 200, "/?book=%3Cscript%3E": 200, "/home/tile/mrr": 200, "/home/tile/customers?book=all": 200, "/home/tile/nrr": 200, "/home/tile/mau": 200, "/home/tile/nothing": 404, "/home/attention": 200, "/home/attention?all=1": 200,
	"/home/movements": 200, "/home/changes": 200, "/home/renewals": 200, "/home/bands": 200, "/home/through": 200, "/home/feeds": 200, "/start": 200, "/start?goal=loyal&goal=%3Cscript%3E": 200, "/start/live?seen=x": 200, "/start/file/none": 404, "/start/file/none/refused.csv": 404, "/live/status": 200, "/live/recent?seen=x": 200, "/feeds": 200, "/metrics": 200, "/families/voice": 200,
	"/metrics?q=nps+promoter": 200, "/metrics?q=%22%3E%3Cscript%3E": 200,
	"/metrics/nps?segment=broken&by=plan": 200, "/metrics/nps?grain=week&period=quarter&by=plan&set.active_events=%3Cscript%3E": 200, "/metrics/nps?from=2026-01-01&to=%3Cscript%3E": 200,
	"/metrics/nps/why": 200, "/metrics/resolution_time/why?by=team": 200, "/metrics/nps/why?segment=broken": 200, "/metrics/nothing/why": 404,
	"/metrics/nps/facts?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&by=plan&group=%3Cscript%3E": 200, "/metrics/nps/facts?excluded=outside&cursor=MjU&by=plan&group_unknown=1": 200,
	"/metrics/nps/restated": 200, "/metrics/nps/restated?since=2026-11-01&grain=quarter": 200, "/metrics/nps/restated?since=soon": 200,
	"/metrics/nps?done=untarget&gone=40&gone_from=%3Cscript%3E&gone_currency=-": 200, "/targets": 200, "/targets?wait=1": 200, "/guide": 200, "/guide?q=nonsense": 200, "/guide?q=%22%3E%3Cscript%3E": 200,
	"/dashboards": 200, "/dashboards?gone=%22%3E%3Cscript%3E": 200, "/dashboards/none": 404, "/settings/policies": 200, "/settings/policies?done=set&was=%3Cscript%3E": 200, "/settings/policies/names": 200,
	"/settings/policies/bridge": 200, "/settings/policies/bridge?metric=nps&start=workspace&end=keepwell": 200, "/settings/policies/bridge?metric=nothing": 200,
	"/metrics/nps?by=plan": 200, "/metrics/mrr_movements": 200, "/metrics/ces?variant=none": 200, "/metrics/nothing": 404,
	"/accounts": 200, "/accounts?q=zzz": 200, "/accounts?segment=%3Cscript%3E&cols=domain&cols=since&cols=created_at&cols=touch_model": 200, "/accounts?sort=%3Cscript%3E": 400,
	"/accounts?did=csm&n=3&undo=%22%3E%3Cscript%3E&view=%22%3E%3Cscript%3E&tag=%22%3E%3Cscript%3E&plan=%22%3E%3Cscript%3E": 200, "/accounts/acc%2F0": 200,
	"/accounts/acc%2F0?kind=answers&text=%22%3E%3Cscript%3E&user=%22%3E%3Cscript%3E": 200, "/accounts/acc%2F0?before=x": 400, "/accounts/acc%2F1": 200, "/accounts/none": 404, "/accounts/acc%2F0/figures": 200, "/accounts/none/figures": 404,
	"/contacts": 200, "/contacts?q=%22%3E%3Cscript%3E&account=%22%3E%3Cscript%3E": 200, "/contacts/u-1": 200, "/contacts/u-1?kind=tickets&text=%22%3E%3Cscript%3E": 200, "/contacts/none": 404,
	"/explore": 200, "/explore/none": 404, "/explore/funnel?steps=%22%3E%3Cscript%3E&segment=%22%3E%3Cscript%3E": 200, "/explore/funnel/answer": 200, "/explore/funnel/answer?steps=a%0Ab&by=plan": 200,
	"/explore/retention/answer": 200, "/explore/revenue/answer?shown=value": 200, "/explore/survival": 200, "/explore/survival/answer": 200, "/explore/features/answer": 200, "/explore/paths/answer?start=x": 200, "/explore/pages/answer": 200,
	"/health/scorecards/usage_led/backtest": 200, "/health/scorecards/none/backtest": 404, "/health/scorecards/usage_led/backtest?run=done": 200, "/health/backtests/going": 200, "/health/backtests/none": 404,
	"/forecasts": 200, "/forecasts?all=1": 200, "/forecasts/lifetime": 200, "/forecasts/lifetime?plan=%22%3E%3Cscript%3E&points=-1": 200, "/forecasts/lifetime?points=NaN": 200, "/forecasts/relevance": 200, "/forecasts/model": 200,
	"/feedback": 200, "/feedback?kind=%22%3E%3Cscript%3E&band=x&survey=%22%3E%3Cscript%3E&text=%22%3E%3Cscript%3E&segment=%22%3E%3Cscript%3E": 200, "/feedback?before=x": 400,
	"/segments": 200, "/segments/counts": 200, "/segments/new": 200, "/segments/new?segment=plan+%3D+a+and+(csm+%3D+b+or+did+x)&title=%22%3E%3Cscript%3E": 200, "/segments/new?segment=%22%3E%3Cscript%3E": 200,
	"/segments/build?segment=not+(plan+%3D+a+and+csm+%3D+b)": 200, "/segments/build?from=rows&do=group": 200, "/segments/compare": 200, "/segments/Big": 200, "/segments/Big?span=12m": 200, "/segments/Big/edit": 200, "/segments/Big/history?span=12m": 200,
	"/segments/compare?a=Big&b=&family=voice": 200, "/segments/compare/values?a=Big&b=&family=voice&days=90": 200, "/segments/none": 404, "/segments/compare?a=none": 404,
	"/journeys": 200, "/journeys/new": 200, "/journeys/none": 404, "/journeys/none/accounts": 404, "/journeys?did=journey_removed&undo=%22%3E%3Cscript%3E": 200,
	"/search": 200, "/search?q=%22%3E%3Cscript%3E": 200, "/search?q=n": 200, "/palette?q=no": 200,
	"/quarantine": 200, "/quarantine?status=discarded&done=discarded&id=%22%3E%3Cscript%3E": 200, "/quarantine?status=%3Cscript%3E": 404,
	"/quarantine/" + firstCall: 200, "/quarantine/none": 404, "/setup?token=%22%3E%3Cscript%3E": 200, "/signin?again=1": 200, "/forgot": 200, "/reset?token=%22%3E": 403, "/settings/me?done=profile": 200,
	"/settings/users": 200, "/settings/keys": 200, "/settings/audit": 200, "/settings/users/none": 404, "/%22%3E%3Cscript%3E": 404,
}

func TestPagesHoldNothingUnescapedInAnyLanguage(t *testing.T) {
	for _, c := range []*company{grown(4000, 1, hostile), emptyCompany()} {
		c.save(t, "Big", `metric mrr > 100 and (plan = "`+strings.Repeat("word", 300)+`<script>" or not did "<img src=x>" >= 3 people in 2 weeks)`)
		c.save(t, "On top", "@Big")
		for _, lang := range i18n.Langs {
			b := c.visit(t).as(c, team.Admin)
			b.cookies["keepwell_lang"] = string(lang)
			all := maps.Clone(everyPage)
			board := "/dashboards/" + c.dashboard(t)
			for _, more := range []string{"", "?edit=1&done=up", "?done=%3Cscript%3E", "/tiles/0", "/tiles/2", "/tiles/3", "/tiles/4"} {
				all[board+more] = 200
			}
			road := "/journeys/" + c.journey(t).ID
			for _, more := range []string{"", "?segment=%22%3E%3Cscript%3E&beside=%3Cb%3E", "?edit=1", "?edit=1&at=journey", "?edit=1&at=team:", "?edit=1&at=team:cs", "?edit=1&at=2", "?edit=1&at=2.1", "?edit=1&at=2.1.0", "?edit=1&at=%22%3E%3Cscript%3E&did=journey_changed&undo=%22%3E%3Cscript%3E",
				"/course", "/course?segment=a&beside=*", "/course?segment=a&beside=%22%3E%3Cscript%3E", "/course?segment=broken", "/numbers/0", "/numbers/2?segment=a&beside=b", "/numbers/99", "/numbers/x", "/accounts", "/accounts?stage=onboarding&state=stuck&segment=%22%3E%3Cscript%3E", "/accounts?stage=-&ready=1&back=1&after=%22%3E%3Cscript%3E"} {
				all[road+more] = 200
			}
			all["/journeys"] = 303
			all["/accounts/acc%2F0/journey"], all["/accounts/acc%2F3/journey"], all["/accounts/none/journey"] = 200, 200, 200
			all[board+"/tiles/9"], all[board+"/tiles/x"] = 404, 404
			for path, status := range all {
				if c.totals == nil && (strings.HasPrefix(path, "/quarantine/0") || strings.HasPrefix(path, "/accounts/acc") && status == 200 && !strings.HasSuffix(path, "/journey") || strings.HasPrefix(path, "/contacts/u")) {
					status = 404
				}
				w := b.get(path)
				if w.Code != status {
					t.Errorf("%s %s: %d, want %d", lang, path, w.Code, status)
				}
				checkMarkup(t, string(lang)+" "+path, w)
			}
		}
		if len(c.reports) > 0 {
			t.Errorf("went wrong: %v", c.reports)
		}
	}
}

// checkMarkup holds what every answer must hold.
func checkMarkup(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Header().Get("Content-Security-Policy") != policy || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: headers %v", what, w.Header())
	}
	text := w.Body.String()
	if missing := regexp.MustCompile(`⟨[^⟩]*⟩|ZgotmplZ|%!|<no value>`).FindString(text); missing != "" {
		t.Errorf("%s says %s", what, missing)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.DataAtom == atom.Script && (n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/assets/")) || n.DataAtom == atom.Style || n.DataAtom == atom.Iframe {
			t.Errorf("%s holds %s %v", what, n.Data, n.Attr)
		}
		if n.DataAtom == atom.Img {
			t.Errorf("%s: a name became an image", what)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s %s=%q>", what, n.Data, a.Key, a.Val)
			}
			if link := a.Key == "href" || a.Key == "action" || a.Key == "formaction" || a.Key == "src"; link && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s links to %q", what, a.Val)
			}
			if a.Key == "id" && ids[a.Val] {
				t.Errorf("%s: two elements are called %s", what, a.Val)
			}
			if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

var templates = map[string]fs.FS{"signin": signin.Templates, "home": home.Templates, "feeds": feeds.Templates, "quarantine": quarantine.Templates,
	"metrics": metrics.Templates, "accounts": accounts.Templates, "contacts": contacts.Templates, "search": search.Templates, "segments": segments.Templates, "feedback": feedback.Templates, "explore": explore.Templates, "journey": journey.Templates, "connect": connect.Templates, "dashboards": dashboards.Templates, "policies": policies.Templates, "settings": settings.Templates, "health": health.Templates, "scorecards": scorecards.Templates, "backtests": backtests.Templates, "movements": movements.Templates, "cases": cases.Templates, "judging": judging.Templates, "forecast": forecast.Templates, "ui": ui.Templates}

func TestNoVisibleWordBypassesTheLanguages(t *testing.T) {
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	attribute := regexp.MustCompile(`[a-z-]+="[^"]*"`) // of a template that holds nothing else
	key := regexp.MustCompile(`\bt "([a-z0-9_.]+)"`)
	for area, folder := range templates {
		names, err := fs.Glob(folder, "*.html")
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v %v", area, names, err)
		}
		for _, name := range names {
			raw, err := fs.ReadFile(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllStringSubmatch(string(raw), -1) {
				if !i18n.Has(m[1]) {
					t.Errorf("%s/%s: no text %q", area, name, m[1])
				}
			}
			root, err := html.ParseWithOptions(strings.NewReader(action.ReplaceAllString(string(raw), "")), html.ParseOptionEnableScripting(false))
			if err != nil {
				t.Fatal(err)
			}
			for n := range root.Descendants() {
				if n.Type == html.TextNode && strings.IndexFunc(attribute.ReplaceAllString(n.Data, ""), unicode.IsLetter) >= 0 && !untranslated(n) {
					t.Errorf("%s/%s says %q in one language", area, name, strings.TrimSpace(n.Data))
				}
				if n.Type == html.ElementNode && attr(n, "lang") == "en" {
					t.Errorf("%s/%s says something in English: <%s>; retold says it in the reader's language", area, name, n.Data)
				}
				for _, said := range []string{"title", "aria-label", "placeholder", "alt", "data-label"} {
					if n.Type == html.ElementNode && attr(n, "translate") != "no" && strings.IndexFunc(attr(n, said), unicode.IsLetter) >= 0 {
						t.Errorf("%s/%s: %s=%q in one language", area, name, said, attr(n, said))
					}
				}
			}
		}
	}
}

func untranslated(n *html.Node) bool {
	for p := range n.Ancestors() {
		if attr(p, "translate") == "no" {
			return true
		}
	}
	return false
}

func TestWordsOfTheCatalogueAreKnownInAllLanguages(t *testing.T) {
	need := func(group, id string) {
		t.Helper()
		if !i18n.Has(group + "." + id) {
			t.Errorf("the languages lack %s.%s", group, id)
		}
	}
	for _, family := range metric.Families {
		need("family", family)
	}
	for _, d := range catalog.All() {
		bands := d.Bands
		for _, v := range d.Variants {
			bands = append(slices.Clone(bands), v.Bands...)
		}
		for _, b := range bands {
			need("band", strings.TrimSpace(b.Label))
			need("source", b.Source)
		}
		for _, p := range d.Detail {
			if p.Label.EN == "" { // most say it in their definition
				need("detail", p.Name)
			}
		}
		for _, name := range d.AllDimensions() {
			need("dimension", name)
		}
	}
}

func TestErrorsArePagesThatTellNoSecrets(t *testing.T) {
	for kind, status := range map[fault.Kind]int{fault.Internal: 500, fault.Unavailable: 503} {
		c := grown(4000, 1, func(s string) string { return s })
		b := c.visit(t).as(c, team.Read)
		c.down = fault.Wrap(kind, errors.New("password=hunter2"), "db.internal is away").At("10.0.0.7")
		for _, lang := range i18n.Langs {
			b.cookies["keepwell_lang"] = string(lang)
			for _, path := range []string{"/", "/feeds", "/quarantine", "/metrics/nps", "/accounts", "/accounts/acc%2F0", "/contacts", "/contacts/u-1", "/search?q=no", "/segments", "/feedback", "/journeys"} {
				w := b.get(path)
				text := w.Body.String()
				if w.Code != status || !strings.Contains(text, i18n.T(lang, "error."+kind.String()+".title")) || !strings.Contains(text, `class="side"`) {
					t.Errorf("%s %s: %d", lang, path, w.Code)
				}
				for _, secret := range []string{"hunter2", "db.internal", "10.0.0.7"} {
					if strings.Contains(text, secret) {
						t.Errorf("%s %s shows %s", lang, path, secret)
					}
				}
				checkMarkup(t, path, w)
			}
		}
		if len(c.reports) == 0 {
			t.Errorf("%v: nobody was told", kind)
		}
	}
}

func TestEveryKindOfErrorHasItsWords(t *testing.T) {
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		for _, part := range []string{"title", "text"} {
			if key := "error." + k.String() + "." + part; !i18n.Has(key) {
				t.Errorf("no text %s", key)
			}
		}
	}
}

func TestReadersChooseLanguageAndColours(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t)
	b.header.Set("Accept-Language", "ru")
	if text := b.get("/signin").Body.String(); !strings.Contains(text, `lang="ru" data-theme="auto"`) {
		t.Error("the browser's language was not taken")
	}
	w := b.send("POST", "/preferences", map[string][]string{"lang": {"ro"}, "theme": {"dark"}, "back": {"/signin?next=%2Ffeeds"}})
	if w.Code != 303 || w.Header().Get("Location") != "/signin?next=%2Ffeeds" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	if text := b.get("/signin").Body.String(); !strings.Contains(text, `lang="ro" data-theme="dark"`) {
		t.Error("the choice was not kept")
	}
	b.send("POST", "/preferences", map[string][]string{"lang": {"xx"}, "theme": {"<script>"}})
	if b.cookies["keepwell_lang"] != "ro" || b.cookies["keepwell_theme"] != "dark" {
		t.Errorf("kept %v", b.cookies)
	}
}

func TestAPageThatIsGoneLeadsToWhereItBelonged(t *testing.T) {
	c := grown(40, 1, plain)
	b := c.visit(t).as(c, team.Admin)
	for path, want := range map[string]string{"/accounts/nosuch": `main" href="/accounts"`, "/metrics/nosuch": `main" href="/metrics"`, "/nothing/here": `main" href="/"`} {
		if w := b.get(path); w.Code != 404 || !strings.Contains(w.Body.String(), `class="button `+want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
