// Package stat holds the product's estimators: intervals of shares, scores and means; survival; how contracts and orders
// go on (shifted beta-geometric, BG/NBD, Gamma-Gamma); the risk of a two-valued outcome by regularised logistic
// regression, and how good such risks are. Metrics, forecasts and `keepwell stats` compute with the same code.
//
// Everything is a pure function of its arguments: no clock, no chance that is not seeded, no files. Reading tables,
// relating facts to observations and words for people are left to the callers. docs/statistics.md names the sources.
//
// An estimate that is not defined is nil, never NaN or infinite. Data that can't be estimated from is a *Refusal.
package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the probability with which every interval of this package holds what it estimates.
const Level = 0.95

// z is the quantile of the standard normal distribution that belongs to Level.
var z = distuv.UnitNormal.Quantile(1 - (1-Level)/2)

// Limits are the ends of an interval at Level.
type Limits struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Refusal says why nothing was estimated.
type Refusal struct {
	What string // what is wrong, a clause
	Fix  string // how to mend it, a clause; or ""
	Row  int    // the index of the observation that it is about, or -1
}

func (r *Refusal) Error() string {
	text := r.What
	if r.Row >= 0 {
		text = fmt.Sprintf("observation %d: %s", r.Row+1, text)
	}
	if r.Fix != "" {
		text += "; " + r.Fix
	}
	return text
}

func refuse(fix, what string, args ...any) *Refusal {
	return &Refusal{What: fmt.Sprintf(what, args...), Fix: fix, Row: -1}
}

func refuseRow(row int, what string, args ...any) *Refusal {
	return &Refusal{What: fmt.Sprintf(what, args...), Row: row}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// known is x, or nil when x is no number.
func known(x float64) *float64 {
	if !finite(x) {
		return nil
	}
	return &x
}

// limits is the interval from low to high, or nil when an end is no number.
func limits(low, high float64) *Limits {
	if !finite(low) || !finite(high) {
		return nil
	}
	return &Limits{low, high}
}
