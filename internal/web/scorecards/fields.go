package scorecards

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// form is a scorecard as fields.
type form struct {
	Name, Segment, Stages, Aspect, Counts, Tree string
	Priority                                    int
	Good, Average, LeastCoverage                float64
	Dwell                                       int
	Known                                       []string // stages that accounts are in
	Groups                                      []groupForm
	Open                                        *openForm
	Caps                                        []capForm
	Measures                                    []choice
	Trees                                       []health.TreeRule
}

type groupForm struct {
	N      int
	Name   string
	Weight string
	Sum    string
	Odd    bool // the weights don't add up
	Rows   []measureRow
}

// measureRow is a measure in its group: the one that is open is shown with all its fields.
type measureRow struct {
	N                                int
	Place, Path, Name, Weight, Reads string
	First, Last                      bool
	Open                             *openForm
}

// openForm are the fields of the measure that is open.
type openForm struct {
	Place, Path, Name, Source string
	Sources                   []sourceGroup
	Kind                      string // metric, event, vital, trait, answer, judged; empty: not chosen
	Window                    string
	Windows                   []choice
	Counted                   string
	Counts                    []string
	Change                    bool
	Only, Dimensions          string
	Survey, Variant           string
	Variants                  []string
	How                       string
	Texts                     bool // it may be a text
	Rows                      []scaleRow
	Plans                     string
	Missing                   health.Missing
	Days                      int
	Exceptions                []exceptionForm
	Range                     *rangeView
}

type scaleRow struct{ From, Score string }

type rangeView struct {
	Low, Middle, High string
	Known, Unknown    int
	Problem           string
}

type capForm struct {
	N                                        int
	Measure, Sign, Value, At, Label, Segment string
}

type choice struct{ Value, Label string }

type sourceGroup struct {
	Label string
	All   []choice
}

// windows are those offered; what else is set is offered too.
var windows = []string{"7 days", "14 days", "28 days", "30 days", "60 days", "90 days", "180 days", "1 year"}

const (
	blankRows  = 2
	mostStages = 30
)

func plain(x float64) string { return strconv.FormatFloat(math.Round(x*1e4)/1e4, 'f', -1, 64) }

// formOf shows a scorecard as fields; open is the place of the measure whose fields are shown.
func (a *Area) formOf(r *http.Request, c *health.Scorecard, open string) (*form, error) {
	lang := ui.Lang(r)
	bands := c.Bands
	if bands == (health.Bands{}) {
		bands = health.UsualBands
	}
	f := &form{Name: c.Label.In(lang), Segment: c.Segment, Stages: strings.Join(c.Stages, ", "), Aspect: c.Aspect, Counts: "1", Tree: string(c.Tree), Priority: c.Priority,
		Good: bands.Good, Average: bands.Average, Dwell: bands.Dwell, LeastCoverage: c.LeastCoverage, Trees: []health.TreeRule{health.Average, health.Worst, health.ByValue}}
	if c.Weight != nil {
		f.Counts = plain(*c.Weight)
	}
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return nil, err
	}
	stages := map[string]bool{}
	for _, s := range customers.All {
		if s.Stage != "" && !stages[s.Stage] && len(f.Known) < mostStages {
			stages[s.Stage], f.Known = true, append(f.Known, s.Stage)
		}
	}
	slices.Sort(f.Known)
	for g := range c.Groups {
		group := groupForm{N: g, Name: c.Groups[g].Label.In(lang), Weight: plain(c.Groups[g].Weight)}
		var sum float64
		for m := range c.Groups[g].Measures {
			one := &c.Groups[g].Measures[m]
			sum += one.Weight
			f.Measures = append(f.Measures, choice{one.ID, one.Label.In(lang)})
			row := measureRow{N: m, Place: fmt.Sprintf("%d.%d", g, m), Path: fmt.Sprintf("groups[%d].measures[%d]", g, m), Name: one.Label.In(lang), Weight: plain(one.Weight), Reads: a.reads(one, lang),
				First: m == 0, Last: m == len(c.Groups[g].Measures)-1}
			if row.Place == open {
				if row.Open, err = a.openOf(r, one, row.Place, row.Path); err != nil {
					return nil, err
				}
				f.Open = row.Open
			}
			group.Rows = append(group.Rows, row)
		}
		group.Sum, group.Odd = plain(sum), len(group.Rows) > 0 && math.Abs(sum-100) > 0.01
		f.Groups = append(f.Groups, group)
	}
	for i := range c.Caps {
		one := &c.Caps[i]
		row := capForm{N: i, Measure: one.Measure, Sign: "above", At: plain(one.At), Label: one.Label.In(lang), Segment: one.Segment}
		if one.Above != nil {
			row.Value = plain(*one.Above)
		} else if one.Below != nil {
			row.Sign, row.Value = "below", plain(*one.Below)
		}
		f.Caps = append(f.Caps, row)
	}
	f.Caps = append(f.Caps, capForm{N: len(c.Caps), Sign: "above"})
	return f, nil
}

// openOf are the fields of one measure.
func (a *Area) openOf(r *http.Request, m *health.Measure, place, path string) (*openForm, error) {
	lang := ui.Lang(r)
	o := &openForm{Place: place, Path: path, Name: m.Label.In(lang), Source: sourceOf(m), Window: m.Read.Window, Counted: cmp.Or(m.Read.Counted, "times"), Change: m.Read.Change,
		Only: onlyText(m.Read.Only), Survey: m.Read.Survey, Variant: m.Read.Variant, Counts: []string{"times", "days", "people"}, How: linear, Plans: strings.Join(m.Plans, ", "), Missing: cmp.Or(m.Missing, health.LeaveOut), Days: m.Days, Exceptions: exceptionsOf(m)}
	o.Kind, _, _ = strings.Cut(o.Source, ":")
	o.Texts = m.Judged || m.Read.ReadsText()
	switch {
	case len(m.Scale.Choices) > 0 || m.Read.ReadsText() && len(m.Scale.Points) == 0:
		o.How = words
	case m.Scale.Steps:
		o.How = steps
	}
	if o.How == words {
		for text, score := range m.Scale.Choices {
			o.Rows = append(o.Rows, scaleRow{text, plain(score)})
		}
		slices.SortFunc(o.Rows, func(a, b scaleRow) int { return cmp.Compare(a.From, b.From) })
	} else {
		for _, p := range m.Scale.Points {
			o.Rows = append(o.Rows, scaleRow{plain(p[0]), plain(p[1])})
		}
	}
	o.Rows = append(o.Rows, make([]scaleRow, blankRows)...)
	known := false
	for _, w := range windows {
		known = known || w == o.Window
		o.Windows = append(o.Windows, choice{w, windowText(lang, w)})
	}
	if !known && o.Window != "" {
		o.Windows = append(o.Windows, choice{o.Window, windowText(lang, o.Window)})
	}
	if m.Read.Metric != "" {
		for _, d := range a.Metrics.Describe(lang) {
			if d.ID == m.Read.Metric {
				o.Variants, o.Dimensions = d.Variants, strings.Join(d.Dimensions, ", ")
			}
		}
	}
	var err error
	if o.Sources, err = a.sources(r); err != nil {
		return nil, err
	}
	if o.Kind != "" && !o.Texts {
		span, err := a.rangeOf(r, m)
		if err != nil {
			return nil, err
		}
		o.Range = &rangeView{a.value(lang, m, span.Low), a.value(lang, m, span.Middle), a.value(lang, m, span.High), span.Known, span.Unknown, why(lang, span.Problem)}
	}
	return o, nil
}

// why says why a measure can't be read; empty where it can.
func why(lang i18n.Lang, problem error) string {
	if problem == nil {
		return ""
	}
	return ui.Said(lang, problem).Error()
}

// rangeOf is what accounts have of a measure; of one that can't be read nothing is known.
func (a *Area) rangeOf(r *http.Request, m *health.Measure) (health.Range, error) {
	readable := true
	a.Clinic.CheckReading(m.Read, func(string, string, ...any) { readable = false })
	if !readable || m.Judged {
		return health.Range{}, nil
	}
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return health.Range{}, err
	}
	return a.Clinic.Range(r.Context(), m.Read, a.Pages.Now(), func(id string) bool { return customers.Get(id) != nil })
}

// value writes a value as reasons do; an answer as limits are written, of 100.
func (a *Area) value(lang i18n.Lang, m *health.Measure, x float64) string {
	if m.Read.Answer != "" && !math.IsNaN(x) {
		return i18n.Number(lang, x, 0)
	}
	w := health.Words{Lang: lang, Unit: a.Clinic.Unit}
	return w.Value(&health.Part{Measure: m, Value: x})
}
