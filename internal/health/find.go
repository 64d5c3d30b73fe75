package health

import (
	"math"
	"slices"
)

// State says how a measure counts to an account's score.
type State string

// The states. Known ones count with what was read; Poor for no data also counts, without being known.
const (
	Counted     State = "counted"
	Kept        State = "kept"         // the last known value
	CountedPoor State = "poor"         // no data, which counts as poor
	LeftOut     State = "left_out"     // no data
	NotIncluded State = "not_included" // the plan does not include it
)

// finding is what a measure says of an account.
type finding struct {
	state  State
	value  float64 // NaN: not known
	before float64
	text   string
	age    int // days
	score  float64
	judged *Judgement
	// problem says why it can't be decided: what is read, or whom a scale is for, can't be read of anybody.
	problem error
}

func (f *finding) counts() bool {
	return f.state == Counted || f.state == Kept || f.state == CountedPoor
}
func (f *finding) known() bool { return f.state == Counted || f.state == Kept }

// find reads a measure of an account and scores it.
func (t *Table) find(s *Scorecard, src *source, row int) finding {
	m := src.measure
	f := finding{state: Counted, value: math.NaN(), before: math.NaN()}
	if len(m.Plans) > 0 && !slices.Contains(m.Plans, t.text(planOf, row)) {
		f.state = NotIncluded
		return f
	}
	if m.Judged {
		if j := t.held[judged{t.IDs[row], s.ID, m.ID}]; j != nil {
			f.judged, f.text = j, j.Choice
			if j.Value != nil {
				f.value = *j.Value
			}
		}
	} else {
		c := src.column
		f.value, f.problem = c.Value[row], c.Problem
		if c.Texts != nil {
			f.text = c.Texts[row]
		}
		if c.Before != nil { // against nothing before no change can be stated
			f.before = c.Before[row]
			f.value = change(f.value, f.before)
		}
		if c.Age != nil && c.Age[row] > 0 && !math.IsNaN(f.value) {
			f.age, f.state = c.Age[row], Kept
		}
	}
	scale, untold := t.scale(m, row)
	if f.problem == nil {
		f.problem = untold
	}
	if f.problem != nil {
		f.state = LeftOut
		return f
	}
	score, ok := scale.score(f.value, f.text)
	switch {
	case ok:
		f.score = max(score, s.Floor)
	case m.Missing == Poor:
		f.state, f.score = CountedPoor, s.Floor
	default:
		f.state = LeftOut
	}
	return f
}

// change is by how many percent a value differs from the one before; not known against zero.
func change(now, before float64) float64 {
	if before == 0 {
		return math.NaN()
	}
	return 100 * (now - before) / math.Abs(before)
}

// scale is the one that holds for an account; an error says why it can't be told which one does.
func (t *Table) scale(m *Measure, row int) (*Scale, error) {
	for i := range m.Limits {
		l := &m.Limits[i]
		// A day just before the instant: what ends with a month belongs to it.
		month := int(t.At.Add(-1).Month())
		why := t.unread(l.When.Segment)
		in := func(segment string) bool { return why != nil || t.in(segment, row) }
		if !l.When.fits(in, t.value(createdOf, row), month) {
			continue
		}
		return &l.Scale, why
	}
	return &m.Scale, nil
}
