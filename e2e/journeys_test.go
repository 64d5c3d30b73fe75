package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// What people do most, in every language, each at another width and in another dress.
func TestPeopleGetTheirWorkDoneInEveryLanguage(t *testing.T) {
	madeUp(t)
	for _, c := range []struct {
		lang        string
		view, dress chromedp.Action[chromedp.Void]
	}{
		{"en", wide, dressed("light")}, {"es", phone, dressed("dark")}, {"ro", wide, dressed("dark")}, {"ru", phone, dressed("light")},
	} {
		t.Run(c.lang, func(t *testing.T) {
			for _, journey := range []struct {
				name string
				do   func(*person)
			}{
				{"the first steps", firstSteps}, {"signing in with a code", signsInWithACode}, {"a note on an account", notesOnAnAccount}, {"a segment", keepsASegment},
				{"a number and its facts", opensANumber}, {"a funnel", asksForAFunnel}, {"what customers say", readsFeedback}, {"how we count", comparesWaysOfCounting},
			} {
				t.Run(journey.name, func(t *testing.T) {
					p := newPerson(t, madeUp(t), c.lang, c.view, c.dress)
					p.s.enter(t, p.page, c.lang)
					journey.do(p)
					p.content()
					if pictures != "" {
						shot, err := chromedp.Run(p.page, chromedp.CaptureScreenshot())
						if err != nil {
							t.Fatal(err)
						}
						keepPicture(t, "journey "+journey.name+"."+c.lang, shot)
					}
				})
			}
		})
	}
}

// firstSteps sets an empty server up, makes a key and sees the first fact arrive.
func firstSteps(p *person) {
	p.s = serve(p.t, p.t.TempDir())
	p.goes(strings.TrimPrefix(p.s.setUpLink(), p.s.url))
	p.leads(fmt.Sprintf(`button[name="lang"][value="%s"]`, p.lang))
	p.sees("h1", p.said("setup.title"))
	p.types(`input[name="name"]`, "Ana Popescu")
	p.types(`input[name="email"]`, ana)
	p.types(`input[name="password"]`, "password12")
	p.types(`input[name="workspace"]`, "Șudvest & Co")
	p.types(`input[name="zone"]`, "Europe/Chisinau")
	p.types(`input[name="currency"]`, "mdl")
	p.leads(`form[action="/setup/admin"] button`)
	p.sees(".wrong", p.said("password.weak"))
	p.types(`input[name="password"]`, anaPassword)
	p.leads(`form[action="/setup/admin"] button`)
	p.heard.expect("status of 422") // the password that is too common
	p.sees("h1", p.said("start.title"))
	p.sees("#live", p.said("start.waiting"))
	p.leads(`form[action^="/start/key"] button`)
	p.sees("#connect", p.said("start.key_made"))
	made := p.read("#connect .notice code")
	p.s.t = p.t
	p.s.must(200, "/v1/track", made, "application/json", `{"event":"Report Run","userId":"mira","context":{"groupId":"nord"}}`)
	p.sees("#live", "Report Run")
	p.sees("#live", p.said("verdict.accepted"))
}

// signsInWithACode is invited, chooses a password, adds an authenticator, and signs in with a code to recover with.
func signsInWithACode(p *person) {
	mail := "maria." + p.lang + "@example.com"
	p.goes("/settings/users")
	p.types(`form[action="/settings/users"] input[name="name"]`, "Maria "+p.lang)
	p.types(`form[action="/settings/users"] input[name="email"]`, mail)
	p.picks(`form[action="/settings/users"] select[name="role"]`, "manager")
	p.leads(`form[action="/settings/users"] button.main`)
	link := p.read(`section[role="status"] pre.code`)
	at, err := url.Parse(link)
	if err != nil {
		p.t.Fatal(err)
	}
	p.page, p.heard = browserFor(p.t, 2*time.Minute)
	p.goes("/signin")
	p.leads(fmt.Sprintf(`button[name="lang"][value="%s"]`, p.lang))
	p.sees("h1", p.said("signin.title"))
	p.goes(at.RequestURI())
	p.sees("h1", p.said("reset.welcome"))
	p.types(`input[name="password"]`, anaPassword+" too")
	p.leads("main form .button.main")
	p.isAt("/")
	p.goes("/settings/me/totp")
	code, err := totp.GenerateCode(strings.ReplaceAll(p.read("pre.code"), " ", ""), time.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	p.types(`input[name="code"]`, code)
	p.leads("main form .button.main")
	p.sees("h1, h2", p.said("settings.codes"))
	recovery := strings.Fields(p.read("main .codes"))[0]
	p.goes("/settings")
	p.clicks(".own > summary")
	p.leads(`.own form[action="/signout"] button`)
	p.sees("h1", p.said("signin.title"))
	p.types(`input[name="email"]`, mail)
	p.types(`input[name="password"]`, anaPassword+" too")
	p.leads(`form[action="/signin"] .button.main`)
	p.sees("h1", p.said("signin.code_title"))
	p.types(`input[name="code"]`, "000000")
	p.leads("main form .button.main")
	p.sees("#problem", p.said("signin.code_wrong"))
	p.types(`input[name="code"]`, recovery)
	p.leads("main form .button.main")
	p.isAt("/")
	p.sees("h1", "Maria "+p.lang)
	p.heard.expect("status of 4") // the wrong code
}

// notesOnAnAccount finds an account by typing, opens it, writes a note, sees it in the timeline and takes it back.
func notesOnAnAccount(p *person) {
	p.goes("/")
	p.leads(`nav a[data-go="a"]`)
	p.sees("h1", p.said("accounts.title"))
	p.types("#find", "isarwerk med")
	p.isAt("/accounts?q=isarwerk+med")
	p.leads(`[data-row] a[data-open]`)
	p.sees("h1", "Isarwerk Medizintechnik")
	p.sees("main", p.said("account.features"))
	note := "Ask about the second depot (" + p.lang + ") 🚚"
	p.types("#note", note)
	p.leads(".write .button")
	p.sees("[data-toast]", p.said("undo.do"))
	p.sees("#timeline", note)
	p.leads("[data-toast] button")
	p.sees("[data-toast]", p.said("did.undone"))
	if text := p.read("#timeline"); strings.Contains(text, note) {
		p.t.Errorf("the note is still there after it was taken back: %.400s", text)
	}
}

// keepsASegment writes a segment wrongly, is told where, writes it right, sees who is in it, and keeps it.
func keepsASegment(p *person) {
	p.goes("/segments/new")
	p.types("#segment-text", "plan = enterprise and and")
	p.sees("#segment-wrong", "plan = enterprise and and")
	p.types("#segment-text", "plan = enterprise and did \"Job Created\" > 1 times in 30 days")
	until(p.t, "the mistake is gone", 20*time.Second, func() bool {
		return evaluate[string](p.t, p.page, `document.querySelector("#segment-wrong").innerText.trim()`) == ""
	})
	p.sees("#built", "Isarwerk")
	name := "Busy large ones " + p.lang
	p.types(`input[name="title"]`, name)
	p.leads(".keep .button.main")
	p.sees("h1", name)
	p.sees("main", "Isarwerk")
	p.goes("/segments")
	p.sees("main", name)
}

// opensANumber reads a metric, opens the facts behind a point and closes them with Escape.
func opensANumber(p *person) {
	p.goes("/metrics/nps?period=90d&by=plan")
	p.sees("#answer .headline .value", "")
	p.sees("#answer table", "enterprise")
	point := "svg.broad a[data-drawer]"
	if !evaluate[bool](p.t, p.page, `document.querySelector("svg.broad").checkVisibility()`) {
		point = "svg.narrow a[data-drawer]"
	}
	evaluate[bool](p.t, p.page, fmt.Sprintf(`(() => { const last = [...document.querySelectorAll(%q)].at(-1); last.scrollIntoView({block: "center"}); last.focus(); return true; })()`, point))
	p.presses("\r")
	p.sees("dialog.drawer[open]", "relationship")
	p.presses("\x1b")
	if back := evaluate[bool](p.t, p.page, fmt.Sprintf(`!document.querySelector("dialog[open]") && document.activeElement === [...document.querySelectorAll(%q)].at(-1)`, point)); !back {
		p.t.Error("closing the facts does not lead back to the point they belong to")
	}
	evaluate[bool](p.t, p.page, `(document.querySelector("#why").scrollIntoView(), true)`)
	p.sees("#why", "enterprise")
}

// asksForAFunnel names two steps and reads how many get through.
func asksForAFunnel(p *person) {
	p.goes("/explore")
	p.leads(`a[href="/explore/funnel"]`)
	p.sees("h1", p.said("explore.funnel.title"))
	p.sees(".explored", p.said("explore.funnel.needs"))
	p.types(`textarea[name="steps"]`, "Job Created\nJob Scheduled\nJob Completed")
	p.leads("main .filters .button.main")
	p.sees(".funnel", "Job Completed")
	p.sees(".explored", p.said("explore.funnel.value"))
	p.sees(".funnel li:first-child .tally", "100")
}

// readsFeedback narrows what customers said down to the unhappy ones, with words, and then to nothing.
func readsFeedback(p *person) {
	p.goes("/feedback")
	p.sees("h1", p.said("feedback.title"))
	p.picks("#by-band", "poor")
	p.sees("#by-band.on", p.said("feedback.band.poor"))
	p.clicks(`input[name="worded"]`)
	p.leads(".filters > .button")
	p.sees(".answers-list blockquote", "")
	if calm := evaluate[int](p.t, p.page, `document.querySelectorAll(".answers-list .score:not(.poor)").length`); calm > 0 {
		p.t.Errorf("%d of the answers are not those of unhappy people", calm)
	}
	p.types("#find", "zzzz nobody says that")
	p.leads(".filters > .button")
	p.sees(".empty", p.said("feedback.none"))
	p.leads(".empty ~ .actions .button")
	p.isAt("/feedback")
}

// comparesWaysOfCounting asks why two tools show different numbers, keeps another choice and takes it back.
func comparesWaysOfCounting(p *person) {
	p.goes("/settings/policies/bridge?metric=mrr")
	p.sees("h1", p.said("bridge.title"))
	p.sees("main", p.said("bridge.same"))
	p.goes("/settings/policies#policy-discounts")
	p.picks(`#policy-discounts select`, evaluate[string](p.t, p.page, `[...document.querySelectorAll("#policy-discounts option")].find(o => !o.selected).value`))
	p.leads("#policy-discounts .button")
	p.sees(".notice.good", p.said("policies.did.set"))
	p.leads(".notice .button")
	p.sees(".notice.good", p.said("policies.did.undo"))
}
