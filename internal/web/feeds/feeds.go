// Package feeds shows what arrives: how much there is of each kind, what came last and what became of it, what each source
// sends and in what rhythm, and what stopped.
package feeds

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Sightings knows when each source was last heard of; the store does.
type Sightings interface {
	Sightings(ctx context.Context) ([]feed.Sighting, error)
}

// Area answers for the health of feeds.
type Area struct {
	Pages     *ui.Pages
	Sightings Sightings
	Overview  Overview
	Refused   Refused
	Facts     Facts
}

// Feed is a source and kind, and how it does now.
type Feed struct {
	feed.Sighting
	// Gap is the usual time between arrivals, 0 until there is a rhythm; where it is short, Daily says more: how
	// many come in a day.
	Gap     time.Duration
	Daily   int64
	Silence time.Duration
	Stopped bool
}

func judge(s feed.Sighting, now time.Time) Feed {
	f := Feed{Sighting: s, Gap: s.Usual(), Silence: max(0, now.Sub(s.Last)), Stopped: s.Stopped(now)}
	if f.Gap > 0 && f.Gap < time.Minute {
		f.Daily = about(int64(24 * time.Hour / f.Gap))
	}
	return f
}

// about keeps the two leading digits of n: more would pretend to know.
func about(n int64) int64 {
	unit := int64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// Health are all feeds: what stopped first, the one silent for the shortest time on top, then the others, the latest
// first.
func (a *Area) Health(ctx context.Context) ([]Feed, error) {
	seen, err := a.Sightings.Sightings(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Pages.Now()
	all := make([]Feed, len(seen))
	for i, s := range seen {
		all[i] = judge(s, now)
	}
	slices.SortFunc(all, func(a, b Feed) int {
		if a.Stopped != b.Stopped {
			return map[bool]int{true: -1, false: 1}[a.Stopped]
		}
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind))
	})
	return all, nil
}

// List shows all feeds.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Health(r.Context())
	if err != nil {
		return err
	}
	arrived, err := a.arrivals(r.Context(), ui.Lang(r))
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "feeds/list", struct {
		arrivals
		Feeds   []Feed
		Stopped int
	}{arrived, all, len(Stopped(all))})
}

// Stopped are the feeds of Health that stopped.
func Stopped(health []Feed) []Feed {
	if i := slices.IndexFunc(health, func(f Feed) bool { return !f.Stopped }); i >= 0 {
		return health[:i]
	}
	return health
}
