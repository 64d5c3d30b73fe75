package backtest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/forecast"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

// The company lives from dawn to dusk.
var (
	dawn = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	dusk = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
)

// house is a lake with what reads it.
type house struct {
	*lake.Lake
	backtest.Reader
	t   testing.TB
	seq int
	lot []*fact.Fact
}

// cards are no scorecards in force and nothing judged.
type cards []health.Scorecard

func (c cards) Scorecards(context.Context) ([]health.Scorecard, error) { return c, nil }
func (c cards) Judgements(context.Context) ([]health.Judgement, error) { return nil, nil }

func newHouse(t testing.TB, engine string, now time.Time) *house {
	t.Helper()
	o := lake.Options{Zone: time.UTC, Path: filepath.Join(t.TempDir(), "lake.duckdb")}
	if engine == "postgres" {
		o.Path, o.URL = "", postgrestest.Start(t)
	}
	l, err := lake.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	m := &metric.Service{Catalog: catalog, Zone: time.UTC, Currency: "EUR", Now: clock,
		Open:      func(ctx context.Context, asOf *time.Time) (metric.View, error) { return l.View(ctx, asOf) },
		OpenKnown: func(ctx context.Context, at time.Time) (metric.View, error) { return l.ViewKnown(ctx, at) }}
	return &house{Lake: l, t: t, Reader: backtest.Reader{Health: &health.Service{Reader: m, Keeper: cards{}, Now: clock}, Forecast: forecast.Reader{Metrics: m}}}
}

// tell adds a fact that happened and was received at instants; pairs are columns and their values.
func (h *house) tell(kind, account, user string, at, received time.Time, pairs ...string) {
	h.t.Helper()
	k, _ := fact.KindNamed(kind)
	b := fact.NewBuilder(k, "test", time.UTC)
	b.At(at)
	h.seq++
	pairs = append(pairs, "id", fmt.Sprint(h.seq), "account_id", account, "user_id", user)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			b.Set(pairs[i], fact.Cell{Kind: fact.TextCell, Text: pairs[i+1]})
		}
	}
	f, bad := b.Finish()
	if f == nil || bad != nil {
		h.t.Fatalf("%s %v: %v", kind, pairs, bad)
	}
	f.Received = received.UnixMicro()
	h.lot = append(h.lot, f)
}

// load takes in what was told.
func (h *house) load() {
	h.t.Helper()
	at, err := h.Cursor(h.t.Context())
	if err == nil {
		err = h.Load(h.t.Context(), h.lot, at+uint64(len(h.lot)))
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.lot = nil
}

// live tells the lives of accounts, of which the first so many leave: use fades away two months before, while tickets come
// by chance. Every fact is received when it happens; some of each kind come long before, so that nothing counts as brought along.
func (h *house) live(n, leave int) {
	r := rand.New(rand.NewPCG(1, 2))
	old := dawn.AddDate(-1, 0, 0)
	h.tell("subscriptions", "first", "", old, old, "subscription_id", "first", "status", "active", "amount", "1", "currency", "EUR", "interval", "month")
	for _, kind := range []string{"events", "tickets", "accounts", "answers", "memberships"} {
		h.tell(kind, "first", "one", old, old, map[string][]string{"events": {"name", "open"}, "tickets": {"ticket_id", "0", "status", "open"}, "accounts": {"plan", "team"}, "answers": {"kind", "nps", "score", "9"}, "memberships": {"status", "joined"}}[kind]...)
	}
	for i := range n {
		id := fmt.Sprintf("a%03d", i)
		left := dusk
		h.tell("subscriptions", id, "", dawn, dawn, "subscription_id", id, "status", "active", "amount", "50", "currency", "EUR", "interval", "month")
		h.tell("accounts", id, "", dawn, dawn, "plan", []string{"team", "starter"}[i%2])
		if i < leave {
			left = dawn.AddDate(0, 4, 0).Add(time.Duration(r.IntN(270*24)) * time.Hour)
			h.tell("subscriptions", id, "", left, left, "subscription_id", id, "status", "canceled", "amount", "50", "currency", "EUR", "interval", "month")
		}
		fades := left.AddDate(0, 0, -40-r.IntN(80))
		for at := dawn.AddDate(0, 0, r.IntN(5)); at.Before(left); at = at.AddDate(0, 0, 3+r.IntN(5)) {
			if i < leave && at.After(fades) && r.IntN(6) > 0 {
				continue
			}
			h.tell("events", id, fmt.Sprint(id, "-", r.IntN(3)), at, at, "name", "open")
			if r.IntN(9) == 0 {
				h.tell("tickets", id, "", at, at, "ticket_id", fmt.Sprint(id, at.Unix()), "status", "open")
				h.tell("tickets", id, "", at.AddDate(0, 0, r.IntN(20)), at.AddDate(0, 0, 20), "ticket_id", fmt.Sprint(id, at.Unix()), "status", "solved")
			}
		}
	}
	h.load()
}

func named(id string) i18n.Text { return i18n.Text{EN: id} }

// useful is a scorecard of use, which foretells, and of tickets, which do not.
func useful() health.Scorecard {
	measure := func(id string, r metric.Reading, scale ...[2]float64) health.Measure {
		return health.Measure{ID: id, Label: named(id), Weight: 25, Read: r, Scale: health.Scale{Points: scale}}
	}
	return health.Scorecard{ID: "use", Label: named("Use"), Bands: health.Bands{Good: 70, Average: 62}, Groups: []health.ScoreGroup{{ID: "all", Label: named("All"), Weight: 100, Measures: []health.Measure{
		measure("days", metric.Reading{Event: "*", Counted: "days", Window: "28 days"}, [2]float64{0, 0}, [2]float64{5, 100}),
		measure("people", metric.Reading{Event: "*", Counted: "people", Window: "28 days"}, [2]float64{0, 0}, [2]float64{3, 100}),
		measure("tickets", metric.Reading{Metric: "backlog"}, [2]float64{0, 100}, [2]float64{3, 0}),
		measure("older", metric.Reading{Vital: "days_as_customer"}, [2]float64{0, 100}, [2]float64{400, 0})}}}}
}

func (h *house) test(q backtest.Question) *backtest.Report {
	h.t.Helper()
	report, err := h.Test(h.t.Context(), q, func(int, int) {})
	if err != nil {
		h.t.Fatal(err)
	}
	return report
}
