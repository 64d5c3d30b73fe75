package forecast_test

import (
	"math"
	"testing"

	"github.com/keepwell/keepwell/internal/forecast"
)

// outlook is that of a company of whose accounts every third leaves, with recurring values of 10 to 16.
func outlook(t *testing.T) *forecast.Outlook {
	t.Helper()
	p := looked(300, 100, func(a, f int) float64 {
		if f == 0 {
			return float64(10 + a%7)
		}
		return float64((a*(f+3))%11) / 3
	})
	m, err := forecast.Train(p, forecast.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := m.Lessons(p)
	if err != nil {
		t.Fatal(err)
	}
	o, err := m.Look(l, p)
	if err != nil {
		t.Fatal(err)
	}
	for i := range o.Accounts {
		o.Accounts[i].ID = string(rune('A' + i%26))
	}
	return o
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// The value of all is that of each, the value of each is what it pays times the months it is expected to stay, and months ahead
// are the same survival seen from the side.
func TestExpectedValueIsThatOfEachAccountAddedUp(t *testing.T) {
	o := outlook(t)
	value, mrr, months := 0.0, 0.0, 0.0
	for _, w := range o.Accounts {
		if w.Months < 1 || w.Months > forecast.ValueMonths || !near(w.Value, w.MRR*w.Months) || w.Interval.Low > w.Value || w.Interval.High < w.Value {
			t.Fatalf("%+v", w)
		}
		value, mrr, months = value+w.Value, mrr+w.MRR, months+w.Months
	}
	if len(o.Accounts) != 200 || !near(o.Value.Value, value) || !near(o.MRR, mrr) || o.Value.Interval.Low >= value || o.Value.Interval.High <= value {
		t.Errorf("%v of %v, %v of %v", o.Value, value, o.MRR, mrr)
	}
	last := o.MRR
	for _, m := range o.Months {
		if m.MRR.Value > last+1e-9 || m.MRR.Interval.Low > m.MRR.Value || m.MRR.Interval.High < m.MRR.Value {
			t.Errorf("%+v after %v", m, last)
		}
		last = m.MRR.Value
	}
	// Who sees a part sees the sum of that part.
	own, part := o.Narrow(func(id string) bool { return id < "N" }), 0.0
	for _, w := range own.Accounts {
		part += w.Value
	}
	if len(own.Accounts) == 0 || len(own.Accounts) == len(o.Accounts) || !near(own.Value.Value, part) {
		t.Errorf("%d accounts, %v of %v", len(own.Accounts), own.Value.Value, part)
	}
}

func TestAScenarioOfLessChurnGivesMoreAndOfNoneKeepsEverybody(t *testing.T) {
	o := outlook(t)
	none := o.Effect(forecast.Scenario{Points: -100})
	if !none.Limited || none.Becomes != 0 {
		t.Errorf("%+v", none)
	}
	// Nobody leaves: all pay for all months.
	if !near(none.Value, o.MRR*forecast.ValueMonths-o.Value.Value) || !near(none.MRR, o.MRR-o.Months[forecast.SoonMonths-1].MRR.Value) || !near(none.Customers, 200-o.Months[forecast.SoonMonths-1].Customers) {
		t.Errorf("%+v", none)
	}
	less, much, more := o.Effect(forecast.Scenario{Points: -1}), o.Effect(forecast.Scenario{Points: -2}), o.Effect(forecast.Scenario{Points: 1})
	if !(less.Value > 0 && much.Value > less.Value && none.Value > much.Value && more.Value < 0) || !near(less.Rate-1, less.Becomes) || less.Limited {
		t.Errorf("%+v %+v %+v", less, much, more)
	}
	if e := o.Effect(forecast.Scenario{Plan: "there is none", Points: -1}); e.Value != 0 || e.Rate != 0 {
		t.Errorf("%+v", e)
	}
}
