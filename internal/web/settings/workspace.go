package settings

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/signin"
)

// Backups makes backups and remembers them.
type Backups interface {
	// Backup gets a backup ready; write hands it over and may be called once.
	Backup(ctx context.Context) (write func(io.Writer) error, err error)
	// Backups are the last ones that were handed over whole, the newest first.
	Backups(ctx context.Context) ([]Backup, error)
}

// Backup is one that was handed over.
type Backup struct {
	When  time.Time `json:"when"`
	Bytes int64     `json:"bytes"`
	By    string    `json:"by,omitempty"`
}

type workspace struct {
	Tabs []tab
	Done string
	signin.Workspace
	Problems   map[string]string // keys of texts, by field
	Zones      []string
	Currencies []string
	Langs      []i18n.Lang
	Backups    []Backup
	// Old says that the last backup is older than a week, or that there is none.
	Old bool
}

const oldBackup = 7 * 24 * time.Hour

// Space shows what holds for the whole workspace.
func (a *Area) Space(w http.ResponseWriter, r *http.Request) error {
	now, err := a.Workplace.Workspace(r.Context())
	if err != nil {
		return err
	}
	return a.showSpace(w, r, http.StatusOK, workspace{Workspace: now, Done: said(r, "workspace")})
}

func (a *Area) showSpace(w http.ResponseWriter, r *http.Request, status int, page workspace) (err error) {
	page.Tabs, page.Langs, page.Zones, page.Currencies = tabs(r, "workspace"), i18n.Langs, signin.Zones, signin.Currencies
	if page.Backups, err = a.Backups.Backups(r.Context()); err != nil {
		return err
	}
	page.Old = len(page.Backups) == 0 || a.Pages.Now().Sub(page.Backups[0].When) > oldBackup
	return a.Pages.ShowStatus(w, r, status, "settings/workspace", page)
}

// SpaceChange keeps what was chosen. Another zone or currency takes effect by opening everything anew; until that is done
// the answer says so.
func (a *Area) SpaceChange(w http.ResponseWriter, r *http.Request) error {
	was, err := a.Workplace.Workspace(r.Context())
	if err != nil {
		return err
	}
	to := was
	to.Name = strings.TrimSpace(r.PostFormValue("workspace"))
	for field, into := range map[string]*string{"zone": &to.Zone, "currency": &to.Currency, "language": &to.Language} {
		if !was.Fixed[field] {
			*into = strings.TrimSpace(r.PostFormValue(field))
		}
	}
	to.Currency = strings.ToUpper(to.Currency)
	bad := map[string]string{}
	if maps.Copy(bad, to.Check()); len(bad) > 0 {
		return a.showSpace(w, r, http.StatusUnprocessableEntity, workspace{Workspace: to, Problems: bad})
	}
	team.Describe(r.Context(), to.Name, chosen(was), chosen(to))
	if err := a.Workplace.SetWorkspace(r.Context(), to); err != nil {
		return err
	}
	if to.Zone == was.Zone && to.Currency == was.Currency {
		return done(w, r, "/settings/workspace", "workspace")
	}
	w.Header().Set("Refresh", "1; url=/settings/workspace?done=workspace") // is answered once all is open again
	return a.Pages.Show(w, r, "settings/anew", nil)
}

// chosen is a workspace as the audit trail tells it.
func chosen(w signin.Workspace) map[string]string {
	return map[string]string{"name": w.Name, "zone": w.Zone, "currency": w.Currency, "language": w.Language}
}

// BackupSend hands a backup over.
func (a *Area) BackupSend(w http.ResponseWriter, r *http.Request) error {
	write, err := a.Backups.Backup(r.Context())
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/x-tar")
	h.Set("Content-Disposition", `attachment; filename="keepwell-`+a.Pages.Now().In(a.Pages.Zone).Format("2006-01-02-1504")+`.tar"`)
	h.Set("Cache-Control", "private, no-store")
	w.WriteHeader(http.StatusOK)
	if err := write(w); err != nil {
		a.Pages.Report(err)
		panic(http.ErrAbortHandler) // only a broken connection tells that the file is not whole
	}
	return nil
}
