package metrics

import (
	"math"
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// reading is an answer as people read it.
type reading struct {
	Value, Unit string // Value is empty where there is none
	Interval    string
	N           int64
	Small       bool
	Before      string // the value of the previous period
	Change      string
	Direction   string // up, down, or empty
	Mood        string // good, poor, or empty: whether that is to be welcomed
	Sure        string // real, noise, or empty where chance can't be told
	Bands       []string
}

func read(a *metric.Answer, lang i18n.Lang) *reading {
	f := figures{lang, a.Unit, a.Currency}
	out := &reading{N: a.N, Small: a.SmallSample, Interval: f.interval(a.Interval)}
	if a.Value != nil {
		out.Value, out.Unit = f.write(a.Value.Float)
	}
	for _, b := range a.Bands {
		if name := ui.Named(lang, "band", strings.TrimSpace(b.Label)); b.Current {
			out.Bands = append(out.Bands, name)
		}
	}
	out.Bands = unique(out.Bands)
	if a.Previous == nil || a.Previous.Value == nil {
		return out
	}
	out.Before = f.whole(a.Previous.Value.Float)
	if a.Previous.Change == nil {
		return out
	}
	out.change(a, f)
	return out
}

func (r *reading) change(a *metric.Answer, f figures) {
	by := a.Previous.Change.Float
	r.Change = f.signed(by)
	if sure := a.Previous.Significant; sure != nil {
		r.Sure = map[bool]string{true: "real", false: "noise"}[*sure]
	}
	switch {
	case by > 0:
		r.Direction = "up"
	case by < 0:
		r.Direction = "down"
	}
	if r.Sure == "noise" || r.Direction == "" || a.Better == "neither" {
		return
	}
	r.Mood = map[bool]string{true: "good", false: "poor"}[(by > 0) == (a.Better == "higher")]
}

func unique(names []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, name := range names {
		if !seen[name] {
			out = append(out, name)
		}
		seen[name] = true
	}
	return out
}

// figures writes the values of one unit in one language.
type figures struct {
	lang     i18n.Lang
	unit     metric.Unit
	currency string
}

// write is the number and, apart from it, the unit; money carries its own sign.
func (f figures) write(v float64) (number, unit string) {
	switch f.unit {
	case metric.Money:
		return minus(money(f.lang, v, f.currency)), ""
	case metric.Minutes:
		if math.Abs(v) >= 120 {
			return f.number(v/60, 1), i18n.T(f.lang, "unit.hours")
		}
		return f.number(v, 1), i18n.T(f.lang, "unit.minutes")
	case metric.Percent:
		return f.number(v, 1), i18n.T(f.lang, "unit.percent")
	case metric.Points:
		return f.number(v, 1), i18n.T(f.lang, "unit.points")
	case metric.Count:
		return f.number(v, 1), ""
	}
	return f.number(v, 2), ""
}

// number writes v with at most so many decimals, and none where they say nothing.
func (f figures) number(v float64, decimals int) string {
	if math.Abs(v) >= 1000 {
		decimals = 0
	}
	for scale := math.Pow10(decimals); decimals > 0; decimals-- {
		if r := math.Round(v*scale) / scale * math.Pow10(decimals-1); math.Abs(r-math.Round(r)) > 1e-9 {
			break
		}
	}
	return minus(i18n.Number(f.lang, v, decimals))
}

func money(lang i18n.Lang, v float64, currency string) string {
	if math.Abs(v) >= 1000 {
		return i18n.WholeMoney(lang, v, currency)
	}
	return i18n.Money(lang, v, currency)
}

// whole is the number with its unit.
func (f figures) whole(v float64) string {
	number, unit := f.write(v)
	if unit == "" {
		return number
	}
	return number + "\u00a0" + unit
}

func (f figures) signed(v float64) string {
	text := f.whole(v)
	if v > 0 {
		return "+" + text
	}
	return text
}

func (f figures) interval(l *metric.Limits) string {
	if l == nil || l.Low == nil || l.High == nil {
		return ""
	}
	low, _ := f.write(l.Low.Float)
	return low + "\u00a0–\u00a0" + f.whole(l.High.Float)
}

// axis writes the marks of an axis: they share their number of decimals.
func (f figures) axis(v float64, decimals int) string {
	switch {
	case f.unit == metric.Minutes && math.Abs(v) >= 120:
		return f.whole(v)
	case f.unit == metric.Money && decimals == 0:
		return minus(i18n.WholeMoney(f.lang, v, f.currency))
	}
	return minus(i18n.Number(f.lang, v, decimals))
}

// minus is the sign that is as wide as the plus.
func minus(text string) string { return strings.Replace(text, "-", "−", 1) }
