package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/forecast"
)

// looked makes a panel of accounts over ten months, of which the first so many leave; number gives what is known of each.
func looked(accounts, leave int, number func(account, feature int) float64) *forecast.Panel {
	p := &forecast.Panel{Ends: forecast.Months(dusk, time.UTC, 10), Until: dusk, Currency: "EUR"}
	for point, end := range p.Ends {
		for a := range accounts {
			left := p.Ends[1+a%8].Add(time.Hour)
			if a < leave && !end.Before(left) {
				continue
			}
			r := forecast.Row{Point: point, Account: int32(a + 1)}
			for f := range r.Numbers {
				r.Numbers[f] = number(a, f)
			}
			if a < leave {
				r.Left = left
			}
			p.Rows = append(p.Rows, r)
		}
	}
	return p
}

func TestTooFewWhoLeftAreRefused(t *testing.T) {
	some := func(a, f int) float64 { return float64(a%7 + f) }
	for name, p := range map[string]*forecast.Panel{"three accounts": looked(3, 1, some), "nobody left": looked(200, 0, some), "29 left": looked(200, 29, some), "all three left": looked(3, 3, some),
		"nothing known": looked(100, 40, func(int, int) float64 { return math.NaN() })} {
		if _, err := forecast.Train(p, forecast.Sample{}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range forecast.Relevances(p) {
			if name != "29 left" && r.Verdict == forecast.Foretells && r.Outcome == forecast.Churn {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}
