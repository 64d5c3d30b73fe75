package api

import (
	"context"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// within holds every question about metrics to the accounts that who asks may see, whichever way it comes: the API and the
// pages both ask through here. It is spelt out method by method, so that a new kind of question does not compile before
// somebody has thought of this.
type within struct{ all Metrics }

var _ Metrics = within{}

func narrow(ctx context.Context, ask metric.Ask) metric.Ask {
	ask.Segment = team.PrincipalOf(ctx).Within(ask.Segment)
	return ask
}

func (w within) Answer(ctx context.Context, q metric.Ask) (*metric.Answer, error) {
	return w.all.Answer(ctx, narrow(ctx, q))
}

func (w within) Overview(ctx context.Context, q metric.Ask, ids []string) ([]metric.Overviewed, error) {
	return w.all.Overview(ctx, narrow(ctx, q), ids)
}

func (w within) Bridge(ctx context.Context, q metric.Bridging) (*metric.Bridge, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Bridge(ctx, q)
}

func (w within) Explain(ctx context.Context, q metric.Opening) (*metric.Explanation, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Explain(ctx, q)
}

func (w within) Why(ctx context.Context, q metric.Comparison) (*metric.Movement, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Why(ctx, q)
}

func (w within) Restate(ctx context.Context, q metric.Restating) (*metric.Restatement, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Restate(ctx, q)
}

func (w within) Restatements(ctx context.Context, q metric.Restating) ([]*metric.Restatement, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Restatements(ctx, q)
}

// Guide tells which metrics there are facts for, not what they are.
func (w within) Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error) {
	return w.all.Guide(ctx, words, lang)
}

// Describe tells what metrics there are.
func (w within) Describe(lang i18n.Lang) []metric.Described { return w.all.Describe(lang) }
