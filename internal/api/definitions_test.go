package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestAMetricOfOnesOwnIsSavedAsItIsWritten(t *testing.T) {
	h := newHouse(t)
	w := h.call("PUT", "/api/v1/metrics/seats/definition", "kw_admin", "/*\nid: seats", "Content-Type: text/plain")
	wantStatus(t, w, http.StatusOK)
	if h.checks != 1 {
		t.Errorf("a definition is tried %d times before it is kept", h.checks)
	}
	if len(h.who) != 2 || h.who[1] != "/*\nid: seats" || !strings.Contains(w.Body.String(), `"saved":true`) {
		t.Errorf("%v %s", h.who, w.Body)
	}
	h.who = nil
	w = h.call("PUT", "/api/v1/metrics/seats/definition?dry_run=true", "kw_admin", "sound", "Content-Type: text/plain")
	if wantStatus(t, w, http.StatusOK); h.who != nil || !strings.Contains(w.Body.String(), `"saved":false`) {
		t.Errorf("a dry run saves %v: %s", h.who, w.Body)
	}
	w = h.call("PUT", "/api/v1/metrics/seats/definition", "kw_admin", "broken", "Content-Type: text/plain")
	if wantStatus(t, w, http.StatusBadRequest); !strings.Contains(w.Body.String(), "seats.sql: line 1: broken") {
		t.Errorf("%s", w.Body)
	}
	w = h.call("GET", "/api/v1/metrics/nps/definition", "kw_read", "")
	if wantStatus(t, w, http.StatusOK); w.Body.String() != "/*\nid: nps\n*/" {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("GET", "/api/v1/metrics/none/definition", "kw_read", ""), http.StatusNotFound)
	for lang, want := range map[string]string{"": `there is no metric \"none\"`, "ro-MD, en;q=0.5": `nu există indicatorul \"none\"`} {
		if w := h.call("GET", "/api/v1/metrics/none/definition", "kw_read", "", "Accept-Language: "+lang); !strings.Contains(w.Body.String(), want) {
			t.Errorf("asked in %q: %s", lang, w.Body)
		}
	}
	wantStatus(t, h.call("DELETE", "/api/v1/metrics/seats/definition", "kw_admin", ""), http.StatusNoContent)
}
