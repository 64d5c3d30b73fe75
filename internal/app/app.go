// Package app puts the house together: settings open the log, the lake and the store; door and loader run between them;
// API and pages are served; and all of it ends in order. The command line uses the same house without a listener when no
// server runs on a data folder.
//
// It decides nothing about facts or numbers: that is left to the rooms it wires.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/notify"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/live"
)

// App is an open installation.
type App struct {
	settings *config.Settings // given, with what set-up chose
	given    *config.Settings
	version  string
	serving  bool
	logger   *slog.Logger
	started  time.Time
	now      func() time.Time
	token    string // of the command line on this machine

	log      *log.Log
	lake     *lake.Lake
	store    *store.Store
	door     *ingest.Door
	loader   *ingest.Loader
	feed     *ingest.Feed
	segment  *ingest.Segment
	rows     *ingest.Facts
	api      *api.API
	figures  *figures
	books    *books
	pulse    *pulse
	desk     *forecast.Desk
	memory   *memory.Memory
	runs     *backtest.Runs
	busy     atomic.Int64 // when somebody was last seen to wait, in microseconds
	meetings *meetings
	news     *live.News
	metrics  *metric.Service
	sample   *sample
	handler  http.Handler
	earlier  []feed.Verdict // of before the start, the newest first

	intake, loading *work
	outbox          *notify.Outbox // nil: no mail is sent
	anew            chan struct{}  // asks a running server to open everything anew
	base            atomic.Pointer[string]
}

// Options are what an installation needs beside its settings.
type Options struct {
	Version string
	Logger  *slog.Logger

	serving bool // people will look at pages
}

// Open opens what the settings name and begins to take in and load. Errors are fault.Errors that say what to do; a data
// folder in use by another process is a fault.Conflict.
func Open(ctx context.Context, s *config.Settings, o Options) (_ *App, err error) {
	a := &App{settings: s, given: s, anew: make(chan struct{}, 1), version: o.Version, serving: o.serving, logger: o.Logger, now: time.Now, started: time.Now()}
	a.token = "kw_local_" + rand.Text()
	opened := false
	defer func() {
		if !opened {
			err = errors.Join(err, a.closeStores())
		}
	}()
	if err := makeFolder(s.Data); err != nil {
		return nil, err
	}
	// The log first: its lock says whether the folder is in use.
	if err := a.openLog(ctx); err != nil {
		return nil, err
	}
	os.RemoveAll(filepath.Join(s.Data, backupFolder)) // of a backup that died
	os.RemoveAll(filepath.Join(s.Data, uploadFolder))
	if a.store, err = store.Open(ctx, stateAt(s)); err != nil {
		return nil, err
	}
	if a.settings, err = withWorkspace(ctx, a.store, s); err != nil {
		return nil, err
	}
	if err := a.openLake(ctx); err != nil {
		return nil, err
	}
	if err := a.forgetSample(ctx); err != nil {
		return nil, err
	}
	if a.sample, err = newSample(ctx, a); err != nil {
		return nil, err
	}
	if a.earlier, err = a.store.Verdicts(ctx, store.VerdictsKept); err != nil {
		return nil, err
	}
	if err := a.wire(ctx); err != nil {
		return nil, err
	}
	a.begin()
	opened = true
	return a, nil
}

func stateAt(s *config.Settings) string {
	if s.Database != "" {
		return s.Database
	}
	return filepath.Join(s.Data, stateFile)
}

// Taken is that another process works on the data folder, which may be over soon: a fault.Conflict.
type Taken struct{ fault *fault.Error }

func (t *Taken) Error() string { return t.fault.Error() }
func (t *Taken) Unwrap() error { return t.fault }

func (a *App) openLog(ctx context.Context) (err error) {
	dir := filepath.Join(a.settings.Data, logFolder)
	a.log, err = log.Open(dir, log.Options{})
	switch {
	case err == nil:
		if torn := a.log.Torn(); torn.Bytes > 0 {
			a.logger.Warn("cut off what was being written when the last run died; it was never acknowledged", "file", torn.Path, "bytes", torn.Bytes)
		}
		return nil
	case errors.Is(err, log.ErrLocked):
		e := fault.Wrap(fault.Conflict, err, "another Keepwell works on this data folder").At("%s", a.settings.Data).
			Mend("stop it, or name another folder with --data; commands like import and metrics go through it by themselves")
		if running, ok := Running(ctx, a.settings.Data); ok {
			e.What = fmt.Sprintf("another Keepwell (process %d, %s) works on this data folder", running.PID, running.URL)
		}
		e.Err = nil
		return &Taken{e}
	case errors.Is(err, log.ErrFull):
		return fault.Wrap(fault.Unavailable, err, "the disk of the data folder is full").At("%s", dir).Mend("free some space")
	case errors.Is(err, log.ErrReadOnly):
		return fault.Wrap(fault.Unavailable, err, "the data folder can't be written").At("%s", dir).Mend("make it writable for this user")
	}
	return fault.Wrap(fault.Internal, err, "the log can't be opened").At("%s", dir)
}

func lakeAt(s *config.Settings, logger *slog.Logger) lake.Options {
	o := lake.Options{Zone: s.Zone, Logger: logger, URL: s.Database}
	if o.URL == "" {
		o.Path = filepath.Join(s.Data, lakeFile)
		o.MemoryLimit = fmt.Sprintf("%dMiB", s.MemoryLimit>>20)
	}
	return o
}

// openLake opens the lake. A lake that is ahead of an empty log (the log was moved away) goes on where it was.
func (a *App) openLake(ctx context.Context) (err error) {
	o := lakeAt(a.settings, a.logger)
	if a.lake, err = lake.Open(ctx, o); err != nil {
		return err
	}
	cursor, err := a.lake.Cursor(ctx)
	if err != nil || a.log.End() > 0 || cursor == 0 {
		return err
	}
	if err := a.log.Close(); err != nil {
		return err
	}
	a.logger.Warn("the log is empty, but the lake has loaded from one before; it goes on from there", "position", cursor)
	a.log, err = log.Open(filepath.Join(a.settings.Data, logFolder), log.Options{Start: log.Position(cursor)})
	return err
}

// wire makes the services and handlers.
func (a *App) wire(ctx context.Context) error {
	catalog, err := metric.Builtin()
	if err != nil {
		return err
	}
	s := a.settings
	keep := s.LogKeep
	if keep == config.Forever {
		keep = ingest.Forever
	}
	gate := team.NewGate(a.store, func(err error) { a.logger.Warn("a key could not be looked up or noted", "error", err) })
	held := &quarantine{a.store, a.now}
	a.door = ingest.NewDoor(a.log, a.lake, a.now)
	a.loader = ingest.NewLoader(a.log, a.lake, keep, a.now)
	a.feed = ingest.NewFeed(sightings{a.store})
	a.segment = &ingest.Segment{Door: a.door, Loader: a.loader, Keys: writeKeys{gate, a.now}, Quarantine: held, Feed: a.feed,
		Zone: s.Zone, Currency: s.Currency, Now: a.now}
	a.rows = &ingest.Facts{Door: a.door, Loader: a.loader, Feed: a.feed, Zone: s.Zone, Now: a.now}
	metrics := &metric.Service{Catalog: catalog, Zone: s.Zone, Currency: s.Currency, Now: a.now, Conventions: ways{store: a.store}.Policies, Saved: a.store.Segments,
		Open: func(ctx context.Context, asOf *time.Time) (metric.View, error) {
			v, err := a.lake.View(ctx, asOf)
			if err != nil {
				return nil, err
			}
			return view{v, asOf}, nil
		},
		OpenKnown: func(ctx context.Context, at time.Time) (metric.View, error) {
			v, err := a.lake.ViewKnown(ctx, at)
			if err != nil {
				return nil, err
			}
			return view{v, &at}, nil
		}}
	if s.Mail != "" {
		server, err := notify.NewServer(s.Mail, s.MailFrom)
		if err != nil {
			return err
		}
		a.outbox = notify.NewOutbox(server.Send, a.logger)
	}
	mine := own{metrics: metrics, store: a.store, folder: filepath.Join(s.Data, metricsFolder)}
	if err := mine.load(ctx, func(err error) { a.logger.Warn(err.Error()) }); err != nil {
		return err
	}
	replay := replaying{a.store, a.segment}
	a.books, a.meetings, a.metrics = a.openBooks(metrics), newMeetings(), metrics
	a.memory = memory.New(memory.ByCost, a.now, func() log.Position { return a.loader.Health().Loaded }, func(err error) { a.logger.Warn("what pages show can't be found anew", "error", err) })
	a.pulse, a.desk = a.openPulse(metrics), a.openDesk(metrics)
	mine.fit = fit{metrics, a.pulse}
	a.runs = a.openRuns(metrics)
	a.news = a.openNews()
	a.api = api.New(api.Options{
		Gate:        gate,
		Metrics:     metrics,
		Ways:        ways{a.store, a.pulse},
		Boards:      a.store,
		Definitions: mine,
		Facts:       facts{a.rows, a.lake},
		People:      a.lake,
		Accounts:    customers{a, a.store},
		Segments:    segments{keptSegments{a.store, fit{metrics, a.pulse}}, metrics},
		Feedback:    customers{a, a.store},
		Journeys:    journeys{a, a.store, metrics},
		Sample:      a.sample,
		Workplace:   space{workplace{a}},
		Forecasts:   foretelling{customers{a, a.store}, a.desk},
		Backtests:   trials{customers{a, a.store}, a.runs},
		Work:        customers{a, a.store},
		Keys:        a.store,
		Users:       a.store,
		Trail:       a.store,
		Base:        a.Base,
		Quarantine:  replay,
		Health:      scoring{a.pulse, a.store, metrics},
		Running:     a,
		Care:        care{a},
		Zone:        s.Zone,
		Logger:      a.logger,
		Now:         a.now,
		Random:      rand.Reader,
		Version:     a.version,
		LocalToken:  a.token,
	})
	a.figures = newFigures(a)
	mux := http.NewServeMux()
	pages, err := a.pages(gate, replay)
	if err != nil {
		return err
	}
	mux.Handle("/", pages)
	a.memory.Warm = func(ctx context.Context) error {
		if empty, err := a.lake.Empty(ctx); err != nil || empty {
			return err
		}
		return pages.Warm(ctx, i18n.Lang(s.Language))
	}
	for _, own := range []string{"/api/", "/healthz", "/openapi.json", "/openapi.yaml"} {
		mux.Handle(own, a.api)
	}
	mux.Handle("/v1/", a.segment)
	a.handler = &api.Guard{Next: forgetting(a.memory, mux), Logger: a.logger, Proxies: s.TrustedProxies, Seen: func(route string, status int, took time.Duration) {
		a.figures.request(route, status, took)
		a.waited(route, took)
	}}
	return nil
}

// begin starts the work between door, log and lake.
func (a *App) begin() {
	a.intake, a.loading = newWork(a.logger), newWork(a.logger)
	a.intake.start("taking facts in", func(ctx context.Context) error { a.door.Run(ctx); return ctx.Err() })
	a.loading.start("loading facts", a.loader.Run)
	a.loading.start("reading the accounts", a.books.Run)
	if a.serving {
		a.loading.start("keeping what pages show young", a.memory.Run)
	}
	a.loading.start("scoring accounts", a.pulse.Run)
	a.loading.start("keeping ends of movements", a.pulse.ends.Run)
	cases := &caseBook{pulse: a.pulse, store: a.store, now: a.now, report: func(err error) { a.logger.Warn("disagreements can't be followed", "error", err) }}
	a.loading.start("following disagreements", cases.Run)
	a.loading.start("telling pages what is new", a.news.Run)
	a.loading.start("foretelling", a.desk.Run)
	a.loading.start("backtesting", a.runs.Work)
	a.loading.start("noting feeds", func(ctx context.Context) error { a.feed.Run(ctx); return ctx.Err() })
	a.loading.start("deleting what is kept for a while only", a.trim)
	if a.outbox != nil {
		a.loading.start("sending mail", a.outbox.Run)
	}
}

// Handler answers requests as the server would; Token opens all of it.
func (a *App) Handler() http.Handler { return a.handler }

// Token is the local admin token.
func (a *App) Token() string { return a.token }

// drainTime is how long stopping waits for the lake to catch up. What is not loaded by then is after the next start.
const drainTime = 10 * time.Second

// Close stops taking in, loads what the log holds, and closes everything.
func (a *App) Close() error {
	a.sample.stop()
	a.intake.stop()
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := a.loader.WaitLoaded(ctx, a.log.End()); err != nil {
		a.logger.Warn("not everything is loaded; the next start goes on", "error", err)
	}
	a.loading.stop()
	var err error
	if a.loader.Health().Err == nil {
		err = a.lake.Checkpoint(context.Background())
	}
	return errors.Join(err, a.closeStores())
}

func (a *App) closeStores() error {
	var errs []error
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.lake != nil {
		errs = append(errs, a.lake.Close())
	}
	// The log last: its lock says that the folder is free.
	if a.log != nil {
		errs = append(errs, a.log.Close())
	}
	return errors.Join(errs...)
}

// work is goroutines that end together.
type work struct {
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	logger *slog.Logger

	mu   sync.Mutex
	lost []string // what ended although nobody stopped it
}

func newWork(logger *slog.Logger) *work {
	w := &work{logger: logger}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// start runs fn until stop. If it ends on its own, or panics, that is trouble.
func (w *work) start(name string, fn func(context.Context) error) {
	w.group.Go(func() {
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("panic: %v", p)
				}
			}()
			return fn(w.ctx)
		}()
		if w.ctx.Err() != nil {
			return
		}
		w.logger.Error(name+" has ended", "error", err)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.lost = append(w.lost, name+" has ended; restart Keepwell, its log says why")
	})
}

func (w *work) stop() {
	w.cancel()
	w.group.Wait()
}

func (w *work) trouble() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.lost...)
}

// WaitLoaded waits until answers show everything that was accepted before.
func (a *App) WaitLoaded(ctx context.Context) error { return a.loader.WaitLoaded(ctx, a.log.End()) }
