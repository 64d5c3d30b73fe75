package api

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// Facts takes facts in and gives them out.
type Facts interface {
	// Take reads rows to the end of Body, and returns once those that can be used are durable, or loaded.
	Take(ctx context.Context, in Taking) (*Taken, error)
	// Scan gives the facts of a kind with from <= ts < to in order; a zero bound is none.
	Scan(ctx context.Context, kind *fact.Kind, from, to time.Time, fn func(*fact.Fact) error) error
}

// Taking is rows of one kind on their way in.
type Taking struct {
	Kind   *fact.Kind
	Source string // ids are unique in it
	Format string // json, ndjson, csv
	Body   io.Reader
	Dry    bool // only check
	Loaded bool // return only when answers show them
}

// Taken says what became of rows.
type Taken struct {
	Accepted   int       `json:"accepted"`
	Duplicates int       `json:"duplicates"`
	Refused    []Refused `json:"refused" nullable:"false"`
	// More counts refused rows that are not listed.
	More int `json:"refused_more,omitempty"`
}

// Refused is a row that can't be used.
type Refused struct {
	Row    int    `json:"row" doc:"Counted from 1, without the header"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

type takeIn struct {
	Kind   string `path:"kind" example:"events"`
	Wait   string `query:"wait" enum:"loaded" doc:"Answer only once the facts show in answers"`
	Dry    bool   `query:"dry_run" doc:"Only check the rows"`
	Source string `query:"source" enum:"import" doc:"Rows of a file: its ids are the same whichever key it is sent with"`
	Type   string `header:"Content-Type" doc:"application/json (an array or one object), application/x-ndjson or text/csv"`
	Coding string `header:"Content-Encoding" enum:"gzip,identity"`
	body   io.Reader
}

// Resolve keeps the body for the handler, which reads it as it comes.
func (in *takeIn) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	return nil
}

type exportIn struct {
	Kind   string `path:"kind" example:"events"`
	From   string `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone"`
	To     string `query:"to" doc:"First instant that is left out"`
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson"`
}

func (a *API) facts() {
	body := map[string]*huma.MediaType{}
	for _, t := range []string{"application/json", "application/x-ndjson", "text/csv"} {
		body[t] = &huma.MediaType{Schema: &huma.Schema{}}
	}
	route(a, team.Ingest, huma.Operation{OperationID: "send-facts", Method: http.MethodPost, Path: "/api/v1/facts/{kind}", Tags: []string{"facts"},
		Summary:     "Send facts of a kind",
		Description: "Answers when the facts are durable. Rows that can't be used are listed with the reason, the others are kept; a row sent before is a duplicate and changes nothing."},
		func(ctx context.Context, in *takeIn) (*struct{ Body *Taken }, error) {
			taking, err := in.taking(ctx)
			if err != nil {
				return nil, err
			}
			taken, err := a.Facts.Take(ctx, taking)
			if err != nil {
				return nil, bodyFault(err)
			}
			if taken.Refused == nil {
				taken.Refused = []Refused{}
			}
			return &struct{ Body *Taken }{taken}, nil
		})
	// Added afterwards: the library would read a body it knows of into memory.
	a.huma.OpenAPI().Paths["/api/v1/facts/{kind}"].Post.RequestBody = &huma.RequestBody{Required: true, Content: body}
	route(a, team.Read, huma.Operation{OperationID: "export-facts", Method: http.MethodGet, Path: "/api/v1/facts/{kind}", Tags: []string{"facts"},
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
			write, contentType := WriteNDJSON, "application/x-ndjson"
			if in.Format == "csv" {
				write, contentType = WriteFactsCSV, "text/csv; charset=utf-8"
			}
			return stream(contentType, func(w io.Writer) error {
				err := write(w, kind, func(fn func(*fact.Fact) error) error { return a.Facts.Scan(ctx, kind, from, to, fn) })
				if err != nil && ctx.Err() == nil {
					a.Logger.ErrorContext(ctx, "an export broke off", "kind", kind.Name, "error", err, "request", RequestID(ctx))
				}
				return err
			}), nil
		})
}

func (in *takeIn) taking(ctx context.Context) (Taking, error) {
	kind, err := kindNamed(in.Kind)
	if err != nil {
		return Taking{}, err
	}
	t := Taking{Kind: kind, Source: "key:" + Caller(ctx).ID, Body: in.body, Dry: in.Dry, Loaded: in.Wait == "loaded"}
	if in.Source != "" {
		t.Source = in.Source
	}
	mime, _, _ := strings.Cut(strings.ToLower(in.Type), ";")
	switch strings.TrimSpace(mime) {
	case "application/json", "":
		t.Format = "json"
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		t.Format = "ndjson"
	case "text/csv":
		t.Format = "csv"
	default:
		return Taking{}, plainProblem(http.StatusUnsupportedMediaType, "send application/json, application/x-ndjson or text/csv")
	}
	if in.Coding == "gzip" {
		if t.Body, err = gzip.NewReader(in.body); err != nil {
			return Taking{}, fault.Wrap(fault.Invalid, err, "the body is not gzip, although Content-Encoding says so")
		}
	}
	return t, nil
}

// bodyFault gives trouble with reading the body a kind.
func bodyFault(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fault.Wrap(fault.TooLarge, err, "the body is longer than %d bytes", large.Limit).Mend("send it in parts")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return fault.Wrap(fault.Invalid, err, "the compressed body is damaged")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, err, "the body ends too early")
	}
	return err
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
	return nil, unknownKind(name, known)
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
