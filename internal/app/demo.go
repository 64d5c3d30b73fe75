package app

import (
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/health"
)

// madeUp is what the store knows about the made-up company.
type madeUp struct {
	Seed  uint64    `json:"seed"`
	Until time.Time `json:"until"`
	Done  bool      `json:"done"`
}

const (
	demoSetting = "demo"
	demoLot     = 20_000 // facts on their way to the door
	demoYears   = 2
)

// LoadDemo takes the made-up company in, up to now, the first time it is called on a data folder; false when it is in
// already. A load that was interrupted goes on: the company is the same again, and what is in already is known. progress
// hears how much is done, from 0 to 1. Nothing else may be taken in meanwhile.
func (a *App) LoadDemo(ctx context.Context, seed uint64, progress func(float64)) (bool, error) {
	var made madeUp
	begun, err := a.store.Setting(ctx, demoSetting, &made)
	if err != nil || made.Done {
		return false, err
	}
	if !begun {
		totals, err := a.lake.Totals(ctx)
		if err != nil {
			return false, err
		}
		for _, t := range totals {
			if t.Count > 0 {
				return false, fault.New(fault.Conflict, "there are facts in the data folder already, and made-up ones would mix with them").
					At("%s", a.settings.Data).Mend("name an empty folder with --data, or use keepwell serve")
			}
		}
		made = madeUp{Seed: seed, Until: a.now().UTC().Truncate(time.Second)}
		if err := a.store.SettingPut(ctx, demoSetting, made); err != nil {
			return false, err
		}
	}
	if err := a.fillDemo(ctx, made, progress); err != nil {
		return false, err
	}
	if err := a.scoreDemo(ctx); err != nil {
		return false, err
	}
	made.Done = true
	if err := a.store.SettingPut(ctx, demoSetting, made); err != nil {
		return false, err
	}
	return true, a.loader.WaitLoaded(ctx, a.log.End())
}

// demoScorecards are those that the made-up company has taken over.
var demoScorecards = []string{"usage_led", "enterprise", "self_service", "onboarding", "chi"}

// scoreDemo takes the scorecards over, unless a load that was interrupted did so.
func (a *App) scoreDemo(ctx context.Context) error {
	defer a.pulse.changed()
	for _, id := range demoScorecards {
		card, _ := health.Template(id)
		card.By = "Keepwell"
		if _, err := a.store.ScorecardPut(ctx, card, -1, a.now()); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return nil
}

func (a *App) fillDemo(ctx context.Context, made madeUp, progress func(float64)) error {
	var lot [][]*fact.Fact
	waiting := 0
	send := func() error {
		err := a.door.Backfill(ctx, lot)
		lot, waiting = nil, 0
		return err
	}
	heard := map[string]*feed.Sighting{}
	first := made.Until.AddDate(-demoYears, 0, 0)
	err := demo.Generate(demo.Options{Seed: made.Seed, Until: made.Until, Zone: a.settings.Zone}, func(facts []*fact.Fact) error {
		if err := ctx.Err(); err != nil || len(facts) == 0 {
			return err
		}
		received := time.UnixMicro(facts[0].Received).UTC()
		for _, f := range facts {
			s := heard[f.Kind.Name]
			if s == nil {
				s = &feed.Sighting{Source: demo.Source, Kind: f.Kind.Name, First: received, Verdict: "accepted"}
				heard[f.Kind.Name] = s
			}
			if s.Count > 0 {
				s.LongestGap = max(s.LongestGap, received.Sub(s.Last))
			}
			s.Last = received
			s.Count++
		}
		lot = append(lot, facts)
		if waiting += len(facts); waiting < demoLot {
			return nil
		}
		progress(min(1, max(0, float64(received.Sub(first))/float64(made.Until.Sub(first)))))
		return send()
	})
	if err == nil && len(lot) > 0 {
		err = send()
	}
	if err != nil {
		return err
	}
	progress(1)
	var all []feed.Sighting
	for _, s := range heard {
		all = append(all, *s)
	}
	return a.store.SightingsAdd(ctx, all)
}
