package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

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
	var bolt health.Sheet
	if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/health/bolt", "", "")), &bolt); err != nil || *bolt.Score != 100 {
		t.Errorf("another account is %+v, %v", bolt, err)
	}
}
