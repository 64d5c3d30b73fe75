package connect

import (
	"context"
	"net/http"

	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/team"
)

// Sample looks after the made-up company.
type Sample interface {
	Sample() feed.Sample
	// MayAddSample tells whether it can be added: while there are no other facts.
	MayAddSample(ctx context.Context) (bool, error)
	// AddSample begins to bring it in; facts that are there already are a fault.Conflict.
	AddSample(ctx context.Context) error
	// RemoveSample begins to take it out, wholly, and nothing else.
	RemoveSample(ctx context.Context) error
}

// Offers tells whether somebody may add the sample company now.
func Offers(ctx context.Context, s Sample) (bool, error) {
	if s.Sample().State != feed.NoSample || !team.PrincipalOf(ctx).May(team.Admin) {
		return false, nil
	}
	return s.MayAddSample(ctx)
}

// SampleState answers with what every page says of the sample company; with nothing when the reader has it.
func (a *Area) SampleState(w http.ResponseWriter, r *http.Request) error {
	if a.Sample.Sample().Mark() == r.FormValue("seen") {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "connect/start", "sample", nil)
}

// AddSample brings the sample company in.
func (a *Area) AddSample(w http.ResponseWriter, r *http.Request) error {
	if err := a.Sample.AddSample(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// RemoveSample takes it out, and says so until the server answers again.
func (a *Area) RemoveSample(w http.ResponseWriter, r *http.Request) error {
	if err := a.Sample.RemoveSample(r.Context()); err != nil {
		return err
	}
	w.Header().Set("Refresh", "1; url=/start") // is answered once all is open again
	return a.Pages.Show(w, r, "connect/leaving", nil)
}
