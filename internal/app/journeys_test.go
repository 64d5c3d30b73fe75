package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/team"
)

// From facts to who is late and who should be elsewhere; a move by the team is a fact, and shows at once.
func TestAccountsAreWhereFactsAndTheTeamPutThem(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, -n).Format(time.RFC3339) }
	send := func(kind, rows string) { a.call(t, "POST", "/api/v1/facts/"+kind+"?wait=loaded", rows, "") }
	send("accounts", `[{"account_id":"acme","csm":"Ana","stage":"trial","ts":"`+day(100)+`"},{"account_id":"bolt","csm":"Bob","stage":"Trial","ts":"`+day(3)+`"},
		{"account_id":"cart","csm":"Bob","stage":"adopted","ts":"`+day(90)+`"},{"account_id":"cart","stage":"onboarding","ts":"`+day(30)+`"},{"account_id":"dune","ts":"`+day(30)+`","plan":"team"}]`)
	send("subscriptions", `[{"subscription_id":"s1","account_id":"acme","status":"active","amount":"120.00","currency":"EUR","interval":"month","ts":"`+day(12)+`"}]`)
	own := journeys{a, a.store, a.metrics}
	all := team.WithPrincipal(t.Context(), team.Principal{Kind: team.ByLocal, Scope: team.Admin})
	tpl, _ := journey.TemplateNamed("low_touch")
	tpl.Journey.For = ""
	j, err := own.JourneyAdd(all, tpl.Journey)
	if err != nil {
		t.Fatal(err)
	}
	course := func(ctx context.Context, ask journey.Ask) *journey.Course {
		t.Helper()
		c, err := own.Course(ctx, &j, ask)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := course(all, journey.Ask{Conditions: j.Conditions(false)})
	for end := time.Now().Add(30 * time.Second); c.Accounts < 4 && time.Now().Before(end); c = course(all, journey.Ask{Conditions: j.Conditions(false)}) {
		time.Sleep(100 * time.Millisecond) // lists may be two seconds behind
	}
	if c.Accounts < 4 {
		t.Fatalf("only %d accounts are there", c.Accounts)
	}
	acme := c.Place("acme")
	if c.Accounts != 4 || acme.State != journey.Stuck || acme.Hint == nil || acme.Hint.To != j.StageOf("onboarding") || acme.Hint.Since.IsZero() || len(c.Unread) > 0 {
		t.Errorf("%d accounts, acme %+v, unread %v", c.Accounts, acme, c.Unread)
	}
	if p := c.Place("bolt"); p.State != journey.OnTrack || p.Stage != j.StageOf("trial") {
		t.Errorf("bolt: %+v", p)
	}
	if p := c.Place("cart"); p.Back != j.StageOf("adopted") || len(c.Regressions) != 1 {
		t.Errorf("cart: %+v", p)
	}
	if c := course(all, journey.Ask{Segment: "csm = Bob"}); c.Accounts != 2 || c.Place("acme") != nil {
		t.Errorf("a segment has %d accounts", c.Accounts)
	}
	mine := team.WithPrincipal(t.Context(), team.Principal{Kind: team.ByUser, Role: team.RoleCSM, Book: []string{"Ana"}})
	if c := course(mine, journey.Ask{}); c.Accounts != 1 || c.Place("acme") == nil {
		t.Errorf("an own book shows %d accounts", c.Accounts)
	}
	if _, _, _, err := a.api.PlaceOf(mine, "bolt"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an own book tells where others are: %v", err)
	}
	before := time.Now()
	undo, n, err := customers{a, a.store}.Apply(all, account.Edit{Accounts: []string{"acme"}, Trait: "stage", Value: "onboarding"}, "ana")
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if p := course(all, journey.Ask{}).Place("acme"); p.Stage != j.StageOf("onboarding") || p.State != journey.OnTrack {
		t.Errorf("moved: %+v", p)
	}
	if p := course(all, journey.Ask{AsOf: before}).Place("acme"); p.Stage != j.StageOf("trial") {
		t.Errorf("as of before the move: %+v", p)
	}
	if err := (customers{a, a.store}).Undo(all, undo, "ana"); err != nil {
		t.Fatal(err)
	}
	if p := course(all, journey.Ask{}).Place("acme"); p.Stage != j.StageOf("trial") || p.Days > 1 {
		t.Errorf("taken back: %+v", p)
	}
	if got := a.call(t, "GET", "/api/v1/journeys/"+j.ID+"/numbers?stage=trial", "", ""); !strings.Contains(got, `"metric":"trial_conversion_rate"`) || strings.Contains(got, `"problem"`) {
		t.Errorf("numbers: %s", got)
	}
	bad := j
	bad.Stages = append([]journey.Stage{}, j.Stages...)
	bad.Stages[0].Entry = `in segment "nowhere"`
	if err := own.CheckJourney(all, &bad); err == nil || !strings.Contains(fault.Problem(err).Errors[0].Name, "stages.0.entry") {
		t.Errorf("a condition that names nothing is kept: %v", err)
	}
}
