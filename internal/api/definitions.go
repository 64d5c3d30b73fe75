package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Definitions keeps the metrics that users add. Errors are faults that name file and line.
type Definitions interface {
	Check(ctx context.Context, id, text string) (*metric.Definition, error)
	Save(ctx context.Context, id, text string) (*metric.Definition, error)
	Remove(ctx context.Context, id string) error
	Source(id string) (string, bool)
}

// Checked says that a definition can be used.
type Checked struct {
	ID       string   `json:"id"`
	Variants []string `json:"variants"`
	Saved    bool     `json:"saved"`
}

type definitionIn struct {
	ID string `path:"metric" example:"seats_used" doc:"The id of the metric"`
}

type definitionPut struct {
	ID      string `path:"metric" example:"seats_used" doc:"The id of the metric"`
	DryRun  bool   `query:"dry_run" doc:"Check only"`
	RawBody []byte `contentType:"text/plain"`
}

func (a *API) definitions() {
	route(a, team.Read, huma.Operation{OperationID: "get-definition", Method: http.MethodGet, Path: "/api/v1/metrics/{metric}/definition", Tags: []string{"metrics"},
		Summary: "The definition of a metric as it is written", Description: "The header and the SQL, as in a file."},
		func(_ context.Context, in *definitionIn) (*huma.StreamResponse, error) {
			text, ok := a.Definitions.Source(in.ID)
			if !ok {
				return nil, fault.New(fault.NotFound, "there is no metric %q", in.ID)
			}
			return stream("text/plain; charset=utf-8", func(w io.Writer) error { _, err := io.WriteString(w, text); return err }), nil
		})
	route(a, team.Admin, huma.Operation{OperationID: "put-definition", Method: http.MethodPut, Path: "/api/v1/metrics/{metric}/definition", Tags: []string{"metrics"},
		Summary: "Add a metric of your own, or change it", Description: "The body is a definition in the form of the built-in ones. It is checked and tried before it is kept.", MaxBodyBytes: 256 << 10},
		func(ctx context.Context, in *definitionPut) (*struct{ Body Checked }, error) {
			take := a.Definitions.Save
			if in.DryRun {
				take = a.Definitions.Check
			}
			d, err := take(ctx, in.ID, string(in.RawBody))
			if err != nil {
				return nil, err
			}
			return &struct{ Body Checked }{Checked{ID: d.ID, Variants: d.VariantIDs(), Saved: !in.DryRun}}, nil
		})
	route(a, team.Admin, huma.Operation{OperationID: "delete-definition", Method: http.MethodDelete, Path: "/api/v1/metrics/{metric}/definition", Tags: []string{"metrics"},
		Summary: "Remove a metric of your own"},
		func(ctx context.Context, in *definitionIn) (*struct{}, error) {
			return &struct{}{}, a.Definitions.Remove(ctx, in.ID)
		})
}
