package reading

import (
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Piece is a point of a series in words, beside the sample that is drawn.
type Piece struct {
	Label, Value, Interval, Before, Target string
	Sample                                 ui.Sample
}

// Pieces puts a series beside the one before it, which may be nil, and what it is to reach; goal names the latest target.
func Pieces(line, before *metric.Answer, targets board.Targets, f Figures, grain metric.Grain, zone *time.Location) (all []Piece, goal string) {
	for i, p := range line.Points {
		short, full := PointLabel(f.Lang, grain, p.From.In(zone))
		one := Piece{Label: full, Interval: f.Interval(p.Interval), Sample: ui.Sample{Label: short, Partial: p.Partial}}
		if p.Value != nil {
			one.Value, one.Sample.Value = f.Whole(p.Value.Float), &p.Value.Float
		}
		if l := p.Interval; l != nil && l.Low != nil && l.High != nil {
			one.Sample.Low, one.Sample.High = &l.Low.Float, &l.High.Float
		}
		if before != nil && i < len(before.Points) && before.Points[i].Value != nil {
			one.Before, one.Sample.Before = f.Whole(before.Points[i].Value.Float), &before.Points[i].Value.Float
		}
		if t := targets.On(p.To.Add(-time.Second).In(zone)); t != nil {
			planned := t.Value
			if start, ok := Start(line, t.From, zone); ok {
				planned = t.Planned(start, p.To, zone)
			}
			one.Target, one.Sample.Target = f.Whole(planned), &planned
			goal = i18n.T(f.Lang, "metrics.target_label", "value", f.Whole(t.Value))
		}
		one.Sample.Title = full + ": " + i18n.T(f.Lang, "metrics.none")
		if one.Value != "" {
			one.Sample.Title = full + ": " + one.Value
			if one.Interval != "" {
				one.Sample.Title += " (" + one.Interval + ")"
			}
			one.Sample.Title += " · " + i18n.T(f.Lang, "metrics.n", "n", p.N)
		}
		all = append(all, one)
	}
	return all, goal
}

// Start is where a series stood when something begins on a day: its last piece before it, else its first.
func Start(line *metric.Answer, day string, zone *time.Location) (start float64, found bool) {
	since, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return 0, false
	}
	for _, p := range line.Points {
		if p.Value != nil && (p.From.Before(since) || !found) {
			start, found = p.Value.Float, true
		}
	}
	return start, found
}

// Chart draws a series with what it is compared with; nil when there is nothing to draw.
func Chart(line, before *metric.Answer, targets board.Targets, f Figures, grain metric.Grain, zone *time.Location) (chart *ui.Chart, goal string) {
	pieces, goal := Pieces(line, before, targets, f, grain, zone)
	samples := make([]ui.Sample, len(pieces))
	for i, p := range pieces {
		samples[i] = p.Sample
	}
	return ui.NewChart(i18n.T(f.Lang, "metrics.chart_of", "name", line.Label), samples, f.Axis, goal), goal
}
