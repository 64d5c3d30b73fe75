package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/lake"
)

// Anew says what became of making the lake anew.
type Anew struct {
	Made  bool
	Facts int64  // in the new lake
	Why   string // it was not made anew, and what would help
}

// MakeLakeAnew makes the lake anew from the log, beside the present one, checks it and puts it in its place. No server
// may run on the data folder. A log that does not hold every fact is no error: the lake then stays as it is, and the
// answer says why. The present lake may be damaged; whenever an error is returned, or the process dies, it is still there.
func MakeLakeAnew(ctx context.Context, s *config.Settings, logger *slog.Logger, progress func(string)) (_ Anew, err error) {
	a := &App{settings: s, logger: logger, now: time.Now}
	if err := makeFolder(s.Data); err != nil {
		return Anew{}, err
	}
	if err := a.openLog(ctx); err != nil {
		return Anew{}, err
	}
	defer func() { err = errors.Join(err, a.log.Close()) }()
	// Positions are never used twice: a log that begins at 0 has lost nothing. One that was trimmed begins later, and so
	// does that of a restored backup, which holds only what its lake may not, or one begun after the old was moved away.
	switch {
	case a.log.End() == 0:
		return Anew{Why: "the log is empty; a lake without a log comes back from a backup"}, nil
	case a.log.Begin() > 0:
		return Anew{Why: fmt.Sprintf("the log no longer reaches back to the first fact: it begins at position %d, because what is older than log-keep was dropped or because the folder was restored from a backup; "+
			"a damaged lake then comes back from a backup", a.log.Begin())}, nil
	}
	where := lakeAt(s, logger)
	progress("reading the present lake")
	had, err := lake.Count(ctx, where)
	switch kind := fault.KindOf(err); {
	case err == nil:
	case ctx.Err() != nil, !errors.Is(err, lake.ErrDamaged) && (kind == fault.Conflict || kind == fault.Unavailable):
		return Anew{}, err
	default:
		logger.Warn("the present lake can't be read; going on without comparing with it", "error", err)
	}
	fresh, err := lake.OpenAnew(ctx, where)
	if err != nil {
		return Anew{}, err
	}
	made, err := a.fill(ctx, fresh, had, progress)
	if err != nil || !made.Made {
		return made, errors.Join(err, fresh.Discard(context.WithoutCancel(ctx)))
	}
	progress("putting the new lake in place")
	return made, fresh.Replace(ctx)
}

// fill loads the whole log, and looks whether the new lake is right and holds whatever the present one had.
func (a *App) fill(ctx context.Context, fresh *lake.Anew, had map[*fact.Kind]int64, progress func(string)) (made Anew, err error) {
	if err := a.loadAll(ctx, fresh.Lake, progress); err != nil {
		return made, err
	}
	problems, err := fresh.Check(ctx, func(done, of int, table string) {
		progress(fmt.Sprintf("recounting the new lake, %d of %d: %s", done+1, of, table))
	})
	if err != nil {
		return made, err
	}
	if len(problems) > 0 {
		return made, fault.New(fault.Internal, "the new lake is not right: %v", problems[0]).Mend("the present one stays; please report this")
	}
	totals, err := fresh.Totals(ctx)
	if err != nil {
		return made, err
	}
	for _, t := range totals {
		made.Facts += t.Count
		if t.Count < had[t.Kind] {
			made.Why = fmt.Sprintf("the log holds %d facts of kind %s and the lake has %d: they are not of the same history, and nothing may be lost", t.Count, t.Kind.Name, had[t.Kind])
			return made, nil
		}
	}
	made.Made = true
	return made, nil
}

// loadAll loads the log from its beginning to its end. Unlike a server's, this loader gives up at the first error.
func (a *App) loadAll(ctx context.Context, fresh *lake.Lake, progress func(string)) error {
	loader := ingest.NewLoader(a.log, fresh, ingest.Forever, a.now)
	loading := newWork(a.logger)
	loading.start("loading facts", loader.Run)
	defer loading.stop()
	end := a.log.End()
	for {
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err := loader.WaitLoaded(short, end)
		cancel()
		h := loader.Health()
		switch {
		case err == nil:
			loading.stop()
			return errors.Join(fresh.Merge(ctx), fresh.Checkpoint(ctx))
		case ctx.Err() != nil:
			return ctx.Err()
		case h.Err != nil:
			return h.Err
		case len(loading.trouble()) > 0:
			return fault.Wrap(fault.Internal, err, "loading the log broke off")
		}
		progress(fmt.Sprintf("loading the log: %d %%, %d facts", 100*uint64(h.Loaded)/uint64(end), h.Facts))
	}
}
