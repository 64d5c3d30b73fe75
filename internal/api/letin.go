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
	Admit(ctx context.Context, text string, need team.Scope, now time.Time) (team.Key, error)
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

// Authorise is the one place that decides whether a request may do what needs a scope. Its error is
// fault.Unauthenticated, fault.Forbidden or fault.Unavailable.
func (a *API) Authorise(r *http.Request, need team.Scope) (team.Key, error) {
	text, _ := bearer(r)
	if a.LocalToken != "" && subtle.ConstantTimeCompare([]byte(text), []byte(a.LocalToken)) == 1 {
		return team.Key{ID: Local, Name: Local, Scope: team.Admin}, nil
	}
	return a.Gate.Admit(r.Context(), text, need, a.Now())
}

func bearer(r *http.Request) (string, bool) {
	scheme, text, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(text), true
}

// letIn runs before an operation looks at anything else of the request.
func (a *API) letIn(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	key, err := a.Authorise(r, ctx.Operation().Metadata["scope"].(team.Scope))
	if err != nil {
		a.Fail(w, r, err)
		return
	}
	next(huma.WithValue(ctx, callerKey{}, key))
}
