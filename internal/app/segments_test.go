package app

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// From facts over the API to who is in a saved segment, why, and what a metric says of them.
func TestASavedSegmentIsAskedByNameEverywhere(t *testing.T) {
	a := open(t, t.TempDir())
	defer shut(t, a)
	day := time.Now().UTC().Truncate(24 * time.Hour)
	send := func(kind, rows string) { a.call(t, "POST", "/api/v1/facts/"+kind+"?wait=loaded", rows, "") }
	send("accounts", `[{"account_id":"acme","name":"Acme Ltd","plan":"pro","ts":"2026-01-01"},{"account_id":"bolt","plan":"pro","ts":"2026-01-01"},{"account_id":"cart","plan":"free","ts":"2026-01-01"}]`)
	send("events", `[{"name":"Login","account_id":"acme","user_id":"ana","ts":"`+day.AddDate(0, 0, -2).Format(time.RFC3339)+`"},{"name":"Login","account_id":"acme","user_id":"ion","ts":"`+day.AddDate(0, 0, -3).Format(time.RFC3339)+`"},
		{"name":"Login","account_id":"cart","user_id":"cleo","ts":"`+day.AddDate(0, 0, -2).Format(time.RFC3339)+`"}]`)
	send("subscriptions", `[{"subscription_id":"s1","account_id":"acme","status":"active","amount":"120.00","currency":"EUR","interval":"month","ts":"2026-01-01"}]`)

	a.call(t, "POST", "/api/v1/segments", `{"name":"Pros","segment":"plan = pro"}`, "")
	a.call(t, "POST", "/api/v1/segments", `{"name":"Active pros","segment":"@Pros and did \"Login\" >= 2 people in 7 days and metric mrr >= 100 EUR"}`, "")
	got := a.call(t, "GET", "/api/v1/segments/Active%20pros/members", "", "")
	for _, want := range []string{`"count":1`, `"account_id":"acme","name":"Acme Ltd"`, `{"leaf":"plan = \"pro\"","holds":true,"value":"pro","segment":"Pros"}`,
		`{"leaf":"did \"Login\" \u003e= 2 people in last 7 days","holds":true,"value":2}`, `{"leaf":"metric mrr \u003e= 100 EUR","holds":true,"value":120}`} {
		if !strings.Contains(got, want) && !strings.Contains(got, strings.ReplaceAll(want, `\u003e`, ">")) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	from, to := day.AddDate(0, 0, -6).Format(time.DateOnly), day.AddDate(0, 0, 1).Format(time.DateOnly)
	var history struct {
		Opening int64
		Points  []struct {
			Count, Entered, Left int64
			EnteredAccounts      []string `json:"entered_accounts"`
		}
	}
	if err := json.Unmarshal([]byte(a.call(t, "GET", "/api/v1/segments/Active%20pros/history?from="+from+"&to="+to, "", "")), &history); err != nil {
		t.Fatal(err)
	}
	if len(history.Points) != 7 || history.Opening != 0 || history.Points[4].Entered != 1 || history.Points[4].EnteredAccounts[0] != "acme" || history.Points[6].Count != 1 {
		t.Errorf("%+v", history)
	}
	for segment, want := range map[string]string{`in segment "Active pros"`: `"value":2,`, "@Pros": `"value":2,`, "not @Pros": `"value":1,`} {
		if got := a.call(t, "GET", "/api/v1/metrics/wau?to="+to+"&segment="+url.QueryEscape(segment), "", ""); !strings.Contains(got, want) {
			t.Errorf("wau of %s: %s, want %s", segment, got, want)
		}
	}
	r := httptest.NewRequest("DELETE", "/api/v1/segments/Pros", nil)
	r.Header.Set("Authorization", "Bearer "+a.Token())
	w := httptest.NewRecorder()
	if a.Handler().ServeHTTP(w, r); w.Code != 409 || !strings.Contains(w.Body.String(), "Active pros") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
