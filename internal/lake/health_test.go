package lake

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/health"
)

func TestWhoHasLeftIsNoCustomerAnyMore(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		var facts []*fact.Fact
		add := func(k *fact.Kind, days int, fields ...string) {
			facts = append(facts, made(t, k, fmt.Sprint("left", len(facts)), 24*days, fields...))
		}
		sub := func(days int, id, name, status string) {
			add(fact.Subscriptions, days, "account_id", id, "subscription_id", id+name, "status", status, "amount", "10", "currency", "EUR", "interval", "month")
		}
		stamp := func(days int) string { return noon.AddDate(0, 0, days).Format(time.RFC3339) }
		contract := func(id string, from, to int, status string) {
			add(fact.Contracts, from, "account_id", id, "contract_id", id, "start", stamp(from), "end", stamp(to), "value", "100", "currency", "EUR", "status", status)
		}
		add(fact.Accounts, -50, "account_id", "never", "name", "Never")
		sub(-5, "trying", "", "trialing")
		sub(-50, "tried", "", "trialing")
		sub(-36, "tried", "", "canceled")
		sub(-90, "gone", "", "active")
		sub(-30, "gone", "", "canceled")
		sub(-90, "back", "1", "active")
		sub(-60, "back", "1", "canceled")
		sub(-20, "back", "2", "active")
		sub(-90, "half", "1", "active")
		sub(-60, "half", "1", "canceled")
		sub(-90, "half", "2", "active")
		sub(-90, "paused", "", "active")
		sub(-30, "paused", "", "paused")
		contract("running", -40, 20, "open")
		contract("over", -140, -20, "lost")
		must(t, l.Load(ctx, facts, 1))
		want := map[string]bool{"tried": true, "gone": true, "over": true}
		gone, err := l.Gone(ctx, noon)
		must(t, err)
		then, err := l.Gone(ctx, noon.AddDate(0, 0, -50))
		must(t, err)
		if !then["back"] || then["gone"] || then["tried"] {
			t.Errorf("fifty days ago %v had left", then)
		}
		for _, only := range [][]string{nil, {"tried", "gone", "over", "back", "paused"}} {
			all, _, err := l.Standings(ctx, noon, "EUR", only)
			must(t, err)
			for _, s := range all {
				if s.Left != want[s.ID] || gone[s.ID] != want[s.ID] {
					t.Errorf("%s has left: %v, %v (%+v)", s.ID, s.Left, gone[s.ID], s)
				}
			}
			if only == nil && len(all) != 9 || only != nil && len(all) != len(only) {
				t.Errorf("%d accounts", len(all))
			}
		}
	})
}

func TestHistoryThatComesAlongInASourcesFirstWeekIsNoticed(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		cursor, week := uint64(0), noon.AddDate(0, 0, 7)
		come := func(k *fact.Kind, source string, day int, fields ...string) {
			t.Helper()
			f := from(source, made(t, k, fmt.Sprint("along", cursor), -2000, fields...))
			f.Received = noon.AddDate(0, 0, day).UnixMicro()
			cursor++
			must(t, l.Load(ctx, []*fact.Fact{f}, cursor))
		}
		is := func(now time.Time) string {
			t.Helper()
			text, err := l.Along(ctx, now)
			must(t, err)
			return text
		}
		come(fact.Events, "crm", 0, "account_id", "a", "name", "x")
		first := is(noon)
		come(fact.Events, "crm", 1, "account_id", "a", "name", "y")
		if again := is(noon.AddDate(0, 0, 1)); again == first || again != is(noon.AddDate(0, 0, 2)) {
			t.Errorf("%q after %q: in the first week every load counts, and nothing else", again, first)
		}
		old := is(week)
		come(fact.Events, "crm", 8, "account_id", "a", "name", "z")
		come(fact.Scores, "keepwell", 8, "account_id", "a", "aspect", "health", "score", "50")
		if after := is(week.AddDate(0, 0, 2)); after != old {
			t.Errorf("%q after %q: what comes after the first week was not known then", after, old)
		}
		come(fact.Tickets, "desk", 9, "account_id", "a", "ticket_id", "t", "status", "open")
		if after := is(week.AddDate(0, 0, 3)); after == old {
			t.Error("another source brought history along")
		}
		if after := is(week.AddDate(0, 0, 30)); after == old {
			t.Error("it is as it was before another source brought history along")
		}
	})
}

func TestWhatPeopleWroteLastIsToldWithTheScoreThatCameWithIt(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		var facts []*fact.Fact
		add := func(k *fact.Kind, days int, fields ...string) {
			facts = append(facts, made(t, k, fmt.Sprint("wrote", len(facts)), 24*days, append(fields, "account_id", "acme")...))
		}
		add(fact.Answers, -100, "kind", "nps", "score", "9", "text", "too old")
		add(fact.Answers, -30, "kind", "nps", "score", "9", "text", "third")
		add(fact.Answers, -20, "kind", "nps", "score", "10", "text", " love it ")
		add(fact.Answers, -10, "kind", "ces", "score", "7", "scale_min", "1", "scale_max", "7", "orientation", "effort", "text", "hard work")
		add(fact.Answers, -5, "kind", "nps", "score", "2")
		add(fact.Answers, -4, "kind", "nps", "score", "2", "text", "  ")
		add(fact.Reviews, -8, "rating", "3", "source", "g2", "text", "fine")
		add(fact.Messages, -3, "ticket_id", "t", "author", "customer", "text", "it broke")
		add(fact.Messages, -2, "ticket_id", "t", "author", "agent", "text", "we look")
		add(fact.Messages, -1, "ticket_id", "t", "author", "customer", "public", "false", "text", "inside")
		add(fact.Messages, 3, "ticket_id", "t", "author", "customer", "text", "of tomorrow")
		facts = append(facts, made(t, fact.Reviews, "other", -24, "account_id", "other", "rating", "1", "text", "bad"))
		must(t, l.Load(ctx, facts, 1))
		day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
		want := map[string][]health.Comment{"acme": {{Source: "ticket", At: day(-3), Text: "it broke"}, {Source: "review", At: day(-8), Text: "fine"},
			{Source: "answer", At: day(-10), Mood: -1, Text: "hard work"}, {Source: "answer", At: day(-20), Mood: 1, Text: "love it"}}}
		got, err := l.Comments(ctx, noon, []string{"acme", "nobody"})
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v", got)
		}
		if none, err := l.Comments(ctx, noon, []string{"nobody"}); err != nil || len(none) != 0 {
			t.Errorf("%v %v", none, err)
		}
	})
}

// toldOnce is one score as it was told, and when it was received.
type toldOnce struct {
	id, aspect   string
	at, received int // hours from noon
	score        float64
	band         string
}

// random makes scores of three accounts, some told a month late, some twice at one instant, some without a score.
func randomTold(r *rand.Rand, n int) (all []toldOnce) {
	for range n {
		x := toldOnce{id: fmt.Sprint("a", r.IntN(3)), aspect: []string{"health", "global"}[r.IntN(2)], at: -r.IntN(24 * 60), score: -1}
		if x.received = x.at; r.IntN(3) == 0 {
			x.received += 24 * 30
		}
		if r.IntN(6) > 0 {
			x.score, x.band = float64(r.IntN(101)), []string{"good", "average", "poor"}[r.IntN(3)]
		}
		all = append(all, x)
	}
	return all
}

func TestScoresThatHeldAtAnInstantEqualAWalkThroughAllThatWasTold(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		r := rand.New(rand.NewPCG(5, 9))
		l := open(t, o)
		all := randomTold(r, 160)
		// They come in the order in which they were received, whenever they were of.
		slices.SortStableFunc(all, func(a, b toldOnce) int { return a.received - b.received })
		var facts []*fact.Fact
		for i, x := range all {
			fields := []string{"account_id", x.id, "aspect", x.aspect, "scorecard", "use", "version", "1"}
			if x.score >= 0 {
				fields = append(fields, "score", fmt.Sprint(x.score), "band", x.band, "coverage", "80")
			}
			f := made(t, fact.Scores, fmt.Sprint("told", i), x.at, fields...)
			f.Received = noon.Add(time.Duration(x.received) * time.Hour).UnixMicro()
			facts = append(facts, f)
		}
		for i := 0; i < len(facts); i += 40 { // in several loads
			must(t, l.Load(ctx, facts[i:i+40], uint64(i+40)))
		}
		for range 40 {
			at := -r.IntN(24*61) + 12
			for _, aspect := range []string{"health", "global", "none"} {
				want := health.Places{}
				last := map[string]int{}
				for _, x := range all { // of one instant the one received last holds
					if since, seen := last[x.id]; x.aspect != aspect || x.at >= at || seen && x.at < since {
						continue
					}
					last[x.id] = x.at
					if delete(want, x.id); x.score >= 0 {
						score := x.score
						want[x.id] = health.Place{Score: &score, Band: health.Band(x.band)}
					}
				}
				got, err := l.ToldAt(ctx, noon.Add(time.Duration(at)*time.Hour), aspect)
				must(t, err)
				for id := range map[string]bool{"a0": true, "a1": true, "a2": true} {
					g, w := got[id], want[id]
					if g.Band != w.Band || (g.Score == nil) != (w.Score == nil) || g.Score != nil && *g.Score != *w.Score {
						t.Fatalf("%s of %s at %d: %+v, want %+v", aspect, id, at, g, w)
					}
				}
			}
		}
		// The history as known then leaves out what was received later.
		asOf := noon.AddDate(0, 0, -20)
		for _, id := range []string{"a0", "a1", "a2"} {
			told, err := l.ToldOf(ctx, id, noon, &asOf)
			must(t, err)
			n := 0
			for _, x := range all {
				if x.id == id && x.at < 0 && x.received <= -20*24 {
					n++
				}
			}
			if len(told) != n || !slices.IsSortedFunc(told, func(a, b health.Told) int { return a.At.Compare(b.At) }) {
				t.Errorf("%s: %d were known, want %d", id, len(told), n)
			}
		}
	})
}
