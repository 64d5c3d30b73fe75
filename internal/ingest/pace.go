package ingest

import "time"

// Rollups are merged when nothing has come for a moment. While facts keep coming, often enough that few people are
// counted the long way, and seldom enough that a flood is not slowed by it: few large merges cost less than many small
// ones, since every one meets again what the week already has. Where nothing can be loaded during a merge it must not grow
// long either: its share follows from how long the last took on this machine.
const (
	mergeIdle  = time.Second
	mergeEvery = 15 * time.Second
	mergeLong  = 1500 * time.Millisecond
	mergeLeast = 125_000 // events
	mergeMost  = 750_000
)

// pace is when to merge.
type pace struct {
	waiting int // events and page views loaded since the last merge began
	taken   int // those that it took
	share   int // so many are merged before mergeEvery is over
	last    time.Time
}

func (p *pace) due(now time.Time, idle bool) bool {
	return p.waiting >= p.share || p.waiting > 0 && (idle || now.Sub(p.last) >= mergeEvery)
}

// begun notes that a merge begins.
func (p *pace) begun(now time.Time) { p.taken, p.waiting, p.last = p.waiting, 0, now }

// ended notes how the merge went.
func (p *pace) ended(now time.Time, well bool) {
	if !well {
		p.waiting += p.taken
		return
	}
	switch took := now.Sub(p.last); {
	case took > mergeLong:
		p.share = max(int(float64(p.share)*mergeLong.Seconds()/took.Seconds()), mergeLeast)
	case took < mergeLong/2 && p.taken >= p.share:
		p.share = min(2*p.share, mergeMost)
	}
}
