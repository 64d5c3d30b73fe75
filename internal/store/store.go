// Package store keeps state in SQL: users, keys, quarantine, feeds, settings, the audit trail. One code base runs on SQLite
// (embedded) and PostgreSQL (outgrown); the SQL stands in .sql files beside the Go file of each feature.
//
// What state means is left to the nouns (team, feed), facts and numbers to the lake. Instants are kept as
// microseconds since 1970, UTC.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

var _ team.Keys = (*Store)(nil)

// Store is the state database. It is safe for concurrent use; several processes may have it open.
type Store struct {
	engine engine
	where  string // for messages, without password
	write  *sql.DB
	read   *sql.DB // PostgreSQL: the same as write
	blocks map[string]string
}

// Open opens the state kept at a path (SQLite, made when missing) or a postgres:// address, and brings its
// tables up to date. Its errors are fault.Errors that say what to do.
func Open(ctx context.Context, at string) (*Store, error) {
	return open(ctx, at, latest())
}

func open(ctx context.Context, at string, version int) (*Store, error) {
	s, err := connect(at)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, version); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func connect(at string) (*Store, error) {
	if strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://") {
		return connectPostgres(at)
	}
	return connectSQLite(at)
}

// Close waits for what is under way and closes the database.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// runner is what a database, a connection and a transaction have in common.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// session runs named blocks, in a transaction or outside of one.
type session struct {
	runner
	blocks map[string]string
}

func (q session) exec(ctx context.Context, block string, args ...any) (changed int64, err error) {
	r, err := q.ExecContext(ctx, q.text(block), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (q session) row(ctx context.Context, block string, args ...any) *sql.Row {
	return q.QueryRowContext(ctx, q.text(block), args...)
}

func (q session) text(block string) string {
	text, ok := q.blocks[block]
	if !ok {
		panic("store: no block " + block)
	}
	return text
}

type scanner interface{ Scan(...any) error }

func list[T any](ctx context.Context, q session, scan func(scanner) (T, error), block string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, q.text(block), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// look reads outside of a transaction. do may run again after a lost connection.
func (s *Store) look(ctx context.Context, doing string, do func(session) error) error {
	return s.persist(ctx, doing, func() (bool, error) { return true, do(session{s.read, s.blocks}) })
}

func (s *Store) transact(ctx context.Context, doing string, isolation sql.IsolationLevel, do func(session) error) error {
	return s.persist(ctx, doing, func() (repeatable bool, err error) {
		tx, err := s.write.BeginTx(ctx, &sql.TxOptions{Isolation: isolation})
		if err != nil {
			return true, err
		}
		defer tx.Rollback() // does nothing after a commit
		if err := do(session{tx, s.blocks}); err != nil {
			return true, err
		}
		// A connection lost now leaves open whether it was committed.
		return false, tx.Commit()
	})
}

// What clashes is repeated until the context ends or this often: one of those that clash always gets
// through. A lost connection is tried for about two seconds, which a restart of PostgreSQL takes.
const (
	maxClashes = 1000
	maxLosses  = 12
)

func (s *Store) persist(ctx context.Context, doing string, do func() (repeatable bool, err error)) error {
	for clashes, losses := 0, 0; ; {
		repeatable, err := do()
		pause := time.Millisecond
		switch {
		case err == nil:
			return nil
		case clashed(err) && clashes < maxClashes:
			clashes++
			pause <<= min(clashes, 6)
		case repeatable && lost(err) && losses < maxLosses:
			losses++
			pause <<= min(losses, 9)
		default:
			return s.explain(doing, err)
		}
		select {
		case <-ctx.Done():
			return s.explain(doing, errors.Join(ctx.Err(), err))
		case <-time.After(pause/2 + mathrand.N(pause)):
		}
	}
}

// newID is 128 random bits in hexadecimal.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// micros is an instant as it is kept; the zero time is null.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

func instant(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return time.UnixMicro(us.Int64).UTC()
}

// maxText is the longest text from outside that is kept, in bytes.
const maxText = 2000

// clean makes text from outside fit for both engines: PostgreSQL takes neither NUL nor broken UTF-8.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	if len(text) <= maxText {
		return text
	}
	cut := maxText
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// missing turns "no rows" into a fault that names what was looked for.
func missing(err error, what string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, what, args...)
	}
	return err
}
