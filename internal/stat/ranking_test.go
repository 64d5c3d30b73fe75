package stat

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// births are R's data set infert with the figures that R and pROC give for it (testdata/judged.R).
func births(t *testing.T) (column func(string) []float64, outcomes []bool, groups []string, figures map[string]float64) {
	t.Helper()
	all := rows(t, "infert.txt")
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, r := range all {
		outcomes, groups = append(outcomes, r["case"] == "1"), append(groups, r["stratum"])
	}
	figures = map[string]float64{}
	for _, r := range rows(t, "judged.txt") {
		figures[r["name"]] = number(r["value"])
	}
	return func(name string) []float64 {
		var values []float64
		for _, r := range all {
			values = append(values, number(r[name]))
		}
		return values
	}, outcomes, groups, figures
}

func TestRankingComparingAndCalibrationAreThoseOfR(t *testing.T) {
	column, outcomes, groups, want := births(t)
	r, err := Rank(column("a"), outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Compare(column("a"), column("b"), outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	j, err := Judge(column("a"), outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, clustered := delong(column("a"), outcomes, groups)
	for name, got := range map[string]float64{
		"auc": r.AUC, "auc_low": r.AUCInterval.Low, "auc_high": r.AUCInterval.High, "other_auc": d.Second,
		"difference": d.Difference, "difference_low": d.Interval.Low, "difference_high": d.Interval.High, "difference_p": *d.P, "clustered_se": clustered,
		"intercept": *j.Intercept, "slope": *j.Slope, "brier": j.Brier, "brier_low": j.BrierInterval.Low,
		"intercept_se": (j.InterceptInterval.High - *j.Intercept) / z, "slope_se": (j.SlopeInterval.High - *j.Slope) / z,
	} {
		if !near(got, want[name], 2e-5) {
			t.Errorf("%s: %.9g, R says %.9g", name, got, want[name])
		}
	}
}

func TestLiftOfATenthIsItsShareOverThatOfAll(t *testing.T) {
	var numbers []float64
	var outcomes []bool
	for i := range 300 { // the upper tenth has 24 of 60 outcomes, the next 12, the rest 3 each
		tenth := i / 30
		n := map[int]int{9: 24, 8: 12}[tenth]
		if n == 0 {
			n = 3
		}
		numbers, outcomes = append(numbers, float64(i)), append(outcomes, i%30 < n)
	}
	r, err := Rank(numbers, outcomes, nil)
	if err != nil {
		t.Fatal(err)
	}
	top := r.Tenths[9]
	if top.N != 30 || top.Low != 270 || top.High != 299 || !near(top.Lift, 0.8/0.2, 1e-9) || !(top.LiftInterval.Low < 4 && top.LiftInterval.High > 4) {
		t.Errorf("%+v %+v", top, top.LiftInterval)
	}
}

func TestCorrelationAndFalseFindingsAreThoseOfR(t *testing.T) {
	column, _, _, want := births(t)
	c, err := Spearman(column("age"), column("parity"))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]float64{"rho": c.Rho, "rho_p": *c.P, "rho_low": c.Interval.Low, "rho_high": c.Interval.High} {
		if !near(got, want[name], 1e-6) {
			t.Errorf("%s: %.9g, R says %.9g", name, got, want[name])
		}
	}
	for i, q := range FalseFindings([]float64{0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205}) {
		if !near(q, want["bh"+strconv.Itoa(i+1)], 1e-9) {
			t.Errorf("question %d: %v, R says %v", i+1, q, want["bh"+strconv.Itoa(i+1)])
		}
	}
}

func TestWhatLastedUpToTheEventIsTheLead(t *testing.T) {
	warned := []Look{{0, 9}, {30, 9}, {60, 8}, {90, 3}, {120, 9}} // the alarm of day 120 went out again
	missed := []Look{{0, 2}, {30, 9}}
	var events [][]Look
	for range 24 {
		events = append(events, warned)
	}
	for range 8 {
		events = append(events, missed)
	}
	l, err := LeadTime(events, 5)
	if err != nil {
		t.Fatal(err)
	}
	if l.Warned != 24 || l.Share != 0.75 || *l.Median != 60 || l.MedianInterval.Low != 60 || !(l.Interval.Low < 0.75 && l.Interval.High > 0.75) {
		t.Errorf("%+v %+v", l, l.Interval)
	}
}

// The interval of a median of n by the sign test: for 20 values the 6th and the 15th (Conover, Practical Nonparametric
// Statistics).
func TestMedianIntervalIsThatOfTheSignTest(t *testing.T) {
	var values []float64
	for i := range 20 {
		values = append(values, float64(i+1))
	}
	if got := medianInterval(values); got.Low != 6 || got.High != 15 {
		t.Errorf("%+v", got)
	}
	if got := medianInterval(values[:5]); got != nil {
		t.Errorf("of five: %+v", got)
	}
}

func TestTooLittleIsRefusedAndSaysWhy(t *testing.T) {
	few := make([]bool, 200)
	for i := range 29 {
		few[i] = true
	}
	numbers := make([]float64, 200)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	bad := append([]float64(nil), numbers...)
	bad[7] = math.NaN()
	enough := make([]bool, 200)
	for i := range 50 {
		enough[4*i] = true
	}
	all, none := make([]bool, 200), make([]bool, 200)
	for i := range all {
		all[i] = true
	}
	measures := []Column{{Name: "a", Numbers: numbers[:100]}, {Name: "b", Numbers: numbers[:100]}}
	for name, ask := range map[string]func() error{
		"29 outcomes":      func() error { _, err := Rank(numbers, few, nil); return err },
		"all of one kind":  func() error { _, err := Rank(numbers, all, nil); return err },
		"none of one kind": func() error { _, err := Rank(numbers, none, nil); return err },
		"no number":        func() error { _, err := Rank(bad, enough, nil); return err },
		"of other rows":    func() error { _, err := Rank(numbers[:50], enough, nil); return err },
		"comparing few":    func() error { _, err := Compare(numbers, numbers, few, nil); return err },
		"29 pairs":         func() error { _, err := Spearman(numbers[:29], numbers[:29]); return err },
		"a constant":       func() error { _, err := Spearman(numbers[:40], make([]float64, 40)); return err },
		"29 events":        func() error { _, err := LeadTime(make([][]Look, 29), 5); return err },
		"nothing seen":     func() error { _, err := LeadTime(make([][]Look, 30), 5); return err },
		"weights of few":   func() error { _, err := SuggestWeights(measures, few[:100], nil); return err },
		"one measure":      func() error { _, err := SuggestWeights(measures[:1], enough[:100], nil); return err },
		"outside the scale": func() error {
			_, err := SuggestWeights([]Column{{Name: "a", Numbers: numbers}, measures[1]}, enough, nil)
			return err
		},
	} {
		err := ask()
		if r, ok := err.(*Refusal); !ok || r.What == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rows that come several times over, as an account's months do, say no more than once.
func TestRepeatedRowsDoNotNarrowTheInterval(t *testing.T) {
	column, outcomes, _, _ := births(t)
	a := column("a")
	var numbers []float64
	var came []bool
	var groups []string
	for i := range a {
		for range 5 {
			numbers, came, groups = append(numbers, a[i]), append(came, outcomes[i]), append(groups, strconv.Itoa(i))
		}
	}
	_, once := delong(a, outcomes, nil)
	_, apart := delong(numbers, came, nil)
	_, together := delong(numbers, came, groups)
	if !near(together, once, 1e-9) || apart > 0.6*once {
		t.Errorf("once %v, five times %v, five times as one %v", once, apart, together)
	}
}

func TestTurningTheNumberRoundTurnsTheAUCRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(60, 120).Draw(t, "rows")
		numbers, turned, outcomes := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range numbers {
			numbers[i] = float64(rapid.IntRange(0, 9).Draw(t, "number"))
			turned[i], outcomes[i] = -numbers[i], i%2 == 0
		}
		a, err := Rank(numbers, outcomes, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Rank(turned, outcomes, nil)
		if err != nil || !near(a.AUC+b.AUC, 1, 1e-9) {
			t.Fatalf("%v %v %v", a.AUC, b, err)
		}
	})
}
