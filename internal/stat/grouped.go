package stat

import "math"

// GroupedShare is the share of rows with an outcome where rows of a group (the months of an account, say) are alike: its
// interval is Wilson's at the number of rows that would say as much if each stood alone (Kish's effective number), which is
// never more than there are, and that of the groups where all rows are the same. Without rows it is nil. groups may be nil.
func GroupedShare(outcomes []bool, groups []string) (share float64, interval *Limits) {
	n := float64(len(outcomes))
	if n == 0 {
		return 0, nil
	}
	share = float64(count(outcomes)) / n
	at := map[string]int{}
	var rest []float64 // by group, in the order in which they come: sums are the same each time
	for i, y := range outcomes {
		k, seen := at[groupOf(groups, i)]
		if !seen {
			k = len(rest)
			at[groupOf(groups, i)] = k
			rest = append(rest, 0)
		}
		if rest[k] -= share; y {
			rest[k]++
		}
	}
	k, squares := float64(len(rest)), 0.0
	for _, r := range rest {
		squares += r * r
	}
	effective := math.Min(n, k)
	if squares > 0 && k > 1 {
		// The variance of the share by groups, over that of as many strangers.
		effective = math.Min(n, n*n*share*(1-share)*(k-1)/(k*squares))
	}
	low, high, _ := Wilson.Bounds(Sample{Sum: share * effective, N: effective})
	return share, &Limits{low, high}
}
