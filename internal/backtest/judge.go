package backtest

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/stat"
)

// judge fills the report, or says why nothing is judged.
func (s *study) judge() error {
	seen := map[string]bool{}
	for i := range s.looks {
		if l := &s.looks[i]; l.known {
			seen[l.name] = true
			s.Looks++
			if math.IsNaN(l.scores[0]) {
				s.Unscored++
			}
		}
	}
	s.Accounts = len(seen)
	all := s.judged(0)
	left, names := outcomes(all)
	_, s.Left = accounts(all)
	for _, y := range left {
		if y {
			s.Outcomes++
		}
	}
	s.Rate, s.Interval = stat.GroupedShare(left, names)
	switch {
	case len(s.panel.Rows) == 0:
		s.refuse(NobodyPays, 0, 1)
	case s.Looks == 0:
		s.refuse(NobodyGetsIt, 0, 1)
	case len(all) == 0:
		s.refuse(NoScores, 0, 1)
	case s.Left < stat.SmallSample:
		s.refuse(FewLeft, s.Left, stat.SmallSample)
	case s.stayed(all) < stat.SmallSample:
		s.refuse(FewStayed, s.stayed(all), stat.SmallSample)
	}
	if s.Refused != nil {
		return nil
	}
	var err error
	if s.Score, err = s.judgedBy(0, &s.ask.Card); err != nil {
		return fmt.Errorf("judging %s: %w", s.in(), err)
	}
	if s.ask.Current != nil {
		if err := s.compare(); err != nil {
			return fmt.Errorf("comparing %s: %w", s.in(), err)
		}
	}
	if err := s.weigh(all); err != nil {
		return fmt.Errorf("weighing %s: %w", s.in(), err)
	}
	return nil
}

// stayed counts the accounts that were looked at and did not leave.
func (s *study) stayed(looks []*look) int {
	all, left := accounts(looks)
	return all - left
}

// compare judges the scorecard in force by the looks at which both have a score.
func (s *study) compare() (err error) {
	var both []*look
	for _, l := range s.judged(0) {
		if !math.IsNaN(l.scores[1]) {
			both = append(both, l)
		}
	}
	left, names := outcomes(both)
	if _, gone := accounts(both); gone < stat.SmallSample || s.stayed(both) < stat.SmallSample {
		return nil // too few have both
	}
	if s.Current, err = s.judgedBy(1, s.ask.Current); err != nil {
		return err
	}
	s.Duel, err = stat.Compare(risky(both, 0), risky(both, 1), left, names)
	return err
}

// judgedBy is how well the scores of a scorecard foretold.
func (s *study) judgedBy(card int, by *health.Scorecard) (*Judged, error) {
	looks := s.judged(card)
	left, names := outcomes(looks)
	risks := risky(looks, card)
	rank, err := stat.Rank(risks, left, names)
	if err != nil {
		return nil, err
	}
	j := &Judged{AUC: rank.AUC, Interval: rank.AUCInterval, P: rank.P, Groups: []Group{}, ROC: curve(risks, left)}
	order := make([]*look, len(looks))
	copy(order, looks)
	slices.SortStableFunc(order, func(a, b *look) int { return compare(a.scores[card], b.scores[card]) })
	n := min(10, len(order))
	for t := range n {
		part := order[t*len(order)/n : (t+1)*len(order)/n]
		one := Tenth{Low: part[0].scores[card], High: part[len(part)-1].scores[card], Share: shareOf(part)}
		one.Lift = one.Share.Share / s.Rate
		one.LiftInterval = &stat.Limits{Low: one.Interval.Low / s.Rate, High: one.Interval.High / s.Rate}
		j.Tenths = append(j.Tenths, one)
	}
	levels := by.Levels()
	for _, band := range health.AllBands {
		var part []*look
		for _, l := range looks {
			if levels.Of(l.scores[card]) == band {
				part = append(part, l)
			}
		}
		one := shareOf(part)
		one.Band = band
		j.Bands = append(j.Bands, one)
	}
	if err := s.mean(j, looks, card); err != nil {
		return nil, err
	}
	if j.Lead, err = s.lead(card, levels); err != nil {
		return nil, err
	}
	for _, by := range labelled {
		values, parts := groupsOf(looks, by)
		if len(values) < 2 {
			continue
		}
		for _, v := range values {
			g := Group{By: by, Value: v, Share: shareOf(parts[v])}
			if g.Left >= stat.SmallSample && g.Accounts-g.Left >= stat.SmallSample {
				left, names := outcomes(parts[v])
				rank, err := stat.Rank(risky(parts[v], card), left, names)
				if err != nil {
					return nil, err
				}
				g.AUC, g.AUCInterval = &rank.AUC, rank.AUCInterval
			}
			j.Groups = append(j.Groups, g)
		}
	}
	return j, nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func shareOf(looks []*look) Share {
	left, names := outcomes(looks)
	s := Share{Looks: len(looks)}
	s.Accounts, s.Left = accounts(looks)
	s.Share, s.Interval = stat.GroupedShare(left, names)
	return s
}

// mean says what risk a score meant. How well such risks are calibrated is seen on accounts that they were not learned from.
func (s *study) mean(j *Judged, looks []*look, card int) error {
	left, names := outcomes(looks)
	of := func(scores []float64) []stat.Column { return []stat.Column{{Name: "score", Numbers: scores}} }
	scores := make([]float64, len(looks))
	for i, l := range looks {
		scores[i] = l.scores[card]
	}
	j.Means = []Meaning{}
	if slices.Min(scores) == slices.Max(scores) {
		return nil // one score means the mean
	}
	var refused *stat.Refusal
	risks, err := stat.CrossValidate(of(scores), left, names)
	if errors.As(err, &refused) { // nothing varies among the others
		return nil
	} else if err != nil {
		return err
	}
	if j.Calibration, err = stat.Judge(risks, left, names); err != nil {
		return err
	}
	risk, err := stat.TrainRisk(of(scores), left, names)
	if errors.As(err, &refused) { // too few looks, though enough accounts
		return nil
	} else if err != nil {
		return err
	}
	asked := []float64{10, 20, 30, 40, 50, 60, 70, 80, 90}
	asked = slices.DeleteFunc(asked, func(x float64) bool { return x < slices.Min(scores) || x > slices.Max(scores) })
	if len(asked) == 0 {
		return nil
	}
	means, err := risk.Foretell(of(asked), len(asked))
	for i, p := range means {
		j.Means = append(j.Means, Meaning{asked[i], p})
	}
	return err
}

// curve is the receiver operating characteristic, thinned to what a picture needs.
func curve(risks []float64, left []bool) [][2]float64 {
	order := make([]int, len(risks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(risks[b], risks[a]) })
	var yes, no float64
	for _, y := range left {
		if y {
			yes++
		} else {
			no++
		}
	}
	const steps = 100
	points := [][2]float64{{0, 0}}
	var hit, miss float64
	for k, i := range order {
		if left[i] {
			hit++
		} else {
			miss++
		}
		last := points[len(points)-1]
		next := [2]float64{miss / no, hit / yes}
		ties := k+1 < len(order) && risks[order[k+1]] == risks[i]
		if !ties && (k+1 == len(order) || next[0]-last[0] >= 1.0/steps || next[1]-last[1] >= 1.0/steps) {
			points = append(points, next)
		}
	}
	return points
}
