package health

import (
	"math"
	"time"
)

// Told is a score of an account as it was told at an instant; it holds until the next one of its aspect.
type Told struct {
	ID                string
	At                time.Time
	Aspect, Scorecard string
	Version           int64
	Score, Coverage   *float64 // nil: there was none
	// Groups are the scores of the scorecard's groups, by their ids.
	Groups map[string]float64
	Standing
}

// Ledger is what was told last, by account and aspect.
type Ledger map[string]map[string]Told

// Note keeps what was told.
func (l Ledger) Note(all ...Told) {
	for _, t := range all {
		if l[t.ID] == nil {
			l[t.ID] = map[string]Told{}
		}
		l[t.ID][t.Aspect] = t
	}
}

// Levels are the bands of global health: those of the scorecard where only one counts.
func (t *Table) Levels(row int) Bands {
	levels, n := UsualBands, 0
	for a := range t.Aspects {
		if s := &t.Scores[a][row]; s.Known && s.Card.share() > 0 {
			levels = s.Card.bands()
			n++
		}
	}
	if n != 1 {
		return UsualBands
	}
	return levels
}

// News are the scores that are to be told: those that are another whole number than was told, in another band, by another
// scorecard, there or gone; and, once a day, whatever differs.
func (t *Table) News(told Ledger) []Told {
	at := t.At.UTC().Truncate(time.Microsecond)
	var all []Told
	for row, id := range t.IDs {
		was := told[id]
		t.each(row, func(one Told, bands Bands, known bool, score, coverage float64) {
			one.At = at
			if one.tell(was, bands, known, score, coverage) {
				one.Groups = t.Groups(row, one.Aspect)
				all = append(all, one)
			}
		})
	}
	return all
}

// Points are the scores of an account, each with the band that is shown after what standing has by aspect, where they are
// kept for the next instant.
func (t *Table) Points(row int, standing map[string]Standing) []Told {
	var all []Told
	t.each(row, func(one Told, bands Bands, known bool, score, coverage float64) {
		if !known {
			delete(standing, one.Aspect)
			return
		}
		one.At = t.At
		one.tell(map[string]Told{one.Aspect: {Standing: standing[one.Aspect]}}, bands, known, score, coverage)
		one.Groups = t.Groups(row, one.Aspect)
		standing[one.Aspect] = one.Standing
		all = append(all, one)
	})
	return all
}

// each gives all scores of an account: those of its aspects, and global health.
func (t *Table) each(row int, use func(one Told, bands Bands, known bool, score, coverage float64)) {
	for a, aspect := range t.Aspects {
		s := &t.Scores[a][row]
		one := Told{ID: t.IDs[row], Aspect: aspect}
		bands := UsualBands
		if s.Card != nil {
			one.Scorecard, one.Version, bands = s.Card.ID, s.Card.Version, s.Card.bands()
		}
		use(one, bands, s.Known, s.Value, s.Coverage)
	}
	w := t.Whole(row)
	use(Told{ID: t.IDs[row], Aspect: Global}, t.Levels(row), w.Known, w.Value, w.Coverage)
}

// tell fills in a score and says whether it is to be told.
func (t *Told) tell(told map[string]Told, bands Bands, known bool, score, coverage float64) bool {
	was, before := told[t.Aspect]
	if known {
		score, coverage = tenth(score), tenth(coverage)
		t.Score, t.Coverage, t.Standing = &score, &coverage, bands.Next(was.Standing, score, t.At)
	}
	switch {
	case !before:
		return known
	case known != (was.Score != nil) || !known:
		return known != (was.Score != nil)
	case t.Scorecard != was.Scorecard || t.Version != was.Version || t.Standing != was.Standing:
		return true
	case score == *was.Score:
		return false
	}
	return math.Round(score) != math.Round(*was.Score) || !t.At.Before(daysOn(was.At, 1, t.At))
}

// Groups are the scores of an account's groups, in tenths; those of which nothing counts have none.
func (t *Table) Groups(row int, aspect string) map[string]float64 {
	sum, weight := map[string]float64{}, map[string]float64{}
	parts := t.Parts(row, aspect)
	for i := range parts {
		p := &parts[i]
		if p.counts() {
			sum[p.Group.ID] += p.Measure.Weight * p.Score
			weight[p.Group.ID] += p.Measure.Weight
		}
	}
	for id := range sum {
		if weight[id] == 0 {
			delete(sum, id)
			continue
		}
		sum[id] = tenth(sum[id] / weight[id])
	}
	return sum
}

// tenth is the one way in which scores are rounded, wherever they are told or shown.
func tenth(x float64) float64 { return math.Round(10*x) / 10 }
