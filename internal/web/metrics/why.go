package metrics

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// moved is why a number moved.
type moved struct {
	Metric   metric.Described
	Question board.Question
	By       []choice
	Fields   []hidden // the rest of the question, for the form that picks the dimension
	Movement *metric.Movement
	Before   side
	After    side
	Change   string
	Sure     string
	Movers   []mover
	Others   int
	Rest     string
	Overlap  string
	Rates    bool
	// Refused says why the change has no parts (English).
	Refused string
	Page    string
	Here    string
	CSV     string
}

type side struct {
	From, To time.Time // the last day, not the one after
	Value    string
}

type hidden struct{ Name, Value string }

type mover struct {
	Label, Before, After, Contribution, Rate, Mix, Href string
	Mood                                                string
	Fall                                                ui.Fall
}

// moversShown is how many groups are listed.
const moversShown = 15

// Why shows what the groups of a dimension did to the change.
func (a *Area) Why(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	lang := ui.Lang(r)
	q := reading.Question(r.URL.Query())
	if q.By == "" {
		q.By = "plan"
	}
	page := moved{Metric: d, Question: q, Page: reading.Page(d.ID, q), Here: reading.Link("/metrics/"+d.ID+"/why", q), CSV: reading.Link("/metrics/"+d.ID+"/why.csv", q)}
	for _, id := range d.Dimensions {
		page.By = append(page.By, choice{id, ui.Dimension(lang, id), id == q.By})
	}
	rest := q
	rest.By = ""
	kept := reading.Values(rest)
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		page.Fields = append(page.Fields, hidden{name, kept.Get(name)})
	}
	m, err := a.Answers.Why(r.Context(), metric.Comparison{Ask: reading.Ask(d.ID, q, lang, a.now())})
	switch {
	case fault.KindOf(err) == fault.Invalid && err != nil:
		page.Refused = ui.Said(lang, err).Error()
	case err != nil:
		return err
	default:
		page.fill(d, m, reading.Figures{Lang: lang, Unit: m.Unit, Currency: m.Currency}, reading.GroupsOf(r.Context(), lang, m.By, a.Called))
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "metrics/why", "why", page)
	}
	return a.Pages.Show(w, r, "metrics/why", page)
}

func (p *moved) fill(d metric.Described, m *metric.Movement, f reading.Figures, names reading.Groups) {
	p.Movement = m
	p.Before = side{m.Before.From, m.Before.To.Add(-time.Second), f.Of(m.Before.Value)}
	p.After = side{m.After.From, m.After.To.Add(-time.Second), f.Of(m.After.Value)}
	if m.Change == nil {
		return
	}
	p.Change = f.Signed(m.Change.Float)
	if m.Real != nil {
		p.Sure = map[bool]string{true: "real", false: "noise"}[*m.Real]
	}
	parts := m.Parts
	p.Others = m.Others
	others := 0.0
	if len(parts) > moversShown {
		for _, part := range parts[moversShown:] {
			others += value(part.Contribution)
		}
		p.Others += len(parts) - moversShown
		parts = parts[:moversShown]
	}
	var steps []float64
	for _, part := range parts {
		steps = append(steps, value(part.Contribution))
	}
	falls := ui.NewWaterfall(steps, m.Change.Float)
	for i, part := range parts {
		one := mover{Label: names.Label(part.Key), Before: f.Of(part.Before), After: f.Of(part.After), Contribution: f.Signed(steps[i]),
			Fall: falls[i], Mood: reading.Mood(steps[i], m.Better), Href: groupFacts(d, p.Question, m.By, part.Key)}
		if part.Rate != nil && part.Mix != nil {
			one.Rate, one.Mix, p.Rates = f.Signed(part.Rate.Float), f.Signed(part.Mix.Float), true
		}
		p.Movers = append(p.Movers, one)
	}
	if others += value(m.Rest); p.Others > 0 {
		p.Rest = f.Signed(others)
	}
	if over := value(m.Overlap); over != 0 {
		p.Overlap = f.Signed(over)
	}
}

func value(f *metric.Figure) float64 {
	if f == nil {
		return 0
	}
	return f.Float
}

// WhyCSV answers with the parts of a change as a table.
func (a *Area) WhyCSV(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	m, err := a.Answers.Why(r.Context(), metric.Comparison{Ask: reading.Ask(d.ID, reading.Question(r.URL.Query()), ui.Lang(r), a.now())})
	if err != nil {
		return err
	}
	return sendCSV(w, d.ID+"-why", func() error { return a.Answers.MovementCSV(w, m) })
}
