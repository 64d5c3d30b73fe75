package stat

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Logistic is a logistic regression with a ridge penalty: of the mean log-likelihood of a row half of Penalty times the
// sum of the squared coefficients is taken off. The intercept is free.
type Logistic struct {
	Intercept    float64
	Coefficients []float64
	Penalty      float64
	Converged    bool
	theta        []float64     // intercept and coefficients
	covariance   *mat.SymDense // of theta, with the penalty taken as what is known of it beforehand; nil when there is none
}

// FitLogistic estimates it from rows of features, one after the other with width features each, and their outcomes.
// start continues from another fit, or is nil; steps limits Newton's steps.
func FitLogistic(features []float64, width int, outcomes []bool, penalty float64, start *Logistic, steps int) *Logistic {
	n, p := len(outcomes), width+1
	l := &Logistic{Penalty: penalty, theta: make([]float64, p)}
	if start != nil {
		copy(l.theta, start.theta)
	} else {
		events := 0.0
		for _, y := range outcomes {
			if y {
				events++
			}
		}
		l.theta[0] = math.Log((events + 0.5) / (float64(n) - events + 0.5))
	}
	ridge := penalty * float64(n)
	scaled := make([]float64, n*p)
	hessian := mat.NewSymDense(p, nil)
	gradient := mat.NewVecDense(p, nil)
	var factor mat.Cholesky
	var step mat.VecDense
	value := l.value(features, width, outcomes, ridge)
	for range steps {
		gradient.Zero()
		for i := range n {
			x := features[i*width : (i+1)*width]
			risk := share(l.theta[0] + dot(l.theta[1:], x))
			rest := -risk
			if outcomes[i] {
				rest = 1 - risk
			}
			weight := math.Sqrt(math.Max(risk*(1-risk), 1e-12))
			row := scaled[i*p : (i+1)*p]
			row[0] = weight
			g := gradient.RawVector().Data
			g[0] += rest
			for k, v := range x {
				row[k+1] = weight * v
				g[k+1] += rest * v
			}
		}
		raw := hessian.RawSymmetric()
		blas64.Syrk(blas.Trans, 1, blas64.General{Rows: n, Cols: p, Stride: p, Data: scaled}, 0, raw)
		for k := 1; k < p; k++ {
			hessian.SetSym(k, k, hessian.At(k, k)+ridge)
			gradient.SetVec(k, gradient.AtVec(k)-ridge*l.theta[k])
		}
		if !factor.Factorize(hessian) || factor.SolveVecTo(&step, gradient) != nil {
			return l.finish(nil)
		}
		gain := mat.Dot(&step, gradient) / 2
		before := slices.Clone(l.theta)
		for size := 1.0; size > 1e-4; size /= 2 {
			for k := range p {
				l.theta[k] = before[k] + size*step.AtVec(k)
			}
			if next := l.value(features, width, outcomes, ridge); next >= value-1e-9*math.Abs(value) {
				value = next
				break
			}
			copy(l.theta, before)
		}
		if gain < 1e-7*float64(n) {
			l.Converged = true
			break
		}
	}
	return l.finish(&factor)
}

func (l *Logistic) finish(factor *mat.Cholesky) *Logistic {
	l.Intercept, l.Coefficients = l.theta[0], l.theta[1:]
	var inverse mat.SymDense
	if factor != nil && factor.SymmetricDim() > 0 && factor.InverseTo(&inverse) == nil {
		l.covariance = &inverse
	}
	return l
}

// StdErr is the standard error of the sum of the coefficients from first on, each times its weight; nil when there is
// none.
func (l *Logistic) StdErr(first int, weights []float64) *float64 {
	if l.covariance == nil {
		return nil
	}
	variance := 0.0
	for i, v := range weights {
		for j, w := range weights {
			variance += v * w * l.covariance.At(1+first+i, 1+first+j)
		}
	}
	return known(math.Sqrt(math.Max(0, variance)))
}

// interceptErr is the standard error of the intercept; nil when there is none.
func (l *Logistic) interceptErr() *float64 {
	if l.covariance == nil {
		return nil
	}
	return known(math.Sqrt(math.Max(0, l.covariance.At(0, 0))))
}

// value is the penalised log-likelihood.
func (l *Logistic) value(features []float64, width int, outcomes []bool, ridge float64) float64 {
	sum := 0.0
	for i, y := range outcomes {
		eta := l.theta[0] + dot(l.theta[1:], features[i*width:(i+1)*width])
		if y {
			eta = -eta
		}
		sum -= softplus(eta)
	}
	return sum - ridge/2*dot(l.theta[1:], l.theta[1:])
}

// logOdds are those of the outcome of a row of features.
func (l *Logistic) logOdds(features []float64) float64 {
	return l.Intercept + dot(l.Coefficients, features)
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
