package segments

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type compared struct {
	A, B     string // ids; empty is everyone
	NameA    string
	NameB    string
	CountA   int64
	CountB   int64
	Both     int64
	Family   string
	Families []string
	Days     int
	Periods  []int
	Saved    []account.SavedSegment
	Ready    bool // two segments are chosen
	Part     string
	Rows     []versus
}

// versus is a metric over both segments as people read it.
type versus struct {
	metric.Described
	Href, HrefA, HrefB             string
	A, B, SureA, SureB, Difference string
	NA, NB                         int64
	Verdict, Mood                  string // real, noise or untold; good, poor or ""
	None                           bool
}

// patience is how long one metric is waited for.
const patience = 10 * time.Second

func (a *Area) compared(r *http.Request) (*compared, error) {
	ctx, lang, q := r.Context(), ui.Lang(r), r.URL.Query()
	c := &compared{A: q.Get("a"), B: q.Get("b"), Family: q.Get("family"), Days: 30, Periods: []int{30, 90, 365}}
	if days, err := strconv.Atoi(q.Get("days")); err == nil && slices.Contains(c.Periods, days) {
		c.Days = days
	}
	for _, d := range a.Metrics.Describe(lang) {
		if !slices.Contains(c.Families, d.Family) {
			c.Families = append(c.Families, d.Family)
		}
	}
	if !slices.Contains(c.Families, c.Family) && len(c.Families) > 0 {
		c.Family = c.Families[0]
	}
	all, err := a.Segments.Segments(ctx)
	if err != nil {
		return nil, err
	}
	c.Saved = all
	if !q.Has("b") && c.A == "" {
		return c, nil
	}
	c.Ready = c.A != c.B
	for _, side := range []struct {
		id    *string
		name  *string
		count *int64
	}{{&c.A, &c.NameA, &c.CountA}, {&c.B, &c.NameB, &c.CountB}} {
		if *side.id == "" {
			continue
		}
		s, err := a.Segments.Segment(ctx, *side.id)
		if err != nil {
			return nil, err
		}
		*side.id, *side.name = s.ID, s.Name
	}
	keep := url.Values{"a": {c.A}, "b": {c.B}, "family": {c.Family}, "days": {strconv.Itoa(c.Days)}}
	c.Part = address("/segments/compare/values", keep)
	return c, nil
}

// Compare shows which two segments are compared; the values come after the page.
func (a *Area) Compare(w http.ResponseWriter, r *http.Request) error {
	c, err := a.compared(r)
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "segments/compare", c)
}

// text is a saved segment as another names it.
func text(id string) string {
	if id == "" {
		return ""
	}
	return account.Segment{Op: "member", About: account.Member, Name: id}.String()
}

// Values answers with the metrics of a family over both segments.
func (a *Area) Values(w http.ResponseWriter, r *http.Request) error {
	c, err := a.compared(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	both := text(c.A)
	if both == "" {
		both = text(c.B)
	} else if c.B != "" {
		both += " and " + text(c.B)
	}
	for _, count := range []struct {
		text string
		into *int64
	}{{text(c.A), &c.CountA}, {text(c.B), &c.CountB}, {both, &c.Both}} {
		page, err := a.Segments.SegmentMembers(ctx, metric.SegmentAsk{Text: count.text, Limit: 1})
		if err != nil {
			return err
		}
		*count.into = page.Count
	}
	for _, d := range a.Metrics.Describe(ui.Lang(r)) {
		if d.Family != c.Family {
			continue
		}
		row, err := a.versus(ctx, r, c, d)
		if err != nil {
			return err
		}
		c.Rows = append(c.Rows, row)
	}
	return a.Pages.Part(w, r, "segments/compare", "values", c)
}

func (a *Area) versus(ctx context.Context, r *http.Request, c *compared, d metric.Described) (versus, error) {
	from := a.Pages.Now().In(a.Pages.Zone).AddDate(0, 0, 1-c.Days).Format(time.DateOnly)
	link := func(segment string) string {
		return address("/metrics/"+url.PathEscape(d.ID), url.Values{"segment": {segment}, "from": {from}})
	}
	row := versus{Described: d, Href: "/metrics/" + url.PathEscape(d.ID), HrefA: link(text(c.A)), HrefB: link(text(c.B)), Verdict: "untold"}
	asked, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := a.Segments.Versus(asked, metric.Ask{Metric: d.ID, From: from, Lang: ui.Lang(r)}, text(c.A), text(c.B))
	if err != nil {
		if ctx.Err() != nil || fault.KindOf(err) == fault.Unavailable {
			return row, err
		}
		a.Pages.Report(err)
		row.None = true
		return row, nil
	}
	f := reading.Figures{Lang: ui.Lang(r), Unit: v.Unit, Currency: v.Currency}
	row.A, row.B, row.SureA, row.SureB, row.NA, row.NB = f.Of(v.A.Value), f.Of(v.B.Value), f.Interval(v.A.Interval), f.Interval(v.B.Interval), v.A.N, v.B.N
	if v.Difference != nil {
		row.Difference = f.Signed(v.Difference.Float)
	}
	if v.Significant != nil {
		row.Verdict = map[bool]string{true: "real", false: "noise"}[*v.Significant]
		if *v.Significant && v.Better != "neither" && v.Difference != nil {
			row.Mood = map[bool]string{true: "good", false: "poor"}[(v.Difference.Float > 0) == (v.Better == "higher")]
		}
	}
	return row, nil
}
