package api

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// Forecasts knows what is foretold, held to the accounts that who asks may see.
type Forecasts interface {
	// Present is what is foretold today; a fault.Unavailable while it is being learned for the first time.
	Present(ctx context.Context) (*forecast.Present, error)
	// History is what the present model says of one account at the beginnings of past months.
	History(ctx context.Context, account string) ([]forecast.Risk, error)
	Curves(ctx context.Context) (*forecast.Curves, error)
	// Learn asks for a new model, made in the background.
	Learn(ctx context.Context)
}

// RiskList is a page of risks, the highest within three months first.
type RiskList struct {
	At       time.Time          `json:"at" doc:"As of when"`
	Model    string             `json:"model" doc:"Id of the model"`
	Currency string             `json:"currency"`
	Risks    []forecast.Risk    `json:"risks" nullable:"false"`
	Leaving  []forecast.Leaving `json:"leaving" nullable:"false" doc:"Accounts whose end is known; nothing is left to foretell. On the first page only"`
	Next     string             `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// RiskHistory is the risk of one account and what it was.
type RiskHistory struct {
	Model   string          `json:"model"`
	Risk    *forecast.Risk  `json:"risk" doc:"Today; null for an account that does not pay, or whose end is known"`
	History []forecast.Risk `json:"history" nullable:"false" doc:"What the present model says at the beginnings of past months, from what was known then"`
}

// Lifetime is what accounts are still to pay.
type Lifetime struct {
	*forecast.Outlook
	Survival *forecast.Curves `json:"survival" doc:"For how long accounts paid, by plan and by the year in which they began"`
	Effect   *forecast.Effect `json:"scenario" doc:"What follows from the scenario that was asked for; null without one"`
	Next     string           `json:"next,omitempty" doc:"Cursor of the next page of accounts; missing at the end"`
}

// RelevanceList says which numbers foretold anything.
type RelevanceList struct {
	Relevances []forecast.Relevance `json:"relevances" nullable:"false"`
	Note       string               `json:"note"`
}

// ModelCard is a model's card.
type ModelCard struct {
	ID string `json:"id"`
	forecast.Card
}

// Learning says that a model is being learned.
type Learning struct {
	Learning bool `json:"learning"`
}

const relevanceNote = "Each number was asked of many outcomes, so chance alone makes some look relevant: false_findings is the share of such findings to expect (Benjamini and Hochberg); foretells means 0.05 or less. It foretold, which is not the same as: it causes."

// cut is a page of n things and the cursor of the next one.
func cut(cursor string, limit, n int) (from, to int, next string, err error) {
	if cursor != "" {
		if from, err = strconv.Atoi(cursor); err != nil || from < 0 {
			return 0, 0, "", fault.New(fault.Invalid, "the page can't be found").Field("cursor", "is none that was given out")
		}
	}
	from = min(from, n)
	if to = min(n, from+limit); to < n {
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}

type riskIn struct {
	Cursor   string  `query:"cursor" doc:"next of the page before"`
	Limit    int     `query:"limit" doc:"How many at once" minimum:"1" maximum:"1000" default:"100"`
	Least    float64 `query:"least" doc:"Only accounts with at least this risk to leave within three months" minimum:"0" maximum:"1"`
	Language string  `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type lifetimeIn struct {
	Cursor string  `query:"cursor" doc:"next of the page before"`
	Limit  int     `query:"limit" doc:"How many at once" minimum:"1" maximum:"1000" default:"100"`
	Plan   string  `query:"plan" doc:"Scenario: the plan whose churn changes; empty is all plans" example:"starter"`
	Points float64 `query:"points" doc:"Scenario: by how many percentage points a month it changes" minimum:"-100" maximum:"100" example:"-1"`
}

type relevanceIn struct {
	Outcome string `query:"outcome" doc:"That of this outcome alone" enum:"churn,renewal,expansion,value"`
}

type forecastIn struct {
	ID       string `path:"id" doc:"The account's id"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// foretold is what is foretold, within the time for one question. Without a model the reason is the answer.
func (a *API) foretold(ctx context.Context) (*forecast.Present, error) {
	ctx, cancel := context.WithTimeout(ctx, a.QueryTime)
	defer cancel()
	p, err := a.Forecasts.Present(ctx)
	if err == nil && p.Model == nil {
		err = p.Why
	}
	return p, err
}

func (a *API) forecasts() {
	route(a, team.Read, huma.Operation{OperationID: "list-risks", Method: http.MethodGet, Path: "/api/v1/forecasts/risk", Tags: []string{"forecasts"},
		Summary: "Which accounts may leave, and why", Description: "As of last midnight. 409 says why no risk can be foretold, 503 that it is being learned."},
		func(ctx context.Context, in *riskIn) (*struct{ Body RiskList }, error) {
			p, err := a.foretold(ctx)
			if err != nil {
				return nil, err
			}
			risks := p.Risks
			if math.IsNaN(in.Least) {
				return nil, fault.New(fault.Invalid, "the risks can't be found").Field("least", "is no number")
			}
			if in.Least > 0 {
				risks = risks[:slices.IndexFunc(append(slices.Clone(risks), forecast.Risk{Quarter: -1}), func(r forecast.Risk) bool { return r.Quarter < in.Least })]
			}
			from, to, next, err := cut(in.Cursor, in.Limit, len(risks))
			if err != nil {
				return nil, err
			}
			out := RiskList{At: p.Outlook.At, Model: p.Model.ID, Currency: p.Currency, Risks: forecast.Said(risks[from:to], i18n.Match(in.Language), p.Currency), Leaving: []forecast.Leaving{}, Next: next}
			if from == 0 {
				out.Leaving = append(out.Leaving, p.Leaving...)
			}
			return &struct{ Body RiskList }{out}, nil
		})
	route(a, team.Read, huma.Operation{OperationID: "get-risk", Method: http.MethodGet, Path: "/api/v1/forecasts/risk/{id}", Tags: []string{"forecasts"},
		Summary: "The risk of one account and its history", Description: "History is told by what was known at each month's beginning."},
		func(ctx context.Context, in *forecastIn) (*struct{ Body RiskHistory }, error) {
			p, err := a.foretold(ctx)
			if err != nil {
				return nil, err
			}
			out := RiskHistory{Model: p.Model.ID, History: []forecast.Risk{}}
			lang := i18n.Match(in.Language)
			for i := range p.Risks {
				if p.Risks[i].ID == in.ID {
					out.Risk = &forecast.Said(p.Risks[i:i+1], lang, p.Currency)[0]
				}
			}
			err = a.question(ctx, ifAccountsSlow, func(ctx context.Context) error {
				all, err := a.Forecasts.History(ctx, in.ID)
				out.History = append(out.History, forecast.Said(all, lang, p.Currency)...)
				return err
			})
			return &struct{ Body RiskHistory }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-lifetime", Method: http.MethodGet, Path: "/api/v1/forecasts/lifetime", Tags: []string{"forecasts"},
		Summary: "What accounts are still to pay", Description: "Expected value, renewals and months ahead with intervals, survival by plan and cohort, and what would follow if a plan's churn changed."},
		func(ctx context.Context, in *lifetimeIn) (*struct{ Body Lifetime }, error) {
			if math.IsNaN(in.Points) {
				return nil, fault.New(fault.Invalid, "the scenario can't be used").Field("points", "is no number")
			}
			p, err := a.foretold(ctx)
			if err != nil {
				return nil, err
			}
			own := *p.Outlook
			out := Lifetime{Outlook: &own}
			if in.Points != 0 {
				effect := own.Effect(forecast.Scenario{Plan: in.Plan, Points: in.Points})
				out.Effect = &effect
			}
			from, to, next, err := cut(in.Cursor, in.Limit, len(own.Accounts))
			if err != nil {
				return nil, err
			}
			own.Accounts, out.Next = own.Accounts[from:to], next
			err = a.question(ctx, ifAccountsSlow, func(ctx context.Context) (err error) {
				out.Survival, err = a.Forecasts.Curves(ctx)
				return err
			})
			return &struct{ Body Lifetime }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "list-relevances", Method: http.MethodGet, Path: "/api/v1/forecasts/relevance", Tags: []string{"forecasts"},
		Summary: "Which numbers foretold churn, renewal, expansion or value", Description: "In the workspace's own history, all accounts together: how well each number known of an account foretold each outcome."},
		func(ctx context.Context, in *relevanceIn) (*struct{ Body RelevanceList }, error) {
			ctx, cancel := context.WithTimeout(ctx, a.QueryTime)
			defer cancel()
			p, err := a.Forecasts.Present(ctx)
			if err == nil && p.Relevances == nil {
				err = p.Why
			}
			if err != nil {
				return nil, err
			}
			out := RelevanceList{Relevances: []forecast.Relevance{}, Note: relevanceNote}
			for _, r := range p.Relevances {
				if in.Outcome == "" || string(r.Outcome) == in.Outcome {
					out.Relevances = append(out.Relevances, r)
				}
			}
			return &struct{ Body RelevanceList }{out}, nil
		})
	route(a, team.Read, huma.Operation{OperationID: "get-forecast-model", Method: http.MethodGet, Path: "/api/v1/forecasts/model", Tags: []string{"forecasts"},
		Summary: "The model behind the risks: what it was learned from and how good it was", Description: "Its card."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body ModelCard }, error) {
			p, err := a.foretold(ctx)
			if err != nil {
				return nil, err
			}
			return &struct{ Body ModelCard }{ModelCard{p.Model.ID, p.Model.Card}}, nil
		})
	route(a, team.Admin, huma.Operation{OperationID: "learn-forecast-model", Method: http.MethodPost, Path: "/api/v1/forecasts/model", Tags: []string{"forecasts"}, DefaultStatus: http.StatusCreated,
		Summary: "Learn a new model from the present history", Description: "In the background; one is learned each month by itself."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Learning }, error) {
			a.Forecasts.Learn(ctx)
			return &struct{ Body Learning }{Learning{true}}, nil
		})
}
