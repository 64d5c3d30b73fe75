// Package metrics shows the catalogue with current values, and each metric on a page of its own: how good, how sure,
// how it went, why it moved, where it differs, and the facts that any of its numbers was counted from.
//
// How an answer is put into words is left to reading, keeping targets and dashboards to the store.
package metrics

import (
	"context"
	"embed"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Answers answers questions about metrics within the limits for all who ask; the API does.
type Answers interface {
	Describe(lang i18n.Lang) []metric.Described
	Answer(ctx context.Context, a metric.Ask) (*metric.Answer, error)
	Overview(ctx context.Context, a metric.Ask, ids []string) ([]metric.Overviewed, error)
	Explain(ctx context.Context, q metric.Opening) (*metric.Explanation, error)
	Why(ctx context.Context, q metric.Comparison) (*metric.Movement, error)
	Restate(ctx context.Context, q metric.Restating) (*metric.Restatement, error)
	// AnswerCSV, EvidenceCSV and MovementCSV write an answer as a table for spreadsheets.
	AnswerCSV(w io.Writer, a *metric.Answer) error
	EvidenceCSV(w io.Writer, x *metric.Explanation) error
	MovementCSV(w io.Writer, m *metric.Movement) error
}

// Boards is where targets and dashboards are kept; the store does.
type Boards interface {
	Dashboards(ctx context.Context) ([]board.Dashboard, error)
	Targets(ctx context.Context) (board.Targets, error)
	TargetPut(ctx context.Context, t board.Target, now time.Time) (board.Target, error)
	TargetRemove(ctx context.Context, id string) (board.Target, error)
}

// Area answers for metrics.
type Area struct {
	Pages   *ui.Pages
	Answers Answers
	Boards  Boards
	Guide   Guide
	Called  reading.Called
	sparks  sparks
}

// patience is how long a page waits for one answer.
const patience = 10 * time.Second

func (a *Area) answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return a.Answers.Answer(ctx, ask)
}

// now is the clock in the workspace zone.
func (a *Area) now() time.Time { return a.Pages.Now().In(a.Pages.Zone) }

// find is the metric that an address names.
func (a *Area) find(r *http.Request) (metric.Described, error) {
	all := a.Answers.Describe(ui.Lang(r))
	i := slices.IndexFunc(all, func(d metric.Described) bool { return d.ID == r.PathValue("id") })
	if i < 0 {
		return metric.Described{}, fault.New(fault.NotFound, "there is no such metric")
	}
	return all[i], nil
}

// variant is how a target names a way to count: the first one has no name.
func variant(d metric.Described, id string) string {
	if len(d.Variants) > 0 && d.Variants[0] == id {
		return ""
	}
	return id
}

// matches tells whether a metric has all words of a search.
func matches(d metric.Described, family, words string) bool {
	text := strings.ToLower(strings.Join([]string{d.ID, strings.ReplaceAll(d.ID, "_", " "), d.Label, d.Text, family}, " "))
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
