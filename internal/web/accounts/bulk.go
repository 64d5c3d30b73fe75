package accounts

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Bulk changes the accounts that were ticked, or all that match.
func (a *Area) Bulk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "the form can't be read")
	}
	q, err := url.ParseQuery(r.PostForm.Get("state"))
	if err != nil {
		q = url.Values{}
	}
	s := stateOf(q)
	s.After = ""
	e := account.Edit{Accounts: r.PostForm["id"]}
	if r.PostForm.Get("all") == "1" {
		if e.Accounts, err = a.everyone(r, s); err != nil {
			return err
		}
	}
	what := r.PostForm.Get("what")
	switch what {
	case "csm", "stage":
		e.Trait, e.Value = what, r.PostForm.Get(what)
	case "tag":
		e.Tag = r.PostForm.Get("tag")
	case "note":
		e.Note = lines(r.PostForm.Get("note"))
	}
	undo, n, err := a.Customers.Apply(r.Context(), e, Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	if n == 0 {
		what = "nothing"
	}
	ui.Tell(w, r, back(r, s.href()), what, n, undo)
	return nil
}

// back is where a form came from.
func back(r *http.Request, otherwise string) string {
	if to := ui.Local(r.PostFormValue("back")); to != "/" {
		return to
	}
	return otherwise
}

func (a *Area) everyone(r *http.Request, s state) ([]string, error) {
	tags, err := a.Customers.Tags(r.Context())
	if err != nil {
		return nil, err
	}
	book, q, err := a.matching(r.Context(), s, tags)
	if err != nil {
		return nil, err
	}
	q.Limit = 0
	page, err := book.Page(q)
	var ids []string
	for _, one := range page.Accounts {
		ids = append(ids, one.ID)
	}
	return ids, err
}

// Untag takes a tag off an account.
func (a *Area) Untag(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	undo, err := a.Customers.Untag(r.Context(), []string{id}, r.PostFormValue("tag"), Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	ui.Tell(w, r, ui.AccountPath(id), "untag", 1, undo)
	return nil
}

// RemoveNote removes a note about an account.
func (a *Area) RemoveNote(w http.ResponseWriter, r *http.Request) error {
	undo, err := a.Customers.RemoveNote(r.Context(), r.PostFormValue("note"), Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	ui.Tell(w, r, ui.AccountPath(r.PathValue("id")), "unnote", 1, undo)
	return nil
}

// ChangeNote gives a note another text.
func (a *Area) ChangeNote(w http.ResponseWriter, r *http.Request) error {
	undo, err := a.Customers.ChangeNote(r.Context(), r.PostFormValue("note"), lines(r.PostFormValue("text")), Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	did := "renote"
	if undo == "" {
		did = "nothing"
	}
	ui.Tell(w, r, ui.AccountPath(r.PathValue("id")), did, 1, undo)
	return nil
}

// SaveView keeps what the list shows under a name.
func (a *Area) SaveView(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.PostFormValue("state"))
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the view was not saved")
	}
	s := stateOf(q)
	s.View, s.After = "", ""
	v := account.SavedView{Owner: Owner(ui.Who(r.Context())), Name: r.PostFormValue("name"), Shared: r.PostFormValue("shared") == "1", Query: s.query().Encode()}
	id, err := a.Customers.SaveView(r.Context(), v)
	if err != nil {
		return err
	}
	s.View = id
	ui.Tell(w, r, s.href(), "view", 1, "")
	return nil
}

// RemoveView forgets a view.
func (a *Area) RemoveView(w http.ResponseWriter, r *http.Request) error {
	undo, err := a.Customers.RemoveView(r.Context(), r.PathValue("id"), Owner(ui.Who(r.Context())))
	if err != nil {
		return err
	}
	ui.Tell(w, r, "/accounts", "unview", 1, undo)
	return nil
}

// Export answers with all accounts that match, in the columns shown, as CSV: times in RFC 3339, amounts in the major
// unit with the currency beside them.
func (a *Area) Export(w http.ResponseWriter, r *http.Request) error {
	s := stateOf(r.URL.Query())
	s.After = ""
	tags, err := a.Customers.Tags(r.Context())
	if err != nil {
		return err
	}
	book, q, err := a.matching(r.Context(), s, tags)
	if err != nil {
		return err
	}
	q.Limit = 0
	page, err := book.Page(q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="accounts.csv"`)
	w.Header().Set("Cache-Control", "private, no-store")
	out := csv.NewWriter(w)
	line := []string{"account_id"}
	for _, c := range s.shown() {
		if line = append(line, c.ID); c.ID == "mrr" || c.ID == "overdue" {
			line = append(line, c.ID+"_currency")
		}
	}
	out.Write(append(line, "tags"))
	for _, one := range page.Accounts {
		line = append(line[:0], ingest.SafeCell(one.ID))
		for _, c := range s.shown() {
			line = append(line, plainCells(c.ID, one)...)
		}
		out.Write(append(line, ingest.SafeCell(strings.Join(tags[one.ID], ", "))))
	}
	out.Flush()
	return nil // the reader may have gone: nobody is left to be told
}

func plainCells(id string, s *account.Standing) []string {
	instant := func(t time.Time) []string {
		if t.IsZero() {
			return []string{""}
		}
		return []string{t.UTC().Format(time.RFC3339)}
	}
	money := func(m account.Money) []string {
		if !m.Known() {
			return []string{"", ""}
		}
		return []string{strconv.FormatFloat(m.Major(), 'f', -1, 64), m.Currency}
	}
	switch id {
	case "mrr":
		return money(s.MRR)
	case "overdue":
		return money(s.Overdue)
	case "contacts":
		return []string{strconv.Itoa(s.Contacts)}
	case "active":
		return []string{strconv.Itoa(s.Active)}
	case "tickets":
		return []string{strconv.Itoa(s.Tickets)}
	case "health":
		if s.Health == nil {
			return []string{""}
		}
		return []string{strconv.FormatFloat(*s.Health, 'f', -1, 64)}
	case "nps":
		if s.NPS == nil {
			return []string{""}
		}
		return []string{strconv.Itoa(*s.NPS)}
	case "since":
		return instant(s.Since)
	case "created_at":
		return instant(s.Created)
	case "renewal":
		return instant(s.Renewal)
	case "last_seen":
		return instant(s.LastSeen)
	case "domain":
		return []string{ingest.SafeCell(s.Domain)}
	case "touch_model":
		return []string{s.Touch}
	}
	return []string{ingest.SafeCell(s.Trait(id).Text)}
}
