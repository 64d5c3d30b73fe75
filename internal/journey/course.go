package journey

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Stay is a time that an account had one value of the trait stage. Until is zero while it has it.
type Stay struct {
	Account     string
	Stage       string
	From, Until time.Time
}

// Inquiry asks where accounts are.
type Inquiry struct {
	At time.Time
	// Accounts are the ids of those that take the journey: their history says what is usual.
	Accounts []string
	// Chosen narrows down which of them are counted; nil: all.
	Chosen func(account string) bool
	// Met are, by the text of a condition, the accounts that meet it, since when without a break; the zero time: for longer
	// than was looked back. A text that is not there was not looked at.
	Met map[string]map[string]time.Time
}

// What is looked back on.
const (
	MoveDays = 30 // who came and went
	BackDays = 90 // who fell back
)

// State is how an account does in its stage.
type State string

// The states. An account is behind where three of four were quicker, stuck where nine of ten were; untold where neither
// history nor the journey says how long it takes.
const (
	OnTrack State = "on_track"
	Behind  State = "behind"
	Stuck   State = "stuck"
	Untold  State = ""
)

// States are those that can be told.
var States = []State{OnTrack, Behind, Stuck}

// Place is where an account is on the journey.
type Place struct {
	Account string
	Stage   int    // -1 for none
	Value   string // of the trait; empty: it has none
	Since   time.Time
	Days    float64 // in the stage
	State   State
	// Back is the later stage that it fell back from within the last 90 days; -1 for none.
	Back int
	Hint *Hint
}

// Hint says that conditions put an account into another stage than it is in.
type Hint struct {
	Why Reason
	To  int // a stage
	// Since is when it began to; zero: longer ago than was looked back.
	Since time.Time
}

// Reason is why an account should be in another stage.
type Reason string

// The reasons: it meets the exit of its stage; it meets the entry of one where the journey ends; it is in no stage and
// meets the entry of one.
const (
	MeetsExit  Reason = "exit"
	MeetsEnd   Reason = "end"
	MeetsEntry Reason = "entry"
)

// Regression is that an account went back to an earlier stage.
type Regression struct {
	Account  string
	From, To int
	At       time.Time
}

// Standing is a stage with the accounts in it.
type Standing struct {
	Now, OnTrack, Behind, Stuck int
	// Ready are those that should be in another stage.
	Ready int
	// Entered and Left count moves of the last 30 days, Back those who fell back into it within 90.
	Entered, Left, Back int
	// Usual is what is usual for all accounts on the journey, Own for the chosen ones alone.
	Usual, Own Range
	// Places are who is in it, the longest first.
	Places []*Place
}

// Count is a value with how many accounts have it.
type Count struct {
	Value string
	N     int
}

// Unread is a condition that can't be asked any more, and why.
type Unread struct {
	Condition string
	Why       error
}

// Course is where accounts are on a journey at an instant.
type Course struct {
	At       time.Time
	Accounts int
	Stages   []Standing
	// Without are accounts without any stage, Elsewhere those with values that mean no stage of the journey.
	Without     []*Place
	Elsewhere   []Count
	Regressions []Regression // of the last 90 days, the latest first
	// Unread are conditions that can't be asked any more, such as those that rest on a segment that is gone. Where it is whom
	// the journey is for, no account is on it.
	Unread []Unread
	places map[string]*Place
}

// Place is where an account is; nil when it is not among those chosen.
func (c *Course) Place(account string) *Place { return c.places[account] }

// visit is a stay in a stage of the journey: values that mean the same stage are one.
type visit struct {
	stage       int
	value       string
	from, until time.Time
}

// Course works out where accounts are. stays may be those of more accounts, in any order.
func (j *Journey) Course(stays []Stay, q Inquiry) *Course {
	c := &Course{At: q.At, Stages: make([]Standing, len(j.Stages)), places: map[string]*Place{}}
	visits := j.visits(stays, q.Accounts)
	spells := make([][]spell, len(j.Stages))
	own := make([][]spell, len(j.Stages))
	elsewhere := map[string]int{}
	for _, id := range q.Accounts {
		chosen := q.Chosen == nil || q.Chosen(id)
		place := &Place{Account: id, Stage: -1, Back: -1}
		before := -1
		for _, v := range visits[id] {
			if v.stage >= 0 {
				s := spell{days: days(v.from, q.At), over: false}
				if !v.until.IsZero() {
					s = spell{days(v.from, v.until), true}
				}
				spells[v.stage] = append(spells[v.stage], s)
				if chosen {
					own[v.stage] = append(own[v.stage], s)
					c.move(j, id, before, v)
				}
			}
			if v.until.IsZero() {
				place.Stage, place.Value, place.Since, place.Days = v.stage, v.value, v.from, days(v.from, q.At)
				if place.Stage >= 0 && j.fellBack(before, v.stage) && q.At.Sub(v.from) <= BackDays*24*time.Hour {
					place.Back = before
				}
			}
			before = v.stage
		}
		if !chosen {
			continue
		}
		c.Accounts++
		c.places[id] = place
		switch {
		case place.Stage >= 0:
			s := &c.Stages[place.Stage]
			s.Places = append(s.Places, place)
		case place.Value == "":
			c.Without = append(c.Without, place)
		default:
			elsewhere[place.Value]++
		}
	}
	for i := range c.Stages {
		s := &c.Stages[i]
		if !j.Stages[i].Ends {
			s.Usual, s.Own = rangeOf(spells[i], j.Stages[i].Days), rangeOf(own[i], Days{})
		}
		s.judge(j.Stages[i].Stays)
	}
	c.hint(j, q)
	for value, n := range elsewhere {
		c.Elsewhere = append(c.Elsewhere, Count{value, n})
	}
	slices.SortFunc(c.Elsewhere, func(a, b Count) int { return cmp.Or(b.N-a.N, strings.Compare(a.Value, b.Value)) })
	slices.SortFunc(c.Without, func(a, b *Place) int { return strings.Compare(a.Account, b.Account) })
	slices.SortFunc(c.Regressions, func(a, b Regression) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.Account, b.Account), a.To-b.To)
	})
	return c
}

func days(from, to time.Time) float64 { return max(0, to.Sub(from).Hours()/24) }

// visits are the stays of some accounts as stages of the journey, in the order of time.
func (j *Journey) visits(stays []Stay, accounts []string) map[string][]visit {
	all := make(map[string][]visit, len(accounts))
	for _, id := range accounts {
		all[id] = nil
	}
	stages := map[string]int{}
	for _, s := range stays {
		if _, wanted := all[s.Account]; !wanted {
			continue
		}
		stage, known := stages[s.Stage]
		if !known {
			stage = j.StageOf(s.Stage)
			stages[s.Stage] = stage
		}
		all[s.Account] = append(all[s.Account], visit{stage, s.Stage, s.From, s.Until})
	}
	for id, own := range all {
		slices.SortFunc(own, func(a, b visit) int { return a.from.Compare(b.from) })
		kept := own[:0]
		for _, v := range own {
			if n := len(kept); n > 0 && v.stage >= 0 && kept[n-1].stage == v.stage && kept[n-1].until.Equal(v.from) {
				kept[n-1].until, kept[n-1].value = v.until, v.value
				continue
			}
			kept = append(kept, v)
		}
		all[id] = kept
	}
	return all
}

// fellBack says whether going from one stage to another is a step back. Coming back after the end is none.
func (j *Journey) fellBack(from, to int) bool {
	return to >= 0 && from > to && !j.Stages[from].Ends
}

// move counts who came into a stage, left it, or fell back into it of late.
func (c *Course) move(j *Journey, id string, before int, v visit) {
	s := &c.Stages[v.stage]
	late := func(at time.Time, days int) bool {
		return !at.IsZero() && c.At.Sub(at) <= time.Duration(days)*24*time.Hour
	}
	if late(v.from, MoveDays) {
		s.Entered++
	}
	if late(v.until, MoveDays) {
		s.Left++
	}
	if late(v.from, BackDays) && j.fellBack(before, v.stage) {
		s.Back++
		c.Regressions = append(c.Regressions, Regression{id, before, v.stage, v.from})
	}
}

// judge says of everybody in a stage how they do, unless they may stay.
func (s *Standing) judge(stays bool) {
	s.Now = len(s.Places)
	slices.SortFunc(s.Places, func(a, b *Place) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Account, b.Account))
	})
	for _, p := range s.Places {
		if stays {
			continue
		}
		switch p.State = s.Usual.State(p.Days); p.State {
		case OnTrack:
			s.OnTrack++
		case Behind:
			s.Behind++
		case Stuck:
			s.Stuck++
		}
	}
}

// hint compares where accounts are with where conditions put them.
func (c *Course) hint(j *Journey, q Inquiry) {
	meets := func(condition, account string) (since time.Time, is bool) {
		if condition == "" {
			return since, false
		}
		since, is = q.Met[condition][account]
		return since, is
	}
	for id, p := range c.places {
		switch {
		case p.Stage >= 0 && j.Stages[p.Stage].Ends:
		case p.Stage >= 0:
			p.Hint = j.onward(p.Stage, func(condition string) (time.Time, bool) { return meets(condition, id) })
			if p.Hint != nil {
				c.Stages[p.Stage].Ready++
			}
		case p.Value == "":
			for i, s := range j.Stages {
				if since, is := meets(s.Entry, id); is {
					p.Hint = &Hint{MeetsEntry, i, since} // the last one that it meets
				}
			}
		}
	}
}

// onward is where an account in a stage should go: to an end whose entry it meets; when it meets its stage's exit to the
// first later stage whose entry it meets, or that asks for nothing.
func (j *Journey) onward(stage int, meets func(condition string) (time.Time, bool)) *Hint {
	for i, s := range j.Stages {
		if since, is := meets(s.Entry); is && s.Ends {
			return &Hint{MeetsEnd, i, since}
		}
	}
	since, is := meets(j.Stages[stage].Exit)
	if !is {
		return nil
	}
	for i, s := range j.Stages[stage+1:] {
		if s.Ends {
			continue
		}
		if _, may := meets(s.Entry); may || s.Entry == "" {
			return &Hint{MeetsExit, stage + 1 + i, since}
		}
	}
	return nil
}

// Ask is a question about a course as pages and programs put it.
type Ask struct {
	// Segment narrows down whose accounts are counted; empty: all that take the journey.
	Segment string
	// AsOf asks for the end of an earlier day with what was known then; the zero time is now.
	AsOf time.Time
	// Conditions are the segments to look at, for hints and for touchpoints that were had. With AsOf none are.
	Conditions []string
}
