package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
)

// Running is how the server does.
type Running interface {
	Status(ctx context.Context) (*Status, error)
	// Trouble is what keeps the server from its work, each in a sentence; none when all is well.
	Trouble() []string
	// Heard is what each source sent and what was decided lately, the newest first.
	Heard(ctx context.Context) ([]feed.Sighting, []feed.Verdict, error)
}

// Status is how the server does.
type Status struct {
	Version    string           `json:"version"`
	Go         string           `json:"go"`
	Engine     string           `json:"engine" doc:"duckdb or postgres"`
	Started    time.Time        `json:"started"`
	Zone       string           `json:"zone"`
	Facts      []Total          `json:"facts" nullable:"false"`
	Log        LogStatus        `json:"log"`
	Quarantine map[string]int64 `json:"quarantine" doc:"Quarantined calls by status"`
	Trouble    []string         `json:"trouble" nullable:"false" doc:"What keeps the server from its work"`
}

// Total is how much there is of a kind.
type Total struct {
	Kind     string     `json:"kind"`
	Count    int64      `json:"count"`
	First    *time.Time `json:"first,omitempty"`
	Last     *time.Time `json:"last,omitempty"`
	Received *time.Time `json:"last_received,omitempty"`
}

// LogStatus is how far loading has come.
type LogStatus struct {
	Bytes         int64   `json:"bytes" doc:"On the disk"`
	Begin         uint64  `json:"begin"`
	End           uint64  `json:"end" doc:"Everything before it is durable"`
	Loaded        uint64  `json:"loaded" doc:"Everything before it shows in answers"`
	BehindSeconds float64 `json:"behind_seconds" doc:"How long the oldest fact that is not loaded waits"`
	Cut           int64   `json:"cut_bytes" doc:"What the last start cut off: remains of what was never acknowledged"`
}

// Feeds is what comes in.
type Feeds struct {
	Feeds    []Feed    `json:"feeds" nullable:"false"`
	Verdicts []Verdict `json:"verdicts" nullable:"false" doc:"The latest, the newest first"`
}

// Feed is one kind of fact from one source.
type Feed struct {
	Source  string    `json:"source"`
	Kind    string    `json:"kind"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Count   int64     `json:"count"`
	Verdict string    `json:"last_verdict"`
	Stopped bool      `json:"stopped" doc:"Silent for much longer than it used to be"`
}

// Verdict is what was decided about one fact.
type Verdict struct {
	When    time.Time `json:"when"`
	Source  string    `json:"source"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
}

func (a *API) status() {
	route(a, team.Read, huma.Operation{OperationID: "status", Method: http.MethodGet, Path: "/api/v1/status", Tags: []string{"running"},
		Summary: "How the server does", Description: "Facts by kind, how far loading has come, what is wrong."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *Status }, error) {
			s, err := a.Running.Status(ctx)
			return &struct{ Body *Status }{s}, err
		})
	route(a, team.Watch, huma.Operation{OperationID: "list-feeds", Method: http.MethodGet, Path: "/api/v1/feeds", Tags: []string{"running"},
		Summary: "What comes in", Description: "By source and kind, which of them stopped, and what was decided about the latest facts."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *Feeds }, error) {
			seen, verdicts, err := a.Running.Heard(ctx)
			if err != nil {
				return nil, err
			}
			out := &Feeds{Feeds: []Feed{}, Verdicts: []Verdict{}}
			for _, s := range seen {
				out.Feeds = append(out.Feeds, Feed{s.Source, s.Kind, s.First, s.Last, s.Count, s.Verdict, s.Stopped(a.Now())})
			}
			for _, v := range verdicts {
				out.Verdicts = append(out.Verdicts, Verdict{v.When, v.Source, v.Kind, v.Subject, v.Verdict, v.Reason})
			}
			return &struct{ Body *Feeds }{out}, nil
		})
}

// health answers without a key whether the server works, for whoever restarts or routes to it.
func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	trouble := a.Running.Trouble()
	if len(trouble) == 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ready\n")) // the caller may be gone
		return
	}
	p := plainProblem(http.StatusServiceUnavailable, trouble[0])
	for _, t := range trouble[1:] {
		p.Detail += "; " + t
	}
	p.header = http.Header{"Retry-After": {"5"}}
	p.write(w)
}
