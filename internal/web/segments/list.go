package segments

import (
	"net/http"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/metric"
)

type list struct {
	Rows []listed
	// Counted is false while the counts are still to come.
	Counted bool
	// Compare tells whether there are two to compare.
	Compare bool
}

type listed struct {
	account.SavedSegment
	Text, Path string
	Count      int64
	// Wrong is set when it can't be counted, as when it names a metric that is gone.
	Wrong bool
}

func (a *Area) rows(r *http.Request, count bool) (*list, error) {
	all, err := a.Segments.Segments(r.Context())
	if err != nil {
		return nil, err
	}
	l := &list{Counted: count, Compare: len(all) > 1}
	for _, s := range all {
		row := listed{SavedSegment: s, Text: s.Segment.String(), Path: path(s.ID)}
		if count {
			page, err := a.Segments.SegmentMembers(r.Context(), metric.SegmentAsk{Text: row.Text, Limit: 1})
			switch {
			case err == nil:
				row.Count = page.Count
			case r.Context().Err() != nil:
				return nil, err
			default:
				a.Pages.Report(err)
				row.Wrong = true
			}
		}
		l.Rows = append(l.Rows, row)
	}
	return l, nil
}

// List shows the saved segments. How many are in each comes after the page.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	l, err := a.rows(r, false)
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "segments/list", l)
}

// Counts answers with the list and how many are in each now.
func (a *Area) Counts(w http.ResponseWriter, r *http.Request) error {
	l, err := a.rows(r, true)
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "segments/list", "rows", l)
}
