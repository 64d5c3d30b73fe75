package app

import (
	"context"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/forecast"
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
	return forecast.NewDesk(forecast.Reader{Metrics: metrics, Pause: letOthers}, a.store, func(err error) { a.logger.Warn("nothing can be foretold", "error", err) })
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

func (f foretelling) Learn(context.Context) { f.desk.Learn() }
