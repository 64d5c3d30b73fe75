package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/team"
)

// Journeys keeps journeys and knows where the accounts that who asks may see are on them. Its errors are fault.Errors.
type Journeys interface {
	// Journeys are those that are there, the oldest first; the first one whose accounts an account is among is its own.
	Journeys(ctx context.Context) ([]journey.Journey, error)
	Journey(ctx context.Context, id string) (journey.Journey, error)
	JourneyVersions(ctx context.Context, id string) ([]journey.Journey, error)
	JourneyAdd(ctx context.Context, one journey.Journey) (journey.Journey, error)
	// JourneyChange keeps what change makes of a journey; version 0 changes whatever is there.
	JourneyChange(ctx context.Context, id string, version int, change func(*journey.Journey) error) (journey.Journey, error)
	JourneyRemove(ctx context.Context, id string) (journey.Journey, error)
	JourneyRestore(ctx context.Context, id string) (journey.Journey, error)
	Course(ctx context.Context, one *journey.Journey, ask journey.Ask) (*journey.Course, error)
}

// JourneyList is journeys, the oldest first, or versions of one, the newest first.
type JourneyList struct {
	Journeys []journey.Journey `json:"journeys" nullable:"false"`
}

// JourneyTemplates are journeys to begin with.
type JourneyTemplates struct {
	Templates []journey.Template `json:"templates" nullable:"false"`
}

// JourneyNew is a journey to add: one that is written, or a template's.
type JourneyNew struct {
	Template string           `json:"template,omitempty" doc:"The id of a template, instead of a journey" example:"low_touch"`
	Journey  *journey.Journey `json:"journey,omitempty"`
}

// JourneyCourse is where accounts are on a journey.
type JourneyCourse struct {
	At       time.Time       `json:"at"`
	Accounts int             `json:"accounts" doc:"Those that take the journey and are in the segment"`
	Stages   []StageStanding `json:"stages" nullable:"false"`
	Without  int             `json:"without" doc:"Accounts that have no stage"`
	// Elsewhere are values of the trait that mean no stage of this journey.
	Elsewhere   []StageValue   `json:"elsewhere" nullable:"false" doc:"Values of the trait stage that mean none of the stages"`
	Regressions []StepBack     `json:"regressions" nullable:"false" doc:"Who went back to an earlier stage in the last 90 days, the latest first"`
	Unread      []UnreadText   `json:"unread" nullable:"false" doc:"Conditions that can't be asked any more; where it is whom the journey is for, no account is on it"`
	Hints       map[string]int `json:"hints" nullable:"false" doc:"How many accounts conditions put into another stage, by that stage"`
}

// UnreadText is a condition that can't be asked any more.
type UnreadText struct {
	Condition string `json:"condition"`
	Why       string `json:"why"`
}

// StageStanding is a stage with the accounts in it.
type StageStanding struct {
	Key     string     `json:"key"`
	Now     int        `json:"now" doc:"Accounts in it"`
	OnTrack int        `json:"on_track"`
	Behind  int        `json:"behind" doc:"Longer in it than three of four take"`
	Stuck   int        `json:"stuck" doc:"Longer in it than nine of ten take"`
	Ready   int        `json:"ready" doc:"Conditions put them into another stage"`
	Entered int        `json:"entered" doc:"Moves into it in the last 30 days"`
	Left    int        `json:"left" doc:"Moves out of it in the last 30 days"`
	Back    int        `json:"back" doc:"Moves into it from a later stage in the last 90 days"`
	Usual   UsualRange `json:"usual" doc:"How long it takes, by the history of all accounts on the journey"`
	Own     UsualRange `json:"own" doc:"The same by the history of the accounts in the segment alone"`
}

// UsualRange is how long a stage takes, in days. Accounts that are still in it count as taking so long at the least.
type UsualRange struct {
	Stays  int      `json:"stays" doc:"How many stays were looked at"`
	Ended  int      `json:"ended" doc:"How many of them are over"`
	P50    *float64 `json:"p50" doc:"Half have left by then; null: not known, or not so many ever leave"`
	P75    *float64 `json:"p75"`
	P90    *float64 `json:"p90"`
	Source string   `json:"source" enum:"history,stated," doc:"Own history, or what the journey states while there is too little of it; empty: neither"`
}

// StageValue is a value of the trait stage.
type StageValue struct {
	Value    string `json:"value"`
	Accounts int    `json:"accounts"`
}

// StepBack is that an account went back to an earlier stage.
type StepBack struct {
	Account string    `json:"account_id"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	At      time.Time `json:"at"`
}

// JourneyPlace is where an account is on a journey.
type JourneyPlace struct {
	Account  string     `json:"account_id"`
	Name     string     `json:"name,omitempty"`
	Journey  string     `json:"journey"`
	Stage    string     `json:"stage,omitempty" doc:"The key of the stage it is in; missing: none of the journey's"`
	Value    string     `json:"value,omitempty" doc:"What its trait says"`
	Since    *time.Time `json:"since,omitempty"`
	Days     float64    `json:"days"`
	State    string     `json:"state" enum:"on_track,behind,stuck," doc:"Empty where nothing says how long it takes"`
	BackFrom string     `json:"back_from,omitempty" doc:"The later stage it fell back from in the last 90 days"`
	Hint     *StageHint `json:"hint,omitempty" doc:"Conditions put it into another stage"`
}

// StageHint is that conditions put an account into another stage.
type StageHint struct {
	Why   string     `json:"why" enum:"exit,end,entry" doc:"It meets the exit of its stage; the entry of an end; it is in none and meets the entry of one"`
	To    string     `json:"to" doc:"The key of that stage"`
	Since *time.Time `json:"since,omitempty" doc:"The day since which it is so; missing: for longer than 60 days"`
}

// JourneyPlaces is a page of accounts, the longest in their stage first.
type JourneyPlaces struct {
	Total  int            `json:"total"`
	Places []JourneyPlace `json:"places" nullable:"false"`
	Next   string         `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// JourneyIn names a journey.
type JourneyIn struct {
	ID string `path:"journey" doc:"Its id"`
}

type journeyPut struct {
	JourneyIn
	Body journey.Journey
}

// CourseIn asks where accounts are on a journey.
type CourseIn struct {
	JourneyIn
	Segment string `query:"segment" doc:"Counts only these accounts; what is usual stays that of all" example:"plan = enterprise"`
	AsOf    string `query:"as_of" doc:"As it was at this instant, with what was known then: RFC 3339. Hints are left out"`
}

type placesIn struct {
	CourseIn
	Stage  string `query:"stage" doc:"Only those in the stage with this key"`
	State  string `query:"state" enum:"on_track,behind,stuck" doc:"Only those that do so"`
	Ready  bool   `query:"ready" doc:"Only those that conditions put into another stage, also those without any"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
}

type placeIn struct {
	ID string `path:"id" doc:"The account's id"`
}

func (a *API) journeys() {
	type one = struct{ Body journey.Journey }
	op := func(id, method, path, summary, about string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/v1/" + path, Tags: []string{"journeys"}, Summary: summary, Description: about}
	}
	route(a, team.Read, op("list-journeys", http.MethodGet, "journeys", "The journeys there are", "The oldest first: an account takes the first one whose accounts it is among."),
		func(ctx context.Context, _ *struct{}) (*struct{ Body JourneyList }, error) {
			all, err := a.Journeys.Journeys(ctx)
			return &struct{ Body JourneyList }{JourneyList{append([]journey.Journey{}, all...)}}, err
		})
	route(a, team.Read, op("list-journey-templates", http.MethodGet, "journey-templates", "Journeys to begin with", "Self-service, low-touch and high-touch, in four languages."),
		func(context.Context, *struct{}) (*struct{ Body JourneyTemplates }, error) {
			return &struct{ Body JourneyTemplates }{JourneyTemplates{journey.Templates()}}, nil
		})
	add := op("add-journey", http.MethodPost, "journeys", "A new journey", "Written out, or from a template.")
	add.DefaultStatus = http.StatusCreated
	route(a, team.Arrange, add, func(ctx context.Context, in *struct{ Body JourneyNew }) (*one, error) {
		j, err := in.Body.journey()
		if err != nil {
			return nil, err
		}
		j.By = Caller(ctx).Name
		j, err = a.Journeys.JourneyAdd(ctx, j)
		return &one{j}, err
	})
	route(a, team.Read, op("get-journey", http.MethodGet, "journeys/{journey}", "One journey", "Its definition; a removed one says when that was."),
		func(ctx context.Context, in *JourneyIn) (*one, error) {
			j, err := a.Journeys.Journey(ctx, in.ID)
			return &one{j}, err
		})
	route(a, team.Arrange, op("put-journey", http.MethodPut, "journeys/{journey}", "Change a journey", "It becomes what is sent, as its next version."),
		func(ctx context.Context, in *journeyPut) (*one, error) {
			j, err := a.Journeys.JourneyChange(ctx, in.ID, in.Body.Version, func(j *journey.Journey) error {
				*j = in.Body
				j.By = Caller(ctx).Name
				return nil
			})
			return &one{j}, err
		})
	route(a, team.Arrange, op("delete-journey", http.MethodDelete, "journeys/{journey}", "Remove a journey", "It can be restored."),
		func(ctx context.Context, in *JourneyIn) (*one, error) {
			j, err := a.Journeys.JourneyRemove(ctx, in.ID)
			return &one{j}, err
		})
	route(a, team.Arrange, op("restore-journey", http.MethodPost, "journeys/{journey}/restore", "Restore a removed journey", ""),
		func(ctx context.Context, in *JourneyIn) (*one, error) {
			j, err := a.Journeys.JourneyRestore(ctx, in.ID)
			return &one{j}, err
		})
	route(a, team.Read, op("list-journey-versions", http.MethodGet, "journeys/{journey}/versions", "All versions of a journey", "The newest first."),
		func(ctx context.Context, in *JourneyIn) (*struct{ Body JourneyList }, error) {
			all, err := a.Journeys.JourneyVersions(ctx, in.ID)
			return &struct{ Body JourneyList }{JourneyList{append([]journey.Journey{}, all...)}}, err
		})
	route(a, team.Read, op("list-journey-stages", http.MethodGet, "journeys/{journey}/stages", "Where accounts are", "Each stage with how many are in it, how they do, how long it takes, who came, left and fell back."),
		func(ctx context.Context, in *CourseIn) (*struct{ Body JourneyCourse }, error) {
			j, c, err := a.course(ctx, in)
			if err != nil {
				return nil, err
			}
			return &struct{ Body JourneyCourse }{shownCourse(j, c)}, nil
		})
	route(a, team.Read, op("list-journey-accounts", http.MethodGet, "journeys/{journey}/accounts", "The accounts on a journey", "Each with its stage, since when, how it does, and where conditions put it; the longest in their stage first."),
		func(ctx context.Context, in *placesIn) (*struct{ Body JourneyPlaces }, error) {
			out, err := a.places(ctx, in)
			return &struct{ Body JourneyPlaces }{out}, err
		})
	route(a, team.Read, op("get-account-journey", http.MethodGet, "accounts/{id}/journey", "Where an account is on its journey", "On the first journey whose accounts it is among."),
		func(ctx context.Context, in *placeIn) (*struct{ Body JourneyPlace }, error) {
			j, p, _, err := a.PlaceOf(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			book, err := a.Accounts.Book(ctx)
			if err != nil {
				return nil, err
			}
			return &struct{ Body JourneyPlace }{shownPlace(j, p, book)}, nil
		})
	a.journeyNumbers()
}

func (n JourneyNew) journey() (journey.Journey, error) {
	bad := fault.New(fault.Invalid, "the journey can't be kept as it is")
	if (n.Template == "") == (n.Journey == nil) {
		return journey.Journey{}, bad.Field("template", "or a journey: exactly one of them is needed")
	}
	if n.Journey != nil {
		return *n.Journey, nil
	}
	t, ok := journey.TemplateNamed(n.Template)
	if !ok {
		return journey.Journey{}, bad.Field("template", "%q is none of those that /api/v1/journey-templates names", n.Template)
	}
	return t.Journey, nil
}

// course reads a journey and where accounts are on it.
func (a *API) course(ctx context.Context, in *CourseIn) (j journey.Journey, c *journey.Course, err error) {
	if j, err = a.Journeys.Journey(ctx, in.ID); err != nil {
		return j, nil, err
	}
	ask := journey.Ask{Segment: in.Segment, Conditions: j.Conditions(false)}
	if in.AsOf != "" {
		if ask.AsOf, err = time.Parse(time.RFC3339, in.AsOf); err != nil {
			return j, nil, fault.New(fault.Invalid, "the question can't be answered as it is").Field("as_of", "is no instant; write it like 2026-01-31T12:00:00Z")
		}
	}
	err = a.question(ctx, "ask for a simpler segment", func(ctx context.Context) (err error) {
		c, err = a.Journeys.Course(ctx, &j, ask)
		return err
	})
	return j, c, err
}

// PlaceOf is where an account is on the journey it takes; a fault.NotFound when it takes none, or there is no such account.
func (a *API) PlaceOf(ctx context.Context, id string) (*journey.Journey, *journey.Place, *journey.Course, error) {
	all, err := a.Journeys.Journeys(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range all {
		j := &all[i]
		var c *journey.Course
		if err := a.question(ctx, "ask for a simpler segment", func(ctx context.Context) (err error) {
			c, err = a.Journeys.Course(ctx, j, journey.Ask{Conditions: j.Conditions(false)})
			return err
		}); err != nil {
			return nil, nil, nil, err
		}
		if p := c.Place(id); p != nil {
			return j, p, c, nil
		}
	}
	return nil, nil, nil, fault.New(fault.NotFound, "this account is on no journey")
}

func shownCourse(j journey.Journey, c *journey.Course) JourneyCourse {
	out := JourneyCourse{At: c.At, Accounts: c.Accounts, Stages: []StageStanding{}, Without: len(c.Without), Elsewhere: []StageValue{}, Regressions: []StepBack{},
		Unread: []UnreadText{}, Hints: map[string]int{}}
	for _, u := range c.Unread {
		out.Unread = append(out.Unread, UnreadText{u.Condition, u.Why.Error()})
	}
	hint := func(places []*journey.Place) {
		for _, p := range places {
			if p.Hint != nil {
				out.Hints[j.Stages[p.Hint.To].Key]++
			}
		}
	}
	hint(c.Without)
	for i, s := range c.Stages {
		hint(s.Places)
		out.Stages = append(out.Stages, StageStanding{Key: j.Stages[i].Key, Now: s.Now, OnTrack: s.OnTrack, Behind: s.Behind, Stuck: s.Stuck, Ready: s.Ready,
			Entered: s.Entered, Left: s.Left, Back: s.Back, Usual: shownRange(s.Usual), Own: shownRange(s.Own)})
	}
	for _, e := range c.Elsewhere {
		out.Elsewhere = append(out.Elsewhere, StageValue{e.Value, e.N})
	}
	for _, r := range c.Regressions {
		out.Regressions = append(out.Regressions, StepBack{r.Account, j.Stages[r.From].Key, j.Stages[r.To].Key, r.At})
	}
	return out
}

func shownRange(r journey.Range) UsualRange {
	return UsualRange{Stays: r.Stays, Ended: r.Ended, P50: r.Half, P75: r.Slow, P90: r.Late, Source: string(r.Source)}
}

func (a *API) places(ctx context.Context, in *placesIn) (JourneyPlaces, error) {
	out := JourneyPlaces{Places: []JourneyPlace{}}
	j, c, err := a.course(ctx, &in.CourseIn)
	if err != nil {
		return out, err
	}
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return out, err
	}
	if in.Stage != "" && !slices.ContainsFunc(j.Stages, func(s journey.Stage) bool { return s.Key == in.Stage }) {
		return out, fault.New(fault.Invalid, "the question can't be answered as it is").Field("stage", "%q is no stage of the journey", in.Stage)
	}
	var all []*journey.Place
	for _, s := range c.Stages {
		all = append(all, s.Places...)
	}
	slices.SortStableFunc(all, func(a, b *journey.Place) int { return a.Since.Compare(b.Since) })
	all = append(all, c.Without...)
	all = slices.DeleteFunc(all, func(p *journey.Place) bool {
		return in.Stage != "" && (p.Stage < 0 || j.Stages[p.Stage].Key != in.Stage) || in.State != "" && string(p.State) != in.State || in.Ready && p.Hint == nil
	})
	out.Total = len(all)
	from := 0
	if in.Cursor != "" {
		if from = slices.IndexFunc(all, func(p *journey.Place) bool { return p.Account == in.Cursor }) + 1; from == 0 {
			return out, fault.New(fault.Invalid, "the cursor can't be read").Field("cursor", "is none of a page that came before, or the account has moved since")
		}
	}
	for n, p := range all[from:] {
		if n == in.Limit {
			out.Next = out.Places[n-1].Account
			break
		}
		out.Places = append(out.Places, shownPlace(&j, p, book))
	}
	return out, nil
}

func shownPlace(j *journey.Journey, p *journey.Place, book *account.Book) JourneyPlace {
	out := JourneyPlace{Account: p.Account, Journey: j.ID, Value: p.Value, Days: p.Days, State: string(p.State)}
	if s := book.Get(p.Account); s != nil {
		out.Name = s.Name
	}
	if p.Stage >= 0 {
		out.Stage = j.Stages[p.Stage].Key
	}
	if !p.Since.IsZero() {
		out.Since = &p.Since
	}
	if p.Back >= 0 {
		out.BackFrom = j.Stages[p.Back].Key
	}
	if h := p.Hint; h != nil {
		out.Hint = &StageHint{Why: string(h.Why), To: j.Stages[h.To].Key}
		if !h.Since.IsZero() {
			out.Hint.Since = &h.Since
		}
	}
	return out
}
