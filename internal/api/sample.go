package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
)

// Sample looks after the made-up company.
type Sample interface {
	Sample() feed.Sample
	// AddSample begins to bring it in; facts that are there already are a fault.Conflict.
	AddSample(ctx context.Context) error
	// RemoveSample begins to take it out, wholly, and nothing else; there being none is a fault.NotFound.
	RemoveSample(ctx context.Context) error
}

// SampleStanding is how it stands with the made-up company.
type SampleStanding struct {
	State string  `json:"state" enum:"none,arriving,stuck,there,leaving" doc:"stuck: loading broke off; adding goes on with it. leaving: it is taken out while the server opens anew"`
	Part  float64 `json:"part" doc:"How much of it is in while it arrives, from 0 to 1"`
}

func (a *API) sample() {
	tags := []string{"admin"}
	type one = struct{ Body SampleStanding }
	now := func() *one {
		s := a.Sample.Sample()
		out := &one{SampleStanding{string(s.State), s.Part}}
		if s.State == feed.NoSample {
			out.Body.State = "none"
		}
		return out
	}
	route(a, team.Read, huma.Operation{OperationID: "get-sample", Method: http.MethodGet, Path: "/api/v1/sample", Tags: tags,
		Summary: "The sample company", Description: "Whether the made-up company is there."},
		func(context.Context, *struct{}) (*one, error) { return now(), nil })
	route(a, team.Admin, huma.Operation{OperationID: "add-sample", Method: http.MethodPost, Path: "/api/v1/sample", Tags: tags,
		Summary: "Fill in the sample company", Description: "Only where there are no facts yet. It loads in the background."},
		func(ctx context.Context, _ *struct{}) (*one, error) {
			err := a.Sample.AddSample(ctx)
			return now(), err
		})
	route(a, team.Admin, huma.Operation{OperationID: "remove-sample", Method: http.MethodDelete, Path: "/api/v1/sample", Tags: tags,
		Summary: "Remove the sample company", Description: "Wholly, and nothing else. The server opens anew to do it; requests wait meanwhile."},
		func(ctx context.Context, _ *struct{}) (*one, error) {
			err := a.Sample.RemoveSample(ctx)
			return now(), err
		})
}
