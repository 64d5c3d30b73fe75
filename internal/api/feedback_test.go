package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestFeedbackIsFilteredAndPaged(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/feedback?kind=review&band=good&text=fi&segment=plan+%3D+pro&locale=ro&worded=true&limit=1", "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	body := w.Body.String()
	for _, want := range []string{`"kind":"review"`, `"score":4`, `"text":"fine"`, `"account_id":"acme"`, `"user_id":"ana"`, `"next":"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
	if a := h.voices; a.Kind != "review" || a.Band != "good" || a.Text != "fi" || a.Locale != "ro" || !a.Worded || !a.Open || a.Limit != 1 || h.among != "plan = pro" {
		t.Errorf("asked %+v within %q", a, h.among)
	}
	_, next, _ := strings.Cut(body, `"next":"`)
	next, _, _ = strings.Cut(next, `"`)
	wantStatus(t, h.call("GET", "/api/v1/feedback?cursor="+next, "kw_read", ""), http.StatusOK)
	if h.voices.Before.Seq != 7 {
		t.Errorf("asked before %+v", h.voices.Before)
	}
	wantStatus(t, h.call("GET", "/api/v1/feedback?cursor=x", "kw_read", ""), http.StatusBadRequest)
	wantStatus(t, h.call("GET", "/api/v1/feedback?band=awful", "kw_read", ""), http.StatusBadRequest)
}
