package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// From facts to a map that says who is stuck, a stage that is changed by keys, an account that is moved, and both taken back.
func TestATeamDrawsItsJourneyAndMovesAnAccount(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0"))
	admin := key(t, data, "admin")
	now := time.Now().UTC()
	day := func(n int) string { return now.AddDate(0, 0, -n).Format(time.RFC3339) }
	s.must(200, "/api/v1/facts/accounts?wait=loaded", admin, "application/json", fmt.Sprintf(`[{"account_id":"nord","name":"Nordwind Logistik","stage":"trial","ts":%q},
		{"account_id":"sud","name":"Șudvest SRL","stage":"trial","ts":%q},{"account_id":"est","name":"Est","stage":"limbo","ts":%[2]q}]`, day(100), day(3)))
	s.must(200, "/api/v1/facts/subscriptions?wait=loaded", admin, "application/json",
		fmt.Sprintf(`[{"account_id":"nord","subscription_id":"n1","status":"active","amount":"20.00","currency":"EUR","interval":"month","ts":%q}]`, day(12)))
	until(t, "the accounts are known", 20*time.Second, func() bool { return strings.Contains(s.get("/api/v1/accounts", admin), `"Est"`) })
	page, heard := browser(t)
	look(t, page, s, chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.url+"/signin"))
	look(t, page, s, chromedp.SendKeys(chromedp.CSS(`input[name="key"]`), admin), press("main form button"), chromedp.WaitVisible(chromedp.CSS(".side")))

	// g j leads there; nothing is drawn yet, so templates are offered.
	look(t, page, s, chromedp.KeyEvent("g"), chromedp.KeyEvent("j"), chromedp.WaitVisible(chromedp.CSS(".offers")))
	do(t, page, press(`.offers .card:nth-child(2) input[name="everyone"]`), press(`.offers .card:nth-child(2) .button.main`))
	until(t, "the map is drawn", 30*time.Second, func() bool {
		there, err := chromedp.Run(page, chromedp.Evaluate[bool](`!!document.querySelector("#course:not([aria-busy]) .course-table")`))
		return err == nil && there
	})
	text := func(selector string) string {
		got, err := chromedp.Run(page, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.textContent ?? ""`, selector)))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, want := range []string{"1 stuck", "1 on track", "limbo", "Conditions put 1 account"} {
		if got := strings.Join(strings.Fields(text("#course")), " "); !strings.Contains(got, want) {
			t.Errorf("where accounts are lacks %q: %s", want, got)
		}
	}
	until(t, "every stage has its numbers", 30*time.Second, func() bool {
		n, err := chromedp.Run(page, chromedp.Evaluate[int](`(() => { const left = document.querySelectorAll(".steps[aria-busy], .away"); left[0]?.scrollIntoView({block: "center", inline: "center"}); return left.length; })()`))
		return err == nil && n == 0
	})
	where, err := chromedp.Run(page, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	base := strings.Split(where, "?")[0]

	// The one that is stuck meets the exit of its stage: it is moved on, and that is undone.
	look(t, page, s, chromedp.Navigate(base+"/accounts?stage=trial&state=stuck"))
	if got := text("#list"); !strings.Contains(got, "meets the exit of Trial for 12 days") && !strings.Contains(got, "meets the exit of Trial for 11 days") {
		t.Errorf("the account that is stuck: %s", got)
	}
	look(t, page, s, press(`[data-row] input`), chromedp.WaitVisible(chromedp.CSS(".bulk")), press(".bulk .button"), chromedp.WaitVisible(chromedp.CSS("[data-toast] button")))
	if got := s.get("/api/v1/accounts/nord/journey", admin); !strings.Contains(got, `"stage":"onboarding"`) {
		t.Errorf("moved: %s", got)
	}
	look(t, page, s, press("[data-toast] button"))
	until(t, "it is back", 20*time.Second, func() bool {
		return strings.Contains(s.get("/api/v1/accounts/nord/journey", admin), `"stage":"trial"`)
	})

	// Its own page says where it is.
	look(t, page, s, chromedp.Navigate(s.url+"/accounts/nord"), chromedp.WaitVisible(chromedp.CSS("#journey-place .is")))
	if got := text("#journey-place"); !strings.Contains(got, "Trial") || !strings.Contains(got, "Next touchpoint") {
		t.Errorf("its place: %s", got)
	}

	// Editing by keys alone: the first stage is called otherwise, then that is taken back.
	look(t, page, s, chromedp.Navigate(base+"?edit=1&at=0"), chromedp.WaitVisible(chromedp.CSS("#form")))
	focused, err := chromedp.Run(page, chromedp.Evaluate[string](`document.activeElement.name`))
	if err != nil || focused != "name" {
		t.Errorf("the form opens with %q focused (%v)", focused, err)
	}
	look(t, page, s, chromedp.KeyEvent("a", chromedp.KeyModifiers(2)), chromedp.KeyEvent("Awareness"), chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("[data-toast] button")))
	if got := text("#at-0 h3"); got != "Awareness" {
		t.Errorf("the stage is called %q", got)
	}
	look(t, page, s, press("[data-toast] button"))
	until(t, "the stage has its name back", 20*time.Second, func() bool { return text("#at-0 h3") == "Discovery" })
	heard.check(t, s)
	s.stop()
}
