package feed

import "time"

const (
	leastSightings = 10
	longestPause   = 6 * time.Hour // is no sign of anything
)

// Usual is how long it took on average until the next came; 0 where there is no rhythm yet: a feed that was heard of
// fewer than ten times, or in one delivery only.
func (s Sighting) Usual() time.Duration {
	if s.Count < leastSightings || !s.Last.After(s.First) {
		return 0
	}
	return max(1, s.Last.Sub(s.First)/time.Duration(s.Count-1))
}

// Stopped tells whether a feed that used to come is silent: half as long again as it ever was, and at least six hours.
// The longest silence, not the mean one, is what is usual: feeds rest at night and at weekends, costs come once a month.
func (s Sighting) Stopped(now time.Time) bool {
	return s.Usual() > 0 && now.Sub(s.Last) > max(longestPause, s.LongestGap*3/2)
}
