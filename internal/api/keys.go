package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/team"
)

// Keys is where API keys are kept.
type Keys interface {
	KeyAdd(ctx context.Context, k team.Key) error
	KeyRevoke(ctx context.Context, idOrName string, now time.Time) (team.Key, error)
	Keys(ctx context.Context) ([]team.Key, error)
}

// Key is an API key without its text.
type Key struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Scope    string     `json:"scope"`
	Hint     string     `json:"hint" doc:"The first characters of the text, to recognise it by"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used,omitempty" doc:"At most a minute behind"`
	Revoked  *time.Time `json:"revoked,omitempty"`
}

// NewKey is a key with its text, which is shown this once.
type NewKey struct {
	Key
	Text string `json:"key"`
}

// KeyList is all keys, also revoked ones, the oldest first.
type KeyList struct {
	Keys []Key `json:"keys" nullable:"false"`
}

type createKeyIn struct {
	Body struct {
		Name  string `json:"name" doc:"What uses it" example:"website"`
		Scope string `json:"scope" enum:"ingest,read,admin"`
	}
}

func (a *API) keys() {
	route(a, team.Keyring, huma.Operation{OperationID: "create-key", Method: http.MethodPost, Path: "/api/v1/keys", Tags: []string{"keys"},
		Summary: "Make an API key", Description: "Its text is in the answer and nowhere else.", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *createKeyIn) (*struct{ Body *NewKey }, error) {
			text, k, err := team.NewKey(in.Body.Name, team.Scope(in.Body.Scope), a.Random, a.Now())
			if err != nil {
				return nil, err
			}
			team.Describe(ctx, k.Name, nil, k.Shown())
			if err := a.Keys.KeyAdd(ctx, k); err != nil {
				return nil, err
			}
			return &struct{ Body *NewKey }{&NewKey{shownKey(k), text}}, nil
		})
	route(a, team.Keyring, huma.Operation{OperationID: "list-keys", Method: http.MethodGet, Path: "/api/v1/keys", Tags: []string{"keys"}, Summary: "The API keys"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *KeyList }, error) {
			all, err := a.Keys.Keys(ctx)
			out := &KeyList{Keys: []Key{}}
			for _, k := range all {
				out.Keys = append(out.Keys, shownKey(k))
			}
			return &struct{ Body *KeyList }{out}, err
		})
	route(a, team.Keyring, huma.Operation{OperationID: "revoke-key", Method: http.MethodDelete, Path: "/api/v1/keys/{key}", Tags: []string{"keys"},
		Summary: "Revoke an API key", Description: "It opens nothing from now on.", DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *struct {
			Key string `path:"key" doc:"Its id or name"`
		}) (*struct{ Body *Key }, error) {
			k, err := a.Keys.KeyRevoke(ctx, in.Key, a.Now())
			if err != nil {
				return nil, err
			}
			a.Gate.Forget()
			shown := shownKey(k)
			return &struct{ Body *Key }{&shown}, nil
		})
}

func shownKey(k team.Key) Key {
	return Key{k.ID, k.Name, string(k.Scope), k.Hint, k.Created, known(k.LastUsed), known(k.Revoked)}
}

// known is an instant, nil for the zero time.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
