package app

import (
	"context"
	"runtime"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/store"
)

var _ api.Running = (*App)(nil)

// Status is how the installation does.
func (a *App) Status(ctx context.Context) (*api.Status, error) {
	totals, err := a.lake.Totals(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := a.store.QuarantineCount(ctx)
	if err != nil {
		return nil, err
	}
	s := &api.Status{Version: a.version, Go: runtime.Version(), Engine: a.engine(), Started: a.started.UTC(), Zone: a.settings.Zone.String(),
		Facts: []api.Total{}, Quarantine: map[string]int64{}, Trouble: a.Trouble()}
	for _, t := range totals {
		s.Facts = append(s.Facts, api.Total{Kind: t.Kind.Name, Count: t.Count, First: instant(t.First), Last: instant(t.Last), Received: instant(t.Received)})
	}
	for status, n := range counts {
		s.Quarantine[string(status)] = n
	}
	h := a.loader.Health()
	s.Log = api.LogStatus{Bytes: a.log.Size(), Begin: uint64(a.log.Begin()), End: uint64(h.End), Loaded: uint64(h.Loaded),
		BehindSeconds: h.Behind.Seconds(), Cut: a.log.Torn().Bytes}
	return s, nil
}

func (a *App) engine() string {
	if a.settings.Database != "" {
		return "postgres"
	}
	return "duckdb"
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Trouble is what keeps the installation from its work, each in a sentence that may be shown to anybody.
func (a *App) Trouble() []string {
	trouble := append(a.intake.trouble(), a.loading.trouble()...)
	if err := a.door.Health().Err; err != nil {
		trouble = append(trouble, "facts can't be taken in: "+said(err))
	}
	switch h := a.loader.Health(); {
	case h.Stopped:
		trouble = append(trouble, "loading has stopped; facts are accepted and safe in the log, but don't show in answers")
	case h.Err != nil:
		trouble = append(trouble, "facts can't be loaded right now and wait in the log: "+said(h.Err))
	}
	if err := a.pulse.trouble(); err != nil {
		trouble = append(trouble, "accounts can't be scored anew, so that health is as it was: "+said(err))
	}
	if trouble == nil {
		trouble = []string{}
	}
	return trouble
}

// said is what may be shown of an error.
func said(err error) string {
	d := fault.Problem(err)
	if d.Detail == "" {
		return "the server's log says why"
	}
	if d.Fix != "" {
		return d.Detail + "; " + d.Fix
	}
	return d.Detail
}

// Heard is what each source sent and what was decided lately.
func (a *App) Heard(ctx context.Context) ([]feed.Sighting, []feed.Verdict, error) {
	seen, err := a.store.Sightings(ctx)
	if err != nil {
		return nil, nil, err
	}
	return seen, a.verdicts(), nil
}

// verdicts are the last that were decided, the newest first: by this process, and before it those that were kept.
func (a *App) verdicts() []feed.Verdict {
	all := append(verdictsOf(a.feed.Recent()), a.earlier...)
	return all[:min(len(all), store.VerdictsKept)]
}
