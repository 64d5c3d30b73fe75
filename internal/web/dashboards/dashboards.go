// Package dashboards shows the boards that people put together from metrics and their questions, and lets them be
// changed: tiles added, moved, named and taken off. Every change can be taken back.
//
// Keeping them is left to the store, what a question means to metric.
package dashboards

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/board"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/reading"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Answers answers questions about metrics; the API does.
type Answers interface {
	Describe(lang i18n.Lang) []metric.Described
	Answer(ctx context.Context, a metric.Ask) (*metric.Answer, error)
}

// Boards keeps dashboards and knows targets; the store does.
type Boards interface {
	Dashboards(ctx context.Context) ([]board.Dashboard, error)
	Dashboard(ctx context.Context, id string) (board.Dashboard, error)
	DashboardAdd(ctx context.Context, d board.Dashboard, now time.Time) (board.Dashboard, error)
	DashboardChange(ctx context.Context, id string, version int64, now time.Time, change func(*board.Dashboard) error) (board.Dashboard, error)
	DashboardRemove(ctx context.Context, id string, now time.Time) error
	DashboardUndo(ctx context.Context, id string, now time.Time) (board.Dashboard, error)
	Targets(ctx context.Context) (board.Targets, error)
}

// Area answers for dashboards.
type Area struct {
	Pages   *ui.Pages
	Answers Answers
	Boards  Boards
	Called  reading.Called
}

func (a *Area) now() time.Time { return a.Pages.Now().In(a.Pages.Zone) }

type list struct {
	All  []board.Dashboard
	Gone string // one that was just removed
}

// List shows all dashboards.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	all, err := a.Boards.Dashboards(r.Context())
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "dashboards/list", list{all, r.FormValue("gone")})
}

// Add makes a dashboard.
func (a *Area) Add(w http.ResponseWriter, r *http.Request) error {
	d, err := a.add(r, board.Dashboard{Name: r.PostFormValue("name"), Tiles: []board.Tile{}})
	if err != nil {
		return err
	}
	http.Redirect(w, r, address(d.ID, "edit", "1"), http.StatusSeeOther)
	return nil
}

func (a *Area) add(r *http.Request, d board.Dashboard) (board.Dashboard, error) {
	if s := ui.Who(r.Context()); s != nil {
		d.By = s.Name
	}
	if err := d.Check(a.knows); err != nil {
		return d, err
	}
	return a.Boards.DashboardAdd(r.Context(), d, a.Pages.Now())
}

func (a *Area) knows(id string) bool {
	for _, d := range a.Answers.Describe(i18n.EN) {
		if d.ID == id {
			return true
		}
	}
	return false
}

func address(id string, more ...string) string {
	return reading.Link("/dashboards/"+url.PathEscape(id), board.Question{}, more...)
}

// Pin puts a metric with its question onto a dashboard, or onto a new one.
func (a *Area) Pin(w http.ResponseWriter, r *http.Request) error {
	asked, err := url.ParseQuery(r.PostFormValue("question"))
	if err != nil {
		return fault.New(fault.Invalid, "the question to pin can't be read")
	}
	tile := board.Tile{Metric: r.PostFormValue("metric"), Question: reading.Question(asked)}
	id := r.PostFormValue("dashboard")
	if name := r.PostFormValue("name"); name != "" || id == "" {
		if name == "" {
			name = i18n.T(ui.Lang(r), "dashboards.unnamed")
		}
		d, err := a.add(r, board.Dashboard{Name: name, Tiles: []board.Tile{tile}})
		if err != nil {
			return err
		}
		http.Redirect(w, r, address(d.ID), http.StatusSeeOther)
		return nil
	}
	if _, err := a.Boards.DashboardChange(r.Context(), id, 0, a.Pages.Now(), func(d *board.Dashboard) error {
		d.Tiles = append(d.Tiles, tile)
		return d.Check(a.knows)
	}); err != nil {
		return err
	}
	http.Redirect(w, r, address(id, "done", "pinned"), http.StatusSeeOther)
	return nil
}

// Change does one thing to a dashboard: what the button that was pressed says.
func (a *Area) Change(w http.ResponseWriter, r *http.Request) error {
	id, now, ctx := r.PathValue("id"), a.Pages.Now(), r.Context()
	do := r.PostFormValue("do")
	at, _ := strconv.Atoi(r.PostFormValue("tile")) // of those that name a tile; none is the first, which Move and Remove check
	switch do {
	case "remove":
		if err := a.Boards.DashboardRemove(ctx, id, now); err != nil {
			return err
		}
		http.Redirect(w, r, "/dashboards?gone="+url.QueryEscape(id), http.StatusSeeOther)
		return nil
	case "undo":
		if _, err := a.Boards.DashboardUndo(ctx, id, now); err != nil {
			return err
		}
		http.Redirect(w, r, address(id), http.StatusSeeOther)
		return nil
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // 0, whatever is there, unless a place is named
	_, err := a.Boards.DashboardChange(ctx, id, version, now, func(d *board.Dashboard) error {
		switch do {
		case "rename":
			d.Name = r.PostFormValue("name")
		case "add":
			at = len(d.Tiles)
			d.Tiles = append(d.Tiles, board.Tile{Metric: r.PostFormValue("metric"), Question: board.Question{Period: r.PostFormValue("period")}})
		case "up":
			d.Move(at, at-1)
		case "down":
			d.Move(at, at+1)
		case "off":
			d.Remove(at)
		case "wide", "title":
			if at < 0 || at >= len(d.Tiles) {
				return fault.New(fault.NotFound, "there is no such tile")
			}
			tiles := append([]board.Tile{}, d.Tiles...)
			if do == "wide" {
				tiles[at].Wide = !tiles[at].Wide
			} else {
				tiles[at].Title = r.PostFormValue("title")
			}
			d.Tiles = tiles
		default:
			return fault.New(fault.Invalid, "it is not said what to do with the dashboard")
		}
		return d.Check(a.knows)
	})
	if err != nil {
		return err
	}
	there := address(id, "edit", "1", "done", do)
	switch do { // whoever composes goes on at the tile
	case "up":
		at--
	case "down":
		at++
	}
	if do != "rename" && do != "off" {
		there += "#tile-" + strconv.Itoa(at)
	}
	http.Redirect(w, r, there, http.StatusSeeOther)
	return nil
}
