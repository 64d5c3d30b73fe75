// Package judging shows what people judge of accounts, one after the other, and keeps what they say.
package judging

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Clinic keeps judgements.
type Clinic interface {
	Health(ctx context.Context) (*health.Table, error)
	LastTold(id, aspect string) (health.Told, bool)
	Unit(r metric.Reading) metric.Unit
	Scorecards(ctx context.Context) ([]health.Scorecard, error)
	Judgements(ctx context.Context) ([]health.Judgement, error)
	JudgementAdd(ctx context.Context, j health.Judgement) (health.Judgement, error)
}

// Customers is the accounts that who asks may see.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Area answers for judgements.
type Area struct {
	Pages     *ui.Pages
	Clinic    Clinic
	Customers Customers
}

// bench is the page on which somebody judges one account after the other.
type bench struct {
	CSM             string
	CSMs            []string
	Here            url.Values
	Rows            []judgeLine
	Now             *judgeLine
	Sheet           *health.Sheet
	Until           string
	Skip            string
	Due, Total, Did int
	Any             bool // there is something to judge at all
	Wrong           []fault.Field
	Reason          string
}

// judgeLine is a measure of an account that is judged.
type judgeLine struct {
	Account, Name, CSM  string
	Scorecard, Measure  string
	Label, Card, Href   string
	Choices             []string
	Last                *health.Judgement
	Expired, Never, Now bool
}

const judgedFor = 3 // months that a judgement is offered to hold

// key names a line in addresses.
func (l *judgeLine) key() string { return l.Account + "\x1f" + l.Scorecard + "\x1f" + l.Measure }

// Book shows what is to be judged: what has expired first, then what nobody has judged, then what expires soonest.
func (a *Area) Book(w http.ResponseWriter, r *http.Request) error {
	v, err := a.bench(r, r.URL.Query().Get("csm"), r.URL.Query().Get("on"))
	if err != nil {
		return err
	}
	return a.Pages.Show(w, r, "judging/one", v)
}

func (a *Area) bench(r *http.Request, csm, on string) (*bench, error) {
	now, lang := a.Pages.Now(), ui.Lang(r)
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return nil, err
	}
	table, err := a.Clinic.Health(r.Context())
	if err != nil {
		return nil, err
	}
	judgements, err := a.Clinic.Judgements(r.Context())
	if err != nil {
		return nil, err
	}
	v := &bench{CSM: csm, Here: url.Values{}, Until: now.In(a.Pages.Zone).AddDate(0, judgedFor, 0).Format(time.DateOnly)}
	v.CSMs = namesOf(customers)
	if !r.URL.Query().Has("csm") && csm == "" { // one's own book, where there is one
		if name := ui.Who(r.Context()).Name; slices.Contains(v.CSMs, name) {
			v.CSM = name
		}
	}
	v.Here.Set("csm", v.CSM)
	rows := map[string]int{}
	for _, one := range table.ToJudge(judgements, now) {
		s := customers.Get(one.Account)
		if s == nil {
			continue
		}
		v.Any = true
		if v.CSM != "" && s.CSM != v.CSM {
			continue
		}
		l := judgeLine{Account: one.Account, Name: s.Title(), CSM: s.CSM, Scorecard: one.Card.ID, Measure: one.Measure.ID, Label: one.Measure.Label.In(lang), Card: one.Card.Label.In(lang), Last: one.Last, Never: one.Last == nil}
		l.Expired = one.Last != nil && !now.Before(one.Last.Until)
		l.Choices = one.Measure.Choices()
		if l.Expired || l.Never {
			v.Due++
		}
		l.Href = v.address(l.key())
		rows[l.key()] = len(v.Rows)
		v.Rows = append(v.Rows, l)
	}
	if v.Total = len(v.Rows); v.Total == 0 {
		return v, nil
	}
	at := rows[on] // the first, where none is named
	v.Rows[at].Now = true
	v.Now, v.Skip = &v.Rows[at], v.address(v.Rows[(at+1)%v.Total].key())
	row, _ := table.Row(v.Now.Account)
	words := health.Words{Lang: lang, Unit: a.Clinic.Unit}
	words.Currency = table.Currency()
	sheet := table.Sheet(row, words, a.Clinic.LastTold)
	v.Sheet = &sheet
	v.Rows = window(v.Rows, at)
	return v, nil
}

// numbered is a choice with the key that chooses it.
type numbered struct {
	N    int
	Text string
}

// Numbered are the choices, the best first.
func (l *judgeLine) Numbered() []numbered {
	all := make([]numbered, len(l.Choices))
	for i, text := range l.Choices {
		all[i] = numbered{i + 1, text}
	}
	return all
}

// linesShown are the lines around the one that is judged.
const linesShown = 16

func window(rows []judgeLine, at int) []judgeLine {
	from := max(0, min(at-linesShown/4, len(rows)-linesShown))
	return rows[from:min(len(rows), from+linesShown)]
}

func (v *bench) address(on string) string {
	q := url.Values{"csm": {v.CSM}, "on": {on}}
	return "/health/judge?" + q.Encode()
}

func namesOf(book *account.Book) []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, s := range book.All {
		if !seen[s.CSM] {
			seen[s.CSM], all = true, append(all, s.CSM)
		}
	}
	slices.Sort(all)
	return all
}

// Next keeps a judgement and goes on to the next.
func (a *Area) Next(w http.ResponseWriter, r *http.Request) error {
	id, now := r.PostFormValue("account"), a.Pages.Now()
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	if customers.Get(id) == nil {
		return fault.New(fault.NotFound, "nothing is known of this account")
	}
	problem := a.judge(r, id, now)
	if problem != nil && fault.KindOf(problem) != fault.Invalid {
		return problem
	}
	if problem != nil {
		line := judgeLine{Account: id, Scorecard: r.PostFormValue("scorecard"), Measure: r.PostFormValue("measure")}
		v, err := a.bench(r, r.PostFormValue("csm"), line.key())
		if err != nil {
			return err
		}
		v.Wrong, v.Reason = fault.Problem(ui.Said(ui.Lang(r), problem)).Errors, r.PostFormValue("reason")
		return a.Pages.ShowStatus(w, r, http.StatusUnprocessableEntity, "judging/one", v)
	}
	next := r.PostFormValue("next")
	ui.Tell(w, r, next, "judged", 1, "")
	return nil
}

// One keeps what somebody says of a measure on the page of an account.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	id, now := r.PathValue("id"), a.Pages.Now()
	customers, err := a.Customers.Book(r.Context())
	if err != nil {
		return err
	}
	if customers.Get(id) == nil {
		return fault.New(fault.NotFound, "nothing is known of this account")
	}
	if err := a.judge(r, id, now); err != nil {
		return err
	}
	http.Redirect(w, r, ui.AccountPath(id), http.StatusSeeOther)
	return nil
}

// judge keeps a judgement of an account.
func (a *Area) judge(r *http.Request, id string, now time.Time) error {
	all, err := a.Clinic.Scorecards(r.Context())
	if err != nil {
		return err
	}
	j := health.Judgement{Account: id, Scorecard: r.PostFormValue("scorecard"), Measure: r.PostFormValue("measure"), Choice: r.PostFormValue("choice"), Reason: r.PostFormValue("reason"), By: team.PrincipalOf(r.Context()).Name, Made: now}
	if j.Value, err = number(r.PostFormValue("value")); err != nil {
		return err
	}
	if until, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("until"), a.Pages.Zone); err == nil {
		j.Until = until
	}
	if err := j.Check(health.InForce(all, now.Add(time.Microsecond)).Cards(), now); err != nil {
		return err
	}
	_, err = a.Clinic.JudgementAdd(r.Context(), j)
	return err
}

// number reads a number that may be missing.
func number(text string) (*float64, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), 64)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the judgement can't be kept as it is").Field("value", "is no number")
	}
	return &x, nil
}
