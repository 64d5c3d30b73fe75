// Package explore answers the questions that need more than a number: how far people get, who comes back, which way they
// go, how long customers stay, what is used by whom, how pages do. One page for a question, its parameters in the address.
//
// Everything is asked of the metrics, so every number here has its explanation on a metric's page.
package explore

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Metrics answers questions about metrics.
type Metrics interface {
	Answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error)
	Describe(lang i18n.Lang) []metric.Described
}

// Names are what events are called, for forms to offer.
type Names interface {
	Events(ctx context.Context) ([]string, error)
}

// Area answers for exploring.
type Area struct {
	Pages   *ui.Pages
	Metrics Metrics
	Names   Names
}

// question is one that has a page: its metrics, its fields beside period and segment, and how it is answered.
type question struct {
	id      string
	metrics []string
	fields  []field
	days    int // looked at unless chosen
	answer  func(*asking) (*answer, error)
}

// field is a parameter in the address. One with options is a choice, the first being the usual one.
type field struct {
	ID      string
	Options []string
	Events  bool // names of events are offered
	Value   string
}

var questions = []question{
	{"funnel", []string{"funnel"}, []field{{ID: "steps", Events: true}, {ID: "window", Options: []string{"14", "1", "7", "30", "90"}}, {ID: "who", Options: []string{"users", "accounts"}}, {ID: "by", Options: []string{"", "plan", "country", "csm", "stage"}}}, 30, funnel},
	{"retention", []string{"retention_cohorts"}, []field{{ID: "grain", Options: []string{"week", "month", "day"}}, {ID: "count", Options: []string{"", "unbounded"}}}, 90, retention},
	{"revenue", []string{"revenue_cohorts"}, []field{{ID: "shown", Options: []string{"share", "paying_share", "value"}}}, 365, revenue},
	{"survival", []string{"survival"}, []field{{ID: "by", Options: []string{"plan", "country", "csm", ""}}}, 365, survival},
	{"features", []string{"feature_usage"}, []field{{ID: "rows", Options: []string{"plan", "account_id", "stage", "country"}}}, 30, features},
	{"paths", []string{"paths"}, []field{{ID: "start", Events: true}, {ID: "direction", Options: []string{"after", "before"}}, {ID: "of", Options: []string{"both", "events", "pages"}}}, 30, paths},
	{"pages", []string{"page_views", "unique_visitors", "time_on_page", "scroll_depth", "exit_rate", "bounce_rate"}, nil, 30, webPages},
}

func named(id string) (question, error) {
	i := slices.IndexFunc(questions, func(q question) bool { return q.id == id })
	if i < 0 {
		return question{}, fault.New(fault.NotFound, "there is no such question to explore")
	}
	return questions[i], nil
}

// asking is a question with its parameters.
type asking struct {
	*Area
	question
	r       *http.Request
	values  map[string]string
	days    int
	from    string
	segment string
}

func (a *Area) read(r *http.Request) (*asking, error) {
	q, err := named(r.PathValue("question"))
	if err != nil {
		return nil, err
	}
	form := r.URL.Query()
	s := &asking{Area: a, question: q, r: r, values: map[string]string{}, days: q.days, segment: strings.TrimSpace(form.Get("segment"))}
	if n, err := strconv.Atoi(form.Get("days")); err == nil && slices.Contains(periods, n) {
		s.days = n
	}
	s.from = a.Pages.Now().In(a.Pages.Zone).AddDate(0, 0, 1-s.days).Format(time.DateOnly)
	for _, f := range q.fields {
		value := strings.TrimSpace(form.Get(f.ID))
		if f.Events {
			value = strings.Join(lines(form[f.ID]), "\n")
		} else if !slices.Contains(f.Options, value) || !form.Has(f.ID) {
			value = f.Options[0]
		}
		s.values[f.ID] = value
	}
	return s, nil
}

var periods = []int{30, 90, 180, 365}

// lines are the names in fields of which each may hold several.
func lines(all []string) []string {
	var names []string
	for _, text := range all {
		for _, name := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// namesOf writes names as a policy reads them.
func namesOf(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return strings.Join(quoted, ", ")
}

// query is the question as an address has it.
func (s *asking) query() url.Values {
	q := url.Values{"days": {strconv.Itoa(s.days)}}
	if s.segment != "" {
		q.Set("segment", s.segment)
	}
	for id, value := range s.values {
		if value != "" {
			q.Set(id, value)
		}
	}
	return q
}

// patience is how long one number is waited for.
const patience = 10 * time.Second

func (s *asking) ask(m string, change func(*metric.Ask)) (*metric.Answer, error) {
	ask := metric.Ask{Metric: m, From: s.from, Segment: s.segment, Lang: ui.Lang(s.r)}
	if change != nil {
		change(&ask)
	}
	ctx, cancel := context.WithTimeout(s.r.Context(), patience)
	defer cancel()
	return s.Metrics.Answer(ctx, ask)
}

type index struct{ Questions []string }

// Index lists the questions.
func (a *Area) Index(w http.ResponseWriter, r *http.Request) error {
	var all index
	for _, q := range questions {
		all.Questions = append(all.Questions, q.id)
	}
	return a.Pages.Show(w, r, "explore/index", all)
}

type page struct {
	ID      string
	Fields  []field
	Events  []event
	Started bool // something is named already
	Days    int
	Periods []int
	Segment string
	Part    string // the address of the answer
}

// event is one that is known, and the address at which the question names it too.
type event struct{ Name, Href string }

// One shows a question; its answer comes after the page.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	s, err := a.read(r)
	if err != nil {
		return err
	}
	p := page{ID: s.id, Days: s.days, Periods: periods, Segment: s.segment, Part: "/explore/" + s.id + "/answer?" + s.query().Encode()}
	for _, f := range s.fields {
		f.Value = s.values[f.ID]
		p.Fields = append(p.Fields, f)
		if f.Events && p.Events == nil {
			names, err := a.Names.Events(r.Context())
			if err != nil {
				return err
			}
			p.Started = f.Value != ""
			for _, name := range names {
				with := s.query()
				with.Set(f.ID, strings.TrimLeft(strings.TrimRight(f.Value, "\r\n")+"\n"+name, "\r\n"))
				p.Events = append(p.Events, event{name, "/explore/" + s.id + "?" + with.Encode()})
			}
		}
	}
	return a.Pages.Show(w, r, "explore/one", p)
}

// Answer answers with what was found.
func (a *Area) Answer(w http.ResponseWriter, r *http.Request) error {
	s, err := a.read(r)
	if err != nil {
		return err
	}
	found, err := s.answer(s)
	var bad *fault.Error
	if fault.KindOf(err) == fault.Invalid && errors.As(err, &bad) { // said beside what was asked, which can be mended
		errors.As(ui.Said(ui.Lang(r), err), &bad)
		found, err = &answer{Wrong: bad.Error()}, nil
		if len(bad.Fields) > 0 {
			found.Wrong = bad.Fields[0].Reason
		}
	}
	if err != nil {
		return err
	}
	for _, d := range a.Metrics.Describe(ui.Lang(r)) {
		if slices.Contains(s.metrics, d.ID) {
			found.Metrics = append(found.Metrics, explanation{d.Label, "/metrics/" + d.ID})
		}
	}
	found.ID = s.id
	return a.Pages.Part(w, r, "explore/one", "answer", found)
}
