package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Ranking is how well a number on any scale put those with the outcome above those without: what can be said of a score
// that is no probability. AUC is as in Judgement; Tenths have the lowest numbers first.
type Ranking struct {
	N           int     `json:"n"`
	Outcomes    int     `json:"outcomes"`
	AUC         float64 `json:"auc"`
	AUCInterval *Limits `json:"auc_interval"`
	// P is the probability of an AUC as far from 0.5 by chance alone.
	P      *float64 `json:"p"`
	Tenths []Tenth  `json:"tenths"`
}

// Tenth is a tenth of the rows by their number. Lift is the share with the outcome over that of all.
type Tenth struct {
	N            int     `json:"n"`
	Low          float64 `json:"low"` // its least and greatest number
	High         float64 `json:"high"`
	Observed     float64 `json:"observed"`
	Interval     *Limits `json:"interval"`
	Lift         float64 `json:"lift"`
	LiftInterval *Limits `json:"lift_interval"` // the share of all is taken as known
}

// Enough refuses outcomes that are too few to judge anything by: fewer than 30 rows with or without the outcome.
func Enough(outcomes []bool) error {
	events := count(outcomes)
	if rest := len(outcomes) - events; min(events, rest) < SmallSample {
		return refuse("wait for more, or look at a longer time", "%d rows with the outcome and %d without are too few to judge by: at least %d of each are needed", events, rest, SmallSample)
	}
	return nil
}

func count(outcomes []bool) (n int) {
	for _, y := range outcomes {
		if y {
			n++
		}
	}
	return n
}

// Rank says how well numbers foretold outcomes: more of the number is taken to mean a greater chance of it. groups are as for
// Judge. Refused: too few outcomes (see Enough), numbers that are none.
func Rank(numbers []float64, outcomes []bool, groups []string) (*Ranking, error) {
	if err := alike(numbers, outcomes); err != nil {
		return nil, err
	}
	r := &Ranking{N: len(numbers), Outcomes: count(outcomes)}
	auc, se := delong(numbers, outcomes, groups)
	r.AUC = auc
	if se > 0 {
		r.AUCInterval = limits(math.Max(0, auc-z*se), math.Min(1, auc+z*se))
		r.P = known(2 * distuv.UnitNormal.Survival(math.Abs(auc-0.5)/se))
	}
	base := float64(r.Outcomes) / float64(r.N)
	order := ranked(numbers)
	for t, d := range deciles(numbers, outcomes, groups, base) {
		first, last := t*r.N/min(10, r.N), (t+1)*r.N/min(10, r.N)-1
		r.Tenths = append(r.Tenths, Tenth{N: d.N, Low: numbers[order[first]], High: numbers[order[last]], Observed: d.Observed,
			Interval: d.Interval, Lift: d.Lift, LiftInterval: &Limits{d.Interval.Low / base, d.Interval.High / base}})
	}
	return r, nil
}

func alike(numbers []float64, outcomes []bool) error {
	if len(numbers) != len(outcomes) {
		return refuse("give one number for each", "%d numbers can't be judged by %d outcomes", len(numbers), len(outcomes))
	}
	for i, x := range numbers {
		if !finite(x) {
			return refuseRow(i, "%v is no number to rank by", x)
		}
	}
	return Enough(outcomes)
}

// Duel compares two numbers by the same outcomes. Difference is the AUC of the first less that of the second, with the
// interval and test of DeLong, DeLong and Clarke-Pearson for numbers of the same rows.
type Duel struct {
	First      float64  `json:"first"`
	Second     float64  `json:"second"`
	Difference float64  `json:"difference"`
	Interval   *Limits  `json:"interval"`
	P          *float64 `json:"p"`
}

// Compare says which of two numbers foretold outcomes better. Refused as Rank does.
func Compare(first, second []float64, outcomes []bool, groups []string) (*Duel, error) {
	for _, numbers := range [][]float64{first, second} {
		if err := alike(numbers, outcomes); err != nil {
			return nil, err
		}
	}
	a, b := place(first, outcomes), place(second, outcomes)
	d := &Duel{First: a.auc, Second: b.auc, Difference: a.auc - b.auc}
	for i := range a.of {
		a.of[i] -= b.of[i]
	}
	a.auc = d.Difference
	if se := a.err(outcomes, groups); se > 0 {
		d.Interval = limits(d.Difference-z*se, d.Difference+z*se)
		d.P = known(2 * distuv.UnitNormal.Survival(math.Abs(d.Difference)/se))
	}
	return d, nil
}

// placements say of each row what share of the rows of the other outcome it is on the right side of; their mean is the AUC.
type placements struct {
	auc float64
	of  []float64
}

// place finds them by way of midranks (Sun and Xu, IEEE Signal Processing Letters 2014).
func place(numbers []float64, outcomes []bool) placements {
	var with, without []float64
	for i, x := range numbers {
		if outcomes[i] {
			with = append(with, x)
		} else {
			without = append(without, x)
		}
	}
	m, n := float64(len(with)), float64(len(without))
	all := midranks(append(slices.Clone(with), without...))
	own, others := midranks(with), midranks(without)
	p := placements{of: make([]float64, len(numbers))}
	yes, no := 0, 0
	for i := range numbers {
		if outcomes[i] {
			p.of[i] = (all[yes] - own[yes]) / n
			p.auc += p.of[i] / m
			yes++
		} else {
			p.of[i] = 1 - (all[len(with)+no]-others[no])/m
			no++
		}
	}
	return p
}

// err is the standard error of the mean placement. Rows of a group go together (Obuchowski, Biometrics 1997); where each row
// is its own group that is DeLong's.
func (p placements) err(outcomes []bool, groups []string) float64 {
	type sums struct{ with, without, nWith, nWithout float64 }
	at := map[string]int{}
	var all []sums
	var m, n float64
	for i, y := range outcomes {
		k := i
		if groups == nil {
			all = append(all, sums{})
		} else {
			var seen bool
			if k, seen = at[groups[i]]; !seen {
				k = len(all)
				at[groups[i]] = k
				all = append(all, sums{})
			}
		}
		if s := &all[k]; y {
			s.with += p.of[i]
			s.nWith++
			m++
		} else {
			s.without += p.of[i]
			s.nWithout++
			n++
		}
	}
	var with, without, both, squaresWith, squaresWithout, crossed float64
	for _, s := range all {
		a, b := s.with-s.nWith*p.auc, s.without-s.nWithout*p.auc
		both++
		crossed += a * b
		if s.nWith > 0 {
			with++
			squaresWith += a * a
		}
		if s.nWithout > 0 {
			without++
			squaresWithout += b * b
		}
	}
	spread := func(k, squares, rows float64) float64 { return k / math.Max(1, k-1) * squares / (rows * rows) }
	return math.Sqrt(math.Max(0, spread(with, squaresWith, m)+spread(without, squaresWithout, n)+2*both/math.Max(1, both-1)*crossed/(m*n)))
}

// delong is the AUC and its standard error.
func delong(numbers []float64, outcomes []bool, groups []string) (auc, se float64) {
	p := place(numbers, outcomes)
	return p.auc, p.err(outcomes, groups)
}
