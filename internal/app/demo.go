package app

import (
	"context"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/demo"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/journey"
)

// madeUp is what the store knows about the made-up company.
type madeUp struct {
	Seed  uint64    `json:"seed"`
	Until time.Time `json:"until"`
	Done  bool      `json:"done"`
	// Leaving asks for its facts to be taken out when the house is next opened; Gone says that they are.
	Leaving bool `json:"leaving,omitempty"`
	Gone    bool `json:"gone,omitempty"`
}

const (
	demoSetting = "demo"
	demoLot     = 20_000 // facts on their way to the door
	demoYears   = 2
)

// LoadDemo takes the made-up company in, up to now, the first time it is called on a data folder; false when it is in
// already, or was and has been removed. A load that was interrupted goes on: the company is the same again, and what is in
// already is known. progress hears how much is done, from 0 to 1. What arrives meanwhile is taken in; what is made up and
// comes after it then counts as received as late.
func (a *App) LoadDemo(ctx context.Context, seed uint64, progress func(float64)) (bool, error) {
	var made madeUp
	begun, err := a.store.Setting(ctx, demoSetting, &made)
	if err != nil || made.Done || made.Gone {
		return false, err
	}
	if !begun {
		if made, err = a.beginDemo(ctx, seed); err != nil {
			return false, err
		}
	}
	if err := a.fillDemo(ctx, made, progress); err != nil {
		return false, err
	}
	if err := a.loader.WaitLoaded(ctx, a.log.End()); err != nil {
		return false, err
	}
	if err := a.scoreDemo(ctx); err != nil {
		return false, err
	}
	if err := a.drawJourneys(ctx); err != nil {
		return false, err
	}
	made.Done = true
	if err := a.store.SettingPut(ctx, demoSetting, made); err != nil {
		return false, err
	}
	a.sample.turn(feed.Sample{State: feed.There})
	return true, a.loader.WaitLoaded(ctx, a.log.End())
}

// demoScorecards are those that the made-up company has taken over.
var demoScorecards = []string{"usage_led", "enterprise", "self_service", "onboarding", "chi"}

// scoredBy is who put them in force; another one's name stands there once a scorecard was changed.
const scoredBy = "Keepwell"

// forgetScorecards takes those out of force again that nobody changed.
func (a *App) forgetScorecards(ctx context.Context) error {
	all, err := a.store.Scorecards(ctx)
	if err != nil {
		return err
	}
	for _, card := range all {
		if card.Until.IsZero() && card.By == scoredBy && slices.Contains(demoScorecards, card.ID) {
			if err := a.store.ScorecardRemove(ctx, card.ID, a.now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// scoreDemo takes the scorecards over, unless a load that was interrupted did so.
func (a *App) scoreDemo(ctx context.Context) error {
	defer a.pulse.changed()
	for _, id := range demoScorecards {
		card, _ := health.Template(id)
		card.By = scoredBy
		if _, err := a.store.ScorecardPut(ctx, card, -1, a.now()); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return nil
}

// drawJourneys gives the company the journeys of the templates, unless there are some: its accounts are of all three models.
func (a *App) drawJourneys(ctx context.Context) error {
	own := journeys{a, a.store, a.metrics}
	if all, err := own.Journeys(ctx); err != nil || len(all) > 0 {
		return err
	}
	for _, t := range journey.Templates() {
		t.Journey.By = demo.Source
		if _, err := own.JourneyAdd(ctx, t.Journey); err != nil {
			return err
		}
	}
	return nil
}

// beginDemo notes which company is to be made up, where there is nothing yet that it would mix with.
func (a *App) beginDemo(ctx context.Context, seed uint64) (madeUp, error) {
	empty, err := a.noFacts(ctx)
	if err != nil {
		return madeUp{}, err
	}
	if !empty {
		return madeUp{}, fault.New(fault.Conflict, "there are facts in the data folder already, and made-up ones would mix with them").
			At("%s", a.settings.Data).Mend("name an empty folder with --data, or use keepwell serve")
	}
	made := madeUp{Seed: seed, Until: a.now().UTC().Truncate(time.Second)}
	return made, a.store.SettingPut(ctx, demoSetting, made)
}

// noFacts tells whether nothing was ever taken in that is still there.
func (a *App) noFacts(ctx context.Context) (bool, error) {
	if a.loader.Health().Loaded < a.log.End() {
		return false, nil
	}
	return a.lake.Empty(ctx)
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
	err := demo.Generate(demo.Options{Seed: made.Seed, Until: made.Until, Zone: a.settings.Zone, Currency: a.settings.Currency}, func(facts []*fact.Fact) error {
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
