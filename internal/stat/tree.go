package stat

import (
	"cmp"
	"math"
	"slices"
)

// cut sorts the cells of a column into bins: 0 is what is missing; of numbers each bin ends at one of Edges, of labels 1 is
// any other.
type cut struct {
	Column string         `json:"column"`
	Edges  []float64      `json:"edges,omitempty"`
	Labels map[string]int `json:"labels,omitempty"`
}

// mostBins fit into the bits of a split.
const (
	mostBins   = 64
	numberBins = 32
	firstLabel = 2
)

// cutOf is learned from the values of a column, without a look at outcomes.
func cutOf(c Column) cut {
	out := cut{Column: c.Name}
	if c.Numbers == nil {
		counts := c.counts()
		var labels []string
		for l, n := range counts {
			if n >= rareLabel {
				labels = append(labels, l)
			}
		}
		slices.SortFunc(labels, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
		out.Labels = map[string]int{}
		for n, l := range labels[:min(len(labels), mostLabels)] {
			out.Labels[l] = firstLabel + n
		}
		return out
	}
	sorted := c.values()
	distinct := slices.Compact(slices.Clone(sorted))
	if len(distinct) <= numberBins {
		out.Edges = distinct[:max(0, len(distinct)-1)]
		return out
	}
	for k := 1; k < numberBins; k++ {
		if at := sorted[k*len(sorted)/numberBins]; at < distinct[len(distinct)-1] && !slices.Contains(out.Edges, at) {
			out.Edges = append(out.Edges, at)
		}
	}
	return out
}

// bin is that of a cell.
func (c *cut) bin(column Column, row int) uint8 {
	if column.Numbers == nil {
		if label := column.Labels[row]; label == "" {
			return 0
		} else if at, known := c.Labels[label]; known {
			return uint8(at)
		}
		return 1
	}
	v := column.Numbers[row]
	if math.IsNaN(v) {
		return 0
	}
	at, _ := slices.BinarySearch(c.Edges, v)
	return uint8(1 + at)
}

// binned are the bins of rows, by column.
func binned(cuts []cut, columns []Column, n int) [][]uint8 {
	all := make([][]uint8, len(cuts))
	for k := range cuts {
		all[k] = make([]uint8, n)
		for i := range n {
			all[k][i] = cuts[k].bin(columns[k], i)
		}
	}
	return all
}

// fork parts rows by a column: Left has the bit of each bin that goes there.
type fork struct {
	Column int    `json:"column"`
	Left   uint64 `json:"left,string"`
}

func (s fork) left(bin uint8) bool { return s.Left>>bin&1 == 1 }

// tree says what two columns tell together: the first split parts all rows, the others those on its left and on its right.
// Column -1 is no split.
type tree struct {
	Forks [3]fork `json:"forks"`
	// Adds is what each side of a split adds to the log-odds beside the mean of those it parts: so a column's part of it adds
	// up to nothing over the rows it was grown on. Root is the mean of all.
	Adds [3][2]float64 `json:"adds"`
	Root float64       `json:"root"`
}

// each gives what each split on the way of a row adds.
func (t *tree) each(bin func(column int) uint8, use func(column int, adds float64)) {
	for at := 0; at < 3 && t.Forks[at].Column >= 0; {
		side := 1
		if t.Forks[at].left(bin(t.Forks[at].Column)) {
			side = 0
		}
		use(t.Forks[at].Column, t.Adds[at][side])
		if at > 0 {
			return
		}
		at = 1 + side
	}
}

// score is what it adds to the log-odds of a row, its root with it.
func (t *tree) score(bins [][]uint8, row int) float64 {
	sum := t.Root
	t.each(func(column int) uint8 { return bins[column][row] }, func(_ int, adds float64) { sum += adds })
	return sum
}

// What keeps trees small: how far each goes towards what is left over, what pulls a side to nothing, and how many rows it has.
const (
	treeStep  = 0.1
	treePull  = 5.0
	leastSide = 10
)

// pile is what is left over of rows: their number, the sums of outcome less risk, and of risk times one less risk.
type pile struct{ n, g, h float64 }

func (p *pile) add(q pile)      { p.n, p.g, p.h = p.n+q.n, p.g+q.g, p.h+q.h }
func (p pile) less(q pile) pile { return pile{p.n - q.n, p.g - q.g, p.h - q.h} }
func (p pile) gain() float64    { return p.g * p.g / (p.h + treePull) }
func (p pile) value() float64   { return treeStep * p.g / (p.h + treePull) }

// grow makes a tree of rows for what is left over.
func grow(cuts []cut, bins [][]uint8, rows []int32, g, h []float64) tree {
	t := tree{Forks: [3]fork{{Column: -1}, {Column: -1}, {Column: -1}}}
	side := make([]uint8, len(rows)) // 0 all, then 1 left, 2 right
	var of [3]pile
	var leaf [3][2]pile
	for at := range 3 {
		for k, i := range rows {
			if side[k] == uint8(at) {
				of[at].add(pile{1, g[i], h[i]})
			}
		}
		if at > 0 && t.Forks[0].Column < 0 {
			break
		}
		t.Forks[at], leaf[at][0] = best(cuts, bins, rows, side, uint8(at), of[at], g, h)
		leaf[at][1] = of[at].less(leaf[at][0])
		if at == 0 && t.Forks[0].Column >= 0 {
			for k, i := range rows {
				if side[k] = 2; t.Forks[0].left(bins[t.Forks[0].Column][i]) {
					side[k] = 1
				}
			}
		}
	}
	if t.Forks[0].Column < 0 {
		return t
	}
	mean := [2]float64{leaf[0][0].value(), leaf[0][1].value()}
	for at := 1; at < 3; at++ {
		if t.Forks[at].Column < 0 {
			continue
		}
		left, right := leaf[at][0], leaf[at][1]
		mean[at-1] = (left.n*left.value() + right.n*right.value()) / of[at].n
		t.Adds[at] = [2]float64{left.value() - mean[at-1], right.value() - mean[at-1]}
	}
	t.Root = (leaf[0][0].n*mean[0] + leaf[0][1].n*mean[1]) / of[0].n
	t.Adds[0] = [2]float64{mean[0] - t.Root, mean[1] - t.Root}
	return t
}

// best is the split of the rows on a side that explains most of what is left over, with what goes left; column -1 for none.
func best(cuts []cut, bins [][]uint8, rows []int32, side []uint8, at uint8, all pile, g, h []float64) (fork, pile) {
	found, left, most := fork{Column: -1}, pile{}, all.gain()+1e-9
	if all.n < 2*leastSide {
		return found, left
	}
	for c := range cuts {
		var piles [mostBins]pile
		column := bins[c]
		for k, i := range rows {
			if side[k] == at {
				p := &piles[column[i]]
				p.n, p.g, p.h = p.n+1, p.g+g[i], p.h+h[i]
			}
		}
		order := make([]int, 0, mostBins)
		for b := range piles {
			if piles[b].n > 0 && (b > 0 || cuts[c].Edges == nil) {
				order = append(order, b)
			}
		}
		if cuts[c].Edges == nil { // labels have no order but that of what is left over of them
			slices.SortFunc(order, func(a, b int) int { return cmp.Compare(piles[a].value(), piles[b].value()) })
		}
		for _, missing := range []bool{false, true} {
			if missing && (cuts[c].Edges == nil || piles[0].n == 0) {
				break
			}
			sum, bits := pile{}, uint64(0)
			if missing {
				sum, bits = piles[0], 1
			}
			for _, b := range order {
				sum.add(piles[b])
				bits |= 1 << b
				rest := all.less(sum)
				if sum.n < leastSide || rest.n < leastSide {
					continue
				}
				if gain := sum.gain() + rest.gain(); gain > most {
					most, found, left = gain, fork{c, bits}, sum
				}
			}
		}
	}
	if found.Column >= 0 && left.n > all.n-left.n { // what nobody had goes with most
		found.Left |= unseen(bins[found.Column], rows, side, at)
	}
	return found, left
}

// unseen are the bins that no row on a side is in.
func unseen(column []uint8, rows []int32, side []uint8, at uint8) uint64 {
	var there uint64
	for k, i := range rows {
		if side[k] == at {
			there |= 1 << column[i]
		}
	}
	return ^there
}
