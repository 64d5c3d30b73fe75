package web

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	ward "github.com/keepwell/keepwell/internal/web/health"
)

// wards score the customers of a company: each is as healthy as its place in the book.
type wards struct{ *company }

var _ ward.Clinic = wards{}

func (c wards) service() *health.Service {
	return &health.Service{Reader: c, Keeper: c, Now: func() time.Time { return c.now }}
}

func (c wards) Read(ctx context.Context, a metric.ReadingAsk) (*metric.Read, error) {
	book, err := c.Book(ctx)
	if err != nil {
		return nil, err
	}
	out := &metric.Read{At: a.At, Members: make([][]bool, len(a.Segments))}
	for n, s := range book.All {
		if len(a.Accounts) == 0 || a.Accounts[0] == account.Account(n) {
			out.Accounts, out.IDs = append(out.Accounts, account.Account(n)), append(out.IDs, s.ID)
		}
	}
	for i := range out.Members {
		out.Members[i] = make([]bool, len(out.IDs))
	}
	for _, r := range a.Readings {
		column := metric.Column{Texts: make([]string, len(out.IDs))}
		for _, n := range out.Accounts {
			x := math.NaN()
			if r.Metric == "mau" {
				if x = float64(10 * n); a.At.Before(c.now) {
					x = 50
				}
			}
			column.Value = append(column.Value, x)
		}
		out.Columns = append(out.Columns, column)
	}
	return out, nil
}

func (c wards) CheckReading(r metric.Reading, bad func(field, reason string, args ...any)) {
	if r.Metric != "" && r.Metric != "mau" {
		bad("metric", "there is no metric %q", r.Metric)
	}
}
func (c wards) CheckSegment(context.Context, string, json.RawMessage) (account.Segment, error) {
	return account.Segment{}, nil
}
func (c wards) Health(ctx context.Context) (*health.Table, error) {
	return c.service().Table(ctx, health.Question{At: c.now})
}
func (c wards) LastTold(string, string) (health.Told, bool) { return health.Told{}, false }
func (c wards) ToldOf(_ context.Context, id string, before time.Time, _ *time.Time) ([]health.Told, error) {
	x := 50.0
	return []health.Told{{ID: id, At: before.AddDate(0, 0, -9), Aspect: health.Global, Score: &x, Standing: health.Standing{Band: health.Middling}}}, c.down
}
func (c wards) HealthChange(ctx context.Context, id, aspect string, from, to time.Time, known bool) (health.Change, error) {
	table, err := c.Health(ctx)
	if err != nil {
		return health.Change{}, err
	}
	row, _ := table.Row(id)
	return c.service().Change(ctx, table.Family(row), id, aspect, from, to, known)
}
func (c wards) Preview(ctx context.Context, draft health.Scorecard, at time.Time, mine func(string) bool, limit int) (*health.Preview, *health.Table, error) {
	return c.service().Preview(ctx, draft, at, mine, limit)
}
func (c wards) Check(ctx context.Context, card *health.Scorecard) error {
	return c.service().Check(ctx, card)
}
func (c wards) Unit(metric.Reading) metric.Unit { return metric.Count }
func (c wards) Scorecards(ctx context.Context) ([]health.Scorecard, error) {
	return c.people.Scorecards(ctx)
}
func (c wards) Judgements(ctx context.Context) ([]health.Judgement, error) {
	return c.people.Judgements(ctx)
}
func (c wards) ScorecardPut(ctx context.Context, card health.Scorecard, version int64, now time.Time) (health.Scorecard, error) {
	return c.people.ScorecardPut(ctx, card, version, now)
}
func (c wards) ScorecardRemove(ctx context.Context, id string, now time.Time) error {
	return c.people.ScorecardRemove(ctx, id, now)
}
func (c wards) JudgementAdd(ctx context.Context, j health.Judgement) (health.Judgement, error) {
	return c.people.JudgementAdd(ctx, j)
}

// useCard scores by use, and lets people judge.
const useCard = `id: use
label: {en: Use}
groups:
  - id: all
    label: {en: All}
    weight: 100
    measures:
      - {id: mau, label: {en: People}, weight: 80, read: {metric: mau}, scale: {points: [[0, 0], [100, 100]]}}
      - {id: mood, label: {en: Mood}, weight: 20, judged: true, scale: {choices: {sunny: 100, stormy: 0}}}
`

func TestAScorecardIsWrittenTriedPutInForceAndJudgedBy(t *testing.T) {
	c := emptyCompany()
	c.customers = 3
	b := c.visit(t).as(c, team.Admin)
	path := "/health/scorecards/usage_led"
	expect := func(w *httptest.ResponseRecorder, status int, says ...string) {
		t.Helper()
		if w.Code != status {
			t.Fatalf("status %d, want %d: %v %s", w.Code, status, c.reports, w.Body)
		}
		for _, text := range says {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%q is not said: %s", text, w.Body)
			}
		}
	}
	expect(b.get(path), http.StatusOK, "id: usage_led")
	expect(b.send("POST", path+"/preview", url.Values{"definition": {strings.ReplaceAll(useCard, "weight: 100", "weight: 90")}}), http.StatusOK, "the weights add up to 90")
	expect(b.send("POST", path+"/preview", url.Values{"definition": {useCard}}), http.StatusOK, i18n.T(i18n.EN, "health.matched", "n", 3))
	expect(b.send("POST", path, url.Values{"definition": {"id: ["}, "version": {"0"}}), http.StatusBadRequest)
	expect(b.send("POST", path, url.Values{"definition": {useCard}, "version": {"0"}}), http.StatusSeeOther)
	c.now = c.now.Add(time.Minute)
	expect(b.get("/health"), http.StatusOK, "People: 20", `class="health-score poor"`)
	expect(b.get("/health/scorecards"), http.StatusOK, "/health/scorecards/use")
	book, err := c.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of := "/accounts/" + url.PathEscape(book.All[2].ID) + "/health"
	expect(b.get(of), http.StatusOK, "People: 20", "sunny")
	expect(b.get(of+"/change?aspect=health"), http.StatusOK, "People: 50 → 20")
	expect(b.send("POST", of, url.Values{"scorecard": {"use"}, "measure": {"mood"}, "choice": {"sunny"}, "until": {"2099-01-01"}}), http.StatusBadRequest)
	expect(b.send("POST", of, url.Values{"scorecard": {"use"}, "measure": {"mood"}, "choice": {"sunny"}, "reason": {"they laughed"}, "until": {c.now.AddDate(0, 2, 0).Format(time.DateOnly)}}), http.StatusSeeOther)
	c.now = c.now.Add(time.Minute)
	expect(b.get(of), http.StatusOK, "they laughed", ">36<")
}
