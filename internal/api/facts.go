package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/team"
)

// Facts takes facts in and gives them out.
type Facts interface {
	// Take reads the rows of a request and returns once those that can be used are durable, or loaded.
	Take(ctx context.Context, q ingest.FactsRequest) (ingest.FactsAnswer, error)
	ingest.Scanner
}

type takeIn struct {
	Kind   string `path:"kind" example:"events" doc:"The kind of fact"`
	Wait   string `query:"wait" enum:"loaded" doc:"Answer only once the facts show in answers"`
	Dry    bool   `query:"dry_run" doc:"Only check the rows"`
	At     string `query:"at" doc:"When rows happened that have no ts, as a list of accounts has none: RFC 3339, or a date in the workspace zone" example:"2026-01-01"`
	Source string `query:"source" enum:"import" doc:"Rows of a file: its ids are the same whichever key it is sent with"`
	Type   string `header:"Content-Type" doc:"application/json (an array or one object), application/x-ndjson or text/csv"`
	Coding string `header:"Content-Encoding" enum:"gzip,identity" doc:"How the body is packed"`
	body   io.Reader
	length int64
}

// Resolve keeps the body for the handler, which reads it as it comes.
func (in *takeIn) Resolve(ctx huma.Context) []error {
	in.body, in.length = ctx.BodyReader(), -1
	if n, err := strconv.ParseInt(ctx.Header("Content-Length"), 10, 64); err == nil {
		in.length = n
	}
	return nil
}

type exportIn struct {
	Kind   string `path:"kind" example:"events" doc:"The kind of fact"`
	From   string `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone"`
	To     string `query:"to" doc:"First instant that is left out"`
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson" doc:"The form of the rows"`
}

func (a *API) facts() {
	body := map[string]*huma.MediaType{}
	for _, t := range []string{"application/json", "application/x-ndjson", "text/csv"} {
		body[t] = &huma.MediaType{Schema: &huma.Schema{}}
	}
	route(a, team.Ingest, huma.Operation{OperationID: "send-facts", Method: http.MethodPost, Path: "/api/v1/facts/{kind}", Tags: []string{"facts"},
		Summary:     "Send facts of a kind",
		Description: "Answers when the facts are durable. Rows that can't be used are listed with the reason, the others are kept; a row sent before is a duplicate and changes nothing."},
		func(ctx context.Context, in *takeIn) (*struct{ Body ingest.FactsAnswer }, error) {
			source := "key:" + Caller(ctx).ID // as with the Segment API, so that a fact sent both ways is one
			if in.Source != "" {
				source = in.Source
			}
			answer, err := a.Facts.Take(ctx, ingest.FactsRequest{Kind: in.Kind, Source: source, Body: in.body, Length: in.length,
				ContentType: in.Type, ContentEncoding: in.Coding, WaitLoaded: in.Wait == "loaded", DryRun: in.Dry, At: in.At})
			return &struct{ Body ingest.FactsAnswer }{answer}, err
		})
	// Added afterwards: the library would read a body it knows of into memory.
	a.huma.OpenAPI().Paths["/api/v1/facts/{kind}"].Post.RequestBody = &huma.RequestBody{Required: true, Content: body}
	route(a, team.Watch, huma.Operation{OperationID: "export-facts", Method: http.MethodGet, Path: "/api/v1/facts/{kind}", Tags: []string{"facts"},
		Summary: "Give out facts of a kind", Description: "In the order in which they happened, in a form that can be imported again without adding anything.",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString}}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}},
		func(ctx context.Context, in *exportIn) (*huma.StreamResponse, error) {
			kind, err := kindNamed(in.Kind)
			if err != nil {
				return nil, err
			}
			bad := fault.New(fault.Invalid, "the facts can't be given out")
			from, to := a.instant(bad, "from", in.From), a.instant(bad, "to", in.To)
			if len(bad.Fields) > 0 {
				return nil, bad
			}
			contentType := "application/x-ndjson"
			if in.Format == "csv" {
				contentType = "text/csv; charset=utf-8"
			}
			return stream(contentType, func(w io.Writer) error {
				err := ingest.Export(ctx, a.Facts, kind.Name, from, to, in.Format, w)
				if err != nil && ctx.Err() == nil {
					a.Logger.ErrorContext(ctx, "an export broke off", "kind", kind.Name, "error", err, "request", RequestID(ctx))
				}
				return err
			}), nil
		})
}

func kindNamed(name string) (*fact.Kind, error) {
	kind, ok := fact.KindNamed(name)
	if ok {
		return kind, nil
	}
	var known []string
	for _, k := range fact.Kinds() {
		known = append(known, k.Name)
	}
	if len(name) > 60 {
		name = strings.ToValidUTF8(name[:60], "") + "…"
	}
	return nil, fault.New(fault.NotFound, "there is no kind of fact called %q", name).Mend("use one of %s", strings.Join(known, ", "))
}

// instant reads a bound; "" is none.
func (a *API) instant(bad *fault.Error, name, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, a.Zone)
	if err != nil {
		bad.Field(name, "%s", err)
	}
	return t
}
