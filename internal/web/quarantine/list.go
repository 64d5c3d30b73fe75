package quarantine

import (
	"net/http"
	"net/url"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

const perPage = 50

type list struct {
	Counts     map[feed.Status]int64
	Rules      []feed.RuleCount
	Calls      []feed.Quarantined
	Statuses   []feed.Status
	Status     feed.Status
	Rule, Next string
	// Done is what was just done to Undo, the id of a call.
	Done, Undo string
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
	l := list{Status: status, Statuses: []feed.Status{feed.Open, feed.Replayed, feed.Discarded}, Rule: r.FormValue("rule")}
	switch done := r.FormValue("done"); done {
	case "discarded", "replayed", "reopened":
		l.Done, l.Undo = done, r.FormValue("id")
	}
	ctx := r.Context()
	var err error
	if l.Counts, err = a.Calls.QuarantineCount(ctx); err != nil {
		return err
	}
	if l.Rules, err = a.Calls.QuarantineRules(ctx); err != nil {
		return err
	}
	var cursor string
	l.Calls, cursor, err = a.Calls.QuarantinePage(ctx, feed.Filter{Status: status, Rule: l.Rule, Cursor: r.FormValue("cursor"), Limit: perPage})
	if err != nil {
		return err
	}
	if cursor != "" {
		l.Next = "/quarantine?" + url.Values{"status": {string(status)}, "rule": {l.Rule}, "cursor": {cursor}}.Encode()
	}
	return a.Pages.Show(w, r, "quarantine/list", l)
}
