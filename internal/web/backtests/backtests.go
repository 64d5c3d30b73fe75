// Package backtests shows how well scorecards would have foretold who left: the backtests of a scorecard, how far one is, its
// report beside that of the scorecard in force.
//
// Testing is left to package backtest, the drafts that are tested to who edits them.
package backtests

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Backtests holds scorecards to what came, over the accounts that who asks may see.
type Backtests interface {
	Backtest(ctx context.Context, a backtest.Ask) (backtest.Run, error)
	BacktestOf(ctx context.Context, id string, wait bool) (backtest.Run, error)
	Backtests(ctx context.Context, scorecard string) []backtest.Run
	BacktestCancel(ctx context.Context, id string) error
}

// Cards are the scorecards that can be tested.
type Cards interface {
	// Of is the scorecard or the template of an address, Typed the draft that was sent.
	Of(r *http.Request) (health.Scorecard, error)
	Typed(r *http.Request) (*health.Scorecard, error)
}

// Area answers for backtests.
type Area struct {
	Pages     *ui.Pages
	Backtests Backtests
	Cards     Cards
}

// tested is the page of a scorecard's backtests.
type tested struct {
	ID, Name string
	Days     int
	Months   int
	Everyone bool
	Dayses   []int
	Monthses []int
	Run      *shownRun
	Earlier  []backtest.Run
}

// One shows the latest backtest of a scorecard, or the one that is named, and offers another.
func (a *Area) One(w http.ResponseWriter, r *http.Request) error {
	card, err := a.cardOf(r)
	if err != nil {
		return err
	}
	v := &tested{ID: card.ID, Name: card.Label.In(ui.Lang(r)), Days: backtest.UsualDays, Months: backtest.UsualMonths, Dayses: []int{30, 60, 90, 180}, Monthses: []int{12, 24, 36}}
	v.Earlier = a.Backtests.Backtests(r.Context(), card.ID)
	if len(v.Earlier) > 0 {
		chosen := v.Earlier[0]
		if id := r.URL.Query().Get("run"); id != "" {
			if chosen, err = a.Backtests.BacktestOf(r.Context(), id, false); err != nil {
				return err
			}
		}
		v.Run = a.shown(r, chosen)
		if report := chosen.Report; report != nil {
			v.Days, v.Everyone = report.Days, report.Everyone
		}
	}
	return a.Pages.Show(w, r, "backtests/one", v)
}

// cardOf is the scorecard in force that a page is about, or the template.
func (a *Area) cardOf(r *http.Request) (health.Scorecard, error) {
	card, err := a.Cards.Of(r)
	if fault.KindOf(err) != fault.NotFound {
		return card, err
	}
	id := r.PathValue("id")
	runs := a.Backtests.Backtests(r.Context(), id) // of a draft with an id of its own
	if len(runs) == 0 {
		return card, err
	}
	card = health.Scorecard{ID: id, Label: i18n.Text{EN: id}}
	if report := runs[0].Report; report != nil {
		card.Label = report.Label
	}
	return card, nil
}

// Start asks for a backtest: of the scorecard, or of the draft that is typed.
func (a *Area) Start(w http.ResponseWriter, r *http.Request) error {
	ask := backtest.Ask{Scorecard: r.PathValue("id"), Everyone: r.PostFormValue("everyone") != ""}
	for field, into := range map[string]*int{"days": &ask.Days, "months": &ask.Months} {
		if text := r.PostFormValue(field); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return fault.New(fault.Invalid, "the backtest can't be made as it is asked for").Field(field, "is no number")
			}
			*into = n
		}
	}
	if r.PostFormValue("definition") != "" {
		draft, err := a.Cards.Typed(r)
		if err != nil {
			return err
		}
		if draft.ID == "" {
			draft.ID = r.PathValue("id")
		}
		ask.Draft, ask.Scorecard = draft, draft.ID
	}
	run, err := a.Backtests.Backtest(r.Context(), ask)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/health/scorecards/"+url.PathEscape(run.Scorecard)+"/backtest?run="+url.QueryEscape(run.ID), http.StatusSeeOther)
	return nil
}

// Run answers with how far a backtest is, or its report.
func (a *Area) Run(w http.ResponseWriter, r *http.Request) error {
	run, err := a.Backtests.BacktestOf(r.Context(), r.PathValue("run"), false)
	if err != nil {
		return err
	}
	return a.Pages.Part(w, r, "backtests/one", "run", a.shown(r, run))
}

// Cancel stops one.
func (a *Area) Cancel(w http.ResponseWriter, r *http.Request) error {
	run, err := a.Backtests.BacktestOf(r.Context(), r.PathValue("run"), false)
	if err == nil {
		err = a.Backtests.BacktestCancel(r.Context(), run.ID)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/health/scorecards/"+url.PathEscape(run.Scorecard)+"/backtest?run="+url.QueryEscape(run.ID), http.StatusSeeOther)
	return nil
}
