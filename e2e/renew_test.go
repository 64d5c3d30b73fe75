package e2e

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Numbers follow the facts where they stand: what a reader does meanwhile is not disturbed, and nothing moves.
func TestNumbersOnOpenPagesFollowFactsWithoutDisturbingTheirReader(t *testing.T) {
	s := serve(t, t.TempDir())
	admin, session := key(t, s.data, "admin"), firstAdmin(t, s)
	paid, money := 0, func(amount int) {
		s.must(200, "/api/v1/facts/subscriptions", admin, "application/json", fmt.Sprintf(
			`[{"account_id":"acme","subscription_id":"s1","status":"active","amount":%d,"currency":"EUR","interval":"month","ts":%q}]`, amount, time.Now().UTC().Format(time.RFC3339Nano)))
	}
	more := func() string { paid += 1000; money(paid); return fmt.Sprintf("€%d,000", paid/1000) }
	s.must(200, "/api/v1/facts/accounts?wait=loaded", admin, "application/json", `[{"account_id":"acme","name":"Acme","ts":"2026-01-01"},{"account_id":"bolt","name":"Bolt","ts":"2026-01-01"},{"account_id":"core","name":"Core","ts":"2026-01-01"}]`)
	more()
	s.loaded(admin)
	s.fill(t, "/dashboards/pin", session, url.Values{"metric": {"mrr"}, "question": {"period=12m&grain=month"}, "name": {"Monday review"}})

	shared.Lock()
	cookie := shared.cookie
	shared.cookie = session
	window, heard := browserFor(t, 4*time.Minute)
	s.enter(t, window, "en")
	board := linkTo(s.read(t, "/dashboards"), "/dashboards/")
	shared.cookie = cookie
	shared.Unlock()
	do(t, window, wide, command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchShifts}))

	for _, c := range []struct {
		path, number string // where a number stands
		occupy       string // what the reader does meanwhile
		still        string // what must be so afterwards
	}{
		{"/", "#tile-mrr .value", `document.querySelector("#tile-mrr").focus(); document.querySelector(".rules-told").open = true`,
			`document.activeElement.id === "tile-mrr" && document.querySelector(".rules-told").open`},
		{"/accounts/acme", "#figures .note", `document.querySelector("#note").focus(); document.querySelector("#note").value = "half a thought"`,
			`document.activeElement.id === "note" && document.querySelector("#note").value === "half a thought"`},
		{"/metrics/mrr", "#answer .headline .value", `document.querySelector("#answer details[data-table]").open = true; document.querySelector("#target details").open = true;
			document.querySelector("#target input[name=value]").value = "99"; document.querySelector("#answer .headline a").focus(); scrollTo(0, 120)`,
			`document.activeElement.closest(".headline") && document.querySelector("#answer details[data-table]").open && document.querySelector("#target details").open && document.querySelector("#target input[name=value]").value === "99" && scrollY === 120`},
		{board, "#body-0 .value", `document.querySelector(".pane h2 a").focus()`, `document.activeElement.closest(".pane h2") !== null`},
	} {
		t.Run(strings.Trim(c.path, "/"), func(t *testing.T) {
			do(t, window, chromedp.Navigate(s.url+c.path))
			settled(t, window)
			until(t, "there is a number", 30*time.Second, func() bool { return numberAt(t, window, c.number) != "" }) // a first page without facts fills itself
			settled(t, window)
			evaluate[bool](t, window, `window.stays = true; `+c.occupy+`; true`)
			time.Sleep(600 * time.Millisecond) // what these did to the page is over
			evaluate[bool](t, window, `window.shifts.sum = 0; window.shifts.why = []; true`)
			want := more()
			until(t, c.number+" shows "+want, 30*time.Second, func() bool { return strings.Contains(numberAt(t, window, c.number), want) })
			time.Sleep(500 * time.Millisecond)
			if !evaluate[bool](t, window, `Boolean(window.stays && (`+c.still+`))`) {
				t.Errorf("what the reader had opened, written or focused is gone: %s", evaluate[string](t, window, `document.activeElement.outerHTML.slice(0, 200)`))
			}
			if moved := evaluate[shifts](t, window, `window.shifts`); moved.Sum > 0.001 {
				t.Errorf("the layout shifts by %.4f: %s", moved.Sum, strings.Join(moved.Why, "; "))
			}
			heard.check(t, s)
		})
	}

	// What is read does not move either: what is new in a timeline is offered, and comes when it is asked for.
	t.Run("timeline", func(t *testing.T) {
		do(t, window, chromedp.Navigate(s.url+"/accounts/acme"))
		settled(t, window)
		evaluate[bool](t, window, `document.querySelector("#timeline").scrollIntoView(); true`)
		time.Sleep(600 * time.Millisecond)
		s.must(200, "/api/v1/facts/tickets", admin, "application/json", fmt.Sprintf(`[{"account_id":"acme","ticket_id":"t1","status":"open","ts":%q}]`, time.Now().UTC().Format(time.RFC3339)))
		until(t, "what is new is offered", 30*time.Second, func() bool { return numberAt(t, window, "#timeline > .newer") != "" })
		if strings.Contains(numberAt(t, window, "#timeline"), "Ticket t1") {
			t.Error("the timeline moved under its reader's eyes")
		}
		do(t, window, press("#timeline > .newer"))
		until(t, "it comes", 10*time.Second, func() bool { return strings.Contains(numberAt(t, window, "#timeline"), "Ticket t1") })
		heard.check(t, s)
	})

	// However many facts come, a page asks for each of its parts now and then only; and for none while nobody looks at it.
	t.Run("flood", func(t *testing.T) {
		do(t, window, chromedp.Navigate(s.url+"/"))
		settled(t, window)
		heard.forget()
		flood := func() {
			for until := time.Now().Add(11 * time.Second); time.Now().Before(until); time.Sleep(150 * time.Millisecond) {
				more()
			}
		}
		flood()
		if n := heard.times(s.url + "/home/tile/mrr"); n < 1 || n > 3 {
			t.Errorf("the page asked for a number %d times in 11 s; once in five is enough", n)
		}
		evaluate[bool](t, window, `Object.defineProperty(document, "hidden", {get: () => true}); document.dispatchEvent(new Event("visibilitychange")); true`)
		time.Sleep(time.Second)
		heard.forget()
		flood()
		heard.mu.Lock()
		defer heard.mu.Unlock()
		if asked := slices.DeleteFunc(slices.Clone(heard.asks), func(a string) bool { return strings.HasSuffix(a, "/live") }); len(asked) > 0 {
			t.Errorf("a page that nobody looks at asks for %v", asked)
		}
	})
}

// numberAt is what can be read in what a selector finds first, or "".
func numberAt(t *testing.T, window context.Context, selector string) string {
	t.Helper()
	return evaluate[string](t, window, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector))
}

// linkTo is the first link of a text that begins so.
func linkTo(text, begin string) string {
	for _, m := range linkOf.FindAllStringSubmatch(text, -1) {
		if rest, ok := strings.CutPrefix(m[1], begin); ok && rest != "" {
			return m[1]
		}
	}
	return ""
}

// times counts how often an address was asked for, whatever its query.
func (c *complaints) times(address string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, asked := range c.asks {
		if before, _, _ := strings.Cut(asked, "?"); before == address {
			n++
		}
	}
	return n
}
