package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

func newFacts(t testing.TB) (*house, *Facts) {
	h := newHouse(t).start()
	return h, &Facts{Door: h.door, Loader: h.loader, Feed: NewFeed(&memoryFeed{sums: map[string]int{}}), Zone: time.UTC, Now: h.now}
}

func TestRowsComeAsArrayObjectLinesOrTable(t *testing.T) {
	const first, second = `{"ts":"2026-03-01","name":"A","user_id":"u"}`, `{"ts":"2026-03-01","name":"B","userId":"u"}`
	for _, c := range []struct{ media, body string }{
		{"application/json", "[" + first + ",\n" + second + "]"},
		{"application/json; charset=utf-8", first + second},
		{"application/x-ndjson", first + "\r\n\r\n" + second},
		{"", " \n[" + first + "," + second + "]"},
		{"text/csv", "ts,name,user_id\n2026-03-01,A,u\n2026-03-01,B,u\n"},
		{"text/csv", "\xef\xbb\xbfTS;Name;User ID\r\n2026-03-01;A;u\r\n2026-03-01;B;u\r\n"},
		{"text/plain", "ts\tname\tuserId\n2026-03-01\tA\tu\n2026-03-01\tB\tu"},
	} {
		h, f := newFacts(t)
		q := FactsRequest{Kind: "events", Source: "key:1", Body: strings.NewReader(c.body), Length: -1, ContentType: c.media, WaitLoaded: true}
		answer, err := f.Take(context.Background(), q)
		if err != nil || answer.Accepted != 2 || len(answer.Refused) > 0 || answer.Refused == nil {
			t.Errorf("%q: %+v %v", c.body, answer, err)
			continue
		}
		if all := h.lake.all(); len(all) != 2 || all[0].Text("name") != "A" || all[1].Text("name") != "B" || all[1].User != "u" {
			t.Errorf("%q: loaded %+v", c.body, all)
		}
		q.Body = strings.NewReader(c.body)
		if answer, err := f.Take(context.Background(), q); err != nil || answer.Accepted != 0 || answer.Duplicates != 2 {
			t.Errorf("%q again: %+v %v", c.body, answer, err)
		}
		h.stop()
	}
}

func TestRowsThatCannotBeUsedAreNamedAndTheRestIsKept(t *testing.T) {
	_, f := newFacts(t)
	body := "ts,name,scale,account_id\n2026-03-01,A,,a\nnever,,,a\n2026-03-01,\"two\nlines\",1,a\n2026-03-01,B\n2026-03-01,C,x," + strings.Repeat("a", 300) + "\n"
	answer, err := f.Take(context.Background(), FactsRequest{Kind: "events", Source: "key:1", Body: strings.NewReader(body), ContentType: "text/csv"})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Accepted != 2 {
		t.Errorf("accepted %d", answer.Accepted)
	}
	want := []string{"2 ts", "2 name", "4 ", "5 account_id"}
	for i, r := range answer.Refused {
		if got := fmt.Sprint(r.Row, " ", r.Field); i >= len(want) || got != want[i] || r.Reason == "" {
			t.Errorf("refused %+v", r)
		}
	}
	if len(answer.Refused) != len(want) {
		t.Errorf("%d refusals, want %d", len(answer.Refused), len(want))
	}
}

func TestRequestsThatCannotBeReadTakeInNothing(t *testing.T) {
	good := `{"ts":"2026-03-01","name":"A"}`
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	zip.Write([]byte(good))
	zip.Write(bytes.Repeat([]byte{'\n'}, 65<<20))
	zip.Close()
	for _, c := range []struct {
		name string
		q    FactsRequest
		kind fault.Kind
		text string
	}{
		{"an unknown kind", FactsRequest{Kind: "evnts"}, fault.NotFound, "subscriptions"},
		{"a broken array", FactsRequest{Body: strings.NewReader("[" + good + ",\n  {\"ts\":}]")}, fault.Invalid, "line 2, column 9"},
		{"an array cut off", FactsRequest{Body: strings.NewReader("[" + good)}, fault.Invalid, "line 1, column 32"},
		{"an array with more behind it", FactsRequest{Body: strings.NewReader("[" + good + "]" + good)}, fault.Invalid, "follows"},
		{"a broken line", FactsRequest{Body: strings.NewReader(good + "\n{\"ts\" 1}"), ContentType: "application/x-ndjson"}, fault.Invalid, "line 2, column 7: a colon"},
		{"nothing", FactsRequest{Body: strings.NewReader(" "), ContentType: "application/json"}, fault.Invalid, "empty"},
		{"an empty table", FactsRequest{Body: strings.NewReader(""), ContentType: "text/csv"}, fault.Invalid, "empty"},
		{"broken quotes", FactsRequest{Body: strings.NewReader("ts,name\n2026-03-01,A\n2026-03-01,\"B\"x\n"), ContentType: "text/csv"}, fault.Invalid, "line 3"},
		{"two columns of one name", FactsRequest{Body: strings.NewReader("ts,userId,user_id\n"), ContentType: "text/csv"}, fault.Invalid, "two columns"},
		{"UTF-16", FactsRequest{Body: strings.NewReader("\xff\xfet\x00s\x00"), ContentType: "text/csv"}, fault.Invalid, "UTF-8"},
		{"another type", FactsRequest{Body: strings.NewReader("x"), ContentType: "image/png"}, fault.Invalid, "text/csv"},
		{"a body that says it is long", FactsRequest{Body: strings.NewReader(good), Length: 65 << 20}, fault.TooLarge, "65536 KB"},
		{"a long body", FactsRequest{Body: io.MultiReader(strings.NewReader(good), endlessReader{})}, fault.TooLarge, "65536 KB"},
		{"a gzip bomb", FactsRequest{Body: &bomb, ContentEncoding: "gzip"}, fault.TooLarge, "unpacked"},
		{"too many rows", FactsRequest{Body: strings.NewReader("ts,name\n" + strings.Repeat("2026-03-01,A\n", 100_001)), ContentType: "text/csv"}, fault.TooLarge, "100000 rows"},
	} {
		h, f := newFacts(t)
		if c.q.Kind == "" {
			c.q.Kind = "events"
		}
		answer, err := f.Take(context.Background(), c.q)
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %+v %v", c.name, answer, err)
		}
		if h.log.End() != 0 {
			t.Errorf("%s: something was taken in", c.name)
		}
		h.stop()
	}
}

func TestADryRunTakesNothing(t *testing.T) {
	h, f := newFacts(t)
	answer, err := f.Take(context.Background(), FactsRequest{Kind: "events", Body: strings.NewReader("ts,name\n2026-03-01,A\nnever,B\n"), ContentType: "text/csv", DryRun: true})
	if err != nil || answer.Accepted != 1 || len(answer.Refused) != 1 || h.log.End() != 0 {
		t.Errorf("%+v %v", answer, err)
	}
}
