// Package cases shows where what the score, the money, the people and the CSM say of an account disagree, and what
// somebody made of it.
package cases

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Clinic keeps cases.
type Clinic interface {
	Cases(ctx context.Context, past int) ([]health.Case, error)
	Comments(ctx context.Context, accounts []string) (map[string][]health.Comment, error)
	Case(ctx context.Context, id string) (health.Case, error)
	CaseChange(ctx context.Context, id string, change func(*health.Case) error) (health.Case, error)
}

// Customers is the accounts that who asks may see.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Area answers for cases.
type Area struct {
	Pages     *ui.Pages
	Clinic    Clinic
	Customers Customers
}

// queue is the page of disagreements.
type queue struct {
	Tabs     []queueTab
	Tab      string
	Rows     []caseLine
	More     string // addresses of the cases after these, and of the first; empty where there are none
	Top      string
	Wrong    []fault.Field
	Verdicts []health.Verdict
}

type queueTab struct {
	ID, Href string
	N        int
	Is       bool
}

// caseLine is one case: who finds the account well, and who unwell.
type caseLine struct {
	health.Case
	Name, CSM    string
	MRR          account.Money
	Well, Unwell []health.Saying
	Quiet        []health.Saying
}

// Tabs of the queue.
const (
	tabResolved = "resolved"
	tabGone     = "gone"
	pastShown   = 200
	casesShown  = 30
)

// List shows the disagreements, those worth most first.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	v, err := a.queue(r, r.URL.Query().Get("tab"))
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "cases/list", v)
}

func (a *Area) queue(r *http.Request, tab string) (*queue, error) {
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return nil, err
	}
	all, err := a.Clinic.Cases(r.Context(), pastShown)
	if err != nil {
		return nil, err
	}
	if tab != tabResolved && tab != tabGone {
		tab = ""
	}
	v := &queue{Tab: tab, Verdicts: health.Verdicts}
	counts := map[string]int{}
	for _, c := range all {
		s := customers.Get(c.Account)
		if s == nil {
			continue
		}
		in := ""
		switch {
		case c.State == health.CaseResolved:
			in = tabResolved
		case !c.Over.IsZero():
			in = tabGone
		}
		if counts[in]++; in != tab {
			continue
		}
		line := caseLine{Case: c.Say(ui.Lang(r)), Name: s.Title(), CSM: s.CSM, MRR: s.MRR}
		for _, said := range line.Sayings {
			switch said.Mood {
			case 1:
				line.Well = append(line.Well, said)
			case -1:
				line.Unwell = append(line.Unwell, said)
			default:
				line.Quiet = append(line.Quiet, said)
			}
		}
		v.Rows = append(v.Rows, line)
	}
	if tab == "" { // what is worth most, and what nobody has looked at
		slices.SortStableFunc(v.Rows, func(a, b caseLine) int {
			if a.State != b.State {
				return strings.Compare(string(b.State), string(a.State))
			}
			return int(min(1, max(-1, b.MRR.Minor-a.MRR.Minor)))
		})
	}
	v.page(r.URL.Query().Get("from"))
	for _, id := range []string{"", tabResolved, tabGone} {
		one := queueTab{ID: id, Href: "/health/cases", N: counts[id], Is: id == tab}
		if id != "" {
			one.Href += "?tab=" + id
		}
		v.Tabs = append(v.Tabs, one)
	}
	ids := make([]string, len(v.Rows))
	for i := range v.Rows {
		ids[i] = v.Rows[i].Account
	}
	if len(ids) == 0 {
		return v, nil
	}
	said, err := a.Clinic.Comments(r.Context(), ids)
	for i := range v.Rows {
		v.Rows[i].Comments = said[ids[i]]
	}
	return v, err
}

// page leaves the cases from one place on. What is decided meanwhile leaves the queue, so the place is only about right.
func (v *queue) page(text string) {
	address := func(n int) string {
		q := url.Values{}
		if v.Tab != "" {
			q.Set("tab", v.Tab)
		}
		if n > 0 {
			q.Set("from", strconv.Itoa(n))
		}
		return strings.TrimSuffix("/health/cases?"+q.Encode(), "?")
	}
	from, _ := strconv.Atoi(text)
	from = min(max(0, from), max(0, len(v.Rows)-1))
	if from > 0 {
		v.Top = address(0)
	}
	if from+casesShown < len(v.Rows) {
		v.More = address(from + casesShown)
	}
	v.Rows = v.Rows[from:min(from+casesShown, len(v.Rows))]
}

// Decide keeps what somebody makes of a case.
func (a *Area) Decide(w http.ResponseWriter, r *http.Request) error {
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	c, err := a.Clinic.Case(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	if customers.Get(c.Account) == nil {
		return fault.New(fault.NotFound, "there is no such case")
	}
	d := health.Decision{State: health.CaseState(r.PostFormValue("state")), Note: r.PostFormValue("note")}
	if verdict := r.PostFormValue("verdict"); verdict != "" {
		d.State, d.Verdict = health.CaseResolved, health.Verdict(verdict)
	}
	_, err = a.Clinic.CaseChange(r.Context(), c.ID, func(c *health.Case) error {
		return c.Decide(d, team.PrincipalOf(r.Context()).Name, a.Pages.Now())
	})
	if err != nil {
		return err
	}
	ui.Tell(w, r, "/health/cases", "case_decided", 1, "")
	return nil
}
