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

// Family answers with one family and its values over the last 30 days, all of it asked at once.
func (a *Area) Family(w http.ResponseWriter, r *http.Request) error {
	lang, ctx := ui.Lang(r), r.Context()
	all := a.catalogue(lang, words(r)).Families
	i := slices.IndexFunc(all, func(f family) bool { return f.ID == r.PathValue("family") })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such family of metrics")
	}
	f := all[i]
	if err := a.fill(ctx, &f, lang); err != nil && ctx.Err() != nil {
		return err
	} else if err != nil {
		a.Pages.Report(err) // what they are is shown, though not their values
	}
	return a.Pages.Part(w, r, "metrics/list", "family", f)
}

// fill asks for the values of a family.
func (a *Area) fill(ctx context.Context, f *family, lang i18n.Lang) error {
	f.Done = true
	var ids []string
	for _, one := range f.Rows {
		ids = append(ids, one.ID)
	}
	answers, err := a.overview(ctx, metric.Ask{Lang: lang}, ids)
	trends := a.trends(ctx, answers, lang)
	for j := range f.Rows {
		if answer := answers[f.Rows[j].ID]; answer != nil {
			f.Rows[j].Answer, f.Rows[j].Spark = reading.Of(answer, lang), trends[answer.Metric]
		}
	}
	return err
}

// Warm asks for the values of all families, so that the first reader finds them remembered.
func (a *Area) Warm(ctx context.Context, lang i18n.Lang) error {
	for _, f := range a.catalogue(lang, "").Families {
		if err := a.fill(ctx, &f, lang); err != nil {
			return err
		}
	}
	return nil
}

// overview answers a question about many metrics, by their ids. One that needs what only its page can say, such as the
// steps of a funnel, has no answer.
func (a *Area) overview(ctx context.Context, ask metric.Ask, ids []string) (map[string]*metric.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, err := a.Answers.Overview(ctx, ask, ids)
	answers := map[string]*metric.Answer{}
	for _, one := range all {
		answers[one.Metric] = one.Answer
	}
	return answers, err
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

// trends are the last twelve months of metrics, by their ids, as far as they can be had.
func (a *Area) trends(ctx context.Context, answers map[string]*metric.Answer, lang i18n.Lang) map[string]*ui.Plot {
	clock, known := a.now(), map[string]spark{}
	var missing []string
	a.sparks.mu.Lock()
	for id, answer := range answers {
		if answer == nil {
			continue
		}
		if one, ok := a.sparks.kept[sparkKey(ctx, answer)]; ok && clock.Before(one.until) {
			known[id] = one
		} else {
			missing = append(missing, id)
		}
	}
	a.sparks.mu.Unlock()
	if len(missing) > 0 {
		slices.Sort(missing)
		ask := reading.Series("", board.Question{}, lang, clock)
		ask.OnlyPoints = true
		series, err := a.overview(ctx, ask, missing)
		if err != nil && ctx.Err() == nil {
			a.Pages.Report(err) // the values stand without them
		}
		a.sparks.mu.Lock()
		if a.sparks.kept == nil || len(a.sparks.kept) >= sparksKept {
			a.sparks.kept = map[string]spark{}
		}
		for id, months := range series {
			if months != nil {
				known[id] = spark{clock.Add(sparkLife), samples(months)}
				a.sparks.kept[sparkKey(ctx, answers[id])] = known[id]
			}
		}
		a.sparks.mu.Unlock()
	}
	plots := map[string]*ui.Plot{}
	for id, one := range known {
		low, high := ui.Limits(one.samples)
		plots[id] = ui.NewMini(answers[id].Label, one.samples, low, high)
	}
	return plots
}

// sparkKey tells months apart: whoever sees only some accounts, or counts otherwise, sees other numbers.
func sparkKey(ctx context.Context, answer *metric.Answer) string {
	key := answer.Metric + "\x00" + team.PrincipalOf(ctx).Segment()
	for _, p := range answer.Policies {
		key += "\x00" + p.Value
	}
	return key
}

func samples(series *metric.Answer) []ui.Sample {
	var all []ui.Sample
	for _, p := range series.Points {
		s := ui.Sample{Partial: p.Partial}
		if p.Value != nil && !(p.Partial && series.Type == metric.Activity) {
			s.Value = &p.Value.Float
		}
		all = append(all, s)
	}
	return all
}
