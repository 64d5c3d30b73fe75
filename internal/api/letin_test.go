package api

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/team"
)

// bodies are what routes with a body are sent, so that a key of the right scope succeeds.
var bodies = map[string]string{
	"POST /api/v1/keys":                            `{"name":"x","scope":"read"}`,
	"PATCH /api/v1/quarantine/{id}":                `{"body":{"b":2}}`,
	"POST /api/v1/segments":                        `{"name":"x","segment":"plan = pro"}`,
	"PUT /api/v1/segments/{segment}":               `{"segment":"plan = pro"}`,
	"POST /api/v1/segments/preview":                `{"segment":"plan = pro"}`,
	"PUT /api/v1/policies/{policy}":                `{"value":"60"}`,
	"PUT /api/v1/metrics/{metric}/definition":      `/* */`,
	"POST /api/v1/dashboards":                      `{"name":"Monday"}`,
	"PUT /api/v1/dashboards/{dashboard}":           `{"name":"Monday"}`,
	"POST /api/v1/targets":                         `{"metric":"nps","value":40,"from":"2026-01-01","due":"2026-12-31"}`,
	"POST /api/v1/scorecards":                      `{"id":"use","label":{"en":"x","es":"","ro":"","ru":""},"groups":[{"id":"g","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"measures":[{"id":"m","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"read":{"metric":"mau"},"scale":{"points":[[0,0],[9,100]]}}]}]}`,
	"PUT /api/v1/scorecards/{scorecard}":           `{"id":"use","label":{"en":"x","es":"","ro":"","ru":""},"groups":[{"id":"g","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"measures":[{"id":"m","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"read":{"metric":"mau"},"scale":{"points":[[0,0],[9,100]]}}]}]}`,
	"POST /api/v1/scorecards/{scorecard}/backtest": `{}`,
	"POST /api/v1/scorecards/preview":              `{"id":"use","label":{"en":"x","es":"","ro":"","ru":""},"groups":[{"id":"g","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"measures":[{"id":"m","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"read":{"metric":"mau"},"scale":{"points":[[0,0],[9,100]]}}]}]}`,
	"POST /api/v1/health/{id}/judgements":          `{"scorecard":"use","measure":"seen","value":3,"reason":"so","until":"` + now.AddDate(0, 1, 0).Format("2006-01-02") + `T00:00:00Z"}`,
	"POST /api/v1/journeys":                        `{"template":"low_touch"}`,
	"PUT /api/v1/journeys/{journey}":               `{"name":{"en":"x"},"teams":[],"stages":[]}`,
	"PATCH /api/v1/workspace":                      `{"name":"Acme"}`,
	"POST /api/v1/users":                           `{"email":"dan@example.com","name":"Dan","role":"viewer"}`,
	"PATCH /api/v1/users/{user}":                   `{"role":"manager"}`,
	"POST /api/v1/accounts/changes":                `{"accounts":["acme"],"tag":"vip"}`,
	"PUT /api/v1/notes/{note}":                     `{"text":"x"}`,
	"PUT /api/v1/mentions/{note}":                  `{"user":"ana","seen":true}`,
	"POST /api/v1/accounts/{id}/files":             `x`,
	"PUT /api/v1/health-cases/{case}":              `{"state":"looked_at"}`,
}

// queries are what routes must be asked with.
var queries = map[string]string{"POST /api/v1/accounts/{id}/files": "?name=a.pdf", "GET /api/v1/health/{id}/change": "?from=2026-01-01", "GET /api/v1/people": "?user_id=ana", "GET /api/v1/mentions": "?user=ana", "GET /api/v1/journeys/{journey}/numbers": "?stage=onboarding"}

// doors is what each route needs, stated once more: the narrowest scope of a key that opens it. Admin opens all.
var doors = map[string]team.Scope{
	"GET /api/v1/metrics": team.Read, "GET /api/v1/metrics/{id}": team.Read, "GET /api/v1/metrics/{id}/facts": team.Read, "GET /api/v1/metrics/{id}/why": team.Read,
	"GET /api/v1/metrics/{id}/restatements": team.Read, "GET /api/v1/metrics/{id}/bridge": team.Read, "GET /api/v1/restatements": team.Read, "GET /api/v1/guide": team.Read, "GET /api/v1/overview": team.Read,
	"GET /api/v1/policies": team.Read, "PUT /api/v1/policies/{policy}": team.Admin, "DELETE /api/v1/policies/{policy}": team.Admin,
	"GET /api/v1/presets": team.Read, "POST /api/v1/presets/{preset}/apply": team.Admin,
	"GET /api/v1/metrics/{metric}/definition": team.Read, "PUT /api/v1/metrics/{metric}/definition": team.Admin, "DELETE /api/v1/metrics/{metric}/definition": team.Admin,
	"POST /api/v1/facts/{kind}": team.Ingest, "GET /api/v1/facts/{kind}": team.Read,
	"GET /api/v1/accounts": team.Read, "GET /api/v1/accounts/{id}": team.Read, "GET /api/v1/accounts/{id}/timeline": team.Read, "GET /api/v1/contacts": team.Read, "GET /api/v1/contacts/{id}": team.Read,
	"GET /api/v1/people": team.Read, "GET /api/v1/accounts/{id}/members": team.Read, "GET /api/v1/accounts/{id}/tree": team.Read,
	"GET /api/v1/forecasts/risk": team.Read, "GET /api/v1/forecasts/risk/{id}": team.Read, "GET /api/v1/forecasts/lifetime": team.Read, "GET /api/v1/forecasts/relevance": team.Read,
	"GET /api/v1/forecasts/model": team.Read, "POST /api/v1/forecasts/model": team.Admin,
	"GET /api/v1/status": team.Read, "GET /api/v1/feeds": team.Read,
	"GET /api/v1/quarantine": team.Read, "GET /api/v1/quarantine/{id}": team.Read, "PATCH /api/v1/quarantine/{id}": team.Admin,
	"POST /api/v1/quarantine/{id}/replay": team.Admin, "POST /api/v1/quarantine/{id}/discard": team.Admin,
	"POST /api/v1/keys": team.Admin, "GET /api/v1/keys": team.Admin, "DELETE /api/v1/keys/{key}": team.Admin,
	"GET /api/v1/users": team.Admin, "GET /api/v1/users/{user}": team.Admin, "POST /api/v1/users": team.Admin, "PATCH /api/v1/users/{user}": team.Admin,
	"POST /api/v1/users/{user}/reset": team.Admin, "GET /api/v1/audit": team.Admin,
	"GET /api/v1/metrics/{id}/versus": team.Read,
	"GET /api/v1/feedback":            team.Read,
	"POST /api/v1/accounts/changes":   team.Admin, "DELETE /api/v1/accounts/{id}/tags/{tag}": team.Admin, "GET /api/v1/accounts/{id}/notes": team.Read, "PUT /api/v1/notes/{note}": team.Admin,
	"GET /api/v1/mentions": team.Read, "PUT /api/v1/mentions/{note}": team.Admin,
	"DELETE /api/v1/notes/{note}": team.Admin, "GET /api/v1/accounts/{id}/files": team.Read, "POST /api/v1/accounts/{id}/files": team.Admin, "GET /api/v1/accounts/{id}/files/{file}": team.Read,
	"DELETE /api/v1/accounts/{id}/files/{file}": team.Admin, "POST /api/v1/undo/{undo}": team.Admin,
	"GET /api/v1/journeys": team.Read, "POST /api/v1/journeys": team.Admin, "GET /api/v1/journey-templates": team.Read, "GET /api/v1/accounts/{id}/journey": team.Read,
	"GET /api/v1/journeys/{journey}": team.Read, "PUT /api/v1/journeys/{journey}": team.Admin, "DELETE /api/v1/journeys/{journey}": team.Admin, "POST /api/v1/journeys/{journey}/restore": team.Admin,
	"GET /api/v1/journeys/{journey}/versions": team.Read, "GET /api/v1/journeys/{journey}/stages": team.Read, "GET /api/v1/journeys/{journey}/accounts": team.Read, "GET /api/v1/journeys/{journey}/numbers": team.Read,
	"GET /api/v1/workspace": team.Admin, "PATCH /api/v1/workspace": team.Admin, "GET /api/v1/sample": team.Read, "POST /api/v1/sample": team.Admin, "DELETE /api/v1/sample": team.Admin,
	"GET /api/v1/segments": team.Read, "POST /api/v1/segments": team.Admin, "GET /api/v1/segments/{segment}": team.Read, "PUT /api/v1/segments/{segment}": team.Admin,
	"DELETE /api/v1/segments/{segment}": team.Admin, "POST /api/v1/segments/{segment}/restore": team.Admin, "GET /api/v1/segments/{segment}/versions": team.Read,
	"GET /api/v1/segments/{segment}/members": team.Read, "GET /api/v1/segments/{segment}/history": team.Read, "POST /api/v1/segments/preview": team.Read,
	"GET /api/v1/dashboards": team.Read, "GET /api/v1/dashboards/{dashboard}": team.Read, "POST /api/v1/dashboards": team.Admin, "PUT /api/v1/dashboards/{dashboard}": team.Admin,
	"DELETE /api/v1/dashboards/{dashboard}": team.Admin, "GET /api/v1/targets": team.Read, "POST /api/v1/targets": team.Admin, "DELETE /api/v1/targets/{target}": team.Admin,
	"GET /api/v1/scorecards": team.Read, "GET /api/v1/scorecards/{scorecard}": team.Read, "POST /api/v1/scorecards": team.Admin, "PUT /api/v1/scorecards/{scorecard}": team.Admin,
	"DELETE /api/v1/scorecards/{scorecard}": team.Admin, "POST /api/v1/scorecards/preview": team.Read,
	"POST /api/v1/scorecards/{scorecard}/backtest": team.Read, "GET /api/v1/scorecards/{scorecard}/backtests": team.Read, "GET /api/v1/backtests/{backtest}": team.Read, "DELETE /api/v1/backtests/{backtest}": team.Read,
	"GET /api/v1/health": team.Read, "GET /api/v1/health/{id}": team.Read, "GET /api/v1/health/{id}/benchmark": team.Read, "GET /api/v1/health/{id}/history": team.Read, "GET /api/v1/health/{id}/change": team.Read,
	"POST /api/v1/health/{id}/judgements": team.Admin, "GET /api/v1/health-movements": team.Read, "GET /api/v1/health-judgements": team.Read,
	"GET /api/v1/health-cases": team.Read, "GET /api/v1/health-cases/{case}": team.Read, "PUT /api/v1/health-cases/{case}": team.Admin,
	"GET /api/v1/scorecards/{scorecard}/differences": team.Read, "POST /api/v1/scorecards/{scorecard}/restore": team.Admin,
	"POST /api/v1/admin/backup": team.Admin, "POST /api/v1/admin/check": team.Admin,
}

func TestEveryRouteLetsInOnlyWhomTheTableSays(t *testing.T) {
	h := newHouse(t)
	for route := range doors {
		if !slices.Contains(h.routes, route) {
			t.Errorf("%s is in the table and nowhere else", route)
		}
	}
	token, _, err := team.NewToken(rand.Reader) // as sessions, reset links and set-up links have
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range h.routes {
		t.Run(route, func(t *testing.T) {
			need, ok := doors[route]
			if !ok {
				t.Fatal("it is not in the table: say what it needs")
			}
			method, path, _ := strings.Cut(route, " ")
			item := h.huma.OpenAPI().Paths[path]
			raw, err := json.Marshal(map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[method])
			if err != nil || !strings.Contains(string(raw), "Needs a key with scope "+string(need)+".") {
				t.Errorf("the description names another scope: %s", raw)
			}
			path = strings.NewReplacer("accounts/{id}", "accounts/acme", "health/{id}", "health/acme", "{scorecard}", "use", "{backtest}", "b0", "contacts/{id}", "contacts/ana", "{kind}", "events", "{id}", "aa", "{key}", "web", "{user}", "ana", "{segment}", "aa", "{policy}", "inactive_days", "{preset}", "keepwell", "{metric}", "nps", "{dashboard}", "d0", "{target}", "t0", "{journey}", "j0", "{case}", "c1", "{note}", "n", "{tag}", "vip", "{file}", "f", "{undo}", "u").Replace(path) + queries[route]
			for _, key := range []string{"", "wrong", "kw_unknown", "kw_gone", "kw_loca", "kw_locall", token, "kw_" + token, strings.Repeat("kw_", 5000)} {
				w := h.call(method, path, key, bodies[route])
				wantStatus(t, w, http.StatusUnauthorized)
				if problemIn(t, w); !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") {
					t.Error("no WWW-Authenticate")
				}
			}
			wantStatus(t, h.call(method, path, "", bodies[route], "Cookie: keepwell_session="+token), http.StatusUnauthorized)
			for _, key := range append([]team.Scope{"local"}, team.Scopes...) {
				h.trail, h.roads = nil, newRoads()
				h.Journeys = h.roads
				h.board.dashboards, h.board.targets = []board.Dashboard{{ID: "d0"}}, board.Targets{{ID: "t0"}}
				code := h.call(method, path, "kw_"+string(key), bodies[route], "Content-Type: application/json", "X-Forwarded-For: 198.51.100.1").Code
				if allowed := key == need || key == team.Admin || key == "local"; allowed && code/100 != 2 || !allowed && code != http.StatusForbidden {
					t.Errorf("a key with scope %s gets %d", key, code)
				}
				changes := method != http.MethodGet && need != team.Ingest && need != team.Read && code/100 == 2
				if changes != (len(h.trail) == 1) {
					t.Errorf("written down: %+v", h.trail)
				}
				for _, c := range h.trail {
					if c.From != "192.0.2.1" || c.Action == "" || c.Who.May(team.Admin) == false || (c.Door == team.DoorCommand) != (key == "local") {
						t.Errorf("written down: %+v", c)
					}
				}
			}
		})
	}
}

func TestWithoutALocalTokenNoEmptyKeyOpens(t *testing.T) {
	h := newHouse(t)
	h.LocalToken = ""
	for _, head := range []string{"Authorization: Bearer ", "Authorization: Bearer", "Authorization: ", "Authorization: Basic a3c6"} {
		wantStatus(t, h.call("GET", "/api/v1/keys", "", "", head), http.StatusUnauthorized)
	}
}

func TestHealthAndTheDescriptionNeedNoKey(t *testing.T) {
	h := newHouse(t)
	wantStatus(t, h.call("GET", "/healthz", "", ""), http.StatusOK)
	w := h.call("GET", "/openapi.json", "", "")
	wantStatus(t, w, http.StatusOK)
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Paths) < 10 {
		t.Errorf("%v %s %d paths", err, doc.OpenAPI, len(doc.Paths))
	}
	h.trouble = []string{"loading has stopped", "the disk is full"}
	w = h.call("GET", "/healthz", "", "")
	wantStatus(t, w, http.StatusServiceUnavailable)
	if d := problemIn(t, w); d.Detail != "loading has stopped; the disk is full" || w.Header().Get("Retry-After") == "" {
		t.Errorf("%+v", d)
	}
}
