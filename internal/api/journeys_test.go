package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/journey"
)

// roads keeps one journey; acme has been onboarding for a hundred days.
type roads struct {
	now   journey.Journey
	asked journey.Ask
}

func newRoads() *roads {
	return &roads{now: journey.Journey{ID: "j0", Version: 1, Name: journey.Plain("Road"), Teams: []journey.Team{}, For: "plan = team", Stages: []journey.Stage{
		{Key: "onboarding", Name: journey.Plain("Onboarding"), Exit: "metric mrr > 0", Days: journey.Days{Usual: 20, Late: 40}, Steps: []journey.Step{
			{Name: journey.Plain("Start"), Touchpoints: []journey.Touchpoint{{Name: journey.Plain("Call"), Measures: []journey.Measure{
				{Metric: "nps", Period: "90d"}, {Metric: "csat", Period: "90d"}, {Metric: "wau", Whose: journey.OfStage}, {Metric: "page_views", Whose: journey.OfEveryone},
				{Metric: "ces", By: "touchpoint", Group: "onboarding"}}}}}}},
		{Key: "adopted", Also: []string{"live"}, Name: journey.Plain("Adopted"), Steps: []journey.Step{}},
		{Key: "gone", Name: journey.Plain("Gone"), Ends: true, Steps: []journey.Step{}}}}}
}

func (r *roads) Journeys(context.Context) ([]journey.Journey, error) {
	return []journey.Journey{r.now}, nil
}
func (r *roads) Journey(_ context.Context, id string) (journey.Journey, error) {
	if id != r.now.ID {
		return journey.Journey{}, fault.New(fault.NotFound, "there is no such journey")
	}
	return r.now, nil
}
func (r *roads) JourneyVersions(ctx context.Context, id string) ([]journey.Journey, error) {
	return r.Journeys(ctx)
}
func (r *roads) JourneyAdd(_ context.Context, one journey.Journey) (journey.Journey, error) {
	one.ID, one.Version = "j0", 1
	err := one.Check(journey.Knows{})
	if err == nil {
		r.now = one
	}
	return one, err
}
func (r *roads) JourneyChange(_ context.Context, id string, version int, change func(*journey.Journey) error) (journey.Journey, error) {
	if version != 0 && version != r.now.Version {
		return r.now, fault.New(fault.Conflict, "somebody has changed the journey meanwhile")
	}
	next := r.now
	if err := change(&next); err != nil {
		return next, err
	}
	if err := next.Check(journey.Knows{}); err != nil {
		return next, err
	}
	next.ID, next.Version = id, r.now.Version+1
	r.now = next
	return next, nil
}
func (r *roads) JourneyRemove(context.Context, string) (journey.Journey, error) {
	r.now.Removed = &now
	return r.now, nil
}
func (r *roads) JourneyRestore(context.Context, string) (journey.Journey, error) {
	r.now.Removed = nil
	return r.now, nil
}
func (r *roads) Course(_ context.Context, one *journey.Journey, ask journey.Ask) (*journey.Course, error) {
	r.asked = ask
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	stays := []journey.Stay{{Account: "acme", Stage: "live", From: day(200), Until: day(60)}, {Account: "acme", Stage: "onboarding", From: day(60)},
		{Account: "cord", Stage: "lost", From: day(3)}}
	return one.Course(stays, journey.Inquiry{At: now, Accounts: []string{"acme", "b/c", "cord"}, Met: map[string]map[string]time.Time{"metric mrr > 0": {"acme": day(12)}}}), nil
}

func TestAJourneyTellsWhereAccountsAre(t *testing.T) {
	h := newHouse(t)
	get := func(path string) string { return h.call("GET", path, "kw_read", "").Body.String() }
	got := get("/api/v1/journeys/j0/stages?segment=plan%20%3D%20team")
	for _, want := range []string{`"accounts":3`, `"key":"onboarding","now":1,"on_track":0,"behind":0,"stuck":1,"ready":1,"entered":0,"left":0,"back":1,"usual":{"stays":1,"ended":0,"p50":20,"p75":30,"p90":40,"source":"stated"}`,
		`"without":1`, `"elsewhere":[{"value":"lost","accounts":1}]`, `"regressions":[{"account_id":"acme","from":"adopted","to":"onboarding","at":"`, `"hints":{"adopted":1}`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if h.roads.asked.Segment != "plan = team" || fmt.Sprint(h.roads.asked.Conditions) != "[metric mrr > 0]" {
		t.Errorf("asked %+v", h.roads.asked)
	}
	place := `"account_id":"acme","name":"Acme","journey":"j0","stage":"onboarding","value":"onboarding","since":"` + now.AddDate(0, 0, -60).Format(time.RFC3339)
	for path, want := range map[string]string{
		"/api/v1/journeys/j0/accounts?state=stuck":      place,
		"/api/v1/journeys/j0/accounts?stage=onboarding": `"state":"stuck","back_from":"adopted","hint":{"why":"exit","to":"adopted","since":"` + now.AddDate(0, 0, -12).Format(time.RFC3339),
		"/api/v1/journeys/j0/accounts?stage=adopted":    `"total":0,"places":[]`,
		"/api/v1/journeys/j0/accounts?limit=1":          `"total":2,`,
		"/api/v1/journeys/j0/accounts?cursor=acme":      `"places":[{"account_id":"b/c"`,
		"/api/v1/journeys/j0/accounts?ready=true":       `"total":1`,
		"/api/v1/accounts/acme/journey":                 place,
		"/api/v1/journey-templates":                     `"id":"low_touch"`,
		"/api/v1/journeys/j0/stages?as_of=yesterday":    `"field":"as_of"`,
		"/api/v1/journeys/j0/accounts?stage=none":       `"field":"stage"`,
		"/api/v1/accounts/nobody/journey":               `"status":404`,
		"/api/v1/journeys/none":                         `"status":404`,
	} {
		if got := get(path); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestAJourneyIsAddedChangedAndRemoved(t *testing.T) {
	h := newHouse(t)
	put := func(method, path, body string) (int, string) {
		w := h.call(method, path, "kw_admin", body, "Content-Type: application/json")
		return w.Code, w.Body.String()
	}
	if code, got := put("POST", "/api/v1/journeys", `{"template":"low_touch"}`); code != http.StatusCreated || !strings.Contains(got, `"for":"touch_model = low_touch"`) || h.roads.now.By != "admin key" {
		t.Errorf("%d %s", code, got)
	}
	for body, want := range map[string]int{`{}`: 400, `{"template":"none"}`: 400, `{"journey":{"name":{"en":"x"},"teams":[],"stages":[{"key":"","name":{},"steps":[]}]}}`: 400,
		`{"journey":{"name":{"en":"x"},"teams":[],"stages":[]}}`: 201} {
		if code, got := put("POST", "/api/v1/journeys", body); code != want {
			t.Errorf("%s: %d %s", body, code, got)
		}
	}
	var read map[string]any
	if err := json.Unmarshal(h.call("GET", "/api/v1/journeys/j0", "kw_read", "").Body.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	read["name"] = map[string]string{"ru": "Путь"}
	body, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	if code, got := put("PUT", "/api/v1/journeys/j0", string(body)); code != 200 || !strings.Contains(got, `"version":2`) || h.roads.now.Name.RU != "Путь" {
		t.Errorf("what was read can't be sent back: %d %s", code, got)
	}
	if code, _ := put("PUT", "/api/v1/journeys/j0", string(body)); code != http.StatusConflict {
		t.Errorf("an older version overwrote a newer one: %d", code)
	}
}

func TestNumbersAtTouchpointsAreAskedTogether(t *testing.T) {
	h := newHouse(t)
	got := h.call("GET", "/api/v1/journeys/j0/numbers?stage=onboarding&segment=country%20%3D%20RO", "kw_read", "").Body.String()
	for _, want := range []string{`"measure":{"metric":"nps","period":"90d"},"segment":"(plan = team) and (country = RO)"`,
		`"measure":{"metric":"wau","whose":"stage"},"segment":"(plan = team) and (stage in (\"onboarding\")) and (country = RO)"`,
		`"measure":{"metric":"page_views","whose":"everyone"},"segment":"country = RO"`, `"measure":{"metric":"ces","by":"touchpoint","group":"onboarding"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if fmt.Sprint(h.together) == "[]" || len(h.together) != 3 {
		t.Errorf("asked together: %v", h.together)
	}
	if w := h.call("GET", "/api/v1/journeys/j0/numbers?stage=none", "kw_read", ""); w.Code != 404 {
		t.Errorf("%d", w.Code)
	}
}
