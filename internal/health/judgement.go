package health

import (
	"cmp"
	"slices"
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

// ToJudge is a measure of an account that a person judges, with what was judged last.
type ToJudge struct {
	Row     int
	Account string
	Card    *Scorecard
	Group   *ScoreGroup
	Measure *Measure
	Last    *Judgement // nil: nobody has yet
}

// ToJudge are the measures that people judge of the accounts of a table, of each by the scorecards that it gets: those whose
// judgement has expired first, then those that nobody has judged, then by when they expire.
func (t *Table) ToJudge(all []Judgement, now time.Time) []ToJudge {
	last := map[judged]*Judgement{}
	for i := range all {
		j := &all[i]
		key := judged{j.Account, j.Scorecard, j.Measure}
		if was := last[key]; was == nil || !j.Made.Before(was.Made) {
			last[key] = j
		}
	}
	var list []ToJudge
	for row, id := range t.IDs {
		for a := range t.Aspects {
			card := t.Scores[a][row].Card
			if card == nil {
				continue
			}
			card.Each(func(g *ScoreGroup, m *Measure) {
				if m.Judged {
					list = append(list, ToJudge{Row: row, Account: id, Card: card, Group: g, Measure: m, Last: last[judged{id, card.ID, m.ID}]})
				}
			})
		}
	}
	rank := func(j *ToJudge) int {
		switch {
		case j.Last == nil:
			return 1
		case !now.Before(j.Last.Until):
			return 0
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b ToJudge) int {
		if by := cmp.Compare(rank(&a), rank(&b)); by != 0 || a.Last == nil || b.Last == nil {
			return by
		}
		return a.Last.Until.Compare(b.Last.Until)
	})
	return list
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
