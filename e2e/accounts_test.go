package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestACSMFindsAnAccountChangesItAndTakesItBack(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0"))
	admin := key(t, data, "admin")
	s.must(200, "/api/v1/facts/accounts?wait=loaded", admin, "application/json", `[{"account_id":"nord","name":"Nordwind Logistik","plan":"team","csm":"Ana","ts":"2026-01-01"},
		{"account_id":"sud","name":"Șudvest SRL","plan":"team","ts":"2026-01-01"}]`)
	page, heard := browser(t)
	look(t, page, s, chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.url+"/signin"))
	look(t, page, s, chromedp.SendKeys(chromedp.CSS(`input[name="key"]`), admin), press("main form button"), chromedp.WaitVisible(chromedp.CSS(".side")))
	until(t, "both accounts stand in the list", 20*time.Second, func() bool {
		look(t, page, s, chromedp.Navigate(s.url+"/accounts"))
		text, err := chromedp.Run(page, chromedp.Text(chromedp.CSS("main")))
		return err == nil && strings.Contains(text, "Nordwind") && strings.Contains(text, "Șudvest")
	})
	// Typing narrows the list down, and the address says so.
	look(t, page, s, chromedp.SendKeys(chromedp.CSS("#find"), "sudv"))
	until(t, "the list holds one account", 20*time.Second, func() bool {
		n, err := chromedp.Run(page, chromedp.Evaluate[int](`document.querySelectorAll("[data-row]").length`))
		where, _ := chromedp.Run(page, chromedp.Location())
		return err == nil && n == 1 && strings.HasSuffix(where, "/accounts?q=sudv")
	})
	look(t, page, s, press(`[data-row] input`), chromedp.WaitVisible(chromedp.CSS(`input[name="csm"]`)), chromedp.SendKeys(chromedp.CSS(`input[name="csm"]`), "Bob"),
		press(".bulk .button"), chromedp.WaitVisible(chromedp.CSS("[data-toast] button")))
	if got := s.get("/api/v1/accounts?segment=csm+%3D+Bob&columns=csm", admin); !strings.Contains(got, `"account_id":"sud","csm":"Bob"`) {
		t.Errorf("assigned: %s", got)
	}
	look(t, page, s, press("[data-toast] button"))
	until(t, "the page says that it is taken back", 20*time.Second, func() bool {
		text, err := chromedp.Run(page, chromedp.Evaluate[string](`document.querySelector("[data-toast]")?.textContent ?? ""`))
		return err == nil && strings.Contains(text, "Undone")
	})
	if got := s.get("/api/v1/accounts?segment=csm+%3D+Bob", admin); !strings.Contains(got, `"total":0`) {
		t.Errorf("taken back: %s", got)
	}
	// By keys alone: the palette leads to the account.
	found := chromedp.CSS(`#palette-found a[href="/accounts/nord"][aria-selected="true"]`)
	look(t, page, s, chromedp.KeyEvent("k", chromedp.KeyModifiers(2)), chromedp.WaitVisible(chromedp.CSS("#palette-text")), chromedp.SendKeys(chromedp.CSS("#palette-text"), "nordw"), chromedp.WaitVisible(found))
	look(t, page, s, chromedp.KeyEvent("\r"))
	until(t, "the palette leads to the account", 20*time.Second, func() bool {
		where, err := chromedp.Run(page, chromedp.Location())
		return err == nil && where == s.url+"/accounts/nord"
	})
	title, err := chromedp.Run(page, chromedp.Text(chromedp.CSS("h1")))
	if err != nil || title != "Nordwind Logistik" {
		t.Errorf("the palette led to %q, %v", title, err)
	}
	heard.check(t, s)
	s.stop()
}
