package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// CaseList is the disagreements about accounts.
type CaseList struct {
	Cases []health.Case `json:"cases" nullable:"false"`
}

type casesIn struct {
	State    string `query:"state" enum:"open,looked_at,resolved,gone" doc:"Only those in this state; without it all whose disagreement lasts"`
	Account  string `query:"account" doc:"Only that of this account"`
	Past     int    `query:"past" minimum:"0" maximum:"1000" default:"0" doc:"How many of those that are over are told too"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// CaseIn names a case.
type CaseIn struct {
	ID       string `path:"case" doc:"Its id"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type caseDecisionIn struct {
	CaseIn
	Body health.Decision
}

type judgementsIn struct {
	CSM string `query:"csm" doc:"Only accounts of this CSM"`
}

// Judged is a measure of an account that a person judges, with the judgement that was made last.
type Judged struct {
	Account   string            `json:"account_id"`
	Name      string            `json:"name"`
	Scorecard string            `json:"scorecard"`
	Measure   string            `json:"measure"`
	Last      *health.Judgement `json:"last,omitempty" doc:"Missing: nobody has judged yet"`
	Expired   bool              `json:"expired" doc:"It no longer counts"`
}

// JudgedList is what people judge.
type JudgedList struct {
	Judged []Judged `json:"judged" nullable:"false" doc:"Expired ones first, then those never judged, then those that expire soonest"`
}

// comment adds to cases what people wrote.
func (a *API) comment(ctx context.Context, cases []health.Case) error {
	if len(cases) == 0 {
		return nil
	}
	ids := make([]string, len(cases))
	for i := range cases {
		ids[i] = cases[i].Account
	}
	said, err := a.Health.Comments(ctx, ids)
	for i := range cases {
		cases[i].Comments = said[cases[i].Account]
	}
	return err
}

// cases are the resources of disagreements and of what people judge.
func (a *API) cases() {
	tags := []string{"health"}
	route(a, team.Read, huma.Operation{OperationID: "list-health-cases", Method: http.MethodGet, Path: "/api/v1/health-cases", Tags: tags,
		Summary: "Accounts about which the score, money, people and the team disagree", Description: "One case for each account, with what each says. A case ends by itself when they agree."},
		func(ctx context.Context, in *casesIn) (*struct{ Body CaseList }, error) {
			mine, err := a.mine(ctx)
			if err != nil {
				return nil, err
			}
			all, err := a.Health.Cases(ctx, in.Past)
			if err != nil {
				return nil, err
			}
			list := CaseList{Cases: []health.Case{}}
			for _, c := range all {
				if mine(c.Account) && (in.State == "" || string(c.State) == in.State) && (in.Account == "" || c.Account == in.Account) {
					list.Cases = append(list.Cases, c.Say(i18n.Match(in.Language)))
				}
			}
			return &struct{ Body CaseList }{list}, a.comment(ctx, list.Cases)
		})
	route(a, team.Read, huma.Operation{OperationID: "get-health-case", Method: http.MethodGet, Path: "/api/v1/health-cases/{case}", Tags: tags, Summary: "One disagreement"},
		func(ctx context.Context, in *CaseIn) (*struct{ Body health.Case }, error) {
			c, err := a.caseOf(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			one := []health.Case{c.Say(i18n.Match(in.Language))}
			err = a.comment(ctx, one)
			return &struct{ Body health.Case }{one[0]}, err
		})
	route(a, team.Work, huma.Operation{OperationID: "decide-health-case", Method: http.MethodPut, Path: "/api/v1/health-cases/{case}", Tags: tags,
		Summary: "Look at a disagreement, or resolve it", Description: "Resolved takes a verdict: the score was wrong, a person was, or both are right."},
		func(ctx context.Context, in *caseDecisionIn) (*struct{ Body health.Case }, error) {
			if _, err := a.caseOf(ctx, in.ID); err != nil {
				return nil, err
			}
			c, err := a.Health.CaseChange(ctx, in.ID, func(c *health.Case) error { return c.Decide(in.Body, team.PrincipalOf(ctx).Name, a.Now()) })
			return &struct{ Body health.Case }{c.Say(i18n.Match(in.Language))}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "list-health-judgements", Method: http.MethodGet, Path: "/api/v1/health-judgements", Tags: tags,
		Summary: "What people judge, what they judged last, and what has expired"},
		func(ctx context.Context, in *judgementsIn) (*struct{ Body JudgedList }, error) {
			list, err := a.judged(ctx, in.CSM)
			return &struct{ Body JudgedList }{JudgedList{list}}, err
		})
}

// caseOf is a case about an account that who asks may see.
func (a *API) caseOf(ctx context.Context, id string) (health.Case, error) {
	mine, err := a.mine(ctx)
	if err != nil {
		return health.Case{}, err
	}
	c, err := a.Health.Case(ctx, id)
	if err == nil && !mine(c.Account) {
		err = fault.New(fault.NotFound, "there is no such case")
	}
	if err != nil {
		return health.Case{}, err
	}
	return c, nil
}

func (a *API) judged(ctx context.Context, csm string) ([]Judged, error) {
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return nil, err
	}
	mine, err := a.mine(ctx)
	if err != nil {
		return nil, err
	}
	table, err := a.Health.Health(ctx)
	if err != nil {
		return nil, err
	}
	judgements, err := a.Health.Judgements(ctx)
	if err != nil {
		return nil, err
	}
	list := []Judged{}
	for _, one := range table.ToJudge(judgements, a.Now()) {
		s := book.Get(one.Account)
		if s == nil || !mine(one.Account) || csm != "" && s.CSM != csm {
			continue
		}
		list = append(list, Judged{Account: one.Account, Name: s.Title(), Scorecard: one.Card.ID, Measure: one.Measure.ID, Last: one.Last, Expired: one.Last != nil && !a.Now().Before(one.Last.Until)})
	}
	return list, nil
}
