package metric

import (
	"math"
	"testing"
)

// The intervals themselves are held to print and to R in internal/stat; here it is that each name leads to its own.
func TestEveryIntervalIsThatOfItsName(t *testing.T) {
	ten := sample{sum: 35, squares: 139, n: 10} // 5, 5, 5, 4, 1, 3, 2, 4, 3, 3: the squares around 3.5 are 16.5, t with 9 degrees is 2.262157
	half := 2.262157 * math.Sqrt(16.5/9/10)
	for _, c := range []struct {
		iv        Interval
		s         sample
		low, high float64
	}{
		{WilsonInterval, sample{sum: 40, n: 50}, 0.6696, 0.8876},
		{NPSInterval, sample{sum: 50, squares: 150, n: 200}, 0.1324, 0.3602},
		{MeanInterval, ten, 3.5 - half, 3.5 + half},
		{RatioInterval, ten, 3.5 - half, 3.5 + half},
	} {
		low, high, ok := c.iv.bounds(c.s)
		if !ok || math.Abs(low-c.low) > 6e-5 || math.Abs(high-c.high) > 6e-5 {
			t.Errorf("%s of %+v: %.4f to %.4f, want %.4f to %.4f", c.iv, c.s, low, high, c.low, c.high)
		}
		if differs := c.iv.differ(c.s, c.s); differs == nil || *differs {
			t.Errorf("%s tells a sample from itself", c.iv)
		}
	}
	if _, _, ok := NoInterval.bounds(ten); ok || NoInterval.differ(ten, ten) != nil {
		t.Error("what has no interval has one")
	}
}
