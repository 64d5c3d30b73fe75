package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

type memoryKeys map[string]string

func (k memoryKeys) WriteKey(_ context.Context, key string) (string, error) {
	switch id, ok := k[key]; {
	case key == "busy":
		return "", fault.New(fault.TooMany, "too many calls").After(7 * time.Second)
	case !ok:
		return "", fault.New(fault.Unauthenticated, "the write key is unknown or revoked")
	default:
		return id, nil
	}
}

type memoryQuarantine struct {
	mu    sync.Mutex
	calls []HeldCall
	full  error
}

func (q *memoryQuarantine) Add(_ context.Context, calls []HeldCall) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full != nil {
		return q.full
	}
next:
	for _, c := range calls {
		for _, known := range q.calls {
			if known.ID == c.ID {
				continue next
			}
		}
		q.calls = append(q.calls, c)
	}
	return nil
}

func (q *memoryQuarantine) Get(_ context.Context, id string) (HeldCall, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, c := range q.calls {
		if c.ID == id {
			return c, nil
		}
	}
	return HeldCall{}, fault.New(fault.NotFound, "no such call")
}

func (q *memoryQuarantine) List(context.Context, bool, string, int) ([]HeldCall, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.calls, nil
}

func (q *memoryQuarantine) Update(_ context.Context, call HeldCall) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.calls {
		if q.calls[i].ID == call.ID {
			q.calls[i] = call
		}
	}
	return nil
}

type memoryFeed struct {
	mu       sync.Mutex
	sums     map[string]int
	verdicts []Recent
	err      error
}

func (f *memoryFeed) AddSightings(_ context.Context, list []Sighting) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	for _, s := range list {
		f.sums[fmt.Sprint(s.Source, " ", s.Kind, " ", s.Outcome)] += s.N
	}
	return nil
}

func (f *memoryFeed) AddVerdicts(_ context.Context, list []Recent) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return f.err
	}
	f.verdicts = append(f.verdicts, list...)
	return nil
}

// noon is when the tests' calls arrive.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type segmentHouse struct {
	*house
	segment    *Segment
	quarantine *memoryQuarantine
}

func newSegment(t testing.TB) *segmentHouse {
	h := newHouse(t)
	h.now = func() time.Time { return noon }
	h.start()
	q := &memoryQuarantine{}
	return &segmentHouse{house: h, quarantine: q, segment: &Segment{
		Door: h.door, Loader: h.loader, Keys: memoryKeys{"wk": "1", "other": "2"}, Quarantine: q,
		Feed: NewFeed(&memoryFeed{sums: map[string]int{}}), Zone: time.UTC, Currency: "EUR", Now: h.now,
	}}
}

// post sends a body to /v1/ and gives the status, the answer and its header.
func (h *segmentHouse) post(path, body string, change ...func(*http.Request)) (int, string, http.Header) {
	r := httptest.NewRequest("POST", "/v1/"+path, strings.NewReader(body))
	r.SetBasicAuth("wk", "")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.segment.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func (h *segmentHouse) verdicts(path, body string) []Verdict {
	h.t.Helper()
	status, answer, _ := h.post(path, body)
	var out struct {
		Success  bool
		Verdicts []Verdict
	}
	if err := json.Unmarshal([]byte(answer), &out); err != nil || status != 200 || !out.Success {
		h.t.Fatalf("%d %s", status, answer)
	}
	return out.Verdicts
}

// facts are what the lake has, each as one line.
func (h *segmentHouse) facts() []string {
	h.t.Helper()
	h.settle()
	var lines []string
	for _, f := range h.lake.all() {
		line := f.Kind.Name + " " + f.Time().Format(time.RFC3339)
		add := func(name, text string) {
			if text != "" {
				line += " " + name + "=" + text
			}
		}
		add("account", f.Account)
		add("user", f.User)
		for i, c := range f.Kind.Columns {
			switch v := f.Values[i]; {
			case v.State == fact.Null:
				add(c.Name, "null")
			case v.State == fact.Absent:
			case v.Text != "":
				add(c.Name, v.Text)
			case c.Type == fact.Number:
				add(c.Name, fmt.Sprint(v.Num))
			default:
				add(c.Name, fmt.Sprint(v.Int))
			}
		}
		if f.Flags != 0 {
			add("flags", fmt.Sprint(f.Flags))
		}
		lines = append(lines, strings.TrimSpace(line+" "+string(f.Properties)))
	}
	return lines
}
