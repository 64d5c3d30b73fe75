package api

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/team"
)

type movementsIn struct {
	From       string `query:"from" doc:"The earlier instant; without it 30 days before to"`
	To         string `query:"to" doc:"The later one; without it now"`
	Aspect     string `query:"aspect" default:"global" doc:"Which score; global is the health of accounts as a whole"`
	Recomputed bool   `query:"recomputed" doc:"What today's scorecards say of both ends, rather than what was told; so it is where nothing had been told yet"`
	Segment    string `query:"segment" doc:"Only accounts in it: text, or @name"`
	Format     string `query:"format" enum:"json,csv" doc:"csv gives one row for each account; so does Accept: text/csv"`
	Accept     string `header:"Accept" doc:"text/csv gives rows instead of JSON"`
}

// movements is how accounts moved between bands.
func (a *API) movements() {
	route(a, team.Read, a.jsonOrCSV(huma.Operation{OperationID: "list-health-movements", Method: http.MethodGet, Path: "/api/v1/health-movements", Tags: []string{"health"},
		Summary: "How accounts moved between bands of health", Description: "From one instant to another, with how many and what recurring value, and the accounts of each movement."},
		reflect.TypeFor[health.Flow](), "Flow"),
		func(ctx context.Context, in *movementsIn) (*huma.StreamResponse, error) {
			f, err := a.flow(ctx, in)
			return formatted(in.Format, in.Accept, f, err, func(w io.Writer) error { return f.WriteCSV(w, SafeCell) })
		})
}

func (a *API) flow(ctx context.Context, in *movementsIn) (*health.Flow, error) {
	to, err := a.healthInstant("to", in.To, a.Now())
	if err != nil {
		return nil, err
	}
	from, err := a.healthInstant("from", in.From, to.AddDate(0, 0, -30))
	if err != nil {
		return nil, err
	}
	if !from.Before(to) {
		return nil, fault.New(fault.Invalid, "the question about health can't be answered as it is").Field("from", "is not before to")
	}
	mine, err := a.mine(ctx)
	if err != nil {
		return nil, err
	}
	chosen, err := a.Accounts.Chooser(ctx, in.Segment)
	if err != nil {
		return nil, err
	}
	if chosen != nil {
		book, err := a.Accounts.Book(ctx)
		if err != nil {
			return nil, err
		}
		seen := mine
		mine = func(id string) bool {
			s := book.Get(id)
			return s != nil && seen(id) && chosen(s)
		}
	}
	return a.Health.HealthFlow(ctx, from, to, in.Aspect, in.Recomputed, mine)
}
