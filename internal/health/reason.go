package health

import (
	"math"
	"sort"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Reason is one thing that makes a score what it is, in words.
type Reason struct {
	// Kind is cap, drag, lift, missing, by_hand or below.
	Kind    string  `json:"kind" enum:"cap,drag,lift,missing,by_hand,below"`
	Measure string  `json:"measure,omitempty"`
	Text    string  `json:"text"`
	Points  float64 `json:"points" doc:"What it takes from 100, or for a lift adds to the score"`
}

// How many of each kind are told, and how much a measure must cost to be told.
const (
	maxDrags  = 4
	maxLifts  = 2
	leastDrag = 1.0
)

// Words writes reasons in a language; Unit says what a reading is counted in, Currency is that of amounts.
type Words struct {
	Lang     i18n.Lang
	Unit     func(metric.Reading) metric.Unit
	Currency string
}

// Reasons tell why an account's score of an aspect is what it is: the cap that holds it, what costs most, what helps most,
// and what is not known.
func (t *Table) Reasons(row int, aspect string, w Words) []Reason {
	score := t.Of(row, aspect)
	if score == nil || score.Card == nil {
		return nil
	}
	parts := t.Parts(row, aspect)
	var all []Reason
	if c := score.Cap; c != nil {
		all = append(all, Reason{Kind: "cap", Measure: c.Measure, Text: i18n.T(w.Lang, "health.reason.cap", "why", w.cap(c, score.Card), "at", w.number(c.At)), Points: free(parts) - c.At})
	}
	if d := score.Own - score.Value; math.Abs(d) >= leastDrag && score.Known {
		all = append(all, Reason{Kind: "below", Text: i18n.T(w.Lang, "health.reason.below", "own", w.number(score.Own)), Points: d})
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return parts[order[a]].Lost() > parts[order[b]].Lost() })
	drags := map[int]bool{} // what costs most does not help most too, though it may earn as much
	for _, i := range order[:min(maxDrags, len(order))] {
		if p := &parts[i]; p.Lost() >= leastDrag {
			drags[i] = true
			all = append(all, Reason{Kind: "drag", Measure: p.Measure.ID, Text: w.Part(p), Points: p.Lost()})
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return parts[order[a]].Points > parts[order[b]].Points })
	for _, i := range order[:min(maxLifts, len(order))] {
		if p := &parts[i]; p.Score >= 75 && p.Points >= leastDrag && !drags[i] {
			all = append(all, Reason{Kind: "lift", Measure: p.Measure.ID, Text: w.Part(p), Points: p.Points})
		}
	}
	var unknown []string
	for i := range parts {
		if p := &parts[i]; p.State == LeftOut && p.Measure.Weight > 0 {
			unknown = append(unknown, p.Measure.Label.In(w.Lang))
		}
	}
	if len(unknown) > 0 {
		text := strings.Join(unknown[:min(3, len(unknown))], ", ")
		if more := len(unknown) - 3; more > 0 {
			text += " " + i18n.T(w.Lang, "health.reason.more", "n", int64(more))
		}
		all = append(all, Reason{Kind: "missing", Text: i18n.T(w.Lang, "health.reason.missing", "what", text)})
	}
	return all
}

// Part is one measure in words: "Logins of the team down 40 % in 3 weeks", "Urgent tickets open: 2".
func (w Words) Part(p *Part) string {
	label := p.Measure.Label.In(w.Lang)
	switch {
	case p.State == NotIncluded:
		return i18n.T(w.Lang, "health.reason.not_included", "label", label)
	case p.State == LeftOut || p.State == CountedPoor:
		return i18n.T(w.Lang, "health.reason.unknown", "label", label)
	}
	text := i18n.T(w.Lang, "health.reason.value", "label", label, "value", w.Value(p))
	if p.Measure.Read.Change {
		text = w.change(p, label)
	}
	if p.Judgement != nil {
		text = i18n.T(w.Lang, "health.reason.judged", "text", text, "by", p.Judgement.By, "reason", p.Judgement.Reason)
	}
	if p.State == Kept {
		text += " " + i18n.T(w.Lang, "health.reason.kept", "n", int64(p.Age))
	}
	return text
}

// change tells how a measure changed within its window.
func (w Words) change(p *Part, label string) string {
	key := "health.reason.same"
	switch {
	case p.Value <= -0.5:
		key = "health.reason.down"
	case p.Value >= 0.5:
		key = "health.reason.up"
	}
	window := p.Measure.Read.Length()
	return i18n.T(w.Lang, key, "label", label, "share", i18n.Percent(w.Lang, math.Abs(p.Value)/100, 0), "window", i18n.T(w.Lang, "health.window."+window.Unit, "n", int64(window.N)))
}

// Value is what a measure has, with its unit.
func (w Words) Value(p *Part) string {
	switch {
	case p.Measure.Read.Change && !math.IsNaN(p.Value):
		return i18n.Number(w.Lang, p.Value, 0) + "\u00a0%"
	case math.IsNaN(p.Value):
		return p.Text
	case p.Measure.Judged:
		return w.number(p.Value)
	case p.Measure.Read.Answer == "nps": // as it was given
		return i18n.T(w.Lang, "health.unit.of", "n", w.number(p.Value/10), "most", "10")
	case p.Measure.Read.Answer != "":
		return i18n.T(w.Lang, "health.unit.of", "n", w.number(p.Value), "most", "100")
	}
	switch unit := w.Unit(p.Measure.Read); unit {
	case metric.Percent:
		return i18n.Percent(w.Lang, p.Value/100, 0)
	case metric.Money:
		return i18n.WholeMoney(w.Lang, p.Value, w.Currency)
	case metric.Days, metric.Hours, metric.Minutes, metric.Seconds, metric.Months:
		return i18n.T(w.Lang, "health.unit."+string(unit), "n", int64(math.Round(p.Value)))
	}
	return w.number(p.Value)
}

func (w Words) number(x float64) string {
	digits := 0
	if x != math.Trunc(x) && math.Abs(x) < 100 {
		digits = 1
	}
	return i18n.Number(w.Lang, x, digits)
}

// cap is why a cap holds: its label, or what it looks at.
func (w Words) cap(c *Cap, card *Scorecard) string {
	if text := c.Label.In(w.Lang); text != "" {
		return text
	}
	text := c.Segment
	card.Each(func(_ *ScoreGroup, m *Measure) {
		if m.ID == c.Measure {
			text = m.Label.In(w.Lang)
		}
	})
	return text
}

// cause is why a part of a change came about, in words.
func (w Words) cause(c Cause) string { return i18n.T(w.Lang, "health.cause."+string(c)) }
