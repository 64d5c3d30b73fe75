package app

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
)

var (
	_ api.Forecasts   = foretelling{}
	_ forecast.Keeper = (*store.Store)(nil)
)

// openDesk makes the desk that foretells.
func (a *App) openDesk(metrics *metric.Service) *forecast.Desk {
	d := forecast.NewDesk(forecast.Reader{Metrics: metrics, Pause: letOthers}, a.store, func(err error) { a.logger.Warn("nothing can be foretold", "error", err) })
	d.Tell = a.tellRelevances
	return d
}

// tellRelevances writes down what was found to be relevant, as facts, which the metric of that name reads.
func (a *App) tellRelevances(ctx context.Context, at time.Time, found []forecast.Relevance) error {
	var facts []*fact.Fact
	for _, r := range found {
		if r.N == 0 {
			continue // nobody was looked at
		}
		f, err := relevanceFact(r, at, a.settings.Zone)
		if err != nil {
			return err
		}
		facts = append(facts, f)
	}
	if len(facts) == 0 {
		return nil
	}
	_, err := a.door.Accept(ctx, facts)
	return err
}

func relevanceFact(r forecast.Relevance, at time.Time, zone *time.Location) (*fact.Fact, error) {
	b := fact.NewBuilder(fact.Relevances, ourSource, zone)
	b.At(at)
	for name, text := range map[string]string{"pair": r.Feature + " " + string(r.Outcome), "measure": r.Feature, "metric": r.Metric, "outcome": string(r.Outcome), "verdict": string(r.Verdict)} {
		if text != "" {
			b.Set(name, fact.Cell{Kind: fact.TextCell, Text: text})
		}
	}
	number := func(name string, x *float64) {
		if x != nil && !math.IsNaN(*x) {
			b.Set(name, fact.Cell{Kind: fact.NumberCell, Text: strconv.FormatFloat(*x, 'f', -1, 64)})
		}
	}
	looks, outcomes := float64(r.N), float64(r.Events)
	number("looks", &looks)
	if r.Outcome != forecast.Value { // an amount, not something that comes or does not
		number("outcomes", &outcomes)
	}
	number("strength", r.Strength)
	number("false_findings", r.Chance)
	if r.Interval != nil {
		number("low", &r.Interval.Low)
		number("high", &r.Interval.High)
	}
	f, refused := b.Finish()
	if f == nil {
		return nil, fault.New(fault.Internal, "what %s foretells can't be told: %v", r.Feature, refused)
	}
	return f, nil
}

// foretelling is what is foretold, held to the accounts that who asks may see.
type foretelling struct {
	customers
	desk *forecast.Desk
}

func (f foretelling) Present(ctx context.Context) (*forecast.Present, error) {
	p, err := f.desk.Present(ctx)
	if err != nil || team.PrincipalOf(ctx).Book == nil {
		return p, err
	}
	book, err := f.Book(ctx)
	if err != nil {
		return nil, err
	}
	return p.Narrow(func(id string) bool { return book.Get(id) != nil }), nil
}

func (f foretelling) History(ctx context.Context, id string) ([]forecast.Risk, error) {
	if err := f.within(ctx, id); err != nil {
		return nil, err
	}
	p, err := f.desk.Present(ctx)
	if err == nil && p.Model == nil {
		err = p.Why
	}
	if err != nil {
		return nil, err
	}
	return f.desk.History(ctx, p.Model, id)
}

func (f foretelling) Curves(ctx context.Context) (*forecast.Curves, error) {
	keep := func(int32) bool { return true }
	if team.PrincipalOf(ctx).Book != nil {
		book, err := f.Book(ctx)
		if err != nil {
			return nil, err
		}
		mine := map[int32]bool{}
		for _, s := range book.All {
			mine[s.Number] = true
		}
		keep = func(number int32) bool { return mine[number] }
	}
	return f.desk.Reader.Curves(ctx, keep)
}

// lasting is what is foretold as pages show it: for how long accounts paid is read from the lake, and remembered.
type lasting struct {
	foretelling
	memory *memory.Memory
}

// Curves are those of the accounts that who asks may see.
func (l lasting) Curves(ctx context.Context) (*forecast.Curves, error) {
	return memory.Remember(ctx, l.memory, seenBy(ctx, "curves"), l.foretelling.Curves)
}

func (f foretelling) Learn(context.Context) { f.desk.Learn() }
