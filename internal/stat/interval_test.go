package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The limits of Wilson's interval that R. G. Newcombe printed (Statistics in Medicine 1998, method 3), and 40 of 50.
func TestShareIntervalsAreThoseInPrint(t *testing.T) {
	for _, c := range []struct{ of, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {40, 50, 0.6696, 0.8876}, {50, 50, 0.9287, 1},
	} {
		low, high, ok := Wilson.Bounds(Sample{Sum: c.of, N: c.n})
		if !ok || !near(low, c.low, 6e-5) || !near(high, c.high, 6e-5) {
			t.Errorf("%v of %v: %.5f to %.5f, want %v to %v", c.of, c.n, low, high, c.low, c.high)
		}
	}
}

// The worked examples are those of the articles on which the metric's definition rests; the interval is the formula of
// Sauro and Lewis written out.
func TestNetPromoterScoresAreThoseOfTheWorkedExamples(t *testing.T) {
	for _, c := range []struct {
		promoters, passives, detractors int
		nps                             float64
	}{{100, 50, 50, 25}, {50, 40, 10, 40}, {0, 0, 5, -100}, {1, 0, 0, 100}, {1, 1, 1, 0}} {
		var answers []float64
		for score, n := range map[float64]int{10: c.promoters, 7: c.passives, 6: c.detractors} {
			for range n {
				answers = append(answers, score)
			}
		}
		s, err := NPS(answers)
		if err != nil || *s.Score != c.nps || s.Promoters != c.promoters || s.Passives != c.passives || s.Detractors != c.detractors {
			t.Fatalf("%+v: %+v, %v", c, s, err)
		}
		p, o, d := float64(c.promoters)+0.75, float64(c.passives)+1.5, float64(c.detractors)+0.75
		n := p + o + d
		mean := (p - d) / n
		half := 1.959964 * math.Sqrt((p*(1-mean)*(1-mean)+o*mean*mean+d*(1+mean)*(1+mean))/n/n)
		if !near(s.Interval.Low, math.Max(-100, 100*(mean-half)), 1e-6) || !near(s.Interval.High, math.Min(100, 100*(mean+half)), 1e-6) {
			t.Errorf("%+v: %+v, want %v -+ %v", c, s.Interval, mean, half)
		}
	}
	none, err := NPS(nil)
	if err != nil || none.Score != nil || none.Interval != nil {
		t.Errorf("without answers: %+v, %v", none, err)
	}
	for _, wrong := range []float64{-1, 11, 9.5, math.NaN()} {
		if _, err := NPS([]float64{9, wrong}); err == nil {
			t.Errorf("%v was taken for an answer", wrong)
		}
	}
}

func sampled(values ...float64) Sample {
	var s Sample
	for _, v := range values {
		s.Sum, s.Squares, s.N = s.Sum+v, s.Squares+v*v, s.N+1
	}
	return s
}

// Extra hours of sleep (Student 1908) and miles per gallon by gearbox (Motor Trend 1974), both data sets of R.
var (
	sleep1    = sampled(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
	sleep2    = sampled(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
	automatic = sampled(21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 21.5, 15.5, 15.2, 13.3, 19.2)
	manual    = sampled(21.0, 21.0, 22.8, 32.4, 30.4, 33.9, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4)
)

func TestMeanIntervalsAreStudents(t *testing.T) {
	for name, c := range map[string]struct {
		s         Sample
		low, high float64
	}{
		"R's t.test of sleep, group 1": {sleep1, -0.5297804, 2.0297804},
		// mean 3.5, squares around it 16.5, t with 9 degrees 2.262157: 3.5 -+ 2.262157 x sqrt(16.5/9/10)
		"ten scores by hand": {sampled(5, 5, 5, 4, 1, 3, 2, 4, 3, 3), 3.5 - 2.262157*math.Sqrt(16.5/9/10), 3.5 + 2.262157*math.Sqrt(16.5/9/10)},
		"all equal":          {sampled(4, 4, 4), 4, 4},
	} {
		low, high, ok := Mean.Bounds(c.s)
		if !ok || !near(low, c.low, 2e-6) || !near(high, c.high, 2e-6) {
			t.Errorf("%s: %v to %v, want %v to %v", name, low, high, c.low, c.high)
		}
	}
}

func TestAChangeIsSignificantWhenChanceDoesNotExplainIt(t *testing.T) {
	share := func(of, n float64) Sample { return Sample{Sum: of, N: n} }
	score := func(promoters, passives, detractors float64) Sample {
		return Sample{Sum: promoters - detractors, Squares: promoters + detractors, N: promoters + passives + detractors}
	}
	for _, c := range []struct {
		name string
		iv   Interval
		a, b Sample
		want string
	}{
		{"40 of 50 against 30 of 50: z 2.17", Wilson, share(40, 50), share(30, 50), "yes"},
		{"40 of 50 against 32 of 50: z 1.77", Wilson, share(40, 50), share(32, 50), "no"},
		{"two of two against none of two", Wilson, share(2, 2), share(0, 2), "no"},
		{"all against all", Wilson, share(9, 9), share(20, 20), "no"},
		{"two promoters against two detractors", Score, score(2, 0, 0), score(0, 0, 2), "no"},
		{"no spread at all, equal", Mean, sampled(4, 4), sampled(4, 4, 4), "no"},
		{"a single answer", Mean, sampled(4), sampled(5, 5), "can't be told"},
		{"NPS 25 against 0, 200 answers each", Score, score(100, 50, 50), score(75, 50, 75), "yes"},
		{"NPS 25 against 20, 200 answers each", Score, score(100, 50, 50), score(95, 50, 55), "no"},
		{"sleep: t 1.86 of 17.8 degrees, p 0.079", Mean, sleep1, sleep2, "no"},
		{"miles: t 3.77 of 18.3 degrees, p 0.0014", Mean, automatic, manual, "yes"},
		{"no spread at all, unequal", Mean, sampled(4, 4), sampled(5, 5), "can't be told"},
		{"nothing before", Wilson, share(4, 9), share(0, 0), "can't be told"},
		{"no such interval", "none", share(4, 9), share(1, 9), "can't be told"},
	} {
		got := "can't be told"
		if yes := c.iv.Differ(c.a, c.b); yes != nil {
			got = map[bool]string{true: "yes", false: "no"}[*yes]
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMoreAnswersOfTheSameKindNarrowAnInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iv := rapid.SampledFrom([]Interval{Wilson, Score, Mean}).Draw(t, "interval")
		of := map[Interval][]float64{Wilson: {0, 1}, Score: {-1, 0, 1}, Mean: {0.1, 3, 7, 1e3}}[iv]
		s := sampled(rapid.SliceOfN(rapid.SampledFrom(of), 2, 40).Draw(t, "values")...)
		value := s.Sum / s.N
		if iv == Score { // with three answers added the middle lies nearer to zero than the score
			value = s.Sum / (s.N + 3)
		}
		low, high, ok := iv.Bounds(s)
		lowTen, highTen, okTen := iv.Bounds(Sample{10 * s.Sum, 10 * s.Squares, 10 * s.N})
		if !ok || !okTen || !finite(low) || !finite(high) || low > value+1e-9 || high < value-1e-9 || highTen-lowTen > high-low+1e-5 {
			t.Fatalf("%v: %v to %v, ten times as many: %v to %v", s, low, high, lowTen, highTen)
		}
	})
}
