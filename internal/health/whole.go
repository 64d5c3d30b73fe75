package health

import "math"

// Whole is the global health of an account: the mean of its scores, weighted where scorecards say so, or what somebody set
// by hand (health_override), which stands above all.
type Whole struct {
	Known    bool
	Value    float64
	Coverage float64
	ByHand   bool
	Band     Band // without dwell
}

// Stands is the band that an account is in: the one last told, which stays for its dwell, or else that of its score; empty
// without a score.
func (t *Table) Stands(row int, told func(id, aspect string) (Told, bool)) Band {
	whole := t.Whole(row)
	if !whole.Known {
		return ""
	}
	if last, ok := told(t.IDs[row], Global); ok && last.Band != "" {
		return last.Band
	}
	return whole.Band
}

// Whole is that of one account.
func (t *Table) Whole(row int) Whole {
	var w Whole
	var sum, weight float64
	for a := range t.Aspects {
		s := &t.Scores[a][row]
		if !s.Known || s.Card.share() == 0 {
			continue
		}
		share := s.Card.share()
		sum, weight = sum+share*s.Value, weight+share
		w.Coverage += share * s.Coverage
	}
	if weight > 0 {
		w.Known, w.Value = true, sum/weight
		w.Coverage /= weight
	}
	if x := t.value(byHand, row); !math.IsNaN(x) {
		w.Known, w.Value, w.ByHand = true, x, true
	}
	if w.Known {
		w.Band = t.Levels(row).Of(w.Value)
	}
	return w
}

// Score is it as it is shown; nil where there is none.
func (w Whole) Score() *float64 {
	if !w.Known {
		return nil
	}
	return known(w.Value)
}

// Row is the place of an account; false when there was nothing of it.
func (t *Table) Row(id string) (int, bool) {
	row, ok := t.rows[id]
	return row, ok
}

// Of is an account's score of one aspect; nil when there is no such aspect.
func (t *Table) Of(row int, aspect string) *Score {
	for a, name := range t.Aspects {
		if name == aspect {
			return &t.Scores[a][row]
		}
	}
	return nil
}

// Currency is that of amounts that were read.
func (t *Table) Currency() string { return t.read.Currency }
