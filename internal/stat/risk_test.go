package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Temperatures (°F) at 23 launches and whether an O-ring was damaged (Dalal, Fowlkes and Hoadley, JASA 1989). R's glm
// gives 15.0429 (7.3786) and -0.2322 (0.1082).
func TestWithoutPenaltyTheFitIsThatOfR(t *testing.T) {
	temperatures := []float64{66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58}
	damaged := map[int]bool{1: true, 8: true, 9: true, 10: true, 13: true, 20: true, 22: true}
	outcomes := make([]bool, len(temperatures))
	for i := range outcomes {
		outcomes[i] = damaged[i]
	}
	l := FitLogistic(temperatures, 1, outcomes, 0, nil, 50)
	if !l.Converged || math.Abs(l.Intercept-15.0429) > 1e-3 || math.Abs(l.Coefficients[0]+0.2322) > 1e-4 || math.Abs(*l.StdErr(0, []float64{1})-0.1082) > 1e-4 {
		t.Errorf("%+v, standard error %v", l, *l.StdErr(0, []float64{1}))
	}
}

// company makes up n customers whose true risk is known: numbers, one of them with a bend, labels, cells missing.
func company(n int, seed uint64) (columns []Column, outcomes []bool, truth []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	tenure, price, age := Column{Name: "tenure"}, Column{Name: "price"}, Column{Name: "age"}
	plan, region, noise := Column{Name: "plan"}, Column{Name: "region"}, Column{Name: "noise"}
	for range n {
		months, cost, years := r.ExpFloat64()*30, 20+r.Float64()*80, 20+r.Float64()*50
		k := r.IntN(3)
		logit := -0.5 - 0.06*math.Min(months, 24) + 0.02*(cost-60) + []float64{1.2, 0, -1.3}[k] + 0.001*(years-45)*(years-45)
		if r.Float64() < 0.2 {
			years = math.NaN()
		}
		cell := []string{"month", "year", "two years"}[k]
		if r.Float64() < 0.1 {
			cell = ""
		}
		tenure.Numbers, price.Numbers, age.Numbers = append(tenure.Numbers, months), append(price.Numbers, cost), append(age.Numbers, years)
		plan.Labels, region.Labels = append(plan.Labels, cell), append(region.Labels, "r"+strconv.Itoa(r.IntN(40)))
		noise.Numbers = append(noise.Numbers, r.NormFloat64()*1e6)
		truth = append(truth, share(logit))
		outcomes = append(outcomes, r.Float64() < share(logit))
	}
	return []Column{tenure, price, age, plan, region, noise}, outcomes, truth
}

func TestALearnedRiskIsNearlyAsGoodAsTheTrueOne(t *testing.T) {
	columns, outcomes, _ := company(3000, 1)
	r, err := TrainRisk(columns, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	unseen, came, truth := company(3000, 2)
	risks, err := r.Foretell(unseen, 3000)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Judge(risks, came, nil)
	if err != nil {
		t.Fatal(err)
	}
	best, err := Judge(truth, came, nil)
	if err != nil {
		t.Fatal(err)
	}
	// What is missing and has to be learned costs a little.
	if *got.AUC < *best.AUC-0.03 || *got.AUC > *best.AUC+0.01 || !r.Card.Converged || len(r.Card.Findings) > 0 || r.Card.Columns[0].Column == "noise" {
		t.Errorf("AUC %v, that of the true risk is %v; %+v", *got.AUC, *best.AUC, r.Card)
	}
	if *got.Slope < 0.85 || *got.Slope > 1.15 || math.Abs(*got.Intercept) > 0.15 || math.Abs(got.Brier-best.Brier) > 0.01 || *got.Skill <= 0 {
		t.Errorf("calibration %v + %v x, Brier %v of %v", *got.Intercept, *got.Slope, got.Brier, best.Brier)
	}
	for i, d := range got.Deciles {
		if d.N != 300 || !(d.Foretold >= d.Interval.Low-0.03 && d.Foretold <= d.Interval.High+0.03) || (i > 0 && d.Foretold < got.Deciles[i-1].Foretold) {
			t.Errorf("decile %d: %+v %+v", i, d, d.Interval)
		}
	}
	crossed, err := CrossValidate(columns, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	inside, err := Judge(crossed, outcomes, nil)
	if err != nil || math.Abs(*inside.AUC-*got.AUC) > 0.03 {
		t.Errorf("cross-validation says AUC %v, new customers %v, %v", *inside.AUC, *got.AUC, err)
	}
}

func TestContributionsAddUpToTheRisk(t *testing.T) {
	columns, outcomes, _ := company(600, 3)
	r, err := TrainRisk(columns, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	risks, err := r.Foretell(columns, 600)
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := r.Explain(columns, 600)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for i, of := range reasons {
		logit := r.Card.Intercept
		for _, c := range of {
			logit += c.Adds
			sums[c.Column] += c.Adds
		}
		if !near(share(logit), risks[i], 1e-9) {
			t.Fatalf("row %d: %v of a risk of %v", i, share(logit), risks[i])
		}
	}
	for column, sum := range sums {
		if math.Abs(sum) > 1e-6 {
			t.Errorf("%s moves the average row by %v", column, sum/600)
		}
	}
	for _, used := range r.Card.Columns {
		for _, term := range used.Terms {
			if term.StdErr == nil || !(*term.StdErr > 0) {
				t.Errorf("%+v has no standard error", term)
			}
		}
	}
}

func TestTheOrderOfRowsDoesNotChangeARisk(t *testing.T) {
	columns, outcomes, _ := company(500, 4)
	ids := make([]string, 500)
	order := rand.New(rand.NewPCG(5, 5)).Perm(500)
	for i := range ids {
		ids[i] = "customer " + strconv.Itoa(i)
	}
	a, err := TrainRisk(columns, outcomes, ids)
	if err != nil {
		t.Fatal(err)
	}
	var shuffled []string
	for _, i := range order {
		shuffled = append(shuffled, ids[i])
	}
	b, err := TrainRisk(pick(columns, order), pickOutcomes(outcomes, order), shuffled)
	if err != nil || a.Card.Penalty != b.Card.Penalty {
		t.Fatal(a.Card.Penalties, b.Card.Penalties, err)
	}
	for i, v := range a.fit.Coefficients {
		if !near(v, b.fit.Coefficients[i], 1e-6) {
			t.Errorf("coefficient %d: %v and %v", i, v, b.fit.Coefficients[i])
		}
	}
}

func TestRowsOfOneGroupStayOnOneSide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"}), 10, 60).Draw(t, "groups")
		outcomes := rapid.SliceOfN(rapid.Bool(), len(groups), len(groups)).Draw(t, "outcomes")
		of := map[string]int{}
		for i, f := range folds(outcomes, groups, 5, 7) {
			if before, seen := of[groups[i]]; seen && before != f {
				t.Fatalf("%s is in folds %d and %d", groups[i], before, f)
			}
			of[groups[i]] = f
		}
	})
}

func TestColumnsThatHoldTheOutcomeOrAnIDAreFound(t *testing.T) {
	columns, outcomes, truth := company(400, 6)
	r := rand.New(rand.NewPCG(6, 6))
	copied, after, id, serial, same := Column{Name: "copy"}, Column{Name: "cancelled on"}, Column{Name: "email"}, Column{Name: "number"}, Column{Name: "same"}
	nearly := Column{Name: "nearly"}
	for i, y := range outcomes {
		word, date := "stays", math.NaN()
		v := r.NormFloat64()
		if y {
			word, date = "gone", 20000+r.Float64()*100
			v += 3
		}
		copied.Labels, after.Numbers = append(copied.Labels, word), append(after.Numbers, date)
		id.Labels, serial.Numbers = append(id.Labels, strconv.Itoa(i)+"@example.com"), append(serial.Numbers, float64(1000+i))
		same.Labels, nearly.Numbers = append(same.Labels, "x"), append(nearly.Numbers, v)
	}
	risk, err := TrainRisk(append(slices.Clone(columns), copied, after, id, serial, same, nearly), outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Finding{}
	for _, f := range risk.Card.Findings {
		got[f.Column] = f
	}
	for column, want := range map[string]Finding{
		"copy": {LeftOut: true, Leak: true}, "cancelled on": {LeftOut: true, Leak: true}, "email": {LeftOut: true}, "number": {LeftOut: true}, "same": {LeftOut: true}, "nearly": {Leak: true},
	} {
		if f, ok := got[column]; !ok || f.LeftOut != want.LeftOut || f.Leak != want.Leak {
			t.Errorf("%s: %+v", column, f)
		}
	}
	if len(got) != 6 || len(truth) != 400 {
		t.Errorf("%+v", got)
	}
}

func TestTooFewOutcomesAreRefused(t *testing.T) {
	columns, outcomes, _ := company(400, 7)
	few := slices.Clone(outcomes)
	left := 29
	for i, y := range few {
		if y {
			left--
			few[i] = left >= 0
		}
	}
	for name, y := range map[string][]bool{"29 outcomes": few, "none": make([]bool, 400), "no rows": nil} {
		if _, err := TrainRisk(columns, y, nil); err == nil {
			t.Errorf("%s were enough", name)
		}
		if _, err := CrossValidate(columns, y, nil); err == nil {
			t.Errorf("%s were enough for cross-validation", name)
		}
	}
	if _, err := TrainRisk(nil, outcomes, nil); err == nil {
		t.Error("a risk was learned from nothing")
	}
}

func TestStrangeRowsAreForetoldWithNumbers(t *testing.T) {
	columns, outcomes, _ := company(400, 8)
	r, err := TrainRisk(columns, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	strange := []Column{
		{Name: "tenure", Numbers: []float64{nan, -1e300, 1e300, inf}}, {Name: "price", Numbers: []float64{nan, nan, 1e300, -inf}}, {Name: "age", Numbers: []float64{nan, 1, 2, 3}},
		{Name: "plan", Labels: []string{"", "never seen", "year", "month"}}, {Name: "region", Labels: []string{"", "", "r1", "Ω"}}, {Name: "noise", Numbers: []float64{0, 0, 0, nan}},
	}
	risks, err := r.Foretell(strange, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range risks {
		if !(p > 0 && p < 1) {
			t.Errorf("a risk of %v", p)
		}
	}
	if _, err := r.Foretell(strange[1:], 4); err == nil {
		t.Error("a missing column was not missed")
	}
	if _, err := r.Foretell(append([]Column{{Name: "tenure", Labels: []string{"a", "b", "c", "d"}}}, strange[1:]...), 4); err == nil {
		t.Error("labels were taken for numbers")
	}
}
