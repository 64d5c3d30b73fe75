package metric

import (
	"cmp"
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/stat"
)

func init() { estimators["predicted_value"] = predictedValue }

// mostBuyers is to how many buyers the model of buying is fitted, evenly taken from all: the time it takes grows with
// them, and more would hardly narrow the interval.
const mostBuyers = 2500

// mostSlowly is how many of them, evenly taken by what they bought, stand for all where buyers differ so little in how
// often they buy that what they will buy has to be integrated.
const mostSlowly = 40

// fewestLives is the number of customers under agreement of one cycle below which nothing is predicted.
const fewestLives = 10

// What predictedValue observes of a life under agreement: its account, the months of its cycle and how many it lasted,
// whether it was lost then, and what it pays a month (null unless it pays still). Of a buyer: its account and person, days
// bought again, days from the first purchase to the last and to the end, and what a repeat was worth on average. Of both:
// how many months are predicted, and the discount a year in percent.
const (
	ofAccount = iota
	ofPerson
	ofCycle
	ofAge
	ofLost
	ofMonthly
	ofRepeats
	ofLast
	ofWatched
	ofValue
	ofMonths
	ofDiscount
)

// worth is what one model predicts: a total of so many customers, and half the width of its logarithm's interval.
type worth struct {
	total, half float64
	bounded     bool
}

// predictedValue is what a present customer will bring from now on, on average: renewals to come by the shifted
// beta-geometric model, for each length of cycle alone, and orders to come by BG/NBD with Gamma-Gamma. Every model is
// listed with its parameters, or with the reason why it tells nothing; customers that none covers are left out.
func predictedValue(observations [][]float64) Estimate {
	lives, buyers := map[float64][][]float64{}, [][]float64{}
	for _, o := range observations {
		if math.IsNaN(o[ofCycle]) {
			buyers = append(buyers, o)
		} else {
			lives[o[ofCycle]] = append(lives[o[ofCycle]], o)
		}
	}
	var parts []worth
	models := []Row{}
	covered, leftOut := map[[2]float64]bool{}, map[[2]float64]bool{}
	count := func(row Row, part *worth, of [][]float64) {
		into := leftOut
		if part != nil {
			parts, into = append(parts, *part), covered
		}
		for _, o := range of {
			into[[2]float64{o[ofAccount], o[ofPerson]}] = true
		}
		models = append(models, row)
	}
	for _, cycle := range sortedFloats(lives) {
		row, part := predictRenewals(cycle, lives[cycle])
		count(row, part, slices.DeleteFunc(lives[cycle], func(o []float64) bool { return math.IsNaN(o[ofMonthly]) }))
	}
	if len(buyers) > 0 {
		row, part := predictOrders(buyers)
		count(row, part, buyers)
	}
	for who := range covered {
		delete(leftOut, who)
	}
	found := Estimate{N: int64(len(covered)), Detail: map[string]any{"models": models, "left_out": float64(len(leftOut))}}
	total, variance, bounded := 0.0, 0.0, true
	for _, part := range parts {
		total += part.total
		variance += part.total * part.total * part.half * part.half
		bounded = bounded && (part.bounded || part.total == 0)
	}
	if len(covered) == 0 || math.IsNaN(total) || math.IsInf(total, 0) {
		return found
	}
	mean := total / float64(len(covered))
	found.Value = &mean
	if half := math.Sqrt(variance) / total; bounded && total > 0 && half < 100 {
		low, high := mean*math.Exp(-half), mean*math.Exp(half)
		found.Low, found.High = &low, &high
	}
	return found
}

// predictRenewals fits the lives of one cycle, and says what those that go on are worth.
func predictRenewals(cycle float64, lives [][]float64) (Row, *worth) {
	row := Row{"model": "sbg", "cycle_months": cycle, "fitted_to": float64(len(lives)), "alpha": nil, "beta": nil, "value": nil, "reason": nil}
	var kept, lost []float64
	var held []stat.Holding
	left := 0.0
	for _, o := range lives {
		renewed := int(o[ofAge]/cycle + 1e-6)
		if o[ofLost] == 1 {
			renewed = max(0, int(math.Ceil(o[ofAge]/cycle-1e-6))-1)
			left++
		}
		for len(kept) <= renewed {
			kept, lost = append(kept, 0), append(lost, 0)
		}
		for i := range renewed {
			kept[i]++
		}
		if o[ofLost] == 1 {
			lost[renewed]++
		}
		if !math.IsNaN(o[ofMonthly]) {
			held = append(held, stat.Holding{Renewals: renewed, Worth: o[ofMonthly] * cycle})
		}
	}
	row["customers"], row["lost"] = float64(len(held)), left
	for len(kept) > 0 && kept[len(kept)-1]+lost[len(lost)-1] == 0 { // a renewal that nobody was due for yet
		kept, lost = kept[:len(kept)-1], lost[:len(lost)-1]
	}
	switch {
	case len(lives) < fewestLives:
		row["reason"] = "too_few_customers"
		return row, nil
	case left == 0:
		row["reason"] = "nobody_left"
		return row, nil
	}
	m, err := stat.FitCohorts(kept, lost)
	if err != nil {
		row["reason"] = "too_few_renewals"
		return row, nil
	}
	row["alpha"], row["beta"] = m.Alpha, m.Beta
	months, discount := lives[0][ofMonths], lives[0][ofDiscount]
	total, interval := m.Value(held, int(months/cycle), math.Pow(1+discount/100, cycle/12)-1)
	row["value"] = Amount(total)
	return row, &worth{total: total, half: halfOf(interval), bounded: interval != nil}
}

// predictOrders fits how often and for how much buyers buy, and says what they will.
func predictOrders(observed [][]float64) (Row, *worth) {
	slices.SortFunc(observed, func(a, b []float64) int {
		return cmp.Or(cmp.Compare(a[ofAccount], b[ofAccount]), cmp.Compare(a[ofPerson], b[ofPerson]))
	})
	n := len(observed)
	taken := min(n, mostBuyers)
	row := Row{"model": "bgnbd", "customers": float64(n), "fitted_to": float64(taken), "r": nil, "alpha": nil, "a": nil, "b": nil, "valued": nil, "p": nil, "q": nil, "v": nil, "value": nil, "reason": nil}
	buyers := make([]stat.Buyer, taken)
	for i := range buyers {
		o := observed[i*n/taken]
		buyers[i] = stat.Buyer{Repeats: int(o[ofRepeats]), LastRepeat: o[ofLast] / 7, Watched: o[ofWatched] / 7}
		if o[ofValue] > 0 { // null without repeats; below zero where more was given back than bought
			buyers[i].Value = o[ofValue]
		}
	}
	if n < fewestLives {
		row["reason"] = "too_few_customers"
		return row, nil
	}
	m, err := stat.FitPurchases(buyers)
	if err != nil {
		row["reason"] = "nobody_bought_again"
		return row, nil
	}
	row["r"], row["alpha"], row["a"], row["b"] = m.R, m.Alpha, m.A, m.B
	spend, err := stat.FitSpend(buyers)
	if err != nil {
		row["reason"] = "too_few_repeats"
		return row, nil
	}
	row["p"], row["q"], row["v"] = spend.P, spend.Q, Amount(spend.V)
	if m.R > m.A+m.B+5 && taken > mostSlowly {
		slices.SortFunc(buyers, func(a, b stat.Buyer) int {
			return cmp.Or(cmp.Compare(a.Repeats, b.Repeats), cmp.Compare(a.LastRepeat, b.LastRepeat), cmp.Compare(a.Watched, b.Watched), cmp.Compare(a.Value, b.Value))
		})
		for i := range mostSlowly {
			buyers[i] = buyers[(2*i+1)*taken/(2*mostSlowly)]
		}
		buyers = buyers[:mostSlowly]
	}
	const weeks = 365.25 / 7 // of a year
	_, totals, err := stat.Lifetimes(m, spend, buyers, observed[0][ofMonths]*weeks/12, math.Pow(1+observed[0][ofDiscount]/100, 1/weeks)-1)
	switch {
	case err != nil:
		row["reason"] = "watched_too_briefly"
		return row, nil
	case totals.Mean == nil:
		row["reason"] = "no_finite_mean"
		return row, nil
	}
	total := *totals.Mean * float64(n)
	row["value"], row["valued"] = Amount(total), float64(len(buyers))
	return row, &worth{total: total, half: halfOf(totals.MeanRange), bounded: totals.MeanRange != nil}
}

// halfOf is half the width of an interval's logarithm.
func halfOf(l *stat.Limits) float64 {
	if l == nil {
		return 0
	}
	return math.Log(l.High/l.Low) / 2
}

func sortedFloats[V any](m map[float64]V) []float64 {
	keys := make([]float64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
