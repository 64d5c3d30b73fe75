package ingest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

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
