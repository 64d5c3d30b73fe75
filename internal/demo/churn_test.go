package demo

import (
	"sort"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
)

// sample is one account at one instant: what its facts said then, and whether it left of its own will.
type sample struct {
	fade, detractors float64
	left             bool
}

// samples looks at accounts before days before they left, and at those that stayed on the same days.
func (r *recount) samples(before int64) []sample {
	var ids []string
	for id := range r.accounts {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var ends []int64
	var all []sample
	first := until.AddDate(-2, 0, 0).UnixMicro()
	for _, id := range ids {
		c := r.accounts[id]
		for _, f := range c.subs {
			if f.Text("cancel_kind") == "voluntary" && f.At > first+200*day {
				ends = append(ends, f.At)
				all = append(all, c.sampleAt(f.At-before*day, true))
			}
		}
	}
	n := 0
	for _, id := range ids {
		c := r.accounts[id]
		end := ends[n%len(ends)]
		if c.subs[len(c.subs)-1].Get("monthly").Int > 0 && c.subs[0].At < end-150*day {
			n++
			all = append(all, c.sampleAt(end-before*day, false))
		}
	}
	return all
}

// sampleAt compares the 60 days before with the 60 days before those, and takes the share of detractors in 200 days.
func (c *customer) sampleAt(at int64, left bool) sample {
	recent, earlier := 1.0, 1.0
	for d, n := range c.days {
		switch ago := dayOf(at) - d; {
		case ago > 0 && ago <= 60:
			recent += float64(n)
		case ago > 60 && ago <= 120:
			earlier += float64(n)
		}
	}
	low, answers := 0.5, 1.0
	for _, f := range c.nps {
		if f.At < at && f.At > at-200*day {
			answers++
			if f.Get("score").Num <= 6 {
				low++
			}
		}
	}
	return sample{fade: earlier / recent, detractors: low / answers, left: left}
}

// auc is the chance that one who left scores above one who stayed; ties count half.
func auc(of []sample, score func(sample) float64) float64 {
	wins, pairs := 0.0, 0.0
	for _, l := range of {
		for _, s := range of {
			if !l.left || s.left {
				continue
			}
			pairs++
			if a, b := score(l), score(s); a > b {
				wins++
			} else if a == b {
				wins += 0.5
			}
		}
	}
	return wins / pairs
}

func fade(s sample) float64       { return s.fade }
func detractors(s sample) float64 { return s.detractors }

func TestFadingUsageForetellsLeaving(t *testing.T) {
	if got := auc(whole().samples(0), fade); got < 0.75 {
		t.Errorf("AUC %.2f", got)
	}
}

func TestDetractorsForetellLeavingAMonthAhead(t *testing.T) {
	if got := auc(whole().samples(30), detractors); got < 0.68 {
		t.Errorf("AUC %.2f", got)
	}
}

func TestShuffledOutcomesAreNotForetold(t *testing.T) {
	all := whole().samples(0)
	d := newDice(1, "shuffle", 0)
	lowest, highest, sum := 1.0, 0.0, 0.0
	const rounds = 60
	for range rounds {
		for i := len(all) - 1; i > 0; i-- {
			j := d.below(i + 1)
			all[i].left, all[j].left = all[j].left, all[i].left
		}
		got := auc(all, fade)
		lowest, highest, sum = min(lowest, got), max(highest, got), sum+got
	}
	if mean := sum / rounds; mean < 0.46 || mean > 0.54 || highest > 0.68 || lowest < 0.32 {
		t.Errorf("AUC of shuffled outcomes: mean %.2f, from %.2f to %.2f", mean, lowest, highest)
	}
}

func TestATenthToASeventhOfTheCustomersLeavesAYear(t *testing.T) {
	lost, customers := 0, 0
	for seed := uint64(1); seed <= 6; seed++ { // lives alone, without their facts, so that chance evens out
		w := found(Options{Seed: seed, Until: until, Accounts: 300, Contacts: 8000, Zone: until.Location()}, nil)
		for _, a := range w.accounts {
			for _, c := range a.changes {
				if c.kind != "" {
					lost++
				}
			}
			for _, at := range []int{182, 547} {
				if len(a.bills) > 0 && a.on(at) {
					customers++
				}
			}
		}
	}
	if rate := float64(lost) / float64(customers); rate < 0.10 || rate > 0.14 {
		t.Errorf("%.3f of the customers leave in a year", rate)
	}
}

func TestLeavingHasItsKindAndItsReason(t *testing.T) {
	kinds := map[string]int{}
	for _, c := range whole().accounts {
		for _, f := range c.subs {
			if f.Text("status") == "canceled" {
				kinds[f.Text("cancel_kind")]++
				if f.Text("cancel_reason") == "" || f.Get("ended_at").State != fact.Present {
					t.Errorf("%s ends without a reason or an instant", f.Text("subscription_id"))
				}
			}
		}
	}
	if kinds["voluntary"] < 15 || kinds["involuntary"] < 3 {
		t.Errorf("cancellations by kind: %v", kinds)
	}
}
