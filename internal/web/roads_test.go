package web

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/journey"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/team"
	roadmap "github.com/keepwell/keepwell/internal/web/journey"
)

// roads keeps the company's journeys in its store and makes up where accounts are.
type roads struct{ *company }

var _ roadmap.Journeys = roads{}

func (c roads) Journeys(ctx context.Context) ([]journey.Journey, error) {
	all, err := c.people.Journeys(ctx)
	if c.down != nil {
		err = c.down
	}
	return all, err
}
func (c roads) Journey(ctx context.Context, id string) (journey.Journey, error) {
	return c.people.Journey(ctx, id)
}
func (c roads) JourneyVersions(ctx context.Context, id string) ([]journey.Journey, error) {
	return c.people.JourneyVersions(ctx, id)
}
func (c roads) JourneyAdd(ctx context.Context, one journey.Journey) (journey.Journey, error) {
	if err := one.Check(journey.Knows{}); err != nil {
		return one, err
	}
	return c.people.JourneyAdd(ctx, one, c.now)
}
func (c roads) JourneyChange(ctx context.Context, id string, version int, change func(*journey.Journey) error) (journey.Journey, error) {
	return c.people.JourneyChange(ctx, id, version, c.now, func(j *journey.Journey) error {
		if err := change(j); err != nil {
			return err
		}
		return j.Check(journey.Knows{Measure: func(m journey.Measure) error {
			if _, ok := catalog.Get(m.Metric); !ok {
				return fmt.Errorf("there is no metric %q", m.Metric)
			}
			return nil
		}})
	})
}
func (c roads) JourneyRemove(ctx context.Context, id string) (journey.Journey, error) {
	return c.people.JourneyRemove(ctx, id, c.now)
}
func (c roads) JourneyRestore(ctx context.Context, id string) (journey.Journey, error) {
	return c.people.JourneyRestore(ctx, id)
}

// Course spreads the customers over the stages: every seventh has none, every eleventh one of its own, every fifth fell
// back, and every fifth meets each condition.
func (c roads) Course(ctx context.Context, one *journey.Journey, ask journey.Ask) (*journey.Course, error) {
	if ask.Segment == "broken" {
		return nil, fault.New(fault.Invalid, "the segment can't be used").Field("segment", "is broken")
	}
	book, err := c.Book(ctx)
	if err != nil {
		return nil, err
	}
	q := journey.Inquiry{At: c.now, Met: map[string]map[string]time.Time{}}
	var stays []journey.Stay
	for n, s := range book.All {
		q.Accounts = append(q.Accounts, s.ID)
		for i, condition := range ask.Conditions {
			if q.Met[condition] == nil {
				q.Met[condition] = map[string]time.Time{}
			}
			if (n+i)%5 == 0 {
				q.Met[condition][s.ID] = c.now.AddDate(0, 0, -n)
			}
		}
		switch {
		case n%7 == 3 || len(one.Stages) == 0:
		case n%11 == 4:
			stays = append(stays, journey.Stay{Account: s.ID, Stage: c.name("limbo"), From: c.now.AddDate(0, 0, -n)})
		default:
			at := n % len(one.Stages)
			from := c.now.AddDate(0, 0, -2*n-1)
			if n%5 == 0 && at+1 < len(one.Stages) {
				stays = append(stays, journey.Stay{Account: s.ID, Stage: one.Stages[at+1].Key, From: from.AddDate(0, -1, 0), Until: from})
			}
			stays = append(stays, journey.Stay{Account: s.ID, Stage: one.Stages[at].Key, From: from})
		}
	}
	if ask.Segment != "" {
		q.Chosen = func(id string) bool { return len(id)%2 == 0 }
	}
	course := one.Course(stays, q)
	if len(ask.Conditions) > 0 && c.customers > 0 {
		course.Unread = []journey.Unread{{Condition: `in segment "` + c.name("gone") + `"`, Why: fault.Said("there is no segment %q", c.name("gone"))}}
	}
	return course, c.down
}

func (c roads) PlaceOf(ctx context.Context, id string) (*journey.Journey, *journey.Place, *journey.Course, error) {
	all, err := c.Journeys(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range all {
		course, err := c.Course(ctx, &all[i], journey.Ask{Conditions: all[i].Conditions(false)})
		if err != nil {
			return nil, nil, nil, err
		}
		if p := course.Place(id); p != nil {
			return &all[i], p, course, nil
		}
	}
	return nil, nil, nil, fault.New(fault.NotFound, "this account is on no journey")
}

func (c roads) Had(context.Context, string) (map[string]time.Time, error) {
	return map[string]time.Time{"acc/0": {}, "acc/2": {}, "acc/8": {}}, c.down
}

func (c roads) Numbers(ctx context.Context, one *journey.Journey, stage int, segment string, lang i18n.Lang) ([]roadmap.Number, error) {
	var all []roadmap.Number
	for i, step := range one.Stages[stage].Steps {
		for n, t := range step.Touchpoints {
			for k, m := range t.Measures {
				number := roadmap.Number{Step: i, Touchpoint: n, Measure: m, Segment: segment}
				if n == 1 && k == 0 {
					number.Problem = c.name("no rate")
				} else {
					answer, err := c.Answer(ctx, metric.Ask{Metric: m.Metric, Lang: lang})
					if err != nil {
						return nil, err
					}
					number.Answer = answer
				}
				all = append(all, number)
			}
		}
	}
	return all, c.down
}

// journey keeps a journey of a template, with names as bad as the company's.
func (c *company) journey(t *testing.T) journey.Journey {
	t.Helper()
	c.open(t)
	if all, err := c.people.Journeys(t.Context()); err == nil && len(all) > 0 {
		return all[0]
	}
	tpl, _ := journey.TemplateNamed("high_touch")
	j := tpl.Journey
	if bad := c.name("x"); bad != "x" {
		cut := string([]rune(strings.Map(func(r rune) rune {
			if r < ' ' {
				return -1
			}
			return r
		}, bad))[:journey.MaxName])
		j.Name = journey.Plain(cut)
		j.Teams[0].Name = j.Name
		for i := range j.Stages {
			j.Stages[i].Name = j.Name
			j.Stages[i].Exit = `plan = "` + strings.Repeat("word", 200) + `<script>"`
			for k := range j.Stages[i].Steps {
				j.Stages[i].Steps[k].Name = j.Name
				for n := range j.Stages[i].Steps[k].Touchpoints {
					point := &j.Stages[i].Steps[k].Touchpoints[n]
					point.Name = j.Name
					point.Measures = append(point.Measures, journey.Measure{Metric: "nps", By: "plan", Group: cut})
				}
			}
		}
	}
	j.By = c.name("ana")
	kept, err := roads{c}.JourneyAdd(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestAMapIsMadeOfATemplateChangedAndTakenBack(t *testing.T) {
	c := grown(4000, 1, plainName)
	b := c.visit(t).as(c, team.Admin)
	if text := b.get("/journeys").Body.String(); !strings.Contains(text, "Low-touch journey") || !strings.Contains(text, `value="high_touch"`) {
		t.Fatal("no templates are offered while there is no journey")
	}
	to := b.send("POST", "/journeys", form("template", "low_touch", "everyone", "1")).Header().Get("Location")
	base := strings.Split(to, "?")[0]
	if w := b.get("/journeys"); w.Header().Get("Location") != base {
		t.Errorf("/journeys leads to %s, not %s", w.Header().Get("Location"), base)
	}
	now := func() journey.Journey {
		j, err := c.people.Journey(t.Context(), strings.TrimPrefix(base, "/journeys/"))
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	version := 1
	do := func(want int, fields ...string) string {
		t.Helper()
		w := b.send("POST", base, form(append(fields, "version", fmt.Sprint(version))...))
		if w.Code != want {
			t.Fatalf("%v: %d %s", fields, w.Code, w.Body)
		}
		version = now().Version
		return w.Header().Get("Location") + w.Body.String()
	}
	if now().For != "" || now().By != "ana" {
		t.Errorf("%+v", now())
	}
	do(303, "do", "add-stage")
	last := fmt.Sprint(len(now().Stages) - 1)
	do(303, "do", "save", "at", last, "name", "Renewal", "key", "renewing", "also", "renewal\nup for renewal\n", "entry", "metric mrr > 0", "usual", "20", "late", "40", "hold", "1")
	if s := now().Stages[len(now().Stages)-1]; s.Key != "renewing" || len(s.Also) != 2 || s.Name.In(i18n.RU) != "Renewal" || s.Days != (journey.Days{Usual: 20, Late: 40, Hold: true}) {
		t.Errorf("%+v", s)
	}
	do(303, "do", "back", "at", last)
	spot := fmt.Sprint(len(now().Stages) - 2)
	do(303, "do", "add-step", "at", spot)
	do(303, "do", "add-touchpoint", "at", spot+".0")
	values := form("do", "save", "at", spot+".0.0", "name", "Offer", "done", "answered nps", "version", fmt.Sprint(version))
	values["team"], values["metric"], values["period"], values["by"], values["group"] = []string{"cs", "sales"}, []string{"ces", "", "nrr"}, []string{"90d", "", "12m"}, []string{"touchpoint", "", ""}, []string{"support", "", ""}
	if w := b.send("POST", base, values); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	version = now().Version
	if p := now().Stages[len(now().Stages)-2].Steps[0].Touchpoints[0]; len(p.Teams) != 2 || len(p.Measures) != 2 || p.Measures[0] != (journey.Measure{Metric: "ces", Period: "90d", By: "touchpoint", Group: "support"}) {
		t.Errorf("%+v", p)
	}
	if text := do(422, "do", "save", "at", last, "name", "Renewal", "key", "trial", "entry", "plan ="); !strings.Contains(text, "stages.") || !strings.Contains(text, `value="plan ="`) {
		t.Error("what was typed and why it can't be kept is not shown")
	}
	if b.send("POST", base, form("do", "add-stage", "version", "1")).Code != 409 {
		t.Error("an older version was changed")
	}
	do(303, "do", "save", "at", "team:", "name", "Finance", "color", "red")
	do(303, "do", "save", "at", "journey", "name", "Ours", "for", "plan = team")
	where := do(303, "do", "remove", "at", "0")
	if len(now().Stages) != 6 || now().Stages[0].Key != "trial" {
		t.Fatalf("%d stages", len(now().Stages))
	}
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	if w := b.send("POST", "/undo", form("id", u.Query().Get("undo"), "back", base+"?edit=1")); w.Code != 303 || len(now().Stages) != 7 || now().Name.EN != "Ours" {
		t.Errorf("not taken back: %d, %d stages", w.Code, len(now().Stages))
	}
	if w := b.send("POST", "/undo", form("id", u.Query().Get("undo"))); w.Code != 409 {
		t.Errorf("undone over what came later: %d", w.Code)
	}
	if w := b.send("POST", base, form("do", "restore", "restore", "1")); w.Code != 303 || len(now().Stages) != 6 || now().Name.EN != "Low-touch journey" {
		t.Errorf("the first version was not restored: %d %s", w.Code, now().Name.EN)
	}
	u, err = url.Parse(b.send("POST", base, form("do", "remove-journey")).Header().Get("Location"))
	if err != nil || u.Path != "/journeys" || b.get(base).Code != 404 {
		t.Errorf("removed: %v %v", u, err)
	}
	if b.send("POST", "/undo", form("id", u.Query().Get("undo"))); b.get(base).Code != 200 {
		t.Error("a removed journey did not come back")
	}
}

func TestTheMapTellsWhereAccountsAreAndWhatEachTouchpointDoes(t *testing.T) {
	c := grown(4000, 1, plainName)
	j := c.journey(t)
	b := c.visit(t).as(c, team.Admin)
	base := "/journeys/" + j.ID
	page := b.get(base).Body.String()
	for _, want := range []string{`hx-get="` + base + `/course"`, `hx-get="` + base + `/numbers/2"`, "Kick-off call", "Implementation"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "41.3") {
		t.Error("the page waits for its numbers")
	}
	course := b.get(base + "/course").Body.String()
	for _, want := range []string{"stuck", "behind", "/accounts?segment=&amp;", "state=stuck", "have no stage", "limbo", "fell back", "half within 75 days, nine of ten within 150 days"} {
		if want == "/accounts?segment=&amp;" {
			continue
		}
		if !strings.Contains(course, want) {
			t.Errorf("where accounts are lacks %s", want)
		}
	}
	if numbers := b.get(base + "/numbers/2").Body.String(); !strings.Contains(numbers, "41.3") || !strings.Contains(numbers, "had it") || !strings.Contains(numbers, `href="/metrics/first_response_time`) {
		t.Errorf("numbers: %s", numbers)
	}
	both := b.get(base + "/numbers/2?segment=a&beside=b").Body.String()
	if strings.Count(both, "against") == 0 {
		t.Error("nothing is compared")
	}
	if broken := b.get(base + "/course?segment=broken").Body.String(); !strings.Contains(broken, "is broken") || !strings.Contains(broken, "Try again") {
		t.Errorf("a broken segment: %s", broken)
	}
	people := b.get(base + "/accounts?stage=onboarding").Body.String()
	for _, want := range []string{`name="what" value="stage"`, "meets the exit of Implementation", `name="id" value="acc/`} {
		if !strings.Contains(people, want) {
			t.Errorf("the accounts of a stage lack %s", want)
		}
	}
	if text := c.visit(t).as(c, team.Read).get(base + "/accounts?stage=onboarding").Body.String(); strings.Contains(text, `type="checkbox" name="id"`) {
		t.Error("who only reads is offered to move accounts")
	}
	if text := c.visit(t).as(c, team.Read).get(base + "?edit=1").Body.String(); strings.Contains(text, `name="do"`) {
		t.Error("who only reads is offered to edit")
	}
	if text := b.get("/accounts/acc%2F2/journey").Body.String(); !strings.Contains(text, `aria-current="step"`) || !strings.Contains(text, "Next touchpoint") {
		t.Errorf("an account's place: %s", text)
	}
}
