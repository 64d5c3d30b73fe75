package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// Boards is where dashboards and targets are kept.
type Boards interface {
	Dashboards(ctx context.Context) ([]board.Dashboard, error)
	// Dashboard is one; fault.NotFound when there is none.
	Dashboard(ctx context.Context, id string) (board.Dashboard, error)
	DashboardAdd(ctx context.Context, d board.Dashboard, now time.Time) (board.Dashboard, error)
	// DashboardChange keeps what change makes of a dashboard; fault.Conflict when version is neither 0 nor its own.
	DashboardChange(ctx context.Context, id string, version int64, now time.Time, change func(*board.Dashboard) error) (board.Dashboard, error)
	DashboardRemove(ctx context.Context, id string, now time.Time) error
	// DashboardUndo takes the last change back, a removal too.
	DashboardUndo(ctx context.Context, id string, now time.Time) (board.Dashboard, error)

	Targets(ctx context.Context) (board.Targets, error)
	// TargetPut keeps a target in the place of one for the same thing from the same day.
	TargetPut(ctx context.Context, t board.Target, now time.Time) (board.Target, error)
	TargetRemove(ctx context.Context, id string) (board.Target, error)
}

// DashboardList is all dashboards.
type DashboardList struct {
	Dashboards []board.Dashboard `json:"dashboards"`
}

type dashboardBody struct {
	Name  string       `json:"name" example:"Monday meeting"`
	Tiles []board.Tile `json:"tiles" required:"false"`
	// Version is that of the dashboard that was read.
	Version int64 `json:"version,omitempty" doc:"That of the dashboard as it was read: if it has changed since, the answer is 409"`
}

type dashboardIn struct {
	ID string `path:"dashboard" doc:"Its id"`
}

type dashboardPut struct {
	ID   string `path:"dashboard" doc:"Its id"`
	Body dashboardBody
}

type dashboardPost struct {
	Body dashboardBody
}

type dashboardOut struct{ Body board.Dashboard }

// dashboards are the resources of what a team looks at together.
func (a *API) dashboards() {
	route(a, team.Read, huma.Operation{OperationID: "list-dashboards", Method: http.MethodGet, Path: "/api/v1/dashboards", Tags: []string{"dashboards"},
		Summary: "The dashboards there are", Description: "By name. The answers to their questions are those of /api/v1/metrics."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body DashboardList }, error) {
			all, err := a.Boards.Dashboards(ctx)
			return &struct{ Body DashboardList }{DashboardList{append([]board.Dashboard{}, all...)}}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-dashboard", Method: http.MethodGet, Path: "/api/v1/dashboards/{dashboard}", Tags: []string{"dashboards"},
		Summary: "One dashboard"},
		func(ctx context.Context, in *dashboardIn) (*dashboardOut, error) {
			d, err := a.Boards.Dashboard(ctx, in.ID)
			return &dashboardOut{d}, err
		})
	route(a, team.Arrange, huma.Operation{OperationID: "add-dashboard", Method: http.MethodPost, Path: "/api/v1/dashboards", Tags: []string{"dashboards"}, DefaultStatus: http.StatusCreated,
		Summary: "A new dashboard", Description: "Its tiles are metrics with the question that is asked about each."},
		func(ctx context.Context, in *dashboardPost) (*dashboardOut, error) {
			d := board.Dashboard{Name: in.Body.Name, Tiles: append([]board.Tile{}, in.Body.Tiles...), By: "API"}
			if err := d.Check(a.knows); err != nil {
				return nil, err
			}
			d, err := a.Boards.DashboardAdd(ctx, d, a.Now())
			return &dashboardOut{d}, err
		})
	route(a, team.Arrange, huma.Operation{OperationID: "put-dashboard", Method: http.MethodPut, Path: "/api/v1/dashboards/{dashboard}", Tags: []string{"dashboards"},
		Summary: "Change a dashboard", Description: "Name and tiles become those that are sent."},
		func(ctx context.Context, in *dashboardPut) (*dashboardOut, error) {
			d, err := a.Boards.DashboardChange(ctx, in.ID, in.Body.Version, a.Now(), func(d *board.Dashboard) error {
				d.Name, d.Tiles = in.Body.Name, append([]board.Tile{}, in.Body.Tiles...)
				return d.Check(a.knows)
			})
			return &dashboardOut{d}, err
		})
	route(a, team.Arrange, huma.Operation{OperationID: "delete-dashboard", Method: http.MethodDelete, Path: "/api/v1/dashboards/{dashboard}", Tags: []string{"dashboards"},
		DefaultStatus: http.StatusNoContent, Summary: "Remove a dashboard"},
		func(ctx context.Context, in *dashboardIn) (*struct{}, error) {
			return nil, a.Boards.DashboardRemove(ctx, in.ID, a.Now())
		})
}

// knows tells whether there is a metric.
func (a *API) knows(metric string) bool {
	for _, d := range a.Metrics.Describe(i18n.EN) {
		if d.ID == metric {
			return true
		}
	}
	return false
}
