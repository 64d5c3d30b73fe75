package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/team"
)

// TargetList is all targets.
type TargetList struct {
	Targets []board.Target `json:"targets"`
}

type targetsIn struct {
	Metric string `query:"metric" doc:"Those of this metric alone" example:"nps"`
}

type targetIn struct {
	ID string `path:"target" doc:"Its id"`
}

type targetPost struct {
	Body struct {
		Metric   string  `json:"metric" example:"nps"`
		Variant  string  `json:"variant,omitempty" doc:"The metric's first way to count unless stated"`
		Segment  string  `json:"segment,omitempty" doc:"Whose number is to reach it" example:"plan = enterprise"`
		Value    float64 `json:"value" doc:"In the unit the metric is shown in; money in major units" example:"40"`
		Currency string  `json:"currency,omitempty" doc:"Of an amount" example:"EUR"`
		From     string  `json:"from" doc:"The first day that it holds" example:"2026-01-01"`
		Due      string  `json:"due,omitempty" doc:"The day by which it is to be reached, on a straight line from where the metric stood on the first; at once unless stated" example:"2026-12-31"`
	}
}

// targets are the resources of what a team wants to reach.
func (a *API) targets() {
	route(a, team.Read, huma.Operation{OperationID: "list-targets", Method: http.MethodGet, Path: "/api/v1/targets", Tags: []string{"targets"},
		Summary: "What the team wants to reach", Description: "A later target for the same thing takes over on its day."},
		func(ctx context.Context, in *targetsIn) (*struct{ Body TargetList }, error) {
			all, err := a.Boards.Targets(ctx)
			list := TargetList{[]board.Target{}}
			for _, t := range all {
				if in.Metric == "" || t.Metric == in.Metric {
					list.Targets = append(list.Targets, t)
				}
			}
			return &struct{ Body TargetList }{list}, err
		})
	route(a, team.Arrange, huma.Operation{OperationID: "add-target", Method: http.MethodPost, Path: "/api/v1/targets", Tags: []string{"targets"}, DefaultStatus: http.StatusCreated,
		Summary: "Set a target", Description: "In the place of one for the same thing from the same day. Whether more or less is better is the metric's."},
		func(ctx context.Context, in *targetPost) (*struct{ Body board.Target }, error) {
			b := in.Body
			t := board.Target{Metric: b.Metric, Variant: b.Variant, Segment: b.Segment, Value: b.Value, Currency: b.Currency, From: b.From, Due: b.Due, By: "API"}
			if err := t.Check(a.knows); err != nil {
				return nil, err
			}
			t, err := a.Boards.TargetPut(ctx, t, a.Now())
			return &struct{ Body board.Target }{t}, err
		})
	route(a, team.Arrange, huma.Operation{OperationID: "delete-target", Method: http.MethodDelete, Path: "/api/v1/targets/{target}", Tags: []string{"targets"},
		DefaultStatus: http.StatusNoContent, Summary: "Remove a target"},
		func(ctx context.Context, in *targetIn) (*struct{}, error) {
			_, err := a.Boards.TargetRemove(ctx, in.ID)
			return nil, err
		})
}
