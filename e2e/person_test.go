package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// A person sits before a page in a language and does what people do: goes somewhere, reads, clicks, types.
type person struct {
	t     *testing.T
	page  context.Context
	heard *complaints
	s     *server
	lang  string
	words map[string]json.RawMessage
}

func newPerson(t *testing.T, s *server, lang string, view, dress chromedp.Action[chromedp.Void]) *person {
	t.Helper()
	raw, err := os.ReadFile("../internal/i18n/locale/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, s: s, lang: lang}
	if err := json.Unmarshal(raw, &p.words); err != nil {
		t.Fatal(err)
	}
	p.page, p.heard = browserFor(t, 3*time.Minute)
	do(t, p.page, view, dress)
	return p
}

// said is what the product calls something in the person's language, without the parts that are filled in.
func (p *person) said(key string) string {
	p.t.Helper()
	var text string
	if err := json.Unmarshal(p.words[key], &text); err != nil {
		p.t.Fatalf("%s in %s: %v", key, p.lang, err)
	}
	return text
}

func (p *person) goes(path string) {
	p.t.Helper()
	do(p.t, p.page, chromedp.Navigate(p.s.url+path))
	settled(p.t, p.page)
}

// sees waits until a text can be read in what a selector finds.
func (p *person) sees(selector, text string) {
	p.t.Helper()
	var last string
	began := time.Now()
	for time.Since(began) < 30*time.Second {
		read, err := chromedp.Run(p.page, chromedp.Evaluate[string](fmt.Sprintf(
			`[...document.querySelectorAll(%q)].filter(e => e.checkVisibility()).map(e => e.innerText).join("\n")`, selector)))
		if last = read; err == nil && strings.Contains(strings.ToLower(read), strings.ToLower(text)) {
			return
		}
		time.Sleep(60 * time.Millisecond)
	}
	where, _ := chromedp.Run(p.page, chromedp.Location())
	p.t.Fatalf("at %s, %s does not say %q but %.600q", where, selector, text, last)
}

// clicks presses what is seen of a selector, and waits for what follows.
func (p *person) clicks(selector string) {
	p.t.Helper()
	do(p.t, p.page, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// leads presses what leads to another page, and waits for that.
func (p *person) leads(selector string) {
	p.t.Helper()
	evaluate[bool](p.t, p.page, `window.left = true`)
	do(p.t, p.page, press(selector))
	until(p.t, "pressing "+selector+" leads to another page", 30*time.Second, func() bool {
		gone, err := chromedp.Run(p.page, chromedp.Evaluate[bool](`!window.left && document.readyState === "complete"`))
		return err == nil && gone
	})
	settled(p.t, p.page)
}

// types puts a text where another may have been.
func (p *person) types(selector, text string) {
	p.t.Helper()
	do(p.t, p.page, chromedp.WaitVisible(chromedp.CSS(selector)))
	evaluate[bool](p.t, p.page, fmt.Sprintf(`(document.querySelector(%q).value = "", true)`, selector))
	do(p.t, p.page, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// picks chooses in a list.
func (p *person) picks(selector, value string) {
	p.t.Helper()
	if !evaluate[bool](p.t, p.page, fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return s.value === %q; })()`, selector, value, value)) {
		p.t.Fatalf("%s does not offer %q", selector, value)
	}
}

// presses types a key with a name, or a combination.
func (p *person) presses(keys string, modifiers ...chromedp.KeyOption) {
	p.t.Helper()
	do(p.t, p.page, chromedp.KeyEvent(keys, modifiers...))
}

// hits presses the key of a character as a keyboard does: a page that acts on it keeps it from being typed.
func (p *person) hits(key string) {
	p.t.Helper()
	do(p.t, p.page, command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key}),
		command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key}))
}

// isAt waits until the address ends so.
func (p *person) isAt(ending string) {
	p.t.Helper()
	where := ""
	until(p.t, "the address ends with "+ending, 30*time.Second, func() bool {
		where, _ = chromedp.Run(p.page, chromedp.Location())
		return strings.HasSuffix(where, ending)
	})
}

// read is a text on the page.
func (p *person) read(selector string) string {
	p.t.Helper()
	do(p.t, p.page, chromedp.WaitVisible(chromedp.CSS(selector)))
	return strings.TrimSpace(evaluate[string](p.t, p.page, fmt.Sprintf(`document.querySelector(%q).innerText`, selector)))
}

// content checks what is true of every page of a journey, at its end.
func (p *person) content() {
	p.t.Helper()
	if out := evaluate[[]string](p.t, p.page, sticksOut); len(out) > 0 {
		p.t.Errorf("wider than the window: %s", strings.Join(out, "; "))
	}
	if lang := evaluate[string](p.t, p.page, `document.documentElement.lang`); lang != p.lang {
		p.t.Errorf("the page is in %s, not in %s", lang, p.lang)
	}
	p.heard.check(p.t, p.s)
}
