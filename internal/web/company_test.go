package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/backtest"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/store"
	"github.com/keepwell/keepwell/internal/team"
	"github.com/keepwell/keepwell/internal/web/feeds"
	"github.com/keepwell/keepwell/internal/web/live"
	"github.com/keepwell/keepwell/internal/web/quarantine"
	"github.com/keepwell/keepwell/internal/web/settings"
	"github.com/keepwell/keepwell/internal/web/signin"
)

var noon = time.Date(2026, 11, 21, 12, 3, 5, 0, time.UTC)

// What the pages ask of others is what others give.
var (
	_ signin.Sessions  = (*store.Store)(nil)
	_ settings.Store   = (*store.Store)(nil)
	_ feeds.Sightings  = (*store.Store)(nil)
	_ feeds.Refused    = (*store.Store)(nil)
	_ signin.Keys      = (*team.Gate)(nil)
	_ quarantine.Calls = struct {
		*store.Store
		replayer
	}{}
)

type replayer interface {
	Replay(ctx context.Context, id string) error
}

// company is everything the pages ask for, in memory.
type company struct {
	tested   []backtest.Ask // backtests that were asked for
	mu       sync.Mutex     // pages ask side by side
	totals   []feeds.Total
	fresh    feeds.Freshness
	verdicts []feed.Verdict
	feeds    []feed.Sighting
	calls    []feed.Quarantined
	values   float64 // what metrics are multiplied with; 0: no data
	groups   []string
	down     error // what every question is answered with

	news    *live.News // nil: streams end as soon as they begin
	keys    map[string]team.Key
	made    madeUp
	people  *store.Store // users, sessions and the audit trail, opened by site
	space   signin.Workspace
	openID  *signin.OpenID
	address string
	mails   []string // who it went to, subject and text; nil: no mail is sent
	kept    metric.Conventions
	scoped  []string // segments that metrics were asked within
	refuse  string   // why replaying fails
	reports []error
	now     time.Time

	customers int
	name      func(string) string // of whatever others named
	did       deeds
	seen      time.Time // when the note that mentions everybody was marked so
	taken     []string  // kinds of files that were taken in
}

func emptyCompany() *company {
	return &company{keys: map[string]team.Key{}, now: noon, name: func(s string) string { return s }, space: signin.Workspace{Name: "Acme", Zone: "UTC", Language: "en"}}
}

// grown is a company with facts: about size of each common kind, with names made by name.
func grown(size int64, values float64, name func(string) string) *company {
	c := emptyCompany()
	c.values, c.customers, c.name = values, 60, name
	c.fresh = feeds.Freshness{Through: noon, Behind: 400 * time.Millisecond}
	for i, kind := range fact.Kinds() {
		share := size / int64(i*i+1)
		days := make([]int64, feeds.Days)
		for d := range days {
			days[d] = int64(float64(share) / 400 * (1.2 + math.Sin(float64(d*(i%4+1)))))
		}
		c.totals = append(c.totals, feeds.Total{Kind: kind.Name, Count: share + 1, Last: noon.Add(-time.Duration(i*i*i) * time.Minute), Days: days})
		c.feeds = append(c.feeds, feed.Sighting{Source: name([]string{"website", "app", "stripe", "import"}[i%4]), Kind: kind.Name,
			First: noon.AddDate(0, -5, -i), Last: noon.Add(-time.Duration(i*i*9) * time.Minute), Count: share + 2, Verdict: "accepted"})
	}
	for i := range 14 {
		verdict, reason := "accepted", ""
		switch i {
		case 2, 9:
			verdict = "duplicate"
		case 5:
			verdict, reason = "quarantined", fmt.Sprintf("type %q is none of identify, group, track, page, screen, alias", name("bought"))
		}
		c.verdicts = append(c.verdicts, feed.Verdict{When: noon.Add(-time.Duration(i*i) * time.Second), Source: "website",
			Kind: []string{"events", "pages", "contacts", "track"}[i%4], Subject: name([]string{"Report opened", "/pricing", "ana@example.com", "Invoice sent"}[i%4]), Verdict: verdict, Reason: reason})
	}
	for i, rule := range []string{"bad_time", "missing_identity", "bad_value", "bad_time", "unknown_type"} {
		c.calls = append(c.calls, feed.Quarantined{ID: fmt.Sprintf("%032d", i), Source: name("website"), Kind: "track", Received: noon.Add(-time.Duration(i) * time.Hour),
			Rule: rule, Field: "timestamp", Reason: fmt.Sprintf("timestamp: %q is not a time; give RFC 3339, a date, or Unix seconds or milliseconds", name("tomorrow")), Status: feed.Open,
			Body: []byte(`{"type":"track","userId":"` + name("ana") + `","event":"Report opened","timestamp":"tomorrow"}`)})
	}
	c.groups = []string{name("enterprise"), name("team"), name("starter")}
	return c
}

func (c *company) Totals(context.Context) ([]feeds.Total, error)      { return c.totals, c.down }
func (c *company) Freshness(context.Context) (feeds.Freshness, error) { return c.fresh, c.down }
func (c *company) Sightings(context.Context) ([]feed.Sighting, error) { return c.feeds, c.down }
func (c *company) Verdicts(_ context.Context, n int) ([]feed.Verdict, error) {
	return c.verdicts[:min(n, len(c.verdicts))], c.down
}

func (c *company) QuarantineCount(context.Context) (map[feed.Status]int64, error) {
	counts := map[feed.Status]int64{}
	for _, call := range c.calls {
		counts[call.Status]++
	}
	return counts, c.down
}

func (c *company) QuarantineRules(context.Context) ([]feed.RuleCount, error) {
	var rules []feed.RuleCount
	for _, call := range c.calls {
		if call.Status != feed.Open {
			continue
		}
		i := slices.IndexFunc(rules, func(r feed.RuleCount) bool { return r.Rule == call.Rule })
		if i < 0 {
			rules, i = append(rules, feed.RuleCount{Rule: call.Rule}), len(rules)
		}
		rules[i].Count++
	}
	return rules, c.down
}

func (c *company) QuarantinePage(_ context.Context, f feed.Filter) ([]feed.Quarantined, string, error) {
	var page []feed.Quarantined
	for _, call := range c.calls {
		if (f.Status == "" || call.Status == f.Status) && (f.Rule == "" || call.Rule == f.Rule) {
			page = append(page, call)
		}
	}
	return page, "", c.down
}

func (c *company) find(id string) (*feed.Quarantined, error) {
	for i := range c.calls {
		if c.calls[i].ID == id {
			return &c.calls[i], c.down
		}
	}
	return nil, fault.New(fault.NotFound, "there is no such quarantined fact")
}

func (c *company) QuarantineGet(_ context.Context, id string) (feed.Quarantined, error) {
	call, err := c.find(id)
	if err != nil {
		return feed.Quarantined{}, err
	}
	return *call, nil
}

func (c *company) QuarantineEdit(_ context.Context, id string, body []byte) error {
	call, err := c.find(id)
	if err == nil {
		call.Edited = body
	}
	return err
}

func (c *company) QuarantineDecide(_ context.Context, id string, status feed.Status, now time.Time) error {
	call, err := c.find(id)
	if err == nil && call.Status != feed.Open {
		return fault.New(fault.Conflict, "the quarantined fact is %s already", call.Status)
	}
	if err == nil {
		call.Status, call.Decided = status, now
	}
	return err
}

func (c *company) QuarantineReopen(_ context.Context, id string) error {
	call, err := c.find(id)
	if err == nil {
		call.Status = feed.Open
	}
	return err
}

func (c *company) Replay(ctx context.Context, id string) error {
	if c.refuse != "" {
		return fault.New(fault.Invalid, c.refuse)
	}
	return c.QuarantineDecide(ctx, id, feed.Replayed, c.now)
}

var catalog = func() *metric.Catalog {
	c, err := metric.Builtin()
	if err != nil {
		panic(err)
	}
	return c
}()

func (c *company) Describe(lang i18n.Lang) []metric.Described {
	return (&metric.Service{Catalog: catalog}).Describe(lang)
}

func figure(v float64) *metric.Figure { return &metric.Figure{Float: v} }

// Overview makes up the answers to many questions.
func (c *company) Overview(ctx context.Context, ask metric.Ask, ids []string) ([]metric.Overviewed, error) {
	var all []metric.Overviewed
	for _, id := range ids {
		ask.Metric = id
		answer, err := c.Answer(ctx, ask)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			return nil, err
		}
		all = append(all, metric.Overviewed{Metric: id, Answer: answer})
	}
	return all, nil
}

// Answer makes up an answer that looks like one.
func (c *company) Answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error) {
	c.mu.Lock()
	c.scoped = append(c.scoped, team.PrincipalOf(ctx).Within(ask.Segment)) // as the API does
	c.mu.Unlock()
	base, err := c.known(ask)
	if err != nil && c.down == nil {
		return nil, err
	}
	if base == nil {
		return nil, c.down
	}
	d, variant, ok := base.With(ask.Variant)
	if !ok {
		return nil, fault.New(fault.Invalid, "there is no variant %q", ask.Variant)
	}
	a := &metric.Answer{Metric: d.ID, Label: i18n.Text(d.Label).In(ask.Lang), Variant: variant.ID, Unit: d.Unit, Better: d.Better, Type: d.Type,
		From: noon.AddDate(0, 0, -30), To: noon, By: ask.By, Detail: map[string]any{}, Definition: metric.Wording{Formula: d.Formula.EN}}
	for _, part := range d.Detail {
		a.Detail[part.Name] = figure(17 * c.values)
	}
	c.beside(a)
	a.Points = make([]metric.Point, 12)
	for i := range a.Points {
		a.Points[i] = metric.Point{From: time.Date(2025, time.December+time.Month(i), 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, time.January+time.Month(i), 1, 0, 0, 0, 0, time.UTC), Partial: i == 11}
	}
	if c.values == 0 || c.down != nil {
		return a, c.down
	}
	v := 41.27 * c.values
	if d.Unit == metric.Percent {
		v = math.Min(v, 41.27)
	}
	limits := func(v float64) *metric.Limits {
		if d.Interval == metric.NoInterval {
			return nil
		}
		return &metric.Limits{Low: figure(v * 0.8), High: figure(v * 1.15), Level: 0.95}
	}
	sure := len(d.ID)%2 == 0
	a.Value, a.N, a.SmallSample, a.Interval = figure(v), int64(412*c.values), c.values < 1, limits(v)
	a.Previous = &metric.Previous{Value: figure(v * 0.9), Change: figure(v * 0.1), Significant: &sure}
	if d.Unit == metric.Money {
		a.Currency = "EUR"
	}
	for i, b := range d.Bands {
		a.Bands = append(a.Bands, metric.BandShown{Label: b.Label, From: b.From, To: b.To, Source: b.Source, Current: i == 0})
	}
	for i := range a.Points {
		at := v * (0.8 + 0.02*float64(i) + 0.08*math.Sin(float64(i)))
		a.Points[i].N, a.Points[i].Value, a.Points[i].Interval = 30, figure(at), limits(at)
		a.Points[i].Detail = map[string]any{}
		for j, part := range d.Detail {
			a.Points[i].Detail[part.Name] = figure(at * float64(3-j)) // some above zero, some below
		}
	}
	c.tables(a.Detail)
	if ask.By != "" || d.GroupedBy != "" {
		for i, key := range c.groups {
			x := v * (1 - 0.3*float64(i))
			a.Groups = append(a.Groups, metric.Group{Key: &key, Value: figure(x), N: int64(120 / (i + 1)), Interval: limits(x), SmallSample: i == 2, Detail: a.Detail})
		}
		a.Groups, a.OtherGroups = append(a.Groups, metric.Group{Value: figure(v / 3), N: 5}), 4
	}
	return a, nil
}

func (c *company) Admit(ctx context.Context, text string, need team.Scope, _ time.Time) (team.Key, error) {
	k, ok := c.keys[text]
	if !ok {
		return k, fault.New(fault.Unauthenticated, "the API key is unknown")
	}
	if !k.Scope.Allows(need) {
		return k, fault.New(fault.Forbidden, "this key is for %s", k.Scope)
	}
	k.Hash, k.Created = team.Hashed(text), noon // its sessions live as long as it is kept
	if err := c.people.KeyAdd(ctx, k); err != nil && fault.KindOf(err) != fault.Conflict {
		return k, err
	}
	return k, c.down
}

func (c *company) Workspace(context.Context) (signin.Workspace, error) { return c.space, c.down }
func (c *company) SetWorkspace(_ context.Context, w signin.Workspace) error {
	c.space = w
	return c.down
}

func (c *company) site(t *testing.T) *site {
	t.Helper()
	c.open(t)
	o := Options{Zone: time.UTC, Now: func() time.Time { return c.now }, Report: func(err error) { c.reports = append(c.reports, err) },
		News: c.hub(), Keys: c, Sessions: c.people, People: c.people, Workplace: c, Base: func() string { return "http://base.example" }, Forget: func() {},
		Address: c.address, OpenID: c.openID, Overview: c, Sightings: c, Quarantine: c, Metrics: c, Boards: boards{c}, Ways: c, Files: c, Folder: t.TempDir(), Sample: &c.made, Backups: c, Facts: c, Customers: c, Contacts: c,
		Segments: choosing{c}, Names: c, Voices: c, Journeys: roads{c}, Clinic: wards{c}, Backtests: trials{c}, Forecasts: foretelling{c}}
	if c.mails != nil {
		o.Mail = func(to, subject, text string) bool { c.mails = append(c.mails, to+"\n"+subject+"\n"+text); return true }
	}
	s, err := build(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *company) hub() *live.News {
	if c.news != nil {
		return c.news
	}
	n := live.NewNews(noon, nil)
	n.Close()
	return n
}

func (c *company) open(t *testing.T) {
	t.Helper()
	if c.people != nil {
		return
	}
	var err error
	if c.people, err = store.Open(context.Background(), filepath.Join(t.TempDir(), "state.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.people.Close() })
}

// browser is somebody who visits the pages, with a jar of cookies.
type browser struct {
	t       *testing.T
	handler http.Handler
	cookies map[string]string
	header  http.Header
}

func (c *company) visit(t *testing.T) *browser {
	return &browser{t: t, handler: c.site(t).handler(), cookies: map[string]string{}, header: http.Header{}}
}

// as signs in with a scope without going through the door: as an admin, with a key of one that reads.
func (b *browser) as(c *company, scope team.Scope) *browser {
	b.t.Helper()
	k := team.Key{ID: "0011223344556677", Name: "ana", Scope: scope, Hash: team.Hash{1}, Created: noon}
	if err := c.people.KeyAdd(b.t.Context(), k); err != nil && fault.KindOf(err) != fault.Conflict {
		b.t.Fatal(err)
	}
	token, s, err := team.NewSession(k, rand.Reader, c.now)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.hold(c, token, s)
}

// hold gives the browser the cookie of a session.
func (b *browser) hold(c *company, token string, s team.Session) *browser {
	b.t.Helper()
	if err := c.people.SessionAdd(b.t.Context(), s); err != nil {
		b.t.Fatal(err)
	}
	b.cookies["keepwell_session"] = token
	return b
}

func (b *browser) get(path string) *httptest.ResponseRecorder { return b.send("GET", path, nil) }

func (b *browser) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	for name, values := range b.header {
		r.Header[name] = values
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		if b.cookies[cookie.Name] = cookie.Value; cookie.Value == "" {
			delete(b.cookies, cookie.Name)
		}
	}
	return w
}

// madeUp is a sample company that is in or out at once.
type madeUp struct{ state feed.SampleState }

func (m *madeUp) Sample() feed.Sample { return feed.Sample{State: m.state, Part: 0.5} }

func (m *madeUp) MayAddSample(context.Context) (bool, error) { return m.state == feed.NoSample, nil }

func (m *madeUp) AddSample(context.Context) error {
	m.state = feed.Arriving
	return nil
}

func (m *madeUp) RemoveSample(context.Context) error {
	m.state = feed.Leaving
	return nil
}
