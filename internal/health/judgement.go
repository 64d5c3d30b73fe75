package health

import (
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Judgement is what a person says of an account for a measure that is judged, why, and until when it holds. Nothing of it
// changes later: a new one takes its place from then on, so what was judged at any past instant stays known.
type Judgement struct {
	ID        string    `json:"id"`
	Account   string    `json:"account_id"`
	Scorecard string    `json:"scorecard"`
	Measure   string    `json:"measure"`
	Value     *float64  `json:"value,omitempty"`
	Choice    string    `json:"choice,omitempty"`
	Reason    string    `json:"reason"`
	By        string    `json:"by"`
	Made      time.Time `json:"made"`
	Until     time.Time `json:"until" doc:"From then on it no longer counts"`
}

// maxJudged is the longest that a judgement may hold.
const maxJudged = 366 * 24 * time.Hour

// Check says what of a judgement can't be kept; cards are those in force.
func (j *Judgement) Check(cards []Scorecard, now time.Time) error {
	bad := fault.New(fault.Invalid, "the judgement can't be kept as it is")
	var measure *Measure
	for i := range cards {
		if cards[i].ID == j.Scorecard {
			cards[i].Each(func(_ *ScoreGroup, m *Measure) {
				if m.ID == j.Measure && m.Judged {
					measure = m
				}
			})
		}
	}
	j.Reason = strings.TrimSpace(j.Reason)
	switch {
	case measure == nil:
		bad.Field("measure", "%q of the scorecard %q is no measure that people judge", clip(j.Measure), clip(j.Scorecard))
	case len(measure.Scale.Choices) > 0:
		if _, ok := measure.Scale.Choices[j.Choice]; !ok {
			bad.Field("choice", "%q is none of those of the measure", clip(j.Choice))
		}
	case j.Value == nil || *j.Value != *j.Value:
		bad.Field("value", "is missing")
	}
	if j.Reason == "" || len(j.Reason) > 2000 {
		bad.Field("reason", "say why, in at most 2000 bytes")
	}
	if !j.Until.After(now) || j.Until.Sub(now) > maxJudged {
		bad.Field("until", "a judgement holds until a day ahead, at most a year")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

type judged struct{ account, scorecard, measure string }

// judgements finds what holds at an instant: the last made of those before it, unless it has expired.
type judgements map[judged]*Judgement

func judgedAt(all []Judgement, at time.Time) judgements {
	held := judgements{}
	for i := range all {
		j := &all[i]
		key := judged{j.Account, j.Scorecard, j.Measure}
		if was := held[key]; j.Made.Before(at) && (was == nil || !j.Made.Before(was.Made)) {
			held[key] = j
		}
	}
	for key, j := range held {
		if !at.Before(j.Until) {
			delete(held, key)
		}
	}
	return held
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
