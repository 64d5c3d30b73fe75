package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/keepwell/keepwell/internal/fault"
	driversqlite "modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// clashed tells whether PostgreSQL undid a transaction because of another; it may be repeated.
func clashed(err error) bool {
	code := postgresCode(err)
	return code == "40001" || code == "40P01"
}

// lost tells whether the connection to PostgreSQL broke or could not be made. Codes: 08 connection, 57P
// shutdown, crash, starting up; 53300 all connections taken.
func lost(err error) bool {
	if code := postgresCode(err); code != "" {
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P0") || code == "53300"
	}
	var network net.Error
	var connecting *pgconn.ConnectError
	return errors.As(err, &connecting) || errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || pgconn.SafeToRetry(err)
}

func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// taken tells whether something unique is there already.
func taken(err error) bool {
	var lite *driversqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return postgresCode(err) == "23505"
}

// damaged tells whether SQLite found its file broken.
func damaged(err error) bool {
	var lite *driversqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	code := lite.Code() & 0xff
	return code == sqlitelib.SQLITE_CORRUPT || code == sqlitelib.SQLITE_NOTADB
}

// explain makes a fault of whatever the database said. Faults stay as they are, and so does the end of the
// caller's patience.
func (s *Store) explain(doing string, err error) error {
	var known *fault.Error
	var lite *driversqlite.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &lite):
		return s.explainSQLite(doing, lite)
	case errors.Is(err, context.Canceled), s.engine == sqlite && errors.Is(err, context.DeadlineExceeded):
		return err
	}
	say := func(k fault.Kind, what, fix string) error {
		return fault.Wrap(k, err, "%s", what).At("%s", s.where).Mend("%s", fix)
	}
	switch code := postgresCode(err); {
	case strings.HasPrefix(code, "28"):
		return say(fault.Unavailable, "PostgreSQL refuses the user or password", "check them in the database setting")
	case code == "3D000":
		return say(fault.Unavailable, "PostgreSQL has no such database", "create it with createdb, or name another in the database setting")
	case code == "42501":
		return say(fault.Unavailable, "PostgreSQL does not let this user keep state", "grant it: grant create on database NAME to USER")
	case strings.HasPrefix(code, "53") && code != "53300":
		return say(fault.Unavailable, "PostgreSQL has run out of space or memory", "free some on its machine")
	case strings.HasPrefix(code, "XX"):
		return say(fault.Internal, "PostgreSQL reports damaged data", "see its log; restore the last backup")
	case clashed(err):
		return say(fault.Unavailable, doing+" kept clashing with other work", "try again")
	case lost(err) || errors.Is(err, context.DeadlineExceeded):
		return say(fault.Unavailable, "the state database does not answer", "check that PostgreSQL runs and can be reached")
	}
	return fault.Wrap(fault.Internal, err, "%s failed", doing).At("%s", s.where)
}

func (s *Store) explainSQLite(doing string, err *driversqlite.Error) error {
	say := func(k fault.Kind, what, fix string) error {
		return fault.Wrap(k, err, "%s", what).At("%s", s.where).Mend("%s", fix)
	}
	if damaged(err) {
		return say(fault.Internal, "the state database is damaged or not a database", "stop keepwell, keep the file for a closer look, and restore the last backup with keepwell restore")
	}
	switch err.Code() & 0xff {
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		return say(fault.Unavailable, "the state database is locked by another program", "end the program that has the file open, such as a database browser or a copy job, and try again")
	case sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_AUTH:
		return s.unwritable(err)
	case sqlitelib.SQLITE_INTERRUPT:
		return say(fault.Unavailable, doing+" was cut short", "try again")
	case sqlitelib.SQLITE_FULL:
		return say(fault.Unavailable, "the disk of the state database is full", "free some space; nothing that was saved is lost")
	case sqlitelib.SQLITE_IOERR:
		return say(fault.Unavailable, "the disk of the state database fails", "check the disk and its free space")
	}
	return fault.Wrap(fault.Internal, err, "%s failed", doing).At("%s", s.where)
}
