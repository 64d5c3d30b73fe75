package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAWorkspaceChoosesHowToCount(t *testing.T) {
	h := newHouse(t)
	w := h.call("PUT", "/api/v1/policies/inactive_days", "kw_admin", `{"value":" 60 "}`, "Content-Type: application/json")
	wantStatus(t, w, http.StatusOK)
	if h.kept["inactive_days"] != "60" || !strings.Contains(w.Body.String(), `"value":"60","default":"30","min":1`) {
		t.Errorf("%v %s", h.kept, w.Body)
	}
	for _, c := range []struct {
		path, body, says string
		status           int
	}{
		{"inactive_days", `{"value":"none"}`, "no whole number", 400},
		{"funnel_steps", `{"value":"a, b"}`, "belongs to a question", 400},
		{"nobody", `{"value":"1"}`, "there is no policy", 404},
	} {
		w := h.call("PUT", "/api/v1/policies/"+c.path, "kw_admin", c.body, "Content-Type: application/json")
		if wantStatus(t, w, c.status); !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %s", c.path, w.Body)
		}
	}
	wantStatus(t, h.call("DELETE", "/api/v1/policies/inactive_days", "kw_admin", ""), http.StatusOK)
	if len(h.kept) != 0 {
		t.Errorf("%v is kept", h.kept)
	}
	h.kept["inactive_days"] = "60"
	wantStatus(t, h.call("POST", "/api/v1/presets/keepwell/apply", "kw_admin", ""), http.StatusOK)
	if len(h.kept) != 0 {
		t.Errorf("a preset leaves %v", h.kept)
	}
	wantStatus(t, h.call("POST", "/api/v1/presets/nobody/apply", "kw_admin", ""), http.StatusNotFound)
}
