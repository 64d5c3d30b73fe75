package demo

// dice are random numbers of our own (splitmix64), because the library promises no sequence from release to release.
// Every account and area has its own, so that a change in one leaves the others as they were.
//
// Chances are floating-point sums, whose last bit may differ between processors; what is written into facts is
// rounded, so such a bit would have to lie exactly on an edge to show.
type dice uint64

func newDice(seed uint64, area string, n int) dice {
	h := seed ^ 0x9e3779b97f4a7c15
	for i := 0; i < len(area); i++ {
		h = (h ^ uint64(area[i])) * 0x100000001b3
	}
	d := dice(h + uint64(n)*0xd1342543de82ef95)
	d.next()
	return d
}

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// float is in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// between is in [low, high).
func (d *dice) between(low, high float64) float64 { return low + d.float()*(high-low) }

// below is a whole number in [0, n).
func (d *dice) below(n int) int { return int((d.next() >> 33) % uint64(n)) }

// span is a whole number in [low, high].
func (d *dice) span(low, high int) int { return low + d.below(high-low+1) }

func (d *dice) chance(p float64) bool { return d.float() < p }

// bell is roughly normal: the sum of six even throws.
func (d *dice) bell(mean, deviation float64) float64 {
	sum := 0.0
	for range 6 {
		sum += d.float()
	}
	return mean + deviation*(sum-3)*1.41421356
}

// many is how often something of this mean rate happens, for small rates.
func (d *dice) many(rate float64) int {
	n := int(rate)
	if d.chance(rate - float64(n)) {
		n++
	}
	return n
}

// more is a count from 0 on with this mean and a long tail.
func (d *dice) more(mean float64) int {
	n, on := 0, mean/(1+mean)
	for n < 40 && d.float() < on {
		n++
	}
	return n
}

func pick[T any](d *dice, of []T) T { return of[d.below(len(of))] }

// weighted is an index, each as likely as its weight.
func (d *dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	n := d.below(total)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }
