package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// on puts the focus on what a selector finds, as somebody has who came there with the tab key.
func (p *person) on(selector string) {
	p.t.Helper()
	if !evaluate[bool](p.t, p.page, `(e => { e.focus(); return document.activeElement === e && e.tabIndex >= 0; })(document.querySelector(`+"`"+selector+"`"+`))`) {
		p.t.Fatalf("%s can't have the focus", selector)
	}
}

// isOn waits until the focus is on what a selector finds.
func (p *person) isOn(selector string) {
	p.t.Helper()
	until(p.t, "the focus is on "+selector, 20*time.Second, func() bool {
		return evaluate[bool](p.t, p.page, `document.activeElement.matches(`+"`"+selector+"`"+`)`)
	})
}

func TestAScorecardIsEditedByKeysAlone(t *testing.T) {
	p := newPerson(t, madeUp(t), "es", wide, dressed("light"))
	p.s.enter(t, p.page, "es")
	p.goes("/health/scorecards/enterprise")
	name := func(place string) string {
		return p.read(`[id="measure-` + place + `"] .words strong`)
	}
	second := name("0.1")
	// What was moved is gone on with where it is now, to the end of its group.
	p.on(`[data-do="down:0.1"]`)
	p.presses(kb.Enter)
	p.isOn(`[data-do="down:0.2"]`)
	if got := name("0.2"); got != second {
		t.Errorf("moved down is %q, not %q", got, second)
	}
	p.presses(kb.Enter)
	p.isOn(`[data-do="open:0.3"]`) // there is no further down
	// A measure opens on its name and closes on what opened it.
	p.presses(kb.Enter)
	p.isOn(`[id="measure-0.3"] input[name="open.name"]`)
	p.on(`[data-do="close"]`)
	p.presses(" ")
	p.isOn(`[data-do="open:0.3"]`)
	// A new one opens on its name; when it is removed, the one before it is gone on with.
	p.on(`[data-do="add-measure:0"]`)
	p.presses(kb.Enter)
	p.isOn(`[id="measure-0.4"] input[name="open.name"]`)
	p.on(`[data-do="remove:0.4"]`)
	p.presses(kb.Enter)
	p.isOn(`[data-do="open:0.3"]`)
	p.on(`[data-do="view:text"]`)
	p.presses(kb.Enter)
	p.isOn(`[data-do="view:text"][aria-pressed="true"]`)
	p.content()
}

func TestAChoicePassesOverOthersUntilItIsMade(t *testing.T) {
	p := newPerson(t, madeUp(t), "ro", wide, dressed("dark"))
	p.s.enter(t, p.page, "ro")
	p.goes("/explore/survival?by=plan")
	p.on(`select[name="by"]`)
	p.presses(kb.ArrowDown)
	p.presses(kb.ArrowDown)
	if at := evaluate[string](t, p.page, `location.search + " " + document.querySelector('select[name="by"]').value`); !strings.Contains(at, "by=plan") || strings.HasSuffix(at, "plan") {
		t.Fatalf("two arrows on a choice lead to %s", at)
	}
	p.presses(kb.Enter)
	until(t, "the choice is made", 30*time.Second, func() bool {
		there, err := chromedp.Run(p.page, chromedp.Evaluate[bool](`location.search.includes("by=csm") && document.readyState === "complete"`))
		return err == nil && there // while one page goes and the other comes there is nobody to ask
	})
	settled(t, p.page)
	p.isOn(`select[name="by"]`)
	p.content()
}

func TestABuiltSegmentKeepsTheFocus(t *testing.T) {
	p := newPerson(t, madeUp(t), "es", wide, dressed("light"))
	p.s.enter(t, p.page, "es")
	p.goes("/segments/new?segment=plan+%3D+enterprise")
	p.on(`#add-0`)
	p.presses(kb.Enter)
	until(t, "there is another condition", 20*time.Second, func() bool { return evaluate[bool](t, p.page, `!!document.querySelector("#about-1")`) })
	p.isOn(`#add-0`)
	p.on(`#about-1`)
	evaluate[bool](t, p.page, `document.querySelector("#writing").old = true`)
	p.presses(kb.ArrowDown)
	until(t, "the condition asks for something else", 20*time.Second, func() bool {
		return evaluate[bool](t, p.page, `document.querySelector("#about-1").value !== "trait" && !document.querySelector("#writing").old`)
	})
	p.isOn(`#about-1`)
	p.on(`button[name="do"][value="remove:1"]`)
	p.presses(kb.Enter)
	until(t, "the condition is gone", 20*time.Second, func() bool { return evaluate[bool](t, p.page, `!document.querySelector("#about-1")`) })
	until(t, "the focus is still in the segment", 20*time.Second, func() bool {
		return evaluate[bool](t, p.page, `!!document.activeElement.closest("#writing")`)
	})
	p.content()
}
