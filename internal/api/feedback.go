package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/team"
)

// Feedback knows what customers said.
type Feedback interface {
	// Feedback is a page of what the customers of a segment said; an empty one is all of them. A segment that can't be used
	// is a fault.Invalid.
	Feedback(ctx context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error)
}

// FeedbackLine is an answer or a review.
type FeedbackLine struct {
	Kind       string     `json:"kind" doc:"That of the answer, or review"`
	When       time.Time  `json:"ts"`
	Account    string     `json:"account_id,omitempty"`
	Name       string     `json:"account_name,omitempty"`
	User       string     `json:"user_id,omitempty"`
	Survey     string     `json:"survey,omitempty"`
	Question   string     `json:"question,omitempty"`
	Source     string     `json:"source,omitempty" doc:"Of a review"`
	Score      *float64   `json:"score,omitempty"`
	Lowest     *float64   `json:"scale_min,omitempty"`
	Highest    *float64   `json:"scale_max,omitempty"`
	Choice     string     `json:"choice,omitempty"`
	Text       string     `json:"text,omitempty"`
	Locale     string     `json:"locale,omitempty"`
	Touchpoint string     `json:"touchpoint,omitempty"`
	Sorry      bool       `json:"unhappy,omitempty" doc:"Counts as unhappy in the closed loop rate"`
	Turned     *time.Time `json:"followed_up,omitempty" doc:"When the team next turned to the account after an unhappy answer"`
}

// FeedbackList is a page of feedback, the latest first.
type FeedbackList struct {
	Feedback []FeedbackLine `json:"feedback" nullable:"false"`
	Next     string         `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

type feedbackIn struct {
	Kind       string `query:"kind" enum:"nps,csat,ces,rating,choice,text,review"`
	Survey     string `query:"survey"`
	Band       string `query:"band" enum:"good,middling,poor" doc:"Of the score: promoters, passives and detractors where it was asked whether they would recommend"`
	Touchpoint string `query:"touchpoint"`
	Locale     string `query:"locale" doc:"Language of the answer"`
	Worded     bool   `query:"worded" doc:"Only what says something in words"`
	Text       string `query:"text" doc:"Must occur in it" maxLength:"200"`
	Segment    string `query:"segment" doc:"Only of the accounts of this segment: see docs/segments.md"`
	Cursor     string `query:"cursor"`
	Limit      int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

func (a *API) feedback() {
	route(a, team.Read, huma.Operation{OperationID: "list-feedback", Method: http.MethodGet, Path: "/api/v1/feedback", Tags: []string{"feedback"},
		Summary: "What customers said", Description: "Answers and reviews, the latest first; after an unhappy answer, when the team turned to the account."},
		func(ctx context.Context, in *feedbackIn) (*struct{ Body FeedbackList }, error) {
			before, err := account.PlaceAt(in.Cursor)
			if err != nil {
				return nil, err
			}
			out := FeedbackList{Feedback: []FeedbackLine{}}
			err = a.question(ctx, "ask for fewer, or for a simpler segment", func(ctx context.Context) error {
				page, err := a.Feedback.Feedback(ctx, account.FeedbackAsk{Kind: in.Kind, Survey: in.Survey, Band: in.Band, Touchpoint: in.Touchpoint, Locale: in.Locale, Worded: in.Worded,
					Text: in.Text, Open: true, Before: before, Limit: in.Limit}, in.Segment)
				for _, f := range page.Feedback {
					out.Feedback = append(out.Feedback, feedbackLine(f))
				}
				out.Next = page.Next.String()
				return err
			})
			return &struct{ Body FeedbackList }{out}, err
		})
}

func feedbackLine(f account.Feedback) FeedbackLine {
	number := func(column string) *float64 {
		if !f.Fact.Kind.Has(column) {
			return nil
		}
		if v := f.Fact.Get(column); v.State == fact.Present {
			return &v.Num
		}
		return nil
	}
	text := func(column string) string {
		if !f.Fact.Kind.Has(column) {
			return ""
		}
		return f.Fact.Text(column)
	}
	line := FeedbackLine{Kind: text("kind"), When: f.At, Account: f.Account, Name: f.Name, User: f.Fact.User, Survey: text("survey"), Question: text("question"), Source: text("source"),
		Score: number("score"), Lowest: number("scale_min"), Highest: number("scale_max"), Choice: text("choice"), Text: text("text"), Locale: text("locale"),
		Touchpoint: text("touchpoint"), Sorry: f.Sorry, Turned: known(f.Turned)}
	if f.Fact.Kind == fact.Reviews {
		line.Kind, line.Score = account.ReviewFeedback, number("rating")
	}
	return line
}
