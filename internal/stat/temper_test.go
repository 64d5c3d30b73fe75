package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// toldTwice are risks of which the log-odds are so many times the true ones, in three parts with a mean of their own.
func toldTwice(n int, times float64, seed uint64) (risks []float64, outcomes []bool, parts []int) {
	r := rand.New(rand.NewPCG(seed, 11))
	for i := range n {
		part := i % 3
		logit := r.NormFloat64()*1.2 - 2
		risks = append(risks, share(times*(logit+2)-2))
		outcomes = append(outcomes, r.Float64() < share(logit+float64(part)*0.8))
		parts = append(parts, part)
	}
	return risks, outcomes, parts
}

func TestRisksThatWereTooSureAreDrawnToTheMeanTheMoreTheSurerThatIs(t *testing.T) {
	for name, c := range map[string]struct {
		n         int
		times     float64
		low, high float64
	}{
		"twice too sure":            {20000, 2, 0.5, 0.56},
		"right":                     {20000, 1, 0.95, 1.05},
		"not sure enough":           {20000, 0.8, 1.17, 1.25},
		"three times":               {20000, 3, leastFactor, leastFactor},
		"much too modest":           {20000, 0.3, mostFactor, mostFactor},
		"twice, seen on few":        {250, 2, 0.5, 0.85},
		"right, as far as few tell": {250, 1, 0.85, 1.15},
	} {
		risks, outcomes, parts := toldTwice(c.n, c.times, 1)
		got := Temper(risks, outcomes, parts)
		if got == nil || got.Factor < c.low || got.Factor > c.high || got.Rows != c.n || got.Outcomes != count(outcomes) || !(got.Interval.Low < got.Slope && got.Slope < got.Interval.High) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	risks, outcomes, parts := toldTwice(60, 2, 2)
	if got := Temper(risks, outcomes, parts); got != nil {
		t.Errorf("%d outcomes: %+v", count(outcomes), got)
	}
}

func TestATemperedRiskKeepsItsOrderItsMeanAndItsReasons(t *testing.T) {
	columns, outcomes, _ := company(900, 12)
	r, err := TrainRisk(columns, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := r.Foretell(columns, 900)
	spread := r.Card.Columns[0].Spread
	if err := r.Temper(0.6, columns, outcomes); err != nil {
		t.Fatal(err)
	}
	raw, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var kept Risk
	if err := kept.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	after, err := kept.Foretell(columns, 900)
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := kept.Explain(columns, 900)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for i, p := range after {
		mean += p / 900
		logit := kept.Card.Intercept
		for _, c := range reasons[i] {
			logit += c.Adds
		}
		if !near(share(logit), p, 1e-9) {
			t.Fatalf("row %d: %v of %v", i, share(logit), p)
		}
		// The differences of log-odds are six tenths of what they were.
		was := math.Log(before[i]/(1-before[i])) - math.Log(before[0]/(1-before[0]))
		is := math.Log(p/(1-p)) - math.Log(after[0]/(1-after[0]))
		if !near(is, 0.6*was, 1e-9) {
			t.Fatalf("row %d: %v became %v", i, was, is)
		}
	}
	if !near(mean, float64(count(outcomes))/900, 1e-9) || !near(r.Card.Columns[0].Spread, 0.6*spread, 1e-12) {
		t.Errorf("mean risk %v of %v, spread %v of %v", mean, float64(count(outcomes))/900, r.Card.Columns[0].Spread, spread)
	}
	if err := r.Temper(0.6, columns[1:], outcomes); err == nil {
		t.Error("a column that is missing was not missed")
	}
}
