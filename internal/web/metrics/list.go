package metrics

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// catalogue is what the page of all metrics shows.
type catalogue struct {
	Words    string
	Families []family
	Count    int
}

type family struct {
	ID   string
	Rows []row
	// Done is false while values are still to come.
	Done bool
	// Words are what was searched for, for the part that brings the values.
	Words string
}

type row struct {
	metric.Described
	Answer *reading.Reading // nil while it is to come, or when it can't be had now
	Spark  *ui.Plot
	Search string
}

func (a *Area) catalogue(lang i18n.Lang, words string) catalogue {
	c := catalogue{Words: words}
	for _, d := range a.Answers.Describe(lang) {
		name := ui.Named(lang, "family", d.Family)
		if !matches(d, name, words) {
			continue
		}
		if n := len(c.Families); n == 0 || c.Families[n-1].ID != d.Family {
			c.Families = append(c.Families, family{ID: d.Family, Words: words})
		}
		last := &c.Families[len(c.Families)-1]
		last.Rows = append(last.Rows, row{Described: d, Search: strings.ToLower(strings.Join([]string{strings.ReplaceAll(d.ID, "_", " "), d.Label, d.Text, name}, " "))})
		c.Count++
	}
	return c
}

// most is how many characters of a search are heeded.
const most = 200

func words(r *http.Request) string {
	text := []rune(strings.TrimSpace(strings.ToValidUTF8(r.FormValue("q"), "")))
	return string(text[:min(len(text), most)])
}

// List shows the catalogue. Values come family by family, after the page.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	return a.Pages.Show(w, r, "metrics/list", a.catalogue(ui.Lang(r), words(r)))
}

// atOnce is how many metrics of a family are asked about at the same time: others ask too.
const atOnce = 3

// Family answers with one family and its values over the last 30 days.
func (a *Area) Family(w http.ResponseWriter, r *http.Request) error {
	lang, ctx := ui.Lang(r), r.Context()
	all := a.catalogue(lang, words(r)).Families
	i := slices.IndexFunc(all, func(f family) bool { return f.ID == r.PathValue("family") })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such family of metrics")
	}
	f := all[i]
	f.Done = true
	tasks := make([]func() error, len(f.Rows))
	for j := range f.Rows {
		tasks[j] = func() error {
			one := &f.Rows[j]
			answer, err := a.answer(ctx, metric.Ask{Metric: one.ID, Lang: lang})
			if err != nil {
				if ctx.Err() != nil {
					return err
				}
				if fault.KindOf(err) != fault.Invalid { // it needs what only its page can say, such as the steps of a funnel
					a.Pages.Report(err)
				}
				return nil
			}
			one.Answer = reading.Of(answer, lang)
			one.Spark = a.spark(ctx, answer, lang)
			return nil
		}
	}
	if err := reading.Together(atOnce, tasks...); err != nil {
		return err
	}
	return a.Pages.Part(w, r, "metrics/list", "family", f)
}

// sparks remembers the months of metrics for a while: their past hardly changes, and the catalogue shows all of them.
type sparks struct {
	mu   sync.Mutex
	kept map[string]spark
}

type spark struct {
	until   time.Time
	samples []ui.Sample
}

const (
	sparkLife  = 10 * time.Minute
	sparksKept = 1000
)

// spark is the last twelve months of a metric; nil when they can't be had.
func (a *Area) spark(ctx context.Context, now *metric.Answer, lang i18n.Lang) *ui.Plot {
	// Whoever sees only some accounts sees other numbers.
	key, clock := now.Metric+"\x00"+team.PrincipalOf(ctx).Segment(), a.now()
	for _, p := range now.Policies {
		key += "\x00" + p.Value
	}
	a.sparks.mu.Lock()
	known, ok := a.sparks.kept[key]
	a.sparks.mu.Unlock()
	if !ok || clock.After(known.until) {
		series, err := a.answer(ctx, reading.Series(now.Metric, board.Question{}, lang, clock))
		if err != nil {
			return nil // the value stands without it
		}
		known = spark{until: clock.Add(sparkLife)}
		for _, p := range series.Points {
			s := ui.Sample{Partial: p.Partial}
			if p.Value != nil && !(p.Partial && series.Type == metric.Activity) {
				s.Value = &p.Value.Float
			}
			known.samples = append(known.samples, s)
		}
		a.sparks.mu.Lock()
		if a.sparks.kept == nil || len(a.sparks.kept) >= sparksKept {
			a.sparks.kept = map[string]spark{}
		}
		a.sparks.kept[key] = known
		a.sparks.mu.Unlock()
	}
	low, high := ui.Limits(known.samples)
	return ui.NewMini(now.Label, known.samples, low, high)
}
