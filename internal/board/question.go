package board

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Question is what is asked about a metric, as somebody chose it: an address of its page holds the same. Everything is
// optional. What its texts mean is checked when it is asked.
type Question struct {
	// Period is one of Periods; it moves with the clock, where From and To stand still.
	Period     string            `json:"period,omitempty"`
	From       string            `json:"from,omitempty"`
	To         string            `json:"to,omitempty"`
	Grain      string            `json:"grain,omitempty"`
	By         string            `json:"by,omitempty"`
	Segment    string            `json:"segment,omitempty"`
	Variant    string            `json:"variant,omitempty"`
	AsOf       string            `json:"as_of,omitempty"`
	Currency   string            `json:"currency,omitempty"`
	Convention string            `json:"convention,omitempty"`
	Set        map[string]string `json:"set,omitempty"`
}

// Periods are the spans that move with the clock. The empty one is the last 30 days.
var Periods = []string{"7d", "30d", "90d", "12m", "month", "last_month", "quarter", "last_quarter", "year", "last_year"}

// Span is the period as two dates, the second one not included; both are empty for what the metrics take by themselves,
// the last 30 days. Dates that are stated win over a named period.
func (q Question) Span(now time.Time) (from, to string) {
	if q.From != "" || q.To != "" {
		return q.From, q.To
	}
	y, m, d := now.Date()
	day := func(y int, m time.Month, d int) string {
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	tomorrow, quarter := day(y, m, d+1), m-(m-1)%3
	switch q.Period {
	case "7d":
		return day(y, m, d-6), tomorrow
	case "90d":
		return day(y, m, d-89), tomorrow
	case "12m":
		return day(y, m-11, 1), tomorrow
	case "month":
		return day(y, m, 1), tomorrow
	case "last_month":
		return day(y, m-1, 1), day(y, m, 1)
	case "quarter":
		return day(y, quarter, 1), tomorrow
	case "last_quarter":
		return day(y, quarter-3, 1), day(y, quarter, 1)
	case "year":
		return day(y, 1, 1), tomorrow
	case "last_year":
		return day(y-1, 1, 1), day(y, 1, 1)
	}
	return "", ""
}

func (q Question) check(bad func(field, reason string, args ...any)) {
	if q.Period != "" && !slices.Contains(Periods, q.Period) {
		bad("period", "is none of %s", strings.Join(Periods, ", "))
	}
	for name, text := range map[string]string{"from": q.From, "to": q.To, "grain": q.Grain, "by": q.By, "segment": q.Segment, "variant": q.Variant,
		"as_of": q.AsOf, "currency": q.Currency, "convention": q.Convention} {
		if !plain(text, maxText) {
			bad(name, "must be plain text of at most %d characters", maxText)
		}
	}
	for _, id := range sortedKeys(q.Set) {
		if !plain(id, maxName) || !plain(q.Set[id], maxText) {
			bad("set", "must be plain text of at most %d characters", maxText)
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func at(list string, i int, field string) string { return fmt.Sprintf("%s[%d].%s", list, i, field) }
