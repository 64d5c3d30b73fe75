package app

import (
	"context"
	"slices"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/memory"
)

// visits are customers as pages show them: what an account's page tells is asked again by every reader and every renewal
// of its figures, and rests on thirty questions.
type visits struct{ customers }

// Profile is what an account's page tells; the caller may change it.
func (v visits) Profile(ctx context.Context, id string) (*account.Profile, error) {
	p, err := memory.Remember(ctx, v.memory, seenBy(ctx, "profile", id), func(ctx context.Context) (*account.Profile, error) { return v.customers.Profile(ctx, id) })
	if err != nil {
		return nil, err
	}
	p = p.Clone()
	book, err := v.Book(ctx)
	if err == nil {
		if now := book.Get(id); now != nil {
			p.Standing = now
		}
	}
	return p, err
}

// Contacts are people; of the caller's own, who may mask them. What is sought by its words is seldom asked for twice.
func (v visits) Contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error) {
	if ask.Text != "" {
		return v.customers.Contacts(ctx, ask)
	}
	all, err := memory.Remember(ctx, v.memory, seenBy(ctx, "contacts", ask), func(ctx context.Context) ([]account.Contact, error) { return v.customers.Contacts(ctx, ask) })
	return slices.Clone(all), err
}

// Feedback is a page of what customers said.
func (v visits) Feedback(ctx context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error) {
	if ask.Text != "" || ask.Limit > feedbackKept {
		return v.customers.Feedback(ctx, ask, segment)
	}
	return memory.Remember(ctx, v.memory, seenBy(ctx, "feedback", ask, segment), func(ctx context.Context) (account.FeedbackPage, error) {
		return v.customers.Feedback(ctx, ask, segment)
	})
}

// feedbackKept is how many lines of feedback are remembered: an export is not.
const feedbackKept = 100
