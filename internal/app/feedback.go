package app

import (
	"context"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/memory"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/feedback"
)

var (
	_ feedback.Voices = customers{}
	_ api.Feedback    = customers{}
)

// Feedback is a page of what the customers of a segment said, of those that who asks may see.
func (c customers) Feedback(ctx context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error) {
	ask.Now = c.now()
	book, err := c.Book(ctx)
	if err != nil {
		return account.FeedbackPage{}, err
	}
	if strings.TrimSpace(segment) != "" || team.PrincipalOf(ctx).Book != nil {
		chosen, err := c.Chooser(ctx, segment)
		if err != nil {
			return account.FeedbackPage{}, err
		}
		ask.Within = []account.Account{}
		for _, s := range book.All {
			if chosen == nil || chosen(s) {
				ask.Within = append(ask.Within, s.Number)
			}
		}
	}
	if ask.TouchKinds, err = c.touchKinds(ctx); err != nil {
		return account.FeedbackPage{}, err
	}
	page, err := c.lake.Feedback(ctx, ask)
	for i := range page.Feedback {
		f := &page.Feedback[i]
		if s := book.Get(f.Account); s != nil {
			f.Name = s.Title()
		}
		if !ask.Open {
			f.Mask()
		}
	}
	return page, err
}

// FeedbackChoices are what feedback can be filtered by, of the accounts that who asks may see.
func (c customers) FeedbackChoices(ctx context.Context) (account.FeedbackChoices, error) {
	return memory.Remember(ctx, c.memory, seenBy(ctx, "feedback choices"), c.feedbackChoices)
}

func (c customers) feedbackChoices(ctx context.Context) (account.FeedbackChoices, error) {
	if team.PrincipalOf(ctx).Book == nil {
		return c.lake.FeedbackChoices(ctx, nil)
	}
	book, err := c.Book(ctx)
	if err != nil {
		return account.FeedbackChoices{}, err
	}
	mine := []account.Account{}
	for _, s := range book.All {
		mine = append(mine, s.Number)
	}
	return c.lake.FeedbackChoices(ctx, mine)
}

// touchKinds are the kinds of interactions that the workspace counts as turning to a customer, as the closed-loop metrics
// count them.
func (c customers) touchKinds(ctx context.Context) ([]string, error) {
	policy, _ := metric.PolicyNamed("touch_kinds")
	value := policy.Default
	kept, err := ways{store: c.Store}.Policies(ctx)
	if err != nil {
		return nil, err
	}
	if own, ok := kept[policy.ID]; ok {
		value = own
	}
	var kinds []string
	for _, kind := range strings.Split(value, ",") {
		if kind = strings.Trim(strings.TrimSpace(kind), `"`); kind != "" {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}
