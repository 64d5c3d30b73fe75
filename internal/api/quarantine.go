package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
)

// Quarantine is where calls are that could not be used.
type Quarantine interface {
	QuarantinePage(ctx context.Context, f feed.Filter) (page []feed.Quarantined, next string, err error)
	QuarantineGet(ctx context.Context, id string) (feed.Quarantined, error)
	QuarantineEdit(ctx context.Context, id string, body []byte) error
	QuarantineDecide(ctx context.Context, id string, status feed.Status, now time.Time) error
	// Replay sends a call through its door again, as it is or edited; fault.Invalid when it still can't be used.
	Replay(ctx context.Context, id string) error
}

// Quarantined is a call that could not be used.
type Quarantined struct {
	ID       string     `json:"id"`
	Source   string     `json:"source"`
	Kind     string     `json:"kind"`
	Received time.Time  `json:"received"`
	Rule     string     `json:"rule" doc:"The check that refused it; stable"`
	Field    string     `json:"field,omitempty"`
	Reason   string     `json:"reason"`
	Body     anyJSON    `json:"body" doc:"As it came; a string when it is not JSON"`
	Edited   anyJSON    `json:"edited,omitempty"`
	Status   string     `json:"status" enum:"open,replayed,discarded"`
	Decided  *time.Time `json:"decided,omitempty"`
}

// QuarantinePage is a page, the newest first.
type QuarantinePage struct {
	Quarantined []Quarantined `json:"quarantined" nullable:"false"`
	Next        string        `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// anyJSON is a JSON value of any shape, kept as it was written.
type anyJSON json.RawMessage

// Schema says that any value will do.
func (anyJSON) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// MarshalJSON writes the value as it is, or as a string when it is not JSON.
func (j anyJSON) MarshalJSON() ([]byte, error) {
	switch {
	case j == nil:
		return []byte("null"), nil
	case json.Valid(j):
		return j, nil
	}
	return json.Marshal(string(j))
}

// UnmarshalJSON keeps the value.
func (j *anyJSON) UnmarshalJSON(raw []byte) error {
	*j = append((*j)[:0], raw...)
	return nil
}

type pageIn struct {
	Status string `query:"status" enum:"open,replayed,discarded" doc:"What became of them"`
	Source string `query:"source" doc:"Which source sent them"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"How many at the most"`
}

type quarantineIn struct {
	ID string `path:"id" doc:"The id it is listed with"`
}

type editIn struct {
	ID   string `path:"id" doc:"The id it is listed with"`
	Body struct {
		Body   anyJSON `json:"body,omitempty" doc:"The call as it should have been"`
		Replay bool    `json:"replay,omitempty" doc:"Send it through the door right away"`
	}
}

type oneQuarantined struct{ Body *Quarantined }

func (a *API) quarantine() {
	tags := []string{"quarantine"}
	route(a, team.Watch, huma.Operation{OperationID: "list-quarantine", Method: http.MethodGet, Path: "/api/v1/quarantine", Tags: tags,
		Summary: "Calls that could not be used"},
		func(ctx context.Context, in *pageIn) (*struct{ Body *QuarantinePage }, error) {
			page, next, err := a.Quarantine.QuarantinePage(ctx, feed.Filter{Status: feed.Status(in.Status), Source: in.Source, Cursor: in.Cursor, Limit: in.Limit})
			out := &QuarantinePage{Quarantined: []Quarantined{}, Next: next}
			for _, q := range page {
				out.Quarantined = append(out.Quarantined, shownQuarantined(q))
			}
			return &struct{ Body *QuarantinePage }{out}, err
		})
	route(a, team.Watch, huma.Operation{OperationID: "get-quarantined", Method: http.MethodGet, Path: "/api/v1/quarantine/{id}", Tags: tags, Summary: "One of them"},
		func(ctx context.Context, in *quarantineIn) (*oneQuarantined, error) { return a.quarantined(ctx, in.ID) })
	route(a, team.Mend, huma.Operation{OperationID: "mend-quarantined", Method: http.MethodPatch, Path: "/api/v1/quarantine/{id}", Tags: tags,
		Summary: "Mend one", Description: "What came stays beside what it was mended to. With replay it goes through the door again."},
		func(ctx context.Context, in *editIn) (*oneQuarantined, error) {
			if in.Body.Body == nil && !in.Body.Replay {
				return nil, fault.New(fault.Invalid, "there is nothing to do").Field("body", "is missing: how should the call have been?")
			}
			if in.Body.Body != nil {
				if err := a.Quarantine.QuarantineEdit(ctx, in.ID, in.Body.Body); err != nil {
					return nil, err
				}
			}
			if in.Body.Replay {
				if err := a.Quarantine.Replay(ctx, in.ID); err != nil {
					return nil, err
				}
			}
			return a.quarantined(ctx, in.ID)
		})
	route(a, team.Mend, huma.Operation{OperationID: "replay-quarantined", Method: http.MethodPost, Path: "/api/v1/quarantine/{id}/replay", Tags: tags,
		Summary: "Send one through the door again"},
		func(ctx context.Context, in *quarantineIn) (*oneQuarantined, error) {
			if err := a.Quarantine.Replay(ctx, in.ID); err != nil {
				return nil, err
			}
			return a.quarantined(ctx, in.ID)
		})
	route(a, team.Mend, huma.Operation{OperationID: "discard-quarantined", Method: http.MethodPost, Path: "/api/v1/quarantine/{id}/discard", Tags: tags,
		Summary: "Give one up"},
		func(ctx context.Context, in *quarantineIn) (*oneQuarantined, error) {
			if err := a.Quarantine.QuarantineDecide(ctx, in.ID, feed.Discarded, a.Now()); err != nil {
				return nil, err
			}
			return a.quarantined(ctx, in.ID)
		})
}

func (a *API) quarantined(ctx context.Context, id string) (*oneQuarantined, error) {
	q, err := a.Quarantine.QuarantineGet(ctx, id)
	if err != nil {
		return nil, err
	}
	shown := shownQuarantined(q)
	return &oneQuarantined{&shown}, nil
}

func shownQuarantined(q feed.Quarantined) Quarantined {
	return Quarantined{q.ID, q.Source, q.Kind, q.Received, q.Rule, q.Field, q.Reason, q.Body, q.Edited, string(q.Status), known(q.Decided)}
}
