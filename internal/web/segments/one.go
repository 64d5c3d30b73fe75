package segments

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type one struct {
	account.SavedSegment
	Text, Path string
	UsedBy     []listed
	Count      int64
	Members    []member
	Top, More  string // addresses of the first page of members and of the next
	// Wrong says why nobody can be counted, as when it names a metric that is gone; English.
	Wrong    string
	Part     string // the address of the history, which comes after the page
	Spans    []span
	Chart    *ui.Chart
	Came     []piece
	Versions []version
}

// member is somebody in a segment, and why.
type member struct {
	ID, Title string
	Why       []why
}

type why struct {
	Leaf, Value, Segment string
	Holds                bool
}

func membersShown(all []metric.SegmentMember) []member {
	var shown []member
	for _, m := range all {
		one := member{ID: m.Account, Title: cmp.Or(m.Name, m.Account)}
		for _, reason := range m.Why {
			w := why{Leaf: reason.Leaf, Holds: reason.Holds, Segment: reason.Segment}
			if reason.Value != nil {
				w.Value = fmt.Sprint(reason.Value)
				if f, ok := reason.Value.(*metric.Figure); ok {
					w.Value = ""
					if f != nil {
						w.Value = strconv.FormatFloat(math.Round(f.Float*100)/100, 'f', -1, 64)
					}
				}
			}
			one.Why = append(one.Why, w)
		}
		shown = append(shown, one)
	}
	return shown
}

// span is how far back a history goes.
type span struct {
	ID, Href string
	Current  bool
}

// spans are the histories offered: how many of which grain.
var spans = []struct {
	id, grain string
	n         int
}{{"30d", "day", 30}, {"12w", "week", 12}, {"12m", "month", 12}, {"36m", "month", 36}}

type piece struct {
	Label                string
	Count, Entered, Left int64
	In, Out              []string // the first accounts that came and went
	Partial              bool
}

type version struct {
	account.SavedSegment
	Text   string
	Newest bool
}

const perPage = 25

// One shows a segment: who is in it and why, who came and went, and how it was changed.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	s, err := a.Segments.Segment(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	o := &one{SavedSegment: s, Text: s.Segment.String(), Path: path(s.ID)}
	all, err := a.Segments.Segments(ctx)
	if err != nil {
		return err
	}
	for _, user := range account.UsersOf(s.ID, all) {
		o.UsedBy = append(o.UsedBy, listed{SavedSegment: user, Path: path(user.ID)})
	}
	page, err := a.Segments.SegmentMembers(ctx, metric.SegmentAsk{Text: o.Text, After: q.Get("after"), Limit: perPage})
	switch {
	case fault.KindOf(err) == fault.Invalid: // of a metric or a segment that is gone: it can still be mended
		o.Wrong = reason(ui.Said(ui.Lang(r), err))
	case err != nil:
		return err
	default:
		o.Count, o.Members = page.Count, membersShown(page.Members)
		if q.Get("after") != "" {
			o.Top = o.Path
		}
		if page.Next != "" {
			next := url.Values{"after": {page.Next}}
			if q.Get("span") != "" {
				next.Set("span", q.Get("span"))
			}
			o.More = address(o.Path, next)
		}
		o.Part = address(o.Path+"/history", url.Values{"span": {q.Get("span")}})
	}
	versions, err := a.Segments.SegmentVersions(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		o.Versions = append(o.Versions, version{SavedSegment: v, Text: v.Segment.String(), Newest: v.Version == s.Version})
	}
	return a.Pages.Show(w, r, "segments/one", o)
}

// History answers with how many were in a segment, and who came and went.
func (a *Area) History(w http.ResponseWriter, r *http.Request) error {
	s, err := a.Segments.Segment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	o := &one{SavedSegment: s, Text: s.Segment.String(), Path: path(s.ID)}
	if err := a.history(r, o, ui.Lang(r)); err != nil {
		return err
	}
	return a.Pages.Part(w, r, "segments/one", "history", o)
}

func (a *Area) history(r *http.Request, o *one, lang i18n.Lang) error {
	at := 0
	for i, s := range spans {
		if s.id == r.URL.Query().Get("span") {
			at = i
		}
	}
	for i, s := range spans {
		o.Spans = append(o.Spans, span{s.id, address(o.Path, url.Values{"span": {s.id}}), i == at})
	}
	now := a.Pages.Now().In(a.Pages.Zone)
	from := now.AddDate(0, 0, 1-spans[at].n)
	switch spans[at].grain {
	case "week":
		from = now.AddDate(0, 0, -7*(spans[at].n-1))
	case "month":
		from = now.AddDate(0, 1-spans[at].n, 1-now.Day())
	}
	h, err := a.Segments.SegmentHistory(r.Context(), metric.SegmentAsk{Text: o.Text, From: from.Format("2006-01-02"), Grain: spans[at].grain})
	if err != nil {
		return err
	}
	samples := make([]ui.Sample, len(h.Points))
	for i, p := range h.Points {
		label := i18n.Date(lang, p.From.In(a.Pages.Zone))
		if spans[at].grain == "month" {
			label = i18n.Month(lang, p.From.In(a.Pages.Zone))
		}
		value := float64(p.Count)
		samples[i] = ui.Sample{Label: label, Title: label + ": " + i18n.T(lang, "segments.history_point", "count", p.Count, "in", p.Entered, "out", p.Left), Value: &value, Partial: p.Partial}
		if p.Entered+p.Left > 0 {
			o.Came = append([]piece{{label, p.Count, p.Entered, p.Left, p.EnteredAccounts, p.LeftAccounts, p.Partial}}, o.Came...)
		}
	}
	o.Chart = ui.NewChart(i18n.T(lang, "segments.history_of", "name", o.Name), samples, func(v float64, decimals int) string { return i18n.Number(lang, v, decimals) }, "")
	return nil
}

// Text of a version as a form has it.
func (v version) Number() string { return strconv.Itoa(v.Version) }
