package journey

import (
	"context"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// unread is a condition that can't be asked any more.
type unread struct{ Condition, Why string }

// courseView is where accounts are.
type courseView struct {
	Rows         []row
	Two          bool
	NameA, NameB string
	Accounts     int
	Without      int
	WithoutHref  string
	Elsewhere    []elsewhere
	Ready        int
	ReadyHref    string
	Back         []moved
	MoreBack     int
	Unread       []unread
	Empty        bool
	Again        string // where to ask again while nobody is known: accounts show a little after their facts
}

type elsewhere struct {
	Value, Href string
	N           int
}

// moved is an account that went back to an earlier stage.
type moved struct {
	ID, Name, From, To string
	At                 time.Time
}

// row is a stage.
type row struct {
	Name  string
	Ends  bool
	Usual string
	Rough bool // the journey states it, history does not
	Sides []side
}

// side is a stage as one of two segments is in it.
type side struct {
	Label         string
	Now           int
	Share         string
	Href          string
	Bars          []bar
	States        []stateCount
	Ready         int
	ReadyHref     string
	Entered, Left int
	Back          int
	BackHref      string
	Own           string // what is usual for these accounts alone
}

type bar struct {
	State    string
	X, Width float64
}

type stateCount struct {
	State, Mood, Icon, Href string
	N                       int
}

// What the strip shows of long lists.
const (
	backShown = 5
	barWidth  = 240
)

// Course answers with where accounts are.
func (a *Area) Course(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "journey/map", "course", func(ctx context.Context) (any, error) {
		j, err := a.Journeys.Journey(ctx, r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		c, err := a.choice(r, j.ID)
		if err != nil {
			return nil, err
		}
		var one, other *journey.Course
		tasks := []func() error{func() (err error) {
			one, err = a.Journeys.Course(ctx, &j, journey.Ask{Segment: c.Segment, Conditions: j.Conditions(false)})
			return err
		}}
		if c.Two {
			tasks = append(tasks, func() (err error) {
				other, err = a.Journeys.Course(ctx, &j, journey.Ask{Segment: c.Beside, Conditions: j.Conditions(false)})
				return err
			})
		}
		if err := reading.Together(2, tasks...); err != nil {
			return nil, err
		}
		book, err := a.Customers.Book(ctx)
		if err != nil {
			return nil, err
		}
		v := courseOf(&j, c, one, other, book, ui.Lang(r))
		if v.Empty {
			v.Again = r.URL.RequestURI()
		}
		return v, nil
	})
}

func courseOf(j *journey.Journey, c choice, one, other *journey.Course, book *account.Book, lang i18n.Lang) *courseView {
	people := func(segment string, more ...string) string {
		return address(path(j.ID)+"/accounts", append([]string{"segment", segment}, more...)...)
	}
	v := &courseView{Two: c.Two, NameA: c.NameA, NameB: c.NameB, Accounts: one.Accounts, Without: len(one.Without), WithoutHref: people(c.Segment, "stage", none),
		ReadyHref: people(c.Segment, "ready", "1"), Empty: one.Accounts == 0 && (other == nil || other.Accounts == 0)}
	for _, u := range one.Unread {
		v.Unread = append(v.Unread, unread{u.Condition, fault.In(u.Why, i18n.Refusal(lang)).Error()})
	}
	most := 1
	for _, course := range []*journey.Course{one, other} {
		if course != nil {
			for _, s := range course.Stages {
				most = max(most, s.Now)
			}
		}
	}
	for i, s := range j.Stages {
		row := row{Name: s.Name.In(lang), Ends: s.Ends, Usual: usual(one.Stages[i].Usual, lang), Rough: one.Stages[i].Usual.Source == journey.Stated}
		row.Sides = append(row.Sides, sideOf(one, i, s.Key, c.NameA, c.Segment, most, people, lang))
		if other != nil {
			row.Sides = append(row.Sides, sideOf(other, i, s.Key, c.NameB, c.Beside, most, people, lang))
		}
		v.Rows = append(v.Rows, row)
		v.Ready += one.Stages[i].Ready
	}
	for _, p := range one.Without {
		if p.Hint != nil {
			v.Ready++
		}
	}
	for _, e := range one.Elsewhere {
		v.Elsewhere = append(v.Elsewhere, elsewhere{e.Value, address("/accounts", "stage", e.Value), e.N})
	}
	for n, m := range one.Regressions {
		if n == backShown {
			v.MoreBack = len(one.Regressions) - n
			break
		}
		v.Back = append(v.Back, moved{m.Account, titled(book, m.Account), j.Stages[m.From].Name.In(lang), j.Stages[m.To].Name.In(lang), m.At})
	}
	return v
}

// titled is what an account is called.
func titled(book *account.Book, id string) string {
	if s := book.Get(id); s != nil {
		return s.Title()
	}
	return id
}

// moods are how states look; each has its word and its icon beside its colour.
var moods = map[journey.State][2]string{journey.OnTrack: {"good", "check"}, journey.Behind: {"fair", "clock"}, journey.Stuck: {"poor", "warn"}}

func sideOf(c *journey.Course, i int, key, label, segment string, most int, people func(string, ...string) string, lang i18n.Lang) side {
	s := &c.Stages[i]
	out := side{Label: label, Now: s.Now, Href: people(segment, "stage", key), Ready: s.Ready, ReadyHref: people(segment, "stage", key, "ready", "1"),
		Entered: s.Entered, Left: s.Left, Back: s.Back, BackHref: people(segment, "stage", key, "back", "1"), Own: usual(s.Own, lang)}
	if c.Accounts > 0 {
		out.Share = i18n.Percent(lang, float64(s.Now)/float64(c.Accounts), 0)
	}
	x := 0.0
	add := func(state string, n int) {
		if width := barWidth * float64(n) / float64(most); n > 0 {
			out.Bars = append(out.Bars, bar{state, x, width})
			x += width
		}
	}
	counts := map[journey.State]int{journey.OnTrack: s.OnTrack, journey.Behind: s.Behind, journey.Stuck: s.Stuck}
	for _, state := range journey.States {
		add(string(state), counts[state])
		if counts[state] > 0 {
			out.States = append(out.States, stateCount{string(state), moods[state][0], moods[state][1], people(segment, "stage", key, "state", string(state)), counts[state]})
		}
	}
	add("untold", s.Now-s.OnTrack-s.Behind-s.Stuck)
	return out
}

// usual says how long a stage takes; empty where nothing says so.
func usual(r journey.Range, lang i18n.Lang) string {
	switch {
	case r.Half != nil && r.Late != nil:
		return i18n.T(lang, "journey.usual_both", "half", days(lang, *r.Half), "late", days(lang, *r.Late))
	case r.Half != nil:
		return i18n.T(lang, "journey.usual_half", "half", days(lang, *r.Half))
	case r.Late != nil:
		return i18n.T(lang, "journey.usual_late", "late", days(lang, *r.Late))
	}
	return ""
}
