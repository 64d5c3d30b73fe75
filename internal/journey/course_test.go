package journey

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func ago(days float64) time.Time { return noon.Add(-time.Duration(days * 24 * float64(time.Hour))) }

func road() *Journey {
	return &Journey{Name: Plain("Road"), Stages: []Stage{
		{Key: "trial", Name: Plain("Trial"), Exit: "paying"},
		{Key: "onboarding", Also: []string{"Setting up"}, Name: Plain("Onboarding"), Entry: "paying", Exit: "busy", Days: Days{Usual: 30, Late: 60}},
		{Key: "adopted", Name: Plain("Adopted")},
		{Key: "churned", Name: Plain("Gone"), Ends: true, Entry: "left"},
	}}
}

func TestWhereAnAccountIsFollowsFromItsStays(t *testing.T) {
	stays := []Stay{
		{"acme", "onboarding", ago(100), ago(40)}, {"acme", "SETTING  up", ago(40), time.Time{}}, {"acme", "trial", ago(110), ago(100)}, // in any order
		{"bolt", "adopted", ago(200), ago(50)}, {"bolt", "onboarding", ago(50), time.Time{}},
		{"cart", "churned", ago(200), ago(20)}, {"cart", "trial", ago(20), time.Time{}},
		{"dune", "limbo", ago(5), time.Time{}},
		{"gone", "trial", ago(9), ago(1)}, // erased since
		{"else", "trial", ago(9), time.Time{}},
	}
	c := road().Course(stays, Inquiry{At: noon, Accounts: []string{"acme", "bolt", "cart", "dune", "gone", "none"}})
	for _, want := range []struct {
		account string
		stage   int
		days    float64
		state   State
		back    int
	}{
		{"acme", 1, 100, Stuck, -1}, // both values mean onboarding
		{"bolt", 1, 50, Behind, 2},
		{"cart", 0, 20, Untold, -1}, // coming back after the end is no step back
		{"dune", -1, 5, Untold, -1},
		{"gone", -1, 0, Untold, -1},
		{"none", -1, 0, Untold, -1},
	} {
		if p := c.Place(want.account); p.Stage != want.stage || p.Days != want.days || p.State != want.state || p.Back != want.back {
			t.Errorf("%+v, want %+v", *p, want)
		}
	}
	if c.Place("else") != nil || c.Accounts != 6 || len(c.Without) != 2 || fmt.Sprint(c.Elsewhere) != "[{limbo 1}]" {
		t.Errorf("%d accounts, %d without, elsewhere %v", c.Accounts, len(c.Without), c.Elsewhere)
	}
	s := c.Stages[1]
	if s.Now != 2 || s.Stuck != 1 || s.Behind != 1 || s.Back != 1 || s.Places[0].Account != "acme" || s.Usual.Source != Stated {
		t.Errorf("%+v", s)
	}
	road := road()
	road.Stages[1].Stays = true
	if s := road.Course(stays, Inquiry{At: noon, Accounts: []string{"acme"}}).Stages[1]; s.Now != 1 || s.Stuck != 0 || s.Places[0].State != Untold {
		t.Errorf("where accounts may stay somebody is late: %+v", s)
	}
	if c.Stages[0].Entered != 2 || c.Stages[0].Left != 1 || c.Stages[3].Left != 1 {
		t.Errorf("came and went: %+v %+v", c.Stages[0], c.Stages[3])
	}
	if fmt.Sprint(c.Regressions) != fmt.Sprint([]Regression{{"bolt", 2, 1, ago(50)}}) {
		t.Errorf("back: %v", c.Regressions)
	}
}

func TestConditionsPutAnAccountIntoAnotherStage(t *testing.T) {
	met := func(conditions ...string) map[string]map[string]time.Time {
		all := map[string]map[string]time.Time{}
		for _, c := range conditions {
			all[c] = map[string]time.Time{"acme": ago(12)}
		}
		return all
	}
	for _, c := range []struct {
		stage string
		met   map[string]map[string]time.Time
		want  *Hint
	}{
		{"trial", met("paying"), &Hint{MeetsExit, 1, ago(12)}},
		{"trial", met(), nil},
		{"onboarding", met("paying", "busy"), &Hint{MeetsExit, 2, ago(12)}}, // adopted asks for nothing
		{"onboarding", met("busy", "left"), &Hint{MeetsEnd, 3, ago(12)}},
		{"adopted", met("busy", "paying"), nil}, // the exit of another stage is none of its own
		{"churned", met("busy", "left"), nil},
		{"", met("paying", "left"), &Hint{MeetsEntry, 3, ago(12)}},
		{"", met("paying"), &Hint{MeetsEntry, 1, ago(12)}},
		{"limbo", met("paying"), nil},
	} {
		var stays []Stay
		if c.stage != "" {
			stays = []Stay{{"acme", c.stage, ago(20), time.Time{}}}
		}
		got := road().Course(stays, Inquiry{At: noon, Accounts: []string{"acme"}, Met: c.met}).Place("acme").Hint
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("in %q, meeting %v: %+v, want %+v", c.stage, c.met, got, c.want)
		}
	}
}

func TestWhatIsUsualIsOwnHistoryOnceThereIsEnough(t *testing.T) {
	stays := func(n int) (all []Stay, ids []string) {
		for i := range n {
			id := fmt.Sprint("a", i)
			ids = append(ids, id)
			all = append(all, Stay{id, "onboarding", ago(500), ago(500 - float64(i+1))})
		}
		return all, ids
	}
	all, ids := stays(EnoughStays - 1)
	if r := road().Course(all, Inquiry{At: noon, Accounts: ids}).Stages[1].Usual; r.Source != Stated || *r.Half != 30 || *r.Slow != 45 || *r.Late != 60 {
		t.Errorf("too little history: %+v", r)
	}
	all, ids = stays(100)
	r := road().Course(all, Inquiry{At: noon, Accounts: ids}).Stages[1].Usual
	if r.Source != History || *r.Half != 50 || *r.Slow != 75 || *r.Late != 90 || r.Ended != 100 {
		t.Errorf("a hundred stays of 1 to 100 days: %v %v %v", *r.Half, *r.Slow, *r.Late)
	}
	for i := range 100 { // as many have been there for 200 days and have not left
		id := fmt.Sprint("b", i)
		ids, all = append(ids, id), append(all, Stay{id, "onboarding", ago(200), time.Time{}})
	}
	if r = road().Course(all, Inquiry{At: noon, Accounts: ids}).Stages[1].Usual; *r.Half != 100 || r.Slow != nil || *r.Late != 60 {
		t.Errorf("half of all never left: %+v", r)
	}
	held := road()
	held.Stages[1].Days.Hold = true
	if r = held.Course(all, Inquiry{At: noon, Accounts: ids}).Stages[1].Usual; r.Source != Stated || *r.Late != 60 {
		t.Errorf("held to: %+v", r)
	}
}

func TestNobodyIsLostAndASegmentIsAPartOfAll(t *testing.T) {
	for seed := range uint64(50) {
		d := rand.New(rand.NewPCG(seed, 7))
		values := []string{"trial", "onboarding", "setting up", "adopted", "churned", "limbo"}
		var stays []Stay
		var ids []string
		for i := range 80 {
			id := fmt.Sprint("a", i)
			ids = append(ids, id)
			at := ago(float64(d.IntN(400)))
			for n := d.IntN(5); n > 0; n-- {
				next := at.Add(time.Duration(d.IntN(100)+1) * 24 * time.Hour)
				s := Stay{id, values[d.IntN(len(values))], at, next}
				if n == 1 || !next.Before(noon) {
					s.Until, n = time.Time{}, 1
				}
				stays = append(stays, s)
				at = next
			}
		}
		d.Shuffle(len(stays), func(a, b int) { stays[a], stays[b] = stays[b], stays[a] })
		all := road().Course(stays, Inquiry{At: noon, Accounts: ids})
		some := road().Course(stays, Inquiry{At: noon, Accounts: ids, Chosen: func(id string) bool { return len(id) == 2 }})
		for _, c := range []*Course{all, some} {
			n := len(c.Without)
			for _, e := range c.Elsewhere {
				n += e.N
			}
			for i, s := range c.Stages {
				if n += s.Now; s.OnTrack+s.Behind+s.Stuck > s.Now || s.Now != len(s.Places) {
					t.Fatalf("stage %d: %+v", i, s)
				}
				for k, p := range s.Places {
					if p.Stage != i || k > 0 && s.Places[k-1].Since.After(p.Since) || p.State != all.Place(p.Account).State {
						t.Fatalf("%+v", p)
					}
				}
			}
			if n != c.Accounts {
				t.Fatalf("%d of %d accounts are somewhere", n, c.Accounts)
			}
		}
		if some.Accounts != 10 {
			t.Fatalf("%d chosen", some.Accounts)
		}
	}
}
