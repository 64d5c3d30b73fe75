// Package metrics shows the catalogue with current values, and each metric on a page of its own: how good, how sure,
// how it went, and where it differs.
package metrics

import (
	"context"
	"embed"
	"net/http"
	"slices"
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

// Answers answers questions about metrics; *metric.Service does.
type Answers interface {
	Describe(lang i18n.Lang) []metric.Described
	Answer(ctx context.Context, a metric.Ask) (*metric.Answer, error)
}

var _ Answers = (*metric.Service)(nil)

// Area answers for metrics.
type Area struct {
	Pages   *ui.Pages
	Answers Answers
}

// patience is how long a page waits for one answer.
const patience = 10 * time.Second

func (a *Area) answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return a.Answers.Answer(ctx, ask)
}

type family struct {
	ID   string
	Rows []row
	// Done is false while values are still to come.
	Done bool
}

type row struct {
	metric.Described
	Answer *reading // nil while it is to come, or when it can't be had now
}

func (a *Area) families(lang i18n.Lang) []family {
	var all []family
	for _, d := range a.Answers.Describe(lang) {
		if n := len(all); n == 0 || all[n-1].ID != d.Family {
			all = append(all, family{ID: d.Family})
		}
		last := &all[len(all)-1]
		last.Rows = append(last.Rows, row{Described: d})
	}
	return all
}

// List shows the catalogue. Values come family by family, after the page.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	return a.Pages.Show(w, r, "metrics/list", a.families(ui.Lang(r)))
}

// Family answers with one family and its values over the last 30 days.
func (a *Area) Family(w http.ResponseWriter, r *http.Request) error {
	lang := ui.Lang(r)
	all := a.families(lang)
	i := slices.IndexFunc(all, func(f family) bool { return f.ID == r.PathValue("family") })
	if i < 0 {
		return fault.New(fault.NotFound, "there is no such family of metrics")
	}
	f := all[i]
	f.Done = true
	for j := range f.Rows {
		answer, err := a.answer(r.Context(), metric.Ask{Metric: f.Rows[j].ID, Lang: lang})
		if err != nil {
			if r.Context().Err() != nil {
				return err
			}
			a.Pages.Report(err)
			continue
		}
		f.Rows[j].Answer = read(answer, lang)
	}
	return a.Pages.Part(w, r, "metrics/list", "family", f)
}
