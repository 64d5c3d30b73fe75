package metric

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

func init() { estimators["median"] = median }

// median is the middle of what is observed, with the interval that order statistics give whatever the distribution (H. A.
// David, "Order Statistics", 1981): at least 95 %, and none under six observations.
func median(observations [][]float64) Estimate {
	var x []float64
	sum := 0.0
	for _, o := range observations {
		if !math.IsNaN(o[0]) {
			x, sum = append(x, o[0]), sum+o[0]
		}
	}
	n := len(x)
	if n == 0 {
		return Estimate{Detail: map[string]any{}}
	}
	slices.Sort(x)
	value := quantile(x, 0.5)
	found := Estimate{Value: &value, N: int64(n), Detail: map[string]any{"mean": sum / float64(n), "lower_quartile": quantile(x, 0.25), "upper_quartile": quantile(x, 0.75), "p90": quantile(x, 0.9)}}
	below := distuv.Binomial{N: float64(n), P: 0.5}
	j := 0 // how many on either side are left out
	for j+1 < (n+1)/2 && below.CDF(float64(j)) <= (1-level)/2 {
		j++
	}
	if j > 0 {
		found.Low, found.High = &x[j-1], &x[n-j]
	}
	return found
}

// quantile is that of sorted numbers, interpolated as SQL's percentile_cont does.
func quantile(x []float64, p float64) float64 {
	place := p * float64(len(x)-1)
	i := int(place)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (place-float64(i))*(x[i+1]-x[i])
}
