package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused describes what has the focus.
const focused = `(e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.getAttribute("href") ?? ""))(document.activeElement)`

func (p *person) hasFocus(want string) {
	p.t.Helper()
	if got := evaluate[string](p.t, p.page, focused); got != want {
		p.t.Errorf("the focus is on %q, not on %q", got, want)
	}
}

func TestTheAppIsUsedByKeysAlone(t *testing.T) {
	p := newPerson(t, madeUp(t), "en", wide, dressed("light"))
	p.s.enter(t, p.page, "en")
	p.goes("/")
	// The first stop jumps over the navigation.
	p.presses(kb.Tab)
	p.hasFocus("a#main")
	p.sees(".skip:focus", p.said("layout.skip"))
	p.presses(kb.Enter)
	p.hasFocus("main#main")
	// The palette opens on / and Ctrl K, and gives the focus back.
	evaluate[bool](t, p.page, `(document.querySelector('nav a[href="/contacts"]').focus(), true)`)
	for _, open := range []func(){func() { p.hits("/") }, func() { p.presses("k", chromedp.KeyModifiers(2)) }} {
		open()
		p.sees("#palette[open]", "")
		p.hasFocus("input#palette-text")
		p.presses(kb.Escape)
		p.hasFocus("a/contacts")
	}
	// Single keys can be turned off, and on again; what is held with Ctrl stays.
	p.hits("?")
	p.sees("#keys[open]", p.said("keys.undo"))
	p.hasFocus("input")
	p.presses(" ")
	p.presses(kb.Escape)
	p.hasFocus("a/contacts")
	p.hits("?")
	p.hits("/")
	p.hasFocus("a/contacts")
	p.presses("k", chromedp.KeyModifiers(2))
	p.hasFocus("input#palette-text")
	p.presses(kb.Escape)
	evaluate[bool](t, p.page, `(document.querySelector("#keys").showModal(), true)`)
	p.presses(" ")
	p.presses(kb.Escape)
	p.hasFocus("a/contacts")
	// g a leads to the accounts; / goes into the list's own field, the arrow into the list.
	p.hits("g")
	p.hits("a")
	p.isAt("/accounts")
	settled(t, p.page)
	p.hits("/")
	p.hasFocus("input#find")
	p.presses(kb.ArrowDown)
	first := evaluate[string](t, p.page, focused)
	p.hits("j")
	p.hits("k")
	p.hasFocus(first)
	p.hits("x")
	p.sees(".bulk", "1")
	p.presses(kb.Enter)
	p.isAt(strings.TrimPrefix(first, "a"))
	settled(t, p.page)
	// What was done is undone with a key.
	p.types("#note", "By keys alone")
	p.presses(kb.Tab)
	p.presses(kb.Enter)
	p.sees("#timeline", "By keys alone")
	evaluate[bool](t, p.page, `(document.activeElement.blur(), true)`)
	p.hits("u")
	p.sees("[data-toast]", p.said("did.undone"))
	// The table behind a chart is one key away.
	p.goes("/metrics/nps")
	p.hits("t")
	p.sees("details[data-table] table", p.said("metrics.interval95"))
	p.content()
}

func TestWhatTheSystemAsksForIsRespected(t *testing.T) {
	p := newPerson(t, madeUp(t), "en", wide, dressed("light"))
	p.s.enter(t, p.page, "en")
	set := func(name, value string) {
		t.Helper()
		do(t, p.page, command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}}))
	}
	set("prefers-reduced-motion", "reduce")
	p.goes("/feeds")
	if n := evaluate[int](t, p.page, `document.getAnimations().length`); n > 0 {
		t.Errorf("%d things move though the system asks for less", n)
	}
	set("forced-colors", "active")
	p.goes("/metrics/nps")
	for _, selector := range []string{`.side nav a[aria-current]`, `footer button[aria-pressed="true"]`, `.places a[aria-current], .badge`} {
		if !evaluate[bool](t, p.page, `(e => { const s = getComputedStyle(e); return s.outlineStyle === "solid" || s.borderTopStyle === "solid"; })(document.querySelector('`+selector+`'))`) {
			t.Errorf("with forced colours %s looks like everything else", selector)
		}
	}
	if pictures != "" {
		shot, err := chromedp.Run(p.page, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		keepPicture(t, "forced-colours", shot)
	}
	p.content()
}

func TestEveryPlaceIsTwoTouchesAwayOnAPhone(t *testing.T) {
	p := newPerson(t, madeUp(t), "ro", phone, dressed("light"))
	p.s.enter(t, p.page, "ro")
	p.goes("/accounts")
	p.clicks(`.rest > summary`)
	p.sees(`.rest .panel`, p.said("health.title"))
	if pictures != "" {
		shot, err := chromedp.Run(p.page, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		keepPicture(t, "more-places", shot)
	}
	p.leads(`.rest .panel a[href="/health"]`)
	p.isAt("/health")
	if !evaluate[bool](t, p.page, `document.querySelector(".rest").open === false`) {
		t.Error("the list of places stays open on the place")
	}
	p.content()
}
