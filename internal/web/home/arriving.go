package home

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/web/feeds"
)

// arriving is whether the facts behind all of it still arrive, and up to when they are in the numbers.
type arriving struct {
	Fresh feeds.Freshness
	Late  bool
	Feeds int
	// Nothing says that no fact is here: none came, or none that could be used.
	Nothing bool
	// Filling says that the sample company comes in, whose facts are older than their arrival.
	Filling bool
	Stopped []feeds.Feed
}

// fewFeeds is how many of the feeds that stopped are named.
const fewFeeds = 4

// Few are those of the stopped feeds that are named.
func (v arriving) Few() []feeds.Feed { return v.Stopped[:min(len(v.Stopped), fewFeeds)] }

// late is how far answers may be behind before it is said.
const late = 5 * time.Second

func (a *Area) arriving(ctx context.Context) (v arriving, err error) {
	health, err := a.Feeds.Health(ctx)
	if err != nil {
		return v, err
	}
	v.Feeds, v.Stopped = len(health), feeds.Stopped(health)
	if v.Nothing = !slices.ContainsFunc(health, func(f feeds.Feed) bool { return f.Verdict == "accepted" || f.Verdict == "duplicate" }); v.Nothing && len(health) > 0 {
		totals, err := a.Feeds.Overview.Totals(ctx)
		if err != nil {
			return v, err
		}
		v.Nothing = len(totals) == 0
	}
	v.Filling = a.Sample.Sample().State == feed.Arriving
	v.Fresh, err = a.Feeds.Overview.Freshness(ctx)
	v.Late = v.Fresh.Behind > late
	return v, err
}

// Through answers with the line that says up to when facts are in the numbers.
func (a *Area) Through(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "through", func(ctx context.Context) (any, error) { return a.arriving(ctx) })
}

// Arriving answers with what stopped.
func (a *Area) Arriving(w http.ResponseWriter, r *http.Request) error {
	return a.part(w, r, "arriving", func(ctx context.Context) (any, error) { return a.arriving(ctx) })
}
