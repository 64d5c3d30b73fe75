package app

import (
	"context"
	"time"

	"github.com/keepwell/keepwell/internal/api"
	"github.com/keepwell/keepwell/internal/config"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/web/signin"
)

// chosen is what set-up asked for, as the store keeps it. A setting of the server is stronger.
type chosen struct {
	Name     string `json:"name"`
	Zone     string `json:"zone,omitempty"`
	Currency string `json:"currency,omitempty"`
	Language string `json:"language,omitempty"`
}

const workspaceSetting = "workspace"

// withWorkspace are settings with what set-up chose in the place of what nobody gave.
func withWorkspace(ctx context.Context, st *store.Store, s *config.Settings) (*config.Settings, error) {
	var c chosen
	found, err := st.Setting(ctx, workspaceSetting, &c)
	if err != nil || !found {
		return s, err
	}
	own := *s
	if c.Zone != "" && !s.Chosen("zone") {
		if own.Zone, err = time.LoadLocation(c.Zone); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "the workspace's time zone %q is not known on this machine", c.Zone).Mend("give another with --zone")
		}
	}
	if c.Currency != "" && s.Currency == "" {
		own.Currency = c.Currency
	}
	if c.Language != "" && !s.Chosen("language") {
		own.Language = c.Language
	}
	return &own, nil
}

// workplace is the workspace as set-up sees it.
type workplace struct{ *App }

var _ signin.Workplace = workplace{}

// Workspace is what was chosen, or would be taken if nothing were.
func (w workplace) Workspace(ctx context.Context) (signin.Workspace, error) {
	var c chosen
	if _, err := w.store.Setting(ctx, workspaceSetting, &c); err != nil {
		return signin.Workspace{}, err
	}
	var made madeUp
	if _, err := w.store.Setting(ctx, demoSetting, &made); err != nil {
		return signin.Workspace{}, err
	}
	s, language := w.settings, w.settings.Language
	if c.Language != "" && !w.given.Chosen("language") {
		language = c.Language // may have been chosen since everything was opened
	}
	return signin.Workspace{Name: c.Name, Zone: s.Zone.String(), Currency: s.Currency, Language: language, Sample: made.Done,
		Fixed: map[string]bool{"zone": w.given.Chosen("zone"), "currency": w.given.Currency != "", "language": w.given.Chosen("language")}}, nil
}

// SetWorkspace keeps what was chosen. A zone or currency other than so far takes effect by opening everything anew, which
// a running server does by itself as soon as the answer is sent.
func (w workplace) SetWorkspace(ctx context.Context, to signin.Workspace) error {
	c := chosen{Name: to.Name, Language: to.Language}
	if !to.Fixed["zone"] {
		c.Zone = to.Zone
	}
	if !to.Fixed["currency"] {
		c.Currency = to.Currency
	}
	if err := w.store.SettingPut(ctx, workspaceSetting, c); err != nil {
		return err
	}
	begin := to.WithSample && w.sample.Sample().State == feed.NoSample
	if begin { // brought in when everything is open anew, in the zone and currency that were chosen
		if _, err := w.beginDemo(ctx, sampleSeed); err != nil {
			return err
		}
	}
	if begin || to.Zone != w.settings.Zone.String() || to.Currency != w.settings.Currency {
		w.openAnew()
	}
	return nil
}

// space is the workspace as the API sees it.
type space struct{ workplace }

var _ api.Workplace = space{}

// Workspace is what was chosen.
func (s space) Workspace(ctx context.Context) (api.Workspace, error) {
	w, err := s.workplace.Workspace(ctx)
	fixed := []string{}
	for _, field := range []string{"currency", "language", "zone"} {
		if w.Fixed[field] {
			fixed = append(fixed, field)
		}
	}
	return api.Workspace{Name: w.Name, Zone: w.Zone, Currency: w.Currency, Language: w.Language, Fixed: fixed}, err
}

// ChangeWorkspace keeps what is chosen.
func (s space) ChangeWorkspace(ctx context.Context, to api.Workspace) error {
	w, err := s.workplace.Workspace(ctx)
	if err != nil {
		return err
	}
	w.Name, w.Zone, w.Currency, w.Language = to.Name, to.Zone, to.Currency, to.Language
	return s.SetWorkspace(ctx, w)
}

// changeWorkspace changes what was chosen.
func changeWorkspace(ctx context.Context, st *store.Store, change func(*chosen)) error {
	return store.SettingChange(ctx, st, workspaceSetting, func(c *chosen) error { change(c); return nil })
}

// openAnew asks a running server to open everything anew, as soon as what is being answered is.
func (a *App) openAnew() {
	select {
	case a.anew <- struct{}{}:
	default: // asked for already
	}
}
