package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/team"
)

// TestADefinitionThatIsGoneLeavesEverybodyElseScored takes the file of a metric away under a scorecard, a target and a
// journey that are for who has it: others are scored as before, and each place says what can't be decided, and why.
func TestADefinitionThatIsGoneLeavesEverybodyElseScored(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, "metrics", "opened.sql")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(ownMetric, "EVENTS", "events", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := open(t, data)
	a.call(t, "POST", "/api/v1/facts/accounts?wait=loaded", `[{"account_id":"acme","plan":"pro","stage":"trial","ts":"2026-01-01"},{"account_id":"bolt","plan":"free","ts":"2026-01-01"}]`, "")
	a.call(t, "POST", "/api/v1/segments", `{"name":"openers","segment":"metric opened >= 0"}`, "")
	card := strings.Replace(strings.Replace(ticketCard, `"id":"support"`, `"id":"pros","segment":"plan = pro"`, 1), `"Support"`, `"For pros"`, 1)
	opening := strings.Replace(strings.Replace(ticketCard, `"id":"support"`, `"id":"opening","priority":9,"segment":"in segment \"openers\""`, 1), `"Support"`, `"For openers"`, 1)
	for _, one := range []string{card, opening} {
		a.call(t, "POST", "/api/v1/scorecards", one, "")
	}
	a.call(t, "POST", "/api/v1/targets", `{"metric":"health","segment":"in segment \"openers\"","value":80,"from":"2026-01-01"}`, "")
	all := team.WithPrincipal(t.Context(), team.Principal{Kind: team.ByLocal, Scope: team.Admin})
	template, _ := journey.TemplateNamed("low_touch")
	template.Journey.For = `in segment "openers"`
	template.Journey.Stages[0].Exit = "metric opened = 3"
	road, err := journeys{a, a.store, a.metrics}.JourneyAdd(all, template.Journey)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, a)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	a = open(t, data)
	defer shut(t, a)
	var sheet health.Sheet
	of := func(id string) string {
		t.Helper()
		sheet = health.Sheet{}
		answer := a.call(t, "GET", "/api/v1/health/"+id, "", "")
		if err := json.Unmarshal([]byte(answer), &sheet); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if code, _ := a.reply("GET", "/api/v1/health/acme", "", ""); code == 200 {
			break
		}
	}
	const who, why = "Whom the scorecard “For openers” is for", `there is no metric \"opened\"`
	if got := of("acme"); sheet.Score == nil || *sheet.Score != 100 || sheet.Scores[0].Scorecard != "pros" || !strings.Contains(got, who) || !strings.Contains(got, why) {
		t.Errorf("who has another scorecard: %s", got)
	}
	if got := of("bolt"); sheet.Score != nil || len(sheet.Scores) != 0 || !strings.Contains(got, who) || !strings.Contains(got, why) {
		t.Errorf("who has no other: %s", got)
	}
	if got := a.call(t, "GET", "/api/v1/health", "", ""); strings.Count(got, who) != 3 {
		t.Errorf("the list: %s", got)
	}
	if got := a.call(t, "GET", "/api/v1/health/acme/benchmark", "", ""); !strings.Contains(got, `"target":null`) || !strings.Contains(got, `"undecided":[{"segment":"in segment \"openers\"","reason":"`) || !strings.Contains(got, why) {
		t.Errorf("the target: %s", got)
	}
	if got := a.call(t, "GET", "/api/v1/journeys/"+road.ID+"/stages", "", ""); !strings.Contains(got, `"accounts":0`) || !strings.Contains(got, `{"condition":"in segment \"openers\"","why":"`) || !strings.Contains(got, `{"condition":"metric opened = 3","why":"`) {
		t.Errorf("the journey: %s", got)
	}
	if got := a.call(t, "POST", "/api/v1/scorecards/opening/backtest", "{}", ""); !strings.Contains(got, `"state":"failed"`) || !strings.Contains(got, why) {
		t.Errorf("a backtest: %s", got)
	}
}
