package e2e

import (
	"encoding/csv"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// answered is half a year of answers: the score of the enterprise accounts rises.
func answered() (accounts, answers string) {
	var a, s []string
	for i := range 6 {
		a = append(a, fmt.Sprintf(`{"account_id":"acc-%d","name":"Account %d","plan":"%s","ts":"2026-01-01"}`, i, i, []string{"enterprise", "team"}[i%2]))
	}
	for day := range 170 {
		at := time.Now().UTC().AddDate(0, 0, -day)
		score := 9
		if day%3 == 0 && (day > 85 || day%2 == 1) {
			score = 3
		}
		s = append(s, fmt.Sprintf(`{"id":"a-%d","account_id":"acc-%d","user_id":"u-%d","kind":"nps","survey":"q","score":%d,"ts":"%s"}`, day, day%6, day%6, score, at.Format(time.RFC3339)))
	}
	return "[" + strings.Join(a, ",") + "]", "[" + strings.Join(s, ",") + "]"
}

func TestANumberIsReadOpenedExplainedAimedAtAndPinned(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0"))
	admin := key(t, data, "admin")
	accounts, answers := answered()
	s.must(200, "/api/v1/facts/accounts?wait=loaded", admin, "application/json", accounts)
	s.must(200, "/api/v1/facts/answers?wait=loaded", admin, "application/json", answers)
	page, heard := browser(t)
	shows := func(what, selector, text string) {
		t.Helper()
		until(t, what, 20*time.Second, func() bool {
			got, err := chromedp.Run(page, chromedp.Evaluate[string](fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent).join(' ')", selector)))
			return err == nil && strings.Contains(got, text)
		})
	}
	script := func(text string) {
		t.Helper()
		if _, err := chromedp.Run(page, chromedp.Evaluate[bool](text+"; true")); err != nil {
			t.Fatal(err)
		}
	}
	do := func(steps ...chromedp.Action[chromedp.Void]) { // what leads to another page
		t.Helper()
		if err := chromedp.Do(page, steps...); err != nil {
			t.Fatal(err)
		}
	}
	look(t, page, s, chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.url+"/signin"))
	look(t, page, s, chromedp.SendKeys(chromedp.CSS(`input[name="key"]`), admin), press("main form button"), chromedp.WaitVisible(chromedp.CSS(".side")))

	// The catalogue is searched as one types; Enter opens the first.
	look(t, page, s, chromedp.Navigate(s.url+"/metrics"))
	look(t, page, s, chromedp.SendKeys(chromedp.CSS("#find"), "promoter"))
	shows("what does not match is gone", "tr[data-words]:not([hidden]) .metric-name", "Net Promoter Score")
	do(chromedp.SendKeys(chromedp.CSS("#find"), "\r"))
	shows("the answer follows the page", "#answer .headline", "counted")

	// A point of the chart opens the answers behind it.
	look(t, page, s, chromedp.Navigate(s.url+"/metrics/nps?period=90d&by=plan"))
	shows("groups stand beside the number", "#answer table", "enterprise")
	script(`[...document.querySelectorAll("svg.broad a[data-drawer]")].at(-1).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))`)
	shows("the facts stand in the drawer", "dialog.drawer[open]", "Survey answers")
	look(t, page, s, press("dialog.drawer [data-close]"))
	script(`document.querySelector("#why").scrollIntoView()`)
	shows("the change is split", "#why table", "enterprise")

	// A target is a line, and it can be taken away and brought back.
	script(`document.querySelector("#target details").open = true`)
	do(chromedp.SendKeys(chromedp.CSS(`#target input[name="value"]`), "60"), press("#target .actions button"))
	shows("the target is drawn", "svg.broad text.goal", "target 60")
	if got := s.get("/api/v1/targets?metric=nps", admin); !strings.Contains(got, `"value":60`) {
		t.Errorf("the API says %s", got)
	}

	// Pinned with its question, the number stands on a dashboard.
	script(`document.querySelector(".head .drop-down").open = true`)
	do(chromedp.SendKeys(chromedp.CSS(`.panel input[name="name"]`), "Monday"), press(".panel .button.main"))
	shows("the tile has its answer", ".pane .headline", "counted")
	if got := s.get("/api/v1/dashboards", admin); !strings.Contains(got, `"by":"plan"`) || !strings.Contains(got, `"period":"90d"`) {
		t.Errorf("the API says %s", got)
	}

	// How it is counted is chosen and taken back; the guide says what is missing.
	look(t, page, s, chromedp.Navigate(s.url+"/settings/policies#policy-inactive_days"))
	script(`document.querySelector("#policy-inactive_days input").value = "45"`)
	do(press("#policy-inactive_days .button"))
	shows("it is kept", ".notice", "Kept")
	if got := s.get("/api/v1/policies", admin); !strings.Contains(got, `"value":"45"`) {
		t.Error("the API does not know")
	}
	do(press(".notice button"))
	shows("it is as before", ".notice", "as it was")
	look(t, page, s, chromedp.Navigate(s.url+"/guide?q=loyal"))
	shows("the guide names the metric and what it needs", "main", "Net Promoter Score")

	// On a phone nothing sticks out; look fails otherwise.
	for _, path := range []string{"/metrics/nps?period=90d&by=plan&wait=1", "/metrics", "/dashboards", "/settings/policies/bridge?metric=nps", "/guide"} {
		look(t, page, s, chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulatePortrait), chromedp.Navigate(s.url+path))
	}
	text, err := chromedp.Run(page, chromedp.Evaluate[string](`(async () => (await fetch("/metrics/nps/export.csv?period=90d")).text())()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || len(rows) < 12 || rows[0][0] != "part" {
		t.Errorf("the export is %q, %v", text, err)
	}
	heard.check(t, s)
	s.stop()
}
