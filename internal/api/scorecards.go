package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// Health is what scores accounts and keeps scorecards.
type Health interface {
	// Health is the scores of all accounts as they are now.
	Health(ctx context.Context) (*health.Table, error)
	// LastTold is what was told last of an account's aspect, with the band as it is shown.
	LastTold(id, aspect string) (health.Told, bool)
	// HealthAt are scores at another instant.
	HealthAt(ctx context.Context, q health.Question) (*health.Table, error)
	// ToldOf is what was told of an account before an instant, the oldest first.
	ToldOf(ctx context.Context, id string, before time.Time, asOf *time.Time) ([]health.Told, error)
	// HealthChange splits the change of a score.
	HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error)
	// HealthFlow is how accounts moved between bands: as was told, or recomputed by today's scorecards.
	HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(id string) bool) (*health.Flow, error)
	Preview(ctx context.Context, draft health.Scorecard, at time.Time, mine func(id string) bool, limit int) (*health.Preview, *health.Table, error)
	// HealthBenchmark holds an account of a book against its own past, accounts like it in the book, and the target.
	HealthBenchmark(ctx context.Context, book *account.Book, id string) (health.Benchmark, error)
	// Check says all that is wrong with a scorecard.
	Check(ctx context.Context, card *health.Scorecard) error
	Unit(r metric.Reading) metric.Unit

	// Scorecards are all versions; ScorecardPut keeps the next one: fault.Conflict unless version is that in force, 0 for
	// any, -1 for none.
	Scorecards(ctx context.Context) ([]health.Scorecard, error)
	ScorecardPut(ctx context.Context, card health.Scorecard, version int64, now time.Time) (health.Scorecard, error)
	ScorecardRemove(ctx context.Context, id string, now time.Time) error
	Judgements(ctx context.Context) ([]health.Judgement, error)
	JudgementAdd(ctx context.Context, j health.Judgement) (health.Judgement, error)

	// Cases are the disagreements that last, then at most past of those that are over.
	Cases(ctx context.Context, past int) ([]health.Case, error)
	Comments(ctx context.Context, accounts []string) (map[string][]health.Comment, error)
	Case(ctx context.Context, id string) (health.Case, error)
	CaseChange(ctx context.Context, id string, change func(*health.Case) error) (health.Case, error)
}

// ScorecardList is the scorecards in force and those that come with Keepwell.
type ScorecardList struct {
	Scorecards []health.Scorecard `json:"scorecards" nullable:"false"`
	Templates  []health.Scorecard `json:"templates" nullable:"false" doc:"To be taken over as they are, or as a beginning"`
}

// ScorecardVersions is one scorecard and what it was.
type ScorecardVersions struct {
	Scorecard health.Scorecard   `json:"scorecard"`
	Versions  []health.Scorecard `json:"versions" nullable:"false" doc:"All, the newest first"`
}

type scorecardIn struct {
	ID string `path:"scorecard" doc:"Its id"`
}

type scorecardPut struct {
	ID   string `path:"scorecard" doc:"Its id"`
	Body health.Scorecard
}

type scorecardPost struct {
	Body health.Scorecard
}

type scorecardOut struct{ Body health.Scorecard }

type draftIn struct {
	Limit int `query:"limit" doc:"How many accounts are told" minimum:"0" maximum:"1000" default:"20"`
	Body  health.Scorecard
}

// scorecards are the resources of what accounts are scored by.
func (a *API) scorecards() {
	tags := []string{"health"}
	route(a, team.Read, huma.Operation{OperationID: "list-scorecards", Method: http.MethodGet, Path: "/api/v1/scorecards", Tags: tags,
		Summary: "The scorecards in force, and templates", Description: "In the order in which accounts are given one: by aspect, the highest priority first, then by id."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body ScorecardList }, error) {
			all, err := a.Health.Scorecards(ctx)
			if err != nil {
				return nil, err
			}
			list := ScorecardList{Scorecards: []health.Scorecard{}, Templates: health.Templates()}
			for _, s := range health.InForce(all, a.Now().Add(time.Microsecond)) {
				list.Scorecards = append(list.Scorecards, *s)
			}
			return &struct{ Body ScorecardList }{list}, nil
		})
	route(a, team.Read, huma.Operation{OperationID: "get-scorecard", Method: http.MethodGet, Path: "/api/v1/scorecards/{scorecard}", Tags: tags,
		Summary: "One scorecard with all its versions"},
		func(ctx context.Context, in *scorecardIn) (*struct{ Body ScorecardVersions }, error) {
			all, err := a.Health.Scorecards(ctx)
			if err != nil {
				return nil, err
			}
			var out ScorecardVersions
			for _, s := range all {
				if s.ID == in.ID {
					out.Scorecard = s
					out.Versions = append([]health.Scorecard{s}, out.Versions...)
				}
			}
			if len(out.Versions) == 0 || !out.Scorecard.Until.IsZero() {
				return nil, fault.New(fault.NotFound, "there is no scorecard with this id in force").Mend("GET /api/v1/scorecards lists them")
			}
			return &struct{ Body ScorecardVersions }{out}, nil
		})
	keep := func(ctx context.Context, card health.Scorecard, version int64) (*scorecardOut, error) {
		if err := a.Health.Check(ctx, &card); err != nil {
			return nil, err
		}
		card.By = team.PrincipalOf(ctx).Name
		card, err := a.Health.ScorecardPut(ctx, card, version, a.Now())
		return &scorecardOut{card}, err
	}
	route(a, team.Arrange, huma.Operation{OperationID: "add-scorecard", Method: http.MethodPost, Path: "/api/v1/scorecards", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "A new scorecard", Description: "Scores follow within seconds. What is wrong with it is answered field by field."},
		func(ctx context.Context, in *scorecardPost) (*scorecardOut, error) { return keep(ctx, in.Body, -1) })
	route(a, team.Arrange, huma.Operation{OperationID: "put-scorecard", Method: http.MethodPut, Path: "/api/v1/scorecards/{scorecard}", Tags: tags,
		Summary: "Change a scorecard", Description: "It becomes the next version; earlier ones stay known. With a version that is no longer in force the answer is 409."},
		func(ctx context.Context, in *scorecardPut) (*scorecardOut, error) {
			if in.Body.ID != in.ID {
				return nil, fault.New(fault.Invalid, "the scorecard can't be used as it is").Field("id", "%q is not the one in the address", in.Body.ID)
			}
			return keep(ctx, in.Body, in.Body.Version)
		})
	route(a, team.Arrange, huma.Operation{OperationID: "delete-scorecard", Method: http.MethodDelete, Path: "/api/v1/scorecards/{scorecard}", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Take a scorecard out of force", Description: "What was told by it stays known."},
		func(ctx context.Context, in *scorecardIn) (*struct{}, error) {
			return nil, a.Health.ScorecardRemove(ctx, in.ID, a.Now())
		})
	route(a, team.Read, huma.Operation{OperationID: "compare-scorecard", Method: http.MethodGet, Path: "/api/v1/scorecards/{scorecard}/differences", Tags: tags,
		Summary: "What differs between two versions of a scorecard", Description: "Groups and measures are known by their ids: what only moved differs in nothing."}, a.differences)
	route(a, team.Arrange, huma.Operation{OperationID: "restore-scorecard", Method: http.MethodPost, Path: "/api/v1/scorecards/{scorecard}/restore", Tags: tags,
		Summary: "Put an earlier version of a scorecard in force", Description: "It becomes the next version. One that was taken out of force comes back."},
		func(ctx context.Context, in *restoreIn) (*scorecardOut, error) {
			versions, err := a.versions(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			was, err := versionOf(versions, in.Version)
			if err != nil {
				return nil, err
			}
			return keep(ctx, was, 0)
		})
	route(a, team.Read, huma.Operation{OperationID: "preview-scorecard", Method: http.MethodPost, Path: "/api/v1/scorecards/preview", Tags: tags,
		Summary: "What a draft would make of the accounts", Description: "Nothing is kept. It stands in for the scorecard with its id where there is one."},
		func(ctx context.Context, in *draftIn) (*struct{ Body health.Preview }, error) {
			if err := a.Health.Check(ctx, &in.Body); err != nil {
				return nil, err
			}
			mine, err := a.mine(ctx)
			if err != nil {
				return nil, err
			}
			p, _, err := a.Health.Preview(ctx, in.Body, a.Now(), mine, in.Limit)
			if err != nil {
				return nil, err
			}
			return &struct{ Body health.Preview }{*p}, nil
		})
}

type restoreIn struct {
	ID      string `path:"scorecard" doc:"Its id"`
	Version int64  `query:"version" doc:"Which; without it the last one" minimum:"0"`
}

type differencesIn struct {
	ID       string `path:"scorecard" doc:"Its id"`
	From     int64  `query:"from" doc:"The earlier version; without it the one before to" minimum:"0"`
	To       int64  `query:"to" doc:"The later version; without it the last one" minimum:"0"`
	Language string `header:"Accept-Language" doc:"en, es, ro or ru"`
}

// ScorecardDifferences are what differs between two versions.
type ScorecardDifferences struct {
	From        int64               `json:"from" doc:"0: there was none before"`
	To          int64               `json:"to"`
	Differences []health.Difference `json:"differences" nullable:"false"`
}

// versions are those of a scorecard, the oldest first, also of one that is out of force.
func (a *API) versions(ctx context.Context, id string) ([]health.Scorecard, error) {
	all, err := a.Health.Scorecards(ctx)
	if err != nil {
		return nil, err
	}
	var versions []health.Scorecard
	for _, s := range all {
		if s.ID == id {
			versions = append(versions, s)
		}
	}
	if len(versions) == 0 {
		return nil, fault.New(fault.NotFound, "there is no scorecard with this id").Mend("GET /api/v1/scorecards lists them")
	}
	return versions, nil
}

// versionOf is one of the versions, 0 the last.
func versionOf(versions []health.Scorecard, n int64) (health.Scorecard, error) {
	for i := len(versions) - 1; i >= 0; i-- {
		if n == 0 || versions[i].Version == n {
			return versions[i], nil
		}
	}
	return health.Scorecard{}, fault.New(fault.NotFound, "the scorecard has no version %d", n).Mend("it has 1 to %d", len(versions))
}

func (a *API) differences(ctx context.Context, in *differencesIn) (*struct{ Body ScorecardDifferences }, error) {
	versions, err := a.versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	is, err := versionOf(versions, in.To)
	if err != nil {
		return nil, err
	}
	var was health.Scorecard
	if in.From > 0 || is.Version > 1 {
		from := in.From
		if from == 0 {
			from = is.Version - 1
		}
		if was, err = versionOf(versions, from); err != nil {
			return nil, err
		}
	}
	return &struct{ Body ScorecardDifferences }{ScorecardDifferences{was.Version, is.Version, health.Differences(&was, &is, i18n.Match(in.Language))}}, nil
}

// mine says which accounts who asks may see.
func (a *API) mine(ctx context.Context) (func(id string) bool, error) {
	if team.PrincipalOf(ctx).Book == nil {
		return func(string) bool { return true }, nil
	}
	book, err := a.Accounts.Book(ctx)
	if err != nil {
		return nil, err
	}
	return func(id string) bool { return book.Get(id) != nil }, nil
}
