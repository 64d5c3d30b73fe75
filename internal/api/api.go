// Package api is the JSON API under /api/v1: one file per resource, described by /openapi.json, which is made from the
// types here. Callers come with a key ("Authorization: Bearer …") that has a scope; one function lets them in. Errors
// are RFC 9457 problems.
//
// Handlers read a question, ask one thing of whoever knows it, and show the answer. What things mean is left to metric,
// ingest and feed; opening and wiring them to app; the Segment API under /v1 to ingest; pages to web.
package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Options are what the API asks and how much of it at once. All interfaces are required.
type Options struct {
	Gate        Gate
	Metrics     Metrics
	Ways        Policies
	Boards      Boards
	Definitions Definitions
	Facts       Facts
	People      People
	Accounts    Accounts
	Segments    Segments
	Feedback    Feedback
	Journeys    Journeys
	Work        Work
	Sample      Sample
	Workplace   Workplace
	Forecasts   Forecasts
	Backtests   Backtests
	Keys        Keys
	Users       Users
	Trail       Trail
	Quarantine  Quarantine
	Running     Running
	Health      Health
	Care        Care
	Zone        *time.Location // dates without a zone are read in it
	Logger      *slog.Logger
	Now         func() time.Time
	Random      io.Reader // new keys are drawn from it
	Version     string
	// Base is where the server is reached, for links that are handed over.
	Base func() string
	// LocalToken opens everything to the command line on this machine; empty: nothing.
	LocalToken string
	// QueryTime is how long a metric may be computed, 0 means 10 s; Queries how many at once, 0 means twice the cores;
	// one caller takes three quarters of them at most.
	QueryTime time.Duration
	Queries   int
}

// API is the handler of /api/, /healthz and /openapi.json.
type API struct {
	Options
	mux    *http.ServeMux
	huma   huma.API
	routes []string // patterns that need a key
	turns  *turns
}

// New makes the API.
func New(o Options) *API {
	if o.QueryTime == 0 {
		o.QueryTime = 10 * time.Second
	}
	if o.Queries == 0 {
		o.Queries = max(4, 2*runtime.NumCPU())
	}
	o.Metrics, o.Segments = within{o.Metrics}, withinSegments{o.Segments}
	a := &API{Options: o, mux: http.NewServeMux(), turns: newTurns(o.Queries)}
	config := huma.DefaultConfig("Keepwell", o.Version)
	config.Info.Description = "Customer success from facts. Times are RFC 3339 in UTC, pages follow a cursor, errors are RFC 9457 problems."
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil
	config.RejectUnknownQueryParameters = true // a mistyped filter would give a wrong number, not an error
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", Description: "An API key, made with: keepwell key create NAME --scope ingest|read|admin"},
	}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[metric.Figure](), reflect.TypeFor[float64]())
	a.huma = humago.New(a.mux, config)
	a.huma.UseMiddleware(a.letIn)
	a.metrics()
	a.policies()
	a.definitions()
	a.dashboards()
	a.targets()
	a.facts()
	a.people()
	a.accounts()
	a.work()
	a.contacts()
	a.segments()
	a.comparing()
	a.scorecards()
	a.backtests()
	a.benchmarks()
	a.scores()
	a.movements()
	a.cases()
	a.feedback()
	a.journeys()
	a.sample()
	a.workspace()
	a.forecasts()
	a.status()
	a.quarantine()
	a.keys()
	a.users()
	a.trail()
	a.admin()
	a.describe()
	a.mux.HandleFunc("GET /healthz", a.health)
	a.mux.HandleFunc("/", a.nowhere)
	return a
}

// schemaName is a type's own name; those of rooms that have words which others have too begin with the room's.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch room := path.Base(t.PkgPath()); room {
	case "stat", "forecast", "backtest", "journey":
		if room = strings.ToUpper(room[:1]) + room[1:]; !strings.HasPrefix(name, room) {
			return room + name
		}
	}
	return name
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// route registers an operation for callers who may do what needs an action. Every operation goes through here, so none is open by mistake.
func route[I, O any](a *API, need team.Action, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if !slices.Contains(team.Actions, need) {
		panic("api: " + op.Path + " needs no right")
	}
	op.Metadata = map[string]any{"action": need}
	op.Security = []map[string][]string{{"key": {}}}
	op.Description += " Needs a key with scope " + string(team.ScopeFor(need)) + "."
	a.routes = append(a.routes, op.Method+" "+op.Path)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// nowhere answers what no other pattern does.
func (a *API) nowhere(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		if _, pattern := a.mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); pattern != "/" && pattern != "" {
			w.Header().Add("Allow", method)
		}
	}
	if allowed := w.Header().Values("Allow"); len(allowed) > 0 {
		p := plainProblem(http.StatusMethodNotAllowed, "this address does not take "+r.Method)
		p.Fix = "use " + allowed[0]
		p.write(w)
		return
	}
	a.Fail(w, r, fault.New(fault.NotFound, "there is nothing at this address").Mend("see /openapi.json for what there is"))
}
