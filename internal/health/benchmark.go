package health

import (
	"math"
	"slices"
	"sort"
	"time"
)

// Benchmark is what an account's global health is held against.
type Benchmark struct {
	Score *float64 `json:"score" doc:"Its health now; null where there is none"`
	// Past is how it was, as it was told then.
	Past  *PastMark  `json:"past" doc:"Its own last year; null where too little was told"`
	Peers *PeersMark `json:"peers" doc:"Accounts like it among those that who asks may see; null for fewer than five"`
	// Target is that of the metric health, for a segment that the account is in or for everybody.
	Target *TargetMark `json:"target" doc:"What health is to reach; null where nobody set a target"`
	// Unread are segments with a target that can't be read any more, so that nobody is held to it.
	Unread []UnreadTarget `json:"undecided,omitempty" doc:"Targets of which it can't be told whether they are this account's"`
}

// UnreadTarget is a target for a segment that can't be read any more.
type UnreadTarget struct {
	Segment string `json:"segment"`
	Reason  string `json:"reason"`
	Why     error  `json:"-"`
}

// PastMark is an account's own past: quartiles by the days for which scores stood.
type PastMark struct {
	Days   int      `json:"days" doc:"For how many of the last 365 there was a score"`
	Before *float64 `json:"before" doc:"90 days ago"`
	Low    float64  `json:"p25"`
	Median float64  `json:"median"`
	High   float64  `json:"p75"`
}

// PeersMark is how accounts like it are.
type PeersMark struct {
	By     []string `json:"by" nullable:"false" doc:"What they share: plan, touch_model; empty: everybody"`
	N      int      `json:"n" doc:"Others with a score"`
	Below  int      `json:"below" doc:"Those with a lower score"`
	Low    float64  `json:"p25"`
	Median float64  `json:"median"`
	High   float64  `json:"p75"`
}

// TargetMark is a target.
type TargetMark struct {
	Value float64 `json:"value"`
	// Segment is whom it was set for; empty: everybody.
	Segment string `json:"segment,omitempty" doc:"Whom the target was set for: of several segments that the account is in, the smallest; missing: everybody"`
	Reached bool   `json:"reached"`
}

// leastPeers is how many there must be for a comparison to say something.
const leastPeers = 5

// OwnPast is what was told of an account's aspect over the last year; nil for less than a month.
func OwnPast(told []Told, aspect string, now time.Time) *PastMark {
	type stretch struct {
		score float64
		days  float64
	}
	begins, ago := now.AddDate(-1, 0, 0), now.AddDate(0, 0, -90)
	var all []stretch
	var own []Told
	for _, t := range told {
		if t.Aspect == aspect {
			own = append(own, t)
		}
	}
	sort.SliceStable(own, func(i, j int) bool { return own[i].At.Before(own[j].At) })
	mark, days := &PastMark{}, 0.0
	for i, t := range own {
		until := now
		if i+1 < len(own) {
			until = own[i+1].At
		}
		if t.Score == nil || !until.After(begins) {
			continue
		}
		from := t.At
		if from.Before(begins) {
			from = begins
		}
		if !t.At.After(ago) && until.After(ago) {
			mark.Before = t.Score
		}
		s := stretch{*t.Score, until.Sub(from).Hours() / 24}
		all, days = append(all, s), days+s.days
	}
	if days < 30 {
		return nil
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score < all[j].score })
	at := func(part float64) float64 {
		passed := 0.0
		for _, s := range all {
			if passed += s.days; passed >= part*days {
				return s.score
			}
		}
		return all[len(all)-1].score
	}
	mark.Days, mark.Low, mark.Median, mark.High = int(math.Round(days)), at(0.25), at(0.5), at(0.75)
	return mark
}

// Alike says by what accounts may be alike, the closest first: all of each that is stated must be the same.
type Alike struct {
	By   []string
	Same func(id string) bool
}

// Among holds an account's global health against others: against the closest of the circles in which enough have a score.
// The circles leave out who may not be seen.
func (t *Table) Among(row int, circles []Alike) *PeersMark {
	own := t.Whole(row)
	if !own.Known {
		return nil
	}
	for _, circle := range circles {
		var scores []float64
		below := 0
		for other, id := range t.IDs {
			if other == row || !circle.Same(id) {
				continue
			}
			if w := t.Whole(other); w.Known {
				scores = append(scores, w.Value)
				if w.Value < own.Value {
					below++
				}
			}
		}
		if len(scores) < leastPeers {
			continue
		}
		slices.Sort(scores)
		at := func(part float64) float64 {
			place := part * float64(len(scores)-1)
			i := int(place)
			next := scores[min(i+1, len(scores)-1)]
			return tenth(scores[i] + (place-float64(i))*(next-scores[i]))
		}
		return &PeersMark{By: append([]string{}, circle.By...), N: len(scores), Below: below, Low: at(0.25), Median: at(0.5), High: at(0.75)}
	}
	return nil
}
