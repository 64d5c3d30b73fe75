package settings

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/team"
)

type audit struct {
	Tabs    []tab
	Filter  map[string]string // as it was typed
	Changes []change
	Next    string
	CSV     string
}

type change struct {
	team.Change
	Slug, Was, Became string
}

const perPage = 50

// filter reads what to look for. Days are those of the workspace.
func (a *Area) filter(r *http.Request) team.ChangeFilter {
	f := team.ChangeFilter{Who: r.FormValue("who"), Action: r.FormValue("action"), Subject: r.FormValue("subject"), Cursor: r.FormValue("cursor"), Limit: perPage}
	if t, err := time.ParseInLocation(time.DateOnly, r.FormValue("from"), a.Pages.Zone); err == nil {
		f.From = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, r.FormValue("to"), a.Pages.Zone); err == nil {
		f.To = t.AddDate(0, 0, 1)
	}
	return f
}

// Audit shows the audit trail, the newest first.
func (a *Area) Audit(w http.ResponseWriter, r *http.Request) error {
	found, next, err := a.Store.AuditPage(r.Context(), a.filter(r))
	if err != nil {
		return err
	}
	page := audit{Tabs: tabs(r, "audit"), Filter: map[string]string{}}
	asked := url.Values{}
	for _, name := range []string{"who", "action", "subject", "from", "to"} {
		if page.Filter[name] = r.FormValue(name); page.Filter[name] != "" {
			asked.Set(name, page.Filter[name])
		}
	}
	page.CSV = "/settings/audit.csv?" + asked.Encode()
	if next != "" {
		asked.Set("cursor", next)
		page.Next = "/settings/audit?" + asked.Encode()
	}
	for _, c := range found {
		page.Changes = append(page.Changes, change{c, slug(c.Action), pretty(c.Before), pretty(c.After)})
	}
	return a.Pages.Show(w, r, "settings/audit", page)
}

// slug is an action as the languages know it.
func slug(action string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(action))
}

// pretty is a before or after on lines of its own.
func pretty(value any) string {
	raw, ok := value.(json.RawMessage)
	if !ok {
		return ""
	}
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// AuditCSV answers with all lines that fit the filter.
func (a *Area) AuditCSV(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="keepwell-audit.csv"`)
	h.Set("Cache-Control", "private, no-store")
	return team.WriteTrail(r.Context(), w, a.filter(r), a.Store.AuditPage)
}
