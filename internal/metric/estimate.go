package metric

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"slices"
)

// Estimator computes a value that no SQL aggregate can from the observations of one point: the columns that the
// definition's observe names, in its order; NaN where one is null. The last point's end and the rest of the question are
// not its business.
type Estimator func(observations [][]float64) Estimate

// Estimate is a value with its interval, the number of observations it rests on, and parts to show beside it. A nil
// value is undefined. Numbers must be finite.
type Estimate struct {
	Value, Low, High *float64
	N                int64
	Detail           map[string]any
	// Sample lets the metric's own interval be computed, instead of Low and High.
	Sample *sample
}

// Amount is money in an estimate's detail, in millionths of the minor unit of the currency that is shown.
type Amount float64

// estimators are the ones a definition may name.
var estimators = map[string]Estimator{}

func (e *Estimate) value() *big.Rat {
	if e.Value == nil || math.IsNaN(*e.Value) || math.IsInf(*e.Value, 0) {
		return nil
	}
	return ratOf(*e.Value)
}

func (e *Estimate) limits(show func(float64) *Figure) *Limits {
	if e.Low == nil || e.High == nil || math.IsNaN(*e.Low-*e.High) || math.IsInf(*e.Low-*e.High, 0) {
		return nil
	}
	shown := &Limits{Low: show(*e.Low), High: show(*e.High), Level: level}
	if shown.Low == nil || shown.High == nil {
		return nil
	}
	return shown
}

// estimate reads the observations of every point and group, and uses what the estimator makes of them. Groups come in
// the order of their first row's key, null last.
func (e *evaluation) estimate(ctx context.Context, c *compiler, body string, use func(i int, key *string, cell *cells)) error {
	missing := ", cast(null as varchar)"
	if e.def.hasMoney() {
		missing = "" // is among what is observed
	}
	rows, err := e.view.Query(ctx, c.statement("select i, group_key"+missing+e.observed()+"\nfrom "+body+"\norder by i, group_key nulls last"), c.args...)
	if err != nil {
		return fmt.Errorf("metric %s: %w", e.def.ID, err)
	}
	defer rows.Close()
	var at int
	var of *string
	var gathered [][]float64
	var lacking string // a currency without a rate, and then nothing is known
	flush := func() {
		if lacking != "" {
			use(at, of, &cells{num: new(big.Rat), den: new(big.Rat), missing: lacking, estimate: &Estimate{}})
		} else if len(gathered) > 0 {
			found := estimators[e.def.Estimator](gathered)
			use(at, of, &cells{num: new(big.Rat), den: new(big.Rat), n: found.N, estimate: &found})
		}
		gathered, lacking = nil, ""
	}
	for rows.Next() {
		var i int
		var key any
		values := make([]sql.NullFloat64, len(e.def.Observe))
		var unrated sql.NullString
		into := []any{&i, &key, &unrated}
		for j := range values {
			into = append(into, &values[j])
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("metric %s: %w", e.def.ID, err)
		}
		text := keyText(key)
		if i != at || (text == nil) != (of == nil) || (text != nil && *text != *of) {
			flush()
			at, of = i, text
		}
		observed := make([]float64, len(values))
		for j, v := range values {
			if observed[j] = v.Float64; !v.Valid {
				observed[j] = math.NaN()
			}
		}
		gathered = append(gathered, observed)
		if i >= 0 && unrated.Valid {
			if err := e.missingRate(unrated.String, i); err != nil {
				return err
			}
		}
		lacking = max(lacking, unrated.String)
	}
	flush()
	return rows.Err()
}

// observed are the columns that an estimator looks at, as they follow others in a list, led by the currency without a rate
// where there is money.
func (e *evaluation) observed() string {
	columns := ""
	if e.def.hasMoney() {
		columns = ", missing_rate"
	}
	for _, name := range e.def.Observe {
		columns += fmt.Sprintf(`, cast("%s" as double precision) as "%[1]s"`, name)
	}
	return columns
}

// estimateGroups estimates every group, and lists the largest first.
func (e *evaluation) estimateGroups(ctx context.Context, c *compiler) error {
	body, err := e.body(c, e.by)
	if err != nil {
		return err
	}
	const unknown = "\x00" // no key holds a NUL
	byKey := map[string]*group{}
	err = e.estimate(ctx, c, body, func(i int, key *string, cell *cells) {
		name := unknown
		if key != nil {
			name = *key
		}
		if byKey[name] == nil {
			byKey[name] = &group{key: key, byPoint: map[int]*cells{}}
			e.groups = append(e.groups, byKey[name])
		}
		byKey[name].byPoint[i] = cell
	})
	slices.SortStableFunc(e.groups, func(a, b *group) int { return int(e.in(b.byPoint, 0).n - e.in(a.byPoint, 0).n) })
	if e.otherGroups = max(0, len(e.groups)-maxGroups); e.otherGroups > 0 {
		e.groups = e.groups[:maxGroups]
	}
	if err != nil || e.otherGroups == 0 {
		return err
	}
	return e.countOthers(ctx, e.points[1:])
}
