package journey

import (
	"net/http"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// none is the stage of accounts without one, as an address has it.
const none = "-"

// perPage is how many accounts are shown at once.
const perPage = 100

type peopleView struct {
	Name, Path            string
	Stage, State, Segment string
	Ready, Back           bool
	Stages                []stageOption
	States                []string
	Rows                  []placed
	Total                 int
	Here, More, Top, Map  string
	To                    string // the stage that is offered to move to
	Usual                 string
	StageName             string
	ShowStage             bool
}

type stageOption struct{ Key, Name string }

// placed is an account with its place.
type placed struct {
	ID, Title, CSM, Plan string
	Stage                string
	Since                time.Time
	Days                 string
	State, Mood, Icon    string
	BackFrom             string
	Hint                 *hint
}

// hint is that conditions put an account into another stage.
type hint struct {
	Why   journey.Reason
	Stage string // it is in
	To    string // the name of where it should be
	Key   string // the value of the trait for it
	Days  string // since when; empty: longer than was looked back
}

func (a *Area) hintOf(j *journey.Journey, p *journey.Place, lang i18n.Lang) *hint {
	if p.Hint == nil {
		return nil
	}
	h := &hint{Why: p.Hint.Why, To: j.Stages[p.Hint.To].Name.In(lang), Key: j.Stages[p.Hint.To].Key}
	if p.Stage >= 0 {
		h.Stage = j.Stages[p.Stage].Name.In(lang)
	}
	if !p.Hint.Since.IsZero() {
		h.Days = days(lang, max(0, a.Pages.Now().Sub(p.Hint.Since).Hours()/24))
	}
	return h
}

// Accounts shows who is in a stage, how they do, and lets them be moved.
func (a *Area) Accounts(w http.ResponseWriter, r *http.Request) error {
	ctx, lang, q := r.Context(), ui.Lang(r), r.URL.Query()
	j, err := a.Journeys.Journey(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := &peopleView{Name: j.Name.In(lang), Path: path(j.ID) + "/accounts", Stage: q.Get("stage"), State: q.Get("state"), Segment: q.Get("segment"), Ready: q.Get("ready") != "", Back: q.Get("back") != ""}
	if !slices.Contains(journey.States, journey.State(v.State)) {
		v.State = ""
	}
	v.Map = path(j.ID, "segment", v.Segment)
	for _, s := range journey.States {
		v.States = append(v.States, string(s))
	}
	course, err := a.Journeys.Course(ctx, &j, journey.Ask{Segment: v.Segment, Conditions: j.Conditions(false)})
	if err != nil {
		return err
	}
	book, err := a.Customers.Book(ctx)
	if err != nil {
		return err
	}
	for i, s := range j.Stages {
		v.Stages = append(v.Stages, stageOption{s.Key, s.Name.In(lang)})
		if s.Key == v.Stage {
			v.StageName, v.Usual = s.Name.In(lang), usual(course.Stages[i].Usual, lang)
		}
	}
	if v.StageName == "" && v.Stage != none {
		v.Stage = ""
	}
	v.ShowStage = v.StageName == ""
	all := v.chosen(&j, course)
	v.Total = len(all)
	keep := []string{"stage", v.Stage, "state", v.State, "segment", v.Segment, "ready", q.Get("ready"), "back", q.Get("back")}
	from := 0
	if after := q.Get("after"); after != "" {
		from = slices.IndexFunc(all, func(p *journey.Place) bool { return p.Account == after }) + 1
		v.Top = address(v.Path, keep...)
	}
	v.Here = address(v.Path, append(slices.Clone(keep), "after", q.Get("after"))...)
	all = all[from:]
	if len(all) > perPage {
		all = all[:perPage]
		v.More = address(v.Path, append(slices.Clone(keep), "after", all[perPage-1].Account)...)
	}
	for _, p := range all {
		v.Rows = append(v.Rows, a.placed(&j, p, book, lang))
	}
	for _, one := range v.Rows {
		if one.Hint != nil {
			v.To = one.Hint.Key
			break
		}
	}
	return a.Pages.Show(w, r, "journey/people", v)
}

// chosen are the accounts that are asked for, the longest in their stage first.
func (v *peopleView) chosen(j *journey.Journey, c *journey.Course) []*journey.Place {
	var all []*journey.Place
	for i, s := range c.Stages {
		if v.Stage == "" || v.Stage == j.Stages[i].Key {
			all = append(all, s.Places...)
		}
	}
	if v.Stage == "" && v.Ready || v.Stage == none {
		all = append(all, c.Without...)
	}
	all = slices.DeleteFunc(all, func(p *journey.Place) bool {
		return v.State != "" && string(p.State) != v.State || v.Ready && p.Hint == nil || v.Back && p.Back < 0
	})
	slices.SortStableFunc(all, func(a, b *journey.Place) int { return a.Since.Compare(b.Since) })
	return all
}

func (a *Area) placed(j *journey.Journey, p *journey.Place, book *account.Book, lang i18n.Lang) placed {
	out := placed{ID: p.Account, Title: titled(book, p.Account), Since: p.Since, Days: days(lang, p.Days), State: string(p.State), Mood: moods[p.State][0], Icon: moods[p.State][1], Hint: a.hintOf(j, p, lang)}
	if s := book.Get(p.Account); s != nil {
		out.CSM, out.Plan = s.CSM, s.Plan
	}
	if p.Stage >= 0 {
		out.Stage = j.Stages[p.Stage].Name.In(lang)
	}
	if p.Back >= 0 {
		out.BackFrom = j.Stages[p.Back].Name.In(lang)
	}
	return out
}
