package e2e

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestASetUpLinkLetsInOnce(t *testing.T) {
	s := serve(t, t.TempDir())
	page, heard := browser(t)
	look(t, page, s, wide, chromedp.Navigate(s.setUpLink()))
	look(t, page, s, press(`form[action="/setup"] button`), chromedp.WaitVisible(chromedp.CSS(".promise")))
	heard.check(t, s)
	link, err := url.Parse(s.setUpLink())
	if err != nil {
		t.Fatal(err)
	}
	again, err := client.PostForm(s.url+link.Path, link.Query())
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if len(again.Cookies()) > 0 || again.StatusCode < 400 && again.Request.URL.Path != "/signin" {
		t.Errorf("the set-up link let a second visitor in: %s at %s with %v", again.Status, again.Request.URL, again.Cookies())
	}
	second, _ := browser(t)
	if at := visit(t, second, s.url+"/"); !strings.Contains(at, "/signin") {
		t.Errorf("a browser that did not sign in sees %s", at)
	}
	s.stop()
}

func TestTheFirstPagesOverTheMadeUpCompany(t *testing.T) {
	s := madeUp(t)
	page, heard := browser(t)
	s.enter(t, page, "en")
	look(t, page, s, wide, chromedp.Navigate(s.url+"/"), chromedp.WaitVisible(chromedp.CSS("#attention .needed")), chromedp.WaitVisible(chromedp.CSS("#tile-mrr .value")))
	settled(t, page)
	desk := look(t, page, s)
	look(t, page, s, chromedp.Navigate(s.url+"/feeds"), chromedp.WaitVisible(chromedp.CSS("#recent")))
	text, err := chromedp.Run(page, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	hand := look(t, page, s, chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulatePortrait), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#recent")))
	heard.check(t, s)
	for _, kind := range []string{"Events", "Survey answers", "Subscriptions"} {
		if !strings.Contains(text, kind) {
			t.Errorf("the page of feeds does not count %s: %s", kind, text)
		}
	}
	// What arrived when the company was made up is shown with its verdict.
	for _, arrived := range []string{"Report Run", "duplicate", "quarantined"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(arrived)) {
			t.Errorf("the page of feeds does not show %q among what arrived: %s", arrived, text)
		}
	}
	for variable, shot := range map[string][]byte{"KEEPWELL_PICTURE": desk, "KEEPWELL_PICTURE_PHONE": hand} {
		if file := os.Getenv(variable); file != "" {
			if err := os.WriteFile(file, shot, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// look does the steps, waits for the page and takes a picture of what is seen first. Nothing may stick out to the right.
func look(t *testing.T, page context.Context, s *server, steps ...chromedp.Action[chromedp.Void]) []byte {
	t.Helper()
	if err := chromedp.Do(page, append(steps, chromedp.WaitReady(chromedp.CSS("main")))...); err != nil {
		t.Fatalf("%v\n%s", err, s.said)
	}
	over, err := chromedp.Run(page, chromedp.Evaluate[int](`document.documentElement ? document.documentElement.scrollWidth - document.documentElement.clientWidth : 0`))
	if err != nil {
		t.Fatal(err)
	}
	if over > 0 {
		t.Errorf("the page is %d pixels wider than the window", over)
	}
	picture, err := chromedp.Run(page, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// visit opens an address and says where it ended.
func visit(t *testing.T, page context.Context, target string) string {
	t.Helper()
	if err := chromedp.Do(page, chromedp.Navigate(target)); err != nil {
		t.Fatal(err)
	}
	at, err := chromedp.Run(page, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}
