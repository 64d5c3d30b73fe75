package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

const ticketCard = `{"id":"support","label":{"en":"Support","es":"","ro":"","ru":""},"groups":[{"id":"all","label":{"en":"All","es":"","ro":"","ru":""},"weight":100,"measures":[
	{"id":"open","label":{"en":"Tickets open","es":"","ro":"Tichete deschise","ru":""},"weight":100,"read":{"metric":"backlog"},"scale":{"points":[[0,100],[4,0]]}}]}]}`

// TestAFactThatMattersChangesTheScoreWithinSeconds follows a score from nothing: a scorecard is put in force, a ticket
// comes, the score and its reason follow, and both scores stay known.
func TestAFactThatMattersChangesTheScoreWithinSeconds(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","name":"Acme","ts":"2026-01-01"},{"account_id":"bolt","name":"Bolt","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/scorecards", ticketCard, "")
	score := func(want float64, reason string) {
		t.Helper()
		var sheet health.Sheet
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			list := a.call(t, "GET", "/api/v1/health?sort=account", "", "")
			if !strings.Contains(list, `"acme"`) {
				continue // not read yet
			}
			if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/health/acme", "", "")), &sheet); err != nil {
				t.Fatal(err)
			}
			if sheet.Score != nil && *sheet.Score == want && len(sheet.Scores[0].Reasons) > 0 && sheet.Scores[0].Reasons[0].Text == reason {
				return
			}
		}
		t.Fatalf("the score is %+v, want %v because %q", sheet, want, reason)
	}
	score(100, "Tickets open: 0")
	now := time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	a.call(t, "POST", "/api/v1/facts/tickets?wait=loaded", fmt.Sprintf(`[{"account_id":"acme","ticket_id":"1","status":"open","ts":%q},{"account_id":"acme","ticket_id":"2","status":"open","ts":%[1]q}]`, now), "")
	loaded := time.Now()
	score(50, "Tickets open: 2")
	t.Logf("the score followed %s after the fact was loaded; the goal is 2 s", time.Since(loaded).Round(10*time.Millisecond))
	if err := a.WaitLoaded(context.Background()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		history := a.call(t, "GET", "/api/v1/health/acme/history", "", "")
		if strings.Contains(history, `"score":100`) && strings.Contains(history, `"score":50`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("what was told is %s", history)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // and the list of accounts says it too
		list := a.call(t, "GET", "/api/v1/accounts?columns=name,health&sort=health", "", "")
		if strings.Contains(list, `{"account_id":"acme","name":"Acme","health":50,"health_band":"average"},{"account_id":"bolt","name":"Bolt","health":100,"health_band":"good"}`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("by health the accounts are %s", list)
		}
	}
	var bolt health.Sheet
	if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/health/bolt", "", "")), &bolt); err != nil || *bolt.Score != 100 {
		t.Errorf("another account is %+v, %v", bolt, err)
	}
}

// Targets for segments hold an account's health to what its like is to reach, and those that left stand last in the book.
func TestHealthIsHeldToTheTargetOfTheSmallestSegmentAndWhoLeftStandsLast(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","plan":"pro","country":"RO","ts":"2026-01-01"},{"account_id":"bolt","plan":"pro","ts":"2026-01-01"},{"account_id":"cart","plan":"free","ts":"2026-01-01"},{"account_id":"gone","plan":"free","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/facts/subscriptions?wait=loaded", `[{"account_id":"gone","subscription_id":"s","status":"trialing","ts":"2026-01-01"},{"account_id":"gone","subscription_id":"s","status":"canceled","ts":"2026-01-15"}]`, "")
	now := time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	a.call(t, "POST", "/api/v1/facts/tickets?wait=loaded", fmt.Sprintf(`[{"account_id":"gone","ticket_id":"1","status":"open","ts":%q},{"account_id":"gone","ticket_id":"2","status":"open","ts":%[1]q},{"account_id":"bolt","ticket_id":"3","status":"open","ts":%[1]q}]`, now), "")
	a.call(t, "POST", "/api/v1/scorecards", ticketCard, "")
	var list struct {
		Total    int
		Bands    map[string]int
		Accounts []health.Sheet
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/health", "", "")), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Accounts) == 4 && list.Accounts[0].Account == "bolt" && list.Accounts[3].Account == "gone" && list.Accounts[3].Score != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", list)
		}
	}
	if list.Bands["left"] != 1 || list.Bands["poor"] != 0 {
		t.Errorf("%v", list.Bands)
	}
	if got := a.call(t, "GET", "/api/v1/health?band=left", "", ""); !strings.Contains(got, `"gone"`) || strings.Contains(got, `"bolt"`) {
		t.Errorf("%s", got)
	}
	target := func(id, want string) {
		t.Helper()
		if got := a.call(t, "GET", "/api/v1/health/"+id+"/benchmark", "", ""); !strings.Contains(got, `"target":`+want) {
			t.Errorf("%s is held to %s, want %s", id, got, want)
		}
	}
	target("acme", "null")
	for _, body := range []string{`{"metric":"health","value":60,"from":"2026-01-01"}`, `{"metric":"health","segment":"plan = pro","value":80,"from":"2026-01-01"}`,
		`{"metric":"health","segment":"plan = pro and country = RO","value":101,"from":"2026-01-01"}`, `{"metric":"health","segment":"plan = free","value":10,"from":"2999-01-01"}`} {
		a.call(t, "POST", "/api/v1/targets", body, "")
	}
	target("acme", `{"value":101,"segment":"plan = pro and country = RO","reached":false}`)
	target("bolt", `{"value":80,"segment":"plan = pro","reached":false}`)
	target("cart", `{"value":60,"reached":true}`)
}

const eventCard = `{"id":"use","label":{"en":"Use"},"groups":[{"id":"all","label":{"en":"All"},"weight":100,"measures":[
	{"id":"times","label":{"en":"Times"},"weight":100,"read":{"event":"*","window":"1 day"},"scale":{"points":[[0,0],[100,100]]}}]}]}`

// TestAScoreAtMidnightLooksBackOverTheDaysWhenClocksChange scores one point for each event of the last day, in New York on
// and around 8 March 2026, which has 23 hours, and 1 November, which has 25.
func TestAScoreAtMidnightLooksBackOverTheDaysWhenClocksChange(t *testing.T) {
	s := settings(t, t.TempDir())
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = zone
	a, err := Open(context.Background(), s, Options{Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, a)
	var events []string
	for i, at := range []string{
		"2026-03-07T23:59:59-05:00", "2026-03-08T00:00:00-05:00", "2026-03-08T01:59:59-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T23:59:59-04:00", "2026-03-09T00:00:00-04:00",
		"2026-10-31T23:59:59-04:00", "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "2026-11-01T23:59:59-05:00", "2026-11-02T00:00:00-05:00",
	} {
		events = append(events, fmt.Sprintf(`{"account_id":"acme","user_id":"u","name":"opened","id":"e%d","ts":%q}`, i, at))
	}
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", "["+strings.Join(events, ",")+"]", "")
	a.call(t, "POST", "/api/v1/scorecards", eventCard, "")
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(a.call(t, "GET", "/api/v1/health", "", ""), `"scorecard":"use"`); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the account has no score")
		}
	}
	for day, want := range map[string]float64{"2026-03-08": 1, "2026-03-09": 4, "2026-03-10": 1, "2026-11-01": 1, "2026-11-02": 4, "2026-11-03": 1} {
		var sheet health.Sheet
		if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/health/acme?at="+day, "", "")), &sheet); err != nil || sheet.Score == nil || *sheet.Score != want {
			t.Errorf("at midnight of %s: %+v, %v; want %g", day, sheet.Score, err, want)
		}
	}
	for first, want := range map[string]string{"2026-03-03": "2026-03-09T04:00:00Z", "2026-10-27": "2026-11-02T05:00:00Z"} { // the Mondays after
		var history struct {
			Points []struct {
				At, Aspect string
				Score      *float64
			}
		}
		from, _ := time.Parse(time.DateOnly, first)
		got := a.call(t, "GET", "/api/v1/health/acme/history?recomputed=true&from="+first+"&to="+from.AddDate(0, 0, 7).Format(time.DateOnly), "", "")
		if err := json.Unmarshal([]byte(got), &history); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range history.Points {
			found = found || p.At == want && p.Aspect == "health" && p.Score != nil && *p.Score == 4
		}
		if !found {
			t.Errorf("the Monday after %s: %s", first, got)
		}
	}
}

// TestAScorecardIsHeldToWhatItRestsOnAsItIsWhenItIsKept keeps one that could be used when an edge looked at it.
func TestAScorecardIsHeldToWhatItRestsOnAsItIsWhenItIsKept(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	s := scoring{a.pulse, a.store, a.metrics}
	var card health.Scorecard
	if err := json.Unmarshal([]byte(eventCard), &card); err != nil {
		t.Fatal(err)
	}
	card.Segment = "@gone"
	if _, err := s.ScorecardPut(context.Background(), card, 0, time.Now()); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "segment") {
		t.Errorf("a scorecard for a segment that was taken away meanwhile: %v", err)
	}
	card.Segment = ""
	if kept, err := s.ScorecardPut(context.Background(), card, 0, time.Now()); err != nil || kept.Version != 1 {
		t.Errorf("%+v, %v", kept, err)
	}
}

// TestAMeasureThatCannotBeReadIsNamedWithTheReason scores by amounts in two currencies, of which none is chosen to show them in.
func TestAMeasureThatCannotBeReadIsNamedWithTheReason(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/subscriptions?wait=loaded", `[{"account_id":"acme","subscription_id":"a","status":"active","amount":"100","currency":"EUR","interval":"month","ts":"2026-01-01"},
		{"account_id":"bolt","subscription_id":"b","status":"active","amount":"100","currency":"USD","interval":"month","ts":"2026-01-01"}]`, "")
	card := strings.Replace(ticketCard, `"weight":100,"read":{"metric":"backlog"}`, `"weight":50,"read":{"metric":"backlog"}`, 1)
	card = strings.Replace(card, `"scale":{"points":[[0,100],[4,0]]}}`, `"scale":{"points":[[0,100],[4,0]]}},{"id":"worth","label":{"en":"Worth","ro":"Valoare"},"weight":50,"read":{"metric":"mrr"},"scale":{"points":[[0,0],[90,100]]}}`, 1)
	if got := a.call(t, "POST", "/api/v1/scorecards/preview", card, ""); !strings.Contains(got, `"kind":"unread"`) || !strings.Contains(got, `"measure":"worth","reason":"amounts are in several currencies (EUR, USD)`) {
		t.Errorf("the preview says %s", got)
	}
	a.call(t, "POST", "/api/v1/scorecards", card, "")
	r := httptest.NewRequest("GET", "/api/v1/health/acme", nil)
	r.Header.Set("Authorization", "Bearer "+a.Token())
	r.Header.Set("Accept-Language", "ro")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if got := w.Body.String(); strings.Contains(got, `"score":100`) && strings.Contains(got, `"problem":"sumele sunt în mai multe monede`) {
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("in Romanian: %s", got)
		}
	}
}
