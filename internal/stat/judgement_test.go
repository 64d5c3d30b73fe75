package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// DeLong's variance as it is defined, over all pairs.
func pairwise(risks []float64, outcomes []bool) (auc, se float64) {
	var with, without []float64
	for i, p := range risks {
		if outcomes[i] {
			with = append(with, p)
		} else {
			without = append(without, p)
		}
	}
	above := func(x, y float64) float64 {
		switch {
		case x > y:
			return 1
		case x == y:
			return 0.5
		}
		return 0
	}
	m, n := float64(len(with)), float64(len(without))
	v10, v01 := make([]float64, len(with)), make([]float64, len(without))
	for i, x := range with {
		for j, y := range without {
			v10[i] += above(x, y) / n
			v01[j] += above(x, y) / m
			auc += above(x, y) / (m * n)
		}
	}
	variance := 0.0
	for _, v := range v10 {
		variance += (v - auc) * (v - auc) / math.Max(1, m-1) / m
	}
	for _, v := range v01 {
		variance += (v - auc) * (v - auc) / math.Max(1, n-1) / n
	}
	return auc, math.Sqrt(variance)
}

func TestTheAUCIsTheShareOfPairsInTheRightOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "n")
		risks := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 10), func(i int) float64 { return float64(i) / 10 }), n, n).Draw(t, "risks")
		outcomes := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "outcomes")
		j, err := Judge(risks, outcomes, nil)
		if err != nil {
			t.Fatal(err)
		}
		if j.Events == 0 || j.Events == n {
			if j.AUC != nil || j.Skill != nil {
				t.Fatalf("%+v", j)
			}
			return
		}
		auc, se := pairwise(risks, outcomes)
		if !near(*j.AUC, auc, 1e-9) || (j.AUCInterval != nil) != (se > 1e-9) {
			t.Fatalf("%+v, pairs say %v -+ %v", j, auc, se)
		}
		if j.AUCInterval != nil && (!near(j.AUCInterval.Low, math.Max(0, auc-z*se), 1e-6) || !near(j.AUCInterval.High, math.Min(1, auc+z*se), 1e-6)) {
			t.Fatalf("%+v, pairs say %v -+ %v", j.AUCInterval, auc, se)
		}
		rows := 0
		for _, d := range j.Deciles {
			rows += d.N
		}
		if rows != n || !finite(j.LogLoss) || !(j.Brier >= 0 && j.Brier <= 1) {
			t.Fatalf("%+v", j)
		}
	})
}

func TestScoresOfForetoldRisksAreThoseByHand(t *testing.T) {
	j, err := Judge([]float64{.1, .4, .35, .8}, []bool{false, false, true, true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if *j.AUC != .75 || !near(j.Brier, (.01+.16+.4225+.04)/4, 1e-12) || !near(j.LogLoss, -(math.Log(.9)+math.Log(.6)+math.Log(.35)+math.Log(.8))/4, 1e-12) || !j.SmallSample {
		t.Errorf("%+v", j)
	}
	for name, c := range map[string][]float64{"above one": {1.1, .5}, "no number": {math.NaN(), .5}, "too few": {.5}} {
		if _, err := Judge(c, []bool{true, false}, nil); err == nil {
			t.Errorf("%s was judged", name)
		}
	}
}
