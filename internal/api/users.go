package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// Users is where users are kept.
type Users interface {
	Users(ctx context.Context) ([]team.User, error)
	UserFind(ctx context.Context, idOrEmail string) (team.User, error)
	UserAdd(ctx context.Context, u team.User) error
	// UserChange lets change alter a user; the last admin who can sign in stays one: fault.Conflict.
	UserChange(ctx context.Context, id string, change func(*team.User) error) (team.User, error)
	TicketAdd(ctx context.Context, t team.Ticket, now time.Time) error
}

// User is somebody who signs in, without secrets.
type User struct {
	ID       string     `json:"id"`
	Email    string     `json:"email"`
	Name     string     `json:"name"`
	Role     string     `json:"role" enum:"admin,manager,csm,support,viewer"`
	Accounts string     `json:"accounts" enum:"all,own" doc:"own: sees only accounts whose trait csm is the name, the e-mail or one of csm_names"`
	CSMNames []string   `json:"csm_names" nullable:"false"`
	Language string     `json:"language,omitempty" doc:"Of mails; missing: the workspace's"`
	State    string     `json:"state" enum:"invited,active,ended"`
	Second   bool       `json:"authenticator_app"`
	Passkeys int        `json:"passkeys"`
	Created  time.Time  `json:"created"`
	LastSeen *time.Time `json:"last_seen,omitempty" doc:"At most a minute behind"`
}

// UserList is all users, those who ended last.
type UserList struct {
	Users []User `json:"users" nullable:"false"`
}

// Invitation is a user with a link to choose a password, which is shown this once.
type Invitation struct {
	User
	Link    string    `json:"link" doc:"Works once, to choose a password"`
	Expires time.Time `json:"link_expires"`
}

type userIn struct {
	User string `path:"user" doc:"An id or e-mail" example:"ana@example.com"`
}

type addUserIn struct {
	Body struct {
		Email    string   `json:"email" example:"ana@example.com"`
		Name     string   `json:"name" example:"Ana Popescu"`
		Role     string   `json:"role" enum:"admin,manager,csm,support,viewer"`
		Accounts string   `json:"accounts,omitempty" enum:"all,own" default:"all"`
		CSMNames []string `json:"csm_names,omitempty"`
		Language string   `json:"language,omitempty" enum:"en,es,ro,ru"`
	}
}

type changeUserIn struct {
	User string `path:"user" doc:"An id or e-mail"`
	Body struct {
		Name     *string   `json:"name,omitempty"`
		Role     *string   `json:"role,omitempty" enum:"admin,manager,csm,support,viewer"`
		Accounts *string   `json:"accounts,omitempty" enum:"all,own"`
		CSMNames *[]string `json:"csm_names,omitempty"`
		Language *string   `json:"language,omitempty" enum:"en,es,ro,ru"`
		Active   *bool     `json:"active,omitempty" doc:"false lets the user in no more and ends all sessions; true takes that back"`
	}
}

func (a *API) users() {
	tags := []string{"users"}
	route(a, team.People, huma.Operation{OperationID: "list-users", Method: http.MethodGet, Path: "/api/v1/users", Tags: tags, Summary: "The users"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *UserList }, error) {
			all, err := a.Users.Users(ctx)
			out := &UserList{Users: []User{}}
			for _, u := range all {
				out.Users = append(out.Users, shownUser(u))
			}
			return &struct{ Body *UserList }{out}, err
		})
	route(a, team.People, huma.Operation{OperationID: "get-user", Method: http.MethodGet, Path: "/api/v1/users/{user}", Tags: tags, Summary: "One of them"},
		func(ctx context.Context, in *userIn) (*struct{ Body *User }, error) {
			u, err := a.Users.UserFind(ctx, in.User)
			shown := shownUser(u)
			return &struct{ Body *User }{&shown}, err
		})
	route(a, team.People, huma.Operation{OperationID: "add-user", Method: http.MethodPost, Path: "/api/v1/users", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Add a user", Description: "The link in the answer is handed to the user, who chooses a password there. It is in the answer and nowhere else."},
		func(ctx context.Context, in *addUserIn) (*struct{ Body *Invitation }, error) {
			b := in.Body
			u, err := team.NewUser(b.Email, b.Name, team.Role(b.Role), a.Random, a.Now())
			if err != nil {
				return nil, err
			}
			u.OwnBook, u.CSMNames, u.Language = b.Accounts == "own", b.CSMNames, b.Language
			if err := u.Check(); err != nil {
				return nil, err
			}
			if err := a.Users.UserAdd(ctx, u); err != nil {
				return nil, err
			}
			return a.invite(ctx, u)
		})
	route(a, team.People, huma.Operation{OperationID: "change-user", Method: http.MethodPatch, Path: "/api/v1/users/{user}", Tags: tags,
		Summary: "Change a user", Description: "What is not given stays as it is."},
		func(ctx context.Context, in *changeUserIn) (*struct{ Body *User }, error) {
			u, err := a.Users.UserFind(ctx, in.User)
			if err != nil {
				return nil, err
			}
			u, err = a.Users.UserChange(ctx, u.ID, func(u *team.User) error { return a.alter(u, in) })
			shown := shownUser(u)
			return &struct{ Body *User }{&shown}, err
		})
	route(a, team.People, huma.Operation{OperationID: "reset-user", Method: http.MethodPost, Path: "/api/v1/users/{user}/reset", Tags: tags,
		Summary: "Make a link to choose a password", Description: "The password that is there stays until another is chosen."},
		func(ctx context.Context, in *userIn) (*struct{ Body *Invitation }, error) {
			u, err := a.Users.UserFind(ctx, in.User)
			if err != nil {
				return nil, err
			}
			if !u.Active() {
				return nil, fault.New(fault.Conflict, "%s has ended", u.Email).Mend("let the user in again first")
			}
			team.Describe(ctx, u.Email, nil, nil)
			return a.invite(ctx, u)
		})
}

func (a *API) alter(u *team.User, in *changeUserIn) error {
	b := in.Body
	if b.Name != nil {
		u.Name = *b.Name
	}
	if b.Role != nil {
		u.Role = team.Role(*b.Role)
	}
	if b.Accounts != nil {
		u.OwnBook = *b.Accounts == "own"
	}
	if b.CSMNames != nil {
		u.CSMNames = *b.CSMNames
	}
	if b.Language != nil {
		u.Language = *b.Language
	}
	if b.Active != nil && *b.Active != u.Active() {
		u.Ended = time.Time{}
		if !*b.Active {
			u.Ended = a.Now().UTC().Truncate(time.Microsecond)
		}
	}
	return u.Check()
}

func (a *API) invite(ctx context.Context, u team.User) (*struct{ Body *Invitation }, error) {
	token, ticket, err := team.NewTicket(team.ForPassword, u.ID, "", team.InviteLife, a.Random, a.Now())
	if err != nil {
		return nil, err
	}
	if err := a.Users.TicketAdd(ctx, ticket, a.Now()); err != nil {
		return nil, err
	}
	return &struct{ Body *Invitation }{&Invitation{shownUser(u), a.Base() + "/reset?token=" + token, ticket.Expires}}, nil
}

func shownUser(u team.User) User {
	state := "invited"
	if u.Joined() {
		state = "active"
	}
	if !u.Active() {
		state = "ended"
	}
	names := u.CSMNames
	if names == nil {
		names = []string{}
	}
	return User{u.ID, u.Email, u.Name, string(u.Role), u.Accounts(), names, u.Language, state, u.TOTP != "", u.Passkeys, u.Created, known(u.LastSeen)}
}
