package metric

import "slices"

func init() { estimators["weighted_share"] = weightedShare }

// weightedShare is the mean of accounts' means, weighted: observed are the account, what is averaged (1 and 0 for a share;
// 1, 0 and -1 for a net score) and the weight, on each answer. Accounts are the sample, because answers of one account
// are alike: its size is L. Kish's effective one ("Survey Sampling", 1965), (sum of weights)² / sum of squared weights.
func weightedShare(observations [][]float64) Estimate {
	type account struct{ sum, weight, n float64 }
	byAccount := map[float64]*account{}
	var order []float64
	for _, o := range observations {
		a := byAccount[o[0]]
		if a == nil {
			a = &account{}
			byAccount[o[0]], order = a, append(order, o[0])
		}
		a.sum, a.weight, a.n = a.sum+o[1], a.weight+o[2], a.n+1
	}
	slices.Sort(order) // sums of floats depend on their order
	var weights, squaredWeights, sum, squares float64
	for _, key := range order {
		a := byAccount[key]
		mean, weight := a.sum/a.n, a.weight/a.n
		weights += weight
		squaredWeights += weight * weight
		sum += weight * mean
		squares += weight * mean * mean
	}
	found := Estimate{N: int64(len(observations)), Detail: map[string]any{"answers": float64(len(observations)), "accounts": float64(len(order))}}
	if weights <= 0 {
		return found
	}
	effective := weights * weights / squaredWeights
	value := 100 * sum / weights
	found.Value, found.Detail["effective_n"] = &value, effective
	found.Sample = &sample{sum: effective * sum / weights, squares: effective * squares / weights, n: effective}
	return found
}
