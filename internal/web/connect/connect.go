// Package connect is the first steps: from what a team wants to know to the facts that tell it, from a fresh key and the
// lines to copy, or a file, to the first facts that arrive while one looks.
//
// Checking and taking in is left to ingest, what arrives day by day to feeds, keys that are kept and revoked to settings.
package connect

import (
	"context"
	"crypto/rand"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Guide leads from goals to metrics and the facts that they need.
type Guide interface {
	Guide(ctx context.Context, words string, lang i18n.Lang) ([]metric.Advice, error)
}

// Keys keeps API keys.
type Keys interface {
	KeyAdd(ctx context.Context, k team.Key) error
}

// Area answers for the first steps.
type Area struct {
	Pages *ui.Pages
	Guide Guide
	Keys  Keys
	Feeds *feeds.Area
	// Address is where facts are sent to, such as https://keepwell.example.com; empty: where the reader came to.
	Address string
	Sample  Sample
	// Files takes files in; Folder is where they wait meanwhile.
	Files  Files
	Folder string

	waiting waiting
}

type steps struct {
	Address, Scheme, Host string
	// Key is a key that was just made, shown this once; until then the lines say KEY.
	Key      string
	MayKey   bool
	MayWatch bool
	MayFile  bool
	Offer    bool // of the sample company
	Goals    []goal
	Needs    []need
	Chosen   int
	Kinds    []kind
	Hooks    []kind // those that other programs usually know of
	Live     live
	Problem  string // of a file that was sent, a key of the words
}

// Lines is the key that the lines to copy are written with.
func (s steps) Lines() string {
	if s.Key != "" {
		return s.Key
	}
	return "KEY"
}

type goal struct {
	metric.Advice
	Chosen bool
}

// need is a kind of fact that the goals chosen rest on.
type need struct {
	Kind, Label string
	Here        bool
}

// Start shows the first steps.
func (a *Area) Start(w http.ResponseWriter, r *http.Request) error {
	s, err := a.steps(r)
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "connect/start", s)
}

func (a *Area) steps(r *http.Request) (s steps, err error) {
	ctx := r.Context()
	reader := team.PrincipalOf(ctx)
	s = a.address(r)
	s.MayKey, s.MayWatch, s.MayFile = reader.May(team.Keyring), reader.May(team.Watch), reader.May(team.Ingest)
	if s.Offer, err = Offers(ctx, a.Sample); err != nil {
		return s, err
	}
	advice, err := a.Guide.Guide(ctx, "", ui.Lang(r))
	if err != nil {
		return s, err
	}
	if err := r.ParseForm(); err != nil {
		return s, fault.Wrap(fault.Invalid, err, "the address can't be read")
	}
	chosen := r.Form["goal"]
	for _, one := range advice {
		g := goal{one, slices.Contains(chosen, one.ID)}
		s.Goals = append(s.Goals, g)
		if g.Chosen {
			s.Chosen++
			s.need(one)
		}
	}
	s.Kinds = kinds(ui.Lang(r))
	for _, name := range []string{"accounts", "contacts", "subscriptions", "invoices", "tickets", "answers", "interactions"} {
		s.Hooks = append(s.Hooks, s.Kinds[slices.IndexFunc(s.Kinds, func(k kind) bool { return k.Name == name })])
	}
	if s.MayWatch {
		s.Live, err = a.live(ctx, "")
		if err == nil {
			var empty bool
			empty, err = a.Sample.MayAddSample(ctx)
			s.Live.Known = !empty
		}
	}
	return s, err
}

// need adds the kinds of fact that a goal rests on, those that are missing first.
func (s *steps) need(g metric.Advice) {
	add := func(n need) {
		if !slices.Contains(s.Needs, n) {
			s.Needs = append(s.Needs, n)
		}
	}
	for _, m := range g.Metrics {
		for _, k := range m.Needs {
			add(need{k.Kind, k.Label, false})
		}
		for _, k := range m.Has {
			add(need{k.Kind, k.Label, true})
		}
	}
	slices.SortStableFunc(s.Needs, func(x, y need) int {
		switch {
		case x.Here == y.Here:
			return 0
		case y.Here:
			return -1
		}
		return 1
	})
}

func (a *Area) address(r *http.Request) steps {
	if u, err := url.Parse(a.Address); err == nil && u.Host != "" {
		return steps{Address: a.Address, Scheme: u.Scheme, Host: u.Host + u.Path}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return steps{Address: scheme + "://" + r.Host, Scheme: scheme, Host: r.Host}
}

// Key makes a key that may send facts and shows the lines to copy with it.
func (a *Area) Key(w http.ResponseWriter, r *http.Request) error {
	now := a.Pages.Now()
	name := "first steps " + now.In(a.Pages.Zone).Format(time.DateOnly)
	for n := 1; ; n++ { // names are unique
		named := name
		if n > 1 {
			named += " " + strconv.Itoa(n)
		}
		text, k, err := team.NewKey(named, team.Ingest, rand.Reader, now)
		if err != nil {
			return err
		}
		team.Describe(r.Context(), k.Name, nil, k.Shown())
		err = a.Keys.KeyAdd(r.Context(), k)
		if err != nil && fault.KindOf(err) == fault.Conflict && n < 100 {
			continue
		}
		if err != nil {
			return err
		}
		s, err := a.steps(r)
		if err != nil {
			return err
		}
		s.Key = text
		return a.Pages.Show(w, r, "connect/start", s)
	}
}

// live is what arrived last.
type live struct {
	feeds.Arrived
	Mark  string
	Known bool // facts came before the server started
}

func (a *Area) live(ctx context.Context, seen string) (live, error) {
	arrived, err := a.Feeds.Arrived(ctx, seen)
	return live{Arrived: arrived, Mark: arrived.Mark}, err
}

// Live answers with the facts that arrived; with nothing when the reader has them.
func (a *Area) Live(w http.ResponseWriter, r *http.Request) error {
	seen := r.FormValue("seen")
	l, err := a.live(r.Context(), seen)
	if err != nil {
		return err
	}
	if l.Mark == seen {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return a.Pages.Part(w, r, "connect/start", "live", l)
}
