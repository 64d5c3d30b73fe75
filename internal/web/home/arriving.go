package home

import (
	"context"
	"net/http"
	"time"

	"github.com/keepwell/keepwell/internal/web/feeds"
)

// arriving is whether the facts behind all of it still arrive, and up to when they are in the numbers.
type arriving struct {
	Fresh   feeds.Freshness
	Late    bool
	Feeds   int
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
