package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// The limits of Wilson's interval that R. G. Newcombe printed (Statistics in Medicine 1998, method 3), and 40 of 50.
func TestShareIntervalsAreThoseInPrint(t *testing.T) {
	for _, c := range []struct{ of, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {40, 50, 0.6696, 0.8876}, {50, 50, 0.9287, 1},
	} {
		low, high, ok := WilsonInterval.bounds(sample{sum: c.of, n: c.n})
		if !ok || !near(low, c.low, 6e-5) || !near(high, c.high, 6e-5) {
			t.Errorf("%v of %v: %.5f to %.5f, want %v to %v", c.of, c.n, low, high, c.low, c.high)
		}
	}
}

// The formula of Sauro and Lewis written out: to the answers are added 3/4 promoter, 3/2 passive and 3/4 detractor; the
// variance is the mean square around the mean.
func TestNPSIntervalsAreThoseOfTheFormula(t *testing.T) {
	for _, c := range []struct{ promoters, passives, detractors float64 }{{100, 50, 50}, {2, 1, 1}, {0, 0, 5}, {7, 0, 0}, {1, 0, 0}} {
		p, o, d := c.promoters+0.75, c.passives+1.5, c.detractors+0.75
		n := p + o + d
		mean := (p - d) / n
		half := 1.959964 * math.Sqrt((p*(1-mean)*(1-mean)+o*mean*mean+d*(1+mean)*(1+mean))/n/n)
		low, high, ok := NPSInterval.bounds(sample{sum: c.promoters - c.detractors, squares: c.promoters + c.detractors, n: c.promoters + c.passives + c.detractors})
		if !ok || !near(low, math.Max(-1, mean-half), 1e-6) || !near(high, math.Min(1, mean+half), 1e-6) {
			t.Errorf("%+v: %.4f to %.4f, want %.4f to %.4f", c, low, high, mean-half, mean+half)
		}
	}
}

func sampled(values ...float64) sample {
	var s sample
	for _, v := range values {
		s.sum, s.squares, s.n = s.sum+v, s.squares+v*v, s.n+1
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
		s         sample
		low, high float64
	}{
		"R's t.test of sleep, group 1": {sleep1, -0.5297804, 2.0297804},
		// mean 3.5, squares around it 16.5, t with 9 degrees 2.262157: 3.5 -+ 2.262157 x sqrt(16.5/9/10)
		"ten scores by hand": {sampled(5, 5, 5, 4, 1, 3, 2, 4, 3, 3), 3.5 - 2.262157*math.Sqrt(16.5/9/10), 3.5 + 2.262157*math.Sqrt(16.5/9/10)},
		"all equal":          {sampled(4, 4, 4), 4, 4},
	} {
		low, high, ok := MeanInterval.bounds(c.s)
		if !ok || !near(low, c.low, 2e-6) || !near(high, c.high, 2e-6) {
			t.Errorf("%s: %v to %v, want %v to %v", name, low, high, c.low, c.high)
		}
	}
}

func TestAChangeIsSignificantWhenChanceDoesNotExplainIt(t *testing.T) {
	share := func(of, n float64) sample { return sample{sum: of, n: n} }
	nps := func(promoters, passives, detractors float64) sample {
		return sample{sum: promoters - detractors, squares: promoters + detractors, n: promoters + passives + detractors}
	}
	for _, c := range []struct {
		name string
		iv   Interval
		a, b sample
		want string
	}{
		{"40 of 50 against 30 of 50: z 2.17", WilsonInterval, share(40, 50), share(30, 50), "yes"},
		{"40 of 50 against 32 of 50: z 1.77", WilsonInterval, share(40, 50), share(32, 50), "no"},
		{"two of two against none of two", WilsonInterval, share(2, 2), share(0, 2), "no"},
		{"all against all", WilsonInterval, share(9, 9), share(20, 20), "no"},
		{"NPS 25 against 0, 200 answers each", NPSInterval, nps(100, 50, 50), nps(75, 50, 75), "yes"},
		{"NPS 25 against 20, 200 answers each", NPSInterval, nps(100, 50, 50), nps(95, 50, 55), "no"},
		{"two promoters against two detractors", NPSInterval, nps(2, 0, 0), nps(0, 0, 2), "no"},
		{"sleep: t 1.86 of 17.8 degrees, p 0.079", MeanInterval, sleep1, sleep2, "no"},
		{"miles: t 3.77 of 18.3 degrees, p 0.0014", MeanInterval, automatic, manual, "yes"},
		{"no spread at all, equal", MeanInterval, sampled(4, 4), sampled(4, 4, 4), "no"},
		{"no spread at all, unequal", MeanInterval, sampled(4, 4), sampled(5, 5), "can't be told"},
		{"a single answer", MeanInterval, sampled(4), sampled(5, 5), "can't be told"},
		{"nothing before", WilsonInterval, share(4, 9), share(0, 0), "can't be told"},
		{"no estimate", NoInterval, share(4, 9), share(1, 9), "can't be told"},
	} {
		got := "can't be told"
		if yes := c.iv.differ(c.a, c.b); yes != nil {
			got = map[bool]string{true: "yes", false: "no"}[*yes]
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestIntervalsAreNumbersAroundTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iv := rapid.SampledFrom([]Interval{WilsonInterval, NPSInterval, MeanInterval, NoInterval}).Draw(t, "interval")
		of := map[Interval][]float64{WilsonInterval: {0, 1}, NPSInterval: {-1, 0, 1}, MeanInterval: {0.1, 3, 7, 1e6}, NoInterval: {1}}[iv]
		s := sampled(rapid.SliceOfN(rapid.SampledFrom(of), 0, 40).Draw(t, "values")...)
		other := sampled(rapid.SliceOfN(rapid.SampledFrom(of), 0, 40).Draw(t, "others")...)
		iv.differ(s, other)
		low, high, ok := iv.bounds(s)
		if enough := iv != NoInterval && (s.n > 1 || (s.n == 1 && iv != MeanInterval)); ok != enough {
			t.Fatalf("an interval of %v: %v", s, ok)
		}
		if !ok {
			return
		}
		// With three answers added the middle of an NPS interval lies nearer to zero than the score.
		value := s.sum / s.n
		if iv == NPSInterval {
			value = s.sum / (s.n + 3)
		}
		if !(low <= value+1e-9 && value <= high+1e-9) || math.IsInf(low, 0) || math.IsInf(high, 0) {
			t.Fatalf("%v: %v to %v", s, low, high)
		}
	})
}
