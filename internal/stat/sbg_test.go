package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The cohorts of Fader and Hardie, Journal of Interactive Marketing 2007, table 1: percent left after each year. The
// model was fitted to the first seven years.
var (
	highEnd = []float64{86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4}
	regular = []float64{63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3}
)

func TestTheCohortsOfFaderAndHardieComeOut(t *testing.T) {
	for name, c := range map[string]struct {
		left        []float64
		alpha, beta float64
	}{"high end": {highEnd, .668, 3.806}, "regular": {regular, .704, 1.182}} {
		m, err := FitContracts(100, c.left[:7])
		if err != nil {
			t.Fatal(err)
		}
		if !m.Converged || !near(m.Alpha, c.alpha, 6e-4) || !near(m.Beta, c.beta, 6e-4) || len(m.Notes) > 0 {
			t.Errorf("%s: alpha %.4f, beta %.4f, want %v and %v; %v", name, m.Alpha, m.Beta, c.alpha, c.beta, m.Notes)
		}
		for i, p := range m.Project(5) {
			if math.Abs(p.Survivors-c.left[i]) > 2 {
				t.Errorf("%s, year %d: %.1f %% left, were %v", name, p.Period, p.Survivors, c.left[i])
			}
			if p.Observed != (i < 7) || (p.Interval == nil) != p.Observed {
				t.Errorf("%s: %+v", name, p)
			}
			if p.Interval != nil && !(p.Interval.Low < c.left[i] && c.left[i] < p.Interval.High) {
				t.Errorf("%s, year %d: %v were left, not in %+v", name, p.Period, c.left[i], p.Interval)
			}
		}
	}
}

// By Euler's integral of 2F1, in the middle of a thousand thousand slices.
func TestResidualLifetimesAreTheHypergeometricFunction(t *testing.T) {
	for _, c := range []struct {
		alpha, beta, discount float64
		n                     int
	}{{.668, 3.806, .1, 1}, {1.2, 3, .05, 5}, {5, 2, .5, 2}} {
		a, b, v := c.alpha, c.beta+float64(c.n), 1/(1+c.discount)
		var over, under float64
		const slices = 1 << 20
		for i := range slices {
			x := (float64(i) + .5) / slices
			w := math.Pow(x, b-1) * math.Pow(1-x, a-1)
			over += w / (1 - v*x)
			under += w
		}
		want := (c.beta + float64(c.n) - 1) / (c.alpha + c.beta + float64(c.n) - 1) * over / under
		if got := residual(c.alpha, c.beta, c.n, c.discount); !near(got, want, 2e-4) {
			t.Errorf("%+v: %v, want %v", c, got, want)
		}
	}
}

func TestCohortsThatSayNothingAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		size float64
		left []float64
	}{
		"nobody": {0, []float64{0, 0}}, "one renewal": {10, []float64{5}}, "nobody left": {10, []float64{10, 10, 10}}, "all left at once": {10, []float64{0, 0}},
		"growing": {10, []float64{5, 6}}, "more than began": {10, []float64{11, 5}}, "no number": {10, []float64{math.NaN(), 5}}, "endless": {math.Inf(1), []float64{5, 4}},
	} {
		if m, err := FitContracts(c.size, c.left); err == nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
	m, err := FitContracts(100, regular)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Residuals(0); err == nil {
		t.Error("without discount a lifetime may have no end")
	}
}

func TestAnyShrinkingCohortIsProjectedWithNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 100000).Draw(t, "size")
		left := size
		var survivors []float64
		for range rapid.IntRange(2, 15).Draw(t, "periods") {
			left = rapid.IntRange(0, left).Draw(t, "left")
			survivors = append(survivors, float64(left))
		}
		if survivors[0] == 0 || left == size {
			return
		}
		m, err := FitContracts(float64(size), survivors)
		if err != nil {
			t.Fatal(err)
		}
		if !(m.Alpha > 0) || !(m.Beta > 0) || !finite(m.LogLikelihood) || !m.Converged {
			t.Fatalf("%+v", m)
		}
		before := 1.0
		for _, p := range m.Project(20) {
			if !(p.Survival <= before && p.Survival >= 0 && p.Retention > 0 && p.Retention <= 1) || p.RetentionInterval == nil || (!p.Observed && p.Interval == nil) {
				t.Fatalf("%+v after %v", p, before)
			}
			before = p.Survival
		}
		worth, err := m.Residuals(.1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range worth {
			if !(r.Periods >= 0 && r.Periods <= 11.0001) || r.Interval == nil {
				t.Fatalf("%+v", r)
			}
		}
	})
}
