package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/metric"
)

func TestEveryErrorIsAProblem(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name, method, path, body, head string
		status                         int
		says                           string
	}{
		{"unknown address", "GET", "/api/v1/nothing", "", "", 404, "nothing at this address"},
		{"unknown address of nobody's", "GET", "/api/v2", "", "", 404, ""},
		{"wrong method", "PUT", "/api/v1/metrics/nps", "", "", 405, "does not take PUT"},
		{"unknown kind", "POST", "/api/v1/facts/event", "", "", 404, "accounts"},
		{"unknown parameter", "GET", "/api/v1/metrics/nps?form=2026-01-01", "", "", 400, "form"},
		{"bad choice", "GET", "/api/v1/metrics/nps?format=xml", "", "", 400, "format"},
		{"bad bound", "GET", "/api/v1/facts/events?from=yesterday", "", "", 400, "yesterday"},
		{"broken body", "POST", "/api/v1/keys", `{"name":`, "Content-Type: application/json", 400, ""},
		{"missing field", "POST", "/api/v1/keys", `{"name":"x"}`, "Content-Type: application/json", 400, "scope"},
		{"unfit name", "POST", "/api/v1/keys", `{"name":" ","scope":"read"}`, "Content-Type: application/json", 400, "is empty"},
		{"unknown kind to export", "GET", "/api/v1/facts/event", "", "", 404, "events"},
		{"no such call", "GET", "/api/v1/quarantine/bb", "", "", 404, "no such quarantined"},
		{"nothing to mend", "PATCH", "/api/v1/quarantine/aa", `{}`, "Content-Type: application/json", 400, "is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := h.call(c.method, c.path, "kw_admin", c.body, c.head)
			wantStatus(t, w, c.status)
			if problemIn(t, w); !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("does not say %q: %s", c.says, w.Body)
			}
		})
	}
}

func TestOurOwnMistakesAreNotShown(t *testing.T) {
	h := newHouse(t)
	h.answer = func(context.Context) (*metric.Answer, error) { return nil, errors.New("select secret from users") }
	w := h.call("GET", "/api/v1/metrics/nps", "kw_read", "")
	wantStatus(t, w, http.StatusInternalServerError)
	if problemIn(t, w); strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%s", w.Body)
	}
	h.answer = func(context.Context) (*metric.Answer, error) { panic("secret") }
	w = h.call("GET", "/api/v1/metrics/nps", "kw_read", "")
	wantStatus(t, w, http.StatusInternalServerError)
	if problemIn(t, w); strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%s", w.Body)
	}
}

func TestAQuestionReachesTheMetricsAsItWasAsked(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/metrics/nps?from=2026-01-01&to=2026-02-01&grain=week&by=plan&segment=plan+%3D+pro&variant=a&as_of=2026-02-02&currency=EUR&set=funnel_steps%3Da,+b&set=inactive_days%3D7",
		"kw_read", "", "Accept-Language: ro-MD")
	wantStatus(t, w, http.StatusOK)
	want := metric.Ask{Metric: "nps", From: "2026-01-01", To: "2026-02-01", Grain: "week", By: "plan", Segment: "plan = pro", Variant: "a",
		AsOf: "2026-02-02", Currency: "EUR", Lang: i18n.RO, Set: map[string]string{"funnel_steps": "a, b", "inactive_days": "7"}}
	if !reflect.DeepEqual(h.asked, want) {
		t.Errorf("%+v", h.asked)
	}
}

func TestASlowQuestionEndsAndOthersWaitOnlySoLong(t *testing.T) {
	h := newHouse(t)
	h.answer = func(ctx context.Context) (*metric.Answer, error) { <-ctx.Done(); return nil, ctx.Err() }
	w := h.call("GET", "/api/v1/metrics/nps", "kw_read", "")
	wantStatus(t, w, http.StatusServiceUnavailable)
	if d := problemIn(t, w); !strings.Contains(d.Fix, "shorter period") || w.Header().Get("Retry-After") == "" {
		t.Errorf("%+v", d)
	}
	h.turns.all <- struct{}{} // somebody else's, the only one there may be
	w = h.call("GET", "/api/v1/metrics/nps", "kw_read", "")
	wantStatus(t, w, http.StatusServiceUnavailable)
	if d := problemIn(t, w); !strings.Contains(d.Detail, "too many questions") {
		t.Errorf("%+v", d)
	}
}

func TestCSVCellsNeverStartAFormula(t *testing.T) {
	h := newHouse(t)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	key := "=cmd()"
	h.answer = func(context.Context) (*metric.Answer, error) {
		return &metric.Answer{From: at, To: at.AddDate(0, 1, 0), Value: &metric.Figure{Float: -5}, N: 3,
			Points: []metric.Point{{From: at, To: at.AddDate(0, 0, 7), Value: &metric.Figure{Float: 1.5}, N: 2, Partial: true}},
			Groups: []metric.Group{{Key: &key, N: 1}}}, nil
	}
	want := "part,group,from,to,value,numerator,denominator,n,interval_low,interval_high,partial\n" +
		"total,,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,-5,,,3,,,\n" +
		"point,,2026-01-01T00:00:00Z,2026-01-08T00:00:00Z,1.5,,,2,,,true\n" +
		"group,'=cmd(),2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,,,1,,,\n"
	for _, w := range []*bytes.Buffer{
		h.call("GET", "/api/v1/metrics/nps?format=csv", "kw_read", "").Body,
		h.call("GET", "/api/v1/metrics/nps", "kw_read", "", "Accept: text/csv").Body,
	} {
		if w.String() != want {
			t.Errorf("got\n%swant\n%s", w, want)
		}
	}
}

func TestFactsComeWithTheirSourceAndForm(t *testing.T) {
	h := newHouse(t)
	w := h.call("POST", "/api/v1/facts/events?wait=loaded", "kw_ingest", "name\nopened\n", "Content-Type: text/csv; charset=utf-8", "Content-Encoding: gzip", "Content-Length: 12")
	wantStatus(t, w, http.StatusOK)
	q := h.took
	if q.Kind != "events" || q.ContentType != "text/csv; charset=utf-8" || q.ContentEncoding != "gzip" || q.Length != 12 || !q.WaitLoaded ||
		q.Source != "key:ingest" || h.body != "name\nopened\n" {
		t.Errorf("%+v %q", q, h.body)
	}
	if got := strings.TrimSpace(w.Body.String()); got != `{"accepted":1,"duplicates":0,"refused":[]}` {
		t.Error(got)
	}
	h.call("POST", "/api/v1/facts/events?source=import&dry_run=true", "kw_ingest", "{}", "Content-Type: application/x-ndjson")
	if h.took.Source != ingest.SourceImport || !h.took.DryRun || h.took.Length != -1 {
		t.Errorf("%+v", h.took)
	}
}

func TestAnExportCanBeReadBackAsTheSameFacts(t *testing.T) {
	h := newHouse(t)
	b := fact.NewBuilder(fact.Subscriptions, "crm", time.UTC)
	text := func(name, s string) { b.Set(name, fact.Cell{Kind: fact.TextCell, Text: s}) }
	text("ts", "2026-01-02T03:04:05.678901Z")
	text("account_id", "=acme")
	text("subscription_id", "s1")
	text("status", "active")
	text("amount", "-1234.50")
	text("currency", "EUR")
	text("interval", "month")
	text("note", "a \"quoted\"\nnote") // no column: a property
	f, bad := b.Finish()
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	h.facts = []*fact.Fact{f}
	w := h.call("GET", "/api/v1/facts/subscriptions", "kw_read", "")
	wantStatus(t, w, http.StatusOK)
	back, bad, err := fact.NewBuilder(fact.Subscriptions, "elsewhere", time.UTC).FromJSON(bytes.TrimSpace(w.Body.Bytes()))
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad, w.Body)
	}
	one, two := fact.AppendRecord(nil, 0, "", []*fact.Fact{f}), fact.AppendRecord(nil, 0, "", []*fact.Fact{back})
	if !bytes.Equal(one, two) {
		t.Errorf("not the same fact: %s", w.Body)
	}
	w = h.call("GET", "/api/v1/facts/subscriptions?format=csv", "kw_read", "")
	table := w.Body.String()
	if !strings.Contains(table, ",'=acme,") || !strings.Contains(table, ",-1234.50,") {
		t.Error(table)
	}
}

func TestAQuarantinedCallIsMendedReplayedAndDiscarded(t *testing.T) {
	h := newHouse(t)
	w := h.call("PATCH", "/api/v1/quarantine/aa", "kw_admin", `{"body":{"big":12345678901234567890},"replay":true}`, "Content-Type: application/json")
	wantStatus(t, w, http.StatusOK)
	if string(h.held.Edited) != `{"big":12345678901234567890}` || h.held.Status != feed.Replayed {
		t.Errorf("%+v", h.held)
	}
	h.held = feed.Quarantined{ID: "aa", Status: feed.Open, Body: []byte("not JSON")}
	w = h.call("POST", "/api/v1/quarantine/aa/discard", "kw_admin", "")
	if !strings.Contains(w.Body.String(), `"body":"not JSON"`) || h.held.Status != feed.Discarded || !h.held.Decided.Equal(now) {
		t.Errorf("%s", w.Body)
	}
}

func TestACheckTellsHowFarItIsAndEndsWithDone(t *testing.T) {
	h := newHouse(t)
	want := `{"progress":"counting"}` + "\n" + `{"finding":{"where":"user_day","what":"differs"}}` + "\n" + `{"done":true}` + "\n"
	if got := h.call("POST", "/api/v1/admin/check", "kw_admin", "").Body.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAServersProblemReadsAsTheFaultItWas(t *testing.T) {
	h := newHouse(t)
	w := h.call("POST", "/api/v1/facts/nothing", "kw_ingest", "")
	err := ReadProblem(w.Code, w.Body.Bytes())
	if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), `no kind of fact called "nothing"; use one of accounts`) {
		t.Error(err)
	}
	if err := ReadProblem(502, []byte("<html>")); !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Error(err)
	}
}
