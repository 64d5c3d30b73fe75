// Package postgres is the lake's engine for when one DuckDB file is outgrown: the same tables in the schema keepwell of
// a PostgreSQL. It holds only what differs from DuckDB: opening, who may write, bulk appends, reconnecting and errors.
package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Schema is where the lake's tables are, SchemaAnew where those of a lake being made anew are.
const (
	Schema     = "keepwell"
	SchemaAnew = "keepwell_new"
)

// The advisory lock that the one writing server holds for as long as its connection lives.
const writerLock = 0x6b656570_6c616b65 // "keeplake"

// Engine is an open database.
type Engine struct {
	db *sql.DB

	mu     sync.Mutex
	writer *sql.Conn
}

// Open connects to the database that url names and makes the schema when it is missing. What a lake being made anew left
// behind when it was interrupted goes.
func Open(ctx context.Context, url, schema string) (*Engine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the address of the database can't be read").Mend("write it like postgres://user:password@host/database")
	}
	config.RuntimeParams["search_path"] = schema
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["application_name"] = "keepwell"
	// The planner takes a just-in-time compilation of up to seconds for worthwhile on the lake's wide queries.
	config.RuntimeParams["jit"] = "off"
	// Every question is a text of its own, tens of kilobytes long: kept for later, statements that never come again fill
	// the memory of both sides.
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	e := &Engine{db: stdlib.OpenDB(*config, stdlib.OptionAfterConnect(watched))}
	e.db.SetMaxOpenConns(24)
	e.db.SetMaxIdleConns(8)
	w, err := e.Writer(ctx)
	if err == nil {
		_, err = w.ExecContext(ctx, "drop schema if exists "+SchemaAnew+" cascade")
	}
	if err == nil {
		_, err = w.ExecContext(ctx, "create schema if not exists "+schema)
	}
	if err != nil {
		e.Close()
		return nil, e.Fault(err)
	}
	return e, nil
}

// watched asks PostgreSQL to end a question whose asker has died; by itself it works on until it could answer. Questions
// that are given up are cancelled by whoever asked. Some systems can't tell and refuse: then the question ends later.
func watched(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "set client_connection_check_interval = '5s'")
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// Writer is the one connection that writes: a new one when PostgreSQL went away in between. While another server holds
// the lock it is a fault.Conflict.
func (e *Engine) Writer(ctx context.Context) (*sql.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.writer != nil {
		if e.writer.PingContext(ctx) == nil {
			return e.writer, nil
		}
		e.writer.Close()
		e.writer = nil
	}
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, e.Fault(err)
	}
	if err := e.lock(ctx, conn); err != nil {
		conn.Close()
		return nil, e.Fault(err)
	}
	e.writer = conn
	return conn, nil
}

// How long the lock is waited for: PostgreSQL lets go of a connection a moment after its client has.
const patience = 5 * time.Second

func (e *Engine) lock(ctx context.Context, conn *sql.Conn) error {
	for deadline := time.Now().Add(patience); ; {
		var locked bool
		if err := conn.QueryRowContext(ctx, "select pg_try_advisory_lock($1)", int64(writerLock)).Scan(&locked); err != nil || locked {
			return err
		}
		over := time.Now().After(deadline)
		select {
		case <-ctx.Done():
			over = true
		case <-time.After(50 * time.Millisecond):
		}
		if over {
			return fault.New(fault.Conflict, "another Keepwell server writes to this database").
				Mend("stop it; a server that was cut off lets go when PostgreSQL notices, within minutes")
		}
	}
}

// Beside is none: what keeps other servers from writing is a lock of the writer's connection.
func (e *Engine) Beside(context.Context) (*sql.Conn, error) { return nil, nil }

// Reader is a connection that only reads; its caller closes it.
func (e *Engine) Reader(ctx context.Context) (*sql.Conn, error) {
	conn, err := e.db.Conn(ctx)
	return conn, e.Fault(err)
}

// Snapshot is the statement that begins a consistent read.
func (e *Engine) Snapshot() string { return "begin isolation level repeatable read read only" }

// Broadly are statements for questions about everybody. PostgreSQL can't tell how many rows an aggregate or a relation
// that is read twice will leave, takes them for one, and then compares all with all, row by row: minutes instead of a
// second. Without nested loops, where there is another way, a wrong estimate costs little. What is sorted and hashed on
// the way is mostly a few megabytes more than the default holds.
func (e *Engine) Broadly() []string {
	return []string{"set local enable_nestloop = off; set local work_mem = '16MB'"}
}

// Analyze makes PostgreSQL look at the tables now: by itself it does so up to minutes after they were filled, and until
// then it takes them for empty.
func (e *Engine) Analyze(ctx context.Context, conn *sql.Conn, tables []string) error {
	_, err := conn.ExecContext(ctx, "analyze "+strings.Join(tables, ", "))
	return err
}

// Indexed says whether the lake should make indexes.
func (e *Engine) Indexed() bool { return true }

// Append adds n rows to a table inside the connection's transaction. row fills one row, in the order of columns.
func (e *Engine) Append(ctx context.Context, conn *sql.Conn, table string, columns []string, n int, row func(i int, into []driver.Value)) error {
	return conn.Raw(func(raw any) error {
		source := &rows{n: n, row: row, from: make([]driver.Value, len(columns)), to: make([]any, len(columns))}
		_, err := raw.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, source)
		return err
	})
}

// rows are rows as CopyFrom wants them.
type rows struct {
	n, i int
	row  func(i int, into []driver.Value)
	from []driver.Value
	to   []any
}

func (r *rows) Next() bool { r.i++; return r.i <= r.n }
func (r *rows) Err() error { return nil }
func (r *rows) Values() ([]any, error) {
	r.row(r.i-1, r.from)
	for i, v := range r.from {
		r.to[i] = v
	}
	return r.to, nil
}

// ID is an id as Append takes it.
func (e *Engine) ID(id *fact.ID) driver.Value { return id[:] }

// IDs gives the lower half of every id in a table.
func (e *Engine) IDs(ctx context.Context, conn *sql.Conn, table string, fn func(low uint64)) error {
	return conn.Raw(func(raw any) error {
		rows, err := raw.(*stdlib.Conn).Conn().Query(ctx, "select id from "+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			fn(binary.BigEndian.Uint64(rows.RawValues()[0][8:]))
		}
		return rows.Err()
	})
}

// Checkpoint is PostgreSQL's own business.
func (e *Engine) Checkpoint(context.Context) error { return nil }

// Replace puts the tables of the schema for a lake being made anew in the place of the present ones, in one step.
func (e *Engine) Replace(ctx context.Context) error {
	w, err := e.Writer(ctx)
	if err != nil {
		return err
	}
	// One message without arguments is one transaction.
	_, err = w.ExecContext(ctx, "drop schema if exists "+Schema+" cascade; alter schema "+SchemaAnew+" rename to "+Schema)
	return e.Fault(err)
}

// Fault gives PostgreSQL's errors a kind.
func (e *Engine) Fault(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "53100" || pg.Code == "53200" || pg.Code == "53300":
			return fault.Wrap(fault.Unavailable, err, "PostgreSQL has run out of disk, memory or connections")
		case pg.Code == "28P01" || pg.Code == "28000" || pg.Code == "3D000" || pg.Code == "42501":
			return fault.Wrap(fault.Invalid, err, "PostgreSQL lets Keepwell's user not in, or not do this").
				Mend("check user, password, database and rights in the database setting")
		case pg.Code[:2] == "57" || pg.Code[:2] == "08":
			return fault.Wrap(fault.Unavailable, err, "PostgreSQL is stopping, starting or has cancelled the question")
		}
		return err
	}
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		pgconn.SafeToRetry(err) {
		return fault.Wrap(fault.Unavailable, err, "PostgreSQL can't be reached").Mend("see that it runs and that the database setting names it")
	}
	return err
}

// Close lets the connections and the lock go.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.writer != nil {
		e.writer.Close()
		e.writer = nil
	}
	return e.db.Close()
}
