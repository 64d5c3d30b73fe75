package stat

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestWeightsAreTheLargestPenalisedLikelihoodThatRFinds(t *testing.T) {
	column, outcomes, _, want := births(t)
	measure := func(name string, scale func(float64) float64) Column {
		c := Column{Name: name}
		for _, v := range column(name) {
			c.Numbers = append(c.Numbers, 100-scale(v))
		}
		return c
	}
	w := &weigher{width: 3, bad: outcomes}
	err := w.read([]Column{measure("spontaneous", func(v float64) float64 { return 50 * v }), measure("induced", func(v float64) float64 { return 50 * v }),
		measure("parity", func(v float64) float64 { return 100 * (v - 1) / 5 })})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]int, len(outcomes))
	for i := range all {
		all[i] = i
	}
	f := w.fit(all, 0.03, nil)
	for name, got := range map[string]float64{"base": f.base, "slope1": f.slopes[0], "slope2": f.slopes[1], "slope3": f.slopes[2]} {
		if !near(got, want[name], 1e-3) {
			t.Errorf("%s: %.6f, R says %.6f", name, got, want[name])
		}
	}
}

// scored makes up accounts of which use matters thrice as much as support and the colour of the logo not at all.
func scored(n int) (measures []Column, bad []bool, groups []string) {
	r := rand.New(rand.NewPCG(5, 1))
	use, support, logo := Column{Name: "use"}, Column{Name: "support"}, Column{Name: "logo"}
	for i := range n {
		a, b, c := 100*r.Float64(), 100*r.Float64(), 100*r.Float64()
		bad = append(bad, r.Float64() < share(1-0.06*a-0.02*b+1.5))
		if r.Float64() < 0.1 {
			b = math.NaN()
		}
		use.Numbers, support.Numbers, logo.Numbers = append(use.Numbers, a), append(support.Numbers, b), append(logo.Numbers, c)
		groups = append(groups, strconv.Itoa(i/3))
	}
	return []Column{use, support, logo}, bad, groups
}

func TestSuggestedWeightsFindWhatMattersAndBeatEqualOnesHeldOut(t *testing.T) {
	measures, bad, groups := scored(3000)
	w, err := SuggestWeights(measures, bad, groups)
	if err != nil {
		t.Fatal(err)
	}
	use, support, logo := w.Weights[0], w.Weights[1], w.Weights[2]
	if !(use.Interval.Low < 0.75 && use.Interval.High > 0.70 && use.Weight > 0.6) || support.Weight < 0.12 || logo.Weight > 0.1 || logo.Used > 0.9 || use.Used != 1 {
		t.Errorf("%+v %+v", w.Weights, use.Interval)
	}
	if sum := use.Weight + support.Weight + logo.Weight; !near(sum, 1, 1e-9) {
		t.Errorf("weights add up to %v", sum)
	}
	if w.HeldOut.Interval == nil || w.HeldOut.Interval.Low < 0.02 {
		t.Errorf("suggested against equal: %+v %+v", w.HeldOut, w.HeldOut.Interval)
	}
}

func TestMeasuresThatPointTheWrongWayGetNoWeight(t *testing.T) {
	measures, bad, groups := scored(1500)
	for i, v := range measures[0].Numbers {
		measures[0].Numbers[i] = 100 - v
	}
	w, err := SuggestWeights(measures, bad, groups)
	if err != nil {
		t.Fatal(err)
	}
	if w.Weights[0].Weight > 0.02 {
		t.Errorf("%+v", w.Weights)
	}
	if _, err := SuggestWeights([]Column{measures[0], {Name: "again", Numbers: measures[0].Numbers}}, bad, groups); err == nil {
		t.Error("weights were suggested although nothing points the right way")
	}
}

func TestWeightsAreFoundWhereAScoreNearlyTellsTheOutcome(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	use, logo := Column{Name: "use"}, Column{Name: "logo"}
	var bad []bool
	for range 1200 {
		low := r.Float64() < 0.07
		v := 100.0
		if low {
			v = 20 * r.Float64()
		}
		use.Numbers, logo.Numbers, bad = append(use.Numbers, v), append(logo.Numbers, 100*r.Float64()), append(bad, low != (r.Float64() < 0.01))
	}
	w, err := SuggestWeights([]Column{use, logo}, bad, nil)
	if err != nil {
		t.Fatal(err)
	}
	if w.Weights[0].Weight < 0.8 || w.HeldOut.Difference < 0 {
		t.Errorf("%+v %+v", w.Weights, w.HeldOut)
	}
}
