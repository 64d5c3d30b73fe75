package forecast_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

var engines = []string{"duckdb", "postgres"}

// opened is an empty lake.
func opened(t testing.TB, engine string) *lake.Lake {
	t.Helper()
	o := lake.Options{Zone: time.UTC, Path: filepath.Join(t.TempDir(), "lake.duckdb")}
	if engine == "postgres" {
		o.Path, o.URL = "", postgrestest.Start(t)
	}
	l, err := lake.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func reading(t testing.TB, l *lake.Lake, now time.Time) forecast.Reader {
	t.Helper()
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return forecast.Reader{Metrics: &metric.Service{Catalog: catalog, Zone: time.UTC, Currency: "EUR", Now: func() time.Time { return now },
		Open: func(ctx context.Context, asOf *time.Time) (metric.View, error) { return l.View(ctx, asOf) }}}
}

func load(t testing.TB, l *lake.Lake, facts []*fact.Fact) {
	t.Helper()
	at, err := l.Cursor(context.Background())
	if err == nil {
		err = l.Load(context.Background(), facts, at+uint64(len(facts)))
	}
	if err != nil {
		t.Fatal(err)
	}
}
