package api

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/keepwell/keepwell/internal/team"
)

// Gate knows the keys.
type Gate interface {
	Admit(ctx context.Context, text string, need team.Action, now time.Time) (team.Key, error)
	Forget()
}

// Local is the caller with the local token: the command line on the server's own machine.
const Local = "local"

type callerKey struct{}

// Caller is whose key a request came with.
func Caller(ctx context.Context) team.Key {
	k, _ := ctx.Value(callerKey{}).(team.Key)
	return k
}

// Authorise tells who sends a request, if they may do what needs an action; team decides that. Only keys and the local
// token open the API: cookies of a browser do not, so no other site can use them here. Its error is
// fault.Unauthenticated, fault.Forbidden or fault.Unavailable.
func (a *API) Authorise(r *http.Request, need team.Action) (team.Key, team.Principal, error) {
	text, _ := bearer(r)
	if a.LocalToken != "" && subtle.ConstantTimeCompare([]byte(text), []byte(a.LocalToken)) == 1 {
		k := team.Key{ID: Local, Name: Local, Scope: team.Admin}
		return k, team.Principal{Kind: team.ByLocal, Scope: k.Scope}, nil
	}
	k, err := a.Gate.Admit(r.Context(), text, need, a.Now())
	return k, k.Principal(), err
}

func bearer(r *http.Request) (string, bool) {
	scheme, text, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(text), true
}

// letIn runs before an operation looks at anything else of the request. What an operation changes is written down: with the
// change itself where it goes through the store, and afterwards where it does not. Facts are not: they say themselves
// where they came from and when.
func (a *API) letIn(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	need := ctx.Operation().Metadata["action"].(team.Action)
	key, who, err := a.Authorise(r, need)
	if err != nil {
		a.Fail(w, r, err)
		return
	}
	ctx = huma.WithValue(ctx, callerKey{}, key)
	inner := team.WithPrincipal(ctx.Context(), who)
	if r.Method == http.MethodGet || need == team.Ingest || need == team.Read {
		next(huma.WithContext(ctx, inner))
		return
	}
	c := &team.Change{When: a.Now(), Who: who, From: team.AddressOf(inner), Door: team.DoorAPI, Action: ctx.Operation().OperationID}
	for _, name := range []string{"id", "user", "key", "policy", "preset", "metric", "journey"} {
		c.Subject += ctx.Param(name) // a path has one of them
	}
	if who.Kind == team.ByLocal {
		c.Door = team.DoorCommand
	}
	ctx = huma.WithContext(ctx, team.WithChange(inner, c))
	next(ctx)
	if c.Kept() || ctx.Status() >= http.StatusBadRequest {
		return
	}
	if err := a.Trail.AuditAdd(inner, c); err != nil {
		a.Logger.ErrorContext(inner, "a change could not be written into the audit trail", "error", err, "action", c.Action)
	}
}
