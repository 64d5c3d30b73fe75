package explore

import (
	"cmp"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// explanation leads to the page of a metric that an answer rests on.
type explanation struct{ Label, Href string }

// answer is what was found, as people read it.
type answer struct {
	ID      string
	Metrics []explanation
	Wrong   string // why it can't be answered as asked; English
	Needs   bool   // something is still to be chosen
	Value   string
	Sure    string
	N       int64
	Href    string
	Funnels []bars
	Chart   *ui.Chart
	Grid    *grid
	Months  int    // that the value looks ahead
	Columns string // what the numbered columns count: day, week, month
}

// bars are the steps of a funnel, of one part of a breakdown.
type bars struct {
	Name  string
	Steps []step
}

type step struct {
	Name, Share, From, Took string
	Reached                 int64
	Later                   bool    // a step comes before it
	Width                   float64 // of 100
}

// grid is a table whose cells may be shaded; Shaded says they are.
type grid struct {
	Heads  []head
	Rows   []line
	Shaded bool
}

type head struct{ Key, Text, Href string } // Key names a word of the languages, Text is shown as it is

type line struct {
	Name, Key, Href string // Key names a word, when the name is ours
	Cells           []cell
}

type cell struct {
	Text, Note string
	Heat       int // 0 to 5
}

// rows is a table of an answer's or a group's detail.
func rows(detail map[string]any, name string) []metric.Row {
	all, _ := detail[name].([]metric.Row)
	return all
}

func text(row metric.Row, column string) string { s, _ := row[column].(string); return s }

// float is a number of a table; false for null.
func float(row metric.Row, column string) (float64, bool) {
	switch v := row[column].(type) {
	case int64:
		return float64(v), true
	case *metric.Figure:
		if v != nil {
			return v.Float, true
		}
	}
	return 0, false
}

func (s *asking) figures(unit metric.Unit, currency string) reading.Figures {
	return reading.Figures{Lang: ui.Lang(s.r), Unit: unit, Currency: currency}
}

// shown is a table's number in its unit, "–" when it is not known.
func (s *asking) shown(row metric.Row, column string, unit metric.Unit, currency string) string {
	if v, ok := float(row, column); ok {
		return s.figures(unit, currency).Whole(v)
	}
	return "–"
}

// headline fills in the metric's own value.
func (s *asking) headline(out *answer, a *metric.Answer) {
	f := s.figures(a.Unit, a.Currency)
	out.Value, out.Sure, out.N = f.Of(a.Value), f.Interval(a.Interval), a.N
	out.Href = "/metrics/" + a.Metric + "?" + url.Values{"from": {s.from}, "segment": {s.segment}}.Encode()
}

func funnel(s *asking) (*answer, error) {
	names := lines([]string{s.values["steps"]})
	if len(names) < 2 {
		return &answer{Needs: true}, nil
	}
	a, err := s.ask("funnel", func(q *metric.Ask) {
		q.Set = map[string]string{"funnel_steps": namesOf(names), "funnel_window_days": s.values["window"]}
		q.Variant, q.By = s.values["who"], s.values["by"]
	})
	if err != nil {
		return nil, err
	}
	out := &answer{Funnels: []bars{{Steps: s.steps(rows(a.Detail, "steps"))}}}
	s.headline(out, a)
	for _, g := range a.Groups {
		out.Funnels = append(out.Funnels, bars{s.keyed(g.Key), s.steps(rows(g.Detail, "steps"))})
	}
	return out, nil
}

func (s *asking) keyed(key *string) string {
	if key == nil || *key == "" {
		return i18n.T(ui.Lang(s.r), "explore.unknown")
	}
	return *key
}

func (s *asking) steps(table []metric.Row) (all []step) {
	for _, row := range table {
		reached, _ := float(row, "reached")
		width, _ := float(row, "share")
		one := step{Later: len(all) > 0, Name: text(row, "step"), Reached: int64(reached), Width: math.Round(width*10) / 10, Share: s.shown(row, "share", metric.Percent, ""), From: s.shown(row, "from_previous", metric.Percent, "")}
		if took, ok := float(row, "median_seconds"); ok && len(all) > 0 {
			one.Took = ui.Span(ui.Lang(s.r), time.Duration(took)*time.Second)
		}
		all = append(all, one)
	}
	return all
}

func retention(s *asking) (*answer, error) {
	a, err := s.ask("retention_cohorts", func(q *metric.Ask) {
		q.Set = map[string]string{"cohort_grain": s.values["grain"]}
		if s.values["count"] != "" {
			q.Set["retention_count"] = s.values["count"]
		}
	})
	if err != nil {
		return nil, err
	}
	out := &answer{Grid: s.triangle(rows(a.Detail, "cohorts"), s.values["grain"], "share", metric.Percent, ""), Columns: s.values["grain"]}
	s.headline(out, a)
	return out, nil
}

func revenue(s *asking) (*answer, error) {
	a, err := s.ask("revenue_cohorts", nil)
	if err != nil {
		return nil, err
	}
	column, unit := s.values["shown"], metric.Percent
	if column == "value" {
		unit = metric.Money
	}
	out := &answer{Grid: s.triangle(rows(a.Detail, "cohorts"), "month", column, unit, a.Currency), Columns: "month"}
	s.headline(out, a)
	return out, nil
}

// triangle lays cohorts out by how long after their beginning, the shares shaded.
func (s *asking) triangle(table []metric.Row, grain, column string, unit metric.Unit, currency string) *grid {
	g := &grid{Shaded: true, Heads: []head{{Key: "explore.cohort"}, {Key: "explore.size"}}}
	at, last := map[string]int{}, -1
	for _, row := range table {
		name := text(row, "cohort")
		nth, _ := float(row, "nth")
		i, known := at[name]
		if !known {
			i = len(g.Rows)
			at[name] = i
			label := name
			if day, err := time.Parse(time.DateOnly, name); err == nil {
				if label = i18n.Date(ui.Lang(s.r), day); grain == "month" {
					label = i18n.Month(ui.Lang(s.r), day)
				}
			}
			g.Rows = append(g.Rows, line{Name: label, Cells: []cell{{Text: s.shown(row, "size", metric.Count, "")}}})
		}
		for len(g.Rows[i].Cells) < int(nth)+1 {
			g.Rows[i].Cells = append(g.Rows[i].Cells, cell{})
		}
		c := cell{Text: s.shown(row, column, unit, currency)}
		share, _ := float(row, "share")
		if column == "paying_share" {
			share, _ = float(row, column)
		}
		if c.Heat = heat(share); row["partial"] == true {
			c.Note = i18n.T(ui.Lang(s.r), "explore.partial")
		}
		g.Rows[i].Cells = append(g.Rows[i].Cells, c)
		last = max(last, int(nth))
	}
	for n := 0; n <= last; n++ {
		g.Heads = append(g.Heads, head{Text: strconv.Itoa(n)})
	}
	for i := range g.Rows {
		for len(g.Rows[i].Cells) < last+2 {
			g.Rows[i].Cells = append(g.Rows[i].Cells, cell{})
		}
	}
	return g
}

// heat is how dark a share is shaded.
func heat(share float64) int {
	switch {
	case share <= 0:
		return 0
	case share >= 80:
		return 5
	}
	return 1 + int(share/20)
}

// months at which survival is compared.
var months = []int64{1, 3, 6, 12, 24, 36}

func survival(s *asking) (*answer, error) {
	a, err := s.ask("survival", func(q *metric.Ask) { q.By = s.values["by"] })
	if err != nil {
		return nil, err
	}
	lang := ui.Lang(s.r)
	out := &answer{Grid: &grid{Shaded: true, Heads: []head{{Key: "explore.group"}, {Key: "explore.customers"}}}}
	s.headline(out, a)
	for _, p := range a.Policies {
		if p.ID == "survival_months" {
			out.Months, _ = strconv.Atoi(p.Value)
		}
	}
	for _, m := range months {
		out.Grid.Heads = append(out.Grid.Heads, head{Text: i18n.T(lang, "span.months", "n", int(m))})
	}
	curve := func(name, key string, n int64, table []metric.Row) {
		l := line{Name: name, Key: key, Cells: []cell{{Text: i18n.Integer(lang, n)}}}
		for _, m := range months {
			c := cell{Text: "–"}
			for _, row := range table {
				if at, _ := float(row, "month"); int64(at) == m {
					share, _ := float(row, "share")
					c.Text, c.Heat = s.shown(row, "share", metric.Percent, ""), heat(share)
					if low, ok := float(row, "low"); ok {
						high, _ := float(row, "high")
						c.Note = i18n.Number(lang, low, 0) + "–" + i18n.Number(lang, high, 0)
					}
				}
			}
			l.Cells = append(l.Cells, c)
		}
		out.Grid.Rows = append(out.Grid.Rows, l)
	}
	var samples []ui.Sample
	for _, row := range rows(a.Detail, "curve") {
		month, _ := float(row, "month")
		one := ui.Sample{Label: strconv.Itoa(int(month)), Title: i18n.T(lang, "span.months", "n", int(month)) + ": " + s.shown(row, "share", metric.Percent, "")}
		for column, into := range map[string]**float64{"share": &one.Value, "low": &one.Low, "high": &one.High} {
			if v, ok := float(row, column); ok {
				*into = &v
			}
		}
		samples = append(samples, one)
	}
	if len(samples) < 2 { // a curve of one point says nothing
		samples = nil
	}
	out.Chart = ui.NewChart(a.Label, samples, s.figures(metric.Percent, "").Axis, "")
	curve("", "explore.everyone", a.N, rows(a.Detail, "curve"))
	for _, g := range a.Groups {
		curve(s.keyed(g.Key), "", g.N, rows(g.Detail, "curve"))
	}
	return out, nil
}

// widest is how many columns a matrix has, longest how many rows.
const (
	widest  = 8
	longest = 40
)

func features(s *asking) (*answer, error) {
	trait := s.values["rows"]
	all, err := s.ask("feature_usage", nil)
	if err != nil {
		return nil, err
	}
	parts, err := s.ask("mau", func(q *metric.Ask) { q.By = trait })
	if err != nil {
		return nil, err
	}
	g := &grid{Shaded: true, Heads: []head{{Key: "explore.feature"}, {Key: "explore.everyone"}}}
	shares := []map[string]*metric.Figure{sharesOf(all)}
	for _, part := range parts.Groups {
		if part.Key == nil || len(shares) > widest {
			continue
		}
		only := account.Segment{Op: "=", About: account.Trait, Name: trait, Values: []string{*part.Key}}.String()
		one, err := s.ask("feature_usage", func(q *metric.Ask) {
			if q.Segment = only; s.segment != "" {
				q.Segment = only + " and (" + s.segment + ")"
			}
		})
		if err != nil {
			return nil, err
		}
		h := head{Text: *part.Key}
		if trait == "account_id" {
			h.Href = ui.AccountPath(*part.Key)
		}
		g.Heads, shares = append(g.Heads, h), append(shares, sharesOf(one))
	}
	f := s.figures(metric.Percent, "")
	for _, feature := range all.Groups[:min(len(all.Groups), longest)] {
		if feature.Key == nil {
			continue
		}
		l := line{Name: *feature.Key}
		for _, share := range shares {
			c := cell{Text: "–"}
			if v := share[*feature.Key]; v != nil {
				c.Text, c.Heat = f.Of(v), heat(v.Float)
			}
			l.Cells = append(l.Cells, c)
		}
		g.Rows = append(g.Rows, l)
	}
	return &answer{Grid: g}, nil
}

func sharesOf(a *metric.Answer) map[string]*metric.Figure {
	all := map[string]*metric.Figure{}
	for _, g := range a.Groups {
		if g.Key != nil {
			all[*g.Key] = g.Value
		}
	}
	return all
}

func paths(s *asking) (*answer, error) {
	start := lines([]string{s.values["start"]})
	if len(start) == 0 {
		return &answer{Needs: true}, nil
	}
	a, err := s.ask("paths", func(q *metric.Ask) {
		q.Set = map[string]string{"path_direction": s.values["direction"], "path_of": s.values["of"], "path_start": namesOf(start)}
	})
	if err != nil {
		return nil, err
	}
	out := &answer{Grid: &grid{Heads: []head{{Key: "explore.path_step"}, {Key: "explore.then"}, {Key: "explore.paths"}, {Key: "explore.people"}, {Key: "explore.share"}}}}
	s.headline(out, a)
	for _, row := range rows(a.Detail, "edges") {
		depth, _ := float(row, "depth")
		share, _ := float(row, "share")
		source := cmp.Or(text(row, "source"), i18n.T(ui.Lang(s.r), "explore.begin"))
		out.Grid.Rows = append(out.Grid.Rows, line{Name: strconv.Itoa(int(depth)) + ". " + source, Cells: []cell{{Text: cmp.Or(text(row, "target"), i18n.T(ui.Lang(s.r), "explore.end"))},
			{Text: s.shown(row, "paths", metric.Count, "")}, {Text: s.shown(row, "people", metric.Count, "")}, {Text: s.shown(row, "share", metric.Percent, ""), Heat: heat(share)}}})
	}
	return out, nil
}

func webPages(s *asking) (*answer, error) {
	out := &answer{Grid: &grid{Heads: []head{{Key: "explore.path"}}}}
	byPath := map[string][]cell{}
	var order []string
	column := 0
	for _, id := range s.metrics {
		if id == "bounce_rate" { // of visits, so of no single page
			continue
		}
		a, err := s.ask(id, func(q *metric.Ask) { q.By, q.OnlyFigures = "path", true })
		if err != nil {
			return nil, err
		}
		out.Grid.Heads = append(out.Grid.Heads, head{Text: a.Label, Href: "/metrics/" + id + "?by=path"})
		f := s.figures(a.Unit, a.Currency)
		for _, g := range a.Groups {
			if g.Key == nil {
				continue
			}
			if _, known := byPath[*g.Key]; !known && column == 0 && len(order) < longest {
				order = append(order, *g.Key)
				byPath[*g.Key] = make([]cell, len(s.metrics)-1)
			}
			if cells := byPath[*g.Key]; cells != nil {
				cells[column].Text, cells[column].Note = f.Of(g.Value), f.Interval(g.Interval)
			}
		}
		column++
	}
	bounce, err := s.ask("bounce_rate", nil)
	if err != nil {
		return nil, err
	}
	s.headline(out, bounce)
	for _, path := range order {
		l := line{Name: path, Cells: byPath[path]}
		for i := range l.Cells {
			l.Cells[i].Text = cmp.Or(strings.TrimSpace(l.Cells[i].Text), "–")
		}
		out.Grid.Rows = append(out.Grid.Rows, l)
	}
	return out, nil
}
