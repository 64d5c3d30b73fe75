package metrics

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// restated is what a series was known to be at an instant, where it is another now.
type restated struct {
	Metric metric.Described
	Since  time.Time
	Asked  bool
	Rows   []restatedRow
	Late   []metric.LateFacts
	Page   string
	Fields []hidden
	Today  string
	// Refused says why it can't be told (English).
	Refused string
}

type restatedRow struct{ Label, Was, Is, Change string }

// Restated says which points of the series are not what they were when somebody looked. As a part it is silent when
// nothing is.
func (a *Area) Restated(w http.ResponseWriter, r *http.Request) error {
	d, err := a.find(r)
	if err != nil {
		return err
	}
	lang, q := ui.Lang(r), reading.Question(r.URL.Query())
	page := restated{Metric: d, Page: reading.Page(d.ID, q), Today: a.now().Format(time.DateOnly)}
	for name, values := range reading.Values(q) {
		page.Fields = append(page.Fields, hidden{name, values[0]})
	}
	if since := r.FormValue("since"); since != "" {
		page.Asked = true
		ask := reading.Series(d.ID, q, lang, a.now())
		ask.By, ask.AsOf = "", ""
		x, err := a.Answers.Restate(r.Context(), metric.Restating{Ask: ask, Since: since})
		switch {
		case fault.KindOf(err) == fault.Invalid && err != nil:
			page.Refused = ui.Said(ui.Lang(r), err).Error()
		case err != nil:
			return err
		default:
			f := reading.Figures{Lang: lang, Unit: x.Unit, Currency: x.Currency}
			page.Since, page.Late = x.Since, x.Late
			for i := len(x.Points) - 1; i >= 0; i-- {
				p := x.Points[i]
				_, label := reading.PointLabel(lang, metric.Grain(ask.Grain), p.From.In(a.Pages.Zone))
				row := restatedRow{Label: label, Was: f.Of(p.Was), Is: f.Of(p.Is)}
				if p.Change != nil {
					row.Change = f.Signed(p.Change.Float)
				}
				page.Rows = append(page.Rows, row)
			}
		}
	}
	if !ui.IsPart(r) {
		return a.Pages.Show(w, r, "metrics/restated", page)
	}
	if len(page.Rows) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "metrics/restated", "changed", page)
}

// plainText is a value of a fact as text; empty for what says nothing.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case *metric.Figure:
		if v == nil {
			return ""
		}
		return v.String()
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}
