package main

import (
	"context"
	"database/sql/driver"
	"path/filepath"
	"strconv"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/ingest"
)

// ceiling is what DuckDB's own appender reaches with nothing around it but the check for duplicates: no HTTP, no JSON, no
// log, no rollups. Rows are as wide as those of our table of events.
func (b *bench) ceiling() error {
	connector, err := duck.NewConnector(filepath.Join(b.dir, "ceiling.duckdb"), nil)
	if err != nil {
		return err
	}
	defer connector.Close()
	conn, err := connector.Connect(b.ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := execute(b.ctx, conn, `create table fact_events (seq bigint, id uuid, ts timestamp, received_at timestamp, day date, origin integer,
		flags smallint, account_raw integer, account integer, actor integer, visitor integer, name varchar, session_id varchar, properties varchar)`); err != nil {
		return err
	}
	const commit = 50_000
	seen, rows := &ingest.Seen{}, 0
	began := time.Now()
	for time.Since(began) < b.scale.sending {
		if err := execute(b.ctx, conn, "begin"); err != nil {
			return err
		}
		a, err := duck.NewAppenderFromConn(conn, "", "fact_events")
		if err != nil {
			return err
		}
		for range commit {
			id := fact.IDFor(fact.Events, "bench", strconv.Itoa(rows))
			if !seen.Add(id.Low()) {
				continue
			}
			now := began.Add(time.Duration(rows))
			if err := a.AppendRow(int64(rows), duck.UUID(id), now, now, now, int32(1), int16(0), int32(rows%300), int32(rows%300), int32(rows%20_000), int32(rows%20_000),
				features[rows%len(features)], nil, `{"path":"/reports/weekly"}`); err != nil {
				return err
			}
			rows++
		}
		if err := a.Close(); err != nil {
			return err
		}
		if err := execute(b.ctx, conn, "commit"); err != nil {
			return err
		}
	}
	b.bare = float64(rows) / time.Since(began).Seconds()
	b.report.title("Ceiling")
	b.report.figure("bare DuckDB appender with the check for duplicates", b.bare, "rows/s", "")
	return nil
}

func execute(ctx context.Context, conn driver.Conn, sql string) error {
	_, err := conn.(driver.ExecerContext).ExecContext(ctx, sql, nil)
	return err
}
