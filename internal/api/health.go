package api

import (
	"context"
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// HealthList is a page of accounts by their health.
type HealthList struct {
	At       time.Time      `json:"at"`
	Total    int            `json:"total" doc:"How many match"`
	Bands    map[string]int `json:"bands" doc:"How many of those that match but for the band are in each; none: without a score; left: no longer customers"`
	Accounts []health.Sheet `json:"accounts" nullable:"false"`
	Next     string         `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
	// Undecided is of scorecards, whichever accounts are asked for.
	Undecided []health.SheetGap `json:"undecided,omitempty" doc:"What of the scorecards in force can't be decided of anybody, since a definition can't be read any more"`
}

// HealthHistory is the scores of an account over time.
type HealthHistory struct {
	Account string        `json:"account_id"`
	Points  []HealthPoint `json:"points" nullable:"false" doc:"The oldest first; each told score holds until the next one of its aspect"`
}

// HealthPoint is one score.
type HealthPoint struct {
	At        time.Time          `json:"at"`
	Aspect    string             `json:"aspect"`
	Scorecard string             `json:"scorecard,omitempty"`
	Version   int64              `json:"version,omitempty"`
	Score     *float64           `json:"score"`
	Band      health.Band        `json:"band,omitempty" enum:"good,average,poor"`
	Coverage  *float64           `json:"coverage,omitempty"`
	Groups    map[string]float64 `json:"groups,omitempty" doc:"Scores of the scorecard's groups"`
}

// HealthChange is a change taken apart.
type HealthChange struct {
	Account string       `json:"account_id"`
	Aspect  string       `json:"aspect"`
	From    time.Time    `json:"from"`
	To      time.Time    `json:"to"`
	Was     float64      `json:"was"`
	Score   float64      `json:"score"`
	Change  float64      `json:"change"`
	Steps   []HealthStep `json:"steps" nullable:"false" doc:"They add up to the change exactly; the largest first"`
}

// HealthStep is one part of a change.
type HealthStep struct {
	Cause   health.Cause `json:"cause" enum:"value,data,definition,switch,cap,tree"`
	Measure string       `json:"measure,omitempty"`
	Text    string       `json:"text"`
	Points  float64      `json:"points"`
}

type healthIn struct {
	Segment  string `query:"segment" doc:"Only accounts in it: text, or @name"`
	Band     string `query:"band" enum:"good,average,poor,none,left" doc:"Only accounts in this band of global health; none: without a score; left: no longer customers, whatever their score"`
	Sort     string `query:"sort" enum:"score,-score,account" default:"score" doc:"The least healthy first, the healthiest, or by id; accounts without a score come after, those that left last"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type healthOfIn struct {
	ID       string `path:"id" doc:"The account" example:"acme"`
	At       string `query:"at" doc:"An earlier instant: what today's scorecards say of the facts of then"`
	Known    bool   `query:"known" doc:"With at: leave out what was received later"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type healthHistoryIn struct {
	ID         string `path:"id" doc:"The account" example:"acme"`
	From       string `query:"from" doc:"From when on; without it half a year back"`
	To         string `query:"to" doc:"Until when; without it now"`
	Recomputed bool   `query:"recomputed" doc:"What today's scorecards say of each Monday, rather than what was told then"`
}

type healthChangeIn struct {
	ID       string `path:"id" doc:"The account" example:"acme"`
	Aspect   string `query:"aspect" default:"health" doc:"Which of the account's scores"`
	From     string `query:"from" required:"true" doc:"The earlier instant"`
	To       string `query:"to" doc:"Without it now"`
	Known    bool   `query:"known" doc:"Leave out at each instant what was received later"`
	Today    bool   `query:"today" doc:"Score both ends by today's scorecards, so that no definition changes"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// NewJudgement is what a person says of an account.
type NewJudgement struct {
	Scorecard string    `json:"scorecard"`
	Measure   string    `json:"measure"`
	Value     *float64  `json:"value,omitempty" doc:"Of a measure that is judged by a number"`
	Choice    string    `json:"choice,omitempty" doc:"Of a measure that is judged by words"`
	Reason    string    `json:"reason"`
	Until     time.Time `json:"until" doc:"From then on it no longer counts; at most a year ahead"`
}

type judgementIn struct {
	ID   string `path:"id" doc:"The account" example:"acme"`
	Body NewJudgement
}

// scores are the resources of how well accounts are.
func (a *API) scores() {
	tags := []string{"health"}
	route(a, team.Read, huma.Operation{OperationID: "list-health", Method: http.MethodGet, Path: "/api/v1/health", Tags: tags,
		Summary: "Accounts by health", Description: "With score, band, coverage and reasons, as they are now."}, a.listHealth)
	route(a, team.Read, huma.Operation{OperationID: "get-health", Method: http.MethodGet, Path: "/api/v1/health/{id}", Tags: tags,
		Summary: "The health of one account", Description: "Every score with its reasons in words and what each measure brings."},
		func(ctx context.Context, in *healthOfIn) (*struct{ Body health.Sheet }, error) {
			table, row, err := a.healthOf(ctx, in)
			if err != nil {
				return nil, err
			}
			told := a.Health.LastTold
			if in.At != "" {
				told = nil
			}
			return &struct{ Body health.Sheet }{table.Sheet(row, a.words(in.Language), told)}, nil
		})
	route(a, team.Read, huma.Operation{OperationID: "get-health-history", Method: http.MethodGet, Path: "/api/v1/health/{id}/history", Tags: tags,
		Summary: "How the health of an account went", Description: "As it was told then, or as today's scorecards see it."}, a.healthHistory)
	route(a, team.Read, huma.Operation{OperationID: "explain-health-change", Method: http.MethodGet, Path: "/api/v1/health/{id}/change", Tags: tags,
		Summary: "What changed a score", Description: "The change between two instants, split into changes of value, of data, of the scorecard, of which scorecard it is, of caps and of accounts below: they add up exactly."}, a.healthChange)
	route(a, team.Work, huma.Operation{OperationID: "judge-health", Method: http.MethodPost, Path: "/api/v1/health/{id}/judgements", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Judge a measure", Description: "For measures that a person judges; with a reason, and until a day."},
		func(ctx context.Context, in *judgementIn) (*struct{ Body health.Judgement }, error) {
			if _, _, err := a.healthOf(ctx, &healthOfIn{ID: in.ID}); err != nil {
				return nil, err
			}
			b := in.Body
			j := health.Judgement{Account: in.ID, Scorecard: b.Scorecard, Measure: b.Measure, Value: b.Value, Choice: b.Choice, Reason: b.Reason, By: team.PrincipalOf(ctx).Name, Made: a.Now(), Until: b.Until}
			all, err := a.Health.Scorecards(ctx)
			if err != nil {
				return nil, err
			}
			if err := j.Check(health.InForce(all, a.Now().Add(time.Microsecond)).Cards(), a.Now()); err != nil {
				return nil, err
			}
			j, err = a.Health.JudgementAdd(ctx, j)
			return &struct{ Body health.Judgement }{j}, err
		})
}

func (a *API) words(language string) health.Words {
	return health.Words{Lang: i18n.Match(language), Unit: a.Health.Unit}
}

func (a *API) listHealth(ctx context.Context, in *healthIn) (*struct{ Body HealthList }, error) {
	mine, err := a.mine(ctx)
	if err != nil {
		return nil, err
	}
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := a.Accounts.Chooser(ctx, in.Segment)
	if err != nil {
		return nil, err
	}
	table, err := a.Health.Health(ctx)
	if err != nil {
		return nil, err
	}
	type placed struct {
		row   int
		score float64
		known bool
		left  bool
	}
	var all []placed
	out := HealthList{At: table.At.UTC(), Bands: map[string]int{"good": 0, "average": 0, "poor": 0, "none": 0, "left": 0}, Accounts: []health.Sheet{}}
	for row, id := range table.IDs {
		if !mine(id) {
			continue
		}
		s := book.Get(id)
		if chosen != nil && (s == nil || !chosen(s)) {
			continue
		}
		w := table.Whole(row)
		band := "none"
		if w.Known {
			band = string(w.Band)
			if t, ok := a.Health.LastTold(id, health.Global); ok && t.Band != "" {
				band = string(t.Band)
			}
		}
		left := s != nil && s.Left
		if left {
			band = "left"
		}
		out.Bands[band]++
		if in.Band == "" || in.Band == band {
			all = append(all, placed{row, w.Value, w.Known, left})
		}
	}
	sort.Slice(all, func(i, j int) bool {
		x, y := all[i], all[j]
		switch {
		case in.Sort == "account":
		case x.left != y.left:
			return y.left
		case x.known != y.known:
			return x.known
		case x.score != y.score:
			return (x.score < y.score) == (in.Sort != "-score")
		}
		return table.IDs[x.row] < table.IDs[y.row]
	})
	out.Total = len(all)
	if in.Cursor != "" {
		at := slices.IndexFunc(all, func(p placed) bool { return table.IDs[p.row] == in.Cursor })
		all = all[at+1:]
	}
	words := a.words(in.Language)
	out.Undecided = words.Gaps(table)
	for i, p := range all {
		if i == in.Limit {
			out.Next = table.IDs[all[i-1].row]
			break
		}
		out.Accounts = append(out.Accounts, table.Sheet(p.row, words, a.Health.LastTold))
	}
	return &struct{ Body HealthList }{out}, nil
}

// healthOf finds an account that who asks may see, now or at an earlier instant.
func (a *API) healthOf(ctx context.Context, in *healthOfIn) (*health.Table, int, error) {
	unknown := fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
	mine, err := a.mine(ctx)
	if err != nil {
		return nil, 0, err
	}
	table, err := a.Health.Health(ctx)
	if err != nil {
		return nil, 0, err
	}
	row, ok := table.Row(in.ID)
	if !ok || !mine(in.ID) {
		return nil, 0, unknown
	}
	if in.At == "" {
		return table, row, nil
	}
	at, err := a.healthInstant("at", in.At, time.Time{})
	if err != nil {
		return nil, 0, err
	}
	if table, err = a.Health.HealthAt(ctx, health.Question{At: at, Known: in.Known, Accounts: table.Family(row)}); err != nil {
		return nil, 0, err
	}
	if row, ok = table.Row(in.ID); !ok {
		return nil, 0, unknown
	}
	return table, row, nil
}

func (a *API) healthInstant(field, text string, otherwise time.Time) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return otherwise, nil
	}
	at, err := fact.ParseTime(fact.Cell{Kind: fact.TextCell, Text: text}, a.Zone)
	if err != nil {
		return at, fault.New(fault.Invalid, "the question about health can't be answered as it is").Field(field, "%s", err)
	}
	if at.After(a.Now()) {
		return at, fault.New(fault.Invalid, "the question about health can't be answered as it is").Field(field, "lies ahead")
	}
	return at, nil
}

func (a *API) healthHistory(ctx context.Context, in *healthHistoryIn) (*struct{ Body HealthHistory }, error) {
	table, row, err := a.healthOf(ctx, &healthOfIn{ID: in.ID})
	if err != nil {
		return nil, err
	}
	to, err := a.healthInstant("to", in.To, a.Now())
	if err != nil {
		return nil, err
	}
	from, err := a.healthInstant("from", in.From, to.AddDate(0, -6, 0))
	if err != nil {
		return nil, err
	}
	out := HealthHistory{Account: in.ID, Points: []HealthPoint{}}
	if in.Recomputed {
		told, err := health.Recomputed(ctx, a.Health.HealthAt, in.ID, table.Family(row), nil, health.Mondays(from, to, a.Zone))
		if err != nil {
			return nil, err
		}
		for _, t := range told {
			out.Points = append(out.Points, pointOf(t))
		}
		return &struct{ Body HealthHistory }{out}, nil
	}
	told, err := a.Health.ToldOf(ctx, in.ID, to, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range told {
		if !t.At.Before(from) {
			out.Points = append(out.Points, pointOf(t))
		}
	}
	return &struct{ Body HealthHistory }{out}, nil
}

func pointOf(t health.Told) HealthPoint {
	return HealthPoint{At: t.At.UTC(), Aspect: t.Aspect, Scorecard: t.Scorecard, Version: t.Version, Score: t.Score, Band: t.Band, Coverage: t.Coverage, Groups: t.Groups}
}

func (a *API) healthChange(ctx context.Context, in *healthChangeIn) (*struct{ Body HealthChange }, error) {
	if _, _, err := a.healthOf(ctx, &healthOfIn{ID: in.ID}); err != nil {
		return nil, err
	}
	from, err := a.healthInstant("from", in.From, time.Time{})
	if err != nil {
		return nil, err
	}
	to, err := a.healthInstant("to", in.To, a.Now())
	if err != nil {
		return nil, err
	}
	if !from.Before(to) {
		return nil, fault.New(fault.Invalid, "the question about health can't be answered as it is").Field("from", "is not before to")
	}
	c, err := a.Health.HealthChange(ctx, health.ChangeAsk{ID: in.ID, Aspect: in.Aspect, From: from, To: to, Known: in.Known, Today: in.Today})
	if err != nil {
		return nil, err
	}
	was, is, tenths := c.Tenths()
	out := HealthChange{Account: in.ID, Aspect: in.Aspect, From: from.UTC(), To: to.UTC(), Was: float64(was) / 10, Score: float64(is) / 10, Change: float64(is-was) / 10, Steps: []HealthStep{}}
	words := a.words(in.Language)
	for i, s := range c.Steps {
		step := HealthStep{Cause: s.Cause, Text: words.StepText(s), Points: float64(tenths[i]) / 10}
		if s.Measure != nil {
			step.Measure = s.Measure.ID
		}
		out.Steps = append(out.Steps, step)
	}
	return &struct{ Body HealthChange }{out}, nil
}
