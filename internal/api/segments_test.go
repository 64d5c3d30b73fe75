package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestASegmentIsSavedChangedAndAskedForItsMembers(t *testing.T) {
	h := newHouse(t)
	json := "Content-Type: application/json"
	says := func(method, path, key, body string, status int, want ...string) {
		t.Helper()
		w := h.call(method, "/api/v1/segments"+path, key, body, json)
		wantStatus(t, w, status)
		for _, text := range want {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s %s: %s, want %s", method, path, w.Body, text)
			}
		}
	}
	says("POST", "", "kw_admin", `{"name":"Pros","segment":"plan=pro","why":"a test"}`, http.StatusCreated,
		`"version":1`, `"segment":"plan = \"pro\""`, `"tree":{"op":"=","about":"trait","name":"plan","values":["pro"]}`, `"by":"admin key"`, `"why":"a test"`, `"at":"2026-03-01T12:00:00Z"`)
	says("GET", "/Pros", "kw_read", "", http.StatusOK, `"used_by":["user"]`)
	says("GET", "/none", "kw_read", "", http.StatusNotFound, "there is no segment")
	says("PUT", "/Pros", "kw_admin", `{"tree":{"op":"missing","about":"trait","name":"csm"},"version":1}`, http.StatusOK, `"version":2`, `"segment":"csm is missing"`, `"name":"Pros"`)
	says("PUT", "/Pros", "kw_admin", `{"name":"x","version":1}`, http.StatusConflict, "of version 2 by now")
	says("POST", "", "kw_admin", `{"name":"x","segment":"plan ="}`, http.StatusBadRequest, `"field":"segment"`, "the segment ends where a value")
	says("POST", "", "kw_admin", `{"name":"x","sgement":"plan ="}`, http.StatusBadRequest, "sgement")
	says("POST", "", "kw_read", `{"name":"x","segment":"plan = a"}`, http.StatusForbidden)

	says("GET", "/Pros/members?at=2026-02-01&limit=5&cursor=acme&as_of=2026-02-03", "kw_read", "", http.StatusOK, `"count":1`, `"account_id":"acme"`, `"why":[{"leaf":"csm is missing","holds":true,"value":"pro"}]`)
	if a := h.members; a.Text != "csm is missing" || a.At != "2026-02-01" || a.AsOf != "2026-02-03" || a.After != "acme" || a.Limit != 5 {
		t.Errorf("asked %+v", a)
	}
	says("GET", "/aa/history?from=2026-01-01&to=2026-02-01&grain=week", "kw_read", "", http.StatusOK, `"opening":3`)
	if a := h.members; a.From != "2026-01-01" || a.To != "2026-02-01" || a.Grain != "week" {
		t.Errorf("asked %+v", a)
	}
	says("POST", "/preview", "kw_read", `{"segment":"plan = pro","at":"2026-02-01"}`, http.StatusOK, `"tree":{"op":"="`, `"count":1`)
	if a := h.members; a.Limit != 20 || a.At != "2026-02-01" || a.Text != "plan = pro" {
		t.Errorf("asked %+v", a)
	}
	says("POST", "/preview", "kw_read", `{"segment":"plan"}`, http.StatusBadRequest, "the segment ends")
	says("DELETE", "/aa", "kw_admin", "", http.StatusOK, `"deleted":"2026-03-01T12:00:00Z"`)
	says("POST", "/aa/restore", "kw_admin", "", http.StatusOK)
	says("GET", "/aa/versions", "kw_read", "", http.StatusOK, `"segments":[{"id":"aa"`)
}

func TestTheTreeOfASegmentIsDescribed(t *testing.T) {
	w := newHouse(t).call("GET", "/openapi.json", "", "")
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Ref   string `json:"$ref"`
					Items struct {
						Ref string `json:"$ref"`
					}
				}
				Required []string
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	tree := doc.Components.Schemas["Segment"]
	if tree.Properties["of"].Items.Ref != "#/components/schemas/Segment" || len(tree.Required) != 0 {
		t.Errorf("%+v", tree)
	}
}
