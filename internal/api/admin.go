package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// Care is looking after what is stored, for the command line.
type Care interface {
	// Backup prepares a copy of everything and then writes it as a tar file; an error of prepare comes before the
	// first byte. write must be called exactly once.
	Backup(ctx context.Context) (write func(io.Writer) error, err error)
	// Check recounts what is derived and tells what does not agree; with rebuild it makes it anew first.
	Check(ctx context.Context, rebuild bool, progress func(string)) ([]Finding, error)
}

// Finding is something that is not as it should be.
type Finding struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

// CheckLine is one line of a check's answer; exactly one field is set.
type CheckLine struct {
	Progress string         `json:"progress,omitempty"`
	Finding  *Finding       `json:"finding,omitempty"`
	Error    *fault.Details `json:"error,omitempty"`
	Done     bool           `json:"done,omitempty" doc:"The last line: the check has come to its end"`
}

func (a *API) admin() {
	binary := map[string]*huma.MediaType{"application/x-tar": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	route(a, team.Admin, huma.Operation{OperationID: "backup", Method: http.MethodPost, Path: "/api/v1/admin/backup", Tags: []string{"running"},
		Summary: "Copy everything while the server runs", Description: "A tar file for keepwell restore; its last entry is the manifest with checksums.",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: binary}}},
		func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
			write, err := a.Care.Backup(ctx)
			if err != nil {
				return nil, err
			}
			return stream("application/x-tar", func(w io.Writer) error {
				err := write(w)
				if err != nil && ctx.Err() == nil {
					a.Logger.ErrorContext(ctx, "a backup broke off", "error", err, "request", RequestID(ctx))
				}
				return err
			}), nil
		})
	line := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[CheckLine](), true, "CheckLine")
	route(a, team.Admin, huma.Operation{OperationID: "check", Method: http.MethodPost, Path: "/api/v1/admin/check", Tags: []string{"running"},
		Summary: "Recount what is derived from the facts", Description: "Answers line by line while it works.",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/x-ndjson": {Schema: line}}}}},
		func(ctx context.Context, in *struct {
			Rebuild bool `query:"rebuild" doc:"Make what is derived anew first"`
		}) (*huma.StreamResponse, error) {
			return stream("application/x-ndjson", func(w io.Writer) error {
				say := func(l CheckLine) error {
					if err := json.NewEncoder(w).Encode(l); err != nil {
						return err
					}
					if f, ok := w.(http.Flusher); ok {
						f.Flush()
					}
					return nil
				}
				// A caller who is gone ends ctx, so what say reports is not needed here.
				found, err := a.Care.Check(ctx, in.Rebuild, func(text string) { say(CheckLine{Progress: text}) })
				if err != nil {
					p := a.problem(ctx, err)
					return say(CheckLine{Error: &p.Details})
				}
				for i := range found {
					if err := say(CheckLine{Finding: &found[i]}); err != nil {
						return err
					}
				}
				return say(CheckLine{Done: true})
			}), nil
		})
}
