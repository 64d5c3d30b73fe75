package metrics

import (
	"math"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

type group struct {
	Label, Value, Interval, Href string
	N                            int64
	Small                        bool
	Width                        float64 // of its bar, 0 to 120
}

// multiple is the series of one group, on the same scale as the others.
type multiple struct {
	Label, Value string
	Plot         *ui.Plot
}

// groupsShown is how many groups are listed, multiplesShown how many are drawn.
const (
	groupsShown    = 20
	multiplesShown = 8
)

func (s *shown) groups(d metric.Described, q board.Question, period, line *metric.Answer, f reading.Figures, names reading.Groups) {
	if period.By == "" {
		return
	}
	s.By, s.Others = period.By, period.OtherGroups
	listed := period.Groups
	if len(listed) > groupsShown {
		s.Others += len(listed) - groupsShown
		listed = listed[:groupsShown]
	}
	top := 0.0
	for _, g := range listed {
		if g.Value != nil {
			top = max(top, math.Abs(g.Value.Float))
		}
	}
	for _, g := range listed {
		row := group{Label: names.Label(g.Key), N: g.N, Small: g.SmallSample, Value: f.Of(g.Value), Interval: f.Interval(g.Interval), Href: groupFacts(d, q, period.By, g.Key)}
		if g.Value != nil && top > 0 {
			row.Width = 120 * math.Abs(g.Value.Float) / top
		}
		s.Groups = append(s.Groups, row)
	}
	s.multiples(listed, line, f, names)
}

// multiples draws the series of the first groups beside each other.
func (s *shown) multiples(listed []metric.Group, line *metric.Answer, f reading.Figures, names reading.Groups) {
	var all [][]ui.Sample
	var of []metric.Group
	for _, g := range listed[:min(len(listed), multiplesShown)] {
		for _, same := range line.Groups {
			if !sameKey(g.Key, same.Key) || len(same.Points) < 2 {
				continue
			}
			var samples []ui.Sample
			for _, p := range same.Points {
				one := ui.Sample{Partial: p.Partial}
				if p.Value != nil {
					one.Value = &p.Value.Float
				}
				samples = append(samples, one)
			}
			all, of = append(all, samples), append(of, g)
		}
	}
	low, high := ui.Limits(all...)
	for i, samples := range all {
		label := names.Label(of[i].Key)
		if plot := ui.NewMini(label, samples, low, high); plot != nil {
			s.Multiples = append(s.Multiples, multiple{Label: label, Value: f.Of(of[i].Value), Plot: plot})
		}
	}
	if len(s.Multiples) < 2 {
		s.Multiples = nil // nothing to compare
	}
}

func sameKey(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// groupFacts is the address of the facts behind a group.
func groupFacts(d metric.Described, q board.Question, by string, key *string) string {
	q.By, q.Grain = by, ""
	if key == nil {
		return reading.Link("/metrics/"+d.ID+"/facts", q, "group_unknown", "1")
	}
	return reading.Link("/metrics/"+d.ID+"/facts", q, "group", *key)
}
