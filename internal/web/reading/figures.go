// Package reading puts what metrics answer into a reader's words: values with their units, how sure they are, whether a
// change is more than chance, and the question itself as an address of a page.
//
// Asking is left to the areas that show answers (metrics, dashboards, policies), drawing to ui.
package reading

import (
	"math"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// Figures writes the values of one unit in one language.
type Figures struct {
	Lang     i18n.Lang
	Unit     metric.Unit
	Currency string
}

// Write is the number and, apart from it, the unit; money carries its own sign.
func (f Figures) Write(v float64) (number, unit string) {
	said := func(scale float64, decimals int, unit string) (string, string) {
		text := f.number(v/scale, decimals)
		return text, i18n.T(f.Lang, "unit."+unit, "n", math.Round(v/scale*10)/10)
	}
	switch f.Unit {
	case metric.Money:
		return money(f.Lang, v, f.Currency), ""
	case metric.Seconds:
		switch {
		case math.Abs(v) >= 7200:
			return said(3600, 1, "hours")
		case math.Abs(v) >= 120:
			return said(60, 1, "minutes")
		}
		return said(1, 1, "seconds")
	case metric.Minutes:
		if math.Abs(v) >= 120 {
			return said(60, 1, "hours")
		}
		return said(1, 1, "minutes")
	case metric.Hours, metric.Days, metric.Months, metric.Percent, metric.Points:
		return said(1, 1, string(f.Unit))
	case metric.Count:
		return f.number(v, 1), ""
	}
	return f.number(v, 2), ""
}

// number writes v with at most so many decimals, and none where they say nothing.
func (f Figures) number(v float64, decimals int) string {
	if math.Abs(v) >= 1000 {
		decimals = 0
	}
	for scale := math.Pow10(decimals); decimals > 0; decimals-- {
		if r := math.Round(v*scale) / scale * math.Pow10(decimals-1); math.Abs(r-math.Round(r)) > 1e-9 {
			break
		}
	}
	return i18n.Number(f.Lang, v, decimals)
}

func money(lang i18n.Lang, v float64, currency string) string {
	if math.Abs(v) >= 1000 || v == math.Trunc(v) {
		return i18n.WholeMoney(lang, v, currency)
	}
	return i18n.Money(lang, v, currency)
}

// Whole is the number with its unit.
func (f Figures) Whole(v float64) string {
	number, unit := f.Write(v)
	if unit == "" {
		return number
	}
	return number + "\u00a0" + unit
}

// Of is Whole, "–" for nil.
func (f Figures) Of(v *metric.Figure) string {
	if v == nil {
		return "–"
	}
	return f.Whole(v.Float)
}

// Signed is a difference: Whole with a plus before what is above zero. That of two percentages is in percentage points, so
// that nobody takes it for growth, which Growth is.
func (f Figures) Signed(v float64) string {
	text := f.Whole(v)
	if f.Unit == metric.Percent {
		number, _ := f.Write(v)
		text = number + "\u00a0" + i18n.T(f.Lang, "unit.percent_points")
	}
	return signed(v, text)
}

// Growth is by how many percent something became more.
func Growth(lang i18n.Lang, percent float64) string {
	return signed(percent, Figures{Lang: lang, Unit: metric.Percent}.Whole(percent))
}

func signed(v float64, text string) string {
	if v > 0 && strings.ContainsAny(text, "123456789") { // what rounds to nothing has no direction
		return "+" + text
	}
	return text
}

// Interval writes the ends of an interval; empty when there is none.
func (f Figures) Interval(l *metric.Limits) string {
	if l == nil || l.Low == nil || l.High == nil {
		return ""
	}
	low, _ := f.Write(l.Low.Float)
	return low + "\u00a0–\u00a0" + f.Whole(l.High.Float)
}

// Between writes a range of which an end may be open.
func (f Figures) Between(from, to *float64) string {
	switch {
	case from != nil && to != nil:
		low, _ := f.Write(*from)
		return low + "\u00a0–\u00a0" + f.Whole(*to)
	case from != nil:
		return i18n.T(f.Lang, "metrics.from", "value", f.Whole(*from))
	case to != nil:
		return i18n.T(f.Lang, "metrics.below", "value", f.Whole(*to))
	}
	return ""
}

// Axis writes the marks of an axis: they share their number of decimals.
func (f Figures) Axis(v float64, decimals int) string {
	switch {
	case f.Unit == metric.Minutes && math.Abs(v) >= 120, f.Unit == metric.Seconds && math.Abs(v) >= 120:
		return f.Whole(v)
	case f.Unit == metric.Money && decimals == 0:
		return i18n.WholeMoney(f.Lang, v, f.Currency)
	case f.Unit == metric.Percent:
		return i18n.Percent(f.Lang, v/100, decimals)
	}
	return i18n.Number(f.Lang, v, decimals)
}

// Cell writes a value of a table or of a detail as people read it: numbers in their unit, days as dates.
func Cell(lang i18n.Lang, v any, unit metric.Unit, currency string) string {
	f := Figures{lang, unit, currency}
	switch v := v.(type) {
	case nil:
		return "–"
	case bool:
		return i18n.T(lang, map[bool]string{true: "metrics.yes", false: "metrics.no"}[v])
	case string:
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			return i18n.Date(lang, day)
		}
		return v
	case int:
		return f.Whole(float64(v))
	case int64:
		return f.Whole(float64(v))
	case float64:
		return f.Whole(v)
	case *metric.Figure:
		return f.Of(v)
	}
	return ""
}

// Number is a value of a table as a number; false for what is none.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case *metric.Figure:
		if v != nil {
			return v.Float, true
		}
	}
	return 0, false
}

// PointLabel names a piece of a series below an axis, and in full.
func PointLabel(lang i18n.Lang, grain metric.Grain, from time.Time) (short, full string) {
	switch grain {
	case metric.Hour:
		return from.Format("15:04"), i18n.DateTime(lang, from)
	case metric.Day, metric.Week:
		full = i18n.Date(lang, from)
		return i18n.Integer(lang, int64(from.Day())) + "\u00a0" + i18n.MonthName(lang, from.Month()), full
	case metric.Year:
		return from.Format("2006"), from.Format("2006")
	case metric.Quarter:
		text := i18n.T(lang, "metrics.quarter_of", "q", (int(from.Month())+2)/3, "year", from.Format("2006"))
		return text, text
	}
	return i18n.MonthName(lang, from.Month()), i18n.Month(lang, from)
}
