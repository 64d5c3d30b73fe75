package stat

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b, by float64) bool { return math.Abs(a-b) <= by*math.Max(1, math.Abs(b)) }

// rows reads a table of testdata: cells between spaces, the first line names them.
func rows(t *testing.T, file string) []map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	names := strings.Fields(lines[0])
	var all []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Fields(line) {
			row[names[i]] = cell
		}
		all = append(all, row)
	}
	return all
}

func num(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// agree compares an estimate that may be undefined with R's figure, which then is NA or NaN.
func agree(t *testing.T, got *float64, want string) bool {
	t.Helper()
	if want == "NA" || want == "NaN" {
		return got == nil
	}
	return got != nil && near(*got, num(t, want), 1e-9)
}

func spells(t *testing.T, data string) map[string][]Spell {
	t.Helper()
	groups := map[string][]Spell{}
	for _, r := range rows(t, data+".txt") {
		groups[r["group"]] = append(groups[r["group"]], Spell{num(t, r["time"]), r["event"] == "1"})
	}
	return groups
}

func TestSurvivalCurvesAreThoseOfR(t *testing.T) {
	groups := spells(t, "aml")
	curves := map[string]*Curve{}
	at := map[string]int{}
	for _, r := range rows(t, "aml_curves.txt") {
		key := r["band"] + " " + r["group"]
		if curves[key] == nil {
			c, err := KaplanMeier(groups[r["group"]], Band(r["band"]))
			if err != nil {
				t.Fatal(err)
			}
			curves[key] = c
		}
		s := curves[key].Steps[at[key]]
		at[key]++
		if s.Time != num(t, r["time"]) || s.AtRisk != int(num(t, r["at_risk"])) || s.Events != int(num(t, r["events"])) || s.Censored != int(num(t, r["censored"])) ||
			!near(s.Survival, num(t, r["survival"]), 1e-9) || !agree(t, s.StdErr, r["std_err"]) || !agree(t, s.Low, r["low"]) || !agree(t, s.High, r["high"]) {
			t.Errorf("%s: %+v, R says %v", key, s, r)
		}
	}
	for key, c := range curves {
		if at[key] != len(c.Steps) {
			t.Errorf("%s has %d steps, R has %d", key, len(c.Steps), at[key])
		}
	}
	if len(curves) != 6 {
		t.Errorf("%d curves were compared, not 6", len(curves))
	}
}

func TestMediansAndMeansAreThoseOfR(t *testing.T) {
	for _, r := range rows(t, "medians.txt") {
		c, err := KaplanMeier(spells(t, r["data"])[r["group"]], Band(r["band"]))
		if err != nil {
			t.Fatal(err)
		}
		if !agree(t, c.Median, r["median"]) || !agree(t, c.MedianInterval.Low, r["low"]) || !agree(t, c.MedianInterval.High, r["high"]) ||
			!near(c.Mean.Value, num(t, r["mean"]), 1e-9) || !near(c.Mean.StdErr, num(t, r["mean_se"]), 1e-9) {
			t.Errorf("median %+v, mean %+v, R says %v", c.Median, c.Mean, r)
		}
	}
}

func TestLogRankTestsAreThoseOfR(t *testing.T) {
	for _, r := range rows(t, "logranks.txt") {
		c, err := LogRank(spells(t, r["data"]))
		if err != nil {
			t.Fatal(err)
		}
		if !agree(t, c.ChiSquare, r["chi2"]) || !agree(t, c.P, r["p"]) || c.Freedom != int(num(t, r["df"])) {
			t.Errorf("%+v, R says %v", c, r)
		}
		for _, g := range c.Groups {
			if g.Group == r["group"] && (g.Observed != int(num(t, r["observed"])) || !near(g.Expected, num(t, r["expected"]), 1e-9)) {
				t.Errorf("%+v, R says %v", g, r)
			}
		}
	}
}

// E. L. Kaplan and P. Meier, JASA 1958, section 1: deaths at .8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1.
func TestTheExampleOfKaplanAndMeierComesOut(t *testing.T) {
	c, err := KaplanMeier([]Spell{{.8, true}, {3.1, true}, {5.4, true}, {9.2, true}, {1, false}, {2.7, false}, {7, false}, {12.1, false}}, BandLog)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[float64]float64{0: 1, .8: 7.0 / 8, 3: 7.0 / 8, 3.1: 7.0 / 10, 5.4: 21.0 / 40, 9.2: 21.0 / 80, 100: 21.0 / 80} {
		if got := c.At(at); !near(got, want, 1e-12) {
			t.Errorf("%v survive %v, want %v", got, at, want)
		}
	}
}

func TestWhatCannotBeWatchedIsRefused(t *testing.T) {
	for name, s := range map[string][]Spell{"nobody": nil, "before its beginning": {{-1, true}}, "no number": {{math.NaN(), true}}, "without end": {{math.Inf(1), false}}} {
		if _, err := KaplanMeier(s, BandLog); err == nil {
			t.Errorf("%s was estimated", name)
		}
		if _, err := LogRank(map[string][]Spell{"a": {{1, true}}, "b": s}); err == nil {
			t.Errorf("%s was compared", name)
		}
	}
	if _, err := KaplanMeier([]Spell{{1, true}}, "wide"); err == nil {
		t.Error("a band that does not exist was drawn")
	}
}

func TestGroupsThatCannotBeToldApartHaveNoTest(t *testing.T) {
	for name, groups := range map[string]map[string][]Spell{
		"one group":       {"a": {{1, true}, {2, true}}},
		"no event":        {"a": {{1, false}}, "b": {{2, false}}},
		"all at one time": {"a": {{1, true}, {1, true}}, "b": {{1, true}}},
	} {
		c, err := LogRank(groups)
		if err != nil || c.ChiSquare != nil || c.P != nil || c.Freedom != 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func watched(t *rapid.T, label string, events *rapid.Generator[bool]) []Spell {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Spell {
		return Spell{float64(rapid.IntRange(0, 12).Draw(t, "duration")), events.Draw(t, "event")}
	}), 1, 40).Draw(t, label)
}

func TestSurvivalIsThePlainShareWhenNobodyIsLostFromSight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := watched(t, "spells", rapid.Just(true))
		c, err := KaplanMeier(s, BandLogLog)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range c.Steps {
			left := 0
			for _, one := range s {
				if one.Duration > step.Time {
					left++
				}
			}
			p := float64(left) / float64(len(s))
			if !near(step.Survival, p, 1e-9) || (p > 0 && !near(*step.StdErr, math.Sqrt(p*(1-p)/float64(len(s))), 1e-9)) {
				t.Fatalf("%+v, %v of %d are left", step, left, len(s))
			}
		}
	})
}

func TestOrderAndUnitOfDurationsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, two := watched(t, "one", rapid.Bool()), watched(t, "two", rapid.Bool())
		band := rapid.SampledFrom([]Band{BandLog, BandLogLog, BandPlain}).Draw(t, "band")
		unit := rapid.SampledFrom([]float64{1, 2, 1.0 / 7, 30.4375}).Draw(t, "unit")
		scaled := func(s []Spell) []Spell {
			var other []Spell
			for _, x := range rapid.Permutation(s).Draw(t, "order") {
				other = append(other, Spell{x.Duration * unit, x.Event})
			}
			return other
		}
		a, err := KaplanMeier(one, band)
		if err != nil {
			t.Fatal(err)
		}
		b, err := KaplanMeier(scaled(one), band)
		if err != nil || a.N != b.N || a.Events != b.Events || a.Events+a.Censored != a.N || len(a.Steps) != len(b.Steps) {
			t.Fatal(a, b, err)
		}
		if !near(a.Mean.Value*unit, b.Mean.Value, 1e-9) || (a.Median == nil) != (b.Median == nil) || (a.Median != nil && !near(*a.Median*unit, *b.Median, 1e-9)) {
			t.Fatalf("%+v and %+v", a, b)
		}
		for i, s := range a.Steps {
			o := b.Steps[i]
			if s.Survival != o.Survival || s.AtRisk != o.AtRisk || (s.Low == nil) != (o.Low == nil) {
				t.Fatalf("%+v and %+v", s, o)
			}
			if s.Low != nil && !(0 <= *s.Low && *s.Low <= s.Survival+1e-12 && s.Survival <= *s.High+1e-12 && *s.High <= 1) {
				t.Fatalf("%+v", s)
			}
		}
		test, err := LogRank(map[string][]Spell{"one": one, "two": two})
		if err != nil {
			t.Fatal(err)
		}
		other, err := LogRank(map[string][]Spell{"two": scaled(one), "one": scaled(two)})
		if err != nil || (test.ChiSquare == nil) != (other.ChiSquare == nil) || (test.ChiSquare != nil && !near(*test.ChiSquare, *other.ChiSquare, 1e-6)) {
			t.Fatalf("%+v and %+v, %v", test, other, err)
		}
		if e := test.Groups[0].Expected + test.Groups[1].Expected; !near(e, float64(test.Groups[0].Observed+test.Groups[1].Observed), 1e-9) {
			t.Fatalf("%v expected of %+v", e, test.Groups)
		}
	})
}
