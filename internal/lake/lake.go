// Package lake keeps facts in SQL, on DuckDB or on PostgreSQL with the same tables and the same statements, and what
// is derived from them: who is who (persons, account_spans, the account column of facts that name none) and the
// rollups. Everything derived equals a recount from the facts at all times; Check proves it and Rebuild restores it.
//
// One goroutine loads (Load, Merge, Checkpoint), any number read (View, Scan, Totals, IDs). It leaves to others where
// facts come from and that none comes twice (ingest), the rules of who is who (account) and what facts mean (metric).
package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/lake/postgres"
)

// Options say where the lake is.
type Options struct {
	// Path is a DuckDB file, made when it is missing; URL a PostgreSQL. Exactly one is given.
	Path, URL string
	// Zone is the workspace's time zone, in which days begin and end; nil is UTC.
	Zone *time.Location
	// MemoryLimit is what DuckDB may hold before it spills to disk, like "2GB"; "" leaves it to DuckDB.
	MemoryLimit string
	// Threads is how many cores one question may use on DuckDB; 0 means all.
	Threads int
	// anew opens the lake that is being made anew beside the present one.
	anew bool
	// Logger hears of long work like a change of zone; nil is silence.
	Logger *slog.Logger
}

// engine is what truly differs between DuckDB and PostgreSQL.
type engine interface {
	// Writer is the one connection that writes; it may be a new one after the last was lost.
	Writer(context.Context) (*sql.Conn, error)
	// Beside is a connection that writes to other rows than the writer at the same time, which its caller closes; nil when
	// the engine has none.
	Beside(context.Context) (*sql.Conn, error)
	// Reader is a connection for reading, which its caller closes.
	Reader(context.Context) (*sql.Conn, error)
	// Snapshot is the statement that begins a consistent read.
	Snapshot() string
	// Broadly are statements that make a snapshot ready for questions about everybody.
	Broadly() []string
	// Analyze brings what the engine knows of how the rows of tables are spread up to date, if it does not by itself.
	Analyze(ctx context.Context, conn *sql.Conn, tables []string) error
	// Indexed says whether tables should have indexes.
	Indexed() bool
	// Append adds n rows to a table inside the connection's transaction; row fills one, in the order of columns.
	Append(ctx context.Context, conn *sql.Conn, table string, columns []string, n int, row func(i int, into []driver.Value)) error
	// ID is an id as Append takes it; it must not change until then.
	ID(*fact.ID) driver.Value
	// IDs gives the lower half of every id in a table.
	IDs(ctx context.Context, conn *sql.Conn, table string, fn func(low uint64)) error
	Checkpoint(context.Context) error
	// Fault gives an error of the database a kind where it has one.
	Fault(error) error
	Close() error
}

var (
	_ engine = (*duckdb.Engine)(nil)
	_ engine = (*postgres.Engine)(nil)
)

// Lake is an open lake.
type Lake struct {
	engine engine
	zone   *time.Location
	log    *slog.Logger

	// mu is held by whatever writes. What is below mirrors the tables and is read anew after a failed write, because
	// then it is unknown whether the database kept it.
	mu    sync.Mutex
	stale bool
	// merges is held by whoever merges, before mu; merging is the merge that goes on without mu, if one does.
	merges  sync.Mutex
	merging *merging
	// attempted is the cursor of a Load that failed, possibly after the database had kept it.
	attempted uint64
	memory
}

// memory is what the loader knows by heart.
type memory struct {
	cursor  uint64
	nextSeq int64
	mark    int64 // rollups hold facts up to this seq
	pending int   // facts beyond mark that rollups are made of
	// analyzed is the seq up to which the engine's statistics have been made; what was there at the start has had its time.
	analyzed int64
	keys     keys
	who      *account.Directory
	// loose is the last instant of an actor's facts that name no account, by actor; nil until somebody asks.
	loose []int64
}

// Open opens or creates a lake, brings its tables up to date, and reads what the loader must know by heart. A lake that
// another process writes, or that a newer Keepwell wrote, is a fault.Conflict.
func Open(ctx context.Context, o Options) (*Lake, error) {
	l := &Lake{zone: o.Zone, log: o.Logger}
	if l.zone == nil {
		l.zone = time.UTC
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if l.engine, err = o.open(ctx, false); err != nil {
		return nil, err
	}
	if err := l.prepare(ctx); err != nil {
		l.engine.Close()
		return nil, l.engine.Fault(err)
	}
	return l, nil
}

// open connects to the database.
func (o *Options) open(ctx context.Context, readOnly bool) (engine, error) {
	switch {
	case (o.Path == "") == (o.URL == ""):
		return nil, fault.New(fault.Invalid, "a lake is either a file or a PostgreSQL")
	case o.Path != "":
		d := duckdb.Options{Path: o.Path, MemoryLimit: o.MemoryLimit, Threads: o.Threads, ReadOnly: readOnly}
		if !readOnly {
			// Of a lake that was being made anew when that was interrupted.
			if err := removeFile(o.Path + anewSuffix); err != nil {
				return nil, err
			}
		}
		if o.anew {
			d.Path += anewSuffix
		}
		e, err := duckdb.Open(ctx, d)
		if err != nil {
			return nil, err
		}
		return e, nil
	}
	schema := postgres.Schema
	if o.anew {
		schema = postgres.SchemaAnew
	}
	e, err := postgres.Open(ctx, o.URL, schema)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (l *Lake) prepare(ctx context.Context) error {
	w, err := l.engine.Writer(ctx)
	if err != nil {
		return err
	}
	if err := l.upgrade(ctx, w); err != nil {
		return err
	}
	if err := l.remember(ctx, w); err != nil {
		return err
	}
	if err := l.settleZone(ctx, w); err != nil {
		return err
	}
	return l.settleRollups(ctx, w)
}

// Close lets the lake go; on DuckDB after writing everything to its file.
func (l *Lake) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.breakOff(context.Background())
	return l.engine.Close()
}

// Cursor is the position of the log from which on records are not loaded yet.
func (l *Lake) Cursor(ctx context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.writable(ctx); err != nil {
		return 0, err
	}
	return l.cursor, nil
}

// Zone is the workspace's time zone, in which the column day is computed.
func (l *Lake) Zone() *time.Location { return l.zone }

// Checkpoint moves DuckDB's write-ahead log into its file; best called when nothing is being loaded.
func (l *Lake) Checkpoint(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.engine.Checkpoint(ctx)
}

// writable is the writer's connection, with memory that agrees with the tables. Callers hold mu.
func (l *Lake) writable(ctx context.Context) (*sql.Conn, error) {
	w, err := l.engine.Writer(ctx)
	if err != nil {
		return nil, err
	}
	if l.stale {
		if err := l.remember(ctx, w); err != nil {
			return nil, l.engine.Fault(err)
		}
		l.stale = false
	}
	return w, nil
}

// write runs fn in one transaction, while nobody else writes. When it fails nothing is kept, and memory is read anew before
// the next write. Callers hold mu.
func (l *Lake) write(ctx context.Context, w *sql.Conn, fn func() error) error {
	l.breakOff(ctx)
	return l.writeBeside(ctx, w, fn)
}

// writeBeside is write for what leaves the rollups to a merge that may go on.
func (l *Lake) writeBeside(ctx context.Context, w *sql.Conn, fn func() error) (err error) {
	if err := l.begin(ctx, w); err != nil {
		return l.engine.Fault(err)
	}
	done := false
	defer func() {
		if !done {
			l.stale = true
			rollBack(ctx, w)
		}
	}()
	if err := fn(); err != nil {
		return l.engine.Fault(err)
	}
	if _, err := w.ExecContext(context.WithoutCancel(ctx), "commit"); err != nil {
		return l.engine.Fault(err)
	}
	done = true
	return nil
}

// begin begins a transaction. It is not cut off by ctx: DuckDB may have begun although it says that it was interrupted.
func (l *Lake) begin(ctx context.Context, w *sql.Conn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	begin := func() error {
		_, err := w.ExecContext(context.WithoutCancel(ctx), "begin")
		return err
	}
	if begin() == nil {
		return nil
	}
	rollBack(ctx, w) // what an interrupt that came late has left
	return begin()
}

// rollBack ends a connection's transaction, also when ctx has ended, or the connection would stay inside it. DuckDB may
// still hear the interrupt of the statement that ctx ended, and then the rollback itself is cut off; so it is repeated,
// and a connection that never gets out of its transaction is thrown away by its pool.
func rollBack(ctx context.Context, conn *sql.Conn) {
	for range 5 {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		if err == nil || errors.Is(err, sql.ErrConnDone) || strings.Contains(err.Error(), "no transaction is active") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	conn.Raw(func(any) error { return driver.ErrBadConn })
}

// exec runs statements one after the other.
func exec(ctx context.Context, w *sql.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := w.ExecContext(ctx, s); err != nil {
			return &statementError{s, err}
		}
	}
	return nil
}

// statementError is a failed statement with its text, for the log.
type statementError struct {
	sql string
	err error
}

func (e *statementError) Error() string { return e.err.Error() + " in: " + e.sql }
func (e *statementError) Unwrap() error { return e.err }
