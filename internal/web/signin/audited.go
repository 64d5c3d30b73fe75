package signin

import (
	"net/http"

	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Audited writes down what a form changes: with the change itself where it goes through the store, and afterwards where it
// does not. names are what patterns are called; an empty name is not written down.
func (a *Area) Audited(pattern string, names map[string]string, h ui.Handler) ui.Handler {
	action, named := names[pattern]
	if named && action == "" {
		return h
	}
	if !named {
		action = pattern
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		c := &team.Change{When: a.Pages.Now(), Who: team.PrincipalOf(r.Context()), From: From(r), Door: team.DoorWeb, Action: action, Subject: r.PathValue("id")}
		seen := &status{ResponseWriter: w}
		if err := h(seen, r.WithContext(team.WithChange(r.Context(), c))); err != nil {
			return err
		}
		if c.Kept() || seen.code >= http.StatusBadRequest {
			return nil
		}
		if err := a.Users.AuditAdd(r.Context(), c); err != nil {
			a.Pages.Report(err) // the answer is sent
		}
		return nil
	}
}

// status notes what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
