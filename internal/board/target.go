package board

import (
	"math"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Target is a value that a team wants a metric to reach, from a day on. Whether more or less is better is the metric's.
// A later one for the same thing takes over on its day.
type Target struct {
	ID string `json:"id"`
	// Metric, Variant and Segment say what is to reach it; Variant is the metric's first way to count unless stated.
	Metric  string `json:"metric"`
	Variant string `json:"variant,omitempty"`
	Segment string `json:"segment,omitempty"`
	// Value is in the unit in which the metric is shown; money in major units of Currency.
	Value    float64 `json:"value"`
	Currency string  `json:"currency,omitempty"`
	// From is the first day that it holds, as 2026-01-31.
	From string `json:"from"`
	// Due is the day by which it is to be reached, on a straight line from where the metric stood on From; empty: at once.
	Due     string    `json:"due,omitempty"`
	By      string    `json:"by"`
	Created time.Time `json:"created"`
}

// Check says what of a target can't be kept.
func (t *Target) Check(known func(metric string) bool) error {
	bad := fault.New(fault.Invalid, "the target can't be kept as it is")
	if !known(t.Metric) {
		bad.Field("metric", "is unknown")
	}
	if math.IsNaN(t.Value) || math.IsInf(t.Value, 0) || math.Abs(t.Value) > 1e15 {
		bad.Field("value", "is no number that can be reached")
	}
	if _, err := time.Parse(time.DateOnly, t.From); err != nil {
		bad.Field("from", "%q is no date; write it like 2026-01-31", t.From)
	}
	if t.Due != "" {
		if _, err := time.Parse(time.DateOnly, t.Due); err != nil {
			bad.Field("due", "%q is no date; write it like 2026-01-31", t.Due)
		} else if t.Due <= t.From {
			bad.Field("due", "must lie after the first day")
		}
	}
	for name, text := range map[string]string{"variant": t.Variant, "segment": t.Segment, "currency": t.Currency} {
		if !plain(text, maxText) {
			bad.Field(name, "must be plain text of at most %d characters", maxText)
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Targets are those for one thing, the earliest day first.
type Targets []Target

// For are the ones for a metric as it is asked about. Amounts of another currency are left out.
func (all Targets) For(metric, variant, segment, currency string) Targets {
	var own Targets
	for _, t := range all {
		if t.Metric == metric && t.Variant == variant && t.Segment == segment && (t.Currency == "" || t.Currency == currency) {
			own = append(own, t)
		}
	}
	slices.SortStableFunc(own, func(a, b Target) int {
		switch {
		case a.From < b.From:
			return -1
		case a.From > b.From:
			return 1
		}
		return 0
	})
	return own
}

// On is the one in force on a day; nil before the first. The receiver is as For gives it.
func (all Targets) On(day time.Time) *Target {
	var now *Target
	for i, t := range all {
		if t.From <= day.Format(time.DateOnly) {
			now = &all[i]
		}
	}
	return now
}

// Reached tells whether a value is at least as good as the target; better is higher, lower or neither.
func (t Target) Reached(value float64, better string) bool {
	if better == "lower" {
		return value <= t.Value
	}
	return value >= t.Value
}

// Planned is where the metric should stand at an instant, having stood at start when the target began: on a straight line up
// to the day by which it is due, on the target from then on, and at once where it is due on no day. zone is that of its days.
func (t Target) Planned(start float64, at time.Time, zone *time.Location) float64 {
	from, err := time.ParseInLocation(time.DateOnly, t.From, zone)
	due, dueErr := time.ParseInLocation(time.DateOnly, t.Due, zone)
	if err != nil || dueErr != nil || !due.After(from) {
		return t.Value
	}
	share := float64(at.Sub(from)) / float64(due.Sub(from))
	return start + min(1, max(0, share))*(t.Value-start)
}

// Progress is how much of the way from a starting value has been made, from 0 to 1.
func (t Target) Progress(start, value float64) float64 {
	if way := t.Value - start; way != 0 {
		return min(1, max(0, (value-start)/way))
	}
	if value == t.Value {
		return 1
	}
	return 0
}
