package lake

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/lake/postgres"
)

// ErrDamaged is in the chain of an error that says that the lake's file is damaged.
var ErrDamaged = duckdb.ErrDamaged

// anewSuffix is what the file of a lake being made anew ends in.
const anewSuffix = ".new"

// Anew is a lake that is being filled beside the present one, to replace it. Until Replace the present one is not
// touched; what is left of an interrupted Anew is removed when a lake is next opened.
type Anew struct {
	*Lake
	o Options
}

// OpenAnew makes an empty lake beside the one the options name. Nobody may have that one open.
func OpenAnew(ctx context.Context, o Options) (*Anew, error) {
	o.anew = true
	l, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Anew{l, o}, nil
}

// Discard closes the new lake and removes it.
func (a *Anew) Discard(ctx context.Context) error {
	if e, ok := a.engine.(*postgres.Engine); ok {
		w, err := e.Writer(ctx)
		if err == nil {
			err = exec(ctx, w, "drop schema if exists "+postgres.SchemaAnew+" cascade")
		}
		return errors.Join(err, a.Close())
	}
	return errors.Join(a.Close(), removeFile(a.o.Path+anewSuffix))
}

// Replace puts the new lake in the place of the present one, in one step, and closes it.
func (a *Anew) Replace(ctx context.Context) error {
	if e, ok := a.engine.(*postgres.Engine); ok {
		return errors.Join(e.Replace(ctx), a.Close())
	}
	if err := errors.Join(a.Checkpoint(ctx), a.Close()); err != nil {
		return err
	}
	made := a.o.Path + anewSuffix
	if _, err := os.Stat(made + ".wal"); err == nil {
		return fault.New(fault.Internal, "the new lake is not all in its file").At("%s", made+".wal").Mend("try again; the old lake is still there")
	}
	if err := syncPath(made); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the new lake can't be made durable").At("%s", made)
	}
	// The old write-ahead log would be replayed into the new file. A crash between the two steps leaves the old lake as
	// of its last checkpoint, and its cursor says from where to load again.
	if err := os.Remove(a.o.Path + ".wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.Wrap(fault.Unavailable, err, "the old lake can't be replaced").At("%s", a.o.Path)
	}
	if err := os.Rename(made, a.o.Path); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the old lake can't be replaced").At("%s", a.o.Path)
	}
	return syncPath(filepath.Dir(a.o.Path))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removeFile removes a DuckDB file with what belongs to it.
func removeFile(path string) error {
	for _, part := range []string{path, path + ".wal", path + ".tmp"} {
		if err := os.RemoveAll(part); err != nil {
			return fault.Wrap(fault.Unavailable, err, "a file that is left over can't be removed").At("%s", part).Mend("remove it")
		}
	}
	return nil
}

// Count counts the facts of every kind in a lake that may be damaged or of an older version, without changing it; a lake
// that is not there has none. ErrDamaged is in the chain of an error that damage of the file is the cause of.
func Count(ctx context.Context, o Options) (map[*fact.Kind]int64, error) {
	counts := map[*fact.Kind]int64{}
	if o.Path != "" {
		if _, err := os.Stat(o.Path); errors.Is(err, os.ErrNotExist) {
			return counts, nil
		}
	}
	e, err := o.open(ctx, true)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	conn, err := e.Reader(ctx)
	if err != nil {
		return nil, e.Fault(err)
	}
	defer conn.Close()
	have, err := columnsIn(ctx, conn)
	if err != nil {
		return nil, e.Fault(err)
	}
	for _, k := range fact.Kinds() {
		if have[tableOf(k)] == nil {
			continue
		}
		// The ids are read, for a count alone comes from the file's directory, however damaged the rest is.
		if err := e.IDs(ctx, conn, tableOf(k), func(uint64) { counts[k]++ }); err != nil {
			return nil, e.Fault(err)
		}
	}
	return counts, nil
}
