// Package duckdb is the embedded engine of the lake: one DuckDB file, one connection that writes, any number that read.
// It holds only what differs from PostgreSQL: opening, bulk appends, checkpoints, backups and errors; and reads and
// writes Parquet files for import and export. What the tables mean is left to the lake.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	duck "github.com/duckdb/duckdb-go/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Options say which file to open and what it may use.
type Options struct {
	Path string
	// MemoryLimit is what queries and loading may hold before they spill to disk, like "2GB"; "" leaves it to DuckDB.
	MemoryLimit string
	// Threads is how many cores a query may use; 0 means all.
	Threads int
	// ReadOnly leaves the file as it is, also one that a crash left unfinished; it must exist.
	ReadOnly bool
}

// Engine is an open DuckDB file.
type Engine struct {
	path    string
	staging string // the only folder beside the file that SQL may write to
	db      *sql.DB

	mu     sync.Mutex
	writer *sql.Conn
}

// Open opens or creates the file. A file held by another process is a fault.Conflict.
func Open(ctx context.Context, o Options) (*Engine, error) {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, "?%") {
		return nil, fault.New(fault.Invalid, "the path of the lake holds a question mark or a per cent sign").At("%s", path).Mend("choose another data folder")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the folder of the lake can't be made").At("%s", filepath.Dir(path)).
			Mend("make it writable, or choose another data folder")
	}
	e := &Engine{path: path, staging: path + ".backup"}
	dsn := path
	if o.ReadOnly {
		dsn += "?access_mode=read_only"
	}
	connector, err := duck.NewConnector(dsn, nil)
	if err != nil {
		return nil, openFault(path, err)
	}
	e.db = sql.OpenDB(connector)
	e.db.SetMaxIdleConns(4)
	if err := e.configure(ctx, o); err != nil {
		e.db.Close()
		return nil, err
	}
	return e, nil
}

// configure closes what SQL could use to reach files or the network, then locks the settings.
func (e *Engine) configure(ctx context.Context, o Options) error {
	settings := []string{
		"autoinstall_known_extensions = false",
		"autoload_known_extensions = false",
		// Automatic checkpoints run inside the committing thread and stall it for as long as they take; the lake
		// checkpoints when it is idle and this only bounds the write-ahead log, at some 5 s of replay.
		"checkpoint_threshold = '256MB'",
		"allowed_directories = [" + quote(e.staging+string(filepath.Separator)) + "]",
	}
	if o.MemoryLimit != "" {
		settings = append(settings, "memory_limit = "+quote(o.MemoryLimit))
	}
	if o.Threads > 0 {
		settings = append(settings, fmt.Sprint("threads = ", o.Threads))
	}
	settings = append(settings, "enable_external_access = false", "lock_configuration = true")
	for _, s := range settings {
		if _, err := e.db.ExecContext(ctx, "set global "+s); err != nil {
			return fault.Wrap(fault.Invalid, err, "DuckDB refuses the setting %s", s)
		}
	}
	return nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// ErrDamaged is in the chain of an error that says that the file is damaged.
var ErrDamaged = errors.New("the lake's file is damaged")

const mendDamage = "stop Keepwell and run keepwell check --rebuild, which makes the lake anew from the log where that reaches back to its beginning; otherwise restore a backup"

var holder = regexp.MustCompile(`\(PID (\d+)`)

func openFault(path string, err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "Conflicting lock"):
		who := "another process"
		if m := holder.FindStringSubmatch(text); m != nil {
			who = "process " + m[1]
		}
		return fault.Wrap(fault.Conflict, err, "the lake is in use by %s", who).At("%s", path).
			Mend("stop it, or work through the running server")
	case strings.Contains(text, "ermission denied"), strings.Contains(text, "Read-only file system"):
		return fault.Wrap(fault.Unavailable, err, "the lake can't be written").At("%s", path).
			Mend("make the file and its folder writable for the user Keepwell runs as")
	case strings.Contains(text, "newer version of DuckDB"), strings.Contains(text, "storage version"):
		return fault.Wrap(fault.Conflict, err, "the lake was written by a newer Keepwell").At("%s", path).Mend("upgrade Keepwell")
	}
	return fault.Wrap(fault.Internal, errors.Join(ErrDamaged, err), "the lake can't be opened, its file seems to be damaged").At("%s", path).Mend(mendDamage)
}

// Writer is the one connection that writes.
func (e *Engine) Writer(ctx context.Context) (*sql.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.writer != nil && e.writer.PingContext(context.WithoutCancel(ctx)) != nil {
		e.writer.Close() // thrown away, see lake.rollBack
		e.writer = nil
	}
	if e.writer == nil {
		conn, err := e.db.Conn(ctx)
		if err != nil {
			return nil, e.Fault(err)
		}
		e.writer = conn
	}
	return e.writer, nil
}

// Beside is a connection that writes beside the writer: of two that change the same row the later one fails.
func (e *Engine) Beside(ctx context.Context) (*sql.Conn, error) { return e.db.Conn(ctx) }

// Reader is a connection that only reads; its caller closes it.
func (e *Engine) Reader(ctx context.Context) (*sql.Conn, error) { return e.db.Conn(ctx) }

// Snapshot is the statement that begins a consistent read.
func (e *Engine) Snapshot() string { return "begin transaction" }

// Broadly is nothing: DuckDB plans all questions alike.
func (e *Engine) Broadly() []string { return nil }

// Analyze is nothing: DuckDB keeps its statistics as it writes.
func (e *Engine) Analyze(context.Context, *sql.Conn, []string) error { return nil }

// Indexed says whether the lake should make indexes: here every table is scanned by columns, and an index would only
// slow down loading.
func (e *Engine) Indexed() bool { return false }

// Append adds n rows to a table inside the connection's transaction. row fills one row, in the order of columns.
func (e *Engine) Append(ctx context.Context, conn *sql.Conn, table string, columns []string, n int, row func(i int, into []driver.Value)) error {
	return conn.Raw(func(raw any) error {
		a, err := duck.NewAppenderWithColumns(raw.(driver.Conn), "", "", table, columns)
		if err != nil {
			return err
		}
		values := make([]driver.Value, len(columns))
		for i := range n {
			row(i, values)
			if err = a.AppendRow(values...); err != nil {
				break
			}
		}
		if err != nil {
			a.Clear()
			a.Close()
			return err
		}
		return a.Close()
	})
}

// ID is an id as Append takes it: where it lies, since a copy for each costs more than writing it.
func (e *Engine) ID(id *fact.ID) driver.Value { return (*duck.UUID)(id) }

// IDs gives the lower half of every id in a table. It goes below database/sql, which would take twice as long.
func (e *Engine) IDs(ctx context.Context, conn *sql.Conn, table string, fn func(low uint64)) error {
	return conn.Raw(func(raw any) error {
		rows, err := raw.(driver.QueryerContext).QueryContext(ctx, "select id from "+table, nil)
		if err != nil {
			return err
		}
		defer rows.Close()
		value := make([]driver.Value, 1)
		for {
			if err := rows.Next(value); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			fn(binary.BigEndian.Uint64(value[0].([]byte)[8:]))
		}
	})
}

// Checkpoint moves the write-ahead log into the file. It waits for nobody: while others read, it is put off.
func (e *Engine) Checkpoint(ctx context.Context) error {
	w, err := e.Writer(ctx)
	if err != nil {
		return err
	}
	if _, err = w.ExecContext(ctx, "checkpoint"); err != nil && strings.Contains(err.Error(), "other") {
		return nil
	}
	return e.Fault(err)
}

// Backup writes a consistent copy of all tables to a new file at path while others read and write.
func (e *Engine) Backup(ctx context.Context, conn *sql.Conn, tables []string, path string) error {
	if err := os.MkdirAll(e.staging, 0o700); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the backup can't be written").At("%s", e.staging)
	}
	defer os.RemoveAll(e.staging)
	copied := filepath.Join(e.staging, "lake.duckdb")
	if err := e.copyTo(ctx, conn, tables, copied); err != nil {
		return err
	}
	return move(copied, path)
}

func (e *Engine) copyTo(ctx context.Context, conn *sql.Conn, tables []string, path string) (err error) {
	if _, err := conn.ExecContext(ctx, "attach "+quote(path)+" as backup"); err != nil {
		return e.Fault(err)
	}
	defer func() {
		if _, late := conn.ExecContext(context.WithoutCancel(ctx), "detach backup"); err == nil {
			err = e.Fault(late)
		}
	}()
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return e.Fault(err)
	}
	for _, t := range tables {
		if _, err := conn.ExecContext(ctx, "create table backup."+t+" as from "+t); err != nil {
			conn.ExecContext(context.WithoutCancel(ctx), "rollback")
			return e.Fault(err)
		}
	}
	_, err = conn.ExecContext(ctx, "commit")
	return e.Fault(err)
}

// move renames, or copies where that is another disk.
func move(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the backup can't be written").At("%s", to).Mend("name a new file in a folder that is writable")
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	if late := out.Close(); err == nil {
		err = late
	}
	if err != nil {
		os.Remove(to)
		return fault.Wrap(fault.Unavailable, err, "the backup can't be written").At("%s", to)
	}
	return nil
}

// Fault gives DuckDB's errors a kind.
func (e *Engine) Fault(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "No space left"), strings.Contains(text, "could not write"), strings.Contains(text, "Could not write"):
		return fault.Wrap(fault.Unavailable, err, "the disk of the lake is full or broken").At("%s", e.path).
			Mend("free some space, then restart Keepwell; nothing that was accepted is lost")
	case strings.Contains(text, "Corrupt database file"):
		return fault.Wrap(fault.Unavailable, errors.Join(ErrDamaged, err), "the lake's file is damaged").At("%s", e.path).Mend(mendDamage)
	case strings.Contains(text, "database has been invalidated"):
		return fault.Wrap(fault.Unavailable, err, "the lake stopped after an earlier error").At("%s", e.path).
			Mend("look for that error in the log, then restart Keepwell; nothing that was accepted is lost")
	case strings.Contains(text, "Out of Memory"), strings.Contains(text, "could not allocate"):
		return fault.Wrap(fault.Unavailable, err, "the question needs more memory than the lake may use").
			Mend("ask about a shorter period, or raise the memory limit")
	}
	return err
}

// Close writes what is left to the file and lets it go.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.writer != nil {
		e.writer.Close()
		e.writer = nil
	}
	return e.db.Close()
}
