package stat

import (
	"maps"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Comparison is the log-rank test of whether groups survive alike (Mantel, Cancer Chemotherapy Reports 1966). ChiSquare
// and P are nil when it can't be told: one group, no event, or no time at which somebody remained.
type Comparison struct {
	ChiSquare *float64   `json:"chi2"`
	Freedom   int        `json:"df"`
	P         *float64   `json:"p"`
	Groups    []Expected `json:"groups"`
}

// Expected is the number of events in a group beside the number that was to be expected if groups survived alike.
type Expected struct {
	Group    string  `json:"group"`
	N        int     `json:"n"`
	Observed int     `json:"observed"`
	Expected float64 `json:"expected"`
}

// LogRank compares the groups' survival.
func LogRank(groups map[string][]Spell) (*Comparison, error) {
	c := &Comparison{Groups: []Expected{}}
	type subject struct {
		Spell
		group int
	}
	var all []subject
	names := slices.Sorted(maps.Keys(groups))
	left := make([]float64, len(names))
	for g, name := range names {
		ordered, err := inOrder(groups[name])
		if err != nil {
			return nil, err
		}
		for _, s := range ordered {
			all = append(all, subject{s, g})
		}
		left[g] = float64(len(ordered))
		c.Groups = append(c.Groups, Expected{Group: name, N: len(ordered)})
	}
	slices.SortStableFunc(all, func(a, b subject) int {
		switch {
		case a.Duration < b.Duration:
			return -1
		case a.Duration > b.Duration:
			return 1
		}
		return 0
	})
	variance := mat.NewSymDense(max(1, len(names)), nil)
	n := float64(len(all))
	for i := 0; i < len(all); {
		t, events := all[i].Duration, 0.0
		leaving := map[int]float64{}
		for ; i < len(all) && all[i].Duration == t; i++ {
			leaving[all[i].group]++
			if all[i].Event {
				events++
				c.Groups[all[i].group].Observed++
			}
		}
		if events > 0 {
			for g := range names {
				c.Groups[g].Expected += events * left[g] / n
				for h := g; n > 1 && h < len(names); h++ {
					share := -left[h] / n
					if g == h {
						share++
					}
					variance.SetSym(g, h, variance.At(g, h)+events*(n-events)/(n-1)*left[g]/n*share)
				}
			}
		}
		for g, k := range leaving {
			left[g] -= k
			n -= k
		}
	}
	c.test(variance)
	return c, nil
}

// test leaves out groups in which nothing was to be expected, and one more, as the differences add up to zero.
func (c *Comparison) test(variance *mat.SymDense) {
	var used []int
	for g, e := range c.Groups {
		if e.Expected > 0 {
			used = append(used, g)
		}
	}
	if len(used) < 2 {
		return
	}
	used = used[1:]
	v := mat.NewSymDense(len(used), nil)
	d := mat.NewVecDense(len(used), nil)
	for i, g := range used {
		d.SetVec(i, float64(c.Groups[g].Observed)-c.Groups[g].Expected)
		for j, h := range used {
			v.SetSym(i, j, variance.At(g, h))
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(v) || factor.Cond() > 1e12 {
		return
	}
	var solved mat.VecDense
	if factor.SolveVecTo(&solved, d) != nil {
		return
	}
	c.Freedom = len(used)
	c.ChiSquare = known(mat.Dot(d, &solved))
	if c.ChiSquare != nil {
		c.P = known(distuv.ChiSquared{K: float64(c.Freedom)}.Survival(*c.ChiSquare))
	}
}
