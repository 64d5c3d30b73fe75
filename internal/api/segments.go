package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Segments keeps segments and knows who is in them. Its errors are fault.Errors.
type Segments interface {
	CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error)
	SegmentMembers(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentPage, error)
	SegmentHistory(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentHistory, error)
	Versus(ctx context.Context, ask metric.Ask, a, b string) (*metric.Versus, error)

	Segments(ctx context.Context) ([]account.SavedSegment, error)
	Segment(ctx context.Context, idOrName string) (account.SavedSegment, error)
	SegmentVersions(ctx context.Context, idOrName string) ([]account.SavedSegment, error)
	SegmentAdd(ctx context.Context, s account.SavedSegment) (account.SavedSegment, error)
	SegmentChange(ctx context.Context, idOrName string, change func(*account.SavedSegment) error) (account.SavedSegment, error)
	SegmentDelete(ctx context.Context, idOrName, by string, now time.Time) (account.SavedSegment, error)
	SegmentRestore(ctx context.Context, id string) (account.SavedSegment, error)
}

// SavedSegment is a version of a segment.
type SavedSegment struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Version int             `json:"version" doc:"Grows with each change"`
	Segment string          `json:"segment" doc:"Its text" example:"plan = enterprise and not did \"Login\" in last 14 days"`
	Tree    account.Segment `json:"tree" doc:"The same as JSON"`
	By      string          `json:"by" doc:"Who made this version"`
	Why     string          `json:"why,omitempty"`
	At      time.Time       `json:"at" doc:"When it was made"`
	Deleted *time.Time      `json:"deleted,omitempty" doc:"Until it is restored nobody can name it"`
	UsedBy  []string        `json:"used_by,omitempty" doc:"The segments that rest on it"`
}

// SegmentList is segments, by name, or versions of one, the newest first.
type SegmentList struct {
	Segments []SavedSegment `json:"segments" nullable:"false"`
}

// SegmentPreview is who would be in a segment.
type SegmentPreview struct {
	Tree account.Segment `json:"tree" doc:"What was understood, as JSON"`
	metric.SegmentPage
}

// SegmentWritten is a segment as somebody writes it.
type SegmentWritten struct {
	Segment string          `json:"segment,omitempty" doc:"Its text: see docs/segments.md" example:"did \"Login\" >= 3 times in last 30 days"`
	Tree    json.RawMessage `json:"tree,omitempty" doc:"Instead of the text: the same as JSON"`
}

// SegmentSaved is what is kept of a segment.
type SegmentSaved struct {
	SegmentWritten
	Name    string `json:"name,omitempty"`
	Why     string `json:"why,omitempty" doc:"Why it is as it is"`
	Version int    `json:"version,omitempty" doc:"The version that was changed: a newer one is not overwritten"`
}

// SegmentIn names a saved segment.
type SegmentIn struct {
	ID string `path:"segment" doc:"Its id or name"`
}

type saveSegmentIn struct{ Body SegmentSaved }

type changeSegmentIn struct {
	SegmentIn
	Body SegmentSaved
}

type membersOfIn struct {
	SegmentIn
	At     string `query:"at" doc:"The instant just before which it is asked: RFC 3339, or a date in the workspace zone; without it the end of today"`
	AsOf   string `query:"as_of" doc:"With what was known at this instant"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
}

type historyOfIn struct {
	SegmentIn
	From  string `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone"`
	To    string `query:"to" doc:"First instant that no longer counts"`
	Grain string `query:"grain" doc:"day, week, month, quarter or year; without it day"`
	AsOf  string `query:"as_of" doc:"With what was known at this instant"`
}

type previewIn struct {
	Body struct {
		SegmentWritten
		At    string `json:"at,omitempty" doc:"The instant just before which it is asked; without it the end of today"`
		AsOf  string `json:"as_of,omitempty" doc:"With what was known at this instant"`
		Limit int    `json:"limit,omitempty" minimum:"1" maximum:"1000" default:"20"`
	}
}

const ifSegmentSlow = "ask for fewer points or a simpler segment"

func (a *API) segments() {
	tags := []string{"segments"}
	type one = struct{ Body SavedSegment }
	op := func(id, method, path, summary, about string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/segments" + path, Tags: tags, Summary: summary, Description: about}
	}
	route(a, team.Read, op("list-segments", http.MethodGet, "", "The saved segments", "By name."),
		func(ctx context.Context, _ *struct{}) (*struct{ Body SegmentList }, error) {
			all, err := a.Segments.Segments(ctx)
			return &struct{ Body SegmentList }{shownSegments(all)}, err
		})
	create := op("save-segment", http.MethodPost, "", "Save a segment", "As version 1.")
	create.DefaultStatus = http.StatusCreated
	route(a, team.Arrange, create, func(ctx context.Context, in *saveSegmentIn) (*one, error) {
		tree, err := a.Segments.CheckSegment(ctx, in.Body.Segment, in.Body.Tree)
		if err != nil {
			return nil, err
		}
		s, err := a.Segments.SegmentAdd(ctx, a.written(ctx, account.SavedSegment{Name: in.Body.Name, Segment: tree}, in.Body.Why))
		return &one{shownSegment(s)}, err
	})
	route(a, team.Read, op("get-segment", http.MethodGet, "/{segment}", "A saved segment", "With those that rest on it."),
		func(ctx context.Context, in *SegmentIn) (*one, error) {
			s, err := a.Segments.Segment(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			all, err := a.Segments.Segments(ctx)
			out := shownSegment(s)
			for _, user := range account.UsersOf(s.ID, all) {
				out.UsedBy = append(out.UsedBy, user.Name)
			}
			return &one{out}, err
		})
	route(a, team.Arrange, op("change-segment", http.MethodPut, "/{segment}", "Change a segment", "As its next version; what is left out stays as it was."),
		func(ctx context.Context, in *changeSegmentIn) (*one, error) {
			return a.changeSegment(ctx, in)
		})
	route(a, team.Arrange, op("delete-segment", http.MethodDelete, "/{segment}", "Delete a segment", "Refused while others rest on it; it can be restored by its id."),
		func(ctx context.Context, in *SegmentIn) (*one, error) {
			s, err := a.Segments.SegmentDelete(ctx, in.ID, Caller(ctx).Name, a.Now())
			return &one{shownSegment(s)}, err
		})
	route(a, team.Arrange, op("restore-segment", http.MethodPost, "/{segment}/restore", "Restore a deleted segment", ""),
		func(ctx context.Context, in *SegmentIn) (*one, error) {
			s, err := a.Segments.SegmentRestore(ctx, in.ID)
			return &one{shownSegment(s)}, err
		})
	route(a, team.Read, op("list-segment-versions", http.MethodGet, "/{segment}/versions", "All versions of a segment", "The newest first, with who made each, when and why."),
		func(ctx context.Context, in *SegmentIn) (*struct{ Body SegmentList }, error) {
			all, err := a.Segments.SegmentVersions(ctx, in.ID)
			return &struct{ Body SegmentList }{shownSegments(all)}, err
		})
	route(a, team.Read, op("list-segment-members", http.MethodGet, "/{segment}/members", "Who is in a segment", "Each account with what makes it a member."),
		func(ctx context.Context, in *membersOfIn) (*struct{ Body *metric.SegmentPage }, error) {
			s, err := a.Segments.Segment(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			out, err := a.members(ctx, metric.SegmentAsk{Text: s.Segment.String(), At: in.At, AsOf: in.AsOf, After: in.Cursor, Limit: in.Limit})
			return &struct{ Body *metric.SegmentPage }{out}, err
		})
	route(a, team.Read, op("get-segment-history", http.MethodGet, "/{segment}/history", "How many were in a segment", "At each point, who had come and who had gone; from facts, so also before it was saved."),
		func(ctx context.Context, in *historyOfIn) (*struct{ Body *metric.SegmentHistory }, error) {
			s, err := a.Segments.Segment(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			out, err := a.SegmentHistory(ctx, metric.SegmentAsk{Text: s.Segment.String(), From: in.From, To: in.To, Grain: in.Grain, AsOf: in.AsOf})
			return &struct{ Body *metric.SegmentHistory }{out}, err
		})
	route(a, team.Read, op("preview-segment", http.MethodPost, "/preview", "Who would be in a segment", "Nothing is saved. Errors say at which character, or in which part of the tree, something is wrong."),
		func(ctx context.Context, in *previewIn) (*struct{ Body SegmentPreview }, error) {
			tree, err := a.Segments.CheckSegment(ctx, in.Body.Segment, in.Body.Tree)
			if err != nil {
				return nil, err
			}
			out, err := a.members(ctx, metric.SegmentAsk{Text: in.Body.Segment, Tree: in.Body.Tree, At: in.Body.At, AsOf: in.Body.AsOf, Limit: in.Body.Limit})
			if err != nil {
				return nil, err
			}
			return &struct{ Body SegmentPreview }{SegmentPreview{tree, *out}}, nil
		})
}

type versusIn struct {
	ID       string `path:"id" doc:"The metric" example:"nps"`
	A        string `query:"a" doc:"A segment; without it all accounts" example:"plan = enterprise"`
	B        string `query:"b" doc:"The segment it is compared with; without it all accounts" example:"plan = free"`
	From     string `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone"`
	To       string `query:"to" doc:"First instant that no longer counts"`
	Variant  string `query:"variant" doc:"Another way of counting; the list of metrics names them"`
	AsOf     string `query:"as_of" doc:"With what was known at this instant"`
	Currency string `query:"currency" doc:"ISO 4217 code that money is shown in"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

func (a *API) comparing() {
	route(a, team.Read, huma.Operation{OperationID: "compare-segments", Method: http.MethodGet, Path: "/api/v1/metrics/{id}/versus", Tags: []string{"segments"},
		Summary: "A metric over two segments", Description: "Side by side, with intervals and whether the difference is more than chance."},
		func(ctx context.Context, in *versusIn) (*struct{ Body *metric.Versus }, error) {
			out, err := a.Versus(ctx, metric.Ask{Metric: in.ID, From: in.From, To: in.To, Variant: in.Variant, AsOf: in.AsOf, Currency: in.Currency, Lang: i18n.Match(in.Language)}, in.A, in.B)
			return &struct{ Body *metric.Versus }{out}, err
		})
}

func (a *API) members(ctx context.Context, ask metric.SegmentAsk) (out *metric.SegmentPage, err error) {
	err = a.question(ctx, ifSegmentSlow, func(ctx context.Context) (err error) {
		out, err = a.Segments.SegmentMembers(ctx, ask)
		return err
	})
	return out, err
}

func (a *API) changeSegment(ctx context.Context, in *changeSegmentIn) (*struct{ Body SavedSegment }, error) {
	var tree *account.Segment
	if in.Body.Segment != "" || in.Body.Tree != nil {
		read, err := a.Segments.CheckSegment(ctx, in.Body.Segment, in.Body.Tree)
		if err != nil {
			return nil, err
		}
		tree = &read
	}
	s, err := a.Segments.SegmentChange(ctx, in.ID, func(s *account.SavedSegment) error {
		if in.Body.Version != 0 && in.Body.Version != s.Version {
			return fault.New(fault.Conflict, "the segment %q is of version %d by now", s.Name, s.Version).Mend("look at that one, then change it").Field("version", "is not the newest")
		}
		if in.Body.Name != "" {
			s.Name = in.Body.Name
		}
		if tree != nil {
			s.Segment = *tree
		}
		*s = a.written(ctx, *s, in.Body.Why)
		return nil
	})
	return &struct{ Body SavedSegment }{shownSegment(s)}, err
}

// written notes who makes a version, when and why.
func (a *API) written(ctx context.Context, s account.SavedSegment, why string) account.SavedSegment {
	s.By, s.Why, s.At = Caller(ctx).Name, why, a.Now().UTC().Truncate(time.Microsecond)
	return s
}

func shownSegments(all []account.SavedSegment) SegmentList {
	list := SegmentList{Segments: []SavedSegment{}}
	for _, s := range all {
		list.Segments = append(list.Segments, shownSegment(s))
	}
	return list
}

func shownSegment(s account.SavedSegment) SavedSegment {
	return SavedSegment{ID: s.ID, Name: s.Name, Version: s.Version, Segment: s.Segment.String(), Tree: s.Segment, By: s.By, Why: s.Why, At: s.At, Deleted: known(s.Deleted)}
}
