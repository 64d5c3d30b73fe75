package api

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// clinic scores three accounts by what a test says was read of them.
type clinic struct {
	cards  []health.Scorecard
	judged []health.Judgement
	cases  []health.Case
	use    map[string]float64 // by account, and "then ACCOUNT" a month ago
}

func newClinic() *clinic {
	c := &clinic{use: map[string]float64{"acme": 30, "b/c": 90, "cord": math.NaN(), "then acme": 80}}
	c.cards = []health.Scorecard{{ID: "use", Label: i18n.Text{EN: "Use"}, Version: 1, Changed: now.AddDate(-1, 0, 0), Groups: []health.ScoreGroup{{ID: "all", Label: i18n.Text{EN: "All"}, Weight: 100, Measures: []health.Measure{
		{ID: "mau", Label: i18n.Text{EN: "People", RO: "Oameni"}, Weight: 100, Read: metric.Reading{Metric: "mau"}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}, {ID: "seen", Label: i18n.Text{EN: "Seen"}, Judged: true, Scale: health.Scale{Points: [][2]float64{{0, 0}}}}}}}}}
	c.cases = []health.Case{{ID: "c1", Account: "acme", State: health.CaseOpen, Opened: now, Changed: now, Sayings: []health.Saying{
		{Voice: health.ScoreVoice, Mood: -1, Evidence: []health.Ground{{Kind: "score", Value: 30, Mood: -1, Text: "poor"}}},
		{Voice: health.MoneyVoice, Mood: 1, Evidence: []health.Ground{{Kind: "mrr_up", Value: 12, Mood: 1}}}}}}
	return c
}

func (c *clinic) service() *health.Service {
	return &health.Service{Reader: c, Keeper: c, Now: func() time.Time { return now }}
}

func (c *clinic) Read(_ context.Context, a metric.ReadingAsk) (*metric.Read, error) {
	out := &metric.Read{At: a.At}
	for i, id := range []string{"acme", "b/c", "cord"} {
		if a.Accounts == nil || a.Accounts[0] == account.Account(i+1) {
			out.Accounts, out.IDs = append(out.Accounts, account.Account(i+1)), append(out.IDs, id)
		}
	}
	for _, r := range a.Readings {
		column := metric.Column{Texts: make([]string, len(out.IDs))}
		for _, id := range out.IDs {
			x := math.NaN()
			if r.Metric == "mau" {
				if x = c.use[id]; a.At.Before(now) {
					x = c.use["then "+id]
				}
			}
			column.Value = append(column.Value, x)
		}
		out.Columns = append(out.Columns, column)
	}
	return out, nil
}

func (c *clinic) CheckReading(r metric.Reading, bad func(field, reason string, args ...any)) {
	if r.Metric == "gone" {
		bad("metric", "there is no metric %q", r.Metric)
	}
}
func (c *clinic) SegmentMetrics(context.Context, string) ([]string, error) { return nil, nil }
func (c *clinic) CheckSegment(context.Context, string, json.RawMessage) (account.Segment, error) {
	return account.Segment{}, nil
}
func (c *clinic) Health(ctx context.Context) (*health.Table, error) {
	return c.service().Table(ctx, health.Question{At: now})
}
func (c *clinic) HealthAt(ctx context.Context, q health.Question) (*health.Table, error) {
	return c.service().Table(ctx, q)
}
func (c *clinic) LastTold(id, aspect string) (health.Told, bool) { return health.Told{}, false }
func (c *clinic) ToldOf(context.Context, string, time.Time, *time.Time) ([]health.Told, error) {
	x := 80.0
	return []health.Told{{ID: "acme", At: now.AddDate(0, -1, 0), Aspect: "global", Score: &x, Standing: health.Standing{Band: health.Good}}}, nil
}
func (c *clinic) HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error) {
	q.Family = []account.Account{1}
	return c.service().Change(ctx, q)
}
func (c *clinic) HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(string) bool) (*health.Flow, error) {
	was, err := c.HealthAt(ctx, health.Question{At: from})
	if err != nil {
		return nil, err
	}
	is, err := c.HealthAt(ctx, health.Question{At: to})
	if err != nil {
		return nil, err
	}
	return c.service().Flow(ctx, from, to, was.Places(aspect), is.Places(aspect), mine)
}
func (c *clinic) Cases(context.Context, int) ([]health.Case, error) { return c.cases, nil }
func (c *clinic) Comments(_ context.Context, ids []string) (map[string][]health.Comment, error) {
	return map[string][]health.Comment{ids[0]: {{Source: "review", Mood: -1, Text: "It is slow"}}}, nil
}
func (c *clinic) Case(_ context.Context, id string) (health.Case, error) {
	if id != c.cases[0].ID {
		return health.Case{}, fault.New(fault.NotFound, "there is no such case")
	}
	return c.cases[0], nil
}
func (c *clinic) CaseChange(_ context.Context, _ string, change func(*health.Case) error) (health.Case, error) {
	err := change(&c.cases[0])
	return c.cases[0], err
}
func (c *clinic) Preview(ctx context.Context, draft health.Scorecard, at time.Time, mine func(string) bool, limit int) (*health.Preview, *health.Table, error) {
	return c.service().Preview(ctx, draft, at, mine, limit)
}
func (c *clinic) Check(ctx context.Context, card *health.Scorecard) error {
	return c.service().Check(ctx, card)
}
func (c *clinic) Unit(metric.Reading) metric.Unit                        { return metric.Count }
func (c *clinic) Scorecards(context.Context) ([]health.Scorecard, error) { return c.cards, nil }
func (c *clinic) ScorecardPut(_ context.Context, card health.Scorecard, version int64, _ time.Time) (health.Scorecard, error) {
	if version > 1 {
		return card, fault.New(fault.Conflict, "changed meanwhile")
	}
	return card, nil
}
func (c *clinic) ScorecardRemove(context.Context, string, time.Time) error { return nil }
func (c *clinic) Judgements(context.Context) ([]health.Judgement, error)   { return c.judged, nil }
func (c *clinic) JudgementAdd(_ context.Context, j health.Judgement) (health.Judgement, error) {
	c.judged = append(c.judged, j)
	return j, nil
}

func (c *clinic) HealthBenchmark(ctx context.Context, _ *account.Book, id string) (health.Benchmark, error) {
	score := 80.0
	return health.Benchmark{Score: &score, Past: &health.PastMark{Days: 300, Before: &score, Low: 70, Median: 75, High: 82}, Peers: &health.PeersMark{By: []string{"plan"}, N: 20, Below: 15, Low: 50, Median: 61.5, High: 77}}, nil
}

func TestHealthIsListedTheLeastHealthyFirstWithReasons(t *testing.T) {
	h := newHouse(t)
	var list HealthList
	w := h.call("GET", "/api/v1/health", "kw_read", "", "Accept-Language: ro")
	wantStatus(t, w, 200)
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Accounts) != 3 || list.Accounts[0].Account != "acme" || *list.Accounts[0].Score != 30 || list.Accounts[0].Band != health.Unhealthy || list.Accounts[2].Score != nil ||
		list.Accounts[0].Scores[0].Reasons[0].Text != "Oameni: 30" || list.Bands["none"] != 1 || list.Bands["good"] != 1 {
		t.Errorf("%s", w.Body)
	}
	w = h.call("GET", "/api/v1/health?band=good&sort=-score", "kw_read", "")
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || list.Total != 1 || list.Accounts[0].Account != "b/c" {
		t.Errorf("%s", w.Body)
	}
	w = h.call("GET", "/api/v1/health/b%2Fc", "kw_read", "")
	var sheet health.Sheet
	if err := json.Unmarshal(w.Body.Bytes(), &sheet); err != nil || *sheet.Score != 90 || len(sheet.Scores[0].Measures) != 2 {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("GET", "/api/v1/health/nobody", "kw_read", ""), http.StatusNotFound)
	wantStatus(t, h.call("GET", "/api/v1/health/acme?at=tomorrowish", "kw_read", ""), http.StatusBadRequest)
}

func TestAChangeOfHealthIsSplitIntoStepsThatAddUp(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/health/acme/change?from="+now.AddDate(0, -1, 0).Format(time.DateOnly), "kw_read", "")
	wantStatus(t, w, 200)
	var c HealthChange
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || c.Was != 80 || c.Score != 30 || len(c.Steps) != 1 || c.Steps[0].Points != -50 || c.Steps[0].Text != "People: 80 → 30" {
		t.Errorf("%s", w.Body)
	}
	w = h.call("GET", "/api/v1/health/cord/change?from=2026-01-01", "kw_read", "")
	wantStatus(t, w, http.StatusNotFound)
}

func TestAScorecardIsRefusedFieldByField(t *testing.T) {
	h := newHouse(t)
	w := h.call("POST", "/api/v1/scorecards", "kw_admin", `{"id":"a b","label":{"en":"x","es":"","ro":"","ru":""},"groups":[{"id":"g","label":{"en":"x","es":"","ro":"","ru":""},"weight":90,"measures":[{"id":"m","label":{"en":"x","es":"","ro":"","ru":""},"weight":100,"read":{"metric":"gone"},"scale":{"points":[[1,0],[1,100]]}}]}]}`)
	wantStatus(t, w, http.StatusBadRequest)
	for _, what := range []string{`"id"`, "the weights add up to 90, not to 100: raise them by 10", "groups[0].measures[0].read.metric", "would divide by zero"} {
		if !strings.Contains(w.Body.String(), strings.ReplaceAll(what, `"`, `"`)) {
			t.Errorf("%s is not named: %s", what, w.Body)
		}
	}
}

func TestMovementsAreAnsweredAsJSONAndAsRows(t *testing.T) {
	h := newHouse(t)
	var f health.Flow
	w := h.call("GET", "/api/v1/health-movements?from="+now.AddDate(0, -1, 0).Format(time.DateOnly), "kw_read", "")
	wantStatus(t, w, 200)
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil || len(f.Movements) != 3 || f.Movements[0].From != health.Good || f.Movements[0].To != health.Unhealthy || f.Movements[0].Accounts[0].ID != "acme" {
		t.Errorf("%v: %s", err, w.Body)
	}
	w = h.call("GET", "/api/v1/health-movements?format=csv&from="+now.AddDate(0, -1, 0).Format(time.DateOnly), "kw_read", "")
	if want := "from_band,to_band,account_id,was,score,was_value,value,currency\ngood,poor,acme,80,30,0.00,0.00,\npoor,good,b/c,0,90,0.00,0.00,\npoor,,cord,0,,0.00,0.00,\n"; w.Body.String() != want {
		t.Errorf("the rows are %q, want %q", w.Body, want)
	}
	wantStatus(t, h.call("GET", "/api/v1/health-movements?from=2999-01-01", "kw_read", ""), http.StatusBadRequest)
}

func TestACaseIsDecidedWithAVerdict(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/health-cases?account=acme", "kw_read", "", "Accept-Language: ro")
	wantStatus(t, w, 200)
	if !strings.Contains(w.Body.String(), "Sănătate 30") || !strings.Contains(w.Body.String(), `"words"`) || !strings.Contains(w.Body.String(), "It is slow") {
		t.Errorf("the evidence is not in words: %s", w.Body)
	}
	wantStatus(t, h.call("PUT", "/api/v1/health-cases/c1", "kw_admin", `{"state":"resolved"}`), http.StatusBadRequest)
	w = h.call("PUT", "/api/v1/health-cases/c1", "kw_admin", `{"state":"resolved","verdict":"score_wrong","note":"seats"}`)
	wantStatus(t, w, 200)
	if !strings.Contains(w.Body.String(), `"verdict":"score_wrong"`) {
		t.Errorf("%s", w.Body)
	}
	if w = h.call("GET", "/api/v1/health-cases?state=open", "kw_read", ""); strings.Contains(w.Body.String(), "acme") {
		t.Errorf("what is resolved is open: %s", w.Body)
	}
}

func TestVersionsOfAScorecardAreComparedAndRestored(t *testing.T) {
	h := newHouse(t)
	second := h.clinic.cards[0]
	h.clinic.cards[0].Until = now.Add(-time.Hour)
	second.Version, second.Priority, second.Changed = 2, 5, now.Add(-time.Hour)
	h.clinic.cards = append(h.clinic.cards, second)
	w := h.call("GET", "/api/v1/scorecards/use/differences", "kw_read", "")
	wantStatus(t, w, 200)
	if !strings.Contains(w.Body.String(), `"from":1,"to":2,"differences":[{"field":"priority","was":"0","is":"5"}]`) {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("GET", "/api/v1/scorecards/use/differences?to=9", "kw_read", ""), http.StatusNotFound)
	w = h.call("POST", "/api/v1/scorecards/use/restore?version=1", "kw_admin", "")
	wantStatus(t, w, 200)
	if strings.Contains(w.Body.String(), `"priority":5`) {
		t.Errorf("%s", w.Body)
	}
	wantStatus(t, h.call("POST", "/api/v1/scorecards/gone/restore", "kw_admin", ""), http.StatusNotFound)
}

func TestWhatIsToBeJudgedIsListed(t *testing.T) {
	h := newHouse(t)
	w := h.call("GET", "/api/v1/health-judgements", "kw_read", "")
	wantStatus(t, w, 200)
	var list JudgedList
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Judged) == 0 || list.Judged[0].Measure != "seen" || list.Judged[0].Last != nil {
		t.Errorf("%v: %s", err, w.Body)
	}
}
