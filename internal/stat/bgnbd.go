package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Purchases is the BG/NBD model of customers without contract (Fader, Hardie and Lee, "Counting your customers the easy
// way", Marketing Science 2005): while alive a customer buys at a rate of its own (gamma distributed: R, Alpha), and after
// each purchase drops out with a probability of its own (beta distributed: A, B).
type Purchases struct {
	R             float64  `json:"r"`
	RInterval     *Limits  `json:"r_interval"`
	Alpha         float64  `json:"alpha"`
	AlphaInterval *Limits  `json:"alpha_interval"`
	A             float64  `json:"a"`
	AInterval     *Limits  `json:"a_interval"`
	B             float64  `json:"b"`
	BInterval     *Limits  `json:"b_interval"`
	LogLikelihood float64  `json:"log_likelihood"`
	Converged     bool     `json:"converged"`
	Notes         []string `json:"notes"`
	unit          float64  // of time in which the peak was looked for
	peak          *peak
}

// FitPurchases estimates the model. Refused: fewer than ten customers, none that bought again, times that contradict.
func FitPurchases(buyers []Buyer) (*Purchases, error) {
	unit, _, err := scales(buyers)
	if err != nil {
		return nil, err
	}
	same := countBuyers(buyers, unit)
	p := climb(func(logs []float64) float64 {
		m := purchasesAt(logs, 1)
		sum, ofX := 0.0, map[int]float64{}
		for _, c := range same {
			constant, ok := ofX[c.Repeats]
			if !ok {
				constant = m.constant(c.Repeats)
				ofX[c.Repeats] = constant
			}
			sum += c.n * (constant + m.timed(c.Buyer))
		}
		return sum
	}, []float64{0, 0, 0, 0}, []float64{-1, -1, -1, 1})
	m := purchasesAt(p.at, unit)
	m.RInterval, m.AlphaInterval = p.interval(0, 1), p.interval(1, unit)
	m.AInterval, m.BInterval = p.interval(2, 1), p.interval(3, 1)
	// The density of times in the unit given has a factor for each purchase.
	repeats := 0
	for _, b := range buyers {
		repeats += b.Repeats
	}
	m.LogLikelihood = p.value - float64(repeats)*math.Log(unit)
	m.Converged, m.peak, m.Notes = p.converged, p, []string{}
	if !m.Converged {
		m.Notes = append(m.Notes, "the likelihood's top was not reached for sure: take the figures as rough")
	}
	if p.vague[0] || p.vague[1] {
		m.Notes = append(m.Notes, "customers do not differ in how often they buy, as far as these figures tell: only r / alpha means something")
	}
	if p.vague[2] || p.vague[3] {
		if m.A/(m.A+m.B) < 1e-3 {
			m.Notes = append(m.Notes, "nothing shows that customers drop out: a and b only say that few do")
		} else {
			m.Notes = append(m.Notes, "customers do not differ clearly in how readily they drop out: a and b are not told apart well")
		}
	}
	return m, nil
}

func purchasesAt(logs []float64, unit float64) *Purchases {
	return &Purchases{R: math.Exp(logs[0]), Alpha: unit * math.Exp(logs[1]), A: math.Exp(logs[2]), B: math.Exp(logs[3]), unit: unit}
}

type counted struct {
	Buyer
	n float64
}

// countBuyers counts those alike, with times divided by unit.
func countBuyers(buyers []Buyer, unit float64) []counted {
	type key struct {
		x      int
		tx, to float64
	}
	at := map[key]int{}
	var all []counted
	for _, b := range buyers {
		k := key{b.Repeats, b.LastRepeat, b.Watched}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k] = i
			all = append(all, counted{Buyer: Buyer{Repeats: b.Repeats, LastRepeat: b.LastRepeat / unit, Watched: b.Watched / unit}})
		}
		all[i].n++
	}
	return all
}

// constant is the part of a log-likelihood that does not depend on times; timed the rest.
func (m *Purchases) constant(x int) float64 {
	n := float64(x)
	return lgamma(m.R+n) - lgamma(m.R) + m.R*math.Log(m.Alpha) +
		lgamma(m.A+m.B) + lgamma(m.B+n) - lgamma(m.B) - lgamma(m.A+m.B+n)
}

func (m *Purchases) timed(b Buyer) float64 {
	alive := -(m.R + float64(b.Repeats)) * math.Log(m.Alpha+b.Watched)
	if b.Repeats == 0 {
		return alive
	}
	// ln(e^alive + e^gone) = alive + ln(1 + e^(gone - alive))
	return alive + softplus(m.odds(b))
}

// odds is the logarithm of the odds of having dropped out, for a customer with repeats.
func (m *Purchases) odds(b Buyer) float64 {
	n := float64(b.Repeats)
	return math.Log(m.A/(m.B+n-1)) + (m.R+n)*math.Log((m.Alpha+b.Watched)/(m.Alpha+b.LastRepeat))
}

// Alive is the probability that a customer has not dropped out; 1 without repeats, as the model lets nobody drop out
// before the first.
func (m *Purchases) Alive(b Buyer) float64 {
	if b.Repeats == 0 {
		return 1
	}
	return share(-m.odds(b))
}

// Expected is the number of purchases to be expected of a customer within the next t units of time.
func (m *Purchases) Expected(b Buyer, t float64) float64 {
	return m.Alive(b) * m.whileAlive(float64(b.Repeats), m.Alpha+b.Watched, t)
}

// whileAlive is Expected of somebody alive; since is Alpha + T. The paper's formula
//
//	(a+b+x-1)/(a-1) [1 - (since/(since+t))^(r+x) 2F1(r+x, b+x; a+b+x-1; z)],  z = t/(since+t)
//
// breaks down at a = 1, at a+b+x = 1 and for large x. By Euler's transformation it is, with C = a+b+x-1,
//
//	C (1 - (1-z)^(a-1))/(a-1) - (1-z)^(a-1) S,  S the sum over k >= 1 of (a+b-1-r)_k (a)_(k-1) / (C+1)_(k-1) z^k / k!
//
// which is defined for all of them. The sum is slow for z near 1, and its terms cancel out for r far above a+b; there the
// defining integral is taken.
func (m *Purchases) whileAlive(x, since, t float64) float64 {
	switch {
	case t <= 0:
		return 0
	case t/(since+t) > 0.9, m.R > m.A+m.B+5:
		return m.integral(x, since, t)
	}
	z, c := t/(since+t), m.A+m.B+x-1
	left := math.Log1p(-z)
	const large, logLarge = 1e200, 460.51701859880916
	scale := (m.A - 1) * left
	term := (m.A + m.B - 1 - m.R) * z
	sum := term
	for k := 1.0; k < 1e5; k++ {
		term *= (m.A + m.B - 1 - m.R + k) / (c + k) * (m.A + k - 1) * z / (k + 1)
		sum += term
		if math.Abs(term) < 1e-15*math.Abs(sum) || term == 0 {
			break
		}
		if math.Abs(term) > large {
			term, sum, scale = term/large, sum/large, scale+logLarge
		}
	}
	first := -left * c
	if m.A != 1 {
		first = -math.Expm1((m.A-1)*left) / (m.A - 1) * c
	}
	return math.Max(0, first-math.Exp(scale)*sum)
}

// integral is the mean over the dropout probabilities p of somebody alive (beta distributed: a, b+x) of
// (1 - (1 + p t/since)^-(r+x)) / p. With the logit of p as the sinh of the variable, both ends fall off so fast that
// equal steps are enough, if they are small beside 1 in the logit itself.
func (m *Purchases) integral(x, since, t float64) float64 {
	b, s := m.B+x, m.R+x
	middle, width := math.Log(m.A/b), math.Min(math.Sqrt(1/m.A+1/b), 4) // what happens at either end of the logit is as wide as 1
	constant := mathext.Lbeta(m.A, b)
	sum, weights := 0.0, 0.0
	end := math.Max(9, math.Asinh(40/(math.Min(m.A, b)*width)))
	step := math.Min(0.05, 0.2/width)
	for u := -end; u <= end; u += step {
		y := middle + width*math.Sinh(u)
		weight := math.Exp(-m.A*softplus(-y)-b*softplus(y)-constant) * width * math.Cosh(u)
		if weight == 0 {
			continue
		}
		p := share(y)
		value := s * t / since
		if p > 1e-300 {
			value = -math.Expm1(-s*math.Log1p(p*t/since)) / p
		}
		sum += weight * value
		weights += weight
	}
	return sum / weights
}

// softplus is ln(1 + e^v).
func softplus(v float64) float64 {
	if v > 0 {
		return v + math.Log1p(math.Exp(-v))
	}
	return math.Log1p(math.Exp(v))
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// discounted is the number of purchases within the next t units, each discounted to now at the force of interest. By
// parts it is e^(-force t) E(t) plus an integral over the smooth E, for which five points are plenty.
func (m *Purchases) discounted(b Buyer, t, force float64) float64 {
	alive, x, since := m.Alive(b), float64(b.Repeats), m.Alpha+b.Watched
	sum := math.Exp(-force*t) * m.whileAlive(x, since, t)
	if force != 0 {
		for _, at := range legendre {
			u := t * at[0]
			sum += force * t * at[1] * math.Exp(-force*u) * m.whileAlive(x, since, u)
		}
	}
	return alive * sum
}

// legendre are Gauss and Legendre's points and weights on the interval from 0 to 1.
var legendre = [5][2]float64{
	{0.046910077030668, 0.1184634425280945}, {0.2307653449471585, 0.2393143352496832}, {0.5, 0.2844444444444444},
	{0.7692346550528415, 0.2393143352496832}, {0.953089922969332, 0.1184634425280945},
}
