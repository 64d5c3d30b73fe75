package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Metrics answers questions about metrics.
type Metrics interface {
	Answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error)
	Bridge(ctx context.Context, q metric.Bridging) (*metric.Bridge, error)
	Explain(ctx context.Context, q metric.Opening) (*metric.Explanation, error)
	Why(ctx context.Context, q metric.Comparison) (*metric.Movement, error)
	Restate(ctx context.Context, q metric.Restating) (*metric.Restatement, error)
	Restatements(ctx context.Context, q metric.Restating) (*metric.RestatementPage, error)
	Overview(ctx context.Context, q metric.Ask, ids []string) ([]metric.Overviewed, error)
	Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error)
	Describe(lang i18n.Lang) []metric.Described
}

var _ Metrics = (*metric.Service)(nil)

type metricsIn struct {
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// MetricList is all metrics there are.
type MetricList struct {
	Metrics []metric.Described `json:"metrics"`
}

// AskIn are the parameters of a question about a metric.
type AskIn struct {
	ID         string   `path:"id" doc:"The metric" example:"nps"`
	From       string   `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone" example:"2026-01-01"`
	To         string   `query:"to" doc:"First instant that no longer counts" example:"2026-04-01"`
	Grain      string   `query:"grain" doc:"hour, day, week, month, quarter or year: adds points"`
	Total      string   `query:"total" enum:"sum,mean,last" doc:"Brings the points of a series together. Sums of ratios, balances and distinct counts are refused with the reason"`
	By         string   `query:"by" doc:"A dimension of the metric, an account trait, or trait.NAME: adds groups"`
	Segment    string   `query:"segment" doc:"Filter on accounts, by traits, contacts, behaviour, metrics, answers and saved segments: see docs/segments.md" example:"plan = enterprise and not did \"Login\" in last 14 days"`
	Variant    string   `query:"variant" doc:"Another way of counting; the list of metrics names them"`
	AsOf       string   `query:"as_of" doc:"Count with what was known at this instant"`
	Currency   string   `query:"currency" doc:"ISO 4217 code that money is shown in"`
	Convention string   `query:"convention" doc:"A preset to count by instead of the workspace's policies"`
	Set        []string `query:"set,explode" doc:"POLICY=VALUE for this question alone; repeat it for several" example:"[\"inactive_days=60\"]"`
	Format     string   `query:"format" enum:"json,csv" doc:"csv gives total, points and groups as rows, and in one of them (other) those that are too many to be listed; so does Accept: text/csv"`
	Accept     string   `header:"Accept" doc:"text/csv gives rows instead of JSON"`
	Language   string   `header:"Accept-Language" doc:"en, es, ro or ru"`
}

func (a *API) metrics() {
	route(a, team.Read, huma.Operation{OperationID: "list-metrics", Method: http.MethodGet, Path: "/api/v1/metrics",
		Summary: "The metrics there are", Description: "Each with its definition, dimensions, variants and bands.", Tags: []string{"metrics"}},
		func(_ context.Context, in *metricsIn) (*struct{ Body MetricList }, error) {
			return &struct{ Body MetricList }{MetricList{a.Metrics.Describe(i18n.Match(in.Language))}}, nil
		})
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "get-metric", Method: http.MethodGet, Path: "/api/v1/metrics/{id}",
		Summary: "The value of a metric", Description: "With its interval, the period before, points by grain and groups by a dimension.", Tags: []string{"metrics"}},
		reflect.TypeFor[metric.Answer](), "Answer"),
		func(ctx context.Context, in *AskIn) (*huma.StreamResponse, error) {
			ask, err := in.ask()
			if err != nil {
				return nil, err
			}
			answer, err := a.Answer(ctx, ask)
			return in.as(answer, err, func(w io.Writer) error { return WriteCSV(w, answer) })
		})
	a.opening()
	a.overview()
	route(a, team.Read, huma.Operation{OperationID: "get-guide", Method: http.MethodGet, Path: "/api/v1/guide", Tags: []string{"metrics"},
		Summary: "From a goal to the metrics to watch", Description: "Each with why, and with the facts that it has here and still needs."},
		func(ctx context.Context, in *guideIn) (*struct{ Body GuideAnswer }, error) {
			advice, err := a.Guide(ctx, in.Goal, i18n.Match(in.Language))
			return &struct{ Body GuideAnswer }{GuideAnswer{advice}}, err
		})
}

type overviewIn struct {
	IDs        []string `query:"ids" doc:"The metrics; left out: all, or those of a family" example:"[\"nps\",\"mrr\"]" maxItems:"300"`
	Family     string   `query:"family" doc:"voice, customers, money, product, web, support or health"`
	From       string   `query:"from" doc:"First instant: RFC 3339, or a date in the workspace zone" example:"2026-01-01"`
	To         string   `query:"to" doc:"First instant that no longer counts" example:"2026-04-01"`
	Grain      string   `query:"grain" doc:"hour, day, week, month, quarter or year: adds points"`
	Segment    string   `query:"segment" doc:"Filter on accounts"`
	AsOf       string   `query:"as_of" doc:"Count with what was known at this instant"`
	Currency   string   `query:"currency" doc:"ISO 4217 code that money is shown in"`
	Convention string   `query:"convention" doc:"A preset to count by instead of the workspace's policies"`
	Language   string   `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// OverviewAnswer is many metrics at once.
type OverviewAnswer struct {
	Metrics []metric.Overviewed `json:"metrics"`
}

func (a *API) overview() {
	route(a, team.Read, huma.Operation{OperationID: "get-overview", Method: http.MethodGet, Path: "/api/v1/overview", Tags: []string{"metrics"},
		Summary: "Many metrics at once", Description: "The same question about all of them, each in its default variant: value, interval, the period before and the points. Several times faster than asking one by one."},
		func(ctx context.Context, in *overviewIn) (*struct{ Body OverviewAnswer }, error) {
			ids := in.IDs
			if in.Family != "" && !slices.Contains(metric.Families, in.Family) {
				return nil, fault.New(fault.Invalid, "there is no such family of metrics").Field("family", "%q is none of %s", in.Family, strings.Join(metric.Families, ", "))
			}
			if len(ids) == 0 {
				for _, d := range a.Describe(i18n.EN) {
					if in.Family == "" || d.Family == in.Family {
						ids = append(ids, d.ID)
					}
				}
			}
			all, err := a.Overview(ctx, metric.Ask{From: in.From, To: in.To, Grain: in.Grain, Segment: in.Segment, AsOf: in.AsOf, Currency: in.Currency, Convention: in.Convention, Lang: i18n.Match(in.Language)}, ids)
			return &struct{ Body OverviewAnswer }{OverviewAnswer{all}}, err
		})
}

// Overview asks the same about many metrics, within the time that one question may take.
func (a *API) Overview(ctx context.Context, q metric.Ask, ids []string) (all []metric.Overviewed, err error) {
	err = a.question(ctx, "ask about fewer metrics or a shorter period", func(ctx context.Context) (err error) {
		all, err = a.Metrics.Overview(ctx, q, ids)
		return err
	})
	return all, err
}

type guideIn struct {
	Goal     string `query:"goal" doc:"In your own words; empty for all goals" example:"how loyal are they" maxLength:"500"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// GuideAnswer is what fits a goal, the best first.
type GuideAnswer struct {
	Goals []metric.Advice `json:"goals"`
}

// ask is the question of a request.
func (in *AskIn) ask() (metric.Ask, error) {
	q := metric.Ask{Metric: in.ID, Variant: in.Variant, From: in.From, To: in.To, Grain: in.Grain, By: in.By,
		Segment: in.Segment, AsOf: in.AsOf, Currency: in.Currency, Total: in.Total, Convention: in.Convention, Set: map[string]string{}, Lang: i18n.Match(in.Language)}
	for _, text := range in.Set {
		id, value, ok := strings.Cut(text, "=")
		if !ok {
			return q, fault.New(fault.Invalid, "a policy can't be read").Field("set", "%q is not of the form POLICY=VALUE", text)
		}
		q.Set[strings.TrimSpace(id)] = value
	}
	return q, nil
}

// Describe lists the metrics, and Answer answers a question within the time that one may take, while not too many others
// are being answered: the pages ask through the API too, so that the limits are for all together.
func (a *API) Describe(lang i18n.Lang) []metric.Described { return a.Metrics.Describe(lang) }

// Answer answers a question about a metric.
func (a *API) Answer(ctx context.Context, q metric.Ask) (answer *metric.Answer, err error) {
	err = a.question(ctx, "ask about a shorter period, a coarser grain or fewer groups", func(ctx context.Context) (err error) {
		answer, err = a.Metrics.Answer(ctx, q)
		return err
	})
	return answer, err
}

// question runs fn, which asks the lake, within the time for one question, while not too many others are being answered.
func (a *API) question(ctx context.Context, ifSlow string, fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, a.QueryTime)
	defer cancel()
	end, err := a.turns.take(ctx)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "too many questions are being answered at once").Mend("ask again shortly")
	}
	defer end()
	err = fn(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Wrap(fault.Unavailable, err, "the answer was not there after %s", a.QueryTime).Mend("%s", ifSlow)
	}
	return err
}

// stream answers with what write writes.
func stream(contentType string, write func(io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", contentType)
		if write(ctx.BodyWriter()) != nil {
			// The status is sent already: only a broken connection tells that the answer is not whole.
			panic(http.ErrAbortHandler)
		}
	}}
}

// WriteCSV writes an answer as a table: one row for the total, then the points, the groups and the groups' points.
func WriteCSV(w io.Writer, answer *metric.Answer) error {
	t := newTable(w, "part", "group", "from", "to", "value", "numerator", "denominator", "n", "interval_low", "interval_high", "partial")
	row := func(part, key string, from, to time.Time, value, num, den *metric.Figure, n int64, limits *metric.Limits, partial string) {
		low, high := "", ""
		if limits != nil {
			low, high = figure(limits.Low), figure(limits.High)
		}
		t.row(part, SafeCell(key), from.Format(time.RFC3339), to.Format(time.RFC3339), figure(value), figure(num), figure(den),
			strconv.FormatInt(n, 10), low, high, partial)
	}
	total := func(key string, t *metric.Totalled) {
		if t != nil {
			row(string(t.How), key, answer.From, answer.To, t.Value, nil, nil, 0, nil, "")
		}
	}
	points := func(part, key string, all []metric.Point) {
		for _, p := range all {
			row(part, key, p.From, p.To, p.Value, nil, nil, p.N, p.Interval, strconv.FormatBool(p.Partial))
		}
	}
	row("total", "", answer.From, answer.To, answer.Value, answer.Numerator, answer.Denominator, answer.N, answer.Interval, "")
	points("point", "", answer.Points)
	total("", answer.Total)
	for _, g := range answer.Groups {
		key := ""
		if g.Key != nil {
			key = *g.Key
		}
		row("group", key, answer.From, answer.To, g.Value, g.Numerator, g.Denominator, g.N, g.Interval, "")
		points("group point", key, g.Points)
		total(key, g.Total)
	}
	if o := answer.Other; o != nil { // those that are too many to be listed, so that the file adds up
		row("other", strconv.Itoa(answer.OtherGroups), answer.From, answer.To, o.Value, o.Numerator, o.Denominator, o.N, o.Interval, "")
		points("other point", strconv.Itoa(answer.OtherGroups), o.Points)
		total("other", o.Total)
	}
	return t.end()
}

func figure(f *metric.Figure) string {
	if f == nil {
		return ""
	}
	return f.String()
}

// AnswerCSV, EvidenceCSV and MovementCSV write what a page shows as the table that this API gives for it.
func (a *API) AnswerCSV(w io.Writer, answer *metric.Answer) error { return WriteCSV(w, answer) }

// EvidenceCSV writes what was counted.
func (a *API) EvidenceCSV(w io.Writer, x *metric.Explanation) error { return writeEvidence(w, x) }

// MovementCSV writes the parts of a change.
func (a *API) MovementCSV(w io.Writer, m *metric.Movement) error { return writeMovers(w, m) }

// Guide finds the metrics that answer a goal, within the time that one question may take.
func (a *API) Guide(ctx context.Context, words string, lang i18n.Lang) (advice []metric.Advice, err error) {
	err = a.question(ctx, "ask again shortly", func(ctx context.Context) (err error) {
		advice, err = a.Metrics.Guide(ctx, words, lang)
		return err
	})
	return advice, err
}
