package metric

import "math"

func init() { estimators["strongest"] = strongest }

// strongest gives the observation that is farthest from zero, with what was told along with it: (strength, low, high, n, AUC,
// outcomes, false findings). It computes nothing: strengths of several measures have no mean and no sum.
func strongest(observations [][]float64) Estimate {
	var most []float64
	for _, o := range observations {
		if !math.IsNaN(o[0]) && (most == nil || math.Abs(o[0]) > math.Abs(most[0])) {
			most = o
		}
	}
	if most == nil {
		return Estimate{Detail: map[string]any{}}
	}
	e := Estimate{Value: &most[0], Low: &most[1], High: &most[2], Detail: map[string]any{"auc": most[4], "outcomes": most[5], "false_findings": most[6]}}
	if !math.IsNaN(most[3]) {
		e.N = int64(most[3])
	}
	return e
}
