package lake

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/metric"
)

// drawVisit makes a fact of few visitors at an instant, so that sessions touch, or a fact that changes whose it is.
func drawVisit(t *rapid.T, tb testing.TB, i int, at time.Time) *fact.Fact {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	fields := []string{}
	give := func(name, value string) {
		if value != "" {
			fields = append(fields, name, value)
		}
	}
	kind := fact.Pages
	switch pick("kind", "events", "events", "events", "pages", "pages", "pages", "memberships", "links") {
	case "memberships":
		f := made(tb, fact.Memberships, fmt.Sprint("f", i), 0, "user_id", pick("user", "ann", "bob"), "account_id", pick("account", "acme", "brix"))
		f.At = at.UnixMicro()
		return f
	case "links":
		f := made(tb, fact.Links, fmt.Sprint("f", i), 0, "action", "identify", "user_id", pick("user", "ann", "bob"), "anonymous_id", pick("visitor", "v1", "v2"))
		f.At = at.UnixMicro()
		return f
	case "events":
		kind = fact.Events
		give("name", "open")
	case "pages":
		give("path", pick("path", "/", "/", "/a"))
		give("scroll_depth", pick("depth", "", "10.5", "80"))
		give("referrer", pick("referrer", "", "https://here.example/", "https://there.example/"))
		give("url", "https://here.example/")
		give("engaged_seconds", pick("engaged", "", "0.1", "0.2", "7"))
	}
	give("user_id", pick("user", "", "ann", "bob"))
	give("anonymous_id", pick("visitor", "", "v1", "v1", "v2"))
	give("session_id", pick("session", "", "", "", "s1", "s2"))
	give("account_id", pick("account", "", "", "acme", "brix"))
	f := made(tb, kind, fmt.Sprint("f", i), 0, fields...)
	f.At = at.UnixMicro()
	return f
}

// sitting is a session in the words of the rollup.
type sitting struct {
	began, ended, firstView, lastView int64
	views, events, engaged            int64
	fact, view                        *fact.Fact // whose account and actor it has
}

// sittings are the sessions of facts, counted in plain loops.
func (r recount) sittings() []string {
	type key struct{ visitor, session string }
	streams := map[key][]*fact.Fact{}
	for _, f := range r.all {
		visitor, _ := r.actor(f)
		if f.Kind != fact.Events && f.Kind != fact.Pages || visitor == "nobody" {
			continue
		}
		if v := f.Text("anonymous_id"); v != "" {
			visitor = "visitor " + v
		}
		k := key{visitor, f.Text("session_id")}
		streams[k] = append(streams[k], f)
	}
	// The first by instant that has an account, or else the first; of one instant by the numbers of person and account.
	before := func(a, b *fact.Fact) bool {
		if b == nil || (r.account(a) == "unknown") != (r.account(b) == "unknown") {
			return b == nil || r.account(b) == "unknown"
		}
		_, actor := r.actor(a)
		_, other := r.actor(b)
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(actor, other), cmp.Compare(r.keys.accounts.numbers[r.account(a)], r.keys.accounts.numbers[r.account(b)])) < 0
	}
	var out []string
	for k, facts := range streams {
		slices.SortFunc(facts, func(a, b *fact.Fact) int { return cmp.Compare(a.At, b.At) })
		var s *sitting
		tell := func() {
			name := func(f *fact.Fact) string {
				if f == nil {
					return "<nil>|<nil>"
				}
				actor, _ := r.actor(f)
				return r.account(f) + "|" + actor
			}
			out = append(out, fmt.Sprint(k.visitor, "|", k.session, "|", s.began, "|", s.ended, "|", s.views, "|", s.events, "|", s.firstView, "|", s.lastView, "|", s.engaged, "|", name(s.fact), "|", name(s.view)))
		}
		for _, f := range facts {
			if s != nil && k.session == "" && f.At-s.ended >= (30*time.Minute).Microseconds() {
				tell()
				s = nil
			}
			if s == nil {
				s = &sitting{began: f.At}
			}
			s.ended = f.At
			if before(f, s.fact) {
				s.fact = f
			}
			if f.Kind == fact.Events {
				s.events++
				continue
			}
			if s.views++; s.views == 1 {
				s.firstView = f.At
			}
			s.lastView = f.At
			s.engaged += int64(f.Get("engaged_seconds").Num*1000 + 0.5)
			if before(f, s.view) {
				s.view = f
			}
		}
		tell()
	}
	slices.Sort(out)
	return out
}

// sittingsIn reads the rollup, with what waits to be merged into it, in the words of recount.sittings.
func sittingsIn(t testing.TB, v *View) []string {
	micros := func(column string) string {
		return "cast(extract(epoch from coalesce(f." + column + ", timestamp '1970-01-01 00:00:00')) * 1000000 as bigint)"
	}
	name := func(actor, account string) string {
		return "case when f." + actor + " is null then '<nil>' else coalesce(" + account + ".account_id, 'unknown') end, coalesce('user ' || " + actor + ".user_id, 'visitor ' || " + actor + ".anonymous_id, case when f." + actor + " is null then '<nil>' else 'nobody' end)"
	}
	got := lines(t, v, "select coalesce('user ' || k.user_id, 'visitor ' || k.anonymous_id), coalesce(f.session_id, ''), "+micros("began")+", "+micros("ended")+", f.views, f.events, "+
		micros("first_view")+", "+micros("last_view")+", coalesce(f.engaged_ms, 0), "+name("actor", "a")+", "+name("view_actor", "b")+
		" from "+v.Rollup("sessions")+" f join actor_keys k on k.actor = f.visitor"+
		" left join account_keys a on a.account = f.account left join account_keys b on b.account = f.view_account"+
		" left join actor_keys actor on actor.actor = f.actor left join actor_keys view_actor on view_actor.actor = f.view_actor")
	slices.Sort(got)
	return got
}

// pageDaysIn adds up the sums of views by day and path, of which a relation may have a key more than once.
func pageDaysIn(t testing.TB, v *View, relation string) []string {
	return lines(t, v, "select cast(day as varchar), coalesce(path, '-'), sum(views), sum(visited), sum(entries), sum(exits), sum(direct), sum(timed), sum(engaged_ms), sum(engaged_squares), sum(seen), sum(depth), sum(depth_squares) from "+
		relation+" p group by day, path having sum(views) <> 0 or sum(seen) <> 0 order by day, path")
}

// allPageDays are the same sums of all sessions of all facts.
func allPageDays() string {
	i := slices.IndexFunc(rollups, func(r rollup) bool { return r.name == "sessions" })
	r := &rollups[i]
	return "(" + r.sumsOver("("+r.over("true")+")", fmt.Sprint(int64(math.MaxInt64)), "true") + ")"
}

func TestSessionsAreThoseOfTheFactsInWhateverOrderTheyArrive(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		rapid.Check(t, func(r *rapid.T) {
			wipe(t, l)
			n := rapid.IntRange(1, 25).Draw(r, "facts")
			var facts []*fact.Fact
			for i := range n {
				// Multiples of ten minutes around midnight: many pauses are just at the limit, and instants meet.
				facts = append(facts, drawVisit(r, t, i, noon.Add(9*time.Hour).Add(time.Duration(rapid.IntRange(0, 30).Draw(r, "minutes"))*10*time.Minute)))
			}
			for from, cursor := 0, uint64(0); from < n; {
				till := rapid.IntRange(from+1, n).Draw(r, "till")
				cursor += 10
				must(t, l.Load(ctx, facts[from:till], cursor))
				from = till
				if rapid.Bool().Draw(r, "merge") {
					must(t, l.Merge(ctx))
				}
				v, err := l.View(ctx, nil)
				must(t, err)
				got, want := sittingsIn(t, v), recountOf(facts[:till]).sittings()
				days, wantDays := pageDaysIn(t, v, v.Rollup("page_day")), pageDaysIn(t, v, allPageDays())
				must(t, v.Close())
				if !slices.Equal(got, want) {
					r.Fatalf("got\n%q\nwant\n%q", got, want)
				}
				if !slices.Equal(days, wantDays) {
					r.Fatalf("days of pages: got\n%q\nwant\n%q", days, wantDays)
				}
			}
			problems, err := l.Check(ctx, nil)
			must(t, err)
			if len(problems) > 0 {
				r.Fatalf("check finds %v", problems)
			}
		})
	})
}

func TestThePauseOfTheRollupIsTheOneThatQuestionsComeWith(t *testing.T) {
	for _, p := range metric.Policies() {
		if p.ID == "session_gap_minutes" && p.Default == "30" {
			return
		}
	}
	t.Error("rollup/sessions.sql is made with pauses of 30 minutes")
}
