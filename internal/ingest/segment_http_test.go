package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/log"
)

func TestWhatCannotBeReadIsRefusedWhole(t *testing.T) {
	h := newSegment(t)
	var packed bytes.Buffer
	bomb := gzip.NewWriter(&packed)
	bomb.Write(bytes.Repeat([]byte(" "), 50<<20))
	bomb.Close()
	calls := strings.Repeat(`{},`, 2500) + `{}`
	zipped := func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }
	endless := func(r *http.Request) { r.ContentLength = -1; r.Body = io.NopCloser(endlessReader{}) }
	for _, c := range []struct {
		name, path, body string
		change           func(*http.Request)
		status           int
		text             string
	}{
		{"an unknown key", "track", `{}`, func(r *http.Request) { r.SetBasicAuth("no", "") }, 401, "unknown"},
		{"no key", "track", `{}`, func(r *http.Request) { r.Header.Del("Authorization") }, 401, "missing"},
		{"a busy key", "track", `{}`, func(r *http.Request) { r.SetBasicAuth("busy", "") }, 429, "too many"},
		{"an unknown call", "dance", `{}`, nil, 404, "identify"},
		{"broken JSON", "track", "{\n\"event\": x}", nil, 400, "line 2, column 10"},
		{"broken JSON in a batch", "batch", `{"batch":[{"type":"track",}]}`, nil, 400, "line 1, column 27"},
		{"no JSON", "track", ``, nil, 400, "ends too early"},
		{"a batch without calls", "batch", `{}`, nil, 400, `"batch"`},
		{"a batch that is no array", "batch", `{"batch":{}}`, nil, 400, `"batch"`},
		{"too many calls", "batch", `{"batch":[` + calls + `]}`, nil, 413, "2500"},
		{"a long call", "track", `{"event":"` + strings.Repeat("x", 33<<10) + `"}`, nil, 413, "32 KB"},
		{"a long batch", "batch", `{"event":"` + strings.Repeat("x", 501<<10) + `"}`, nil, 413, "500 KB"},
		{"an endless batch", "batch", ``, endless, 413, "500 KB"},
		{"a gzip bomb", "batch", packed.String(), zipped, 413, "500 KB"},
		{"gzip that isn't", "batch", `{}`, zipped, 400, "gzip"},
		{"gzip cut off", "batch", packed.String()[:20], zipped, 400, "cut off"},
		{"another encoding", "batch", `{}`, func(r *http.Request) { r.Header.Set("Content-Encoding", "br") }, 400, "gzip"},
		{"another method", "track", ``, func(r *http.Request) { r.Method = "GET" }, 405, "POST"},
	} {
		change := c.change
		if change == nil {
			change = func(*http.Request) {}
		}
		status, answer, header := h.post(c.path, c.body, change)
		if status != c.status || !strings.Contains(answer, c.text) {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
		if status == 429 && header.Get("Retry-After") != "7" {
			t.Errorf("%s: Retry-After %q", c.name, header.Get("Retry-After"))
		}
	}
	if n := len(h.quarantine.calls); n != 0 {
		t.Errorf("%d calls held", n)
	}
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestKeysComeInThreePlacesAndBrowsersMaySend(t *testing.T) {
	h := newSegment(t)
	none := func(r *http.Request) { r.Header.Del("Authorization") }
	if status, answer, header := h.post("track", `{"writeKey":"wk","event":"A","userId":"u"}`, none, func(r *http.Request) {
		r.Header.Set("Content-Type", "text/plain") // navigator.sendBeacon
	}); status != 200 || header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("in the body: %d %s", status, answer)
	}
	if status, answer, _ := h.post("batch", `{"batch":[],"writeKey":"wk"}`, none); status != 200 || !strings.Contains(answer, `"success":true`) {
		t.Errorf("in a batch: %d %s", status, answer)
	}
	if status, answer, _ := h.post("track?writeKey=wk", `{"event":"A","userId":"u"}`, none); status != 200 {
		t.Errorf("in the address: %d %s", status, answer)
	}
	status, _, header := h.post("track", "", func(r *http.Request) { r.Method = "OPTIONS" })
	if status != 204 || !strings.Contains(header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", status, header)
	}
}

func TestGzipIsRead(t *testing.T) {
	h := newSegment(t)
	for range 2 { // the second time with what the first left behind
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		zip.Write([]byte(`{"batch":[{"type":"track","event":"A","userId":"u"}]}`))
		zip.Close()
		if status, answer, _ := h.post("batch", packed.String(), func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }); status != 200 {
			t.Errorf("%d %s", status, answer)
		}
	}
}

func TestWaitLoadedAnswersWhenFactsShow(t *testing.T) {
	h := newSegment(t)
	if status, answer, _ := h.post("track?wait=loaded", `{"event":"A","userId":"u"}`); status != 200 || len(h.lake.all()) != 1 {
		t.Errorf("%d %s with %d facts loaded", status, answer, len(h.lake.all()))
	}
}

func TestAFullDiskAnswers503AndNothingIsLost(t *testing.T) {
	h := newHouse(t)
	full := &fullLog{full: log.ErrFull}
	h.onLog = func(l *log.Log) Log { full.Log = l; return full }
	h.start()
	q := &memoryQuarantine{}
	s := &segmentHouse{house: h, quarantine: q, segment: &Segment{Door: h.door, Loader: h.loader, Keys: memoryKeys{"wk": "1"}, Quarantine: q,
		Feed: NewFeed(&memoryFeed{}), Zone: time.UTC, Currency: "EUR", Now: time.Now}}
	call := `{"event":"A","userId":"u","messageId":"1"}`
	status, answer, header := s.post("track", call)
	if status != 503 || header.Get("Retry-After") == "" || strings.Contains(answer, "success") {
		t.Errorf("%d %s", status, answer)
	}
	full.set(nil)
	if v := s.verdicts("track", call); v[0].Outcome != Accepted {
		t.Errorf("%+v", v)
	}
	q.full = errors.New("the store is away")
	if status, answer, header := s.post("track", `{"event":"A"}`); status != 503 || header.Get("Retry-After") == "" {
		t.Errorf("without a quarantine: %d %s", status, answer)
	}
}
