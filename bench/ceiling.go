package main

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/ingest"
)

// ceiling is what DuckDB's own appender reaches with nothing around it but the check for duplicates: no HTTP, no JSON, no
// log, no rollups. Rows are as wide as those of our table of events. The more rows a commit has the faster it is and the
// later they can be asked for: 10 000 is what shows well under a second after the acknowledgement, and what we compare
// with; 100 000 is stated.
func (b *bench) ceiling() error {
	b.report.title("Ceiling")
	for _, rows := range []int{100_000, compared} {
		bare, err := b.appender(rows)
		if err != nil {
			return err
		}
		b.report.figure(fmt.Sprintf("bare DuckDB appender, duplicates checked, %s a commit", number(float64(rows))), bare, "rows/s", "")
	}
	return nil
}

// compared is how many rows a commit of the ceiling has.
const compared = 10_000

// appender is how many rows a second go in with so many in each commit.
func (b *bench) appender(commit int) (float64, error) {
	file := filepath.Join(b.dir, "ceiling.duckdb")
	defer os.Remove(file)
	connector, err := duck.NewConnector(file, nil)
	if err != nil {
		return 0, err
	}
	defer connector.Close()
	conn, err := connector.Connect(b.ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := execute(b.ctx, conn, `create table fact_events (seq bigint, id uuid, ts timestamp, received_at timestamp, day date, origin integer,
		flags smallint, account_raw integer, account integer, actor integer, visitor integer, name varchar, session_id varchar, properties varchar)`); err != nil {
		return 0, err
	}
	seen, rows := &ingest.Seen{}, 0
	began := time.Now()
	for time.Since(began) < b.scale.sending/2 {
		if err := execute(b.ctx, conn, "begin"); err != nil {
			return 0, err
		}
		a, err := duck.NewAppenderFromConn(conn, "", "fact_events")
		if err != nil {
			return 0, err
		}
		for range commit {
			id := fact.IDFor(fact.Events, "bench", strconv.Itoa(rows))
			if !seen.Add(id.Low()) {
				continue
			}
			now := began.Add(time.Duration(rows))
			if err := a.AppendRow(int64(rows), duck.UUID(id), now, now, now, int32(1), int16(0), int32(rows%300), int32(rows%300), int32(rows%20_000), int32(rows%20_000),
				features[rows%len(features)], nil, `{"path":"/reports/weekly"}`); err != nil {
				return 0, err
			}
			rows++
		}
		if err := a.Close(); err != nil {
			return 0, err
		}
		if err := execute(b.ctx, conn, "commit"); err != nil {
			return 0, err
		}
	}
	return float64(rows) / time.Since(began).Seconds(), nil
}

func execute(ctx context.Context, conn driver.Conn, sql string) error {
	_, err := conn.(driver.ExecerContext).ExecContext(ctx, sql, nil)
	return err
}
