package app

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/log"
	"github.com/keepwell/keepwell/internal/web"
)

var (
	_ web.Sample = (*sample)(nil)
	_ api.Sample = (*sample)(nil)
)

// sample is the made-up company of a server that runs: it is brought in beside everything else, and taken out by opening
// everything anew.
type sample struct {
	app  *App
	work sync.WaitGroup

	mu     sync.Mutex
	now    feed.Sample
	cancel context.CancelFunc // of bringing it in
}

// newSample knows how it stands by what was noted before.
func newSample(ctx context.Context, a *App) (*sample, error) {
	s := &sample{app: a, cancel: func() {}}
	var made madeUp
	begun, err := a.store.Setting(ctx, demoSetting, &made)
	switch {
	case err != nil:
		return nil, err
	case made.Done:
		s.now.State = feed.There
	case begun && !made.Gone:
		s.now.State = feed.Stuck
	}
	return s, nil
}

// Sample is how it stands.
func (s *sample) Sample() feed.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *sample) turn(to feed.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = to
}

// MayAddSample tells whether there is nothing that made-up facts would mix with.
func (s *sample) MayAddSample(ctx context.Context) (bool, error) {
	switch s.Sample().State {
	case feed.NoSample:
		return s.app.noFacts(ctx)
	case feed.Stuck:
		return true, nil
	}
	return false, nil
}

// sampleSeed is the company that one click brings.
const sampleSeed = 1

// AddSample begins to bring the made-up company in, or goes on with it where that broke off. It is fault.Conflict when there
// are facts already.
func (s *sample) AddSample(ctx context.Context) error {
	a := s.app
	switch s.Sample().State {
	case feed.NoSample:
		if _, err := a.beginDemo(ctx, sampleSeed); err != nil {
			return err
		}
	case feed.Stuck:
	default:
		return fault.New(fault.Conflict, "the sample company is here already")
	}
	if a.settings.Currency == "" { // its amounts are in several
		if err := changeWorkspace(ctx, a.store, func(c *chosen) { c.Currency = "EUR" }); err != nil {
			return err
		}
		s.turn(feed.Sample{State: feed.Arriving})
		a.openAnew()
		return nil
	}
	s.resume()
	return nil
}

// resume goes on bringing in what was begun.
func (s *sample) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.State == feed.Arriving || s.now.State == feed.There || s.now.State == feed.Leaving {
		return
	}
	s.now = feed.Sample{State: feed.Arriving}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background())
	s.work.Go(func() {
		if err := s.bring(ctx); err != nil {
			if ctx.Err() == nil {
				s.app.logger.Error("the sample company is not all in", "error", err)
			}
			s.turn(feed.Sample{State: feed.Stuck})
		}
	})
}

func (s *sample) bring(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	_, err = s.app.LoadDemo(ctx, sampleSeed, func(part float64) { s.turn(feed.Sample{State: feed.Arriving, Part: part}) })
	return err
}

// RemoveSample asks for the made-up company to be taken out, and opens everything anew, where that is done. There being none
// is fault.NotFound.
func (s *sample) RemoveSample(ctx context.Context) error {
	state := s.Sample().State
	if state == feed.NoSample {
		return fault.New(fault.NotFound, "there is no sample company")
	}
	if state == feed.Leaving {
		return nil
	}
	s.stop()
	var made madeUp
	if _, err := s.app.store.Setting(ctx, demoSetting, &made); err != nil {
		return err
	}
	made.Leaving = true
	if err := s.app.store.SettingPut(ctx, demoSetting, made); err != nil {
		return err
	}
	s.turn(feed.Sample{State: feed.Leaving})
	s.app.openAnew()
	return nil
}

// stop ends bringing it in; what is in stays.
func (s *sample) stop() {
	s.mu.Lock()
	cancel := s.cancel
	s.mu.Unlock()
	cancel()
	s.work.Wait()
}

// forgetSample takes the made-up company out where that was asked for: out of the log first, then what the team keeps about
// its accounts, then out of the lake. Every step finds nothing to do when it was done before, and what the later ones need
// to know is only gone with the last, so one that broke off is taken up when the house is next opened. Nothing reads, loads
// or arrives meanwhile.
func (a *App) forgetSample(ctx context.Context) error {
	var made madeUp
	if _, err := a.store.Setting(ctx, demoSetting, &made); err != nil || !made.Leaving {
		return err
	}
	a.logger.Info("taking the sample company out")
	if err := a.takeSampleOut(ctx); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// What is real goes on arriving; the next start, or another click, goes on with this.
		a.logger.Error("the sample company is not all out", "error", err)
		return nil
	}
	return a.store.SettingPut(ctx, demoSetting, madeUp{Gone: true})
}

func (a *App) takeSampleOut(ctx context.Context) error {
	ghosts, err := a.onlyMadeUp(ctx)
	if err != nil {
		return err
	}
	err = a.log.Rewrite(ctx, func(record []byte) ([]byte, error) {
		return fact.ThinRecord(record, func(f *fact.Fact) bool {
			return f.Source == demo.Source || f.Source == ourSource && (f.Account == "" || ghosts[f.Account]) // what is said of all rests on them too
		})
	})
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(ghosts))
	for id := range ghosts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if err := a.store.Forget(ctx, demo.Source, ids); err != nil {
		return err
	}
	if err := a.forgetScorecards(ctx); err != nil {
		return err
	}
	if err := a.lake.Forget(ctx, demo.Source, ourSource, ids); err != nil {
		return err
	}
	return a.lake.Checkpoint(ctx)
}

// onlyMadeUp are the accounts that nobody but the made-up company, and the team about it, ever named.
func (a *App) onlyMadeUp(ctx context.Context) (map[string]bool, error) {
	named, real, err := a.lake.AccountsOf(ctx, demo.Source, ourSource)
	if err != nil {
		return nil, err
	}
	ghosts := map[string]bool{}
	for id := range named {
		ghosts[id] = true
	}
	cursor, err := a.lake.Cursor(ctx)
	if err != nil {
		return nil, err
	}
	reader, err := a.log.Read(log.Position(cursor))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	for end := a.log.End(); reader.Position() < end; { // not loaded yet
		raw, _, err := reader.TryNext()
		if err != nil {
			return nil, err
		}
		facts, err := fact.ReadRecord(raw)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			switch {
			case f.Account == "":
			case f.Source == demo.Source:
				ghosts[f.Account] = true
			case f.Source != ourSource:
				if real == nil {
					real = map[string]bool{}
				}
				real[f.Account] = true
			}
		}
	}
	for id := range real {
		delete(ghosts, id)
	}
	return ghosts, nil
}
