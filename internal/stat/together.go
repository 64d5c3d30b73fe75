package stat

import (
	"cmp"
	"math"
	"slices"
)

// together is what columns tell beyond what each tells by itself: trees of two columns each, every one grown on what those
// before it left over. It is learned only where it foretells rows better that it has not seen.
type together struct {
	Cuts  []cut  `json:"cuts"`
	Trees []tree `json:"trees"`
}

const (
	mostTrees = 300
	// patience is how many trees in a row may foretell no better before no more are tried.
	patience = 15
	// leastBetter is the share of the log loss that trees must save, in all and with something in every fold, to be learned.
	leastBetter = 0.003
	// outcomesTogether are needed for them, of whichever kind there are fewer.
	outcomesTogether = 200
	// rowsTogether are enough to grow them on.
	rowsTogether = 50000
)

// boosting grows trees on some rows, whose scores it keeps for all.
type boosting struct {
	cuts     []cut
	bins     [][]uint8
	outcomes []bool
	rows     []int32
	scores   []float64 // log-odds of all rows
	g, h     []float64
}

// step grows one more tree; false where nothing is left to part.
func (b *boosting) step() (tree, bool) {
	for _, i := range b.rows {
		p := share(b.scores[i])
		b.g[i], b.h[i] = -p, p*(1-p)
		if b.outcomes[i] {
			b.g[i]++
		}
	}
	t := grow(b.cuts, b.bins, b.rows, b.g, b.h)
	if t.Forks[0].Column < 0 {
		return t, false
	}
	for i := range b.scores {
		b.scores[i] += t.score(b.bins, i)
	}
	return t, true
}

// loss is the log loss of rows.
func (b *boosting) loss(rows []int) (sum float64) {
	for _, i := range rows {
		eta := b.scores[i]
		if b.outcomes[i] {
			eta = -eta
		}
		sum += softplus(eta)
	}
	return sum
}

// chooseTrees says how many trees foretell rows best that were not learned from; 0 where none do clearly better than none.
// scores are the log-odds of all rows by what was learned without each fold, without trees.
func chooseTrees(columns []Column, outcomes []bool, fold []int, scores [][]float64) int {
	events := count(outcomes)
	if len(columns) < 2 || min(events, len(outcomes)-events) < outcomesTogether {
		return 0
	}
	cuts := cutsOf(columns)
	bins := binned(cuts, columns, len(outcomes))
	var all []*boosting
	held := make([][]int, penaltyFolds)
	first, total := make([]float64, penaltyFolds), 0.0
	for f := range penaltyFolds {
		var inside []int
		inside, held[f] = split(fold, f)
		b := &boosting{cuts: cuts, bins: bins, outcomes: outcomes, scores: scores[f], g: make([]float64, len(outcomes)), h: make([]float64, len(outcomes))}
		for _, i := range inside {
			b.rows = append(b.rows, int32(i))
		}
		all = append(all, b)
		first[f] = b.loss(held[f])
		total += first[f]
	}
	chosen, least := 0, total*(1-leastBetter)
	lowest, since := total, 0
	for n := 1; n <= mostTrees && since < patience; n++ {
		sum, everywhere := 0.0, true
		for f, b := range all {
			if _, more := b.step(); !more {
				return chosen
			}
			loss := b.loss(held[f])
			sum += loss
			everywhere = everywhere && loss < first[f]
		}
		if since++; sum < lowest {
			lowest, since = sum, 0
		}
		if everywhere && sum < least {
			chosen, least = n, sum
		}
	}
	return chosen
}

func cutsOf(columns []Column) []cut {
	cuts := make([]cut, len(columns))
	for k, c := range columns {
		cuts[k] = cutOf(c)
	}
	return cuts
}

// learnTrees grows as many trees as the card says on what columns leave over by themselves, and adds what they say to adds.
func (r *Risk) learnTrees(columns []Column, outcomes []bool, groups []string, adds [][]float64) {
	n := len(outcomes)
	t := &together{Cuts: cutsOf(columns)}
	b := &boosting{cuts: t.Cuts, bins: binned(t.Cuts, columns, n), outcomes: outcomes, scores: make([]float64, n), g: make([]float64, n), h: make([]float64, n)}
	for i := range adds {
		b.scores[i] = r.fit.Intercept
		for _, a := range adds[i] {
			b.scores[i] += a
		}
	}
	for _, i := range drawn(outcomes, groups, math.Min(1, float64(rowsTogether)/float64(n))) {
		b.rows = append(b.rows, int32(i))
	}
	for range r.Card.Trees {
		one, more := b.step()
		if !more {
			break
		}
		t.Trees = append(t.Trees, one)
	}
	r.together, r.Card.Trees, r.Card.Together = t, len(t.Trees), t.pairs(b.bins, b.rows)
	t.add(columns, adds)
	r.settle(adds, outcomes)
}

// add gives what columns add to rows together to each of them.
func (t *together) add(columns []Column, adds [][]float64) {
	bins := binned(t.Cuts, columns, len(adds))
	for i := range adds {
		for k := range t.Trees {
			t.Trees[k].each(func(column int) uint8 { return bins[column][i] }, func(column int, x float64) { adds[i][column] += x })
		}
	}
}

// fits says that it is of so many columns.
func (t *together) fits(columns int) bool {
	for _, one := range t.Trees {
		for _, f := range one.Forks {
			if f.Column < -1 || f.Column >= columns {
				return false
			}
		}
	}
	for _, c := range t.Cuts {
		if len(c.Edges)+firstLabel > mostBins {
			return false
		}
		for _, at := range c.Labels {
			if at < 0 || at >= mostBins {
				return false
			}
		}
	}
	return len(t.Cuts) == columns
}

// scale multiplies all that they add.
func (t *together) scale(factor float64) {
	for k := range t.Trees {
		one := &t.Trees[k]
		one.Root *= factor
		for at := range one.Adds {
			one.Adds[at][0] *= factor
			one.Adds[at][1] *= factor
		}
	}
}

// mostPairs are named, as they are found in some of the rows.
const (
	mostPairs   = 5
	rowsOfPairs = 5000
)

// pairs are the columns that trees part one after the other, by the variance of what the second fork adds to rows.
func (t *together) pairs(bins [][]uint8, rows []int32) []Pair {
	by, total := map[[2]string]float64{}, 0.0
	for k := range t.Trees {
		one := &t.Trees[k]
		var squares [3]float64 // by fork
		for _, i := range rows[:min(rowsOfPairs, len(rows))] {
			at := 0
			one.each(func(column int) uint8 { return bins[column][i] }, func(_ int, adds float64) {
				squares[at] += adds * adds
				if at = 2; one.Forks[0].left(bins[one.Forks[0].Column][i]) {
					at = 1
				}
			})
		}
		for at := 1; at < 3; at++ {
			first, second := one.Forks[0].Column, one.Forks[at].Column
			if second < 0 || first == second {
				continue
			}
			key := [2]string{t.Cuts[first].Column, t.Cuts[second].Column}
			slices.Sort(key[:])
			by[key] += squares[at]
			total += squares[at]
		}
	}
	var all []Pair
	for columns, further := range by {
		all = append(all, Pair{columns, further / total})
	}
	slices.SortFunc(all, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), slices.Compare(a.Columns[:], b.Columns[:]))
	})
	return all[:min(mostPairs, len(all))]
}
