package backtest

import (
	"errors"
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/stat"
)

// leastKnown is the share of the looks in which a measure must count for anything to be said of its weight.
const leastKnown = 0.1

// weigh says how well each measure foretold by itself, and what weights would have foretold best together.
func (s *study) weigh(looks []*look) error {
	left, names := outcomes(looks)
	var columns []stat.Column
	var which []int
	shares := parts(&s.ask.Card)
	n := 0
	s.ask.Card.Each(func(g *health.ScoreGroup, m *health.Measure) {
		k := n
		n++
		one := Worth{Measure: m.ID, Label: m.Label, Group: g.ID, Weight: shares[k]}
		column := stat.Column{Name: m.ID, Numbers: make([]float64, len(looks))}
		var told []float64
		var came []bool
		var of []string
		for i, l := range looks {
			if column.Numbers[i] = l.points[k]; !math.IsNaN(l.points[k]) {
				told, came, of = append(told, 100-l.points[k]), append(came, left[i]), append(of, names[i])
			}
		}
		one.Known = float64(len(told)) / float64(len(looks))
		if rank, err := stat.Rank(told, came, of); err == nil {
			one.AUC, one.Interval = &rank.AUC, rank.AUCInterval
		}
		s.Measures = append(s.Measures, one)
		if one.Known >= leastKnown && slices.Min(told) < slices.Max(told) && m.Weight*g.Weight > 0 {
			columns, which = append(columns, column), append(which, k)
		}
	})
	if len(columns) < 2 {
		s.Why = refusal(FewMeasures, len(columns), 2)
		return nil
	}
	found, err := stat.SuggestWeights(columns, left, names)
	var refused *stat.Refusal
	if errors.As(err, &refused) {
		s.Why = refusal(WrongWay, 0, 1)
		return nil
	} else if err != nil {
		return err
	}
	w := &Suggestion{Penalty: found.Penalty, Looks: found.Rows, AgainstEqual: found.HeldOut, Weights: []Weight{}}
	var picked []*look
	risks := make([]float64, len(found.Picked))
	for k, i := range found.Picked {
		picked = append(picked, looks[i])
		risks[k] = 100 - found.Held[k]
	}
	came, of := outcomes(picked)
	if w.AgainstCurrent, err = stat.Compare(risks, risky(picked, 0), came, of); err != nil {
		return err
	}
	// What is not known well enough keeps its part; the others share the rest.
	kept := 1.0
	for _, k := range which {
		kept -= shares[k]
	}
	next := slices.Clone(shares)
	for k, worth := range s.Measures {
		one := Weight{Measure: worth.Measure, Label: worth.Label, Now: shares[k], Suggested: shares[k], Kept: true}
		if at := slices.Index(which, k); at >= 0 {
			f := found.Weights[at]
			rest := 1 - kept
			one.Kept, one.Suggested, one.Used = false, f.Weight*rest, f.Used
			if f.Interval != nil {
				one.Interval = &stat.Limits{Low: f.Interval.Low * rest, High: f.Interval.High * rest}
			}
		}
		next[k] = one.Suggested
		if shares[k] > 0 {
			w.Weights = append(w.Weights, one)
		}
	}
	w.Draft = reweighed(s.ask.Card, next)
	if w.Draft.Bands, err = s.bandsOf(&w.Draft, looks); err != nil {
		return err
	}
	s.Weights = w
	return nil
}

// Bands are suggested so that poor means at least so many times the mean risk, and good less than the mean.
const poorRisk = 2

// bandsOf are the bands of a scorecard whose measures gave what they gave: from the risk that its scores meant. Where scores
// don't tell such risks apart, they stay as they are.
func (s *study) bandsOf(card *health.Scorecard, looks []*look) (health.Bands, error) {
	left, names := outcomes(looks)
	scores := stat.Column{Name: "score", Numbers: make([]float64, len(looks))}
	for i, l := range looks {
		scores.Numbers[i] = scoreOf(card, l.points)
	}
	bands := card.Levels()
	risk, err := stat.TrainRisk([]stat.Column{scores}, left, names)
	var refused *stat.Refusal
	if errors.As(err, &refused) {
		return bands, nil
	} else if err != nil {
		return bands, err
	}
	whole := stat.Column{Name: "score"}
	for x := 1.0; x < 100; x++ {
		whole.Numbers = append(whole.Numbers, x)
	}
	risks, err := risk.Foretell([]stat.Column{whole}, len(whole.Numbers))
	if err != nil {
		return bands, err
	}
	average, good := 0.0, 0.0
	for i, p := range risks {
		if p >= poorRisk*s.Rate {
			average = whole.Numbers[i]
		}
		if p >= s.Rate {
			good = whole.Numbers[i]
		}
	}
	if average > 0 && average < good {
		bands.Average, bands.Good = average, good
	}
	return bands, nil
}

// scoreOf is the score that the points of measures give, without caps and accounts below; NaN where nothing counts.
func scoreOf(card *health.Scorecard, points []float64) float64 {
	at, sum, weight := 0, 0.0, 0.0
	for _, g := range card.Groups {
		inner, all := 0.0, 0.0
		for _, m := range g.Measures {
			if p := points[at]; !math.IsNaN(p) {
				inner, all = inner+m.Weight*p, all+m.Weight
			}
			at++
		}
		if all > 0 {
			sum, weight = sum+g.Weight*inner/all, weight+g.Weight
		}
	}
	return sum / weight
}

// parts are the parts of a score that its measures make up, where all are known; they add up to 1.
func parts(card *health.Scorecard) []float64 {
	var all []float64
	sum := 0.0
	card.Each(func(g *health.ScoreGroup, m *health.Measure) {
		inner := 0.0
		for _, other := range g.Measures {
			inner += other.Weight
		}
		part := 0.0
		if inner > 0 {
			part = g.Weight * m.Weight / inner
		}
		all, sum = append(all, part), sum+part
	})
	if sum > 0 {
		for i := range all {
			all[i] /= sum
		}
	}
	return all
}

// reweighed is a scorecard with other parts for its measures, in weights that are tenths and add up to 100. A group without
// any weight keeps those of its measures.
func reweighed(card health.Scorecard, parts []float64) health.Scorecard {
	card.Version, card.By = 0, ""
	groups := slices.Clone(card.Groups)
	card.Groups = groups
	weights := make([]float64, len(groups))
	at := 0
	for g := range groups {
		own := parts[at : at+len(groups[g].Measures)]
		at += len(own)
		for _, part := range own {
			weights[g] += part
		}
		if weights[g] <= 0 {
			continue
		}
		groups[g].Measures = slices.Clone(groups[g].Measures)
		for m, w := range tenths(own) {
			groups[g].Measures[m].Weight = w
		}
	}
	for g, w := range tenths(weights) {
		groups[g].Weight = w
	}
	return card
}

// tenths brings parts to tenths of a hundred that add up to it, by the largest remainders.
func tenths(parts []float64) []float64 {
	const all = 1000
	sum := 0.0
	for _, p := range parts {
		sum += p
	}
	whole, left := make([]float64, len(parts)), float64(all)
	order := make([]int, len(parts))
	for i, p := range parts {
		order[i] = i
		whole[i] = math.Floor(all * p / sum)
		left -= whole[i]
	}
	rest := func(i int) float64 { return all*parts[i]/sum - whole[i] }
	slices.SortStableFunc(order, func(a, b int) int { return compare(rest(b), rest(a)) })
	for _, i := range order[:int(math.Round(left))] {
		whole[i]++
	}
	for i := range whole {
		whole[i] /= 10
	}
	return whole
}
