package stat

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// encoding turns one column into features. It is learned from training rows without a look at their outcomes. Features
// have the mean zero there, so a feature times its coefficient says how a row differs from the average one.
type encoding struct {
	name, kind string
	terms      []string
	means      []float64
	scales     []float64
	// Of numbers: they are kept between low and high, and the curve may bend at the knots.
	low, high, fill float64
	knots           []float64
	// Of labels: the feature of each; rare is that of all others, or -1. Of both: the feature of what is missing, or -1.
	features      map[string]int
	rare, missing int
}

// A label has a feature of its own when at least this many rows have it, and only the most frequent do.
const (
	rareLabel  = 10
	mostLabels = 50
	mostKnots  = 5
	// outcomesABend are needed for each knot.
	outcomesABend = 50
)

// bends is how many knots the outcomes allow, whichever kind there are fewer of: what few outcomes say of a bend is chance.
func bends(outcomes []bool) int {
	events := count(outcomes)
	return max(1, min(mostKnots, min(events, len(outcomes)-events)/outcomesABend))
}

func learnEncoding(c Column, knots int) *encoding {
	e := &encoding{name: c.Name, rare: -1, missing: -1}
	if c.Numbers != nil {
		e.learnNumbers(c, knots)
	} else {
		e.learnLabels(c)
	}
	n := max(len(c.Numbers), len(c.Labels))
	e.means, e.scales = make([]float64, len(e.terms)), make([]float64, len(e.terms))
	row := make([]float64, len(e.terms))
	squares := make([]float64, len(e.terms))
	for i := range n {
		e.raw(c, i, row)
		for k, v := range row {
			e.means[k] += v / float64(n)
			squares[k] += v * v / float64(n)
		}
	}
	for k := range e.scales {
		// Shares keep their scale, so that a label with few rows is drawn to the average more than one with many.
		e.scales[k] = 0.5
		if e.kind == "number" && k != e.missing {
			e.scales[k] = math.Sqrt(math.Max(0, squares[k]-e.means[k]*e.means[k]))
		}
		if e.scales[k] < 1e-12 {
			e.scales[k] = 1
		}
	}
	return e
}

func (e *encoding) learnNumbers(c Column, knots int) {
	e.kind = "number"
	sorted := c.values()
	if len(sorted) == 0 {
		return
	}
	at := func(q float64) float64 { return sorted[int(math.Round(q*float64(len(sorted)-1)))] }
	// What is further out than one in two hundred says no more than that it is far out.
	e.low, e.high, e.fill = at(0.005), at(0.995), at(0.5)
	if e.low == e.high {
		e.low, e.high = sorted[0], sorted[len(sorted)-1]
	}
	e.terms = append(e.terms, c.Name)
	distinct := slices.Compact(slices.Clone(sorted))
	var candidates []float64
	if len(distinct) <= knots+2 {
		candidates = distinct
	} else {
		for k := range knots {
			candidates = append(candidates, at((float64(k)+0.5)/float64(knots)))
		}
	}
	for _, k := range candidates {
		if k > e.low && k < e.high && !slices.Contains(e.knots, k) {
			e.knots = append(e.knots, k)
			e.terms = append(e.terms, fmt.Sprintf("%s over %.6g", c.Name, k))
		}
	}
	if len(sorted) < len(c.Numbers) {
		e.missing = len(e.terms)
		e.terms = append(e.terms, c.Name+" missing")
	}
}

func (e *encoding) learnLabels(c Column) {
	e.kind, e.features = "label", map[string]int{}
	counts := c.counts()
	labels := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	told, others := 0, 0
	for _, l := range labels {
		told += counts[l]
		if counts[l] < rareLabel || len(e.features) == mostLabels {
			others++
			continue
		}
		e.features[l] = len(e.terms)
		e.terms = append(e.terms, c.Name+" = "+l)
	}
	if others > 0 {
		e.rare = len(e.terms)
		e.terms = append(e.terms, c.Name+" = any other")
	}
	if told < len(c.Labels) {
		e.missing = len(e.terms)
		e.terms = append(e.terms, c.Name+" missing")
	}
}

// effect gives the weights with which the features' coefficients add up to what is said about a term: the change for
// one unit of a number, or what sets a label apart from the average row.
func (e *encoding) effect(term int) []float64 {
	weights := make([]float64, len(e.terms))
	if e.kind == "number" && term != e.missing {
		weights[term] = 1 / e.scales[term]
		return weights
	}
	for k := range weights {
		switch {
		case k == term:
			weights[k] = (1 - e.means[k]) / e.scales[k]
		case e.kind == "label":
			weights[k] = -e.means[k] / e.scales[k]
		}
	}
	return weights
}

// raw writes the features of a row before they are centred.
func (e *encoding) raw(c Column, i int, row []float64) {
	clear(row)
	if c.Numbers == nil {
		k, ok := e.features[c.Labels[i]]
		switch {
		case c.Labels[i] == "":
			k = e.missing
		case !ok:
			k = e.rare
		}
		if k >= 0 {
			row[k] = 1
		}
		return
	}
	v := c.Numbers[i]
	if math.IsNaN(v) {
		if e.missing >= 0 {
			row[e.missing] = 1
		}
		v = e.fill
	}
	if len(row) == 0 {
		return
	}
	v = math.Max(e.low, math.Min(e.high, v))
	row[0] = v - e.low
	for k, at := range e.knots {
		row[1+k] = math.Max(0, v-at)
	}
}

// encode writes the features of a row. A label that was never seen counts as the average.
func (e *encoding) encode(c Column, i int, row []float64) {
	e.raw(c, i, row)
	if c.Numbers == nil {
		_, seen := e.features[c.Labels[i]]
		if unseen := !seen && c.Labels[i] != "" && e.rare < 0; unseen || (c.Labels[i] == "" && e.missing < 0) {
			clear(row)
			return
		}
	}
	for k := range row {
		row[k] = (row[k] - e.means[k]) / e.scales[k]
	}
}
