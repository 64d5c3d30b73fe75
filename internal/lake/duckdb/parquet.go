package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"github.com/keepwell/keepwell/internal/fault"
)

// ReadParquet gives the rows of a Parquet file in their order: the names of its columns, the same slice each time, and
// a row's values (nil, bool, int64, float64, string, time.Time in UTC; anything else as its text), which are only good
// until fn returns. An error of fn ends it and is returned.
func ReadParquet(ctx context.Context, path string, fn func(columns []string, values []any) error) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fault.Wrap(fault.Invalid, err, "the file can't be read").At("%s", path)
	}
	db, err := bench(ctx, path, "")
	if err != nil {
		return err
	}
	defer db.Close()
	query, err := parquetQuery(ctx, db, path)
	if err != nil {
		return unreadable(err, path)
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return unreadable(err, path)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return unreadable(err, path)
		}
		if err := fn(columns, values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return unreadable(err, path)
	}
	return nil
}

func unreadable(err error, path string) error {
	if said, _, more := strings.Cut(err.Error(), "\n"); more { // the rest shows our own statement
		err = errors.New(said)
	}
	return fault.Wrap(fault.Invalid, err, "the file can't be read as Parquet").At("%s", path)
}

// parquetQuery reads every column as one of the few types that ReadParquet gives.
func parquetQuery(ctx context.Context, db *sql.DB, path string) (string, error) {
	rows, err := db.QueryContext(ctx, "select column_name, column_type from (describe select * from read_parquet("+quote(path)+"))")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var parts []string
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return "", err
		}
		column := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		target := "varchar"
		switch {
		case kind == "BOOLEAN", kind == "TIMESTAMP", kind == "DOUBLE", kind == "BIGINT":
			target = kind
		case strings.HasSuffix(kind, "INT") && kind != "UBIGINT" && !strings.HasSuffix(kind, "HUGEINT"), kind == "INTEGER", kind == "UINTEGER":
			target = "BIGINT"
		case kind == "FLOAT":
			target = "DOUBLE"
		case kind == "TIMESTAMP WITH TIME ZONE":
			parts = append(parts, column+" at time zone 'UTC' as "+column)
			continue
		case strings.HasPrefix(kind, "TIMESTAMP"):
			target = "TIMESTAMP"
		}
		parts = append(parts, fmt.Sprintf("cast(%s as %s) as %s", column, target, column))
	}
	return "select " + strings.Join(parts, ", ") + " from read_parquet(" + quote(path) + ")", rows.Err()
}

// Column is a column of a Parquet file to write; SQLType is varchar, bigint, double, boolean or timestamp.
type Column struct{ Name, SQLType string }

// WriteParquet writes a new file. rows is called once and calls add for every row with a value (or nil) for each column,
// as its type wants it: string, int64, float64, bool, time.Time. When rows or writing fails there is no file.
func WriteParquet(ctx context.Context, path string, columns []Column, rows func(add func(values ...driver.Value) error) error) (err error) {
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	spill, err := os.MkdirTemp(filepath.Dir(path), ".keepwell-parquet-")
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the file can't be written").At("%s", path)
	}
	defer os.RemoveAll(spill)
	unfinished := filepath.Join(spill, "unfinished.parquet")
	db, err := bench(ctx, unfinished, spill)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defs := make([]string, len(columns))
	for i, c := range columns {
		defs[i] = `"` + strings.ReplaceAll(c.Name, `"`, `""`) + `" ` + c.SQLType
	}
	if _, err := conn.ExecContext(ctx, "create table rows ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	err = conn.Raw(func(raw any) error {
		a, err := duck.NewAppenderFromConn(raw.(driver.Conn), "", "rows")
		if err != nil {
			return err
		}
		if err := rows(a.AppendRow); err != nil {
			a.Close()
			return err
		}
		return a.Close()
	})
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "copy rows to "+quote(unfinished)+" (format parquet, compression zstd)"); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the file can't be written").At("%s", path)
	}
	if err := os.Rename(unfinished, path); err != nil {
		return fault.Wrap(fault.Invalid, err, "the file can't be written").At("%s", path)
	}
	return nil
}

// bench is a DuckDB in memory for handling one file, that reaches nothing else; with spill it may write there when
// rows are many.
func bench(ctx context.Context, file, spill string) (*sql.DB, error) {
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	settings := []string{"autoinstall_known_extensions = false", "autoload_known_extensions = false",
		"temp_directory = " + quote(spill), "memory_limit = '512MB'", "allowed_paths = [" + quote(file) + "]"}
	for _, s := range append(settings, "enable_external_access = false", "lock_configuration = true") {
		if _, err := db.ExecContext(ctx, "set global "+s); err != nil {
			db.Close()
			return nil, fmt.Errorf("DuckDB refuses the setting %s: %w", s, err)
		}
	}
	return db, nil
}
