package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
)

func TestADayEndsInTheWorkspaceZone(t *testing.T) {
	h := newHouse(t)
	var err error
	if h.Zone, err = time.LoadLocation("Europe/Bucharest"); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]time.Time{
		"?user_id=ana&on=2026-05-01": time.Date(2026, 5, 1, 20, 59, 59, 999999000, time.UTC),
		"?user_id=ana&on=2026-10-25": time.Date(2026, 10, 25, 21, 59, 59, 999999000, time.UTC), // 25 hours long
		"?user_id=ana":               now,
	} {
		wantStatus(t, h.call("GET", "/api/v1/people"+day, "kw_read", ""), http.StatusOK)
		if !slices.Equal(h.who, []any{"ana", "", want}) {
			t.Errorf("%s: asked %v, want %v", day, h.who, want)
		}
	}
}

func TestAPersonIsShownWithIDsAndAccounts(t *testing.T) {
	h := newHouse(t)
	h.stays = []account.Stay{{User: "ana", Account: "acme", Role: "admin", Since: now}}
	w := h.call("GET", "/api/v1/people?anonymous_id=phone", "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	want := `{"user_id":"ana","at":"2026-03-01T12:00:00Z","joined":[{"anonymous_id":"phone","action":"identify","ts":"2026-03-01T12:00:00Z",` +
		`"fact_id":"01000000000000000000000000000000"}],"accounts":[{"account_id":"acme","role":"admin","since":"2026-03-01T12:00:00Z"}],"account_id":"acme"}`
	if got := strings.TrimSpace(w.Body.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAQuestionAboutPeopleMustBeClear(t *testing.T) {
	h := newHouse(t)
	for path, says := range map[string]string{
		"/api/v1/people": "whom",
		"/api/v1/people?user_id=a&anonymous_id=b":    "one of them",
		"/api/v1/people?user_id=a&on=yesterday":      "on",
		"/api/v1/people?user_id=a&on=2026-02-30":     "on",
		"/api/v1/accounts/acme/members?limit=100000": "limit",
	} {
		w := h.call("GET", path, "kw_read", "")
		wantStatus(t, w, http.StatusBadRequest)
		if problemIn(t, w); !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	wantStatus(t, h.call("GET", "/api/v1/people?user_id=a", "kw_ingest", ""), http.StatusForbidden)
}

func TestMembersComeInPages(t *testing.T) {
	h := newHouse(t)
	for _, user := range []string{"ana", "bob", "cid"} {
		h.stays = append(h.stays, account.Stay{User: user, Account: "a/b c", Since: now})
	}
	var page Members
	w := h.call("GET", "/api/v1/accounts/a%2Fb%20c/members?limit=2&cursor=aa", "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Members) != 2 || page.Next != "bob" || page.Account != "a/b c" {
		t.Errorf("%s", w.Body)
	}
	if !slices.Equal(h.who, []any{"a/b c", now, "aa", 3}) {
		t.Errorf("asked %v", h.who)
	}
	page = Members{}
	w = h.call("GET", "/api/v1/accounts/a%2Fb%20c/members?limit=3", "kw_read", "")
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Members) != 3 || page.Next != "" {
		t.Errorf("%s", w.Body)
	}
}

func TestAnAccountIsShownAmongOthers(t *testing.T) {
	h := newHouse(t)
	want := `{"account_id":"b","at":"2026-03-01T12:00:00Z","parents":["c"],"children":["a"],"below":2}`
	if got := strings.TrimSpace(h.call("GET", "/api/v1/accounts/b/tree", "kw_read", "").Body.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
