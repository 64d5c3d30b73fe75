// Package segments shows the saved segments, who is in them and why, builds and compares them.
//
// What a segment means is left to account, who is in one to metric, keeping them to the store.
package segments

import (
	"context"
	"embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Segments keeps segments and knows who is in them, held to the accounts that who asks may see. Its errors are
// fault.Errors.
type Segments interface {
	CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error)
	SegmentMembers(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentPage, error)
	SegmentHistory(ctx context.Context, ask metric.SegmentAsk) (*metric.SegmentHistory, error)
	// Versus is a metric over two segments side by side.
	Versus(ctx context.Context, ask metric.Ask, a, b string) (*metric.Versus, error)

	Segments(ctx context.Context) ([]account.SavedSegment, error)
	Segment(ctx context.Context, idOrName string) (account.SavedSegment, error)
	SegmentVersions(ctx context.Context, idOrName string) ([]account.SavedSegment, error)
	SegmentAdd(ctx context.Context, s account.SavedSegment) (account.SavedSegment, error)
	SegmentChange(ctx context.Context, idOrName string, change func(*account.SavedSegment) error) (account.SavedSegment, error)
	SegmentDelete(ctx context.Context, idOrName, by string, now time.Time) (account.SavedSegment, error)
	SegmentRestore(ctx context.Context, id string) (account.SavedSegment, error)
}

// Names are what people and products call things, for the builder to offer.
type Names interface {
	// Events are the names of the commonest events.
	Events(ctx context.Context) ([]string, error)
}

// Area answers for segments.
type Area struct {
	Pages    *ui.Pages
	Segments Segments
	Names    Names
	Metrics  interface {
		Describe(lang i18n.Lang) []metric.Described
	}
}

// path is the address of a segment's page.
func path(id string) string { return "/segments/" + url.PathEscape(id) }

// said is the page of a form's target with what became of it.
func address(base string, q url.Values) string {
	if len(q) == 0 {
		return base
	}
	return base + "?" + q.Encode()
}

// written notes who makes a version, when and why.
func (a *Area) written(r *http.Request, s account.SavedSegment, why string) account.SavedSegment {
	s.By, s.Why, s.At = team.PrincipalOf(r.Context()).Name, strings.TrimSpace(why), a.Pages.Now().UTC().Truncate(time.Microsecond)
	return s
}

// Delete takes a segment away; the toast brings it back.
func (a *Area) Delete(w http.ResponseWriter, r *http.Request) error {
	s, err := a.Segments.SegmentDelete(r.Context(), r.PathValue("id"), team.PrincipalOf(r.Context()).Name, a.Pages.Now())
	if err != nil {
		return err
	}
	ui.Tell(w, r, "/segments", "segment_deleted", 1, UndoPrefix+s.ID)
	return nil
}

// UndoPrefix begins the ids that undo what was done to segments.
const UndoPrefix = "segment:"

// Undo brings a deleted segment back.
func (a *Area) Undo(w http.ResponseWriter, r *http.Request) error {
	id, _ := strings.CutPrefix(r.PostFormValue("id"), UndoPrefix)
	if !team.PrincipalOf(r.Context()).May(team.Arrange) {
		return fault.New(fault.Forbidden, "your role may not change segments")
	}
	s, err := a.Segments.SegmentRestore(r.Context(), id)
	if err != nil {
		return err
	}
	ui.Tell(w, r, path(s.ID), "segment_restored", 1, "")
	return nil
}

// Restore makes an old version the newest.
func (a *Area) Restore(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	versions, err := a.Segments.SegmentVersions(ctx, id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if strconv.Itoa(v.Version) != r.PostFormValue("version") {
			continue
		}
		s, err := a.Segments.SegmentChange(ctx, id, func(s *account.SavedSegment) error {
			s.Segment, s.Name = v.Segment, v.Name
			*s = a.written(r, *s, i18n.T(ui.Lang(r), "segments.restored_why", "n", v.Version))
			return nil
		})
		if err != nil {
			return err
		}
		ui.Tell(w, r, path(s.ID), "segment_saved", 1, "")
		return nil
	}
	return fault.New(fault.NotFound, "there is no such version of the segment")
}
