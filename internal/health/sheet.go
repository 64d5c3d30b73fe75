package health

import (
	"math"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Sheet is the health of one account, written out in a language.
type Sheet struct {
	Account string    `json:"account_id"`
	At      time.Time `json:"at"`
	// Score is global health; it is missing where there is none.
	Score    *float64     `json:"score"`
	Band     Band         `json:"band,omitempty" enum:"good,average,poor"`
	Coverage float64      `json:"coverage" doc:"Of how much of the weight something is known, in percent"`
	ByHand   bool         `json:"by_hand,omitempty" doc:"Somebody has set it (health_override)"`
	Scores   []SheetScore `json:"scores" nullable:"false" doc:"One for each aspect that the account has a scorecard for"`
	// Undecided bears on these scores, or is why one is missing.
	Undecided []SheetGap `json:"undecided,omitempty" doc:"What can't be decided of it, since a definition can't be read any more; it does not count"`
}

// SheetScore is the score of one aspect.
type SheetScore struct {
	Aspect       string         `json:"aspect"`
	Scorecard    string         `json:"scorecard"`
	Label        string         `json:"label"`
	Version      int64          `json:"version,omitempty"`
	Score        *float64       `json:"score" doc:"0 to 100, 100 is healthy; null where too little is known"`
	Own          *float64       `json:"own,omitempty" doc:"Without the accounts below it, where those count"`
	Band         Band           `json:"band,omitempty" enum:"good,average,poor"`
	Pending      Band           `json:"pending,omitempty" enum:"good,average,poor" doc:"The band that the score is in, but not yet for long enough"`
	PendingSince *time.Time     `json:"pending_since,omitempty"`
	Coverage     float64        `json:"coverage"`
	Weight       float64        `json:"weight" doc:"How much it counts in global health"`
	Reasons      []Reason       `json:"reasons" nullable:"false"`
	Measures     []SheetMeasure `json:"measures" nullable:"false" doc:"Their points add up to the score before caps and accounts below"`
}

// SheetMeasure is what one measure brings.
type SheetMeasure struct {
	Group  string   `json:"group"`
	ID     string   `json:"measure"`
	Label  string   `json:"label"`
	State  State    `json:"state" enum:"counted,kept,poor,left_out,not_included"`
	Value  *float64 `json:"value,omitempty"`
	Text   string   `json:"text,omitempty"`
	Shown  string   `json:"shown"`
	Score  *float64 `json:"score,omitempty"`
	Share  float64  `json:"share" doc:"Its part of the weight that counts, 0 to 1"`
	Points float64  `json:"points"`
	Lost   float64  `json:"lost" doc:"What it takes from 100"`
	// Group and scorecard labels, for pages.
	GroupLabel string     `json:"group_label"`
	Judged     bool       `json:"judged,omitempty"`
	Judgement  *Judgement `json:"judgement,omitempty"`
	Problem    string     `json:"problem,omitempty" doc:"Why it can't be read of anybody"`
}

// Sheet writes the health of an account out. told is what was told last of an aspect, whose band is shown; nil shows the
// bands that the scores are in.
func (t *Table) Sheet(row int, w Words, told func(id, aspect string) (Told, bool)) Sheet {
	w.Currency = t.Currency()
	id := t.IDs[row]
	whole := t.Whole(row)
	s := Sheet{Account: id, At: t.At.UTC(), Band: whole.Band, Coverage: tenth(whole.Coverage), ByHand: whole.ByHand, Scores: []SheetScore{}}
	shown := func(aspect string, is Band) Standing {
		if told != nil {
			if last, ok := told(id, aspect); ok && last.Band != "" {
				return last.Standing
			}
		}
		return Standing{Band: is}
	}
	if s.Score = whole.Score(); s.Score != nil {
		s.Band = shown(Global, whole.Band).Band
	}
	for _, aspect := range t.Aspects {
		for _, g := range t.GapsOf(row, aspect) {
			s.Undecided = append(s.Undecided, w.Gap(g))
		}
		score := t.Of(row, aspect)
		if score.Card == nil {
			continue
		}
		one := SheetScore{Aspect: aspect, Scorecard: score.Card.ID, Label: score.Card.Label.In(w.Lang), Version: score.Card.Version, Coverage: tenth(score.Coverage), Weight: score.Card.share(),
			Reasons: append([]Reason{}, t.Reasons(row, aspect, w)...), Measures: []SheetMeasure{}}
		for i := range one.Reasons {
			one.Reasons[i].Points = tenth(one.Reasons[i].Points)
		}
		if score.Known {
			one.Score = known(score.Value)
			if score.Value != score.Own {
				one.Own = known(score.Own)
			}
			st := shown(aspect, score.Card.bands().Of(score.Value))
			if one.Band = st.Band; st.Pending != "" && st.Pending != st.Band {
				one.Pending, one.PendingSince = st.Pending, &st.PendingSince
			}
		}
		parts := t.Parts(row, aspect)
		for i := range parts {
			p := &parts[i]
			m := SheetMeasure{Group: p.Group.ID, GroupLabel: p.Group.Label.In(w.Lang), ID: p.Measure.ID, Label: p.Measure.Label.In(w.Lang), State: p.State, Text: p.Text, Shown: w.Part(p),
				Share: math.Round(p.Share*1e4) / 1e4, Points: tenth(p.Points), Lost: tenth(p.Lost()), Judged: p.Measure.Judged, Judgement: p.Judgement, Problem: w.problem(p.Problem)}
			if !math.IsNaN(p.Value) {
				x := math.Round(p.Value*1e4) / 1e4
				m.Value = &x
			}
			if p.counts() {
				m.Score = known(p.Score)
			}
			one.Measures = append(one.Measures, m)
		}
		s.Scores = append(s.Scores, one)
	}
	return s
}

// problem says why a measure can't be read.
func (w Words) problem(err error) string {
	if err == nil {
		return ""
	}
	return fault.In(err, i18n.Refusal(w.Lang)).Error()
}

func known(x float64) *float64 {
	x = tenth(x)
	return &x
}

// StepText is a part of a change in words.
func (w Words) StepText(s Step) string {
	if s.Measure == nil {
		return w.cause(s.Cause)
	}
	label := s.Measure.Label.In(w.Lang)
	side := func(p *Part) string {
		if p == nil || !p.counts() {
			return "–"
		}
		return w.Value(p)
	}
	return label + ": " + side(s.Was) + " → " + side(s.Is)
}
