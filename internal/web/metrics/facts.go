package metrics

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// opened is a number opened: what it was counted from.
type opened struct {
	Metric    metric.Described
	From, To  time.Time // the last day, not the one after
	Value     string
	Group     string
	By        string
	Counted   int64
	Numerator string
	Divided   string // the denominator; empty where there is none
	Reasons   []reason
	Excluded  string // the reason whose candidates are listed
	All       string // address of what was counted
	Fresh     []metric.Freshness
	Rows      []witness
	First     string // address of the first page, when this is another
	Next      string
	CSV       string
	Page      string
}

type reason struct {
	Label, Href string
	N           int64
	Chosen      bool
}

// witness is one thing that was counted.
type witness struct {
	Label, Href, Part, Divided string // Href is the page of the account it is of
	Facts                      []evidence
	More                       int64
}

type evidence struct {
	Kind     string
	At       time.Time
	ID       string
	Columns  []column
	Received time.Time
}

// column is one value of a fact; Plain where people have no name for it.
type column struct {
	Name, Value string
	Plain       bool
}

// factsAtOnce is how many things are listed on a page, columnsShown how many columns of a fact.
const (
	factsAtOnce  = 25
	columnsShown = 8
)

func (a *Area) opening(r *http.Request, d metric.Described) metric.Opening {
	v := r.URL.Query()
	o := metric.Opening{Ask: reading.Ask(d.ID, reading.Question(v), ui.Lang(r), a.now()), Excluded: v.Get("excluded"), Limit: factsAtOnce, Cursor: v.Get("cursor")}
	if group := v.Get("group"); v.Has("group") || v.Has("group_unknown") {
		o.Group = &group
	}
	return o
}

// Facts shows what a number was counted from, what was left out, and how fresh it is.
func (a *Area) Facts(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	o := a.opening(r, d)
	x, err := a.Answers.Explain(r.Context(), o)
	if err != nil {
		return err
	}
	page := a.opened(r, d, o, x)
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "metrics/facts", "facts", page)
	}
	return a.Pages.Show(w, r, "metrics/facts", page)
}

func (a *Area) opened(r *http.Request, d metric.Described, o metric.Opening, x *metric.Explanation) opened {
	lang, q := ui.Lang(r), reading.Question(r.URL.Query())
	f := reading.Figures{Lang: lang, Unit: x.Unit, Currency: x.Currency}
	// Parts of a value are in its unit when they are money, else plain counts of whatever it is made of.
	sums := reading.Figures{Lang: lang, Unit: metric.Number, Currency: x.Currency}
	if x.Unit == metric.Money {
		sums.Unit = metric.Money
	}
	link := func(path string, more ...string) string {
		if o.Group != nil && *o.Group == "" {
			more = append(more, "group_unknown", "1")
		} else if o.Group != nil {
			more = append(more, "group", *o.Group)
		}
		return reading.Link("/metrics/"+d.ID+path, q, more...)
	}
	p := opened{Metric: d, From: x.From, To: x.To.Add(-time.Second), Value: f.Of(x.Value), Counted: x.Counted.Rows, Excluded: o.Excluded, All: link("/facts"), Fresh: x.Freshness,
		CSV: link("/facts.csv", "excluded", o.Excluded), Page: reading.Page(d.ID, q)}
	if x.Value == nil {
		p.Value = ""
	}
	if o.Group != nil {
		key := o.Group
		if *key == "" {
			key = nil
		}
		p.By, p.Group = ui.Dimension(lang, x.By), reading.GroupsOf(r.Context(), lang, x.By, a.Called).Label(key)
	}
	if n := x.Counted.Numerator; n != nil {
		p.Numerator = sums.Of(n)
	}
	if den := x.Counted.Denominator; den != nil {
		p.Divided = reading.Figures{Lang: lang, Unit: metric.Number}.Of(den)
	}
	for _, e := range x.Excluded {
		p.Reasons = append(p.Reasons, reason{e.Label, link("/facts", "excluded", e.Reason), e.N, e.Reason == o.Excluded})
	}
	for _, row := range x.Rows {
		p.Rows = append(p.Rows, a.witness(r.Context(), row, x, lang, sums))
	}
	if x.Next != "" {
		p.Next = link("/facts", "excluded", o.Excluded, "cursor", x.Next)
	}
	if o.Cursor != "" {
		p.First = link("/facts", "excluded", o.Excluded)
	}
	return p
}

// SendFacts answers with what a number was counted from, as a table.
func (a *Area) SendFacts(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	o := a.opening(r, d)
	o.Limit, o.Cursor = 500, r.FormValue("cursor")
	x, err := a.Answers.Explain(r.Context(), o)
	if err != nil {
		return err
	}
	return sendCSV(w, d.ID+"-facts", func() error { return a.Answers.EvidenceCSV(w, x) })
}

// sendCSV answers with a file of rows; what fails after its first byte breaks the connection off.
func sendCSV(w http.ResponseWriter, name string, write func() error) error {
	attach(w, name+".csv", "text/csv; charset=utf-8")
	if write() != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func sendJSON(w http.ResponseWriter, name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the answer can't be written as JSON")
	}
	attach(w, name+".json", "application/json")
	if _, err := fmt.Fprintf(w, "%s\n", raw); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func attach(w http.ResponseWriter, file, kind string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
	h.Set("Cache-Control", "private, no-store")
}
