package stat

import "math"

// Span holds the number of a customer's purchases with the probability Level: what chance, too, may make of one customer.
type Span struct {
	Low  int `json:"low"`
	High int `json:"high"`
}

// mostPurchases is where looking for the end of a Span stops.
const mostPurchases = 1 << 20

// Likely is the span of the number of purchases of a customer within the next t units of time.
func (m *Purchases) Likely(b Buyer, t float64) Span {
	s := Span{Low: -1}
	m.chances(b, t, func(n int, sum float64) bool {
		if s.Low < 0 && sum >= (1-Level)/2 {
			s.Low = n
		}
		s.High = n
		return sum < (1+Level)/2
	})
	s.Low = max(0, s.Low)
	return s
}

// chances tells yield the probability of at most n purchases, for n from 0 on while yield wants more. Somebody alive is
// like a new customer of a model with r+x, alpha+T, a and b+x, for whom the paper gives
//
//	P(n) = B(a, b+n)/B(a, b) nb(n) + B(a+1, b+n-1)/B(a, b) (1 - nb(0) - … - nb(n-1)),
//
// with nb the negative binomial probabilities of r and t/(alpha+t); the second part only for n > 0.
func (m *Purchases) chances(b Buyer, t float64, yield func(n int, sum float64) bool) {
	alive, x := m.Alive(b), float64(b.Repeats)
	r, since, stay := m.R+x, m.Alpha+b.Watched, m.B+x
	logTerm, logRatio := -r*math.Log1p(t/since), math.Log(t/(since+t))
	sum, fewer, stayed := 1-alive, 0.0, 1.0 // stayed: B(a, b+n)/B(a, b)
	for n := 0; n < mostPurchases; n++ {
		k := float64(n)
		term := math.Exp(logTerm)
		p := stayed * term
		if n > 0 {
			// B(a+1, b+n-1) / B(a, b+n) = a / (b+n-1)
			p += stayed * m.A / (stay + k - 1) * math.Max(0, 1-fewer)
		}
		sum += alive * p
		if !yield(n, sum) {
			return
		}
		fewer += term
		logTerm += math.Log((r+k)/(k+1)) + logRatio
		stayed *= (stay + k) / (m.A + stay + k)
	}
}
