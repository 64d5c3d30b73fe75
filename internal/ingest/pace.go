package ingest

import "time"

// Rollups are merged when nothing has come for a moment. While facts keep coming, often enough that few people are
// counted the long way, and seldom enough that a flood is not slowed by it; but nothing is loaded during a merge, so it
// must not grow long either: its share follows from how long the last took on this machine. Few large merges cost less than
// many small ones, since every one meets again what the week already has.
const (
	mergeIdle  = time.Second
	mergeEvery = 15 * time.Second
	mergeLong  = 1500 * time.Millisecond
	mergeLeast = 125_000 // events
	mergeMost  = 750_000
)

// pace is when to merge.
type pace struct {
	waiting int // events loaded since the last merge
	share   int // so many are merged before mergeEvery is over
	last    time.Time
}

func (p *pace) due(now time.Time, idle bool) bool {
	return p.waiting >= p.share || p.waiting > 0 && (idle || now.Sub(p.last) >= mergeEvery)
}

// merged notes a merge that began and ended then.
func (p *pace) merged(began, ended time.Time) {
	switch took := ended.Sub(began); {
	case took > mergeLong:
		p.share = max(int(float64(p.share)*mergeLong.Seconds()/took.Seconds()), mergeLeast)
	case took < mergeLong/2 && p.waiting >= p.share:
		p.share = min(2*p.share, mergeMost)
	}
	p.waiting, p.last = 0, began
}
