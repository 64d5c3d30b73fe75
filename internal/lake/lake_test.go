package lake

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

var ctx = context.Background()

// onEngines runs a test on DuckDB and on PostgreSQL, each with options for a lake of its own.
func onEngines(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("duckdb", func(t *testing.T) { test(t, Options{Path: filepath.Join(t.TempDir(), "lake.duckdb"), Threads: 1}) })
	t.Run("postgres", func(t *testing.T) { test(t, Options{URL: postgrestest.Start(t)}) })
}

func open(t testing.TB, o Options) *Lake {
	t.Helper()
	l, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// made builds a fact of a kind at an hour after noon from fields given as name, text, name, text…
func made(t testing.TB, k *fact.Kind, id string, hour int, fields ...string) *fact.Fact {
	t.Helper()
	b := fact.NewBuilder(k, "test", time.UTC)
	b.Set("id", fact.Cell{Kind: fact.TextCell, Text: id})
	b.At(noon.Add(time.Duration(hour) * time.Hour))
	for i := 0; i < len(fields); i += 2 {
		b.Set(fields[i], fact.Cell{Kind: fact.TextCell, Text: fields[i+1]})
	}
	f, bad := b.Finish()
	if bad != nil {
		t.Fatalf("%s %s: %v", k.Name, id, bad)
	}
	f.Received = noon.Add(time.Duration(hour) * time.Hour).UnixMicro()
	return f
}

// answer reads a query's answer as lines.
func answer(t testing.TB, l *Lake, query string) []string {
	t.Helper()
	v, err := l.View(ctx, nil)
	must(t, err)
	defer v.Close()
	return lines(t, v, query)
}

func lines(t testing.TB, v *View, query string) []string {
	t.Helper()
	rows, err := v.Query(ctx, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	all := []string{}
	for rows.Next() {
		must(t, rows.Scan(into...))
		line := ""
		for _, v := range values {
			if at, ok := v.(time.Time); ok {
				v = at.UTC().Format("2006-01-02 15:04")
			}
			line += fmt.Sprint(v, "|")
		}
		all = append(all, line[:len(line)-1])
	}
	must(t, rows.Err())
	return all
}

func wantLines(t testing.TB, got []string, want ...string) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
}

// fullFact has a value in every column of its kind.
func fullFact(t *testing.T, k *fact.Kind) *fact.Fact {
	t.Helper()
	b := fact.NewBuilder(k, "a source", time.UTC)
	text := func(name, s string) { b.Set(name, fact.Cell{Kind: fact.TextCell, Text: s}) }
	text("id", "full")
	text("account_id", "acme")
	text("user_id", "Ünï 用户")
	text("ts", "2026-03-01T10:11:12.123456Z")
	text("extra", "with 'quotes', \"more\" and ñ")
	for i, c := range k.Columns {
		if c.Derived {
			continue
		}
		switch c.Type {
		case fact.Choice:
			text(c.Name, c.Choices[len(c.Choices)-1])
		case fact.Integer:
			text(c.Name, "7")
		case fact.Number:
			x := 4 + float64(i)/8
			if c.Max > c.Min && x > c.Max {
				x = c.Min + (c.Max-c.Min)*float64(i+1)/16
			}
			text(c.Name, fmt.Sprint(x))
		case fact.Decimal:
			text(c.Name, "12.50")
		case fact.Money:
			text(c.Name, "1234567.89")
		case fact.Currency:
			text(c.Name, "EUR")
		case fact.Time:
			text(c.Name, fmt.Sprintf("2026-04-%02dT00:00:00Z", i+1))
		case fact.Bool:
			text(c.Name, "true")
		default:
			text(c.Name, "the "+c.Name)
		}
	}
	for name, s := range map[string]string{"payment_terms": "40+0,60+30", "invitation": "087f201f-a94b-0917-add9-0e227796f636", "scale_min": "1", "scale_max": "10", "score": "5"} {
		if k.Has(name) {
			text(name, s)
		}
	}
	f, bad := b.Finish()
	if bad != nil {
		t.Fatalf("%s: %v", k.Name, bad)
	}
	f.Received = noon.UnixMicro()
	f.Flags = fact.SkewBounded
	return f
}

func TestEveryColumnOfEveryKindIsKept(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		for i, k := range fact.Kinds() {
			want := fullFact(t, k)
			for n, c := range k.Columns {
				if want.Values[n].State != fact.Present {
					t.Fatalf("the test gives %s.%s no value", k.Name, c.Name)
				}
			}
			bare := &fact.Fact{Kind: k, ID: fact.IDFor(k, "s", "bare"), At: want.At + 1, Received: want.Received, Source: "s", Account: want.Account,
				Values: make([]fact.Value, len(k.Columns))}
			if k.Mode == fact.Traits {
				bare.Values[0].State = fact.Null
			}
			must(t, l.Load(ctx, []*fact.Fact{bare, want}, uint64(i+1)))
			var got []*fact.Fact
			must(t, l.Scan(ctx, k, time.Time{}, time.Time{}, func(f *fact.Fact) error { got = append(got, f); return nil }))
			if len(got) != 2 {
				t.Fatalf("%s: %d facts", k.Name, len(got))
			}
			for n, f := range []*fact.Fact{want, bare} {
				if !reflect.DeepEqual(got[n], f) {
					t.Fatalf("%s:\ngot  %+v\nwant %+v", k.Name, got[n], f)
				}
			}
			must(t, l.Scan(ctx, k, want.Time().Add(time.Hour), time.Time{}, func(*fact.Fact) error { t.Errorf("%s: a fact after the last", k.Name); return nil }))
		}
		totals, err := l.Totals(ctx)
		must(t, err)
		for _, total := range totals {
			if total.Count != 2 || !total.Received.Equal(noon) || total.Last.Sub(total.First) != time.Microsecond {
				t.Errorf("total %+v", total)
			}
		}
		ids := map[uint64]bool{}
		must(t, l.IDs(ctx, func(low uint64) { ids[low] = true }))
		if id := fullFact(t, fact.Orders).ID; len(ids) != 2*len(totals) || !ids[beUint64(id[8:])] {
			t.Errorf("%d ids", len(ids))
		}
	})
}

func beUint64(b []byte) (n uint64) {
	for _, c := range b[:8] {
		n = n<<8 | uint64(c)
	}
	return n
}

func TestExtremeValuesAreKept(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		f := made(t, fact.Campaigns, "x", 0, "campaign", "spring")
		f.Set("sent", fact.IntValue(math.MaxInt64))
		f.Set("cost", fact.IntValue(math.MinInt64))
		f.Properties = bytes.Repeat([]byte("ü"), 32<<10)
		f.At = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
		must(t, l.Load(ctx, []*fact.Fact{f}, 1))
		must(t, l.Scan(ctx, fact.Campaigns, time.Time{}, time.Time{}, func(got *fact.Fact) error {
			if !reflect.DeepEqual(got, f) {
				t.Errorf("got  %+v\nwant %+v", got, f)
			}
			return nil
		}))
	})
}
