package main

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
)

// parquetRows gives the rows of a Parquet file as JSON objects. What is null there is left out, as an empty cell of a
// CSV file is: tables know no difference between "not given" and "erased".
type parquetRows struct {
	rows chan []byte
	err  error // when rows is closed
	n    int
}

func openParquet(ctx context.Context, file string) (ingest.RowReader, *ingest.Counter, int64, func(), error) {
	if _, err := os.Stat(file); err != nil {
		return nil, nil, 0, nil, unreadableFile(file, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &parquetRows{rows: make(chan []byte, 1000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(p.rows)
		defer func() {
			if r := recover(); r != nil {
				p.err = fmt.Errorf("reading %s panicked: %v", file, r)
			}
		}()
		p.err = duckdb.ReadParquet(ctx, file, func(columns []string, values []any) error {
			select {
			case p.rows <- rowJSON(columns, values):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	end := func() {
		cancel()
		<-ended
	}
	return p, nil, -1, end, nil
}

func (p *parquetRows) Header() []string { return nil }

func (p *parquetRows) Next() (ingest.Row, error) {
	raw, more := <-p.rows
	switch {
	case more:
		p.n++
		return ingest.Row{Line: p.n, JSON: raw}, nil
	case p.err != nil:
		return ingest.Row{}, p.err
	}
	return ingest.Row{}, io.EOF
}

func rowJSON(columns []string, values []any) []byte {
	out := []byte{'{'}
	for i, v := range values {
		var text []byte
		switch v := v.(type) {
		case nil:
			continue
		case bool:
			text = strconv.AppendBool(nil, v)
		case int64:
			text = strconv.AppendInt(nil, v, 10)
		case float64:
			if math.IsNaN(v) || math.IsInf(v, 0) {
				text = fact.AppendJSONString(nil, strconv.FormatFloat(v, 'g', -1, 64)) // to be refused with its name
			} else {
				text = strconv.AppendFloat(nil, v, 'f', -1, 64)
			}
		case time.Time:
			text = fact.AppendJSONString(nil, v.UTC().Format(time.RFC3339Nano))
		default:
			text = fact.AppendJSONString(nil, fmt.Sprint(v))
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(fact.AppendJSONString(out, columns[i]), ':'), text...)
	}
	return append(out, '}')
}

// writeParquet writes facts that come as NDJSON as a Parquet file. Amounts stay decimals as text: a float would not be
// exact.
func writeParquet(ctx context.Context, kindName string, from io.Reader, to io.Writer) error {
	kind, ok := fact.KindNamed(kindName)
	if !ok {
		return fault.New(fault.Internal, "this keepwell does not know the kind %s, though the server does", kindName)
	}
	columns := []duckdb.Column{{Name: "id", SQLType: "varchar"}, {Name: "ts", SQLType: "timestamp"}, {Name: "account_id", SQLType: "varchar"}, {Name: "user_id", SQLType: "varchar"}}
	for _, c := range kind.Columns {
		if c.Derived {
			continue
		}
		columns = append(columns, duckdb.Column{Name: c.Name, SQLType: sqlType(c.Type)})
	}
	columns = append(columns, duckdb.Column{Name: "properties", SQLType: "varchar"})
	dir, err := os.MkdirTemp("", "keepwell-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "export.parquet")
	err = duckdb.WriteParquet(ctx, path, columns, func(add func(...driver.Value) error) error {
		lines := json.NewDecoder(from)
		for {
			var row map[string]json.RawMessage
			if err := lines.Decode(&row); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			values := make([]driver.Value, len(columns))
			for i, c := range columns {
				if values[i], err = valueOf(c, row[c.Name]); err != nil {
					return fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			if err := add(values...); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}

func sqlType(t fact.Type) string {
	switch t {
	case fact.Integer:
		return "bigint"
	case fact.Number:
		return "double"
	case fact.Bool:
		return "boolean"
	case fact.Time:
		return "timestamp"
	}
	return "varchar"
}

func valueOf(c duckdb.Column, raw json.RawMessage) (driver.Value, error) {
	if raw == nil || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	switch c.SQLType {
	case "bigint":
		return strconv.ParseInt(string(raw), 10, 64)
	case "double":
		return strconv.ParseFloat(string(raw), 64)
	case "boolean":
		return strconv.ParseBool(string(raw))
	}
	if raw[0] != '"' { // an amount, or the properties
		return string(raw), nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, err
	}
	if c.SQLType == "timestamp" {
		return time.Parse(time.RFC3339Nano, text)
	}
	return text, nil
}
