package web

import (
	"context"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// boards are the company's dashboards and targets, away when the rest is.
type boards struct{ *company }

func (b boards) Dashboards(ctx context.Context) ([]board.Dashboard, error) {
	if b.down != nil {
		return nil, b.down
	}
	return b.people.Dashboards(ctx)
}

func (b boards) Dashboard(ctx context.Context, id string) (board.Dashboard, error) {
	return b.people.Dashboard(ctx, id)
}

func (b boards) DashboardAdd(ctx context.Context, d board.Dashboard, now time.Time) (board.Dashboard, error) {
	return b.people.DashboardAdd(ctx, d, now)
}

func (b boards) DashboardChange(ctx context.Context, id string, version int64, now time.Time, change func(*board.Dashboard) error) (board.Dashboard, error) {
	return b.people.DashboardChange(ctx, id, version, now, change)
}

func (b boards) DashboardRemove(ctx context.Context, id string, now time.Time) error {
	return b.people.DashboardRemove(ctx, id, now)
}

func (b boards) DashboardUndo(ctx context.Context, id string, now time.Time) (board.Dashboard, error) {
	return b.people.DashboardUndo(ctx, id, now)
}

func (b boards) Targets(ctx context.Context) (board.Targets, error) { return b.people.Targets(ctx) }

func (b boards) TargetPut(ctx context.Context, t board.Target, now time.Time) (board.Target, error) {
	return b.people.TargetPut(ctx, t, now)
}

func (b boards) TargetRemove(ctx context.Context, id string) (board.Target, error) {
	return b.people.TargetRemove(ctx, id)
}

func (c *company) Policies(context.Context) (metric.Conventions, error) { return c.kept, c.down }

func (c *company) PoliciesChange(_ context.Context, change func(metric.Conventions) error) error {
	if c.kept == nil {
		c.kept = metric.Conventions{}
	}
	return change(c.kept)
}

func (c *company) EventNames(context.Context) ([]string, error) { return c.groups, c.down }

// known is a definition with the question's own mistakes refused.
func (c *company) known(ask metric.Ask) (*metric.Definition, error) {
	d, ok := catalog.Get(ask.Metric)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no metric %q", ask.Metric)
	}
	if ask.To == "<script>" {
		return nil, fault.New(fault.Invalid, "the question about %s can't be answered as it is", ask.Metric).Field("to", "is no date")
	}
	if ask.Segment == "broken" {
		return nil, fault.New(fault.Invalid, "the question about %s can't be answered as it is", ask.Metric).Field("segment", "the segment ends where %s was expected", c.name("broken"))
	}
	return d, c.down
}

func (c *company) Explain(_ context.Context, o metric.Opening) (*metric.Explanation, error) {
	d, err := c.known(o.Ask)
	if err != nil {
		return nil, err
	}
	x := &metric.Explanation{Metric: d.ID, Unit: d.Unit, From: noon.AddDate(0, 0, -30), To: noon, By: o.By, Group: o.Group, Key: []string{"account"}}
	if c.values == 0 {
		return x, nil
	}
	x.Observed = []metric.ObservedShown{{Name: "score", Label: c.groups[0], Unit: metric.Score}}
	x.Value, x.N, x.Counted = figure(41.27), 412, metric.Sums{Rows: 412, Numerator: figure(17.5), Denominator: figure(42)}
	x.Excluded = []metric.Exclusion{{Reason: "outside", Label: c.groups[0], N: 7}}
	last := noon.Add(-time.Hour)
	x.Freshness = []metric.Freshness{{Kind: "answers", Last: &last, LastReceived: &last}, {Kind: "tickets"}}
	for i := range 12 {
		key := c.groups[i%3]
		x.Rows = append(x.Rows, metric.Evidence{Key: map[string]any{"account": key}, Numerator: figure(float64(i)), Denominator: figure(1), MoreFacts: int64(i), Observed: map[string]any{"score": figure(4)},
			Facts: []metric.FactShown{{Kind: "answers", ID: key, At: noon.Add(-time.Duration(i) * time.Hour), Received: noon, Columns: map[string]any{"touchpoint": key, "score": int64(i), "properties": map[string]any{"a": 1}}}}})
	}
	x.Next = "MjU"
	return x, nil
}

func (c *company) Why(_ context.Context, q metric.Comparison) (*metric.Movement, error) {
	d, err := c.known(q.Ask)
	if err != nil {
		return nil, err
	}
	if d.Estimator != "" {
		return nil, fault.New(fault.Invalid, "its change has no parts that add up")
	}
	m := &metric.Movement{Metric: d.ID, Unit: d.Unit, Better: d.Better, By: q.By, Before: metric.Side{From: noon.AddDate(0, 0, -60), To: noon.AddDate(0, 0, -30)}, After: metric.Side{From: noon.AddDate(0, 0, -30), To: noon}}
	if c.values == 0 {
		return m, nil
	}
	real := true
	m.Before.Value, m.After.Value, m.Change, m.Real, m.Rest, m.Overlap = figure(30), figure(39), figure(9), &real, figure(0), figure(0.5)
	for i := range 20 {
		key, by := fmt.Sprintf("%s %d", c.groups[i%3], i), 4*math.Cos(float64(i))
		m.Parts = append(m.Parts, metric.Mover{Key: &key, Before: figure(20), After: figure(20 + by), Contribution: figure(by), Rate: figure(by - 1), Mix: figure(1)})
	}
	m.Parts[3].Key = nil
	return m, nil
}

func (c *company) Restate(_ context.Context, q metric.Restating) (*metric.Restatement, error) {
	d, err := c.known(q.Ask)
	if err != nil {
		return nil, err
	}
	r := &metric.Restatement{Metric: d.ID, Unit: d.Unit, Since: noon.AddDate(0, 0, -7)}
	if q.Since == "soon" {
		return nil, fault.New(fault.Invalid, "it must be known since when")
	}
	if c.values > 0 {
		r.Points = []metric.RestatedPoint{{From: noon.AddDate(0, -2, 0), To: noon.AddDate(0, -1, 0), Was: figure(31), Is: figure(28.5), Change: figure(-2.5)}}
		r.Late = []metric.LateFacts{{Kind: "answers", N: 4}}
	}
	return r, nil
}

func (c *company) Bridge(_ context.Context, q metric.Bridging) (*metric.Bridge, error) {
	d, err := c.known(q.Ask)
	if err != nil {
		return nil, err
	}
	b := &metric.Bridge{Metric: d.ID, Label: i18n.Text(d.Label).In(q.Ask.Lang), Unit: d.Unit, Start: q.Start, End: q.End}
	if c.values > 0 {
		b.From, b.To, b.Change = figure(100), figure(88), figure(-12)
		b.Steps = []metric.Step{{Policy: "active_events", Label: c.groups[0], Was: "", Is: c.groups[1], Value: figure(80), Change: figure(-20), Others: figure(-3),
			Accounts: []metric.Item{{Account: &c.groups[2], Was: figure(20), Is: figure(3), Change: figure(-17)}, {Was: figure(1), Is: figure(1)}}}, {Policy: "business_hours", Label: "x", Was: "Mon 09:00-18:00", Value: figure(88), Change: figure(8)}}
	}
	return b, nil
}

func (c *company) Guide(_ context.Context, words string, lang i18n.Lang) ([]metric.Advice, error) {
	if words == "nonsense" {
		return nil, c.down
	}
	name := "loyal"
	if len(c.groups) > 0 {
		name = c.groups[0]
	}
	return []metric.Advice{{ID: "loyal", Goal: name, About: name, Metrics: []metric.AdvisedMetric{{ID: "nps", Label: name, Why: name,
		Has: []metric.DataHere{{Kind: "answers", Label: name, Last: noon}}, Needs: []metric.DataMissing{{Kind: "tickets", Label: name}}}}}}, c.down
}

func (c *company) AnswerCSV(w io.Writer, a *metric.Answer) error        { return line(w, a.Metric) }
func (c *company) EvidenceCSV(w io.Writer, x *metric.Explanation) error { return line(w, x.Metric) }
func (c *company) MovementCSV(w io.Writer, m *metric.Movement) error    { return line(w, m.Metric) }

// dashboard keeps a dashboard and a target under the company's own names, and gives the dashboard's id.
func (c *company) dashboard(t *testing.T) string {
	t.Helper()
	c.open(t)
	name := "Monday"
	if len(c.groups) > 0 {
		name = c.groups[0]
	}
	d, err := c.people.DashboardAdd(t.Context(), board.Dashboard{Name: name, By: name, Tiles: []board.Tile{{Metric: "nps", Title: name, Question: board.Question{Period: "90d", By: "plan", Segment: name}},
		{Metric: "mrr"}, {Metric: "csat", Wide: true, Question: board.Question{Grain: "week"}}, {Metric: "gone"}, {Metric: "nps", Question: board.Question{Segment: "broken"}}}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.people.TargetPut(t.Context(), board.Target{Metric: "nps", Value: 45, From: "2026-03-01", By: name}, noon); err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// beside puts a table of every kind beside an answer, with the company's own names in them.
func (c *company) beside(a *metric.Answer) {
	if c.values == 0 {
		return
	}
	name := c.groups[0]
	a.Detail["steps"] = []metric.Row{{"n": int64(1), "step": name, "reached": int64(900), "median_seconds": nil}, {"n": int64(2), "step": c.groups[1], "reached": int64(400), "median_seconds": figure(7300)}}
	a.Detail["tasks"] = []metric.Row{{"n": int64(1), "task": name, "started": int64(50), "so_far": int64(40)}, {"n": int64(2), "task": "x", "started": int64(50), "so_far": int64(10)}}
	var cohorts []metric.Row
	for i := range 14 {
		for nth := range 14 - i {
			cohorts = append(cohorts, metric.Row{"cohort": fmt.Sprintf("2026-%02d-01", i%12+1), "nth": int64(nth), "size": int64(300 - i), "share": figure(100 / float64(nth+1)), "is_over": nth < 13-i})
		}
	}
	a.Detail["cohorts"] = cohorts
	a.Detail["distribution"] = map[string]int64{"10": 7, "9": 12, "0": 3, name: 1}
	a.Detail["weightings"] = []metric.Row{{"variant": "standard", "label": name, "value": figure(31), "n": int64(412), "low": figure(20), "high": figure(40)}, {"variant": "x", "label": "x", "value": nil, "n": int64(0), "low": nil, "high": nil}}
	a.Detail["curve"] = []metric.Row{{"month": figure(0), "at_risk": figure(9), "share": figure(100), "low": figure(100), "high": figure(100)}, {"month": figure(3), "at_risk": figure(7), "share": figure(70), "low": figure(60), "high": figure(80)}, {"month": figure(9), "at_risk": figure(4), "share": figure(40), "low": figure(30), "high": figure(50)}}
	var campaigns []metric.Row
	for i := range 60 {
		campaigns = append(campaigns, metric.Row{"campaign": c.groups[i%3], "cost": figure(1234.5 * float64(i)), "leads": int64(i), "paid": i%2 == 0, "since": "2026-03-01"})
	}
	a.Detail["campaigns"] = campaigns
	a.Detail["quartile_1"] = figure(3.5)
}

func line(w io.Writer, text string) error {
	_, err := fmt.Fprintln(w, text)
	return err
}
