package health_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/health"
	"github.com/keepwell/keepwell/internal/i18n"
	"github.com/keepwell/keepwell/internal/metric"
)

// TestScoringTouchedAccountsAloneGivesWhatScoringAllWould draws a company whose values change for some accounts, with all
// that hangs below them, and scores only those anew.
func TestScoringTouchedAccountsAloneGivesWhatScoringAllWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		s := w.service()
		before, err := s.Table(context.Background(), health.Question{At: later})
		if err != nil {
			t.Fatal(err)
		}
		var touched []account.Account
		for i, id := range w.ids {
			if !rapid.Bool().Draw(t, "touched") {
				continue
			}
			touched = append(touched, account.Account(i+1))
			for _, what := range []string{"a", "b", "c", "d", "e", "f", "mrr"} {
				w.values[key(later, id, what)] = float64(rapid.IntRange(-40, 80).Draw(t, "new value"))
			}
			w.texts[key(later, id, "stage")] = rapid.SampledFrom([]string{"live", "trial"}).Draw(t, "new stage")
			if i > 0 {
				w.texts[key(later, id, "parent_account_id")] = rapid.SampledFrom(append([]string{""}, w.ids[:i]...)).Draw(t, "new parent")
			}
		}
		if touched == nil {
			return
		}
		renewed, err := s.Renewed(context.Background(), before, health.Question{At: later, Accounts: touched})
		if err != nil {
			t.Fatal(err)
		}
		whole, err := s.Table(context.Background(), health.Question{At: later})
		if err != nil {
			t.Fatal(err)
		}
		for a, aspect := range whole.Aspects {
			for row, id := range whole.IDs {
				x, y := renewed.Scores[a][row], whole.Scores[a][row]
				if x.Known != y.Known || math.Abs(x.Value-y.Value) > 1e-9 || math.Abs(x.Own-y.Own) > 1e-9 || x.Coverage != y.Coverage || x.Card != nil && y.Card != nil && x.Card.ID != y.Card.ID {
					t.Fatalf("%s of %s is %+v scored alone, %+v scored with all", aspect, id, x, y)
				}
			}
		}
	})
}

// TestOneAccountIsScoredAsAmongAllByWhatItsOwnScorecardsLookAt scores accounts of drawn companies alone: the same scores and
// changes, without reading what scorecards look at that it is not given.
func TestOneAccountIsScoredAsAmongAllByWhatItsOwnScorecardsLookAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for i := range w.cards {
			w.cards[i].Tree = "" // nothing counts below
			w.cards[i].Each(func(_ *health.ScoreGroup, m *health.Measure) {
				if !m.Judged {
					m.Read.Metric += w.cards[i].ID // of its own
				}
			})
		}
		for _, id := range w.ids {
			for _, what := range []string{"a", "b", "c", "d", "e", "f"} {
				for _, more := range []string{"", " before", " age"} {
					for i := range w.cards {
						w.values[key(later, id, what+w.cards[i].ID+more)] = w.value(later, id, what+more)
					}
				}
			}
		}
		s := w.service()
		whole, err := s.Table(context.Background(), health.Question{At: later})
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(w.ids)-1).Draw(t, "account")
		w.read = nil
		alone, err := s.Table(context.Background(), health.Question{At: later, Accounts: []account.Account{account.Account(at + 1)}})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(alone.Aspects, whole.Aspects) {
			t.Fatalf("alone it has the aspects %v, among all %v", alone.Aspects, whole.Aspects)
		}
		gets := map[string]bool{}
		for a, aspect := range whole.Aspects {
			x, y := alone.Scores[a][0], whole.Scores[a][at]
			if (x.Card == nil) != (y.Card == nil) || x.Known != y.Known || x.Value != y.Value || x.Coverage != y.Coverage || x.Card != nil && x.Card.ID != y.Card.ID {
				t.Fatalf("%s is %+v alone, %+v among all", aspect, x, y)
			}
			if y.Card != nil {
				gets[y.Card.ID] = true
			}
		}
		for _, card := range w.cards {
			rivals := slices.ContainsFunc(w.cards, func(o health.Scorecard) bool { return o.ID != card.ID && o.Aspect == card.Aspect })
			if read := slices.ContainsFunc(w.read, func(what string) bool { return strings.HasSuffix(what, card.ID) }); rivals && read && !gets[card.ID] {
				t.Fatalf("what %s looks at is read: %v", card.ID, w.read)
			}
		}
	})
}

// said is what voices say in the tests below: 1 well, -1 unwell.
func said(moods map[health.Voice]int) []health.Saying {
	var all []health.Saying
	for _, v := range health.Voices {
		if mood, ok := moods[v]; ok {
			all = append(all, health.Saying{Voice: v, Mood: mood, Evidence: []health.Ground{{Kind: "score", Value: 50, Mood: mood}}})
		}
	}
	return all
}

func TestACaseOpensOnceEndsByItselfAndComesBackAsAnother(t *testing.T) {
	now := later
	split := said(map[health.Voice]int{health.ScoreVoice: 1, health.MoneyVoice: -1})
	agree := said(map[health.Voice]int{health.ScoreVoice: 1, health.MoneyVoice: 1})
	follow := func(current []health.Case, s []health.Saying) []health.Case {
		now = now.Add(time.Hour)
		return health.Follow(current, map[string][]health.Saying{"acme": s}, now)
	}
	first := follow(nil, split)
	if len(first) != 1 || first[0].State != health.CaseOpen || first[0].Account != "acme" {
		t.Fatalf("a disagreement opens %+v", first)
	}
	first[0].ID = "1"
	if again := follow(first, split); len(again) != 0 {
		t.Errorf("the same disagreement changes %+v", again)
	}
	ended := follow(first, agree)
	if len(ended) != 1 || ended[0].State != health.CaseGone || ended[0].Over.IsZero() {
		t.Errorf("when they agree there is %+v", ended)
	}
	if back := follow(nil, split); len(back) != 1 || back[0].ID != "" {
		t.Errorf("a later disagreement is %+v, want another case", back)
	}
}

func TestAResolvedCaseStaysUntilOthersDisagree(t *testing.T) {
	c := health.Case{ID: "1", Account: "acme", State: health.CaseOpen, Opened: later, Sayings: said(map[health.Voice]int{health.ScoreVoice: 1, health.MoneyVoice: -1})}
	if err := c.Decide(health.Decision{State: health.CaseResolved}, "ana", later); err == nil {
		t.Error("a case is resolved without a verdict")
	}
	if err := c.Decide(health.Decision{State: health.CaseResolved, Verdict: health.BothRight, Note: " seats "}, "ana", later); err != nil || c.By != "ana" || c.Note != "seats" {
		t.Fatalf("%+v, %v", c, err)
	}
	same := map[string][]health.Saying{"acme": c.Sayings}
	if changed := health.Follow([]health.Case{c}, same, later); len(changed) != 0 {
		t.Errorf("what was resolved changes: %+v", changed)
	}
	other := map[string][]health.Saying{"acme": said(map[health.Voice]int{health.ScoreVoice: 1, health.MoneyVoice: -1, health.PeopleVoice: -1})}
	changed := health.Follow([]health.Case{c}, other, later)
	if len(changed) != 2 || changed[0].ID != "" || changed[0].State != health.CaseOpen || changed[1].Over.IsZero() || changed[1].State != health.CaseResolved {
		t.Errorf("when others disagree there is %+v", changed)
	}
	if err := changed[1].Decide(health.Decision{State: health.CaseOpen}, "ana", later); err == nil {
		t.Error("a case that is over is decided")
	}
}

func TestVoicesSayWhatTheirEvidenceComesTo(t *testing.T) {
	x := 90.0
	card := health.Scorecard{ID: "use", Label: label("use"), Changed: then.AddDate(-1, 0, 0), Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{
		{ID: "a", Label: label("a"), Weight: 100, Read: metric.Reading{Metric: "a"}, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}},
		{ID: "j", Label: label("j"), Judged: true, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}}}}}
	w := &world{cards: []health.Scorecard{card}, ids: []string{"a", "b", "c"}, texts: map[string]string{}, values: map[string]float64{
		key(later, "a", "a"): 95, key(later, "b", "a"): 95, key(later, "c", "a"): 95,
		key(later, "a", "mrr"): 0, key(later, "a", "mrr before"): 500, // a pays no more
		key(later, "b", "mrr"): 600, key(later, "b", "mrr before"): 500, key(later, "b", "days_overdue"): 45, // b grew and is late
		key(later, "c", "mrr"): 100, key(later, "c", "mrr before"): 0, // against nothing before no change is stated
	}, judged: []health.Judgement{{Account: "c", Scorecard: "use", Measure: "j", Value: &x, Reason: "fine", By: "ana", Made: later.AddDate(0, -1, 0), Until: later.AddDate(0, 1, 0)}}}
	table, err := w.service().Table(context.Background(), health.Question{At: later})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.service().Sayings(context.Background(), table, func(string, string) (health.Told, bool) { return health.Told{}, false })
	if err != nil {
		t.Fatal(err)
	}
	moods := func(id string) map[health.Voice]int {
		m := map[health.Voice]int{}
		for _, s := range all[id] {
			m[s.Voice] = s.Mood
		}
		return m
	}
	for id, want := range map[string]map[health.Voice]int{"a": {health.ScoreVoice: 1, health.MoneyVoice: -1}, "b": {health.ScoreVoice: 1, health.MoneyVoice: 0}, "c": {health.ScoreVoice: 1, health.CSMVoice: 1}} {
		if got := moods(id); !reflect.DeepEqual(got, want) {
			t.Errorf("of %s they say %v, want %v", id, got, want)
		}
	}
	if !health.Disagree(all["a"]) || health.Disagree(all["b"]) || health.Disagree(all["c"]) {
		t.Errorf("they disagree about %v", all)
	}
	for _, lang := range i18n.Langs {
		if words := all["a"][1].Evidence[0].Say(lang); words == "" || words == "health.evidence.lost" {
			t.Errorf("%s: the evidence is %q", lang, words)
		}
	}
}

func TestMovementsCountEveryAccountOnceWithItsValueAtBothEnds(t *testing.T) {
	x, y := 80.0, 30.0
	w := &world{ids: []string{"a", "b", "c", "d"}, texts: map[string]string{}, values: map[string]float64{
		key(then, "a", "mrr"): 100, key(later, "a", "mrr"): 50, key(then, "b", "mrr"): 20, key(later, "b", "mrr"): 25, key(later, "c", "mrr"): 7}}
	was := health.Places{"a": {Score: &x, Band: health.Good}, "b": {Score: &x, Band: health.Good}, "d": {Score: &y, Band: health.Unhealthy}}
	is := health.Places{"a": {Score: &y, Band: health.Unhealthy}, "b": {Score: &x, Band: health.Good}, "c": {Score: &x, Band: health.Good}}
	f, err := w.service().Flow(context.Background(), then, later, was, is, func(id string) bool { return id != "d" })
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(f.Movements)
	want := `[{"from":"good","to":"good","count":1,"was_value":20,"value":25,"accounts":[{"account_id":"b","was":80,"score":80,"was_value":20,"value":25}]},` +
		`{"from":"good","to":"poor","count":1,"was_value":100,"value":50,"accounts":[{"account_id":"a","was":80,"score":30,"was_value":100,"value":50}]},` +
		`{"to":"good","count":1,"was_value":0,"value":7,"accounts":[{"account_id":"c","was":null,"score":80,"was_value":0,"value":7}]}]`
	if string(got) != want {
		t.Errorf("the movements are\n%s, want\n%s", got, want)
	}
}

func TestWhoLeftOrCameBackMovedAndWhoWasGoneAllAlongDidNot(t *testing.T) {
	x, y := 80.0, 30.0
	w := &world{ids: []string{"leaver", "back", "gone", "trial"}, texts: map[string]string{}, values: map[string]float64{key(then, "leaver", "mrr"): 100, key(later, "back", "mrr"): 40}}
	was := health.Places{"leaver": {Score: &x, Band: health.Good}, "gone": {Score: &y, Band: health.Unhealthy}, "trial": {Score: &y, Band: health.Unhealthy}}
	is := health.Places{"leaver": {Score: &y, Band: health.Unhealthy}, "back": {Score: &x, Band: health.Good}, "gone": {Score: &y, Band: health.Unhealthy}, "trial": {Score: &x, Band: health.Good}}
	f, err := w.service().Flow(context.Background(), then, later, was.Without(map[string]bool{"back": true, "gone": true}), is.Without(map[string]bool{"leaver": true, "gone": true}),
		func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range f.Movements {
		got = append(got, fmt.Sprint(m.From, " ", m.To, " ", m.Count, " ", m.WasValue, " ", m.Value))
	}
	if want := []string{"good left 1 100 0", "poor good 1 0 0", "left good 1 0 40"}; !slices.Equal(got, want) {
		t.Errorf("the movements are %q, want %q", got, want)
	}
}

func TestWhatOnlyMovedDiffersInNothing(t *testing.T) {
	was, _ := health.Template("usage_led")
	raw, err := was.Text()
	if err != nil {
		t.Fatal(err)
	}
	is, err := health.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	g := is.Groups[0].Measures
	g[0], g[1] = g[1], g[0]
	if d := health.Differences(&was, &is, i18n.EN); len(d) != 0 {
		t.Errorf("after moving a measure %+v differs", d)
	}
	g[0].Weight = 30
	is.Groups[0].Measures = g[:len(g)-1]
	d := health.Differences(&was, &is, i18n.EN)
	if len(d) < 2 || d[0] != (health.Difference{Group: "Use", Measure: "Active people", Field: "weight", Was: "20", Is: "30"}) {
		t.Errorf("what differs is %+v", d)
	}
	for _, one := range d[1:] {
		if one.Measure != "Days without use" || one.Is != "" {
			t.Errorf("of a measure that went %+v is told", one)
		}
	}
}

func TestBalancedWeightsAddUpAndKeepTheirProportions(t *testing.T) {
	for _, c := range []struct{ in, want []float64 }{
		{[]float64{50, 50, 50}, []float64{34, 33, 33}}, {[]float64{0, 0}, []float64{50, 50}}, {[]float64{30, 70}, []float64{30, 70}}, {[]float64{10, 30}, []float64{25, 75}}, {nil, nil},
	} {
		if got := health.Balanced(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v becomes %v, want %v", c.in, got, c.want)
		}
	}
}

func TestWhatHasExpiredIsJudgedFirstThenWhatNobodyHas(t *testing.T) {
	card := health.Scorecard{ID: "use", Label: label("use"), Changed: then.AddDate(-1, 0, 0), Groups: []health.ScoreGroup{{ID: "g", Label: label("g"), Weight: 100, Measures: []health.Measure{
		{ID: "j", Label: label("j"), Weight: 100, Judged: true, Scale: health.Scale{Points: [][2]float64{{0, 0}, {100, 100}}}}}}}}
	x := 5.0
	judged := func(id string, until time.Time) health.Judgement {
		return health.Judgement{Account: id, Scorecard: "use", Measure: "j", Value: &x, Made: later.AddDate(0, -2, 0), Until: until}
	}
	w := &world{cards: []health.Scorecard{card}, ids: []string{"a", "b", "c", "d"}, texts: map[string]string{}, values: map[string]float64{},
		judged: []health.Judgement{judged("a", later.AddDate(0, 2, 0)), judged("c", later.AddDate(0, 0, -1)), judged("d", later.AddDate(0, 1, 0))}}
	table, err := w.service().Table(context.Background(), health.Question{At: later})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, one := range table.ToJudge(w.judged, later) {
		order = append(order, one.Account)
	}
	if want := []string{"c", "b", "d", "a"}; !reflect.DeepEqual(order, want) {
		t.Errorf("the order is %v, want %v", order, want)
	}
}

func TestMondaysAreMidnightsOfTheZoneAlsoWhenClocksChange(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Bucharest")
	if err != nil {
		t.Fatal(err)
	}
	all := health.Mondays(time.Date(2026, 10, 18, 12, 0, 0, 0, zone), time.Date(2026, 11, 3, 0, 0, 0, 0, zone), zone)
	var got []string
	for _, at := range all {
		got = append(got, at.UTC().Format(time.RFC3339))
	}
	if want := []string{"2026-10-18T21:00:00Z", "2026-10-25T22:00:00Z", "2026-11-01T22:00:00Z"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Mondays are %v, want %v", got, want)
	}
}
