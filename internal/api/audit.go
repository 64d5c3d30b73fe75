package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// Trail is the audit trail.
type Trail interface {
	// AuditAdd writes a change down, unless it is written down already.
	AuditAdd(ctx context.Context, c *team.Change) error
	// AuditPage is a page of changes, the newest first, and the cursor of the next, empty at the end.
	AuditPage(ctx context.Context, f team.ChangeFilter) ([]team.Change, string, error)
}

// Change is a line of the audit trail.
type Change struct {
	ID      string    `json:"id"`
	When    time.Time `json:"time"`
	Who     string    `json:"who,omitempty" doc:"Name of the user or key"`
	Kind    string    `json:"kind,omitempty" enum:"user,key,setup,local" doc:"What they came with; missing: nobody known"`
	WhoID   string    `json:"who_id,omitempty"`
	Address string    `json:"address,omitempty"`
	Door    string    `json:"door" enum:"web,api,command line"`
	Action  string    `json:"action" example:"add-user"`
	Subject string    `json:"subject,omitempty" doc:"What was changed"`
	Before  anyJSON   `json:"before,omitempty" doc:"Secrets are not in it"`
	After   anyJSON   `json:"after,omitempty"`
}

// Changes is a page of the audit trail, the newest first.
type Changes struct {
	Changes []Change `json:"changes" nullable:"false"`
	Next    string   `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

type trailIn struct {
	Who     string `query:"who" doc:"Part of a name, or an id"`
	Action  string `query:"action" doc:"Part of it"`
	Subject string `query:"subject" doc:"Part of it"`
	From    string `query:"from" doc:"RFC 3339, or a day in the workspace zone"`
	To      string `query:"to" doc:"First instant that no longer counts"`
	Cursor  string `query:"cursor" doc:"next of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
	Format  string `query:"format" enum:"json,csv" doc:"csv gives all that fits, not a page; so does Accept: text/csv"`
	Accept  string `header:"Accept" doc:"text/csv gives rows instead of JSON"`
}

func (a *API) trail() {
	page := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Changes](), true, "Changes")
	route(a, team.Trail, huma.Operation{OperationID: "list-changes", Method: http.MethodGet, Path: "/api/v1/audit", Tags: []string{"users"},
		Summary: "The audit trail", Description: "Who changed what, when, from where, and what was there before and after; the newest first.",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"application/json": {Schema: page}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}},
		func(ctx context.Context, in *trailIn) (*huma.StreamResponse, error) {
			f := team.ChangeFilter{Who: in.Who, Action: in.Action, Subject: in.Subject, Cursor: in.Cursor, Limit: in.Limit}
			bad := fault.New(fault.Invalid, "the audit trail can't be asked like this")
			if f.From, f.To = a.instant(bad, "from", in.From), a.instant(bad, "to", in.To); len(bad.Fields) > 0 {
				return nil, bad
			}
			if in.Format == "csv" || in.Format == "" && strings.HasPrefix(in.Accept, "text/csv") {
				return stream("text/csv; charset=utf-8", func(w io.Writer) error { return team.WriteTrail(ctx, w, f, a.Trail.AuditPage) }), nil
			}
			found, next, err := a.Trail.AuditPage(ctx, f)
			if err != nil {
				return nil, err
			}
			out := &Changes{Changes: []Change{}, Next: next}
			for _, c := range found {
				out.Changes = append(out.Changes, shownChange(c))
			}
			return stream("application/json", func(w io.Writer) error { return huma.DefaultJSONFormat.Marshal(w, out) }), nil
		})
}

func shownChange(c team.Change) Change {
	before, _ := c.Before.(json.RawMessage)
	after, _ := c.After.(json.RawMessage)
	return Change{c.ID, c.When, c.Who.Name, string(c.Who.Kind), c.Who.ID, c.From, c.Door, c.Action, c.Subject, anyJSON(before), anyJSON(after)}
}
