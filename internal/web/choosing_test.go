package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
)

// choosing keeps the company's segments in its store and makes up who is in them.
type choosing struct {
	*company
}

func (c choosing) CheckSegment(_ context.Context, text string, tree json.RawMessage) (account.Segment, error) {
	s, err := account.ParseSegment(text)
	if err != nil {
		return s, fault.New(fault.Invalid, "the segment can't be used as it is").Field("segment", "%s", err)
	}
	return s, c.down
}

func (c choosing) SegmentMembers(ctx context.Context, q metric.SegmentAsk) (*metric.SegmentPage, error) {
	s, err := c.CheckSegment(ctx, q.Text, q.Tree)
	if err != nil {
		return nil, err
	}
	page := &metric.SegmentPage{Segment: s.String(), Count: int64(c.customers), Members: []metric.SegmentMember{}}
	for n := range min(c.customers, q.Limit) {
		m := metric.SegmentMember{Account: fmt.Sprintf("acc/%d", n), Name: c.name("Nordwind")}
		for _, leaf := range s.Leaves() {
			m.Why = append(m.Why, metric.SegmentReason{Leaf: leaf.String(), Holds: n%2 == 0, Value: c.name("enterprise"), Segment: c.name("Big")})
		}
		page.Members, page.Next = append(page.Members, m), m.Account
	}
	return page, nil
}

func (c choosing) SegmentHistory(_ context.Context, q metric.SegmentAsk) (*metric.SegmentHistory, error) {
	h := &metric.SegmentHistory{}
	for i := range 12 {
		from := noon.AddDate(0, i-11, 0)
		p := metric.SegmentPoint{From: from, To: from.AddDate(0, 1, 0), Count: int64(c.customers) + int64(i), Partial: i == 11}
		if c.customers > 0 && i%3 == 0 {
			p.Entered, p.Left, p.EnteredAccounts, p.LeftAccounts = 2, 1, []string{c.name("acc"), "acc/1"}, []string{"acc/2"}
		}
		h.Points = append(h.Points, p)
	}
	return h, c.down
}

func (c choosing) Versus(ctx context.Context, q metric.Ask, a, b string) (*metric.Versus, error) {
	q.Segment = a
	one, err := c.Answer(ctx, q)
	if err != nil {
		return nil, err
	}
	sure := len(q.Metric)%2 == 0
	side := metric.Half{Segment: a, Value: one.Value, Interval: one.Interval, N: one.N}
	v := &metric.Versus{Metric: q.Metric, Unit: one.Unit, Currency: one.Currency, Better: one.Better, A: side, B: side}
	if one.Value != nil {
		v.Difference, v.Significant = figure(one.Value.Float/7), &sure
	}
	return v, nil
}

func (c choosing) Segments(ctx context.Context) ([]account.SavedSegment, error) {
	all, err := c.people.Segments(ctx)
	if c.down != nil {
		err = c.down
	}
	return all, err
}
func (c choosing) Segment(ctx context.Context, id string) (account.SavedSegment, error) {
	return c.people.Segment(ctx, id)
}
func (c choosing) SegmentVersions(ctx context.Context, id string) ([]account.SavedSegment, error) {
	return c.people.SegmentVersions(ctx, id)
}
func (c choosing) SegmentAdd(ctx context.Context, s account.SavedSegment) (account.SavedSegment, error) {
	return c.people.SegmentAdd(ctx, s)
}
func (c choosing) SegmentChange(ctx context.Context, id string, change func(*account.SavedSegment) error) (account.SavedSegment, error) {
	return c.people.SegmentChange(ctx, id, change)
}
func (c choosing) SegmentDelete(ctx context.Context, id, by string, now time.Time) (account.SavedSegment, error) {
	return c.people.SegmentDelete(ctx, id, by, now)
}
func (c choosing) SegmentRestore(ctx context.Context, id string) (account.SavedSegment, error) {
	return c.people.SegmentRestore(ctx, id)
}

// Events are names of events.
func (c *company) Events(context.Context) ([]string, error) {
	if c.customers == 0 {
		return nil, c.down
	}
	return []string{c.name("Login"), "Report Created"}, c.down
}

// save keeps a segment.
func (c *company) save(t *testing.T, name, text string) account.SavedSegment {
	t.Helper()
	c.open(t)
	tree, err := account.ParseSegment(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.people.SegmentAdd(t.Context(), account.SavedSegment{Name: name, Segment: tree, By: c.name("ana"), Why: c.name("why"), At: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASegmentIsWrittenChangedTakenBackAndRestored(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	w := b.send("POST", "/segments", form("title", "Big ones", "segment", "plan = enterprise", "why", "for Monday"))
	to := w.Header().Get("Location")
	if w.Code != 303 || !strings.Contains(to, "did=segment_saved") {
		t.Fatalf("%d to %s: %s", w.Code, to, w.Body)
	}
	id := strings.TrimPrefix(strings.Split(to, "?")[0], "/segments/")
	if text := b.get("/segments").Body.String(); !strings.Contains(text, "Big ones") || !strings.Contains(text, "for Monday") {
		t.Error("it is not in the list")
	}
	if text := b.get("/segments/counts").Body.String(); !strings.Contains(text, `>60</td>`) {
		t.Error("it is not counted")
	}
	change := func(version, text string) int {
		return b.send("POST", "/segments/"+id, form("title", "Big ones", "segment", text, "version", version)).Code
	}
	if code := change("1", "plan = team"); code != 303 {
		t.Fatalf("changing: %d", code)
	}
	if code := change("1", "plan = starter"); code != 422 {
		t.Errorf("an older version overwrote a newer one: %d", code)
	}
	if code := change("2", "plan ="); code != 422 {
		t.Errorf("half a segment was saved: %d", code)
	}
	if w := b.send("POST", "/segments/"+id+"/restore", form("version", "1")); w.Code != 303 {
		t.Errorf("restoring: %d", w.Code)
	}
	if s, err := c.people.Segment(t.Context(), id); err != nil || s.Version != 3 || s.Segment.String() != `plan = "enterprise"` || s.By != "ana" {
		t.Errorf("%+v %v", s, err)
	}
	w = b.send("POST", "/segments/"+id+"/delete", nil)
	if to = w.Header().Get("Location"); w.Code != 303 || !strings.Contains(to, "undo=segment%3A"+id) || !strings.Contains(b.get("/segments/"+id).Body.String(), "Deleted on") || strings.Contains(b.get("/segments").Body.String(), id) {
		t.Fatalf("deleting: %d to %s", w.Code, to)
	}
	if w := b.send("POST", "/undo", form("id", "segment:"+id)); w.Code != 303 || !strings.Contains(b.get("/segments").Body.String(), id) {
		t.Errorf("undoing: %d", w.Code)
	}
}

func TestConditionsAndTextFollowEachOther(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Read)
	text := b.get("/segments/build?segment=" + url.QueryEscape(`plan = enterprise and did not "Login" in 14 days`)).Body.String()
	for _, want := range []string{`value="enterprise"`, `value="Login"`, `<option value="!once" selected>`, `value="14"`, `id="built"`, `data-state="/segments/new?segment=plan`} {
		if !strings.Contains(text, want) {
			t.Errorf("the text became conditions without %s", want)
		}
	}
	if strings.Contains(text, "<textarea") {
		t.Error("what somebody writes in was taken from under their hands")
	}
	text = b.get("/segments/build?from=rows&join=and&group-join=or&group=0&group=0&about=trait&about=metric&name=plan&name=mrr&op=%3D&op=%3E%3D&value=team&value=100&second=&second=&counted=&counted=&n=&n=&unit=&unit=&survey=&survey=&variant=&variant=&currency=&currency=eur").Body.String()
	if !strings.Contains(text, `plan = &#34;team&#34; or metric mrr &gt;= 100 EUR</textarea>`) {
		t.Errorf("the conditions became no text: %s", text)
	}
}

func TestAMistakeIsPointedAt(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Read)
	for text, want := range map[string]string{
		`plan = a & b`: `plan = a <mark>&amp;</mark> b`, `plan =`: `plan =<mark>▲</mark>`, `plan = a nor b`: `plan = a <mark>n</mark>or b`,
	} {
		if body := b.get("/segments/build?segment=" + url.QueryEscape(text)).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: no %s in %s", text, want, body)
		}
	}
}

func TestWhoMayNotArrangeCanStillTryASegment(t *testing.T) {
	c := grown(4000, 1, plainName)
	s := c.save(t, "Big", "plan = enterprise")
	b := c.visit(t).as(c, team.Read)
	for _, path := range []string{"/segments/new", "/segments/" + s.ID, "/segments/" + s.ID + "/edit"} {
		if text := b.get(path).Body.String(); strings.Contains(text, `name="title"`) || strings.Contains(text, "/delete") || strings.Contains(text, "/restore") {
			t.Errorf("%s offers what is refused", path)
		}
	}
}
