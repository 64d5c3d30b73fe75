package stat

import "math"

// Tempering is by what factor the log-odds of a Risk were drawn towards the mean, because risks learned in the same way from
// earlier rows were more, or less, sure of later rows than what came bears out.
type Tempering struct {
	Factor float64 `json:"factor" doc:"What the log-odds learned were multiplied with; 1 leaves them as they were learned"`
	// Slope is that of outcomes over the log-odds foretold of later rows; Factor lies between it and 1, the nearer to it the
	// surer it is.
	Slope    float64 `json:"slope" doc:"Of outcomes over log-odds foretold of later rows by what was learned from earlier ones; below 1 they were too sure"`
	Interval *Limits `json:"interval"`
	Rows     int     `json:"rows" doc:"Later rows that it was found on"`
	Outcomes int     `json:"outcomes"`
}

// usualSlope is by how much the slopes of such risks differ from 1 where nothing is known yet: the standard deviation that
// weighs 1 against what was found.
const usualSlope = 0.2

// leastFactor and mostFactor bound a factor: beyond, the past is no guide to it.
const (
	leastFactor = 0.5
	mostFactor  = 1.25
)

// Temper finds the factor from risks foretold of later rows, in parts of which each may have a mean of its own: how often the
// outcome comes changes with time and is not what is looked for. nil where there is too little to find it from.
func Temper(risks []float64, outcomes []bool, parts []int) *Tempering {
	t := &Tempering{Rows: len(outcomes), Outcomes: count(outcomes)}
	if Enough(outcomes) != nil {
		return nil
	}
	first, width := map[int]int{}, 1 // a feature for each part but the first
	for _, p := range parts {
		if _, seen := first[p]; !seen {
			first[p] = width - 1
			width++
		}
	}
	width--
	features := make([]float64, len(risks)*width)
	for i, p := range risks {
		row := features[i*width : (i+1)*width]
		inside := math.Max(1e-15, math.Min(1-1e-15, p))
		row[0] = math.Log(inside / (1 - inside))
		if k := first[parts[i]]; k > 0 {
			row[k] = 1
		}
	}
	fit := FitLogistic(features, width, outcomes, 0, nil, 50)
	se := fit.StdErr(0, []float64{1})
	if !fit.Converged || se == nil || !finite(fit.Coefficients[0]) {
		return nil
	}
	t.Slope, t.Interval = fit.Coefficients[0], around(fit.Coefficients[0], se)
	trust := usualSlope * usualSlope / (usualSlope*usualSlope + *se**se)
	t.Factor = math.Max(leastFactor, math.Min(mostFactor, 1+trust*(t.Slope-1)))
	return t
}

// Temper multiplies what every column adds to the log-odds with a factor, and sets the intercept so that the mean risk of the
// rows it learned from stays the share of their outcomes. Contributions add up to the risk as before.
func (r *Risk) Temper(factor float64, columns []Column, outcomes []bool) error {
	for k := range r.fit.Coefficients {
		r.fit.Coefficients[k] *= factor
	}
	r.fit.covariance = nil // it is no longer that of the fit
	for i := range r.Card.Columns {
		used := &r.Card.Columns[i]
		used.Spread *= factor
		for k := range used.Terms {
			used.Terms[k].Coefficient *= factor
			if se := used.Terms[k].StdErr; se != nil {
				used.Terms[k].StdErr = known(*se * factor)
			}
		}
	}
	if r.together != nil {
		r.together.scale(factor)
	}
	adds, err := r.told(columns, len(outcomes))
	if err != nil {
		return err
	}
	r.settle(adds, outcomes)
	return nil
}

// settle sets the intercept so that the mean risk of rows is the share of their outcomes.
func (r *Risk) settle(adds [][]float64, outcomes []bool) {
	sums := make([]float64, len(adds))
	for i := range adds {
		for _, a := range adds[i] {
			sums[i] += a
		}
	}
	r.fit.Intercept = level(sums, count(outcomes), r.fit.Intercept)
	r.Card.Intercept = r.fit.Intercept
}

// level is the intercept with which risks add up to so many outcomes. The sum rises with it, so halving finds it.
func level(adds []float64, outcomes int, near float64) float64 {
	low, high := near-10, near+10
	for range 60 {
		middle, sum := (low+high)/2, 0.0
		for _, a := range adds {
			sum += share(middle + a)
		}
		if sum < float64(outcomes) {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// TrainRiskLike is TrainRisk with the penalty and the number of trees that were chosen for another Risk. What a penalty stands
// for does not grow with the rows, so it is scaled to those given.
func TrainRiskLike(columns []Column, outcomes []bool, groups []string, like Card) (*Risk, error) {
	if err := Enough(outcomes); err != nil {
		return nil, err
	}
	r, columns, err := beginRisk(columns, outcomes)
	if err != nil {
		return nil, err
	}
	r.Card.Penalty, r.Card.Trees = like.Penalty*float64(like.Rows)/float64(len(outcomes)), like.Trees
	r.learn(columns, outcomes, groups)
	return r, nil
}
