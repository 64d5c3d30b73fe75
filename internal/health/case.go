package health

import (
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
)

// Case is a disagreement about an account: some voices find it well, others unwell. An account has one case at a time; a
// case whose voices have come to agree is over, and what they disagree about later is another.
type Case struct {
	ID      string    `json:"id"`
	Account string    `json:"account_id"`
	State   CaseState `json:"state" enum:"open,looked_at,resolved,gone"`
	Verdict Verdict   `json:"verdict,omitempty" enum:"score_wrong,person_wrong,both_right"`
	Note    string    `json:"note,omitempty"`
	By      string    `json:"by,omitempty" doc:"Who looked at it last"`
	Opened  time.Time `json:"opened"`
	Changed time.Time `json:"changed"`
	// Over is when the voices came to agree; zero while they don't.
	Over    time.Time `json:"over,omitzero" required:"false"`
	Sayings []Saying  `json:"sayings" nullable:"false" doc:"What each says, as it was said last"`
	// Comments are what its people wrote; they are not kept.
	Comments []Comment `json:"comments,omitempty" required:"false" doc:"What its people wrote within the last 90 days, the latest first, as it is known now"`
}

// CaseState is how far a case is.
type CaseState string

// The states. Gone is a case whose disagreement went away before anybody resolved it.
const (
	CaseOpen     CaseState = "open"
	CaseLookedAt CaseState = "looked_at"
	CaseResolved CaseState = "resolved"
	CaseGone     CaseState = "gone"
)

// Verdict is what somebody found.
type Verdict string

// The verdicts.
const (
	ScoreWrong  Verdict = "score_wrong"
	PersonWrong Verdict = "person_wrong"
	BothRight   Verdict = "both_right"
)

// Verdicts are all of them.
var Verdicts = []Verdict{ScoreWrong, PersonWrong, BothRight}

// Decision is what somebody does with a case.
type Decision struct {
	State   CaseState `json:"state" enum:"open,looked_at,resolved"`
	Verdict Verdict   `json:"verdict,omitempty" enum:"score_wrong,person_wrong,both_right" doc:"With resolved"`
	Note    string    `json:"note,omitempty"`
}

const maxNote = 2000

// Decide changes a case; one that is over stays as it is.
func (c *Case) Decide(d Decision, by string, now time.Time) error {
	d.Note = strings.TrimSpace(d.Note)
	bad := fault.New(fault.Invalid, "the case can't be changed like this")
	switch d.State {
	case CaseOpen, CaseLookedAt:
		if d.Verdict != "" {
			bad.Field("verdict", "belongs to resolved")
		}
	case CaseResolved:
		if !slices.Contains(Verdicts, d.Verdict) {
			bad.Field("verdict", "say who was wrong: score_wrong, person_wrong or both_right")
		}
	default:
		bad.Field("state", "%q is none of open, looked_at, resolved", clip(string(d.State)))
	}
	if len(d.Note) > maxNote {
		bad.Field("note", "is longer than %d bytes", maxNote)
	}
	switch {
	case len(bad.Fields) > 0:
		return bad
	case !c.Over.IsZero():
		return fault.New(fault.Conflict, "the disagreement is over").Mend("look at the list again")
	}
	c.State, c.Verdict, c.Note, c.By, c.Changed = d.State, d.Verdict, d.Note, by, now.UTC()
	return nil
}

// Follow says how cases change with what the voices say now: current are the cases that are not over. Cases to be kept anew
// have no id. A case that was resolved ends when other voices disagree, and another begins.
func Follow(current []Case, said map[string][]Saying, now time.Time) []Case {
	now = now.UTC()
	var changed []Case
	there := map[string]bool{}
	for _, c := range current {
		sayings := said[c.Account]
		going := Disagree(sayings)
		if going && c.State == CaseResolved && !sameSides(c.Sayings, sayings) {
			c.Over, c.Changed = now, now
			changed = append(changed, c)
			continue // a new one, below
		}
		there[c.Account] = true
		switch {
		case !going:
			if c.Over, c.Changed = now, now; c.State != CaseResolved {
				c.State = CaseGone
			}
			changed = append(changed, c)
		case c.State != CaseResolved && !sameSayings(c.Sayings, sayings):
			c.Sayings, c.Changed = sayings, now
			changed = append(changed, c)
		}
	}
	for id, sayings := range said {
		if !there[id] && Disagree(sayings) {
			changed = append(changed, Case{Account: id, State: CaseOpen, Opened: now, Changed: now, Sayings: sayings})
		}
	}
	slices.SortFunc(changed, func(a, b Case) int { return strings.Compare(a.Account+"\x00"+a.ID, b.Account+"\x00"+b.ID) })
	return changed
}

// Say is the case with its evidence in words.
func (c Case) Say(lang i18n.Lang) Case {
	c.Sayings = slices.Clone(c.Sayings)
	for i := range c.Sayings {
		c.Sayings[i].Evidence = slices.Clone(c.Sayings[i].Evidence)
		for j := range c.Sayings[i].Evidence {
			e := &c.Sayings[i].Evidence[j]
			e.Words = e.Say(lang)
		}
	}
	return c
}

func sameSides(a, b []Saying) bool {
	well, unwell := sides(a)
	is, isnt := sides(b)
	return slices.Equal(well, is) && slices.Equal(unwell, isnt)
}

// sameSayings says that nothing changed that is worth keeping: values may be five points off.
func sameSayings(a, b []Saying) bool {
	return slices.EqualFunc(a, b, func(x, y Saying) bool {
		return x.Voice == y.Voice && x.Mood == y.Mood && slices.EqualFunc(x.Evidence, y.Evidence, func(e, f Ground) bool {
			return e.Kind == f.Kind && e.Mood == f.Mood && e.Text == f.Text && e.By == f.By && e.Value-f.Value < 5 && f.Value-e.Value < 5
		})
	})
}
