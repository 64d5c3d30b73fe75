package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"

	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/ingest"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// house is an API over fakes that remember what they were asked.
type house struct {
	checks int // of definitions
	*API
	keys    map[string]team.Key // by text
	asked   metric.Ask
	answer  func(context.Context) (*metric.Answer, error)
	took    ingest.FactsRequest
	body    string
	facts   []*fact.Fact
	stored  []team.Key
	trouble []string
	held    feed.Quarantined
	board   *boards
	clinic  *clinic
	kept    metric.Conventions
	who     []any // what People was asked last
	stays   []account.Stay
	saved   account.SavedSegment
	versus  [2]string
	voices  account.FeedbackAsk
	made    madeUp
	space   space
	among   string
	members metric.SegmentAsk // what was asked last of a segment
	users   []team.User
	trail   []team.Change
	roads   *roads
	// together are the metrics of each overview.
	together [][]string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{clinic: newClinic(), roads: newRoads(), board: &boards{}, keys: map[string]team.Key{}, saved: account.SavedSegment{ID: "aa", Name: "Pros", Version: 1}, held: feed.Quarantined{ID: "aa", Status: feed.Open, Body: []byte(`{"a":1}`)}}
	for _, s := range team.Scopes {
		h.keys["kw_"+string(s)] = team.Key{ID: string(s), Name: string(s) + " key", Scope: s}
	}
	h.keys["kw_gone"] = team.Key{Name: "gone", Scope: team.Admin, Hash: team.Hashed("kw_gone"), Revoked: now}
	h.users = []team.User{{ID: "ana", Email: "ana@example.com", Name: "Ana", Role: team.RoleCSM}}
	for text, k := range h.keys {
		k.Hash = team.Hashed(text)
		h.keys[text] = k
	}
	h.answer = func(context.Context) (*metric.Answer, error) { return &metric.Answer{Metric: h.asked.Metric}, nil }
	h.API = New(Options{Gate: team.NewGate(h, func(err error) { t.Error(err) }), Metrics: h, Ways: h, Boards: h.board, Definitions: definitions{h}, Facts: h, People: h, Accounts: h, Feedback: h, Journeys: h.roads, Sample: &h.made, Workplace: &h.space, Work: h, Forecasts: forecasts{}, Backtests: &backtests{}, Segments: h, Keys: h, Users: h, Trail: h, Base: func() string { return "https://cs.example.com" }, Quarantine: h, Running: h, Care: h, Health: h.clinic,
		Zone: time.UTC, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }, Random: rand.Reader,
		LocalToken: "kw_local", QueryTime: 50 * time.Millisecond, Queries: 1})
	return h
}

func (h *house) KeyByHash(_ context.Context, hash team.Hash) (team.Key, error) {
	for _, k := range h.keys {
		if k.Hash == hash {
			return k, nil
		}
	}
	return team.Key{}, fault.New(fault.NotFound, "no such key")
}
func (h *house) KeyUsed(context.Context, string, time.Time) error { return nil }
func (h *house) KeyAdd(_ context.Context, k team.Key) error {
	h.stored = append(h.stored, k)
	return nil
}
func (h *house) KeyRevoke(_ context.Context, name string, at time.Time) (team.Key, error) {
	return team.Key{Name: name, Revoked: at}, nil
}
func (h *house) Keys(context.Context) ([]team.Key, error) { return h.stored, nil }

func (h *house) Users(context.Context) ([]team.User, error) { return h.users, nil }
func (h *house) UserFind(_ context.Context, name string) (team.User, error) {
	for _, u := range h.users {
		if name == u.ID || name == u.Email {
			return u, nil
		}
	}
	return team.User{}, fault.New(fault.NotFound, "there is no such user")
}
func (h *house) UserAdd(_ context.Context, u team.User) error {
	h.users = append(h.users, u)
	return nil
}
func (h *house) UserChange(_ context.Context, id string, change func(*team.User) error) (team.User, error) {
	for i := range h.users {
		if h.users[i].ID == id {
			return h.users[i], change(&h.users[i])
		}
	}
	return team.User{}, fault.New(fault.NotFound, "there is no such user")
}
func (h *house) TicketAdd(context.Context, team.Ticket, time.Time) error { return nil }
func (h *house) AuditAdd(_ context.Context, c *team.Change) error {
	h.trail = append(h.trail, *c)
	return nil
}
func (h *house) AuditPage(_ context.Context, f team.ChangeFilter) ([]team.Change, string, error) {
	return h.trail, "", nil
}

func (h *house) Answer(ctx context.Context, ask metric.Ask) (*metric.Answer, error) {
	h.asked = ask
	return h.answer(ctx)
}
func (h *house) Explain(_ context.Context, q metric.Opening) (*metric.Explanation, error) {
	h.who = []any{q}
	h.asked = q.Ask
	key := "=1+1"
	return &metric.Explanation{Metric: q.Metric, Key: []string{"account"}, Rows: []metric.Evidence{{Key: map[string]any{"account": key}, Facts: []metric.FactShown{{Kind: "orders", ID: "7"}}}}}, nil
}

func (h *house) Bridge(_ context.Context, q metric.Bridging) (*metric.Bridge, error) {
	h.who = []any{q}
	h.asked = q.Ask
	return &metric.Bridge{Metric: q.Metric}, nil
}

func (h *house) Policies(context.Context) (metric.Conventions, error) { return h.kept, nil }

func (h *house) PoliciesChange(_ context.Context, change func(metric.Conventions) error) error {
	if h.kept == nil {
		h.kept = metric.Conventions{}
	}
	return change(h.kept)
}

// definitions are the metrics that a house is given.
type definitions struct{ *house }

func (h definitions) Check(_ context.Context, id, text string) (*metric.Definition, error) {
	h.checks++
	if text == "broken" {
		return nil, fault.New(fault.Invalid, "the definition can't be used").Field("definition", "%s.sql: line 1: broken", id)
	}
	return &metric.Definition{ID: id}, nil
}

func (h definitions) Save(ctx context.Context, id, text string) (*metric.Definition, error) {
	h.who = []any{id, text}
	return h.Check(ctx, id, text)
}

func (h definitions) Remove(_ context.Context, id string) error {
	h.who = []any{"removed", id}
	return nil
}

func (h definitions) Source(id string) (string, bool) { return "/*\nid: " + id + "\n*/", id == "nps" }

func (h *house) Overview(_ context.Context, q metric.Ask, ids []string) ([]metric.Overviewed, error) {
	h.together = append(h.together, ids)
	h.asked, h.who = q, []any{ids}
	return []metric.Overviewed{{Metric: ids[0], Answer: &metric.Answer{Metric: ids[0]}}}, nil
}

func (h *house) Guide(_ context.Context, words string, _ i18n.Lang) ([]metric.Advice, error) {
	return []metric.Advice{{ID: words}}, nil
}

func (h *house) Why(_ context.Context, q metric.Comparison) (*metric.Movement, error) {
	h.who = []any{q}
	h.asked = q.Ask
	return &metric.Movement{Metric: q.Metric, By: q.By}, nil
}

func (h *house) Restate(_ context.Context, q metric.Restating) (*metric.Restatement, error) {
	h.who = []any{q}
	h.asked = q.Ask
	return &metric.Restatement{Metric: q.Metric}, nil
}

func (h *house) Restatements(_ context.Context, q metric.Restating) (*metric.RestatementPage, error) {
	h.who = []any{q}
	h.asked = q.Ask
	return &metric.RestatementPage{Restatements: []*metric.Restatement{{Metric: "nps"}}, Next: "money"}, nil
}

func (h *house) Describe(lang i18n.Lang) []metric.Described {
	return []metric.Described{{ID: "nps", Label: string(lang)}}
}

func (h *house) Take(_ context.Context, q ingest.FactsRequest) (ingest.FactsAnswer, error) {
	if _, ok := fact.KindNamed(q.Kind); !ok {
		return ingest.FactsAnswer{}, fault.New(fault.NotFound, "there is no kind of fact called %q", q.Kind).Mend("use one of accounts")
	}
	body, err := io.ReadAll(q.Body)
	h.took, h.body = q, string(body)
	return ingest.FactsAnswer{Accepted: 1, Refused: []ingest.RefusedRow{}}, err
}
func (h *house) Scan(_ context.Context, _ *fact.Kind, _, _ time.Time, fn func(*fact.Fact) error) error {
	for _, f := range h.facts {
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) Person(_ context.Context, user, visitor string, at time.Time) (*account.Person, error) {
	h.who = []any{user, visitor, at}
	return &account.Person{User: "ana", Joined: []account.Joined{{Visitor: "phone", Action: account.Identify, At: now, ID: fact.ID{1}}}, Accounts: h.stays, Account: "acme"}, nil
}
func (h *house) Members(_ context.Context, id string, at time.Time, after string, limit int) ([]account.Stay, error) {
	h.who = []any{id, at, after, limit}
	return h.stays[:min(limit, len(h.stays))], nil
}
func (h *house) Tree(_ context.Context, id string, at time.Time) (*account.Tree, error) {
	h.who = []any{id, at}
	return account.NewTree(map[string]string{"a": "b", "b": "c", "d": "a"}), nil
}

func (h *house) CheckSegment(_ context.Context, text string, tree json.RawMessage) (account.Segment, error) {
	if tree != nil {
		return account.SegmentFromJSON(tree)
	}
	s, err := account.ParseSegment(text)
	if err != nil {
		err = fault.New(fault.Invalid, "no segment").Field("segment", "%s", err)
	}
	return s, err
}
func (h *house) SegmentMembers(_ context.Context, ask metric.SegmentAsk) (*metric.SegmentPage, error) {
	h.members = ask
	return &metric.SegmentPage{Segment: ask.Text, Count: 1, Members: []metric.SegmentMember{{Account: "acme", Why: []metric.SegmentReason{{Leaf: ask.Text, Holds: true, Value: "pro"}}}}}, nil
}
func (h *house) Versus(_ context.Context, ask metric.Ask, a, b string) (*metric.Versus, error) {
	h.versus = [2]string{a, b}
	return &metric.Versus{Metric: ask.Metric}, nil
}

func (h *house) SegmentHistory(_ context.Context, ask metric.SegmentAsk) (*metric.SegmentHistory, error) {
	h.members = ask
	return &metric.SegmentHistory{Opening: 3}, nil
}
func (h *house) Segments(context.Context) ([]account.SavedSegment, error) {
	return []account.SavedSegment{h.saved, {ID: "bb", Name: "user", Segment: account.Segment{Op: "member", About: account.Member, Name: h.saved.Name}}}, nil
}
func (h *house) Segment(_ context.Context, id string) (account.SavedSegment, error) {
	if id != h.saved.ID && id != h.saved.Name {
		return h.saved, fault.New(fault.NotFound, "there is no segment called %q", id)
	}
	return h.saved, nil
}
func (h *house) SegmentVersions(context.Context, string) ([]account.SavedSegment, error) {
	return []account.SavedSegment{h.saved}, nil
}
func (h *house) SegmentAdd(_ context.Context, s account.SavedSegment) (account.SavedSegment, error) {
	h.saved = s
	h.saved.ID, h.saved.Version = "aa", 1
	return h.saved, nil
}
func (h *house) SegmentChange(_ context.Context, _ string, change func(*account.SavedSegment) error) (account.SavedSegment, error) {
	err := change(&h.saved)
	h.saved.Version++
	return h.saved, err
}
func (h *house) SegmentDelete(_ context.Context, _, by string, at time.Time) (account.SavedSegment, error) {
	h.saved.Deleted, h.saved.By = at, by
	return h.saved, nil
}
func (h *house) SegmentRestore(context.Context, string) (account.SavedSegment, error) {
	h.saved.Deleted = time.Time{}
	return h.saved, nil
}

func (h *house) Status(context.Context) (*Status, error) { return &Status{Version: "1"}, nil }
func (h *house) Trouble() []string                       { return h.trouble }
func (h *house) Heard(context.Context) ([]feed.Sighting, []feed.Verdict, error) {
	return []feed.Sighting{{Source: "web", Kind: "events", Count: 1}}, nil, nil
}

func (h *house) QuarantinePage(context.Context, feed.Filter) ([]feed.Quarantined, string, error) {
	return []feed.Quarantined{h.held}, "", nil
}
func (h *house) QuarantineGet(_ context.Context, id string) (feed.Quarantined, error) {
	if id != h.held.ID {
		return feed.Quarantined{}, fault.New(fault.NotFound, "there is no such quarantined fact")
	}
	return h.held, nil
}
func (h *house) QuarantineEdit(_ context.Context, _ string, body []byte) error {
	h.held.Edited = body
	return nil
}
func (h *house) QuarantineDecide(_ context.Context, _ string, s feed.Status, at time.Time) error {
	h.held.Status, h.held.Decided = s, at
	return nil
}
func (h *house) Replay(context.Context, string) error { h.held.Status = feed.Replayed; return nil }

func (h *house) Backup(context.Context) (func(io.Writer) error, error) {
	return func(w io.Writer) error { _, err := io.WriteString(w, "tar"); return err }, nil
}
func (h *house) Check(_ context.Context, _ bool, say func(string)) ([]Finding, error) {
	say("counting")
	return []Finding{{"user_day", "differs"}}, nil
}

// call sends a request; head is "Name: value" lines.
func (h *house) call(method, path, key, body string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for _, line := range head {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	(&Guard{Next: h, Logger: slog.New(slog.DiscardHandler)}).ServeHTTP(w, r)
	return w
}

func problemIn(t *testing.T, w *httptest.ResponseRecorder) fault.Details {
	t.Helper()
	var d fault.Details
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Header().Get("Content-Type") != "application/problem+json" || d.Status != w.Code {
		t.Fatalf("not a problem: %d %s %s", w.Code, w.Header(), w.Body)
	}
	return d
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("%d, want %d: %s", w.Code, status, w.Body)
	}
}

func (h *house) Feedback(_ context.Context, ask account.FeedbackAsk, segment string) (account.FeedbackPage, error) {
	h.voices, h.among = ask, segment
	f := &fact.Fact{Kind: fact.Reviews, User: "ana", Values: make([]fact.Value, len(fact.Reviews.Columns))}
	f.Set("rating", fact.NumValue(4))
	f.Set("text", fact.TextValue("fine"))
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return account.FeedbackPage{Feedback: []account.Feedback{{Place: account.Place{At: at}, Fact: f, Account: "acme"}}, Next: account.Place{At: at, Seq: 7}}, nil
}

// space is a workspace whose language the server states.
type space struct{ now Workspace }

func (s *space) Workspace(context.Context) (Workspace, error) {
	if s.now.Name == "" {
		s.now = Workspace{Name: "Fieldnote", Zone: "UTC", Currency: "EUR", Language: "en", Fixed: []string{"language"}}
	}
	return s.now, nil
}

func (s *space) ChangeWorkspace(_ context.Context, to Workspace) error {
	s.now = to
	return nil
}

// madeUp is a sample company that comes and goes at once.
type madeUp struct{ state feed.SampleState }

func (m *madeUp) Sample() feed.Sample { return feed.Sample{State: m.state} }

func (m *madeUp) AddSample(context.Context) error {
	m.state = feed.There
	return nil
}

func (m *madeUp) RemoveSample(context.Context) error {
	m.state = feed.NoSample
	return nil
}
