package reading

import (
	"strings"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Reading is an answer as people read it.
type Reading struct {
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

// Of reads an answer.
func Of(a *metric.Answer, lang i18n.Lang) *Reading {
	f := Figures{lang, a.Unit, a.Currency}
	out := &Reading{N: a.N, Small: a.SmallSample, Interval: f.Interval(a.Interval)}
	if a.Value != nil {
		out.Value, out.Unit = f.Write(a.Value.Float)
	}
	seen := map[string]bool{}
	for _, b := range a.Bands {
		if name := ui.Named(lang, "band", strings.TrimSpace(b.Label)); b.Current && !seen[name] {
			out.Bands, seen[name] = append(out.Bands, name), true
		}
	}
	if a.Previous == nil || a.Previous.Value == nil {
		return out
	}
	out.Before = f.Whole(a.Previous.Value.Float)
	if a.Previous.Change != nil {
		out.change(a, f)
	}
	return out
}

func (r *Reading) change(a *metric.Answer, f Figures) {
	by := a.Previous.Change.Float
	r.Change = f.Signed(by)
	if sure := a.Previous.Significant; sure != nil {
		r.Sure = map[bool]string{true: "real", false: "noise"}[*sure]
	}
	switch moved := strings.ContainsAny(r.Change, "123456789"); {
	case by > 0 && moved:
		r.Direction = "up"
	case by < 0 && moved:
		r.Direction = "down"
	}
	if r.Sure != "noise" {
		r.Mood = Mood(by, a.Better)
	}
}

// Mood tells whether a change is to be welcomed: good, poor, or empty where it can't be said.
func Mood(by float64, better string) string {
	if by == 0 || better == "neither" {
		return ""
	}
	return map[bool]string{true: "good", false: "poor"}[(by > 0) == (better == "higher")]
}

// Judged says in a sentence what a change means; empty where there is none.
func (r *Reading) Judged(lang i18n.Lang) string {
	switch {
	case r.Change == "":
		return ""
	case r.Direction == "":
		return i18n.T(lang, "metrics.judged.same")
	case r.Sure == "":
		return i18n.T(lang, "metrics.judged."+r.Direction, "change", strings.TrimLeft(r.Change, "+−"))
	}
	return i18n.T(lang, "metrics.judged."+r.Direction+"_"+r.Sure, "change", strings.TrimLeft(r.Change, "+−"))
}
