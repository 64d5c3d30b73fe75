package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/team"
)

// ContactLine is a person in a customer company.
type ContactLine struct {
	User         string     `json:"user_id"`
	Name         string     `json:"name,omitempty"`
	Email        string     `json:"email,omitempty"`
	Role         string     `json:"role,omitempty"`
	Title        string     `json:"title,omitempty"`
	Locale       string     `json:"locale,omitempty"`
	Timezone     string     `json:"timezone,omitempty"`
	Unsubscribed bool       `json:"unsubscribed,omitempty"`
	Created      *time.Time `json:"created_at,omitempty"`
	Account      string     `json:"account_id,omitempty" doc:"Where the person belongs; of several accounts the one joined last"`
	Since        *time.Time `json:"since,omitempty"`
	LastSeen     *time.Time `json:"last_seen,omitempty"`
	Days         int        `json:"active_days" doc:"Of the last 30"`
}

// ContactPage is a page of people, by user id.
type ContactPage struct {
	Contacts []ContactLine `json:"contacts" nullable:"false"`
	Next     string        `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// ContactProfile is everything that a person's page tells.
type ContactProfile struct {
	ContactLine
	Traits   map[string]string `json:"traits" nullable:"false" doc:"The sender's own traits"`
	Accounts []StayOver        `json:"accounts" nullable:"false" doc:"Where the person belonged, the present ones first"`
	Features []FeatureUse      `json:"features" nullable:"false" doc:"What the person did in the last 30 days"`
	Weeks    []int64           `json:"weeks" nullable:"false" doc:"Days active in each of the last weeks, the running one last"`
	Answers  []FactRow         `json:"answers" nullable:"false"`
	Tickets  []FactRow         `json:"tickets" nullable:"false"`
	Timeline []TimelineEntry   `json:"timeline" nullable:"false"`
}

// StayOver is a time in which a person belonged to an account.
type StayOver struct {
	Account string     `json:"account_id"`
	Role    string     `json:"role,omitempty"`
	Since   time.Time  `json:"since"`
	Until   *time.Time `json:"until,omitempty"`
}

type contactsIn struct {
	Text    string `query:"q" doc:"Every word must occur in the name, the address or the id"`
	Account string `query:"account" example:"acme" doc:"Only those of this account"`
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at the most"`
}

type contactIn struct {
	ID string `path:"id" doc:"The user id" example:"ana"`
}

func (a *API) contacts() {
	tags := []string{"contacts"}
	route(a, team.Read, huma.Operation{OperationID: "list-contacts", Method: http.MethodGet, Path: "/api/v1/contacts", Tags: tags,
		Summary: "People in customer companies", Description: "By user id, in pages."},
		func(ctx context.Context, in *contactsIn) (*struct{ Body *ContactPage }, error) {
			out := &ContactPage{Contacts: []ContactLine{}}
			err := a.question(ctx, ifAccountsSlow, func(ctx context.Context) error {
				page, err := a.Accounts.Contacts(ctx, account.ContactAsk{Account: in.Account, Text: in.Text, After: in.Cursor, Open: true, Limit: in.Limit + 1})
				if len(page) > in.Limit {
					page = page[:in.Limit]
					out.Next = page[in.Limit-1].User
				}
				for i := range page {
					out.Contacts = append(out.Contacts, shownContact(&page[i]))
				}
				return err
			})
			return &struct{ Body *ContactPage }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-contact", Method: http.MethodGet, Path: "/api/v1/contacts/{id}", Tags: tags,
		Summary: "One person", Description: "Who it is, where the person belonged, what the person uses and said."},
		func(ctx context.Context, in *contactIn) (*struct{ Body *ContactProfile }, error) {
			var out *ContactProfile
			err := a.question(ctx, ifAccountsSlow, func(ctx context.Context) error {
				p, err := a.Accounts.Contact(ctx, in.ID)
				if err != nil {
					return err
				}
				t, err := a.Accounts.Timeline(ctx, account.TimelineAsk{User: in.ID, Open: true, Limit: 50})
				if err == nil {
					out = shownContactProfile(p, t)
				}
				return err
			})
			return &struct{ Body *ContactProfile }{out}, err
		})
}

func shownContact(c *account.Contact) ContactLine {
	out := ContactLine{User: c.User, Name: c.Name, Email: c.Email, Role: c.Role, Title: c.Title, Locale: c.Locale, Timezone: c.Timezone,
		Unsubscribed: c.Unsubscribed, Account: c.Account, Days: c.Days}
	for place, at := range map[**time.Time]time.Time{&out.Created: c.Created, &out.Since: c.Since, &out.LastSeen: c.LastSeen} {
		if !at.IsZero() {
			*place = &at
		}
	}
	return out
}

func shownContactProfile(p *account.ContactProfile, t account.Timeline) *ContactProfile {
	out := &ContactProfile{ContactLine: shownContact(&p.Contact), Traits: map[string]string{}, Accounts: []StayOver{}, Features: []FeatureUse{}, Weeks: p.Weeks,
		Answers: shownFacts(p.Answers), Tickets: shownFacts(p.Tickets), Timeline: shownTimeline(t)}
	for _, own := range p.Own {
		out.Traits[own.Name] = own.Value
	}
	for _, s := range p.Accounts {
		stay := StayOver{Account: s.ID, Role: s.Role, Since: s.Since}
		if !s.Until.IsZero() {
			stay.Until = &s.Until
		}
		out.Accounts = append(out.Accounts, stay)
	}
	for _, f := range p.Features {
		out.Features = append(out.Features, FeatureUse{Name: f.Name, Users: f.Users, Times: f.Times})
	}
	return out
}
