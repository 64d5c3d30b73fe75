package quarantine

import (
	"net/http"
	"net/url"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/web/ui"
)

const perPage = 50

type list struct {
	Open       int64
	Tabs       []tab
	Rules      []feed.RuleCount
	Calls      []feed.Quarantined
	Status     feed.Status
	Rule, Next string
	// Done is what was just done to Undo, the id of a call.
	Done, Undo string
	Fresh      ui.Fresh
}

type tab struct {
	Status feed.Status
	Count  int64
}

// List shows a page of the quarantine.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	status := feed.Status(r.FormValue("status"))
	switch status {
	case feed.Open, feed.Replayed, feed.Discarded:
	case "":
		status = feed.Open
	default:
		return fault.New(fault.NotFound, "there is no such status")
	}
	l := list{Status: status, Rule: r.FormValue("rule")}
	switch done := r.FormValue("done"); done {
	case "discarded", "replayed", "reopened":
		l.Done, l.Undo = done, r.FormValue("id")
	}
	ctx := r.Context()
	counts, err := a.Calls.QuarantineCount(ctx)
	if err != nil {
		return err
	}
	l.Open = counts[feed.Open]
	for _, s := range []feed.Status{feed.Open, feed.Replayed, feed.Discarded} {
		l.Tabs = append(l.Tabs, tab{s, counts[s]})
	}
	if l.Rules, err = a.Calls.QuarantineRules(ctx); err != nil {
		return err
	}
	var cursor string
	l.Calls, cursor, err = a.Calls.QuarantinePage(ctx, feed.Filter{Status: status, Rule: l.Rule, Cursor: r.FormValue("cursor"), Limit: perPage})
	if err != nil {
		return err
	}
	if r.FormValue("cursor") == "" {
		latest := ""
		if len(l.Calls) > 0 {
			latest = l.Calls[0].ID
		}
		l.Fresh = ui.NewFresh("/quarantine?"+url.Values{"status": {string(status)}, "rule": {l.Rule}}.Encode(), "verdicts", counts[feed.Open], counts[feed.Replayed], counts[feed.Discarded], latest)
		if answered, err := a.Pages.ShowFresh(w, r, "quarantine/list", l.Fresh); answered {
			return err
		}
	}
	if cursor != "" {
		l.Next = "/quarantine?" + url.Values{"status": {string(status)}, "rule": {l.Rule}, "cursor": {cursor}}.Encode()
	}
	return a.Pages.Show(w, r, "quarantine/list", l)
}
