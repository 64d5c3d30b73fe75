package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
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
	mu   sync.Mutex
	sums map[string]int
	err  error
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

func TestCallsBecomeFacts(t *testing.T) {
	const now = "2026-03-01T12:00:00Z"
	for _, c := range []struct{ path, body, want string }{
		{"track", `{"event":"Export","userId":"u","properties": {"b": 1, "a": "x"}}`, `events ` + now + ` user=u name=Export {"b":1,"a":"x"}`},
		{"track", `{"event":"Export","userId":7,"anonymousId":"v","context":{"groupId":"a","sessionId":12}}`,
			`events ` + now + ` account=a user=7 name=Export anonymous_id=v session_id=12|memberships ` + now + ` account=a user=7 status=joined`},
		{"track", `{"event":"Export","anonymousId":"v","properties":{"session_id":"s"},"context":{"groupId":"a"}}`,
			`events ` + now + ` account=a name=Export anonymous_id=v session_id=s {"session_id":"s"}`},
		{"identify", `{"userId":"u","anonymousId":"v","traits":{"email":"a@b.c","firstName":"Ann","lastName":"Lee","createdAt":"2025-01-01","id":"u","plan":"pro"}}`,
			`contacts ` + now + ` user=u email=a@b.c name=Ann Lee created_at=1735689600000000 {"firstName":"Ann","id":"u","lastName":"Lee","plan":"pro"}|links ` + now + ` user=u action=identify anonymous_id=v`},
		{"identify", `{"userId":"u","traits":{"name":null,"first_name":"Ann","unsubscribed":true},"context":{"groupId":"a"}}`,
			`contacts ` + now + ` account=a user=u name=null unsubscribed=1 {"first_name":"Ann"}|memberships ` + now + ` account=a user=u status=joined`},
		{"identify", `{"anonymousId":"v","traits":{"colour":"red"}}`, `events ` + now + ` name=$identify anonymous_id=v {"colour":"red"}`},
		{"group", `{"userId":"u","groupId":"a","traits":{"name":"Acme","employees":50,"address":{"country":"ES"},"website":"x"}}`,
			`accounts ` + now + ` account=a user=u name=Acme country=ES size=50 {"address":{"country":"ES"},"employees":50,"website":"x"}|memberships ` + now + ` account=a user=u status=joined`},
		{"page", `{"anonymousId":"v","name":"Home","properties":{"url":"https://x.test/p?q","scrollDepth":40,"colour":"red"},"context":{"page":{"url":"other","title":"T","referrer":"r"},"campaign":{"source":"s","medium":"m","name":"n"}}}`,
			`pages ` + now + ` url=https://x.test/p?q path=/p title=T referrer=r anonymous_id=v utm_source=s utm_medium=m utm_campaign=n scroll_depth=40 {"colour":"red","name":"Home"}`},
		{"screen", `{"userId":"u","name":"Settings","properties":{"x":1}}`, `events ` + now + ` user=u name=Viewed Settings Screen {"name":"Settings","x":1}`},
		{"alias", `{"userId":"u","previousId":"v"}`, `links ` + now + ` user=u action=alias previous_id=v`},
		{"track", `{"event":"Order Completed","userId":"u","properties":{"order_id":"o1","total":29.970000000000002,"currency":"usd","products":[{"name":"A","quantity":2},{"name":"B"}]}}`,
			`events ` + now + ` user=u name=Order Completed {"order_id":"o1","total":29.970000000000002,"currency":"usd","products":[{"name":"A","quantity":2},{"name":"B"}]}|` +
				`orders ` + now + ` user=u order_id=o1 amount=2997 currency=USD product=A, B quantity=3`},
		{"track", `{"event":"Order Refunded","userId":"u","properties":{"order_id":"o1","total":10}}`,
			`events ` + now + ` user=u name=Order Refunded {"order_id":"o1","total":10}|orders ` + now + ` user=u order_id=o1 amount=-1000 currency=EUR`},
		{"track", `{"event":"Order Refunded","userId":"u","properties":{"order_id":"o1"}}`, `events ` + now + ` user=u name=Order Refunded {"order_id":"o1"}`},
	} {
		h := newSegment(t)
		if v := h.verdicts(c.path, c.body); len(v) != 1 || v[0].Outcome != Accepted {
			t.Errorf("%s: %+v", c.body, v)
		}
		if got := strings.Join(h.facts(), "|"); got != c.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", c.path, c.body, got, c.want)
		}
		h.stop()
	}
}

func TestClocksOfSendersAreCorrected(t *testing.T) {
	for times, want := range map[string]string{
		``:                                   "12:00:00Z",
		`"timestamp":"2026-03-01T10:00:00Z"`: "10:00:00Z",
		`"originalTimestamp":"2026-03-01T10:00:00Z","sentAt":"2026-03-01T10:00:05Z"`:                                    "11:59:55Z",
		`"timestamp":"2026-03-01T10:00:00Z","sentAt":"2026-03-01T12:30:00Z"`:                                            "09:30:00Z",
		`"timestamp":"2020-01-01T00:00:00Z","originalTimestamp":"2026-03-01T12:59:00Z","sentAt":"2026-03-01T13:00:00Z"`: "11:59:00Z",
		`"timestamp":"2026-01-01T00:00:00Z","sentAt":"2026-01-01T00:00:00Z"`:                                            "2026-01-02T00:00:00Z flags",
		`"sentAt":"2026-03-01T13:00:00Z"`:                                                                               "12:00:00Z",
	} {
		h := newSegment(t)
		comma := ","
		if times == "" {
			comma = ""
		}
		h.verdicts("track", `{"event":"e","userId":"u"`+comma+times+`}`)
		got := h.facts()[0]
		day, flagged := strings.CutSuffix(want, " flags")
		if !strings.Contains(got, day) || strings.Contains(got, "flags") != flagged {
			t.Errorf("%s: %s, want %s", times, got, want)
		}
		h.stop()
	}
}

func TestABatchShareItsContextAndEachCallHasItsVerdict(t *testing.T) {
	h := newSegment(t)
	got := h.verdicts("batch", `{"batch":[
		{"type":"track","messageId":"1","event":"A","userId":"u"},
		{"type":"track","messageId":"1","event":"A","userId":"u"},
		{"type":"dance","messageId":"2","userId":"u"},
		{"type":"track","messageId":"3","event":"A"},
		{"type":"track","messageId":"4","userId":"u"},
		{"type":"track","messageId":"5","event":"A","userId":"`+strings.Repeat("u", 300)+`"},
		{"type":"track","messageId":"6","event":"A","userId":"u","timestamp":"yesterday"},
		{"type":"track","messageId":"7","event":"A","userId":"u","properties":{"x":"\u0000"}},
		{"type":"track","messageId":"8","event":"A","userId":"u","properties":{"x":"`+strings.Repeat("x", 33<<10)+`"}},
		{"type":"group","messageId":"9","userId":"u"},
		{"type":"alias","messageId":"10","userId":"u"},
		{"type":"track","messageId":"`+strings.Repeat("m", 101)+`","event":"A","userId":"u"},
		{"type":"track","messageId":"12","event":"Order Completed","userId":"u","properties":{"total":"a lot"}},
		17,
		{"type":"page","messageId":"14","anonymousId":"v","context":{"groupId":"b"}},
		{"type":"track","messageId":"15","event":"A","userId":"u","properties":null}
	],"sentAt":"2026-03-01T13:00:00Z","context":{"groupId":"a","page":{"title":"T"}},"writeKey":"ignored","integrations":{"all":true}}`)
	want := []Verdict{
		{"1", Accepted, "", ""}, {"1", Duplicate, "", ""}, {"2", Quarantined, "unknown_type", "dance"}, {"3", Quarantined, "missing_identity", "anonymousId"},
		{"4", Quarantined, "missing_field", "event"}, {"5", Quarantined, "bad_value", "user_id"}, {"6", Quarantined, "bad_time", "timestamp"},
		{"7", Quarantined, "bad_value", "NUL"}, {"8", Quarantined, "too_large", "32768"}, {"9", Quarantined, "missing_field", "groupId"},
		{"10", Quarantined, "missing_field", "previousId"}, {strings.Repeat("m", 101), Quarantined, "bad_value", "messageId"},
		{"12", Quarantined, "bad_value", "amount"}, {"", Quarantined, "bad_value", "JSON object"}, {"14", Accepted, "", ""}, {"15", Accepted, "", ""},
	}
	if len(got) != len(want) {
		t.Fatalf("%d verdicts, want %d", len(got), len(want))
	}
	for i, v := range got {
		w := want[i]
		if v.MessageID != w.MessageID || v.Outcome != w.Outcome || v.Rule != w.Rule || !strings.Contains(v.Reason, w.Reason) {
			t.Errorf("call %d: %+v, want %+v", i, v, w)
		}
	}
	facts := strings.Join(h.facts(), "|")
	if want := `events 2026-03-01T12:00:00Z account=a user=u name=A|memberships 2026-03-01T12:00:00Z account=a user=u status=joined|` +
		`pages 2026-03-01T12:00:00Z account=b title=T anonymous_id=v|events 2026-03-01T12:00:00Z account=a user=u name=A`; facts != want {
		t.Errorf("got  %s\nwant %s", facts, want)
	}
	if n := len(h.quarantine.calls); n != 12 {
		t.Errorf("%d calls held, want 12", n)
	}
	if r := h.segment.Feed.Recent(); len(r) != 16 || r[0].MessageID != "15" || r[13].Kind != "unknown" || r[13].Outcome != Quarantined {
		t.Errorf("recent: %+v", r)
	}
}

func TestAMessageIsTakenOnceWithinItsSource(t *testing.T) {
	h := newSegment(t)
	send := func(body, key string) Outcome {
		_, answer, _ := h.post("track", body, func(r *http.Request) { r.SetBasicAuth(key, "") })
		var out struct{ Verdicts []Verdict }
		json.Unmarshal([]byte(answer), &out)
		return out.Verdicts[0].Outcome
	}
	with, other := `{"messageId":"m","event":"A","userId":"u"}`, `{"messageId":"m","event":"B","userId":"u"}`
	timed := `{"event":"A","userId":"u","timestamp":"2026-03-01T10:00:00Z"}`
	for _, c := range []struct {
		body, key string
		want      Outcome
	}{{with, "wk", Accepted}, {other, "wk", Duplicate}, {with, "other", Accepted}, {timed, "wk", Accepted}, {timed, "wk", Duplicate}, {timed, "other", Accepted}} {
		if got := send(c.body, c.key); got != c.want {
			t.Errorf("%s from %s: %s, want %s", c.body, c.key, got, c.want)
		}
	}
	h.now = func() time.Time { return noon.Add(time.Second) }
	untimed := `{"event":"A","userId":"u"}`
	send(untimed, "wk")
	h.segment.Now = h.now
	if got := send(untimed, "wk"); got != Accepted {
		t.Errorf("the same thing done a second later is %s", got)
	}
}

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

func TestHeldCallsAreMendedAndReplayedAsOfTheirArrival(t *testing.T) {
	h := newSegment(t)
	h.verdicts("batch", `{"batch":[{"type":"trakc","messageId":"1","event":"A","userId":"u","timestamp":"2026-03-01T10:00:00Z"}],"sentAt":"2026-03-01T10:00:00Z","context":{"groupId":"a"}}`)
	h.verdicts("batch", `{"batch":[{"type":"trakc","messageId":"1","event":"A","userId":"u","timestamp":"2026-03-01T10:00:00Z"}],"sentAt":"2026-03-01T10:00:00Z","context":{"groupId":"a"}}`)
	if len(h.quarantine.calls) != 1 {
		t.Fatalf("%d calls held, want 1", len(h.quarantine.calls))
	}
	held := h.quarantine.calls[0]
	h.segment.Now = func() time.Time { return noon.AddDate(0, 0, 3) }
	ctx := context.Background()
	if v, err := h.segment.Replay(ctx, held.ID, nil); err != nil || v.Outcome != Quarantined {
		t.Errorf("unmended: %+v %v", v, err)
	}
	if _, err := h.segment.Replay(ctx, held.ID, []byte(`{"type":`)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("broken: %v", err)
	}
	mended := bytes.Replace(held.Raw, []byte("trakc"), []byte("track"), 1)
	if v, err := h.segment.Replay(ctx, held.ID, mended); err != nil || v.Outcome != Accepted {
		t.Errorf("mended: %+v %v", v, err)
	}
	if _, err := h.segment.Replay(ctx, held.ID, mended); fault.KindOf(err) != fault.Conflict {
		t.Errorf("again: %v", err)
	}
	if got := h.facts(); got[0] != `events 2026-03-01T12:00:00Z account=a user=u name=A` {
		t.Errorf("%v", got)
	}
	if h.quarantine.calls[0].ReplayedAt.IsZero() {
		t.Error("it still waits")
	}
}

func TestFeedCountsAndTriesAgain(t *testing.T) {
	store := &memoryFeed{sums: map[string]int{}, err: errors.New("away")}
	f := NewFeed(store)
	f.Saw("key:1", "events", 3, Accepted, noon)
	f.flush(context.Background())
	store.err = nil
	f.Saw("key:1", "events", 2, Accepted, noon)
	f.Saw("key:1", "events", 1, Duplicate, noon)
	f.flush(context.Background())
	if store.sums["key:1 events accepted"] != 5 || store.sums["key:1 events duplicate"] != 1 {
		t.Errorf("%v", store.sums)
	}
}

// A typical batch of a server SDK, for the benchmark.
func typicalBatch(n int) []byte {
	var calls []string
	for i := range n {
		calls = append(calls, fmt.Sprintf(`{"type":"track","event":"Report Exported","userId":"user-%d","messageId":"node-next-1772357400000-%08d-9f1c-4f4e-8f0d-2f6d3a1b9c7e","timestamp":"2026-03-01T11:59:59.123Z",`+
			`"properties":{"format":"csv","rows":1250,"filters":["plan","country"],"feature":"reports","duration_ms":834.5},"integrations":{},`+
			`"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"},"groupId":"acct-%d","ip":"203.0.113.9","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},`+
			`"_metadata":{"nodeVersion":"22.1.0","jsRuntime":"node"}}`, i%50, i, i%7))
	}
	return []byte(`{"batch":[` + strings.Join(calls, ",") + `],"writeKey":"wk","sentAt":"2026-03-01T12:00:00.000Z"}`)
}

func BenchmarkReadBatchOf100(b *testing.B) {
	body := typicalBatch(100)
	s := &Segment{Zone: time.UTC, Currency: "EUR"}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		in := s.intake("key:1", noon)
		r := fact.NewJSONReader(body)
		if err := in.readEnvelope(&r); err != nil {
			b.Fatal(err)
		}
		in.build()
		if len(in.facts) != 200 {
			b.Fatal(len(in.facts), in.calls[0].trouble)
		}
	}
}

func BenchmarkAcceptBatchOf100(b *testing.B) {
	h := newSegment(b)
	body := string(typicalBatch(100))
	n := 0
	for b.Loop() {
		n++
		fresh := strings.ReplaceAll(body, "node-next", fmt.Sprint("node-", n))
		if status, answer, _ := h.post("batch", fresh); status != 200 {
			b.Fatal(answer)
		}
	}
}

// 64 senders of single calls, without a network.
func BenchmarkAcceptSingleCalls(b *testing.B) {
	h := newSegment(b)
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			call := fmt.Sprintf(`{"event":"Report Exported","userId":"user-1","messageId":"m-%d","timestamp":"2026-03-01T11:59:59.123Z","properties":{"format":"csv"}}`, n.Add(1))
			if status, answer, _ := h.post("track", call); status != 200 {
				b.Fatal(answer)
			}
		}
	})
}
