package backtests

import (
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// shownRun is one backtest, written out.
type shownRun struct {
	backtest.Run
	Poll    bool
	Percent int
	Verdict []string
	Poorly  string // that the poor band holds next to nobody
	Tenths  []ui.Columns
	Lead    []ui.Columns
	LeadSum string
	Rank    *ui.Square
	Trust   *ui.Square
	AUC     string
	Slope   string
	Bands   []shareLine
	Means   []meaningLine
	Tables  []groupTable
	Weights []weightLine
	NoWhy   string
	NewGood, NewAverage,
	WasGood, WasAverage string
	Suggests bool
	Sides    []side
}

type shareLine struct {
	Band             health.Band
	Label            string
	Looks, Left      int
	Share, Low, High string
	Lift             string
	AUC              string
}

type meaningLine struct{ Score, Risk string }

type groupTable struct {
	By    string
	Lines []shareLine
}

type weightLine struct {
	Label, Now, Suggested, Low, High, Known, AUC, AUCLow, AUCHigh string
	Kept, Gone                                                    bool
}

// side is the draft or the scorecard in force, beside each other.
type side struct {
	Key, AUC, Low, High, Lift, Warned string
}

// shown writes a backtest out.
func (a *Area) shown(r *http.Request, run backtest.Run) *shownRun {
	v := &shownRun{Run: run, Poll: run.State == backtest.Waiting || run.State == backtest.Running}
	if run.Of > 0 {
		v.Percent = 100 * run.Done / run.Of
	}
	report := run.Report
	if report == nil {
		return v
	}
	lang := ui.Lang(r)
	v.Verdict = report.Verdict(lang)
	if report.Score == nil {
		return v
	}
	p := paper{lang, report}
	p.judged(v, report.Score)
	p.weights(v)
	for key, j := range map[string]*backtest.Judged{"tested": report.Score, "current": report.Current} {
		if report.Current == nil || j == nil {
			continue
		}
		s := side{Key: key, AUC: i18n.Number(lang, j.AUC, 2), Lift: i18n.Number(lang, j.Tenths[0].Lift, 1), Warned: "–"}
		s.Low, s.High = p.ends(j.Interval, 2)
		if j.Lead != nil {
			s.Warned = i18n.Percent(lang, j.Lead.Share, 0)
		}
		v.Sides = append(v.Sides, s)
	}
	if len(v.Sides) == 2 && v.Sides[0].Key != "tested" {
		v.Sides[0], v.Sides[1] = v.Sides[1], v.Sides[0]
	}
	return v
}

// paper writes a report in a language.
type paper struct {
	lang   i18n.Lang
	report *backtest.Report
}

func (p paper) ends(l *stat.Limits, decimals int) (low, high string) {
	if l == nil {
		return "", ""
	}
	return i18n.Number(p.lang, l.Low, decimals), i18n.Number(p.lang, l.High, decimals)
}

func (p paper) share(s backtest.Share) shareLine {
	l := shareLine{Band: s.Band, Looks: s.Looks, Left: s.Left, Share: "–", AUC: "–"}
	if s.Interval != nil {
		l.Share, l.Low, l.High = i18n.Percent(p.lang, s.Share, 1), i18n.Percent(p.lang, s.Interval.Low, 1), i18n.Percent(p.lang, s.Interval.High, 1)
		l.Lift = i18n.Number(p.lang, s.Share/p.report.Rate, 1)
	}
	return l
}

// fewPoor is the share of looks below which the poor band warns of next to nobody.
const fewPoor = 0.01

func (p paper) judged(v *shownRun, j *backtest.Judged) {
	lang := p.lang
	between := func(l *stat.Limits) string {
		low, high := p.ends(l, 2)
		return i18n.T(lang, "forecast.between", "low", low, "high", high)
	}
	v.AUC = i18n.Number(lang, j.AUC, 2)
	if j.Interval != nil {
		v.AUC += " (" + between(j.Interval) + ")"
	}
	var bars []ui.Bar
	for _, t := range j.Tenths {
		label := i18n.Number(lang, t.Low, 0) + "–" + i18n.Number(lang, t.High, 0)
		shown := "×" + i18n.Number(lang, t.Lift, 1)
		title := i18n.T(lang, "backtest.tenth", "scores", label, "share", i18n.Percent(lang, t.Share.Share, 1), "looks", t.Looks, "left", t.Left) + " " + shown
		bars = append(bars, ui.Bar{Value: t.Lift, Low: t.LiftInterval.Low, High: t.LiftInterval.High, Label: label, Title: title, Shown: shown})
	}
	v.Tenths = ui.NewColumns(i18n.T(lang, "backtest.lift"), bars, 1, i18n.T(lang, "backtest.mean"))
	for _, b := range j.Bands {
		v.Bands = append(v.Bands, p.share(b))
		if b.Band == health.Unhealthy && float64(b.Looks) < fewPoor*float64(p.report.Looks) {
			v.Poorly = i18n.T(lang, "backtest.few_poor", "n", b.Looks, "looks", p.report.Looks)
		}
	}
	for _, m := range j.Means {
		v.Means = append(v.Means, meaningLine{i18n.Number(lang, m.Score, 0), i18n.Percent(lang, m.Risk, 1)})
	}
	v.Rank = ui.NewSquare(i18n.T(lang, "backtest.roc"), i18n.T(lang, "backtest.stayed_below"), i18n.T(lang, "backtest.left_below"))
	v.Rank.Most = i18n.Percent(lang, 1, 0)
	v.Rank.Line(j.ROC)
	if c := j.Calibration; c != nil {
		v.Trust = p.trust(c)
		if c.Slope != nil {
			v.Slope = i18n.Number(lang, *c.Slope, 2)
			if c.SlopeInterval != nil {
				v.Slope += " (" + between(c.SlopeInterval) + ")"
			}
		}
	}
	if j.Lead != nil {
		p.lead(v, j.Lead)
	}
	for _, g := range j.Groups {
		if n := len(v.Tables); n == 0 || v.Tables[n-1].By != g.By {
			v.Tables = append(v.Tables, groupTable{By: g.By})
		}
		line := p.share(g.Share)
		line.Label = g.Value
		if g.AUC != nil {
			line.AUC = i18n.Number(lang, *g.AUC, 2)
			if g.AUCInterval != nil {
				line.AUC += " (" + between(g.AUCInterval) + ")"
			}
		}
		t := &v.Tables[len(v.Tables)-1]
		t.Lines = append(t.Lines, line)
	}
}

// trust draws risks that scores meant against what came.
func (p paper) trust(c *stat.Judgement) *ui.Square {
	most := 0.01
	for _, d := range c.Deciles {
		most = max(most, d.Foretold, d.Observed, d.Interval.High)
	}
	most = math.Min(1, math.Ceil(20*most)/20)
	s := ui.NewSquare(i18n.T(p.lang, "backtest.calibration"), i18n.T(p.lang, "backtest.meant"), i18n.T(p.lang, "backtest.came"))
	s.Most = i18n.Percent(p.lang, most, 0)
	for _, d := range c.Deciles {
		x, y := s.At(d.Foretold/most, d.Observed/most)
		_, low := s.At(0, d.Interval.Low/most)
		_, high := s.At(0, d.Interval.High/most)
		s.Points = append(s.Points, ui.Spot{X: x, Y: y, Low: low, High: high, Title: i18n.Percent(p.lang, d.Foretold, 1) + " → " + i18n.Percent(p.lang, d.Observed, 1)})
	}
	return s
}

// leadMonths is how many months of warning are told apart; more are taken together.
const leadMonths = 6

func (p paper) lead(v *shownRun, lead *backtest.Lead) {
	counts := make([]int, leadMonths+2) // not warned, then by month
	counts[0] = lead.N - lead.Warned
	for _, days := range lead.Leads {
		counts[1+min(leadMonths, int(days/30.4375))]++
	}
	var bars []ui.Bar
	for i, n := range counts {
		label := i18n.T(p.lang, "backtest.not_warned")
		if i > 0 {
			label = fmt.Sprintf("%d–%d", i-1, i)
		}
		if i == len(counts)-1 {
			label = fmt.Sprintf("≥ %d", leadMonths)
		}
		shown := i18n.Integer(p.lang, int64(n))
		bars = append(bars, ui.Bar{Value: float64(n), Label: label, Title: label + ": " + shown, Shown: shown})
	}
	v.Lead = ui.NewColumns(i18n.T(p.lang, "backtest.lead_picture"), bars, 0, "")
	low, high := p.ends(&stat.Limits{Low: 100 * lead.Interval.Low, High: 100 * lead.Interval.High}, 0)
	v.LeadSum = i18n.T(p.lang, "backtest.lead_sum", "n", lead.N, "warned", i18n.Integer(p.lang, int64(lead.Warned)), "low", low, "high", high)
	if lead.Median != nil {
		v.LeadSum += " " + i18n.T(p.lang, "backtest.lead_median", "median", math.Round(*lead.Median), "low", i18n.Number(p.lang, *lead.Low, 0), "high", i18n.Number(p.lang, *lead.High, 0))
	}
}

func (p paper) weights(v *shownRun) {
	suggested := map[string]backtest.Weight{}
	if w := p.report.Weights; w != nil {
		v.Suggests = true
		v.NewGood, v.NewAverage = i18n.Number(p.lang, w.Draft.Bands.Good, 0), i18n.Number(p.lang, w.Draft.Bands.Average, 0)
		for _, one := range w.Weights {
			suggested[one.Measure] = one
		}
	} else if why := p.report.Why; why != nil {
		v.NoWhy = why.In(p.lang)
	}
	for _, m := range p.report.Measures {
		l := weightLine{Label: m.Label.In(p.lang), Now: i18n.Percent(p.lang, m.Weight, 0), Known: i18n.Percent(p.lang, m.Known, 0), Suggested: "–", AUC: "–"}
		if m.AUC != nil {
			l.AUC = i18n.Number(p.lang, *m.AUC, 2)
			l.AUCLow, l.AUCHigh = p.ends(m.Interval, 2)
		}
		if w, ok := suggested[m.Measure]; ok {
			l.Suggested, l.Kept, l.Gone = i18n.Percent(p.lang, w.Suggested, 0), w.Kept, !w.Kept && w.Suggested < 0.005
			if w.Interval != nil {
				l.Low, l.High = i18n.Percent(p.lang, w.Interval.Low, 0), i18n.Percent(p.lang, w.Interval.High, 0)
			}
		}
		v.Weights = append(v.Weights, l)
	}
}

// Lasted is how long a backtest took.
func (v *shownRun) Lasted() time.Duration {
	if v.Ended == nil {
		return 0
	}
	return v.Ended.Sub(v.Asked)
}
