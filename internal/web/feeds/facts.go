package feeds

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Facts knows every fact as it was sent.
type Facts interface {
	Browse(ctx context.Context, ask account.FactAsk) (account.FactPage, error)
}

type browser struct {
	Kind  string
	Kinds []kindChoice
	// Asked is what is filtered by, as it was typed.
	Asked     map[string]string
	Narrowed  bool
	Facts     []sent
	More, Top string // addresses of the next page and of the first
}

type kindChoice struct{ Name, Label string }

// sent is a fact as it came.
type sent struct {
	account.Entry
	Source string
	JSON   string
}

const perBrowse = 50

// filters of the browser, as an address names them.
var filters = []string{"account", "user", "text", "from", "to"}

// Browse shows the facts of a kind as they were sent, the latest first.
func (a *Area) Browse(w http.ResponseWriter, r *http.Request) error {
	k, ok := fact.KindNamed(r.FormValue("kind"))
	if !ok {
		k = fact.Events
	}
	open := team.PrincipalOf(r.Context()).May(team.Work)
	v := browser{Kind: k.Name, Asked: map[string]string{}}
	here := url.Values{"kind": {k.Name}}
	for _, name := range filters {
		if text := strings.TrimSpace(r.FormValue(name)); text != "" {
			v.Asked[name], v.Narrowed = text, true
			here.Set(name, text)
		}
	}
	ask := account.FactAsk{Kind: k, Account: v.Asked["account"], User: v.Asked["user"], Text: v.Asked["text"], Open: open, Limit: perBrowse}
	if day, err := time.ParseInLocation(time.DateOnly, v.Asked["from"], a.Pages.Zone); err == nil {
		ask.From = day
	}
	if day, err := time.ParseInLocation(time.DateOnly, v.Asked["to"], a.Pages.Zone); err == nil {
		ask.To = day.AddDate(0, 0, 1)
	}
	var err error
	if ask.Before, err = account.PlaceAt(r.FormValue("before")); err != nil {
		return err
	}
	page, err := a.Facts.Browse(r.Context(), ask)
	if err != nil {
		return err
	}
	for _, e := range page.Entries {
		if !open {
			e.Fact = account.Mask(e.Fact)
			e.Fact.User, e.User, e.Who = "", "", ""
		}
		v.Facts = append(v.Facts, sent{e, e.Fact.Source, string(ingest.JSONRow(e.Fact))})
	}
	if !ask.Before.At.IsZero() {
		v.Top = "/facts?" + here.Encode()
	}
	if next := page.Next.String(); next != "" {
		here.Set("before", next)
		v.More = "/facts?" + here.Encode()
	}
	for _, k := range fact.Kinds() {
		v.Kinds = append(v.Kinds, kindChoice{k.Name, ui.KindLabel(ui.Lang(r), k.Name)})
	}
	return a.Pages.Show(w, r, "feeds/facts", v)
}
