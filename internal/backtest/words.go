package backtest

import (
	"fmt"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/stat"
)

// In says in words why nothing is judged, or no weights are suggested.
func (r *Refusal) In(lang i18n.Lang) string {
	return i18n.T(lang, "backtest.refused."+string(r.Code), "n", r.Have, "need", r.Need)
}

// From these AUCs on a score ranks well, and usefully.
const (
	ranksWell     = 0.8
	ranksUsefully = 0.7
)

// Verdict says in plain words how far the scorecard can be believed, the most important first.
func (r *Report) Verdict(lang i18n.Lang) []string {
	if r.Refused != nil {
		return []string{r.Refused.In(lang)}
	}
	var all []string
	say := func(key string, args ...any) { all = append(all, i18n.T(lang, "backtest.verdict."+key, args...)) }
	if lead := r.Score.Lead; lead != nil {
		for _, a := range lead.Ahead {
			if a.Days == verdictDays && a.N > 0 {
				say("ahead", "n", a.N, "poor", i18n.Integer(lang, int64(a.Poor)), "days", verdictDays)
			}
		}
	}
	say(r.Score.rank(), "auc", i18n.Number(lang, r.Score.AUC, 2), "range", between(lang, r.Score.Interval))
	lowest := r.Score.Tenths[0]
	say("lowest", "share", i18n.Percent(lang, lowest.Share.Share, 0), "days", r.Days, "all", i18n.Percent(lang, r.Rate, 1), "lift", i18n.Number(lang, lowest.Lift, 1))
	if d := r.Duel; d != nil {
		say("draft_"+direction(d), "first", i18n.Number(lang, d.First, 2), "second", i18n.Number(lang, d.Second, 2), "range", between(lang, d.Interval))
	}
	if w := r.Weights; w != nil {
		d := w.AgainstCurrent
		say("weights_"+direction(d), "first", i18n.Number(lang, d.First, 2), "second", i18n.Number(lang, d.Second, 2), "range", between(lang, d.Interval))
	}
	return all
}

// verdictDays is how long before leaving the verdict looks.
const verdictDays = 60

// rank is in a word how well a score ranked.
func (j *Judged) rank() string {
	switch i := j.Interval; {
	case i != nil && i.High < 0.5:
		return "reversed"
	case i == nil || i.Low <= 0.5:
		return "chance"
	case j.AUC >= ranksWell:
		return "well"
	case j.AUC >= ranksUsefully:
		return "usefully"
	}
	return "weakly"
}

// direction says which of two is the better one, as far as that is sure.
func direction(d *stat.Duel) string {
	switch {
	case d.Interval != nil && d.Interval.Low > 0:
		return "better"
	case d.Interval != nil && d.Interval.High < 0:
		return "worse"
	}
	return "alike"
}

func between(lang i18n.Lang, l *stat.Limits) string {
	if l == nil {
		return "–"
	}
	return fmt.Sprintf("%s … %s", i18n.Number(lang, l.Low, 2), i18n.Number(lang, l.High, 2))
}
