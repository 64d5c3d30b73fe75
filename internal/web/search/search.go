// Package search finds places, accounts, people and metrics by what somebody types: on a page, and for the command
// palette.
package search

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Accounts knows all accounts.
type Accounts interface {
	Book(ctx context.Context) (*account.Book, error)
}

// People knows people.
type People interface {
	Contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error)
}

// Metrics knows the catalogue.
type Metrics interface {
	Describe(lang i18n.Lang) []metric.Described
}

// Area answers for searching.
type Area struct {
	Pages    *ui.Pages
	Accounts Accounts
	People   People
	Metrics  Metrics
}

// found is a place to go to.
type found struct {
	Href, Icon, Text, Side string
}

type group struct {
	Label string
	Found []found
}

type answer struct {
	Text   string
	Groups []group
}

// Page shows what was found, Palette the same for the command palette.
func (a *Area) Page(w http.ResponseWriter, r *http.Request) error {
	v, err := a.search(r, 20)
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "search/search", v)
}

// Palette answers with what was found, shorter.
func (a *Area) Palette(w http.ResponseWriter, r *http.Request) error {
	v, err := a.search(r, 6)
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "search/search", "found", v)
}

// longest is how much of a question is looked at.
const longest = 200

func (a *Area) search(r *http.Request, limit int) (answer, error) {
	ctx, lang := r.Context(), ui.Lang(r)
	v := answer{Text: strings.TrimSpace(r.FormValue("q"))}
	if len(v.Text) > longest {
		v.Text = strings.ToValidUTF8(v.Text[:longest], "")
	}
	words := strings.Fields(account.Folded(v.Text))
	if v.Text != "" {
		book, err := a.Accounts.Book(ctx)
		if err != nil {
			return v, err
		}
		page, err := book.Page(account.Question{Text: v.Text, Limit: limit})
		if err != nil {
			return v, err
		}
		var list []found
		for _, one := range page.Accounts {
			list = append(list, found{ui.AccountPath(one.ID), "accounts", one.Title(), strings.Join(known(one.Plan, one.Country), " · ")})
		}
		v.add("nav.accounts", list)
	}
	var places []found
	for _, g := range ui.Navigation("", ui.Who(ctx)) {
		for _, item := range g.Items {
			if name := i18n.T(lang, item.Label); has(name, words) {
				places = append(places, found{item.Href, item.Icon, name, "g " + item.Key})
			}
		}
	}
	if v.Text != "" {
		for _, p := range ui.InnerPlaces(ui.Who(ctx)) {
			if name, within := i18n.T(lang, p.Label), i18n.T(lang, p.Within); has(name+" "+within, words) {
				places = append(places, found{p.Href, p.Icon, name, within})
			}
		}
	}
	v.add("search.places", places)
	if v.Text == "" {
		return v, nil
	}
	var metrics []found
	for _, m := range a.Metrics.Describe(lang) {
		if has(m.Label+" "+m.ID, words) && len(metrics) < limit {
			metrics = append(metrics, found{"/metrics/" + m.ID, "metrics", m.Label, ui.Named(lang, "family", m.Family)})
		}
	}
	v.add("nav.metrics", metrics)
	if len([]rune(v.Text)) < 2 {
		return v, nil
	}
	open := accounts.SeesPeople(ui.Who(ctx))
	people, err := a.People.Contacts(ctx, account.ContactAsk{Text: v.Text, Open: open, Limit: limit})
	var list []found
	for _, one := range people {
		if !open {
			one.Mask()
		}
		list = append(list, found{ui.ContactPath(one.User), "contacts", one.Called(), one.AccountName})
	}
	v.add("nav.contacts", list)
	return v, err
}

func (v *answer) add(label string, list []found) {
	if len(list) > 0 {
		v.Groups = append(v.Groups, group{label, list})
	}
}

func has(text string, words []string) bool {
	text = account.Folded(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func known(texts ...string) (all []string) {
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}
