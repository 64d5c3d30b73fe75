package metrics

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// shown is an answer as its page shows it.
type shown struct {
	Reading   *reading.Reading
	Judged    string
	Currency  string
	From, To  time.Time // the last day, not the one after
	AsOf      *time.Time
	Formula   string
	Better    string
	Chart     *ui.Chart
	Trend     bool // the chart shows twelve months, not the period
	Points    []point
	Parts     []part
	Blocks    []block
	Bands     []band
	By        string
	Groups    []group
	Others    int
	Multiples []multiple
	Policies  []inForce
	Target    *goal
	Goals     []goal
	Unit      string
	Facts     string // addresses
	Why       string
	Restated  string
	Money     bool
	Variant   string
	Segment   string
}

type point struct {
	Label, Value, Interval, Before, Target, Href string
	N                                            int64
	Partial                                      bool
}

type part struct{ Name, Value string }

type band struct {
	Label, Range, Source string
	Current              bool
}

type inForce struct {
	ID, Label, Value string
	Usual            bool
}

// shown answers the question of a page: the period's value, the series, and the series before it.
func (a *Area) shown(ctx context.Context, d metric.Described, q board.Question, lang i18n.Lang) (*shown, error) {
	now := a.now()
	ask := reading.Ask(d.ID, q, lang, now)
	series := reading.Series(d.ID, q, lang, now)
	var period, line, before *metric.Answer
	var targets board.Targets
	tasks := []func() error{
		func() (err error) { period, err = a.answer(ctx, ask); return err },
		func() (err error) { line, err = a.answer(ctx, series); return err },
		func() (err error) { targets, err = a.Boards.Targets(ctx); return err },
	}
	if earlier, ok := reading.Earlier(series, now); ok {
		tasks = append(tasks, func() (err error) { before, err = a.answer(ctx, earlier); return err })
	}
	if err := reading.Together(len(tasks), tasks...); err != nil {
		return nil, err
	}
	f := reading.Figures{Lang: lang, Unit: period.Unit, Currency: period.Currency}
	s := &shown{Reading: reading.Of(period, lang), Currency: period.Currency, From: period.From, To: period.To.Add(-time.Second), AsOf: period.AsOf,
		Formula: period.Definition.Formula, Better: period.Better, Trend: q.Grain == "", Money: period.Unit == metric.Money,
		Variant: variant(d, period.Variant), Segment: q.Segment}
	s.Judged = s.Reading.Judged(lang)
	own := targets.For(d.ID, s.Variant, q.Segment, period.Currency)
	s.line(d, q, line, before, own, f, a.Pages.Zone)
	s.goals(own, period, line, f, now)
	s.detail(d, period, lang)
	for _, b := range period.Bands {
		s.Bands = append(s.Bands, band{Label: ui.Named(lang, "band", strings.TrimSpace(b.Label)), Range: f.Between(b.From, b.To), Source: ui.Named(lang, "source", b.Source), Current: b.Current})
	}
	s.groups(d, q, period, line, f, reading.GroupsOf(ctx, lang, period.By, a.Called))
	for _, p := range period.Policies {
		s.Policies = append(s.Policies, inForce{p.ID, p.Label, policyValue(p, lang), p.Default})
	}
	path := "/metrics/" + d.ID
	s.Facts = reading.Link(path+"/facts", q)
	for i := range s.Blocks {
		s.Blocks[i].Facts = s.Facts
	}
	s.Restated = reading.Link(path+"/restated", q)
	why := q
	if why.By == "" && period.By != "" {
		why.By = period.By
	}
	s.Why = reading.Link(path+"/why", why)
	return s, nil
}

// line lays out the series with what it is compared with.
func (s *shown) line(d metric.Described, q board.Question, line, before *metric.Answer, own board.Targets, f reading.Figures, zone *time.Location) {
	grain := metric.Grain(q.Grain)
	if grain == "" {
		grain = metric.Month
	}
	pieces, goal := reading.Pieces(line, before, own, f, grain, zone)
	var samples []ui.Sample
	for i, p := range pieces {
		one := line.Points[i]
		p.Sample.Href = pointFacts(d, q, one)
		samples = append(samples, p.Sample)
		s.Points = append(s.Points, point{Label: p.Label, Value: p.Value, Interval: p.Interval, Before: p.Before, Target: p.Target, Href: p.Sample.Href, N: one.N, Partial: one.Partial})
	}
	s.Chart = ui.NewChart(i18n.T(f.Lang, "metrics.chart_of", "name", line.Label), samples, f.Axis, goal, marks(line.Bands, f.Lang)...)
	slices.Reverse(s.Points)
}

// marks are where bands begin, each place once.
func marks(bands []metric.BandShown, lang i18n.Lang) []ui.Mark {
	var all []ui.Mark
	seen := map[float64]bool{}
	for _, b := range bands {
		if b.From == nil || seen[*b.From] {
			continue
		}
		seen[*b.From] = true
		all = append(all, ui.Mark{At: *b.From, Label: ui.Named(lang, "band", strings.TrimSpace(b.Label))})
	}
	return all
}

// pointFacts is the address of the facts behind a point.
func pointFacts(d metric.Described, q board.Question, p metric.Point) string {
	q.Period, q.Grain, q.By = "", "", ""
	q.From, q.To = p.From.Format(time.RFC3339), p.To.Format(time.RFC3339)
	return reading.Link("/metrics/"+d.ID+"/facts", q)
}

// policyValue writes how a policy stands; choices by their names.
func policyValue(p metric.PolicyShown, lang i18n.Lang) string {
	known, ok := metric.PolicyNamed(p.ID)
	if !ok {
		return p.Value
	}
	for _, c := range known.Choices {
		if c.ID == p.Value {
			return i18n.Text(c.Label).In(lang)
		}
	}
	switch {
	case known.Kind == metric.IntegerPolicy && known.Unit != "":
		if v, ok := atoi(p.Value); ok {
			return reading.Figures{Lang: lang, Unit: known.Unit}.Whole(v)
		}
	case p.Value == "" && known.Kind == metric.NamesPolicy && known.Empty != "":
		return i18n.T(lang, "policies.empty."+known.Empty)
	case p.Value == "":
		return i18n.T(lang, "policies.empty.none")
	}
	return p.Value
}
