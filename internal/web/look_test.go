package web

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

var shots = flag.String("shots", "", "save a picture of every page, in every language, wide and on a phone, light and dark, in this folder")

// open starts Chromium with a tab; what it complains about fails the test.
func open(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			// A page of an error is asked for on purpose.
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				t.Errorf("%s: %s", e.Entry.URL, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %+v", e.ExceptionDetails.Exception)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return ctx
}

type look struct {
	company string
	lang    i18n.Lang
	phone   bool
	theme   string
}

func (l look) String() string {
	size := map[bool]string{true: "phone", false: "wide"}[l.phone]
	return fmt.Sprintf("%s-%s-%s-%s", l.company, size, l.theme, l.lang)
}

var pages = map[string]string{
	"home": "/", "start": "/start", "feeds": "/feeds", "quarantine": "/quarantine", "call": "/quarantine/" + strings.Repeat("0", 32),
	"accounts": "/accounts?sort=-mrr", "account": "/accounts/acc%2F0", "nobody": "/accounts?q=zzzz", "contacts": "/contacts", "contact": "/contacts/u-1", "search": "/search?q=no",
	"metrics": "/metrics", "metric": "/metrics/nps?by=plan",
	"opened": "/metrics/nps/facts", "why": "/metrics/nps/why?by=plan", "restated": "/metrics/nps/restated?since=2026-11-01", "goals": "/guide", "targets": "/targets?wait=1", "dashboards": "/dashboards", "dashboard": "/dashboards/DASHBOARD?edit=1",
	"policies": "/settings/policies", "bridge": "/settings/policies/bridge?metric=nps", "money": "/metrics/mrr", "missing": "/nothing", "signin": "/signin", "setup": "/setup?token=x",
	"feedback": "/feedback", "explore": "/explore", "funnel": "/explore/funnel?steps=a%0Ab&by=plan", "retention": "/explore/retention", "survival": "/explore/survival", "webpages": "/explore/pages", "segments": "/segments", "build": "/segments/new?segment=" + url.QueryEscape(`metric mrr > 100 and (plan = enterprise or not did "Login" >= 3 people in 2 weeks)`), "mistake": "/segments/new?segment=plan+%3D+a+nor",
	"journeys": "/journeys/new", "journey": "/journeys/JOURNEY", "journey_beside": "/journeys/JOURNEY?segment=plan+%3D+team&beside=*", "journey_edit": "/journeys/JOURNEY?edit=1&at=2.1.0", "journey_stage": "/journeys/JOURNEY?edit=1&at=2", "journey_people": "/journeys/JOURNEY/accounts?stage=onboarding",
	"segment": "/segments/Big", "compare": "/segments/compare?a=Big&b=&family=voice",
}

func TestPagesFitTheirScreenAndBreakNoRule(t *testing.T) {
	companies := map[string]*company{
		"empty":   emptyCompany(),
		"small":   grown(4000, 1, func(s string) string { return s }),
		"big":     grown(2_300_000_000, 25_000, func(s string) string { return s }),
		"hostile": grown(4000, 1, hostile),
	}
	looks := []look{{"hostile", i18n.RU, true, "dark"}, {"hostile", i18n.EN, false, "light"}, {"big", i18n.ES, true, "light"}, {"empty", i18n.RO, true, "light"}}
	if *shots != "" {
		looks = nil
		for name := range companies {
			for _, lang := range i18n.Langs {
				for _, phone := range []bool{false, true} {
					for _, theme := range []string{"light", "dark"} {
						if lang == i18n.EN || theme == "light" {
							looks = append(looks, look{name, lang, phone, theme})
						}
					}
				}
			}
		}
	}
	ctx := open(t)
	for _, l := range looks {
		c := companies[l.company]
		if all, err := func() ([]account.SavedSegment, error) { c.open(t); return c.people.Segments(t.Context()) }(); err == nil && len(all) == 0 {
			c.save(t, "Big", `plan = enterprise and not did "`+c.name("Login")[:5]+`" in 14 days`)
		}
		server := httptest.NewServer(c.site(t).handler())
		token := c.visit(t).as(c, team.Admin).cookies["keepwell_session"]
		board, road := c.dashboard(t), c.journey(t).ID
		for name, path := range pages {
			path = strings.ReplaceAll(strings.ReplaceAll(path, "DASHBOARD", board), "JOURNEY", road)
			t.Run(l.String()+"-"+name, func(t *testing.T) {
				cookies := map[string]string{"keepwell_lang": string(l.lang), "keepwell_theme": l.theme}
				if name != "signin" && name != "setup" {
					cookies["keepwell_session"] = token
				}
				show(t, ctx, server.URL, path, l, name, cookies)
			})
		}
		server.Close()
	}
}

func show(t *testing.T, ctx context.Context, address, path string, l look, name string, cookies map[string]string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	width, scale := int64(1440), 1.0
	if l.phone {
		width, scale = 390, 2
	}
	// A page that polls would find itself signed out, load itself again and get in the way of the next.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	must(t)(chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}))
	must(t)(chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: scale, Mobile: l.phone}))
	for key, value := range cookies {
		must(t)(chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: key, Value: value, URL: address}))
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address+path), chromedp.WaitReady(chromedp.CSS("main"))); err != nil {
		t.Fatal(err)
	}
	must(t)(chromedp.Run(ctx, chromedp.PollFunction[bool](`() => { const busy = document.querySelector("[aria-busy]"); if (busy) busy.scrollIntoView(); else scrollTo(0, 0); return !busy && document.fonts.status === "loaded"; }`)))
	over, err := chromedp.Run(ctx, chromedp.Evaluate[string](tooWide))
	if err != nil {
		t.Fatal(err)
	}
	if over != "" {
		t.Errorf("sticks out of the screen: %s", over)
	}
	if *shots == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, l.String()+"-"+name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// must fails the test when there is an error.
func must(t *testing.T) func(_ any, err error) {
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// tooWide names what sticks out of its card or of the screen at the right, unless it scrolls within a frame of its own.
const tooWide = `(() => {
  const spill = [...document.querySelectorAll(".card")].flatMap(card => {
    const edge = card.getBoundingClientRect().right;
    return [...card.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > edge + 1 && !e.closest("pre, .visually-hidden, .chart, thead, .scroll, .scroll-x"));
  });
  if (spill.length) return spill.slice(0, 3).map(e => e.outerHTML.slice(0, 150)).join("\n");
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  return [...document.querySelectorAll("main *, body > *")].filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest("pre, .scroll, .scroll-x"))
    .slice(0, 3).map(e => e.outerHTML.slice(0, 150)).join("\n") || "something";
})()`
