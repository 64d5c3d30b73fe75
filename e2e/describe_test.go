package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// answersFit asks everything that can be read, and holds the answers to what /openapi.json says of them.
func answersFit(t *testing.T, s *server) {
	run(t, "segments", "save", "Pros", "plan = team", "--data", s.data)
	run(t, "user", "add", "ana@example.com", "--role", "csm", "--data", s.data)
	secret := key(t, s.data, "admin")
	get := func(address string) (*http.Response, []byte) {
		r, err := http.NewRequest(http.MethodGet, s.url+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, body
	}
	_, raw := get("/openapi.json")
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const doc = "https://keepwell.test/openapi.json"
	if err := c.AddResource(doc, tree); err != nil {
		t.Fatal(err)
	}
	fits := 0
	check := func(path, address string, status int) []byte {
		answer, body := get(address)
		for began := time.Now(); answer.StatusCode == 503 && time.Since(began) < 2*time.Minute; { // forecasts are learned first, and others wait meanwhile
			time.Sleep(time.Second)
			answer, body = get(address)
		}
		if answer.StatusCode != status {
			t.Errorf("%s answers %d: %.300s", address, answer.StatusCode, body)
			return body
		}
		kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
		if kind != "application/json" && kind != "application/problem+json" {
			return body
		}
		code := "200"
		if status != 200 {
			code = "default"
		}
		escape := strings.NewReplacer("~", "~0", "/", "~1")
		schema, err := c.Compile(doc + "#/paths/" + url.PathEscape(escape.Replace(path)) + "/get/responses/" + code + "/content/" + escape.Replace(kind) + "/schema")
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v\n%.600s", address, err, body)
		}
		fits++
		return body
	}
	one := func(list, of, id string) string { // the id of the first of a list
		var all map[string]json.RawMessage
		var items []map[string]any
		if _, body := get(list); json.Unmarshal(body, &all) != nil || json.Unmarshal(all[of], &items) != nil || len(items) == 0 {
			t.Fatalf("%s: %.300s", list, body)
		}
		return items[0][id].(string)
	}
	const account = "acc-0001"
	s.must(200, "/api/v1/scorecards/enterprise/backtest?at_once=true", secret, "application/json", `{"months":12}`)
	samples := strings.NewReplacer("accounts/{id}", "accounts/"+account, "contacts/{id}", "contacts/"+one("/api/v1/contacts?limit=1", "contacts", "user_id"), "health/{id}", "health/"+account, "risk/{id}", "risk/"+account,
		"{id}", "mrr", "{dashboard}", dashboard(t, s, secret), "{journey}", one("/api/v1/journeys", "journeys", "id"), "{scorecard}", one("/api/v1/scorecards", "scorecards", "id"),
		"{backtest}", one("/api/v1/scorecards/enterprise/backtests", "backtests", "id"), "{metric}", "nps", "{kind}", "reviews", "{segment}", "Pros", "{user}", "ana@example.com")
	get("/api/v1/forecasts/risk") // begins to learn
	for path, item := range tree.(map[string]any)["paths"].(map[string]any) {
		if item.(map[string]any)["get"] == nil || strings.HasPrefix(path, "/api/v1/quarantine/") {
			continue
		}
		address := samples.Replace(path)
		switch path {
		case "/api/v1/mentions":
			address += "?user=ana@example.com"
		case "/api/v1/people":
			address += "?user_id=" + url.QueryEscape("nobody")
			check(path, address, 404)
			continue
		case "/api/v1/accounts/{id}/files/{file}":
			check(path, strings.Replace(address, "{file}", "nothing", 1), 404)
			continue
		case "/api/v1/health-cases/{case}":
			check(path, strings.Replace(address, "{case}", "nothing", 1), 404)
			continue
		case "/api/v1/health/{id}/change":
			check(path, address+"?from="+time.Now().AddDate(0, 0, -14).Format(time.DateOnly), 404) // no score had been told by then
			continue
		case "/api/v1/journeys/{journey}/numbers":
			address += "?stage=onboarding"
		case "/api/v1/restatements", "/api/v1/metrics/{id}/restatements":
			month := time.Now().AddDate(0, -1, 0).Format("2006-01")
			address += "?since=" + month + "-20&from=" + month + "-01&to=" + month + "-15"
		}
		check(path, address, 200)
	}
	var list struct {
		Metrics []struct {
			ID         string
			Variants   []string
			Dimensions []string
		}
	}
	if err := json.Unmarshal(check("/api/v1/metrics", "/api/v1/metrics", 200), &list); err != nil || len(list.Metrics) < 70 {
		t.Fatalf("%d metrics, %v", len(list.Metrics), err)
	}
	for i, m := range list.Metrics {
		of := "/api/v1/metrics/" + m.ID
		check("/api/v1/metrics/{id}", of+"?by="+m.Dimensions[0]+"&variant="+m.Variants[len(m.Variants)-1], 200)
		switch i % 8 {
		case 0:
			check("/api/v1/metrics/{id}", of+"?grain=week&total=last", 200)
		case 1:
			check("/api/v1/metrics/{id}/facts", of+"/facts?limit=3", 200)
		case 2:
			status := 200
			if slices.Contains([]string{"cs_roi", "survival", "time_to_close_loop", "time_to_value"}, m.ID) { // of a model or a median: nothing adds up
				status = 400
			}
			check("/api/v1/metrics/{id}/why", of+"/why?by=plan", status)
		case 3:
			check("/api/v1/metrics/{id}/bridge", of+"/bridge?start=keepwell&end=workspace", 200)
		}
	}
	for _, wrong := range []string{"?by=nothing", "?grain=hours", "?from=soon", "?nope=1", "?total=all", "?set=x", "?convention=none", "?segment=%28", "?limit=9"} {
		check("/api/v1/metrics/{id}", "/api/v1/metrics/nps"+wrong, 400)
	}
	check("/api/v1/metrics/{id}", "/api/v1/metrics/nothing", 404)
	if fits < 110 {
		t.Errorf("only %d answers were held to the description", fits)
	}
}

// dashboard is the id of a new one.
func dashboard(t *testing.T, s *server, secret string) string {
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/v1/dashboards", strings.NewReader(`{"name":"Monday meeting"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var made struct{ ID string }
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || answer.StatusCode != http.StatusCreated || made.ID == "" {
		t.Fatalf("%d, %v", answer.StatusCode, err)
	}
	return made.ID
}
