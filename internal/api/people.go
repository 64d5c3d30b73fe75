package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// People knows who is who and who belongs where. What it does not know is a fault.NotFound.
type People interface {
	// Person is who a user is, or a visitor when user is "", and where that person belonged at an instant.
	Person(ctx context.Context, user, visitor string, at time.Time) (*account.Person, error)
	// Members are those who belonged to an account at an instant, by user id, at most limit after one; "" is the start.
	Members(ctx context.Context, id string, at time.Time, after string, limit int) ([]account.Stay, error)
	// Tree is how accounts hung together at an instant, if there is one with this id.
	Tree(ctx context.Context, id string, at time.Time) (*account.Tree, error)
}

// Person is one person as the facts tell it.
type Person struct {
	User     string     `json:"user_id,omitempty" doc:"The user id the person goes by"`
	Visitor  string     `json:"anonymous_id,omitempty" doc:"Instead of it, for a visitor whom nobody identified"`
	At       time.Time  `json:"at" doc:"The last instant of the day asked about, or now: accounts and account_id are those of it"`
	Joined   []JoinedID `json:"joined" nullable:"false" doc:"Other ids of the person, as all links say"`
	Accounts []Stay     `json:"accounts" nullable:"false" doc:"Where the person belonged"`
	Account  string     `json:"account_id,omitempty" doc:"Facts of that instant that name no account count for this one; missing: for none"`
}

// JoinedID is another id of a person, with the fact that joined it.
type JoinedID struct {
	User    string    `json:"user_id,omitempty"`
	Visitor string    `json:"anonymous_id,omitempty"`
	Action  string    `json:"action" enum:"identify,alias"`
	When    time.Time `json:"ts"`
	Fact    string    `json:"fact_id"`
}

// Stay is somebody belonging to an account.
type Stay struct {
	User    string    `json:"user_id,omitempty"`
	Account string    `json:"account_id,omitempty"`
	Role    string    `json:"role,omitempty" doc:"The one given last"`
	Since   time.Time `json:"since"`
}

// Members is a page of those who belonged to an account, by user id.
type Members struct {
	Account string    `json:"account_id"`
	At      time.Time `json:"at"`
	Members []Stay    `json:"members" nullable:"false"`
	Next    string    `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// AccountTree is where an account stands among others. A circle of parents is cut above its account with the smallest id.
type AccountTree struct {
	Account  string    `json:"account_id"`
	At       time.Time `json:"at"`
	Parents  []string  `json:"parents" nullable:"false" doc:"From the one right above it to the top"`
	Children []string  `json:"children" nullable:"false" doc:"Those right below it"`
	Below    int       `json:"below" doc:"How many there are below it, on all levels"`
}

type personIn struct {
	User    string `query:"user_id" example:"ana" doc:"The sender's own id of a person"`
	Visitor string `query:"anonymous_id" doc:"The sender's own id of a visitor"`
	On      string `query:"on" format:"date" doc:"As it was at the end of this day in the workspace zone; without it, now" example:"2026-05-01"`
}

type membersIn struct {
	ID     string `path:"id" doc:"The account" example:"acme"`
	On     string `query:"on" format:"date" doc:"As it was at the end of this day in the workspace zone; without it, now" example:"2026-05-01"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at the most"`
}

type treeIn struct {
	ID string `path:"id" doc:"The account" example:"acme"`
	On string `query:"on" format:"date" doc:"As it was at the end of this day in the workspace zone; without it, now" example:"2026-05-01"`
}

const ifPeopleSlow = "ask again when the server has less to do"

func (a *API) people() {
	tags := []string{"people"}
	route(a, team.Read, huma.Operation{OperationID: "get-person", Method: http.MethodGet, Path: "/api/v1/people", Tags: tags,
		Summary: "Who somebody is", Description: "By user_id or anonymous_id: the ids that are one person, each with the fact that joined it, and the accounts the person belonged to."},
		func(ctx context.Context, in *personIn) (*struct{ Body *Person }, error) {
			if (in.User == "") == (in.Visitor == "") {
				return nil, fault.New(fault.Invalid, "whom is the question about?").Mend("give user_id or anonymous_id, one of them")
			}
			at, err := a.endOf(in.On)
			if err != nil {
				return nil, err
			}
			var out *Person
			err = a.question(ctx, ifPeopleSlow, func(ctx context.Context) error {
				p, err := a.People.Person(ctx, in.User, in.Visitor, at)
				if err == nil {
					out = shownPerson(p, at)
				}
				return err
			})
			return &struct{ Body *Person }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "list-members", Method: http.MethodGet, Path: "/api/v1/accounts/{id}/members", Tags: tags,
		Summary: "Who belonged to an account", Description: "A day is asked for with on."},
		func(ctx context.Context, in *membersIn) (*struct{ Body *Members }, error) {
			at, err := a.endOf(in.On)
			if err != nil {
				return nil, err
			}
			out := &Members{Account: in.ID, At: at, Members: []Stay{}}
			err = a.question(ctx, ifPeopleSlow, func(ctx context.Context) error {
				page, err := a.People.Members(ctx, in.ID, at, in.Cursor, in.Limit+1)
				if len(page) > in.Limit {
					page = page[:in.Limit]
					out.Next = page[in.Limit-1].User
				}
				for _, s := range page {
					out.Members = append(out.Members, Stay{User: s.User, Role: s.Role, Since: s.Since})
				}
				return err
			})
			return &struct{ Body *Members }{out}, err
		})
	route(a, team.Read, huma.Operation{OperationID: "get-account-tree", Method: http.MethodGet, Path: "/api/v1/accounts/{id}/tree", Tags: tags,
		Summary: "The accounts above and below one", Description: "As parent_account_id says."},
		func(ctx context.Context, in *treeIn) (*struct{ Body *AccountTree }, error) {
			at, err := a.endOf(in.On)
			if err != nil {
				return nil, err
			}
			out := &AccountTree{Account: in.ID, At: at, Parents: []string{}, Children: []string{}}
			err = a.question(ctx, ifPeopleSlow, func(ctx context.Context) error {
				tree, err := a.People.Tree(ctx, in.ID, at)
				if err != nil {
					return err
				}
				for p := tree.Parent(in.ID); p != ""; p = tree.Parent(p) {
					out.Parents = append(out.Parents, p)
				}
				out.Children = append(out.Children, tree.Children(in.ID)...)
				out.Below = len(tree.Below(in.ID)) - 1
				return nil
			})
			return &struct{ Body *AccountTree }{out}, err
		})
}

// endOf is the last instant of a day in the workspace zone, to the microsecond that facts are kept to; "" is now.
func (a *API) endOf(day string) (time.Time, error) {
	if day == "" {
		return a.Now().UTC().Truncate(time.Microsecond), nil
	}
	d, err := time.ParseInLocation(time.DateOnly, day, a.Zone)
	if err != nil {
		return d, fault.New(fault.Invalid, "the day can't be read").Field("on", "must be a day like 2026-05-01")
	}
	return time.Date(d.Year(), d.Month(), d.Day()+1, 0, 0, 0, 0, a.Zone).Add(-time.Microsecond).UTC(), nil
}

func shownPerson(p *account.Person, at time.Time) *Person {
	out := &Person{User: p.User, Visitor: p.Visitor, At: at, Joined: []JoinedID{}, Accounts: []Stay{}, Account: p.Account}
	for _, j := range p.Joined {
		out.Joined = append(out.Joined, JoinedID{j.User, j.Visitor, j.Action.String(), j.At, j.ID.String()})
	}
	for _, s := range p.Accounts {
		out.Accounts = append(out.Accounts, Stay{Account: s.Account, Role: s.Role, Since: s.Since})
	}
	return out
}
