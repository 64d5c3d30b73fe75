package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 1, 12, 0, 0, 1000, time.UTC)
)

func read(t *testing.T, path string) (columns []string, rows [][]any) {
	t.Helper()
	err := ReadParquet(ctx, path, func(names []string, values []any) error {
		columns = names
		rows = append(rows, append([]any(nil), values...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return columns, rows
}

func TestParquetReadsBackAsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it's.parquet")
	want := [][]any{{"naïve", int64(-7), 2.5, true, noon}, {nil, nil, nil, nil, nil}}
	columns := []Column{{"text", "varchar"}, {`a "number"`, "bigint"}, {"x", "double"}, {"yes", "boolean"}, {"ts", "timestamp"}}
	err := WriteParquet(ctx, path, columns, func(add func(...driver.Value) error) error {
		for _, row := range want {
			values := make([]driver.Value, len(row))
			for i := range row {
				values[i] = row[i]
			}
			if err := add(values...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	names, got := read(t, path)
	if len(names) != 5 || names[1] != `a "number"` || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v %v", names, got)
	}
}

func TestOtherTypesOfParquetBecomeTheFewWeKnow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wide.parquet")
	db, err := bench(ctx, path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec("copy (select 1::tinyint a, 2::uinteger b, 18446744073709551615::ubigint c, 1.5::float d, 12.30::decimal(9,2) e, date '2026-03-01' f, " +
		"timestamptz '2026-03-01 14:00:00.000001+02' g, [1, 2] h, timestamp_ms '2026-03-01 12:00:00' i) to " + quote(path) + " (format parquet)")
	if err != nil {
		t.Fatal(err)
	}
	_, got := read(t, path)
	want := [][]any{{int64(1), int64(2), "18446744073709551615", 1.5, "12.30", "2026-03-01", noon, "[1, 2]", noon.Truncate(time.Second)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func TestParquetThatFailsLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	stop := errors.New("stop")
	err := WriteParquet(ctx, filepath.Join(dir, "x.parquet"), []Column{{"a", "bigint"}}, func(func(...driver.Value) error) error { return stop })
	if left, _ := os.ReadDir(dir); !errors.Is(err, stop) || len(left) > 0 {
		t.Errorf("error %v, left %v", err, left)
	}
}

func TestWhatIsNoParquetIsSaidSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := ReadParquet(ctx, path, func([]string, []any) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "can't be read as Parquet") || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}
