package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
)

// Backtests holds scorecards to what came, over the accounts that who asks may see.
type Backtests interface {
	// Backtest asks for one: it is made in the background.
	Backtest(ctx context.Context, a backtest.Ask) (backtest.Run, error)
	// BacktestOf is one as it is now; with wait once it is over, or ctx ends.
	BacktestOf(ctx context.Context, id string, wait bool) (backtest.Run, error)
	// Backtests are those of a scorecard that are remembered, the latest first.
	Backtests(ctx context.Context, scorecard string) []backtest.Run
	// BacktestCancel stops one; one that is over stays.
	BacktestCancel(ctx context.Context, id string) error
}

// Backtest is one that is asked for or made.
type Backtest struct {
	backtest.Run
	Verdict []string `json:"verdict" nullable:"false" doc:"In plain words; empty until it is done"`
}

// BacktestList is those that are remembered.
type BacktestList struct {
	Backtests []Backtest `json:"backtests" nullable:"false" doc:"The latest first, without their reports"`
}

type backtestIn struct {
	ID       string `path:"scorecard" doc:"The scorecard, or a template"`
	Wait     int    `query:"wait" minimum:"1" maximum:"60" default:"20" doc:"For how many seconds the answer waits for it to be done"`
	AtOnce   bool   `query:"at_once" doc:"The answer does not wait"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
	Body     backtest.Ask
}

type backtestOf struct {
	ID       string `path:"backtest" doc:"The backtest"`
	Wait     int    `query:"wait" minimum:"0" maximum:"60" default:"0" doc:"For how many seconds the answer waits for it to be done"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

type backtestsIn struct {
	ID       string `path:"scorecard" doc:"The scorecard"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// told is a backtest in a language.
func told(run backtest.Run, language string) Backtest {
	b := Backtest{Run: run, Verdict: []string{}}
	if run.Report == nil {
		return b
	}
	lang, own := i18n.Match(language), *run.Report
	b.Verdict = append(b.Verdict, own.Verdict(lang)...)
	for _, refusal := range []**backtest.Refusal{&own.Refused, &own.Why} {
		if *refusal != nil {
			said := **refusal
			said.Text = said.In(lang)
			*refusal = &said
		}
	}
	b.Run.Report = &own
	return b
}

// backtests are the resources of how well scorecards foretell.
func (a *API) backtests() {
	tags := []string{"health"}
	awaited := func(ctx context.Context, id string, seconds int, language string) (*struct{ Body Backtest }, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		defer cancel()
		run, err := a.Backtests.BacktestOf(ctx, id, seconds > 0)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Backtest }{told(run, language)}, nil
	}
	route(a, team.Read, huma.Operation{OperationID: "backtest-scorecard", Method: http.MethodPost, Path: "/api/v1/scorecards/{scorecard}/backtest", Tags: tags,
		Summary: "How well a scorecard would have foretold who left", Description: "Scores accounts at the beginnings of past months from what was known then, and sees who left: ranking, lift, calibration, lead time, by group, with intervals that take the months of an account together; and what weights would have done better. " +
			"Nothing is kept but the report. Fewer than thirty accounts that left: refused, with the reason in the report. It is made in the background: ask again for its id while its state is waiting or running."},
		func(ctx context.Context, in *backtestIn) (*struct{ Body Backtest }, error) {
			in.Body.Scorecard = in.ID
			run, err := a.Backtests.Backtest(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			if in.AtOnce {
				in.Wait = 0
			}
			return awaited(ctx, run.ID, in.Wait, in.Language)
		})
	route(a, team.Read, huma.Operation{OperationID: "list-backtests", Method: http.MethodGet, Path: "/api/v1/scorecards/{scorecard}/backtests", Tags: tags,
		Summary: "The backtests of a scorecard", Description: "The latest are remembered."},
		func(ctx context.Context, in *backtestsIn) (*struct{ Body BacktestList }, error) {
			out := BacktestList{Backtests: []Backtest{}}
			for _, run := range a.Backtests.Backtests(ctx, in.ID) {
				one := told(run, in.Language)
				one.Run.Report = nil
				out.Backtests = append(out.Backtests, one)
			}
			return &struct{ Body BacktestList }{out}, nil
		})
	route(a, team.Read, huma.Operation{OperationID: "get-backtest", Method: http.MethodGet, Path: "/api/v1/backtests/{backtest}", Tags: tags,
		Summary: "One backtest", Description: "How far it is, and its report once it is done."},
		func(ctx context.Context, in *backtestOf) (*struct{ Body Backtest }, error) {
			return awaited(ctx, in.ID, in.Wait, in.Language)
		})
	route(a, team.Read, huma.Operation{OperationID: "cancel-backtest", Method: http.MethodDelete, Path: "/api/v1/backtests/{backtest}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Stop a backtest", Description: "One that is over stays as it is."},
		func(ctx context.Context, in *backtestOf) (*struct{}, error) {
			return nil, a.Backtests.BacktestCancel(ctx, in.ID)
		})
}
