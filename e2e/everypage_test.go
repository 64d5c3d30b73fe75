package e2e

import (
	"context"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	mostShift  = 0.02    // cumulative layout shift of a page and its parts
	mostWeight = 200_000 // bytes of a first load, compressed, parts included
)

// routeOf finds the pages in the map of all routes.
var routeOf = regexp.MustCompile(`\{"GET (/[^"]*)", (\w|\.)+, `)

// linkOf finds what a page leads to or is put together from.
var linkOf = regexp.MustCompile(`(?:href|hx-get|data-from)="(/[^"]*)"`)

// Addresses that no page links to as they stand here, and several where one page looks different from case to case.
var also = []string{
	"/metrics/nps?by=plan", "/metrics/nrr", "/metrics/mrr_movements", "/metrics/mrr?period=12m&grain=month", "/search?q=nord",
	"/accounts?q=nothing+is+called+that", "/accounts?segment=plan+is+nothing", "/contacts?q=nothing+is+called+that", "/segments/new?segment=plan+%3D+enterprise+or+did+%22Report+Run%22+%3E+3+times+in+30+days",
	"/health/scorecards/enterprise", "/health/scorecards/enterprise/backtest", "/nowhere",
}

// Routes that are no page of their own: files, what a provider of identities answers to, and what needs a step before it.
var noPage = map[string]string{
	"/assets/{file}": "a file", "/signin/code": "asks for a code only after a password", "/signin/openid": "leads to the provider", "/reset": "needs a token",
	"/setup": "is gone once somebody has joined", "/start/file/{id}/refused.csv": "a file", "/accounts/{id}/files/{file}": "a file", "/health/backtests/{run}": "is asked for only while it runs",
	"/live": "a stream that does not end",
}

// A walk visits every page there is. A page with a parameter is found by a link of another page, so a page that nothing
// leads to is noticed.
type walk struct {
	page  context.Context
	heard *complaints
	s     *server
	lang  string
	axe   string
}

func TestEveryPageIsSoundForEverybody(t *testing.T) {
	s := madeUp(t)
	axe := axeSource(t)
	pages := (&walk{s: s}).discover(t)
	// Asked for the first time, forecasts are learned while their page says so; what takes its place then moves what is below.
	for began := time.Now(); strings.Contains(s.read(t, "/forecasts"), `id="learning"`); time.Sleep(time.Second / 2) {
		if time.Since(began) > 2*time.Minute {
			t.Fatal("forecasts are still being learned")
		}
	}
	for _, lang := range []string{"en", "ru", "ro", "es"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			window, heard := browserFor(t, 10*time.Minute)
			w := &walk{page: window, heard: heard, s: s, lang: lang, axe: axe}
			s.enter(t, window, lang)
			do(t, window, command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}),
				command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchShifts}))
			for _, path := range pages {
				t.Run(strings.TrimPrefix(path, "/"), func(t *testing.T) { w.look(t, path) })
			}
		})
	}
}

// discover lists the addresses of all pages, each route once, by reading pages and their parts for links.
func (w *walk) discover(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../internal/web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var without []string // patterns with parameters that no link was found for
	ask := slices.Clone(also)
	for _, m := range routeOf.FindAllStringSubmatch(string(source), -1) {
		pattern := strings.ReplaceAll(m[1], "{$}", "")
		switch {
		case noPage[pattern] != "" || strings.Contains(pattern, ".csv") || strings.Contains(pattern, ".json"):
		case strings.Contains(pattern, "{"):
			without = append(without, pattern)
		default:
			ask = append(ask, pattern)
		}
	}
	ask = append(ask, shared.file)
	without = slices.DeleteFunc(without, func(pattern string) bool { return pattern == "/start/file/{id}" })
	var pages []string
	for i := 0; i < len(ask) && i < 300; i++ {
		text := w.s.read(t, ask[i])
		if strings.HasPrefix(text, "<!doctype") {
			pages = append(pages, ask[i])
		}
		for _, m := range linkOf.FindAllStringSubmatch(text, -1) {
			link := html.UnescapeString(m[1])
			n := slices.IndexFunc(without, func(pattern string) bool { return leadsTo(link, pattern, string(source)) })
			if n < 0 || slices.Contains(ask, link) {
				continue
			}
			if without[n] != "/explore/{question}" || strings.Contains(link, "?") { // every question is another page
				without = slices.Delete(without, n, n+1)
			}
			ask = append(ask, link)
		}
	}
	for _, pattern := range without {
		if pattern != "/explore/{question}" {
			t.Errorf("no page leads to %s", pattern)
		}
	}
	if len(pages) < 30 {
		t.Fatalf("only %d pages were found: %v", len(pages), pages)
	}
	slices.Sort(pages)
	return slices.Compact(pages)
}

// leadsTo tells whether a link is one of a pattern, and not of a more exact one.
func leadsTo(link, pattern, routes string) bool {
	path, _, _ := strings.Cut(link, "?")
	if strings.Contains(routes, `"GET `+path+`"`) {
		return false
	}
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

// look opens a page and judges it: with everything in English, light at a desk and dark on a phone, and in Russian, the longest,
// light on a phone and dark at a desk; in the others that it fits.
func (w *walk) look(t *testing.T, path string) {
	full := w.lang == "en" || w.lang == "ru"
	first, second := wide, phone
	if w.lang != "en" {
		first, second = phone, wide
	}
	w.heard.forget()
	do(t, w.page, first, dressed("light"))
	do(t, w.page, chromedp.Navigate(w.s.url+path))
	settled(t, w.page)
	time.Sleep(50 * time.Millisecond) // for the last shift and the last request to be told
	if path == "/nowhere" || strings.HasPrefix(path, "/accounts?segment=plan+is") {
		w.heard.expect("the server responded with a status of 4")
	}
	if weight := w.heard.check(t, w.s); weight > mostWeight {
		t.Errorf("the first load takes %.0f bytes, at most %d are allowed", weight, mostWeight)
	}
	if shift := evaluate[shifts](t, w.page, `window.shifts`); shift.Sum > mostShift {
		t.Errorf("the layout shifts by %.3f while the page arrives: %s", shift.Sum, strings.Join(shift.Why, "; "))
	}
	reveal(t, w.page)
	w.fits(t)
	if w.lang == "en" {
		w.explains(t)
	}
	w.picture(t, path, "first-light")
	if full {
		w.judge(t, "light")
		do(t, w.page, dressed("dark"))
		w.picture(t, path, "first-dark")
	}
	do(t, w.page, second)
	w.fits(t)
	w.picture(t, path, "second")
	if full {
		w.judge(t, "dark, the other width")
	}
	do(t, w.page, chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile, chromedp.EmulatePortrait))
	w.fits(t)
	if full {
		hidden := evaluate[[]string](t, w.page, obscured)
		if len(hidden) > 0 { // a busy machine may still be laying the page out for the new width
			time.Sleep(500 * time.Millisecond)
			hidden = evaluate[[]string](t, w.page, obscured)
		}
		if len(hidden) > 0 {
			t.Errorf("what has the focus can't be seen on a phone: %s", strings.Join(hidden, "; "))
		}
	}
}

// fits checks that nothing sticks out to the right.
func (w *walk) fits(t *testing.T) {
	t.Helper()
	if out := evaluate[[]string](t, w.page, sticksOut); len(out) > 0 {
		t.Errorf("wider than the window: %s", strings.Join(out, "; "))
	}
}

func (w *walk) judge(t *testing.T, dress string) {
	t.Helper()
	for _, v := range judged(t, w.page, w.axe) {
		t.Errorf("%s: %s", dress, v)
	}
}

func (w *walk) picture(t *testing.T, path, dress string) {
	t.Helper()
	if pictures == "" {
		return
	}
	shot, err := chromedp.Run(w.page, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, url.PathEscape(strings.Trim(path, "/"))+"."+w.lang+"."+dress, shot)
}

// dressed lets the system ask for light or dark.
func dressed(scheme string) chromedp.Action[chromedp.Void] {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// shifts are what moved without anybody having asked for it.
type shifts struct {
	Sum float64  `json:"sum"`
	Why []string `json:"why"`
}

const watchShifts = `window.shifts = {sum: 0, why: []};
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
	window.shifts.sum += e.value;
	const name = n => n && n.nodeType === 1 ? n.tagName.toLowerCase() + (n.id ? "#" + n.id : "") + "." + [...n.classList].join(".") : String(n && n.nodeName);
	window.shifts.why.push(e.value.toFixed(4) + " " + e.sources.slice(0, 3).map(s => name(s.node) + " from " + s.previousRect.y + "+" + s.previousRect.height + " to " + s.currentRect.y + "+" + s.currentRect.height).join(", "));
} }).observe({type: "layout-shift", buffered: true});`

// sticksOut finds what is cut off or widens the page; what scrolls by itself or ends in dots may be wider than what is seen of it.
const sticksOut = `(() => {
	const wide = document.documentElement.clientWidth, out = [];
	if (document.documentElement.scrollWidth > wide) out.push(document.documentElement.scrollWidth + " px in " + wide);
	const held = new WeakMap();
	const hides = e => {
		if (!e || e.matches("main, body")) return false;
		if (!held.has(e)) held.set(e, getComputedStyle(e).overflowX !== "visible" || e.matches("svg, .visually-hidden") || hides(e.parentElement));
		return held.get(e);
	};
	for (const e of document.querySelectorAll("body *")) {
		const box = e.getBoundingClientRect();
		if (box.width > 0 && box.right > wide + 1 && !hides(e.parentElement) && !e.matches(".visually-hidden, .skip") && e.checkVisibility({visibilityProperty: true})) out.push(e.outerHTML.slice(0, 160));
		if (out.length > 4) break;
	}
	return out;
})()`

// obscured are the things whose focus is hidden by what stands above them, each tried after the other as with the tab key.
const obscured = `(() => {
	const wrong = [];
	for (const e of [...document.querySelectorAll("main a[href], main button, main input, main select, main textarea, main summary, footer button")].slice(0, 250)) {
		if (!e.checkVisibility({visibilityProperty: true}) || e.disabled || e.tabIndex < 0) continue;
		e.focus();
		if (document.activeElement !== e) continue;
		const boxes = [...e.getClientRects()].filter(b => b.width && b.height);
		const seen = boxes.some(b => [[.5, .5], [.1, .2], [.9, .8], [.1, .8], [.9, .2]].some(([x, y]) => {
			const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
			return top && (e.contains(top) || top.contains(e) || top.closest("label")?.contains(e));
		}));
		if (!seen) wrong.push(e.outerHTML.slice(0, 120));
		if (wrong.length > 4) break;
	}
	return wrong;
})()`
