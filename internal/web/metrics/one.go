package metrics

import (
	"net/http"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type one struct {
	Metric   metric.Described
	Reading  *reading
	Currency string
	From, To time.Time // the last day, not the one after
	Variant  string
	Formula  string
	Chart    *ui.Chart
	Months   []month
	Parts    []part
	Bands    []band
	By       string
	Groups   []group
	Others   int
	// Unanswered is set when the question could not be answered as asked (English).
	Unanswered string
}

type month struct {
	Label, Value, Interval string
	N                      int64
	Partial                bool
}

type part struct{ Name, Value string }

type band struct {
	Label, Range, Source string
	Current              bool
}

type group struct {
	Label, Value, Interval string
	N                      int64
	Small                  bool
	Width                  float64 // of its bar, 0 to 120
}

// monthsShown is how far the chart reaches back, the running month included.
const monthsShown = 12

// groupsShown is how many groups are listed.
const groupsShown = 20

// One shows a metric: the last 30 days, twelve months, and groups by a dimension.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	lang, ctx := ui.Lang(r), r.Context()
	all := a.Answers.Describe(lang)
	i := slices.IndexFunc(all, func(d metric.Described) bool { return d.ID == r.PathValue("id") })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such metric")
	}
	ask := metric.Ask{Metric: all[i].ID, Variant: r.FormValue("variant"), By: r.FormValue("by"), Lang: lang}
	page := one{Metric: all[i]}
	now, err := a.answer(ctx, ask)
	if fault.KindOf(err) == fault.Invalid {
		// No page about a broken address: the question is asked without what can't be used, and that is said.
		page.Unanswered = err.Error()
		now, err = a.answer(ctx, metric.Ask{Metric: ask.Metric, Lang: lang})
		ask.Variant = ""
	}
	if err != nil {
		return err
	}
	today := a.Pages.Now().In(a.Pages.Zone)
	start := time.Date(today.Year(), today.Month()-monthsShown+1, 1, 0, 0, 0, 0, a.Pages.Zone)
	ask.By, ask.Grain, ask.From = "", string(metric.Month), start.Format(time.DateOnly)
	ask.To = time.Date(today.Year(), today.Month(), today.Day()+1, 0, 0, 0, 0, a.Pages.Zone).Format(time.DateOnly)
	year, err := a.answer(ctx, ask)
	if err != nil {
		return err
	}
	page.fill(now, year, lang, a.Pages.Zone)
	return a.Pages.Show(w, r, "metrics/one", page)
}

func (p *one) fill(now, year *metric.Answer, lang i18n.Lang, zone *time.Location) {
	f := figures{lang, now.Unit, now.Currency}
	p.Reading, p.Currency, p.Variant, p.Formula = read(now, lang), now.Currency, now.Variant, now.Definition.Formula
	p.From, p.To = now.From, now.To.Add(-time.Second)
	p.series(year, figures{lang, year.Unit, year.Currency}, zone)
	p.parts(now, lang)
	for _, b := range now.Bands {
		p.Bands = append(p.Bands, band{Label: ui.Named(lang, "band", b.Label), Range: f.between(b.From, b.To), Source: ui.Named(lang, "source", b.Source), Current: b.Current})
	}
	if now.By == "" {
		return
	}
	p.By, p.Others = now.By, now.OtherGroups
	shown := now.Groups
	if len(shown) > groupsShown {
		p.Others += len(shown) - groupsShown
		shown = shown[:groupsShown]
	}
	p.groups(shown, f)
}

func (f figures) between(from, to *float64) string {
	switch {
	case from != nil && to != nil:
		low, _ := f.write(*from)
		return low + "\u00a0–\u00a0" + f.whole(*to)
	case from != nil:
		return i18n.T(f.lang, "metrics.from", "value", f.whole(*from))
	case to != nil:
		return i18n.T(f.lang, "metrics.below", "value", f.whole(*to))
	}
	return ""
}

func (p *one) series(year *metric.Answer, f figures, zone *time.Location) {
	var samples []ui.Sample
	for _, point := range year.Points {
		from := point.From.In(zone)
		m := month{Label: i18n.Month(f.lang, from), N: point.N, Interval: f.interval(point.Interval), Partial: point.Partial}
		s := ui.Sample{Label: i18n.MonthName(f.lang, from.Month()), Partial: point.Partial}
		if point.Value != nil {
			m.Value = f.whole(point.Value.Float)
			s.Value = &point.Value.Float
			s.Title = m.Label + ": " + m.Value
			if m.Interval != "" {
				s.Title += " (" + m.Interval + ")"
			}
		}
		if l := point.Interval; l != nil && l.Low != nil && l.High != nil {
			s.Low, s.High = &l.Low.Float, &l.High.Float
		}
		samples = append(samples, s)
		p.Months = append(p.Months, m)
	}
	p.Chart = ui.NewChart(i18n.T(f.lang, "metrics.chart", "name", year.Label), samples, f.axis)
	slices.Reverse(p.Months)
}

// parts are the figures beside the value, in the order of the definition.
func (p *one) parts(a *metric.Answer, lang i18n.Lang) {
	for _, one := range p.Metric.Parts {
		if figure, ok := a.Detail[one.Name].(*metric.Figure); ok && figure != nil {
			f := figures{lang, one.Unit, a.Currency}
			label := i18n.Text(one.Label).In(lang)
			if label == "" {
				label = ui.Named(lang, "detail", one.Name)
			}
			p.Parts = append(p.Parts, part{label, f.whole(figure.Float)})
		}
	}
}

func (p *one) groups(shown []metric.Group, f figures) {
	top := 0.0
	for _, g := range shown {
		if g.Value != nil {
			top = max(top, g.Value.Float)
		}
	}
	for _, g := range shown {
		line := group{Label: i18n.T(f.lang, "metrics.unknown"), N: g.N, Small: g.SmallSample, Interval: f.interval(g.Interval)}
		if g.Key != nil {
			line.Label = *g.Key
		}
		if g.Value != nil {
			line.Value = f.whole(g.Value.Float)
			if top > 0 {
				line.Width = max(0, 120*g.Value.Float/top)
			}
		}
		p.Groups = append(p.Groups, line)
	}
}
