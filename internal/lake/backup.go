package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
)

// A backup of either engine is a DuckDB file with all tables: it opens as a lake, and can be restored into either.

// tableNames are all tables of a lake.
func tableNames() []string {
	names := []string{"lake_meta"}
	for _, t := range tables() {
		names = append(names, t.name)
	}
	return append(names, rollupTables()...)
}

// Backup writes a consistent copy to a new file, while others read and load.
func (l *Lake) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fault.New(fault.Conflict, "there is a file already").At("%s", path).Mend("name a new file")
	}
	if e, ok := l.engine.(*duckdb.Engine); ok {
		conn, err := e.Reader(ctx)
		if err != nil {
			return e.Fault(err)
		}
		defer conn.Close()
		return e.Backup(ctx, conn, tableNames(), path)
	}
	v, err := l.view(ctx, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	unfinished := path + ".unfinished"
	defer os.Remove(unfinished)
	to, err := Open(ctx, Options{Path: unfinished, Zone: l.zone})
	if err != nil {
		return err
	}
	err = to.fill(ctx, v)
	if late := to.Close(); err == nil {
		err = late
	}
	if err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	return os.Rename(unfinished, path)
}

// Restore fills a new lake with what a backup holds. The lake must have no facts yet.
func Restore(ctx context.Context, backup string, o Options) error {
	if _, err := os.Stat(backup); err != nil {
		return fault.Wrap(fault.NotFound, err, "the backup can't be read").At("%s", backup)
	}
	from, err := Open(ctx, Options{Path: backup, Zone: o.Zone})
	if err != nil {
		return err
	}
	defer from.Close()
	v, err := from.view(ctx, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	to, err := Open(ctx, o)
	if err != nil {
		return err
	}
	err = to.fill(ctx, v)
	if late := to.Close(); err == nil {
		err = late
	}
	return err
}

// fill copies every table of a view into an empty lake.
func (l *Lake) fill(ctx context.Context, v *View) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	if err != nil {
		return err
	}
	if l.nextSeq > 1 {
		return fault.New(fault.Conflict, "the lake to restore into has facts already").Mend("name an empty data folder or database")
	}
	l.stale = true
	return l.write(ctx, w, func() error {
		if err := exec(ctx, w, "delete from lake_meta"); err != nil {
			return err
		}
		for _, t := range tableNames() {
			if err := l.copyTable(ctx, w, v, t); err != nil {
				return fmt.Errorf("copying %s: %w", t, err)
			}
		}
		return nil
	})
}

// How many rows are held in memory on their way from one engine to the other.
const copyStep = 20_000

func (l *Lake) copyTable(ctx context.Context, w *sql.Conn, v *View, table string) error {
	rows, err := v.Query(ctx, "select * from "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	held := make([]driver.Value, 0, copyStep*len(columns))
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	flush := func() error {
		n := len(held) / len(columns)
		err := l.engine.Append(ctx, w, table, columns, n, func(i int, into []driver.Value) { copy(into, held[i*len(columns):]) })
		held = held[:0]
		return err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range columns {
			if c != "id" {
				held = append(held, cells[i])
				continue
			}
			var id anyID
			if err := id.Scan(cells[i]); err != nil {
				return err
			}
			held = append(held, id[:])
		}
		if len(held) == cap(held) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return flush()
}
