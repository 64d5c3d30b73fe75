package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is observed, a prediction is a finite number inside its interval, or none.
func TestPredictionsAreFiniteOrNone(t *testing.T) {
	left := 40 // each fits a model or two
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		none := math.NaN()
		var observed [][]float64
		months, discount := float64(rapid.IntRange(1, 240).Draw(rt, "months")), float64(rapid.IntRange(0, 100).Draw(rt, "discount"))
		for i := range rapid.IntRange(0, 40).Draw(rt, "lives") {
			o := []float64{float64(i), 0, rapid.SampledFrom([]float64{1, 12}).Draw(rt, "cycle"), float64(rapid.IntRange(0, 60).Draw(rt, "age")), 0, 1e8 * float64(rapid.IntRange(0, 9).Draw(rt, "monthly")), none, none, none, none, months, discount}
			if rapid.IntRange(0, 3).Draw(rt, "lost") == 0 {
				o[ofLost], o[ofMonthly] = 1, none
			}
			observed = append(observed, o)
		}
		for i := range rapid.IntRange(0, 40).Draw(rt, "buyers") {
			x, watched := rapid.SampledFrom([]float64{0, 0, 1, 3, 1000}).Draw(rt, "repeats"), float64(rapid.IntRange(1, 2000).Draw(rt, "watched"))
			o := []float64{float64(i), 1, none, none, none, none, x, 0, watched, none, months, discount}
			if x > 0 {
				o[ofLast], o[ofValue] = float64(rapid.IntRange(1, int(watched)).Draw(rt, "last")), 1e8*float64(rapid.IntRange(-1, 1000).Draw(rt, "value"))
			}
			observed = append(observed, o)
		}
		found := predictedValue(observed)
		if found.Value == nil {
			return
		}
		v := *found.Value
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || found.N == 0 {
			rt.Fatalf("%v of %d", v, found.N)
		}
		if found.Low != nil && !(*found.Low <= v && v <= *found.High && !math.IsInf(*found.High, 0)) {
			rt.Fatalf("%v lies outside of %v to %v", v, *found.Low, *found.High)
		}
		for _, row := range found.Detail["models"].([]Row) {
			for name, cell := range row {
				if x, ok := cell.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
					rt.Fatalf("%s is %v in %v", name, x, row)
				}
			}
		}
	})
}
