package docs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/metric"
)

// The example of the page can be copied: it is read, checked, tried and asked.
func TestTheExampleOfAMetricOfOnesOwnWorks(t *testing.T) {
	page, err := os.ReadFile("own-metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```sql\n")
	text, _, _ := strings.Cut(rest, "```")
	d, err := metric.Parse("report_readers.sql", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := metric.CheckOwn(ctx, duckdb.Parse, d); err != nil {
		t.Fatal(err)
	}
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if err := catalog.Put(d); err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Options{Zone: time.UTC, Path: filepath.Join(t.TempDir(), "lake.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	events, _ := fact.KindNamed("events")
	var all []*fact.Fact
	for _, line := range []string{"a,Report Viewed", "a,Report Viewed", "b,Report Viewed", "c,Login", "d,Login"} {
		user, name, _ := strings.Cut(line, ",")
		b := fact.NewBuilder(events, "test", time.UTC)
		for column, text := range map[string]string{"id": fmt.Sprint(len(all)), "ts": "2026-05-10", "user_id": user, "name": name} {
			b.Set(column, fact.Cell{Kind: fact.TextCell, Text: text})
		}
		f, bad := b.Finish()
		if bad != nil {
			t.Fatal(bad)
		}
		all = append(all, f)
	}
	if err := l.Load(ctx, all, uint64(len(all))); err != nil {
		t.Fatal(err)
	}
	s := &metric.Service{Catalog: catalog, Zone: time.UTC, Currency: "EUR", Now: func() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) },
		Open: func(ctx context.Context, asOf *time.Time) (metric.View, error) { return l.View(ctx, asOf) }}
	if err := s.TryOwn(ctx, d); err != nil {
		t.Fatal(err)
	}
	a, err := s.Answer(ctx, metric.Ask{Metric: d.ID, From: "2026-05-01", To: "2026-06-01"})
	if err != nil || a.Value.String() != "50" || a.Interval == nil {
		t.Errorf("%+v, %v; want 2 of 4 people", a, err)
	}
}
