package stat

import (
	"math"
	"slices"
)

// Judgement is how good foretold risks were. AUC is the probability that of two rows with different outcomes the one
// with the outcome was given the higher risk; nil where all outcomes are alike.
type Judgement struct {
	N      int      `json:"n"`
	Events int      `json:"outcomes"`
	AUC    *float64 `json:"auc"`
	// AUCInterval is that of DeLong, DeLong and Clarke-Pearson (Biometrics 1988); nil when the ranking is perfect, which
	// says nothing about chance.
	AUCInterval *Limits `json:"auc_interval"`
	Brier       float64 `json:"brier"` // mean squared error
	// BrierInterval is that of a mean.
	BrierInterval *Limits `json:"brier_interval"`
	// Skill is the part of the error of always saying the mean that is gone; below zero is worse than saying the mean.
	Skill   *float64 `json:"brier_skill"`
	LogLoss float64  `json:"log_loss"`
	// Intercept and Slope of outcomes over foretold log-odds; 0 and 1 are perfect, a slope below 1 means overconfidence.
	Intercept         *float64 `json:"calibration_intercept"`
	InterceptInterval *Limits  `json:"calibration_intercept_interval"`
	Slope             *float64 `json:"calibration_slope"`
	SlopeInterval     *Limits  `json:"calibration_slope_interval"`
	Deciles           []Decile `json:"deciles"`
	SmallSample       bool     `json:"small_sample"` // fewer than 30 with or without the outcome
}

// Decile is a tenth of the rows by foretold risk, the lowest first.
type Decile struct {
	N        int     `json:"n"`
	Foretold float64 `json:"foretold"` // mean risk
	Observed float64 `json:"observed"` // share with the outcome
	Interval *Limits `json:"interval"` // of Observed
	Lift     float64 `json:"lift"`     // Observed over the share of all; 0 when that is 0
}

// Judge compares foretold risks, from 0 to 1, with what came. Rows of one group (the months of an account, say) are alike
// and say less than as many strangers do, which the interval of the AUC allows for; groups may be nil.
func Judge(risks []float64, outcomes []bool, groups []string) (*Judgement, error) {
	if len(risks) != len(outcomes) || len(risks) == 0 {
		return nil, refuse("give one risk for each", "%d risks can't be judged by %d outcomes", len(risks), len(outcomes))
	}
	j := &Judgement{N: len(risks)}
	logits, squares := make([]float64, j.N), 0.0
	for i, p := range risks {
		if !(p >= 0 && p <= 1) {
			return nil, refuseRow(i, "%v is no probability", p)
		}
		y := 0.0
		if outcomes[i] {
			y = 1
			j.Events++
		}
		inside := math.Max(1e-15, math.Min(1-1e-15, p))
		logits[i] = math.Log(inside / (1 - inside))
		j.Brier += (p - y) * (p - y) / float64(j.N)
		squares += math.Pow(p-y, 4)
		j.LogLoss -= (y*math.Log(inside) + (1-y)*math.Log1p(-inside)) / float64(j.N)
	}
	if low, high, ok := Mean.Bounds(Sample{Sum: j.Brier * float64(j.N), Squares: squares, N: float64(j.N)}); ok {
		j.BrierInterval = limits(math.Max(0, low), high)
	}
	rest := j.N - j.Events
	j.SmallSample = min(j.Events, rest) < SmallSample
	base := float64(j.Events) / float64(j.N)
	if base > 0 && base < 1 {
		j.Skill = known(1 - j.Brier/(base*(1-base)))
		auc, se := delong(risks, outcomes, groups)
		j.AUC = known(auc)
		if se > 0 {
			j.AUCInterval = limits(math.Max(0, auc-z*se), math.Min(1, auc+z*se))
		}
		if fit := FitLogistic(logits, 1, outcomes, 0, nil, 50); fit.Converged {
			j.Intercept, j.Slope = known(fit.Intercept), known(fit.Coefficients[0])
			j.InterceptInterval, j.SlopeInterval = around(fit.Intercept, fit.interceptErr()), around(fit.Coefficients[0], fit.StdErr(0, []float64{1}))
		}
	}
	j.Deciles = deciles(risks, outcomes, groups, base)
	return j, nil
}

// around is the interval of an estimate that is about normal; nil without a standard error.
func around(estimate float64, se *float64) *Limits {
	if se == nil {
		return nil
	}
	return limits(estimate-z**se, estimate+z**se)
}

func deciles(risks []float64, outcomes []bool, groups []string, base float64) []Decile {
	order := ranked(risks)
	tenths := min(10, len(order))
	all := make([]Decile, tenths)
	for t := range all {
		d := &all[t]
		rows := order[t*len(order)/tenths : (t+1)*len(order)/tenths]
		d.N = len(rows)
		for _, i := range rows {
			d.Foretold += risks[i] / float64(d.N)
		}
		d.Observed, d.Interval = GroupedShare(pickOutcomes(outcomes, rows), pickGroups(groups, rows))
		if base > 0 {
			d.Lift = d.Observed / base
		}
	}
	return all
}

func ranked(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	return order
}

// midranks are the ranks from 1, those of equal values averaged.
func midranks(values []float64) []float64 {
	order, ranks := ranked(values), make([]float64, len(values))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			ranks[order[k]] = float64(i+j+1) / 2
		}
		i = j
	}
	return ranks
}
