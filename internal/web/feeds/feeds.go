// Package feeds shows what each source sends, in what rhythm, and what stopped arriving.
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
}

// Feed is a source and kind with its rhythm.
type Feed struct {
	feed.Sighting
	// Gap is the usual time between arrivals; 0 until there is a rhythm to speak of.
	Gap time.Duration
	// Silence is how long nothing has come.
	Silence time.Duration
	Stopped bool
}

const (
	// A feed has a rhythm once it was heard of over this long: a file loaded once has none.
	settled = 24 * time.Hour
	// It has stopped when it is silent for so many of its usual gaps, and at least this long.
	gaps       = 3
	minSilence = time.Hour
)

// Judge tells how a feed does at an instant.
func Judge(s feed.Sighting, now time.Time) Feed {
	f := Feed{Sighting: s, Silence: max(0, now.Sub(s.Last))}
	if span := s.Last.Sub(s.First); span >= settled && s.Count > 1 {
		f.Gap = max(span/time.Duration(s.Count-1), time.Second)
		f.Stopped = f.Silence > max(gaps*f.Gap, minSilence)
	}
	return f
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
		all[i] = Judge(s, now)
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
	stopped := slices.IndexFunc(all, func(f Feed) bool { return !f.Stopped })
	if stopped < 0 {
		stopped = len(all)
	}
	return a.Pages.Show(w, r, "feeds/list", struct {
		Feeds   []Feed
		Stopped int
	}{all, stopped})
}
