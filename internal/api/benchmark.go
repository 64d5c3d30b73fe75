package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/team"
)

type benchmarkIn struct {
	ID string `path:"id" doc:"The account" example:"acme"`
}

// benchmarks are what health is held against.
func (a *API) benchmarks() {
	route(a, team.Read, huma.Operation{OperationID: "get-health-benchmark", Method: http.MethodGet, Path: "/api/v1/health/{id}/benchmark", Tags: []string{"health"},
		Summary: "What an account's health is held against", Description: "Its own last year as it was told, accounts like it (of its plan and touch model, else of its plan, else all; at least five) among those that who asks may see, and the workspace's target for the metric health."},
		func(ctx context.Context, in *benchmarkIn) (*struct{ Body health.Benchmark }, error) {
			book, err := a.Accounts.Book(ctx)
			if err != nil {
				return nil, err
			}
			b, err := a.Health.HealthBenchmark(ctx, book, in.ID)
			return &struct{ Body health.Benchmark }{b}, err
		})
}
