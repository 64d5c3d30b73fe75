package e2e

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser opens Chromium and gathers what its console complains about and which addresses it asks.
func browser(t *testing.T) (context.Context, *complaints) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			options = append(options, chromedp.ExecPath(path))
			break
		}
	}
	allocator, closeBrowser := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(closeBrowser)
	page, closePage := chromedp.NewContext(allocator)
	t.Cleanup(closePage)
	limited, cancel := context.WithTimeout(page, 60*time.Second)
	t.Cleanup(cancel)
	c := &complaints{}
	if err := chromedp.Listen(limited, c.hear); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return limited, c
}

// complaints are what a developer would see in red.
type complaints struct {
	mu   sync.Mutex
	all  []string
	asks []string
}

func (c *complaints) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.all = append(c.all, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			c.all = append(c.all, string(e.Type)+" on the console")
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			c.all = append(c.all, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		c.asks = append(c.asks, e.Request.URL)
	}
}

func (c *complaints) check(t *testing.T, s *server) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(c.all, "\n"))
	}
	for _, asked := range c.asks {
		if !strings.HasPrefix(asked, s.url) && !strings.HasPrefix(asked, "data:") {
			t.Errorf("the page asks somebody else: %s", asked)
		}
	}
}

func TestTheStartPageOverTheMadeUpCompany(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, exec.Command(binary, "demo", "--data", data, "--listen", "127.0.0.1:0"))
	// Something arrives while we look: the page shows it with its verdict.
	s.must(200, "/v1/batch", key(t, data, "ingest"), "application/json", `{"batch":[
		{"type":"page","anonymousId":"v-81","name":"Pricing","properties":{"url":"https://shop.example/pricing"}},
		{"type":"identify","userId":"ana.popescu","anonymousId":"v-81","traits":{"email":"ana@shop.example","name":"Ana Popescu"}},
		{"type":"group","userId":"ana.popescu","groupId":"shop","traits":{"name":"Shop","plan":"pro"}},
		{"type":"track","userId":"ana.popescu","event":"Report Run","messageId":"one"},
		{"type":"track","userId":"ana.popescu","event":"Report Run","messageId":"one"},
		{"type":"track","userId":"ana.popescu","event":"Report Shared","timestamp":"the day before yesterday"}]}`)
	page, heard := browser(t)
	look(t, page, s, chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.setUpLink()))
	home := look(t, page, s, chromedp.Click(chromedp.CSS("main button")), chromedp.WaitVisible(chromedp.CSS("#attention .needed")), chromedp.WaitVisible(chromedp.CSS("#changes:not([aria-busy])")), chromedp.WaitVisible(chromedp.CSS("#tile-mrr .value")))
	if len(home) == 0 {
		t.Error("no picture of the first page")
	}
	wide := look(t, page, s, chromedp.Navigate(s.url+"/feeds"), chromedp.WaitVisible(chromedp.CSS("#recent")))
	text, err := chromedp.Run(page, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	phone := look(t, page, s, chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulatePortrait), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#recent")))
	heard.check(t, s)
	for _, kind := range []string{"Events", "Survey answers", "Subscriptions"} {
		if !strings.Contains(text, kind) {
			t.Errorf("the start page does not count %s: %s", kind, text)
		}
	}
	for _, arrived := range []string{"Report Run", "duplicate", "quarantined"} {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(arrived)) {
			t.Errorf("the start page does not show %q among what arrived: %s", arrived, text)
		}
	}
	for variable, shot := range map[string][]byte{"KEEPWELL_PICTURE": wide, "KEEPWELL_PICTURE_PHONE": phone} {
		if file := os.Getenv(variable); file != "" {
			if err := os.WriteFile(file, shot, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
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

// look does the steps, waits for the page and takes a picture of what is seen first. Nothing may stick out to the right.
func look(t *testing.T, page context.Context, s *server, steps ...chromedp.Action[chromedp.Void]) []byte {
	t.Helper()
	if err := chromedp.Do(page, append(steps, chromedp.WaitReady(chromedp.CSS("main")))...); err != nil {
		t.Fatalf("%v\n%s", err, s.said)
	}
	over, err := chromedp.Run(page, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
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
