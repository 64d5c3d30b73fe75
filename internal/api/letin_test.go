package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/team"
)

// bodies are what routes with a body are sent, so that a key of the right scope succeeds.
var bodies = map[string]string{
	"POST /api/v1/keys":                       `{"name":"x","scope":"read"}`,
	"PATCH /api/v1/quarantine/{id}":           `{"body":{"b":2}}`,
	"PUT /api/v1/policies/{policy}":           `{"value":"60"}`,
	"PUT /api/v1/metrics/{metric}/definition": `/* */`,
	"POST /api/v1/dashboards":                 `{"name":"Monday"}`,
	"PUT /api/v1/dashboards/{dashboard}":      `{"name":"Monday"}`,
	"POST /api/v1/targets":                    `{"metric":"nps","value":40,"from":"2026-01-01"}`,
}

// queries are what routes must be asked with.
var queries = map[string]string{"GET /api/v1/people": "?user_id=ana"}

func TestEveryRouteLetsInOnlyKeysOfItsScope(t *testing.T) {
	h := newHouse(t)
	if len(h.routes) < 14 {
		t.Fatalf("only %d routes", len(h.routes))
	}
	needs := map[string]team.Scope{}
	for path, item := range h.huma.OpenAPI().Paths {
		for method, op := range map[string]any{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			raw, _ := json.Marshal(op)
			for _, s := range team.Scopes {
				if strings.Contains(string(raw), "Needs a key with scope "+string(s)) {
					needs[method+" "+path] = s
				}
			}
		}
	}
	for _, route := range h.routes {
		t.Run(route, func(t *testing.T) {
			need, ok := needs[route]
			if !ok {
				t.Fatal("the description names no scope")
			}
			method, path, _ := strings.Cut(route, " ")
			path = strings.NewReplacer("{kind}", "events", "{id}", "aa", "{key}", "web", "{policy}", "inactive_days", "{preset}", "keepwell", "{metric}", "nps", "{dashboard}", "d0", "{target}", "t0").Replace(path) + queries[route]
			try := func(key string) int {
				h.board.dashboards, h.board.targets = []board.Dashboard{{ID: "d0"}}, board.Targets{{ID: "t0"}}
				return h.call(method, path, key, bodies[route], "Content-Type: application/json").Code
			}
			for _, key := range []string{"", "wrong", "kw_unknown", "kw_gone", "kw_loca", "kw_locall", strings.Repeat("kw_", 5000)} {
				w := h.call(method, path, key, bodies[route])
				wantStatus(t, w, http.StatusUnauthorized)
				if problemIn(t, w); !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") {
					t.Error("no WWW-Authenticate")
				}
			}
			for _, s := range team.Scopes {
				code := try("kw_" + string(s))
				if allowed := s == need || s == team.Admin; allowed && code/100 != 2 || !allowed && code != http.StatusForbidden {
					t.Errorf("a key with scope %s gets %d", s, code)
				}
			}
			if code := try("kw_local"); code/100 != 2 {
				t.Errorf("the local token gets %d", code)
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
