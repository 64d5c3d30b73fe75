// Package home is the first page: how the customers are, what changed and why, who needs somebody first, what is to be
// renewed, and whether the facts behind all of it still arrive.
//
// The page itself asks nothing that takes time; its parts follow one by one. What arrives in detail is left to feeds, how
// a number came about to metrics, everything about one account to accounts.
package home

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/connect"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the page and its parts.
//
//go:embed *.html
var Templates embed.FS

// Answers answers questions about metrics, held to what who asks may see.
type Answers interface {
	Describe(lang i18n.Lang) []metric.Described
	Answer(ctx context.Context, a metric.Ask) (*metric.Answer, error)
	Overview(ctx context.Context, a metric.Ask, ids []string) ([]metric.Overviewed, error)
	Why(ctx context.Context, q metric.Comparison) (*metric.Movement, error)
}

var _ Answers = (*metric.Service)(nil)

// Customers knows all accounts as they stand, and what else says that one needs somebody.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
	Signs(ctx context.Context) (map[account.Account]*account.Signs, error)
	// Mentions are the latest notes that call a user, the newest first.
	Mentions(ctx context.Context, u team.User) ([]account.Mention, error)
	// SeeMention marks one of them as seen, or as not seen.
	SeeMention(ctx context.Context, u team.User, note string, seen bool) error
}

// Area answers for the first page.
type Area struct {
	Pages     *ui.Pages
	Answers   Answers
	Customers Customers
	Clinic    Clinic
	Feeds     *feeds.Area
	changed   remembered
	Sample    connect.Sample
}

// whose says whose accounts are shown.
type whose struct {
	// Segment holds metrics to them; empty: nothing beyond what the reader may see.
	Segment string
	// Mine says that they are the reader's own, May that there is a choice.
	Mine, May bool
	names     []string
}

// whoseBook is the reader's own book for those who look after accounts, unless they ask for all; others may ask for it.
func whoseBook(r *http.Request) whose {
	who := ui.Who(r.Context())
	if who == nil || who.User == nil || who.User.OwnBook {
		return whose{} // one who sees nothing else needs no choice
	}
	b := whose{May: true, Mine: who.User.Role == team.RoleCSM, names: who.User.Book()}
	switch r.FormValue("book") {
	case "mine":
		b.Mine = true
	case "all":
		b.Mine = false
	}
	if b.Mine {
		b.Segment = team.Principal{Book: b.names}.Segment()
	}
	return b
}

// Query is the choice as a part of an address.
func (b whose) Query() string {
	if !b.May {
		return ""
	}
	return "?book=" + map[bool]string{true: "mine", false: "all"}[b.Mine]
}

// accounts is the address of a list of them.
func (b whose) accounts(sort string) string {
	v := url.Values{"sort": {sort}}
	if b.Segment != "" {
		v.Set("segment", b.Segment)
	}
	return "/accounts?" + v.Encode()
}

// chosen is the test for an account.
func (b whose) chosen(ctx context.Context) func(*account.Standing) bool {
	reader := team.PrincipalOf(ctx)
	own := team.Principal{Book: b.names}
	return func(s *account.Standing) bool { return reader.Mine(s.CSM) && (!b.Mine || own.Mine(s.CSM)) }
}

type view struct {
	arriving
	Hello, Name string
	Book        whose
	Tiles       []tile
	Offer       bool // of the sample company
	Mentions    []mention
	Seen        string // the mention that was just marked as seen
}

// mention is a note that calls the reader.
type mention struct {
	account.Mention
	Title string // of the account
}

// fewMentions is how many of them are shown.
const fewMentions = 5

// Show shows the page; its parts come after it.
func (a *Area) Show(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := view{Hello: hello(a.Pages.Now().In(a.Pages.Zone)), Book: whoseBook(r)}
	var err error
	if v.arriving, err = a.arriving(ctx); err != nil {
		return err
	}
	if who := ui.Who(ctx); who != nil && who.User != nil {
		v.Name = who.User.Name
	}
	v.Seen = r.FormValue("seen")
	if v.Mentions, err = a.mentions(ctx); err != nil {
		return err
	}
	if v.Nothing {
		if v.Offer, err = connect.Offers(ctx, a.Sample); err != nil {
			return err
		}
	}
	labels := map[string]string{}
	for _, d := range a.Answers.Describe(ui.Lang(r)) {
		labels[d.ID] = d.Label
	}
	for _, q := range questions {
		if label, ok := labels[q.id]; ok {
			v.Tiles = append(v.Tiles, tile{ID: q.id, Label: q.label(label, ui.Lang(r)), Period: q.Period, Query: v.Book.Query()})
		}
	}
	return a.Pages.Show(w, r, "home/home", v)
}

// mentions are the latest notes that call the reader and that they did not mark as seen.
func (a *Area) mentions(ctx context.Context) (all []mention, err error) {
	who := ui.Who(ctx)
	if who == nil || who.User == nil {
		return nil, nil // keys have no name to be called by
	}
	notes, err := a.Customers.Mentions(ctx, *who.User)
	notes = slices.DeleteFunc(notes, func(n account.Mention) bool { return !n.Seen.IsZero() })
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	book, err := a.Customers.Book(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range notes[:min(len(notes), fewMentions)] {
		one := mention{Mention: n, Title: n.Account}
		if s := book.Get(n.Account); s != nil {
			one.Title = s.Title()
		}
		all = append(all, one)
	}
	return all, nil
}

// See marks a mention as seen, or, with undo, as not seen.
func (a *Area) See(w http.ResponseWriter, r *http.Request) error {
	who, note, undo := ui.Who(r.Context()), r.PathValue("note"), r.PostFormValue("undo") != ""
	if who == nil || who.User == nil {
		return fault.New(fault.NotFound, "a key is mentioned by nobody")
	}
	if err := a.Customers.SeeMention(r.Context(), *who.User, note, !undo); err != nil {
		return err
	}
	to := "/"
	if !undo {
		to += "?" + url.Values{"seen": {note}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Warm asks what the page shows to somebody who sees all accounts, so that its first reader finds it remembered.
func (a *Area) Warm(ctx context.Context, lang i18n.Lang) error {
	for _, q := range questions {
		if _, err := a.tile(ctx, q, whose{}, lang); err != nil {
			return err
		}
	}
	if _, err := a.Customers.Signs(ctx); err != nil {
		return err
	}
	_, err := a.latest(ctx, whose{}, lang)
	return err
}

func hello(now time.Time) string {
	switch h := now.Hour(); {
	case h >= 5 && h < 12:
		return "morning"
	case h >= 12 && h < 18:
		return "day"
	}
	return "evening"
}

// patience is how long a part waits for what it asks, less than one question may take.
const patience = 8 * time.Second

// part answers with a part of the page. What can't be had now is said in its place, with a way to ask again; the rest of
// the page stands without it.
func (a *Area) part(w http.ResponseWriter, r *http.Request, block string, fill func(ctx context.Context) (any, error)) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	data, err := fill(ctx)
	if err == nil {
		return a.Pages.Part(w, r, "home/home", block, data)
	}
	if r.Context().Err() != nil {
		return err // nobody waits any more
	}
	if ctx.Err() != nil { // it takes long, and what was found of it is remembered: the page asks again
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return nil
	}
	if r.Header.Get("If-None-Match") != "" {
		return err // what stands there stays until it can be told anew
	}
	a.Pages.Report(err)
	return a.Pages.Part(w, r, "home/home", "away", away{ID: block, Again: r.URL.RequestURI()})
}

// away stands in the place of a part that can't be had.
type away struct{ ID, Again string }
