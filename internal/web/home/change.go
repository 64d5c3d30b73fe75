package home

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
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

// watched are the numbers that are looked through for changes, over the same time as on their tiles, each with the
// dimensions that may tell why.
var watched = []struct {
	id, period string
	by         []string
}{
	{"nps", "90d", []string{"touchpoint", "plan", "region"}}, {"csat", "90d", []string{"touchpoint", "plan", "region"}}, {"ces", "90d", []string{"touchpoint", "plan", "region"}},
	{"support_csat", "90d", []string{"agent", "plan", "region"}}, {"closed_loop_rate", "90d", []string{"touchpoint", "agent", "plan"}},
	{"survey_response_rate", "90d", []string{"survey", "touchpoint", "plan"}}, {"customer_churn_rate", "", []string{"plan", "industry", "region"}},
	{"first_response_time", "", []string{"channel", "priority", "plan"}}, {"resolution_time", "", []string{"channel", "priority", "plan"}},
	{"fcr", "", []string{"channel", "agent", "plan"}}, {"reopen_rate", "", []string{"channel", "agent", "plan"}},
	{"renewal_rate", "", []string{"plan", "industry", "region"}}, {"trial_conversion_rate", "", []string{"plan", "industry", "region"}},
}

// fewChanges is how many changes are told.
const fewChanges = 3

type change struct {
	Label   string
	Reading *reading.Reading
	Href    string
	// By and Key name the group that moved the number the most, Part what it did; empty where no group stands out.
	By, Key, Part string
	Why           string // the address of the whole split
	Period        string

	id     string
	size   float64 // of the change, in widths of its interval
	answer *metric.Answer
	by     []string
}

// remembered are the changes told lately: what changed over a month or more hardly does within minutes, and finding out
// why takes a question for every dimension.
type remembered struct {
	mu   sync.Mutex
	told map[string]told
}

type told struct {
	until   time.Time
	changes []change
}

const (
	toldLife = 5 * time.Minute
	toldKept = 200
)

// Changes answers with the largest of the latest changes that are more than chance, and why each of them came about.
func (a *Area) Changes(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "changes", func(ctx context.Context) (any, error) {
		return a.latest(ctx, whoseBook(r), ui.Lang(r))
	})
}

// latest are the changes of a book, as they were found in the last minutes.
func (a *Area) latest(ctx context.Context, b whose, lang i18n.Lang) ([]change, error) {
	// Whoever sees other accounts sees other changes.
	now, key := a.Pages.Now(), string(lang)+"\x00"+team.PrincipalOf(ctx).Within(b.Segment)
	a.changed.mu.Lock()
	known, ok := a.changed.told[key]
	a.changed.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.changes, nil
	}
	changes, err := a.changes(ctx, b, lang)
	if err != nil {
		return nil, err
	}
	a.changed.mu.Lock()
	defer a.changed.mu.Unlock()
	if a.changed.told == nil || len(a.changed.told) >= toldKept {
		a.changed.told = map[string]told{}
	}
	a.changed.told[key] = told{now.Add(toldLife), changes}
	return changes, nil
}

func (a *Area) changes(ctx context.Context, b whose, lang i18n.Lang) ([]change, error) {
	known, families := map[string][]string{}, map[string]string{}
	for _, d := range a.Answers.Describe(lang) {
		known[d.ID], families[d.ID] = d.Dimensions, d.Family
	}
	now := a.Pages.Now().In(a.Pages.Zone)
	// Those of a family rest on the same facts and are asked at once; more at once would take longer than one question may.
	type group struct{ period, family string }
	var groups []group
	of := map[group][]string{}
	for _, m := range watched {
		if _, ok := known[m.id]; ok {
			g := group{m.period, families[m.id]}
			if of[g] == nil {
				groups = append(groups, g)
			}
			of[g] = append(of[g], m.id)
		}
	}
	answers := map[string]*metric.Answer{}
	for _, g := range groups {
		all, err := a.Answers.Overview(ctx, reading.Ask("", board.Question{Period: g.period, Segment: b.Segment}, lang, now), of[g])
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			answers[one.Metric] = one.Answer
		}
	}
	var found []*change
	for _, m := range watched {
		if answer := answers[m.id]; answer != nil && moved(answer) > 0 {
			found = append(found, &change{id: m.id, Period: m.period, answer: answer, size: moved(answer),
				by: slices.DeleteFunc(slices.Clone(m.by), func(by string) bool { return !slices.Contains(known[m.id], by) })})
		}
	}
	slices.SortStableFunc(found, func(x, y *change) int { return cmp.Compare(y.size, x.size) })
	var top []change
	for _, c := range found[:min(len(found), fewChanges)] {
		if err := a.explain(ctx, c, b, lang); err != nil {
			return nil, err
		}
		top = append(top, *c)
	}
	return top, nil
}

// moved is how large a change is beside what chance does; 0 where it is no more than that, or can't be told from it.
func moved(a *metric.Answer) float64 {
	p := a.Previous
	if p == nil || p.Significant == nil || !*p.Significant || p.Change == nil || a.SmallSample {
		return 0
	}
	if l := a.Interval; l != nil && l.Low != nil && l.High != nil && l.High.Float > l.Low.Float {
		return math.Abs(p.Change.Float) / (l.High.Float - l.Low.Float)
	}
	return math.SmallestNonzeroFloat64
}

// explain finds the group that did the most to a change, among the dimensions that may tell.
func (a *Area) explain(ctx context.Context, c *change, b whose, lang i18n.Lang) error {
	c.Label, c.Reading = c.answer.Label, reading.Of(c.answer, lang)
	q := board.Question{Period: c.Period, Segment: b.Segment}
	c.Href = reading.Page(c.id, q)
	by, most := "", 0.0
	whole := c.answer.Previous.Change.Float
	for _, dimension := range c.by {
		q.By = dimension
		m, err := a.Answers.Why(ctx, metric.Comparison{Ask: reading.Ask(c.id, q, lang, a.Pages.Now().In(a.Pages.Zone))})
		if fault.KindOf(err) == fault.Invalid && err != nil {
			continue // a number of this kind has no parts
		}
		if err != nil {
			return err
		}
		for _, part := range m.Parts {
			if part.Key == nil || part.Contribution == nil || part.Contribution.Float*whole <= 0 || len(m.Parts) < 2 {
				continue
			}
			if size := math.Abs(part.Contribution.Float); size > most {
				most, by = size, dimension
				c.By, c.Key = ui.Named(lang, "dimension", dimension), reading.Groups{Lang: lang, By: dimension, Called: func(id string) string { return id }}.Label(part.Key)
				c.Part = reading.Figures{Lang: lang, Unit: m.Unit, Currency: m.Currency}.Signed(part.Contribution.Float)
			}
			break // parts come the largest first
		}
	}
	if by != "" {
		q.By = by
		c.Why = reading.Link("/metrics/"+c.id+"/why", q)
	}
	return nil
}
