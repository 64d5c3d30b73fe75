package e2e

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests: starting it costs more than most of them.
var (
	chromium      = sync.OnceValues(openChromium)
	closeChromium = func() {}
)

func openChromium() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			options = append(options, chromedp.ExecPath(path))
			break
		}
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	first, closeFirst := chromedp.NewContext(allocator)
	closeChromium = func() { closeFirst(); end() }
	return first, chromedp.Do(first)
}

// browser opens a window that shares nothing with those of other tests, and gathers what its console complains about, which
// addresses it asks and how much it is sent.
func browser(t *testing.T) (context.Context, *complaints) {
	t.Helper()
	return browserFor(t, 60*time.Second)
}

func browserFor(t *testing.T, most time.Duration) (context.Context, *complaints) {
	t.Helper()
	shared, err := chromium()
	if err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	page, closePage := chromedp.NewContext(shared, chromedp.WithNewBrowserContext())
	t.Cleanup(closePage)
	limited, cancel := context.WithTimeout(page, most)
	t.Cleanup(cancel)
	c := &complaints{}
	if err := chromedp.Listen(limited, c.hear); err != nil {
		t.Fatalf("opening a window: %v", err)
	}
	return limited, c
}

// complaints are what a developer would see in red.
type complaints struct {
	mu    sync.Mutex
	all   []string
	asks  []string
	bytes float64 // that came over the line, compressed as they came
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
	case *network.EventLoadingFinished:
		c.bytes += e.EncodedDataLength
	}
}

// check fails the test with what was heard and forgets it; it says how many bytes came.
func (c *complaints) check(t *testing.T, s *server) (bytes float64) {
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
	bytes = c.bytes
	c.all, c.asks, c.bytes = nil, nil, 0
	return bytes
}

// command is a command of the browser's protocol that gives nothing back.
func command[P, R any](what cdp.Command[P, R], p P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, what, p)
		return err
	})
}

// press presses what is seen of a selector and does not wait for it: a page that goes away does not always acknowledge a
// click of the mouse, and would be waited for in vain.
func press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := chromedp.WaitVisible(chromedp.CSS(selector))(ctx, t); err != nil {
			return err
		}
		script := fmt.Sprintf(`(() => { const seen = [...document.querySelectorAll(%q)].find(e => e.checkVisibility()); setTimeout(() => seen.click()); return true; })()`, selector)
		_, err := chromedp.Evaluate[bool](script)(ctx, t)
		time.Sleep(150 * time.Millisecond) // what it leads to has begun
		return err
	})
}

var (
	wide  = chromedp.EmulateViewport(1440, 900)
	phone = chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulatePortrait)
)

// settled waits until all parts of the page have arrived, whether or not it is in view.
func settled(t *testing.T, page context.Context) {
	t.Helper()
	done, err := chromedp.Run(page, chromedp.Evaluate[string](`new Promise(done => {
		const began = Date.now(), look = () => {
			const waits = [...document.querySelectorAll('[aria-busy="true"]')].filter(w => !(w.getAttribute("hx-trigger") ?? "").includes("intersect"));
			if (document.readyState === "complete" && document.fonts.status === "loaded" && !waits.length) setTimeout(() => done(""), 60);
			else if (Date.now() - began > 45000) done("after 45 s still waiting for " + waits.map(w => w.getAttribute("hx-get")).join(", ") + " at " + location.href);
			else setTimeout(look, 30);
		};
		look();
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("waiting for the page: %v", err)
	}
	if done != "" {
		t.Error(done)
	}
}

// reveal fetches the parts that come only when somebody scrolls to them.
func reveal(t *testing.T, page context.Context) {
	t.Helper()
	if left := evaluate[int](t, page, `(async () => {
		const waits = () => [...document.querySelectorAll('[aria-busy="true"]')], began = Date.now();
		while (waits().length && Date.now() - began < 60000) { waits()[0].scrollIntoView(); await new Promise(r => setTimeout(r, 50)); }
		scrollTo(0, 0);
		return waits().length;
	})()`); left > 0 {
		t.Errorf("%d parts of the page did not come in a minute", left)
	}
}

// evaluate is the value of an expression, or of what it promises.
func evaluate[T any](t *testing.T, page context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(page, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSNull) {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

// do does steps as a person would.
func do(t *testing.T, page context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(page, steps...); err != nil {
		where, _ := chromedp.Run(page, chromedp.Location())
		t.Fatalf("at %s: %v", where, err)
	}
}

// forget what was heard so far.
func (c *complaints) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all, c.asks, c.bytes = nil, nil, 0
}

// expect forgets complaints that a test asked for.
func (c *complaints) expect(part string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = slices.DeleteFunc(c.all, func(text string) bool { return strings.Contains(text, part) })
}
