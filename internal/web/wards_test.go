package web

import (
	"context"
	"encoding/json"
	"html"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// wards score the customers of a company: each is as healthy as its place in the book.
type wards struct{ *company }

var _ Clinic = wards{}

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
		if r.Change {
			column.Before = make([]float64, len(out.IDs))
		}
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
func (c wards) SegmentMetrics(context.Context, string) ([]string, error) { return nil, nil }
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
func (c wards) HealthAt(ctx context.Context, q health.Question) (*health.Table, error) {
	return c.service().Table(ctx, q)
}
func (c wards) HealthChange(ctx context.Context, q health.ChangeAsk) (health.Change, error) {
	table, err := c.Health(ctx)
	if err != nil {
		return health.Change{}, err
	}
	row, _ := table.Row(q.ID)
	q.Family = table.Family(row)
	return c.service().Change(ctx, q)
}
func (c wards) HealthFlow(ctx context.Context, from, to time.Time, aspect string, recomputed bool, mine func(string) bool) (*health.Flow, error) {
	was, err := c.HealthAt(ctx, health.Question{At: from})
	if err != nil {
		return nil, err
	}
	is, err := c.Health(ctx)
	if err != nil {
		return nil, err
	}
	return c.service().Flow(ctx, from, to, was.Places(aspect), is.Places(aspect), mine)
}
func (c wards) Range(ctx context.Context, r metric.Reading, at time.Time, mine func(string) bool) (health.Range, error) {
	return c.service().Range(ctx, r, at, mine)
}
func (c wards) Cases(ctx context.Context, past int) ([]health.Case, error) {
	if c.down != nil {
		return nil, c.down
	}
	return c.people.Cases(ctx, past)
}
func (c wards) Comments(_ context.Context, ids []string) (map[string][]health.Comment, error) {
	all := map[string][]health.Comment{}
	for _, id := range ids {
		all[id] = []health.Comment{{Source: "answer", Mood: 1, Text: "Works well for us"}, {Source: "ticket", Text: "<b>How</b> do I export?"}}
	}
	return all, nil
}
func (c wards) Case(ctx context.Context, id string) (health.Case, error) {
	return c.people.Case(ctx, id)
}
func (c wards) CaseChange(ctx context.Context, id string, change func(*health.Case) error) (health.Case, error) {
	return c.people.CaseChange(ctx, id, change)
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

func (c wards) HealthBenchmark(ctx context.Context, _ *account.Book, id string) (health.Benchmark, error) {
	score := 80.0
	return health.Benchmark{Score: &score, Past: &health.PastMark{Days: 300, Before: &score, Low: 70, Median: 75, High: 82}, Peers: &health.PeersMark{By: []string{"plan"}, N: 20, Below: 15, Low: 50, Median: 61.5, High: 77}}, nil
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

// aForm is what the editor's form sends of useCard when nothing is changed.
func aForm(changes map[string]string) url.Values {
	v := url.Values{"definition": {useCard}, "view": {"form"}, "version": {"0"}, "name": {"Use"}, "priority": {"0"}, "counts": {"1"}, "good": {"70"}, "average": {"40"}, "dwell": {"0"},
		"g0.name": {"All"}, "g0.weight": {"100"}, "g0.m0.weight": {"80"}, "g0.m1.weight": {"20"}, "cap.measure": {""}, "cap.segment": {""}, "cap.sign": {"above"}, "cap.value": {""}, "cap.at": {""}, "cap.label": {""}}
	for name, value := range changes {
		v.Set(name, value)
	}
	return v
}

func TestTheFormAndTheTextOfAScorecardAreTheSameThing(t *testing.T) {
	c := emptyCompany()
	c.customers = 3
	b := c.visit(t).as(c, team.Admin)
	path := "/health/scorecards/use"
	draft := func(do string, form url.Values) string {
		t.Helper()
		w := b.send("POST", path+"/draft?do="+do, form)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d: %s", do, w.Code, w.Body)
		}
		return html.UnescapeString(w.Body.String())
	}
	textOf := func(page string) health.Scorecard {
		t.Helper()
		_, rest, _ := strings.Cut(page, `name="definition"`)
		_, rest, _ = strings.Cut(rest, ">")
		text, _, _ := strings.Cut(rest, "</textarea>")
		card, err := health.Parse([]byte(text))
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return card
	}
	want, err := health.Parse([]byte(useCard))
	if err != nil {
		t.Fatal(err)
	}
	want.Stages = nil
	if got := textOf(draft("view:text", aForm(nil))); len(health.Differences(&want, &got, i18n.EN)) != 0 {
		t.Errorf("through the form %+v differs", health.Differences(&want, &got, i18n.EN))
	}
	got := textOf(draft("view:text", aForm(map[string]string{"g0.m0.weight": "75,5", "stages": "live, trial", "cap.measure": "mau", "cap.sign": "below", "cap.value": "5", "cap.at": "30", "cap.label": "Nobody there"})))
	if got.Groups[0].Measures[0].Weight != 75.5 || len(got.Stages) != 2 || len(got.Caps) != 1 || *got.Caps[0].Below != 5 || got.Caps[0].At != 30 || got.Caps[0].Label.EN != "Nobody there" {
		t.Errorf("the text of the form is %+v", got)
	}
	page := draft("open:0.0", aForm(nil))
	for _, field := range []string{`name="open.source"`, `value="metric:mau" selected`, `name="open" value="0.0"`, "judged", "vital:days_since_use"} {
		if !strings.Contains(page, field) {
			t.Errorf("the fields of a measure lack %s", field)
		}
	}
	opened := map[string]string{"open": "0.0", "open.name": "Active people", "open.source": "metric:mau", "open.how": "steps", "open.missing": "poor", "open.window": "90 days", "open.change": "1"}
	form := aForm(opened)
	form["open.from"], form["open.score"] = []string{"20", "-10", ""}, []string{"100", "0", ""}
	m := textOf(draft("view:text", form)).Groups[0].Measures[0]
	if !m.Scale.Steps || len(m.Scale.Points) != 2 || m.Scale.Points[0] != [2]float64{-10, 0} || m.Missing != health.Poor || !m.Read.Change || m.Read.Window != "90 days" || m.Label.EN != "Active people" {
		t.Errorf("the measure is %+v", m)
	}
	form.Set("open.source", "vital:days_since_use")
	if m = textOf(draft("source", form)).Groups[0].Measures[0]; m.Read.Vital != "days_since_use" || m.Read.Metric != "" || len(m.Scale.Points) != 2 || m.Scale.Points[0][1] != 100 {
		t.Errorf("another source gives %+v, want limits to begin with where fewer days are better", m)
	}
	added := textOf(draft("add-measure:0", aForm(nil)))
	var sum float64
	for _, m := range added.Groups[0].Measures {
		sum += m.Weight
	}
	if len(added.Groups[0].Measures) != 3 || sum != 100 {
		t.Errorf("after adding a measure there is %+v", added.Groups[0])
	}
	if removed := textOf(draft("remove:0.1", aForm(nil))); len(removed.Groups[0].Measures) != 1 || removed.Groups[0].Measures[0].Weight != 100 {
		t.Errorf("after removing a measure there is %+v", removed.Groups[0])
	}
	for name, value := range map[string]string{"g0.m0.weight": "a lot", "g0.weight": "90"} {
		w := b.send("POST", path+"/preview", aForm(map[string]string{name: value}))
		if !strings.Contains(w.Body.String(), `data-at="groups`) {
			t.Errorf("%s %q is not said to be wrong: %s", name, value, w.Body)
		}
	}
	for _, do := range []string{"open:9.9", "remove:7", "up:0.0", "down:0.1", "balance:-1", "close", "what", "add-measure:5", "open:x"} {
		draft(do, aForm(nil))
	}
}

func TestScorecardsGoBackToEarlierVersions(t *testing.T) {
	c := emptyCompany()
	c.customers = 3
	b := c.visit(t).as(c, team.Admin)
	send := func(path string, form url.Values) string {
		t.Helper()
		c.now = c.now.Add(time.Minute)
		w := b.send("POST", path, form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
		}
		return w.Header().Get("Location")
	}
	undo := func(address string) string {
		t.Helper()
		u, err := url.Parse(address)
		if err != nil || u.Query().Get("undo") == "" {
			t.Fatalf("%s names no way back", address)
		}
		return send("/undo", url.Values{"id": {u.Query().Get("undo")}})
	}
	priority := func() int {
		t.Helper()
		all, err := c.people.Scorecards(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range health.InForce(all, c.now.Add(time.Hour)) {
			return s.Priority
		}
		return -1
	}
	send("/health/scorecards/new", aForm(nil))
	changed := send("/health/scorecards/use", aForm(map[string]string{"version": "1", "priority": "7"}))
	if priority() != 7 {
		t.Fatal("it is not changed")
	}
	if undo(changed); priority() != 0 {
		t.Error("undo does not bring the version before back")
	}
	send("/health/scorecards/use/restore", url.Values{"version": {"2"}})
	if priority() != 7 {
		t.Error("an earlier version is not restored")
	}
	if w := b.get("/health/scorecards/use"); !strings.Contains(w.Body.String(), "Version 4") || !strings.Contains(w.Body.String(), "<ins>7</ins>") {
		t.Errorf("versions and what differs are not shown: %s", w.Body)
	}
	removed := send("/health/scorecards/use", url.Values{"do": {"remove"}, "version": {"4"}})
	if priority() != -1 {
		t.Error("it is still in force")
	}
	if undo(removed); priority() != 7 {
		t.Error("undo does not bring it back")
	}
}

func TestDisagreementsAreLookedAtAndResolved(t *testing.T) {
	c := emptyCompany()
	c.customers = 3
	b := c.visit(t).as(c, team.Admin)
	if w := b.get("/health/cases"); !strings.Contains(w.Body.String(), i18n.T(i18n.EN, "health.cases.none_open")) {
		t.Errorf("with no case it says %s", w.Body)
	}
	book, err := c.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	one := health.Case{Account: book.All[0].ID, State: health.CaseOpen, Opened: c.now, Changed: c.now, Sayings: []health.Saying{
		{Voice: health.ScoreVoice, Mood: 1, Evidence: []health.Ground{{Kind: "score", Value: 90, Mood: 1, Text: "good"}}}, {Voice: health.MoneyVoice, Mood: -1, Evidence: []health.Ground{{Kind: "overdue", Value: 45, Mood: -1}}}}}
	stranger := one
	stranger.Account = "nobody's"
	if err := c.people.CasesFollow(t.Context(), []health.Case{one, stranger}, nil); err != nil {
		t.Fatal(err)
	}
	page := b.get("/health/cases").Body.String()
	if !strings.Contains(page, "Health 90, Good") || !strings.Contains(page, "45 days overdue") || strings.Count(page, `class="card case"`) != 1 ||
		!strings.Contains(page, `<li class="lift">Survey`) || !strings.Contains(page, "Works well for us") || !strings.Contains(page, "&lt;b&gt;How&lt;/b&gt;") {
		t.Errorf("the case is shown as %s", page)
	}
	all, err := c.people.Cases(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		want := http.StatusSeeOther
		if k.Account == stranger.Account {
			want = http.StatusNotFound
		}
		if w := b.send("POST", "/health/cases/"+k.ID, url.Values{"verdict": {"score_wrong"}, "note": {"seats bought ahead"}}); w.Code != want {
			t.Errorf("deciding a case of %s: status %d", k.Account, w.Code)
		}
	}
	if page := b.get("/health/cases?tab=resolved").Body.String(); !strings.Contains(page, "seats bought ahead") || !strings.Contains(page, i18n.T(i18n.EN, "health.verdict.score_wrong")) {
		t.Errorf("what was resolved is shown as %s", page)
	}
}

func TestALongQueueOfDisagreementsHasPages(t *testing.T) {
	c := emptyCompany()
	c.customers = 70
	b := c.visit(t).as(c, team.Admin)
	book, err := c.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var cases []health.Case
	for _, s := range book.All {
		cases = append(cases, health.Case{Account: s.ID, State: health.CaseOpen, Opened: c.now, Changed: c.now})
	}
	if err := c.people.CasesFollow(t.Context(), cases, nil); err != nil {
		t.Fatal(err)
	}
	next := regexp.MustCompile(`href="(/health/cases\?from=\d+)"`)
	seen, at := map[string]bool{}, "/health/cases"
	for range 10 {
		page := b.get(at).Body.String()
		for _, m := range regexp.MustCompile(`id="case-([^"]+)"`).FindAllStringSubmatch(page, -1) {
			seen[m[1]] = true
		}
		link := next.FindStringSubmatch(page)
		if link == nil {
			break
		}
		at = link[1]
	}
	if len(seen) != len(cases) {
		t.Errorf("going from page to page shows %d of %d cases; the last is %s", len(seen), len(cases), at)
	}
	for _, odd := range []string{"-4", "9999", "x"} {
		if page := b.get("/health/cases?from=" + odd).Body.String(); !strings.Contains(page, `class="card case"`) {
			t.Errorf("from %s shows nothing", odd)
		}
	}
}

func TestABookIsJudgedOneAccountAfterTheOther(t *testing.T) {
	c := emptyCompany()
	c.customers = 3
	b := c.visit(t).as(c, team.Admin)
	if w := b.get("/health/judge"); !strings.Contains(w.Body.String(), i18n.T(i18n.EN, "health.no_judged")) {
		t.Errorf("without a judged measure it says %s", w.Body)
	}
	if w := b.send("POST", "/health/scorecards/new", url.Values{"definition": {useCard}, "version": {"0"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Body)
	}
	c.now = c.now.Add(time.Minute)
	next := "/health/judge"
	judged := map[string]bool{}
	for range 3 {
		page := b.get(next).Body.String()
		field := func(name string) string {
			_, rest, ok := strings.Cut(page, `name="`+name+`" value="`)
			if !ok {
				t.Fatalf("no field %s in %s", name, page)
			}
			value, _, _ := strings.Cut(rest, `"`)
			return html.UnescapeString(value)
		}
		form := url.Values{"account": {field("account")}, "scorecard": {"use"}, "measure": {"mood"}, "next": {field("next")}, "choice": {"sunny"}, "until": {c.now.AddDate(0, 1, 0).Format(time.DateOnly)}}
		if w := b.send("POST", "/health/judge", form); w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("without a reason: status %d", w.Code)
		}
		form.Set("reason", "they laughed")
		w := b.send("POST", "/health/judge", form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		judged[form.Get("account")], next = true, w.Header().Get("Location")
	}
	if all, err := c.people.Judgements(t.Context()); err != nil || len(all) != 3 || len(judged) != 3 {
		t.Errorf("%d judgements of %d accounts, %v", len(all), len(judged), err)
	}
}

func TestMovementsAndHistoryShowWhereAccountsCameFrom(t *testing.T) {
	c := emptyCompany()
	c.customers = 8
	b := c.visit(t).as(c, team.Admin)
	if w := b.send("POST", "/health/scorecards/new", url.Values{"definition": {useCard}, "version": {"0"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Body)
	}
	c.now = c.now.Add(time.Minute)
	expect := func(path string, says ...string) {
		t.Helper()
		w := b.get(path)
		for _, text := range says {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: status %d, %q is not said: %s", path, w.Code, text, w.Body)
			}
		}
	}
	expect("/health/movements", "/health/movements/flow")
	expect("/health/movements/flow?move=average-poor", `class="stream worse"`, `id="moved"`)
	expect("/health/movements.csv", "average,poor,")
	expect("/health/movements?from=yesterday&to=2999-01-01&wait=1", `class="chart river broad"`)
	book, err := c.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of := "/accounts/" + url.PathEscape(book.All[0].ID) + "/health/history"
	expect(of, "health/history/part")
	expect(of+"/part?by=today", `class="zone good"`, "People: 50 → 0")
	expect(of+"/part?aspect=none&days=30", i18n.T(i18n.EN, "health.no_history"))
}
