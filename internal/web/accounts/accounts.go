// Package accounts shows the customers: the list of all of them, which can be searched, filtered, sorted and changed at
// once, and each on a page of its own that says what is going on and why.
//
// What accounts are worth and what happened to them is left to the lake, what the team writes to the store.
package accounts

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Customers knows accounts, and what the team writes about them. who names who does something; what is undone with the
// id that a change gives is undone by the same one. An unknown account, note, view or undo is a fault.NotFound.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
	// Chooser is the test for a segment's text, nil for everyone; a text that can't be used is a fault.Invalid.
	Chooser(ctx context.Context, segment string) (func(*account.Standing) bool, error)
	Profile(ctx context.Context, id string) (*account.Profile, error)
	Timeline(ctx context.Context, ask account.TimelineAsk) (account.Timeline, error)
	// Signs are what else facts say of accounts, by number.
	Signs(ctx context.Context) (map[account.Account]*account.Signs, error)

	Apply(ctx context.Context, e account.Edit, who string) (undo string, changed int, err error)
	Untag(ctx context.Context, ids []string, tag, who string) (undo string, err error)
	RemoveNote(ctx context.Context, id, who string) (undo string, err error)
	ChangeNote(ctx context.Context, id, text, who string) (undo string, err error)
	AccountFiles(ctx context.Context, id string) ([]account.File, error)
	KeepFile(ctx context.Context, id, name string, content []byte, who string) (f account.File, undo string, err error)
	OpenFile(ctx context.Context, id, file string) (account.File, []byte, error)
	RemoveFile(ctx context.Context, id, file, who string) (undo string, err error)
	Undo(ctx context.Context, id, who string) error
	// Tags are all accounts' tags, by account.
	Tags(ctx context.Context) (map[string][]string, error)

	AccountViews(ctx context.Context, owner string) ([]account.SavedView, error)
	SaveView(ctx context.Context, v account.SavedView) (id string, err error)
	RemoveView(ctx context.Context, id, who string) (undo string, err error)
}

// Area answers for accounts.
type Area struct {
	Pages     *ui.Pages
	Customers Customers
	Clinic    Clinic
}

// Clinic is what was said last of an account's health.
type Clinic interface {
	LastTold(id, aspect string) (health.Told, bool)
}

// Owner is whom views and what can be undone belong to.
func Owner(s *team.Session) string {
	p := s.Principal()
	return string(p.Kind) + ":" + p.ID
}

// SeesPeople says whether somebody may see what names or describes people: whoever works with accounts.
func SeesPeople(s *team.Session) bool { return s.Principal().May(team.Work) }

// Undo takes back what the reader did and goes back to where they were.
func (a *Area) Undo(w http.ResponseWriter, r *http.Request) error {
	if err := a.Customers.Undo(r.Context(), r.PostFormValue("id"), Owner(ui.Who(r.Context()))); err != nil {
		return err
	}
	back := ui.Local(r.PostFormValue("back"))
	if back == "/" {
		back = "/accounts"
	}
	ui.Tell(w, r, back, "undone", 1, "")
	return nil
}

func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
