// Package contacts shows the people in customer companies: all of them, to be found by name, and each on a page of their
// own: who they are, where they belong, what they use and what they said.
package contacts

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/web/accounts"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// People knows people. Whom no fact names is a fault.NotFound.
type People interface {
	Contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error)
	Contact(ctx context.Context, user string) (*account.ContactProfile, error)
	Timeline(ctx context.Context, ask account.TimelineAsk) (account.Timeline, error)
}

// Area answers for people.
type Area struct {
	Pages  *ui.Pages
	People People
}

const (
	perPage     = 50
	perTimeline = 30
)

type list struct {
	Ask             account.ContactAsk
	People          []account.Contact
	More, Top, Here string
}

// List shows people by their ids.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	open := accounts.SeesPeople(ui.Who(r.Context()))
	l := list{Ask: account.ContactAsk{Account: q.Get("account"), Text: strings.TrimSpace(q.Get("q")), After: q.Get("after"), Open: open, Limit: perPage + 1}}
	var err error
	if l.People, err = a.People.Contacts(r.Context(), l.Ask); err != nil {
		return err
	}
	same := url.Values{}
	for key, value := range map[string]string{"account": l.Ask.Account, "q": l.Ask.Text} {
		if value != "" {
			same.Set(key, value)
		}
	}
	l.Here = "/contacts?" + same.Encode()
	if l.Ask.After != "" {
		l.Top = l.Here
	}
	if len(l.People) > perPage {
		l.People = l.People[:perPage]
		same.Set("after", l.People[perPage-1].User)
		l.More = "/contacts?" + same.Encode()
	}
	if !open {
		for i := range l.People {
			l.People[i].Mask()
		}
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "contacts/list", "people", l)
	}
	return a.Pages.Show(w, r, "contacts/list", l)
}

type one struct {
	*account.ContactProfile
	Weeks    *ui.Spark
	Answers  []ui.Told
	Tickets  []ui.Told
	Timeline timeline
}

type timeline struct {
	Days      []ui.ToldDay
	Next, Top string
	Kind      string
	Kinds     []string
	Text      string
	Path      string
}

// One shows a person.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	user, open := r.PathValue("id"), accounts.SeesPeople(ui.Who(r.Context()))
	ask, err := accounts.TimelineAsk(r, open)
	if err != nil {
		return err
	}
	ask.User, ask.Account, ask.Limit = user, "", perTimeline
	t, err := a.People.Timeline(r.Context(), ask)
	if err != nil {
		return err
	}
	if !open {
		t.Mask()
	}
	lang := ui.Lang(r)
	v := one{Timeline: timeline{Days: a.Pages.Tell(lang, t.Entries), Text: ask.Text, Path: ui.ContactPath(user),
		Kinds: slices.DeleteFunc(slices.Clone(account.TimelineKinds), func(k string) bool { return k == account.NoteEntry })}}
	q := url.Values{}
	if len(ask.Kinds) == 1 {
		v.Timeline.Kind = ask.Kinds[0]
		q.Set("kind", ask.Kinds[0])
	}
	if ask.Text != "" {
		q.Set("text", ask.Text)
	}
	if !ask.Before.At.IsZero() {
		v.Timeline.Top = v.Timeline.Path + "?" + q.Encode()
	}
	if next := t.Next.String(); next != "" {
		q.Set("before", next)
		v.Timeline.Next = v.Timeline.Path + "?" + q.Encode()
	}
	if ui.IsPart(r) {
		return a.Pages.Part(w, r, "contacts/one", "timeline", v.Timeline)
	}
	p, err := a.People.Contact(r.Context(), user)
	if err != nil {
		return err
	}
	if !open {
		p.Mask()
	}
	v.ContactProfile, v.Weeks = p, ui.NewSpark(p.Weeks)
	for _, f := range p.Answers {
		v.Answers = append(v.Answers, a.Pages.TellOne(lang, account.Entry{Place: account.Place{At: f.Time()}, Kind: f.Kind.Name, Fact: f}))
	}
	for _, f := range p.Tickets {
		v.Tickets = append(v.Tickets, a.Pages.TellOne(lang, account.Entry{Place: account.Place{At: f.Time()}, Kind: f.Kind.Name, Fact: f}))
	}
	return a.Pages.Show(w, r, "contacts/one", v)
}
