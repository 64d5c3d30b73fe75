package app

import (
	"context"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
)

var (
	_ api.Backtests   = trials{}
	_ backtest.Keeper = (*store.Store)(nil)
)

// longestPause is how long work in the background lets others go first, at most; it is half as long as what it has just done took.
const longestPause = 2 * time.Second

// A request that took longer than lookedUp made somebody wait; for a while after it more of them are expected.
const (
	lookedUp = 50 * time.Millisecond
	atWork   = 10 * time.Second
)

// openRuns makes what backtests are made by. What they read of the past is remembered: the next draft is tested by the same.
func (a *App) openRuns(metrics *metric.Service) *backtest.Runs {
	recall := &metric.Recall{Service: metrics, Along: func(ctx context.Context) (string, error) { return a.lake.Along(ctx, a.now()) }}
	return backtest.NewRuns(backtest.Reader{Health: &health.Service{Reader: recall, Keeper: a.store, Now: a.now}, Forecast: forecast.Reader{Metrics: metrics}, Pause: a.letAskers},
		a.store, func(err error) { a.logger.Warn("a backtest failed", "error", err) })
}

// waited notes that somebody waited for an answer. Who waits for a backtest, or listens for what is new, does not count.
func (a *App) waited(route string, took time.Duration) {
	if took >= lookedUp && took < longestPause*10 && !strings.Contains(route, "backtest") {
		a.busy.Store(a.now().UnixMicro())
	}
}

// letAskers is letOthers while there are others: somebody waits for a backtest.
func (a *App) letAskers(ctx context.Context, took time.Duration) {
	if a.now().Sub(time.UnixMicro(a.busy.Load())) <= atWork {
		letOthers(ctx, took)
	}
}

// letOthers waits after work that took so long, so that what people ask meanwhile comes to its turn.
func letOthers(ctx context.Context, took time.Duration) {
	select {
	case <-time.After(min(took/2, longestPause)):
	case <-ctx.Done():
	}
}

// trials are backtests, held to the accounts that who asks may see.
type trials struct {
	customers
	runs *backtest.Runs
}

// whose names the accounts that who asks may see.
func whose(ctx context.Context) string {
	if book := team.PrincipalOf(ctx).Book; book != nil {
		return "csm " + strings.Join(book, "\n")
	}
	return ""
}

// Backtest asks for one.
func (t trials) Backtest(ctx context.Context, a backtest.Ask) (backtest.Run, error) {
	q, err := t.runs.Reader.Question(ctx, a)
	if err != nil {
		return backtest.Run{}, err
	}
	p := team.PrincipalOf(ctx)
	if p.Book != nil {
		book, err := t.Book(ctx)
		if err != nil {
			return backtest.Run{}, err
		}
		q.Mine = func(id string) bool { return book.Get(id) != nil }
	}
	return t.runs.Start(q, whose(ctx), p.Name)
}

// BacktestOf is one as it is now, or once it is over or ctx ends.
func (t trials) BacktestOf(ctx context.Context, id string, wait bool) (backtest.Run, error) {
	return t.runs.Get(ctx, id, whose(ctx), wait)
}

// Backtests are those of a scorecard that are remembered, the latest first.
func (t trials) Backtests(ctx context.Context, scorecard string) []backtest.Run {
	return t.runs.List(scorecard, whose(ctx))
}

// BacktestCancel stops one.
func (t trials) BacktestCancel(ctx context.Context, id string) error {
	return t.runs.Cancel(id, whose(ctx))
}
