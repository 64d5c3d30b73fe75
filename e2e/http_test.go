package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// client ends a request that hangs: a test must not wait for ever.
var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// post sends a body with the write key of Segment's API, or with a bearer key to the JSON API.
func (s *server) post(path, key, contentType string, body io.Reader, header ...string) (answer, error) {
	request, err := http.NewRequest("POST", s.url+path, body)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", contentType)
	if strings.HasPrefix(path, "/v1/") {
		request.SetBasicAuth(key, "")
	} else {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return send(request)
}

func send(request *http.Request) (answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(said)}, err
}

// must sends and wants this status.
func (s *server) must(status int, path, key, contentType, body string, header ...string) answer {
	s.t.Helper()
	a, err := s.post(path, key, contentType, strings.NewReader(body), header...)
	if err != nil {
		s.t.Fatalf("POST %s: %v\n%s", path, err, s.said)
	}
	if a.status != status {
		s.t.Fatalf("POST %s was answered with %d, want %d: %s", path, a.status, status, a.body)
	}
	return a
}

// value asks for a metric over the last 30 days and gives its value; null is -1.
func (s *server) value(key, metric string, parameters ...string) float64 {
	s.t.Helper()
	request, err := http.NewRequest("GET", s.url+"/api/v1/metrics/"+metric+"?"+strings.Join(parameters, "&"), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	a, err := send(request)
	if err != nil || a.status != 200 {
		s.t.Fatalf("asking for %s: %d %v %s", metric, a.status, err, a.body)
	}
	var said struct{ Value *float64 }
	if err := json.Unmarshal([]byte(a.body), &said); err != nil {
		s.t.Fatalf("asking for %s: %v in %s", metric, err, a.body)
	}
	if said.Value == nil {
		return -1
	}
	return *said.Value
}

// loaded waits until everything accepted so far shows in answers.
func (s *server) loaded(ingest string) {
	s.t.Helper()
	s.must(200, "/v1/track?wait=loaded", ingest, "application/json", fmt.Sprintf(`{"event":"loaded","userId":"waiter","messageId":"wait-%d"}`, time.Now().UnixNano()))
}

// exported are the facts of a kind as `keepwell export` gives them.
func exported(t *testing.T, kind string, flags ...string) []map[string]any {
	t.Helper()
	out := run(t, append([]string{"export", kind, "-o", "ndjson"}, flags...)...)
	var rows []map[string]any
	for line := range bytes.Lines([]byte(out)) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatalf("export %s: %v in %s", kind, err, line)
		}
		rows = append(rows, row)
	}
	return rows
}
