// Package scorecards shows the scorecards, and the editor in which they are written: as a form or as text, with what a draft
// would make of the accounts, and its versions.
//
// What can be used as a scorecard is decided by package health.
package scorecards

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/web/ui"
)

// Templates are the pages of this area.
//
//go:embed *.html
var Templates embed.FS

// Clinic keeps scorecards and tries drafts.
type Clinic interface {
	Preview(ctx context.Context, draft health.Scorecard, at time.Time, mine func(id string) bool, limit int) (*health.Preview, *health.Table, error)
	Check(ctx context.Context, card *health.Scorecard) error
	CheckReading(r metric.Reading, bad func(field, reason string, args ...any))
	Range(ctx context.Context, r metric.Reading, at time.Time, mine func(id string) bool) (health.Range, error)
	Unit(r metric.Reading) metric.Unit
	Scorecards(ctx context.Context) ([]health.Scorecard, error)
	ScorecardPut(ctx context.Context, card health.Scorecard, version int64, now time.Time) (health.Scorecard, error)
	ScorecardRemove(ctx context.Context, id string, now time.Time) error
}

// Metrics describes what measures can read.
type Metrics interface {
	Describe(lang i18n.Lang) []metric.Described
}

// Names are what products call things, for measures to offer.
type Names interface {
	Events(ctx context.Context) ([]string, error)
}

// Customers is the accounts that who asks may see.
type Customers interface {
	Book(ctx context.Context) (*account.Book, error)
}

// Suggests knows backtests, which suggest weights.
type Suggests interface {
	BacktestOf(ctx context.Context, id string, wait bool) (backtest.Run, error)
}

// Area answers for scorecards.
type Area struct {
	Pages     *ui.Pages
	Clinic    Clinic
	Customers Customers
	Metrics   Metrics
	Names     Names
	Suggests  Suggests
}

// shelf is the scorecards in force and the templates that are not.
type shelf struct {
	Cards, Templates []cardLine
}

// cardLine is a scorecard in a list.
type cardLine struct {
	ID, Name, About, Aspect, Who, By string
	Version                          int64
	Changed                          time.Time
	Measures                         int
}

func lineOf(s *health.Scorecard, r *http.Request) cardLine {
	l := cardLine{ID: s.ID, Name: s.Label.In(ui.Lang(r)), About: s.About.In(ui.Lang(r)), Aspect: s.Aspect, Who: strings.TrimSpace(s.Segment + " " + strings.Join(s.Stages, ", ")), By: s.By, Version: s.Version, Changed: s.Changed}
	s.Each(func(*health.ScoreGroup, *health.Measure) { l.Measures++ })
	return l
}

// inForce are the scorecards that accounts are given now.
func (a *Area) inForce(ctx context.Context) ([]health.Scorecard, error) {
	all, err := a.Clinic.Scorecards(ctx)
	if err != nil {
		return nil, err
	}
	return health.InForce(all, a.Pages.Now().Add(time.Microsecond)).Cards(), nil
}

// List shows them.
func (a *Area) List(w http.ResponseWriter, r *http.Request) error {
	cards, err := a.inForce(r.Context())
	if err != nil {
		return err
	}
	v := &shelf{}
	there := map[string]bool{}
	for i := range cards {
		there[cards[i].ID] = true
		v.Cards = append(v.Cards, lineOf(&cards[i], r))
	}
	for _, t := range health.Templates() {
		if !there[t.ID] {
			v.Templates = append(v.Templates, lineOf(&t, r))
		}
	}
	return a.Pages.Show(w, r, "scorecards/list", v)
}
