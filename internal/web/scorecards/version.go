package scorecards

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// versionLine is an earlier version with what it changed.
type versionLine struct {
	N           int64
	By          string
	Changed     time.Time
	Now         bool
	Differences []health.Difference
}

const versionsShown = 20

func (a *Area) versions(r *http.Request, id string) ([]versionLine, error) {
	all, err := a.Clinic.Scorecards(r.Context())
	if err != nil {
		return nil, err
	}
	var lines []versionLine
	var before health.Scorecard
	for _, s := range all {
		if s.ID != id {
			continue
		}
		line := versionLine{N: s.Version, By: s.By, Changed: s.Changed, Now: s.Until.IsZero()}
		if before.ID != "" {
			line.Differences = health.Differences(&before, &s, ui.Lang(r))
		}
		before = s
		lines = append([]versionLine{line}, lines...)
	}
	return lines[:min(versionsShown, len(lines))], nil
}

// Save puts a scorecard in force.
func (a *Area) Save(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if r.PostFormValue("do") == "remove" {
		version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // 0 can't be gone back to
		if err := a.Clinic.ScorecardRemove(r.Context(), id, a.Pages.Now()); err != nil {
			return err
		}
		ui.Tell(w, r, "/health/scorecards", "scorecard_removed", 1, undoID(id, version))
		return nil
	}
	card, v, err := a.draft(r)
	if err != nil {
		return err
	}
	if len(v.Wrong) == 0 {
		if err := a.check(r, v, card); err != nil {
			return err
		}
	}
	if len(v.Wrong) > 0 {
		if card != nil {
			if err := a.fill(r, v, card, r.PostForm.Get("open")); err != nil {
				return err
			}
		}
		return a.Pages.ShowStatus(w, r, http.StatusBadRequest, "scorecards/edit", v)
	}
	card.By = ui.Who(r.Context()).Name
	was := v.Version
	if v.Version == 0 || card.ID != v.ID {
		v.Version, was = -1, 0
	}
	kept, err := a.Clinic.ScorecardPut(r.Context(), *card, v.Version, a.Pages.Now())
	if err != nil {
		return err
	}
	ui.Tell(w, r, cardPath(kept.ID), "scorecard_saved", 1, undoID(kept.ID, was))
	return nil
}

func cardPath(id string) string { return "/health/scorecards/" + url.PathEscape(id) }

// UndoPrefix begins the ids that undo what was done to scorecards: the scorecard and the version to go back to, 0 for none.
const UndoPrefix = "scorecard:"

func undoID(id string, version int64) string {
	return UndoPrefix + id + ":" + strconv.FormatInt(version, 10)
}

// Undo puts the version that a change was made to in force again, or takes out of force what there was not before.
func (a *Area) Undo(w http.ResponseWriter, r *http.Request) error {
	id, number, _ := strings.Cut(strings.TrimPrefix(r.PostFormValue("id"), UndoPrefix), ":")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "there is nothing to undo")
	}
	if !team.PrincipalOf(r.Context()).May(team.Arrange) {
		return fault.New(fault.Forbidden, "your role may not change scorecards")
	}
	if version == 0 {
		if err := a.Clinic.ScorecardRemove(r.Context(), id, a.Pages.Now()); err != nil {
			return err
		}
		ui.Tell(w, r, "/health/scorecards", "undone", 1, "")
		return nil
	}
	if err := a.goBack(r, id, version); err != nil {
		return err
	}
	ui.Tell(w, r, cardPath(id), "undone", 1, "")
	return nil
}

// Restore puts an earlier version in force.
func (a *Area) Restore(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "the scorecard has no such version")
	}
	now, err := a.Of(r)
	if err != nil {
		return err
	}
	if err := a.goBack(r, id, version); err != nil {
		return err
	}
	ui.Tell(w, r, cardPath(id), "scorecard_saved", 1, undoID(id, now.Version))
	return nil
}

func (a *Area) goBack(r *http.Request, id string, version int64) error {
	all, err := a.Clinic.Scorecards(r.Context())
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID == id && s.Version == version {
			if err := a.Clinic.Check(r.Context(), &s); err != nil {
				return err
			}
			s.By = ui.Who(r.Context()).Name
			_, err := a.Clinic.ScorecardPut(r.Context(), s, 0, a.Pages.Now())
			return err
		}
	}
	return fault.New(fault.NotFound, "the scorecard has no such version")
}
