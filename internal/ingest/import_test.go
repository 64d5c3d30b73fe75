package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"pgregory.net/rapid"
)

// page is a file in memory.
type page struct{ bytes.Buffer }

func (*page) Close() error { return nil }

// bring imports text and gives what was refused.
func bring(t testing.TB, sink Sink, kind, format, text string, m map[string]string) (Progress, string, error) {
	t.Helper()
	counter := &Counter{From: strings.NewReader(text)}
	rows, err := OpenRows(format, counter)
	if err != nil {
		return Progress{}, "", err
	}
	var refused page
	done, err := Import(context.Background(), kind, rows, counter, sink, ImportOptions{Map: m, Refused: func() (io.WriteCloser, error) { return &refused, nil }})
	return done, refused.String(), err
}

const mixedCSV = "Happened at,Name,userId,Colour\n" +
	"2026-03-01,A,u,red\n" +
	"2026-03-01,\"two\nlines\",u,=1+1\n" +
	"never,,u,=2+2\n" +
	"2026-03-01,\"broken\"quotes,u,\n" +
	"2026-03-01,B,u,\n"

func TestImportKeepsWhatCanBeUsedAndWritesDownTheRest(t *testing.T) {
	h, f := newFacts(t)
	done, refused, err := bring(t, &LocalSink{Facts: f}, "events", "csv", mixedCSV, map[string]string{"happened_at": "ts"})
	if err != nil || done != (Progress{int64(len(mixedCSV)), 5, 3, 0, 2}) {
		t.Fatalf("%+v %v", done, err)
	}
	records, err := csv.NewReader(strings.NewReader(refused)).ReadAll()
	if err != nil || len(records) != 3 {
		t.Fatalf("%s %v", refused, err)
	}
	if got := strings.Join(records[0], ","); got != "Happened at,Name,userId,Colour,refused_line,refused_field,refused_reason" {
		t.Error(got)
	}
	if r := records[1]; r[0] != "never" || r[3] != "'=2+2" || r[4] != "5" || r[5] != "ts; name" || !strings.Contains(r[6], "not a time") {
		t.Errorf("%q", r)
	}
	if r := records[2]; r[4] != "6" || !strings.Contains(r[6], "broken CSV") {
		t.Errorf("%q", r)
	}
	h.settle()
	if all := h.lake.all(); len(all) != 3 || all[1].Text("name") != "two\nlines" || string(all[1].Properties) != `{"Colour":"=1+1"}` {
		t.Errorf("%+v", all)
	}
	mended := strings.Replace(strings.Replace(refused, "never", "2026-03-02", 1), "2026-03-02,,", "2026-03-02,C,", 1)
	if done, _, err := bring(t, &LocalSink{Facts: f}, "events", "csv", mended, map[string]string{"Happened at": "ts"}); err != nil || done.Accepted != 1 {
		t.Errorf("mended: %+v %v\n%s", done, err, mended)
	}
	h.settle()
	if all := h.lake.all(); string(all[3].Properties) != `{"Colour":"=2+2"}` {
		t.Errorf("mended: %s", all[3].Properties)
	}
}

func TestImportingAgainAddsNothing(t *testing.T) {
	h, f := newFacts(t)
	var text strings.Builder
	text.WriteString("ts,name,user_id\n")
	for n := range 25_000 { // several chunks
		fmt.Fprintf(&text, "%d,Export,u%d\n", 1_772_000_000+n, n%100)
	}
	sink := &LocalSink{Facts: f}
	if done, _, err := bring(t, sink, "events", "csv", text.String()[:text.Len()/2], nil); err != nil || done.Duplicates != 0 {
		t.Fatalf("half: %+v %v", done, err)
	}
	if done, _, err := bring(t, sink, "events", "csv", text.String(), nil); err != nil || done.Rows != 25_000 || done.Duplicates < 12_000 {
		t.Fatalf("whole: %+v %v", done, err)
	}
	done, _, err := bring(t, sink, "events", "csv", text.String(), nil)
	if err != nil || done.Duplicates != 25_000 || done.Accepted != 0 {
		t.Fatalf("again: %+v %v", done, err)
	}
	h.settle()
	for i, f := range h.lake.all()[12_600:] { // the file's order is kept
		if i > 0 && f.At < h.lake.facts[12_600+i-1].At {
			t.Fatal("rows came out of order")
		}
	}
}

func TestImportReadsLinesOfJSONUnderOtherNames(t *testing.T) {
	h, f := newFacts(t)
	text := `{"when":1772000000,"Name":"A","user id":"u","n":{"x":[1]}}` + "\n\n" + `{"when":1772000000,` + "\n" + `[1]` + "\n" + `{"when":1772000000,"name":"B"}`
	done, refused, err := bring(t, &LocalSink{Facts: f}, "events", "ndjson", text, map[string]string{"when": "ts"})
	if err != nil || done.Accepted != 2 || done.Refused != 2 {
		t.Fatalf("%+v %v %s", done, err, refused)
	}
	records, _ := csv.NewReader(strings.NewReader(refused)).ReadAll()
	if len(records) != 3 || records[1][1] != "3" || !strings.Contains(records[1][3], "broken JSON at column") || records[2][0] != "[1]" {
		t.Errorf("%q", records)
	}
	h.settle()
	if f := h.lake.all()[0]; f.User != "u" || string(f.Properties) != `{"n":{"x":[1]}}` {
		t.Errorf("%+v %s", f, f.Properties)
	}
}

func TestImportSaysWhatIsWrongWithTheWholeFile(t *testing.T) {
	_, f := newFacts(t)
	sink := &LocalSink{Facts: f}
	for _, c := range []struct {
		kind, format, text string
		m                  map[string]string
		want               string
	}{
		{"evnts", "csv", "ts,name\n", nil, "subscriptions"},
		{"events", "csv", "", nil, "empty"},
		{"events", "csv", "ts,name\n", map[string]string{"when": "ts"}, "no column \"when\""},
		{"events", "csv", "when,ts\n", map[string]string{"when": "ts"}, "two columns for ts"},
		{"events", "csv", "ts,,name\n", nil, "column 2"},
		{"events", "csv", "\xfe\xff\x00t", nil, "UTF-16"},
		{"events", "xlsx", "PK", nil, "xlsx"},
	} {
		if _, _, err := bring(t, sink, c.kind, c.format, c.text, c.m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("the disk reports an error") }

func TestImportStopsWhenTheFileOrTheSinkFails(t *testing.T) {
	_, f := newFacts(t)
	rows, err := NewCSV(io.MultiReader(strings.NewReader("ts,name\n"+strings.Repeat("2026-03-01,A\n", 40_000)), failingReader{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Import(context.Background(), "events", rows, nil, &LocalSink{Facts: f}, ImportOptions{}); err == nil || !strings.Contains(err.Error(), "disk reports") {
		t.Error(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sendProblem(w, fault.New(fault.Forbidden, "this key may only read"))
	}))
	defer server.Close()
	if _, _, err := bring(t, &ServerSink{URL: server.URL, Client: server.Client()}, "events", "csv", mixedCSV, nil); fault.KindOf(err) != fault.Forbidden || !strings.Contains(err.Error(), "only read") {
		t.Error(err)
	}
}

func TestImportIntoAServerIsTheSameAsHere(t *testing.T) {
	h, f := newFacts(t)
	busy := 1
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if busy > 0 {
			busy--
			sendProblem(w, fault.New(fault.TooMany, "slow down").After(time.Second))
			return
		}
		if r.Header.Get("Authorization") != "Bearer k" || r.URL.Query().Get("source") != SourceImport {
			t.Errorf("%v %v", r.Header, r.URL)
		}
		answer, err := f.Take(r.Context(), FactsRequest{Kind: strings.TrimPrefix(r.URL.Path, "/api/v1/facts/"), Source: SourceImport, Body: r.Body,
			Length: r.ContentLength, ContentType: r.Header.Get("Content-Type"), DryRun: r.URL.Query().Has("dry_run"), At: r.URL.Query().Get("at")})
		if err != nil {
			sendProblem(w, err)
			return
		}
		json.NewEncoder(w).Encode(answer)
	}))
	defer server.Close()
	sink := &ServerSink{URL: server.URL, Key: "k", Client: server.Client()}
	names := map[string]string{"Happened at": "ts"}
	_, here, err := bring(t, &LocalSink{Facts: f, DryRun: true}, "events", "csv", mixedCSV, names)
	if err != nil {
		t.Fatal(err)
	}
	done, there, err := bring(t, sink, "events", "csv", mixedCSV, names)
	if err != nil || done.Accepted != 3 || done.Refused != 2 {
		t.Fatalf("%+v %v", done, err)
	}
	sorted := func(s string) []string { lines := strings.Split(s, "\n"); slices.Sort(lines); return lines }
	if !slices.Equal(sorted(here), sorted(there)) {
		t.Errorf("refused here\n%s\nrefused there\n%s", here, there)
	}
	if done, _, err := bring(t, &LocalSink{Facts: f}, "events", "csv", mixedCSV, names); err != nil || done.Duplicates != 3 {
		t.Errorf("here after there: %+v %v", done, err)
	}
	if done, _, err := bring(t, sink, "events", "ndjson", `{"ts":"2026-03-01","name":"N"}`+"\n{\n", nil); err != nil || done.Accepted != 1 || done.Refused != 1 {
		t.Errorf("lines: %+v %v", done, err)
	}
	h.settle()
}

func TestRowsWithoutATimeHappenedWhenTheirSenderSays(t *testing.T) {
	h, f := newFacts(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := f.Take(r.Context(), FactsRequest{Kind: "accounts", Source: SourceImport, Body: r.Body, Length: r.ContentLength,
			ContentType: r.Header.Get("Content-Type"), At: r.URL.Query().Get("at")})
		if err != nil {
			sendProblem(w, err)
			return
		}
		json.NewEncoder(w).Encode(answer)
	}))
	defer server.Close()
	list, lines := "account_id,name,ts\nacme,Acme,\nsud,Süd,2026-03-02\n", `{"account_id":"acme","name":"Acme","ts":null}`+"\n"
	for name, sink := range map[string]func(at string) Sink{"here": func(at string) Sink { return &LocalSink{Facts: f, At: at} },
		"a server": func(at string) Sink { return &ServerSink{URL: server.URL, Key: "k", Client: server.Client(), At: at} }} {
		if done, refused, err := bring(t, sink(""), "accounts", "csv", list, nil); err != nil || done.Refused != 1 || !strings.Contains(refused, "when did it happen?") {
			t.Errorf("%s, with nothing said: %+v %v", name, done, err)
		}
		if done, _, err := bring(t, sink("2026-01-31"), "accounts", "csv", list, nil); err != nil || done.Refused != 0 {
			t.Errorf("%s: %+v %v", name, done, err)
		}
		if done, _, err := bring(t, sink("2026-01-31"), "accounts", "ndjson", lines, nil); err != nil || done.Duplicates != 1 {
			t.Errorf("%s, the same as lines: %+v %v", name, done, err)
		}
		if _, _, err := bring(t, sink("someday"), "accounts", "csv", list, nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s takes no day for one: %v", name, err)
		}
	}
	h.settle()
	days := map[string]int{}
	for _, one := range h.lake.all() {
		days[one.Account+" "+time.UnixMicro(one.At).In(f.Zone).Format(time.DateOnly)]++
	}
	if !maps.Equal(days, map[string]int{"acme 2026-01-31": 1, "sud 2026-03-02": 1}) {
		t.Errorf("they happened at %v", days)
	}
}

// listScanner is a lake that only has facts.
type listScanner []*fact.Fact

func (l listScanner) Scan(_ context.Context, kind *fact.Kind, from, to time.Time, fn func(*fact.Fact) error) error {
	for _, f := range l {
		if f.Kind == kind && (from.IsZero() || !f.Time().Before(from)) && (to.IsZero() || f.Time().Before(to)) {
			if err := fn(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// anyRow draws a row of kind that mostly passes its checks.
func anyRow(t *rapid.T, kind *fact.Kind) (*fact.Fact, bool) {
	b := fact.NewBuilder(kind, "test", time.UTC)
	text := rapid.OneOf(rapid.StringMatching(`['=+\-@\t\\]{0,3}[a-zA-Z;," ]{0,5}\n?N?`), rapid.SampledFrom([]string{"", "'", "''", `\N`, `'\N`, "null", "é"}))
	set := func(name string, kind fact.CellKind, text string) { b.Set(name, fact.Cell{Kind: kind, Text: text}) }
	set("ts", fact.NumberCell, fmt.Sprint(rapid.Int64Range(1_500_000_000_000, 1_800_000_000_000).Draw(t, "ts")))
	if kind.NeedsAccount || rapid.Bool().Draw(t, "account?") {
		set("account_id", fact.TextCell, text.Draw(t, "account"))
	}
	if kind.NeedsUser || rapid.Bool().Draw(t, "user?") {
		set("user_id", fact.TextCell, text.Draw(t, "user"))
	}
	if rapid.Bool().Draw(t, "properties?") {
		raw, _ := json.Marshal(map[string]any{text.Draw(t, "name"): text.Draw(t, "value"), "n": 1.5})
		b.Properties(raw)
	}
	currency := rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(t, "currency")
	for _, c := range kind.Columns {
		switch {
		case c.Type == fact.Currency:
			set(c.Name, fact.TextCell, currency)
			continue
		case c.Derived || c.Name == "invitation" || !c.Required && rapid.IntRange(0, 2).Draw(t, "absent") == 0:
			continue
		case !c.Required && rapid.IntRange(0, 5).Draw(t, "null") == 0:
			b.Set(c.Name, fact.Cell{})
			continue
		}
		switch c.Type {
		case fact.Text, fact.Key:
			set(c.Name, fact.TextCell, text.Draw(t, c.Name))
		case fact.Choice:
			set(c.Name, fact.TextCell, rapid.SampledFrom(c.Choices).Draw(t, c.Name))
		case fact.Integer:
			set(c.Name, fact.NumberCell, fmt.Sprint(rapid.Int64Range(1, 9).Draw(t, c.Name)))
		case fact.Number:
			set(c.Name, fact.NumberCell, fmt.Sprint(rapid.Float64Range(1, 10).Draw(t, c.Name)))
		case fact.Decimal:
			set(c.Name, fact.TextCell, fmt.Sprint(rapid.IntRange(1, 99).Draw(t, c.Name), ".50"))
		case fact.Money:
			digits, _ := fact.MinorDigits(currency)
			set(c.Name, fact.TextCell, strings.TrimSuffix(fmt.Sprintf("%d.%0*d", rapid.IntRange(-9, 9).Draw(t, c.Name), digits, rapid.IntRange(0, 9).Draw(t, "minor")), ".0"))
		case fact.Time:
			set(c.Name, fact.NumberCell, fmt.Sprint(rapid.Int64Range(1_500_000_000, 1_800_000_000).Draw(t, c.Name)))
		case fact.Bool:
			set(c.Name, fact.BoolCell, fmt.Sprint(rapid.Bool().Draw(t, c.Name)))
		}
	}
	f, refused := b.Finish()
	return f, len(refused) == 0
}

// What is exported and imported elsewhere is the same, to the id and to the difference between nothing said and null.
func TestExportsComeBackAsTheSameFacts(t *testing.T) {
	usable := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(fact.Kinds()).Draw(t, "kind")
		f, ok := anyRow(t, kind)
		if !ok {
			return
		}
		usable[kind.Name]++
		for _, format := range []string{"csv", "ndjson"} {
			var out bytes.Buffer
			if err := Export(context.Background(), listScanner{f}, kind.Name, time.Time{}, time.Time{}, format, &out); err != nil {
				t.Fatal(err)
			}
			rows, err := OpenRows(format, bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			row, err := rows.Next()
			if err != nil {
				t.Fatal(err)
			}
			rb, err := newRowBuilder(kind, fact.NewBuilder(kind, "elsewhere", time.UTC), rows.Header())
			if err != nil {
				t.Fatal(err)
			}
			g, refused := rb.build(&row)
			if len(refused) > 0 {
				t.Fatalf("refused %v:\n%s", refused, out.String())
			}
			if got, want := said(g), said(f); got != want {
				t.Fatalf("%s\ngot  %s\nwant %s", out.String(), got, want)
			}
			for _, cell := range row.Cells {
				if cell != "" && strings.ContainsAny(cell[:1], "=+@\t\r") {
					t.Fatalf("a spreadsheet takes %q for a formula", cell)
				}
			}
		}
	})
	t.Cleanup(func() {
		if len(usable) < 10 {
			t.Errorf("facts of only %d kinds were tried", len(usable))
		}
	})
}

// said is all that a fact says. Only for traits null is something else than nothing.
func said(f *fact.Fact) string {
	values := slices.Clone(f.Values)
	for i := range values {
		if values[i].State == fact.Null && f.Kind.Mode != fact.Traits {
			values[i] = fact.Value{}
		}
	}
	return fmt.Sprintf("%s %d %q %q %+v %s", f.ID, f.At, f.Account, f.User, values, f.Properties)
}

func TestExportWritesOnlyTheAskedTime(t *testing.T) {
	var out bytes.Buffer
	early, late := event("1"), event("2")
	late.At += time.Hour.Microseconds()
	if err := Export(context.Background(), listScanner{early, late}, "events", late.Time(), time.Time{}, "csv", &out); err != nil || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := Export(context.Background(), listScanner{}, "events", time.Time{}, time.Time{}, "xml", &out); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func BenchmarkImportCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString("id,ts,account_id,user_id,name,session_id,plan\n")
	const rows = 200_000
	for n := range rows {
		fmt.Fprintf(&text, "evt-%d,2026-03-01T10:%02d:%02dZ,account-%d,user-%d,Report Exported,s%d,pro\n", n, n/60%60, n%60, n%300, n%8000, n/20)
	}
	for b.Loop() {
		_, f := newFacts(b)
		began := time.Now()
		done, _, err := bring(b, &LocalSink{Facts: f}, "events", "csv", text.String(), nil)
		if err != nil || done.Accepted != rows {
			b.Fatal(done, err)
		}
		b.ReportMetric(rows/time.Since(began).Seconds(), "rows/s")
	}
}
