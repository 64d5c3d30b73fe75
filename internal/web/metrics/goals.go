package metrics

import (
	"context"
	"net/http"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Guide leads from a goal to the metrics that answer it; the API does.
type Guide interface {
	Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error)
}

type goals struct {
	Words  string
	Advice []metric.Advice
}

// Goals leads from a goal in words to the metrics to watch, and says what they still need.
func (a *Area) Goals(w http.ResponseWriter, r *http.Request) error {
	page := goals{Words: words(r)}
	var err error
	if page.Advice, err = a.Guide.Guide(r.Context(), page.Words, ui.Lang(r)); err != nil {
		return err
	}
	return a.Pages.Show(w, r, "metrics/goals", page)
}
