package forecast

import (
	"math"
	"strconv"

	foretold "github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// shares writes shares, from 0 to 1, on an axis.
func shares(lang i18n.Lang) func(v float64, decimals int) string {
	return func(v float64, decimals int) string { return i18n.Percent(lang, v, max(0, decimals-2)) }
}

// riskEdges part accounts by their risk to leave within three months.
var riskEdges = []float64{0, 0.01, 0.02, 0.05, 0.1, 0.2, math.Inf(1)}

// spread is where the recurring value of a book stands, by risk.
func spread(lang i18n.Lang, risks []foretold.Risk, currency string) []ui.Columns {
	values, counts := make([]float64, len(riskEdges)-1), make([]int, len(riskEdges)-1)
	for _, r := range risks {
		at := 0
		for at < len(values)-1 && r.Quarter >= riskEdges[at+1] {
			at++
		}
		counts[at]++
		if r.MRR != nil {
			values[at] += *r.MRR
		}
	}
	var bars []ui.Bar
	for i, v := range values {
		label := i18n.Number(lang, 100*riskEdges[i], 0) + "–" + i18n.Percent(lang, riskEdges[min(i+1, len(values)-1)], 0)
		if i == len(values)-1 {
			label = "> " + i18n.Percent(lang, riskEdges[i], 0)
		}
		title := i18n.T(lang, "forecast.spread_title", "risk", label, "n", counts[i], "money", money(lang, v, currency))
		bars = append(bars, ui.Bar{Value: v, Label: label, Title: title, Shown: i18n.Integer(lang, int64(counts[i]))})
	}
	return ui.NewColumns(i18n.T(lang, "forecast.spread"), bars, 0, "")
}

// trust is what was foretold against what came.
func trust(lang i18n.Lang, tenths []stat.Decile) *ui.Square {
	most := 0.01
	for _, d := range tenths {
		most = max(most, d.Foretold, d.Observed)
		if d.Interval != nil {
			most = max(most, d.Interval.High)
		}
	}
	most = math.Min(1, math.Ceil(20*most)/20)
	s := ui.NewSquare(i18n.T(lang, "forecast.calibration"), i18n.T(lang, "forecast.foretold"), i18n.T(lang, "forecast.came"))
	s.Most = i18n.Percent(lang, most, 0)
	for _, d := range tenths {
		p := ui.Spot{Title: i18n.T(lang, "forecast.spot", "foretold", i18n.Percent(lang, d.Foretold, 1), "came", i18n.Percent(lang, d.Observed, 1))}
		p.X, p.Y = s.At(min(1, d.Foretold/most), min(1, d.Observed/most))
		p.Low, p.High = p.Y, p.Y
		if d.Interval != nil {
			_, p.Low = s.At(0, d.Interval.Low/most)
			_, p.High = s.At(0, min(1, d.Interval.High/most))
		}
		s.Points = append(s.Points, p)
	}
	return s
}

// ahead is what is expected to be paid in the months to come: of what is paid today with its interval, and with growth.
func ahead(lang i18n.Lang, o *foretold.Outlook) *ui.Chart {
	samples := []ui.Sample{{Label: "0", Title: money(lang, o.MRR, o.Currency), Value: &o.MRR, Before: &o.MRR}}
	for _, m := range o.Months {
		one := ui.Sample{Label: strconv.Itoa(m.Month), Value: &m.MRR.Value, Low: &m.MRR.Interval.Low, High: &m.MRR.Interval.High, Before: m.Grown}
		one.Title = i18n.T(lang, "span.months", "n", m.Month) + ": " + money(lang, m.MRR.Value, o.Currency) + " (" +
			i18n.T(lang, "forecast.between", "low", money(lang, m.MRR.Interval.Low, o.Currency), "high", money(lang, m.MRR.Interval.High, o.Currency)) + ")"
		samples = append(samples, one)
	}
	if len(o.Months) == 0 || o.Months[0].Grown == nil {
		samples[0].Before = nil
	}
	return ui.NewChart(i18n.T(lang, "forecast.ahead"), samples, func(v float64, _ int) string { return money(lang, v, o.Currency) }, "")
}

// survival is the curve of a group beside that of everyone.
func survival(lang i18n.Lang, c foretold.Curve, all *foretold.Curve, months int) *ui.Plot {
	samples := make([]ui.Sample, months+1)
	for i := range samples {
		samples[i].Label = strconv.Itoa(i)
	}
	for _, p := range c.Points[:min(len(c.Points), months+1)] {
		s := &samples[p.Month]
		s.Value, s.Low, s.High = &p.Share, p.Low, p.High
		if p.Month > 0 && p.Month%6 == 0 {
			s.Title = i18n.T(lang, "span.months", "n", p.Month) + ": " + i18n.Percent(lang, p.Share, 0)
			if p.Low != nil && p.High != nil {
				s.Title += " (" + i18n.T(lang, "forecast.between", "low", i18n.Percent(lang, *p.Low, 0), "high", i18n.Percent(lang, *p.High, 0)) + ")"
			}
		}
	}
	if all != nil {
		for _, p := range all.Points[:min(len(all.Points), months+1)] {
			samples[p.Month].Before = &p.Share
		}
	}
	return ui.NewSmall(i18n.T(lang, "forecast.survival")+": "+c.Group, samples, 0, 1, shares(lang))
}

// hazards are how many left a month, by how long they had paid.
func hazards(lang i18n.Lang, all []foretold.Hazard) []ui.Columns {
	var bars []ui.Bar
	left, watched := 0, 0.0
	for _, h := range all {
		left, watched = left+h.Left, watched+h.Months
		label := strconv.Itoa(h.From+1) + "–" + strconv.Itoa(h.To)
		if h.To == 0 {
			label = "> " + strconv.Itoa(h.From)
		}
		b := ui.Bar{Value: h.Rate, Label: label, Shown: i18n.Percent(lang, h.Rate, 1)}
		b.Title = i18n.T(lang, "forecast.hazard_title", "months", label, "rate", b.Shown, "left", h.Left)
		if h.Interval != nil {
			b.Low, b.High = h.Interval.Low, h.Interval.High
		}
		bars = append(bars, b)
	}
	if left == 0 {
		return nil // nothing to see
	}
	return ui.NewColumns(i18n.T(lang, "forecast.hazard"), bars, float64(left)/watched, i18n.T(lang, "backtest.mean"))
}
