package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

type factsIn struct {
	AskIn
	Group    string `query:"group" doc:"Open one group of the breakdown"`
	Unknown  bool   `query:"group_unknown" doc:"Open the group for which the dimension is not known"`
	Excluded string `query:"excluded" doc:"List the candidates that were left out for this reason"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at the most"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
}

type whyIn struct {
	AskIn
	Before string `query:"previous_from" doc:"Where the period compared with begins; by default it is the one just before, as long"`
	Until  string `query:"previous_to" doc:"Where it ends"`
}

type restateIn struct {
	AskIn
	Since string `query:"since" doc:"The instant at which the numbers were looked at" example:"2026-04-02"`
}

type restatementsIn struct {
	Since    string `query:"since" doc:"The instant at which the numbers were looked at" example:"2026-04-02"`
	From     string `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone"`
	To       string `query:"to" doc:"First instant that no longer counts"`
	Grain    string `query:"grain" doc:"month unless stated"`
	Family   string `query:"family" doc:"The family of metrics to begin with: next of the page before"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// restatementsTime is how long a page of restatements looks at one family after the other before it is answered.
const restatementsTime = time.Second

// opening are the resources that open a number.
func (a *API) opening() {
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "get-metric-facts", Method: http.MethodGet, Path: "/api/v1/metrics/{id}/facts",
		Summary: "What a number was counted from", Description: "The definition and the policies in force, what was left out and why, how fresh the facts are, and page by page what was counted, with its part of the number and the facts behind it. The parts add up to the number.",
		Tags: []string{"metrics"}}, reflect.TypeFor[metric.Explanation](), "Explanation"),
		func(ctx context.Context, in *factsIn) (*huma.StreamResponse, error) {
			ask, err := in.ask()
			if err != nil {
				return nil, err
			}
			var group *string
			if in.Group != "" || in.Unknown {
				group = &in.Group
			}
			x, err := a.Explain(ctx, metric.Opening{Ask: ask, Group: group, Excluded: in.Excluded, Limit: in.Limit, Cursor: in.Cursor})
			return in.as(x, err, func(w io.Writer) error { return writeEvidence(w, x) })
		})
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "get-metric-why", Method: http.MethodGet, Path: "/api/v1/metrics/{id}/why",
		Summary: "Why a number moved", Description: "The change between two periods, split over a dimension: what each group added by its own rate and by its share. The parts add up to the change.",
		Tags: []string{"metrics"}}, reflect.TypeFor[metric.Movement](), "Movement"),
		func(ctx context.Context, in *whyIn) (*huma.StreamResponse, error) {
			ask, err := in.ask()
			if err != nil {
				return nil, err
			}
			m, err := a.Why(ctx, metric.Comparison{Ask: ask, Before: in.Before, Until: in.Until})
			return in.as(m, err, func(w io.Writer) error { return writeMovers(w, m) })
		})
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "get-metric-restatements", Method: http.MethodGet, Path: "/api/v1/metrics/{id}/restatements",
		Summary: "Where a series is no longer what it was", Description: "Its points as they were known at an instant and as they are known now, where facts that arrived late made a difference, and those facts.",
		Tags: []string{"metrics"}}, reflect.TypeFor[metric.Restatement](), "Restatement"),
		func(ctx context.Context, in *restateIn) (*huma.StreamResponse, error) {
			ask, err := in.ask()
			if err != nil {
				return nil, err
			}
			r, err := a.Restate(ctx, metric.Restating{Ask: ask, Since: in.Since})
			return in.as(r, err, func(w io.Writer) error { return writeRestated(w, []*metric.Restatement{r}) })
		})
	route(a, team.Read, huma.Operation{OperationID: "list-restatements", Method: http.MethodGet, Path: "/api/v1/restatements",
		Summary: "Every number that changed since", Description: "The metrics whose months of the last year are not what they were known to be at an instant, because facts arrived late. Families of metrics are looked at one after the other; where more than about a second goes by, the rest is left to the next page: next is then the family to go on with.", Tags: []string{"metrics"}},
		func(ctx context.Context, in *restatementsIn) (*struct{ Body *metric.RestatementPage }, error) {
			page, err := a.Restatements(ctx, metric.Restating{Since: in.Since, Family: in.Family, Page: restatementsTime, Ask: metric.Ask{From: in.From, To: in.To, Grain: in.Grain, Lang: i18n.Match(in.Language)}})
			if err != nil {
				return nil, err
			}
			return &struct{ Body *metric.RestatementPage }{page}, nil
		})
}

// jsonOrCSV says that an operation answers in both forms.
func (a *API) jsonOrCSV(op huma.Operation, answer reflect.Type, name string) huma.Operation {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(answer, true, name)
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	return op
}

// as answers in the form that was asked for.
func (in *AskIn) as(v any, err error, writeCSV func(io.Writer) error) (*huma.StreamResponse, error) {
	return formatted(in.Format, in.Accept, v, err, writeCSV)
}

func formatted(format, accept string, v any, err error, writeCSV func(io.Writer) error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	if format == "csv" || format == "" && strings.HasPrefix(accept, "text/csv") {
		return stream("text/csv; charset=utf-8", writeCSV), nil
	}
	return stream("application/json", func(w io.Writer) error { return huma.DefaultJSONFormat.Marshal(w, v) }), nil
}

// Explain opens a number, Why splits its change, and Restate and Restatements compare it with what was known before, each
// within the time that one question may take.
func (a *API) Explain(ctx context.Context, q metric.Opening) (x *metric.Explanation, err error) {
	err = a.question(ctx, "open a shorter period or one group", func(ctx context.Context) (err error) {
		x, err = a.Metrics.Explain(ctx, q)
		return err
	})
	return x, err
}

// Why splits the change of a number.
func (a *API) Why(ctx context.Context, q metric.Comparison) (m *metric.Movement, err error) {
	err = a.question(ctx, "compare shorter periods", func(ctx context.Context) (err error) {
		m, err = a.Metrics.Why(ctx, q)
		return err
	})
	return m, err
}

// Restate compares a series with what was known of it.
func (a *API) Restate(ctx context.Context, q metric.Restating) (r *metric.Restatement, err error) {
	err = a.question(ctx, "ask about a shorter period", func(ctx context.Context) (err error) {
		r, err = a.Metrics.Restate(ctx, q)
		return err
	})
	return r, err
}

// Restatements compares all series with what was known of them.
func (a *API) Restatements(ctx context.Context, q metric.Restating) (page *metric.RestatementPage, err error) {
	err = a.question(ctx, "ask about one metric, or a shorter period", func(ctx context.Context) (err error) {
		page, err = a.Metrics.Restatements(ctx, q)
		return err
	})
	return page, err
}

// writeEvidence writes what was counted, a row for each, with the ids of the facts behind it.
func writeEvidence(w io.Writer, x *metric.Explanation) error {
	t := newTable(w, append(append([]string{}, x.Key...), "numerator", "denominator", "facts", "fact_ids")...)
	for _, row := range x.Rows {
		var cells, ids []string
		for _, name := range x.Key {
			cells = append(cells, anyCell(row.Key[name]))
		}
		for _, f := range row.Facts {
			ids = append(ids, f.Kind+":"+f.ID)
		}
		t.row(append(cells, figure(row.Numerator), figure(row.Denominator), strconv.FormatInt(int64(len(row.Facts))+row.MoreFacts, 10), strings.Join(ids, " "))...)
	}
	return t.end()
}

func writeMovers(w io.Writer, m *metric.Movement) error {
	t := newTable(w, "part", "key", "before", "after", "share_before", "share_after", "rate", "mix", "contribution")
	t.row("change", "", figure(m.Before.Value), figure(m.After.Value), "", "", "", "", figure(m.Change))
	for _, p := range m.Parts {
		key := ""
		if p.Key != nil {
			key = SafeCell(*p.Key)
		}
		t.row("group", key, figure(p.Before), figure(p.After), figure(p.ShareBefore), figure(p.ShareAfter), figure(p.Rate), figure(p.Mix), figure(p.Contribution))
	}
	t.row("rest", "", "", "", "", "", "", "", figure(m.Rest))
	t.row("overlap", "", "", "", "", "", "", "", figure(m.Overlap))
	return t.end()
}

func writeRestated(w io.Writer, all []*metric.Restatement) error {
	t := newTable(w, "metric", "from", "to", "was", "is", "change")
	for _, r := range all {
		for _, p := range r.Points {
			t.row(r.Metric, p.From.Format(time.RFC3339), p.To.Format(time.RFC3339), figure(p.Was), figure(p.Is), figure(p.Change))
		}
	}
	return t.end()
}

// anyCell is a value from outside as a cell.
func anyCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return SafeCell(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
