package feed

import "time"

const (
	leastSightings = 10
	longestPause   = 6 * time.Hour // is no sign of anything
	timesAsLong    = 10
)

// Stopped tells whether a feed that used to come is silent: ten times as long as it was on average, and at least six
// hours. A feed that was heard of fewer than ten times has no rhythm yet.
func (s Sighting) Stopped(now time.Time) bool {
	if s.Count < leastSightings || !s.Last.After(s.First) {
		return false
	}
	usual := s.Last.Sub(s.First) / time.Duration(s.Count-1)
	return now.Sub(s.Last) > max(longestPause, timesAsLong*usual)
}
