package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Weighing is what weights of measures would have foretold an outcome best. All weights are shares of 1 and none is negative:
// each measure's direction is known, and a weight against it would be a finding about the data, not a better score.
type Weighing struct {
	Rows     int      `json:"rows"`
	Outcomes int      `json:"outcomes"`
	Weights  []Weight `json:"weights"`
	// Penalty draws weights towards each other; it was chosen by cross-validation. The fewer outcomes, the nearer to equal.
	Penalty float64 `json:"penalty"`
	// HeldOut compares them with equal weights on rows that the weights were not learned from.
	HeldOut *Duel `json:"held_out"`
	// Picked are the rows that were learned from, where there were too many for all of them: all of the groups with the rarer
	// outcome and some of the others. Held are the scores, 0 to 100, that weights learned from other groups give to them.
	Picked []int     `json:"-"`
	Held   []float64 `json:"-"`
}

// Weight is that of one measure. Its interval is that of samples drawn anew from the groups.
type Weight struct {
	Measure  string  `json:"measure"`
	Weight   float64 `json:"weight"`
	Interval *Limits `json:"interval"`
	// Used is the share of those samples in which it has any weight.
	Used float64 `json:"used"`
}

const (
	weighingDraws = 200
	weighingSteps = 30
	// mostWeighed is how many rows weights are learned from.
	mostWeighed = 12000
	// scoreUnit is what a measure's change is told in: 25 points of 100.
	scoreUnit = 25
)

// weighings are the penalties that are tried.
var weighings = []float64{10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003}

// SuggestWeights learns weights from measures on a scale from 0 to 100, 100 the best, and whether something bad came of each
// row. What a measure has no number for (NaN) is left out of its row, as scorecards do: it stands at the mean of the row's
// others. Rows of one group, an account, go together in everything. Refused: too few outcomes (see Enough), fewer than two
// measures, cells outside the scale, measures that tell nothing in the right direction.
func SuggestWeights(measures []Column, bad []bool, groups []string) (*Weighing, error) {
	if len(measures) < 2 {
		return nil, refuse("give two or more", "%d measures need no weights", len(measures))
	}
	if err := Enough(bad); err != nil {
		return nil, err
	}
	picked := make([]int, len(bad))
	for i := range picked {
		picked[i] = i
	}
	if len(bad) > mostWeighed {
		picked = drawn(bad, groups, mostWeighed/float64(len(bad)))
		measures, bad, groups = pick(measures, picked), pickOutcomes(bad, picked), pickGroups(groups, picked)
	}
	w := &weigher{width: len(measures), bad: bad, groups: groups}
	if err := w.read(measures); err != nil {
		return nil, err
	}
	all := make([]int, len(bad))
	for i := range all {
		all[i] = i
	}
	penalty, held := w.validate()
	best := w.fit(all, penalty, nil)
	weights := best.shares()
	if weights == nil {
		return nil, refuse("look at the direction of the measures, or at other ones", "no measure foretells the outcome in the direction it is meant to")
	}
	s := &Weighing{Rows: len(bad), Outcomes: count(bad), Penalty: penalty, Picked: picked, Held: make([]float64, len(held))}
	for i, v := range held {
		s.Held[i] = -v * scoreUnit
	}
	equal := make([]float64, len(bad))
	for i := range equal {
		equal[i] = -w.score(i, nil)
	}
	var err error
	if s.HeldOut, err = Compare(held, equal, bad, groups); err != nil {
		return nil, err
	}
	drawn := w.redraw(penalty, best)
	for k, c := range measures {
		of, used := make([]float64, 0, len(drawn)), 0.0
		for _, shares := range drawn {
			of = append(of, shares[k])
			if shares[k] > 0 {
				used++
			}
		}
		one := Weight{Measure: c.Name, Weight: weights[k]}
		if len(of) > 0 {
			slices.Sort(of)
			one.Interval, one.Used = limits(quantile(of, (1-Level)/2), quantile(of, (1+Level)/2)), used/float64(len(of))
		}
		s.Weights = append(s.Weights, one)
	}
	return s, nil
}

// weigher has the measures in rows, in units of scoreUnit.
type weigher struct {
	width    int
	measures []float64
	bad      []bool
	groups   []string
}

func (w *weigher) read(measures []Column) error {
	w.measures = make([]float64, len(w.bad)*w.width)
	for k, c := range measures {
		if len(c.Numbers) != len(w.bad) {
			return refuse("give one number for each row", "measure %s has %d numbers for %d outcomes", c.Name, len(c.Numbers), len(w.bad))
		}
		for i, v := range c.Numbers {
			if !math.IsNaN(v) && !(v >= 0 && v <= 100) {
				return refuseRow(i, "measure %s is %v, outside of 0 to 100", c.Name, v)
			}
			w.measures[i*w.width+k] = v / scoreUnit
		}
	}
	for i := range w.bad {
		row, sum, told := w.row(i), 0.0, 0.0
		for _, v := range row {
			if !math.IsNaN(v) {
				sum, told = sum+v, told+1
			}
		}
		mean := 50.0 / scoreUnit
		if told > 0 {
			mean = sum / told
		}
		for k, v := range row {
			if math.IsNaN(v) {
				row[k] = mean
			}
		}
	}
	return nil
}

func (w *weigher) row(i int) []float64 { return w.measures[i*w.width : (i+1)*w.width] }

// score is the weighted mean of a row; nil weighs all alike.
func (w *weigher) score(i int, weights []float64) (sum float64) {
	for k, v := range w.row(i) {
		if weights == nil {
			sum += v / float64(w.width)
		} else {
			sum += v * weights[k]
		}
	}
	return sum
}

// weighed is a fit: the log-odds of the bad outcome are base less the sum of slopes times measures.
type weighed struct {
	base   float64
	slopes []float64
}

// shares are the slopes brought to a sum of one; nil when all are zero.
func (f *weighed) shares() []float64 {
	sum := 0.0
	for _, b := range f.slopes {
		sum += b
	}
	if !(sum > 0) {
		return nil
	}
	shares := slices.Clone(f.slopes)
	for k := range shares {
		shares[k] /= sum
	}
	return shares
}

func (f *weighed) logit(row []float64) float64 { return f.base - dot(f.slopes, row) }

// loss is what fit makes as small as it can.
func (w *weigher) loss(f *weighed, rows []int, ridge float64) (sum float64) {
	for _, i := range rows {
		eta := f.logit(w.row(i))
		if w.bad[i] {
			eta = -eta
		}
		sum += softplus(eta)
	}
	mean := 0.0
	for _, b := range f.slopes {
		mean += b / float64(w.width)
	}
	for _, b := range f.slopes {
		sum += ridge / 2 * (b - mean) * (b - mean)
	}
	return sum
}

// fit finds the largest likelihood less penalty/2 a row times the squared distance of the slopes from their mean, with no slope
// below zero: Newton's parabola, descended one coordinate at a time, and half the way where its bottom lies too far.
func (w *weigher) fit(rows []int, penalty float64, start *weighed) *weighed {
	p := w.width
	f := &weighed{slopes: make([]float64, p)}
	if start != nil {
		f.base, f.slopes = start.base, slices.Clone(start.slopes)
	} else {
		events := 0.5
		for _, i := range rows {
			if w.bad[i] {
				events++
			}
		}
		f.base = math.Log(events / (float64(len(rows)) + 1 - events))
	}
	ridge := penalty * float64(len(rows))
	gram, right := make([]float64, (p+1)*(p+1)), make([]float64, p+1)
	x := make([]float64, p+1)
	value := w.loss(f, rows, ridge)
	for range weighingSteps {
		clear(gram)
		clear(right)
		for _, i := range rows {
			row := w.row(i)
			eta := f.logit(row)
			risk := share(eta)
			weight := math.Max(risk*(1-risk), 1e-6)
			y := 0.0
			if w.bad[i] {
				y = 1
			}
			aim := eta + (y-risk)/weight
			x[0] = 1
			for k, v := range row {
				x[k+1] = -v
			}
			for a, va := range x {
				right[a] += weight * va * aim
				for b, vb := range x {
					gram[a*(p+1)+b] += weight * va * vb
				}
			}
		}
		for a := 1; a <= p; a++ {
			for b := 1; b <= p; b++ {
				gram[a*(p+1)+b] -= ridge / float64(p)
			}
			gram[a*(p+1)+a] += ridge
		}
		before := &weighed{f.base, f.slopes}
		moved := f.descend(gram, right)
		next := w.loss(f, rows, ridge)
		for halves := 0; !(next <= value+1e-9*math.Abs(value)) && halves < 20; halves++ {
			f.base = (f.base + before.base) / 2
			for k := range f.slopes {
				f.slopes[k] = (f.slopes[k] + before.slopes[k]) / 2
			}
			moved, next = moved/2, w.loss(f, rows, ridge)
		}
		if value = next; moved < 1e-6 {
			break
		}
	}
	return f
}

// descend goes to the bottom of a parabola and tells how far that was.
func (f *weighed) descend(gram, right []float64) (moved float64) {
	n := len(right)
	theta := append([]float64{f.base}, f.slopes...)
	for range 500 {
		most := 0.0
		for a := range theta {
			rest := right[a]
			for b, v := range theta {
				if b != a {
					rest -= gram[a*n+b] * v
				}
			}
			next := rest / math.Max(gram[a*n+a], 1e-12)
			if a > 0 {
				next = math.Max(0, next)
			}
			most = math.Max(most, math.Abs(next-theta[a]))
			theta[a] = next
		}
		if most < 1e-9 {
			break
		}
	}
	moved = math.Abs(theta[0] - f.base)
	for k, v := range theta[1:] {
		moved = math.Max(moved, math.Abs(v-f.slopes[k]))
	}
	f.base, f.slopes = theta[0], theta[1:]
	return moved
}

// validate chooses the penalty by five-fold cross-validation and gives what fits that had not seen a row make of it.
func (w *weigher) validate() (penalty float64, held []float64) {
	fold := folds(w.bad, w.groups, penaltyFolds, seed+3)
	losses := make([]float64, len(weighings))
	logits := make([][]float64, len(weighings))
	for k := range weighings {
		logits[k] = make([]float64, len(w.bad))
	}
	for f := range penaltyFolds {
		inside, outside := split(fold, f)
		var fit *weighed
		for k, penalty := range weighings {
			fit = w.fit(inside, penalty, fit)
			shares := fit.shares()
			for _, i := range outside {
				eta := fit.logit(w.row(i))
				// Compared by the score, as base differs from fold to fold.
				logits[k][i] = -w.score(i, shares)
				if w.bad[i] {
					eta = -eta
				}
				losses[k] += softplus(eta)
			}
		}
	}
	best := 0
	for k, loss := range losses {
		if loss < losses[best] {
			best = k
		}
	}
	return weighings[best], logits[best]
}

// redraw fits samples of the groups, drawn with return.
func (w *weigher) redraw(penalty float64, start *weighed) (drawn [][]float64) {
	rowsOf := map[string][]int{}
	var names []string
	for i := range w.bad {
		name := groupOf(w.groups, i)
		if rowsOf[name] == nil {
			names = append(names, name)
		}
		rowsOf[name] = append(rowsOf[name], i)
	}
	r := rand.New(rand.NewPCG(seed, 4))
	for range weighingDraws {
		var rows []int
		for range names {
			rows = append(rows, rowsOf[names[r.IntN(len(names))]]...)
		}
		if shares := w.fit(rows, penalty, start).shares(); shares != nil {
			drawn = append(drawn, shares)
		}
	}
	return drawn
}
