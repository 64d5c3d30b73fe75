package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabs presses the tab key until the focus is on what a selector finds, and checks that it can be seen there.
func (p *person) tabs(selector string) {
	p.t.Helper()
	for range 300 {
		p.presses(kb.Tab)
		if evaluate[bool](p.t, p.page, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			if !evaluate[bool](p.t, p.page, `(e => { const s = getComputedStyle(e.matches("input[type=file]") ? e.nextElementSibling : e), b = e.getBoundingClientRect();
				return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 && b.bottom > 0 && b.top < innerHeight; })(document.activeElement)`) {
				p.t.Errorf("the focus on %s can't be seen", selector)
			}
			return
		}
	}
	p.t.Fatalf("the tab key does not lead to %s", selector)
}

// answers waits for the page that answers what was just sent.
func (p *person) answers(send func()) {
	p.t.Helper()
	evaluate[bool](p.t, p.page, `window.left = true`)
	send()
	until(p.t, "another page answers", 30*time.Second, func() bool {
		gone, err := chromedp.Run(p.page, chromedp.Evaluate[bool](`!window.left && document.readyState === "complete"`))
		return err == nil && gone
	})
	settled(p.t, p.page)
}

func TestManyAccountsAreChangedByKeysAlone(t *testing.T) {
	p := newPerson(t, madeUp(t), "es", wide, dressed("dark"))
	p.s.enter(t, p.page, "es")
	p.goes("/accounts?q=Lifts")
	p.tabs(`[data-row] input[type="checkbox"]`)
	p.presses(" ")
	p.sees(".bulk", "1")
	p.tabs(`.bulk select[data-what]`)
	for !evaluate[bool](t, p.page, `document.activeElement.value === "tag"`) {
		p.presses(kb.ArrowDown)
	}
	p.tabs(`.bulk input[name="tag"]`)
	p.presses("by keys")
	p.answers(func() { p.presses(kb.Enter) })
	p.tabs(`[data-toast] button`)
	p.answers(func() { p.presses(kb.Enter) })
	p.sees("[data-toast]", p.said("did.undone"))
	p.content()
}

func TestADashboardIsArrangedByKeysAlone(t *testing.T) {
	s := madeUp(t)
	p := newPerson(t, s, "ru", wide, dressed("light"))
	s.enter(t, p.page, "ru")
	p.goes("/dashboards")
	p.tabs(`main input[name="name"]`)
	p.presses("By keys")
	p.answers(func() { p.presses(kb.Enter) })
	for range 2 { // a metric is added, and the tab key goes on at its tile
		p.tabs(`button[value="add"]`)
		p.answers(func() { p.presses(kb.Enter) })
		p.tabs(`.pane:last-child form.edit button`)
		evaluate[bool](t, p.page, `(document.activeElement.blur(), scrollTo(0, 0), true)`)
	}
	p.tabs(`#tile-0 button[value="down"]`)
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`#tile-1 form.edit button`) // there is no further down
	p.tabs(`#tile-1 button[value="wide"]`)
	p.answers(func() { p.presses(" ") })
	p.isOn(`#tile-1 button[value="wide"]`)
	p.tabs(`#tile-1 button[value="off"]`)
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`#tile-0 button[value="off"]`) // the one that is left
	evaluate[bool](t, p.page, `(document.activeElement.blur(), scrollTo(0, 0), true)`)
	p.tabs(`button[value="remove"]`)
	p.answers(func() { p.presses(kb.Enter) })
	p.content()
}

func TestAJourneyIsChangedByKeysAlone(t *testing.T) {
	s := madeUp(t)
	p := newPerson(t, s, "ro", wide, dressed("light"))
	s.enter(t, p.page, "ro")
	p.goes("/journeys")
	p.tabs(`main a[href*="edit=1"]`)
	p.answers(func() { p.presses(kb.Enter) })
	// A step is moved on and goes on being moved.
	p.tabs(`section.step .nudges button[value="on"]`)
	moved := evaluate[string](t, p.page, `document.activeElement.closest("section.step").querySelector("h4").innerText`)
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`section.step .nudges button`)
	if now := evaluate[string](t, p.page, `document.activeElement.closest("section.step").querySelector("h4").innerText`); now != moved {
		t.Errorf("after %s was moved the focus is on %s", moved, now)
	}
	// What was done is undone without a mouse.
	p.hits("u")
	p.sees("[data-toast]", p.said("did.undone"))
	p.content()
}

func TestADisagreementIsDecidedByKeysAlone(t *testing.T) {
	s := madeUp(t)
	p := newPerson(t, s, "es", wide, dressed("light"))
	s.enter(t, p.page, "es")
	p.goes("/health/cases")
	cases := evaluate[int](t, p.page, `document.querySelectorAll("form.decide").length`)
	if cases < 2 {
		t.Fatalf("%d cases wait in the made-up company", cases)
	}
	p.tabs(`form.decide input[name="note"]`)
	p.presses("Hablado por teclado")
	p.tabs(`form.decide button`)
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`form.decide button`)
	p.content()
}

func TestATargetIsSetByKeysAlone(t *testing.T) {
	s := madeUp(t)
	p := newPerson(t, s, "ru", wide, dressed("dark"))
	s.enter(t, p.page, "ru")
	p.goes("/metrics/csat")
	p.tabs(`#target summary`)
	p.presses(" ")
	p.tabs(`#target input[name="value"]`)
	p.presses("91")
	p.answers(func() { p.presses(kb.Enter) })
	p.sees("#target", "91")
	p.goes("/targets")
	p.sees("main", "91")
	p.tabs(`main a[href^="/metrics/csat"]`)
	p.content()
}

// A number opens beside the page: the keyboard stays in there until it is closed, and is back where it was.
func TestAnOpenedNumberKeepsTheKeyboardAndGivesItBack(t *testing.T) {
	p := newPerson(t, madeUp(t), "es", wide, dressed("light"))
	p.s.enter(t, p.page, "es")
	p.goes("/metrics/nps?by=plan")
	p.tabs(`main tr a[data-drawer]`)
	from := evaluate[string](t, p.page, `document.activeElement.href`)
	p.presses(kb.Enter)
	until(t, "the number is open", 20*time.Second, func() bool { return evaluate[bool](t, p.page, `!!document.querySelector("dialog.drawer[open] h2")`) })
	for range 60 {
		p.presses(kb.Tab)
		if evaluate[bool](t, p.page, `!document.activeElement.closest("dialog") && document.activeElement !== document.body`) {
			t.Fatal("the tab key leads out of what is open")
		}
	}
	p.presses(kb.Escape)
	p.isOn(`a[data-drawer]`)
	if at := evaluate[string](t, p.page, `document.activeElement.href`); at != from {
		t.Errorf("after closing the focus is on %s, not on %s", at, from)
	}
	p.content()
}

func TestFeedbackIsSiftedByKeysAlone(t *testing.T) {
	p := newPerson(t, madeUp(t), "ro", wide, dressed("light"))
	p.s.enter(t, p.page, "ro")
	p.goes("/feedback")
	p.tabs(`form.filters input[name="text"]`)
	p.presses("app")
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`form.filters input[name="text"]`)
	p.tabs(`form.filters select`)
	p.presses(kb.ArrowDown)
	p.answers(func() { p.presses(kb.Enter) })
	p.isOn(`form.filters :is(select, button)`)
	p.content()
}

func TestAMentionInANoteIsWrittenByKeysAlone(t *testing.T) {
	p := newPerson(t, madeUp(t), "ru", wide, dressed("light"))
	p.s.enter(t, p.page, "ru")
	p.goes("/accounts/acc-0003")
	p.tabs(`#note`)
	p.presses("@Ana Popescu смотри сюда")
	p.tabs(`main form button`)
	p.answers(func() { p.presses(kb.Enter) })
	p.sees("#timeline", "@Ana Popescu")
	p.tabs(`[data-toast] button`)
	p.answers(func() { p.presses(kb.Enter) })
	p.content()
}
