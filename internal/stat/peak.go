package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// peak is where a log-likelihood of positive parameters is largest, over the logarithms of the parameters.
type peak struct {
	at    []float64
	value float64
	// covariance of at. What the data say nothing about is given the variance open.
	covariance *mat.SymDense
	// vague are the parameters without an interval of their own: they ran to the limit, or only a ratio of them matters.
	vague     []bool
	converged bool
}

// reach limits the logarithm of a parameter: from 1e-4 to 1e4 in units in which the data are about 1. A parameter that
// gets there would go on to zero or to infinity, and what is predicted would no longer change.
const reach = 9.210340371976184

// open is the variance of the logarithm of what the data say nothing about: a factor of fifty up and down.
const open = 4

// Steps of numerical derivatives: of a log-likelihood known to about 1e-12 of itself, and of smooth predictions.
const (
	gradientStep = 1e-4
	hessianStep  = 1e-3
)

// climb finds the peak of f from the first of the starts that leads to one, else from the best: by Nelder and Mead's simplex, which needs no derivatives, then
// by Newton's method, which also tells whether the top was reached.
func climb(f func(logs []float64) float64, starts ...[]float64) *peak {
	inside := func(x []float64) (float64, []float64) {
		outside, y := 0.0, make([]float64, len(x))
		for i, v := range x {
			y[i] = math.Max(-reach, math.Min(reach, v))
			outside += (v - y[i]) * (v - y[i])
		}
		return outside, y
	}
	best := &peak{at: starts[0], value: f(starts[0])}
	best.polish(f)
	for _, start := range starts {
		problem := optimize.Problem{Func: func(x []float64) float64 {
			outside, y := inside(x)
			v := f(y)
			if !finite(v) {
				return math.MaxFloat64
			}
			return -v + outside
		}}
		// The error says that the limit of steps was reached; whether that matters is judged by polish.
		found, _ := optimize.Minimize(problem, start, &optimize.Settings{
			MajorIterations: 2000,
			Converger:       &optimize.FunctionConverge{Absolute: 1e-9, Relative: 1e-13, Iterations: 60},
		}, &optimize.NelderMead{})
		if found == nil {
			continue
		}
		_, y := inside(found.X)
		here := &peak{at: y, value: f(y)}
		here.polish(f)
		if !(here.value <= best.value) {
			best = here
		}
		if best.converged && !slices.Contains(best.vague, true) {
			break
		}
	}
	return best
}

// polish walks Newton steps to the top. It has converged when one more would gain next to nothing.
func (p *peak) polish(f func([]float64) float64) {
	for range 30 {
		step, gain, ok := p.newton(f)
		if !ok || !finite(gain) {
			p.knowNothing()
			return
		}
		if gain < 1e-7 {
			p.converged = true
			return
		}
		better := false
		for size := 1.0; size > 1e-6 && !better; size /= 2 {
			next := make([]float64, len(p.at))
			for i := range next {
				next[i] = math.Max(-reach, math.Min(reach, p.at[i]+size*step[i]))
			}
			if v := f(next); v > p.value {
				p.at, p.value, better = next, v, true
			}
		}
		if !better {
			return
		}
	}
}

// knowNothing says that the data leave all parameters open.
func (p *peak) knowNothing() {
	for i := range p.at {
		p.vague[i] = true
		for j := range p.at {
			p.covariance.SetSym(i, j, 0)
		}
		p.covariance.SetSym(i, i, open)
	}
}

// newton gives the step to the top of the parabola that fits f here and what it would gain, and sets the covariance. A
// parameter at its limit that the likelihood pushes further stays; directions without curvature are not walked.
func (p *peak) newton(f func([]float64) float64) (step []float64, gain float64, ok bool) {
	n := len(p.at)
	moved := func(i int, by float64, j int, more float64) float64 {
		x := append([]float64(nil), p.at...)
		x[i] += by
		x[j] += more
		return f(x)
	}
	gradient := make([]float64, n)
	p.covariance = mat.NewSymDense(n, nil)
	var free []int
	p.vague = make([]bool, n)
	for i := range n {
		gradient[i] = (moved(i, gradientStep, i, 0) - moved(i, -gradientStep, i, 0)) / (2 * gradientStep)
		if math.Abs(p.at[i]) > reach-1e-3 && gradient[i]*p.at[i] >= -1e-4 {
			p.vague[i] = true
			p.covariance.SetSym(i, i, open)
			continue
		}
		free = append(free, i)
	}
	step = make([]float64, n)
	if len(free) == 0 {
		return step, 0, true
	}
	curvature := mat.NewSymDense(len(free), nil)
	const h = hessianStep
	for i, fi := range free {
		for j := i; j < len(free); j++ {
			fj := free[j]
			var second float64
			if i == j {
				second = (moved(fi, h, fi, 0) - 2*p.value + moved(fi, -h, fi, 0)) / (h * h)
			} else {
				second = (moved(fi, h, fj, h) - moved(fi, h, fj, -h) - moved(fi, -h, fj, h) + moved(fi, -h, fj, -h)) / (4 * h * h)
			}
			if !finite(second) {
				return nil, 0, false
			}
			curvature.SetSym(i, j, -second)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(curvature, true) {
		return nil, 0, false
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	least := math.Max(1e-3, 1e-7*values[len(values)-1])
	for k, curve := range values {
		along, variance := 0.0, 1/curve
		for i, fi := range free {
			along += vectors.At(i, k) * gradient[fi]
		}
		walk := along / curve
		if curve < least {
			variance, walk = open, 0
			if curve < -least { // a saddle: on uphill
				walk = math.Copysign(0.5, along)
			}
		}
		gain += along * walk / 2
		for i, fi := range free {
			if curve < least && math.Abs(vectors.At(i, k)) > 0.1 {
				p.vague[fi] = true
			}
			step[fi] += vectors.At(i, k) * walk
			for j := i; j < len(free); j++ {
				fj := free[j]
				p.covariance.SetSym(fi, fj, p.covariance.At(fi, fj)+vectors.At(i, k)*vectors.At(j, k)*variance)
			}
		}
	}
	return step, gain, true
}

// interval is that of one parameter; nil when it is vague.
func (p *peak) interval(i int, scale float64) *Limits {
	if p.vague == nil || p.vague[i] {
		return nil
	}
	half := z * math.Sqrt(p.covariance.At(i, i))
	return limits(scale*math.Exp(p.at[i]-half), scale*math.Exp(p.at[i]+half))
}

// errors are the standard errors of what f predicts from the logarithms of the parameters (delta method).
func (p *peak) errors(f func(logs []float64) []float64) []float64 {
	var slopes [][]float64
	for i := range p.at {
		up, down := append([]float64(nil), p.at...), append([]float64(nil), p.at...)
		up[i] += gradientStep
		down[i] -= gradientStep
		slope := f(up)
		for k, v := range f(down) {
			slope[k] = (slope[k] - v) / (2 * gradientStep)
		}
		slopes = append(slopes, slope)
	}
	all := make([]float64, len(slopes[0]))
	for k := range all {
		variance := 0.0
		for i := range slopes {
			for j := range slopes {
				variance += slopes[i][k] * slopes[j][k] * p.covariance.At(i, j)
			}
		}
		all[k] = math.Sqrt(math.Max(0, variance))
	}
	return all
}
