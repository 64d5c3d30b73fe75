package api

import (
	"context"
	"slices"

	"github.com/keepwell/keepwell/internal/account"
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

func (w within) Restatements(ctx context.Context, q metric.Restating) (*metric.RestatementPage, error) {
	q.Ask = narrow(ctx, q.Ask)
	return w.all.Restatements(ctx, q)
}

// Guide tells which metrics there are facts for, not what they are.
func (w within) Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error) {
	return w.all.Guide(ctx, words, lang)
}

// Describe tells what metrics there are.
func (w within) Describe(lang i18n.Lang) []metric.Described { return w.all.Describe(lang) }

// withinSegments holds questions about segments to the same accounts.
type withinSegments struct{ allSegments }

type allSegments = Segments

func (w withinSegments) SegmentMembers(ctx context.Context, q metric.SegmentAsk) (*metric.SegmentPage, error) {
	own := team.PrincipalOf(ctx).Segment()
	if own == "" {
		return w.allSegments.SegmentMembers(ctx, q)
	}
	asked, held, err := w.narrow(ctx, q)
	if err != nil {
		return nil, err
	}
	page, err := w.allSegments.SegmentMembers(ctx, held)
	if err != nil {
		return nil, err
	}
	// That it is one's own account is no reason that was asked for.
	if mine, err := account.ParseSegment(own); err == nil && !slices.ContainsFunc(asked.Leaves(), func(l account.Segment) bool { return l.String() == mine.String() }) {
		for i := range page.Members {
			why := &page.Members[i].Why
			*why = slices.DeleteFunc(*why, func(r metric.SegmentReason) bool { return r.Segment == "" && r.Leaf == mine.String() })
		}
	}
	page.Segment = asked.String()
	return page, nil
}

func (w withinSegments) SegmentHistory(ctx context.Context, q metric.SegmentAsk) (*metric.SegmentHistory, error) {
	asked, held, err := w.narrow(ctx, q)
	if err != nil {
		return nil, err
	}
	h, err := w.allSegments.SegmentHistory(ctx, held)
	if err == nil {
		h.Segment = asked.String()
	}
	return h, err
}

func (w withinSegments) Versus(ctx context.Context, q metric.Ask, a, b string) (*metric.Versus, error) {
	who := team.PrincipalOf(ctx)
	return w.allSegments.Versus(ctx, q, who.Within(a), who.Within(b))
}

// narrow reads the segment first, so that an error says at which character of what was written something is wrong.
func (w withinSegments) narrow(ctx context.Context, q metric.SegmentAsk) (asked account.Segment, held metric.SegmentAsk, err error) {
	if asked, err = w.CheckSegment(ctx, q.Text, q.Tree); err != nil {
		return asked, q, err
	}
	if who := team.PrincipalOf(ctx); who.Segment() != "" {
		q.Text, q.Tree = who.Within(asked.String()), nil
	}
	return asked, q, nil
}

// SegmentMembers, SegmentHistory and Versus answer for pages as they do for callers: within one's accounts, in the time
// for one question.
func (a *API) SegmentMembers(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentPage, error) {
	return a.members(ctx, ask)
}

func (a *API) SegmentHistory(ctx context.Context, ask metric.SegmentAsk) (out *metric.SegmentHistory, err error) {
	err = a.question(ctx, ifSegmentSlow, func(ctx context.Context) (err error) {
		out, err = a.Segments.SegmentHistory(ctx, ask)
		return err
	})
	return out, err
}

func (a *API) Versus(ctx context.Context, ask metric.Ask, one, other string) (out *metric.Versus, err error) {
	err = a.question(ctx, ifSegmentSlow, func(ctx context.Context) (err error) {
		out, err = a.Segments.Versus(ctx, ask, one, other)
		return err
	})
	return out, err
}
