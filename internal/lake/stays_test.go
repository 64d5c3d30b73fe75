package lake

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/journey"
)

// toldStage is that an account's stage was told: erased, left alone, or given.
type toldStage struct {
	account        string
	hour, received int // after noon
	stage          string
}

const (
	erased = "-"
	silent = ""
)

// recountStays walks through what was told, one account after the other.
func recountStays(told []toldStage, until, received int) []journey.Stay {
	var all []journey.Stay
	accounts := map[string]map[int]string{} // by hour, what was told last
	for _, t := range told {
		if t.stage == silent || t.hour > until || t.received > received {
			continue
		}
		if accounts[t.account] == nil {
			accounts[t.account] = map[int]string{}
		}
		accounts[t.account][t.hour] = t.stage
	}
	for id, hours := range accounts {
		var now *journey.Stay
		end := func(at time.Time) {
			if now != nil {
				now.Until = at
				all = append(all, *now)
				now = nil
			}
		}
		for hour := -400; hour <= until; hour++ {
			stage, ok := hours[hour]
			at := noon.Add(time.Duration(hour) * time.Hour)
			switch {
			case !ok || now != nil && now.Stage == stage:
			case stage == erased:
				end(at)
			default:
				end(at)
				now = &journey.Stay{Account: id, Stage: stage, From: at}
			}
		}
		end(time.Time{})
	}
	return all
}

func TestStaysInStagesEqualARecount(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		n, tries := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			tries++
			var told []toldStage
			var facts []*fact.Fact
			for range rapid.IntRange(1, 30).Draw(rt, "facts") {
				one := toldStage{
					account:  fmt.Sprintf("t%d-%s", tries, rapid.SampledFrom([]string{"acme", "bolt", "cart"}).Draw(rt, "account")),
					hour:     rapid.IntRange(-12, 12).Draw(rt, "hour"),
					received: rapid.IntRange(0, 20).Draw(rt, "received"),
					stage:    rapid.SampledFrom([]string{"trial", "onboarding", "adopted", "adopted", erased, silent}).Draw(rt, "stage"),
				}
				n++
				f := made(t, fact.Accounts, fmt.Sprint(n), one.hour, "account_id", one.account, "plan", "team")
				f.Received = noon.Add(time.Duration(one.received) * time.Hour).UnixMicro()
				switch one.stage {
				case silent:
				case erased:
					f.Set("stage", fact.Value{State: fact.Null})
				default:
					f.Set("stage", fact.TextValue(one.stage))
				}
				told, facts = append(told, one), append(facts, f)
			}
			must(t, l.Load(ctx, facts, uint64(tries)))
			until, received := rapid.IntRange(-12, 14).Draw(rt, "until"), rapid.IntRange(0, 20).Draw(rt, "as of")
			at, asOf := noon.Add(time.Duration(until)*time.Hour), noon.Add(time.Duration(received)*time.Hour)
			for _, c := range []struct {
				asOf *time.Time
				want []journey.Stay
			}{{nil, recountStays(told, until, 99)}, {&asOf, recountStays(told, until, received)}} {
				all, err := l.Stays(ctx, at, c.asOf)
				must(t, err)
				got := slices.DeleteFunc(all, func(s journey.Stay) bool { return !strings.HasPrefix(s.Account, fmt.Sprintf("t%d-", tries)) })
				slices.SortFunc(c.want, func(a, b journey.Stay) int { return strings.Compare(a.Account, b.Account)*2 + a.From.Compare(b.From) })
				slices.SortFunc(got, func(a, b journey.Stay) int { return strings.Compare(a.Account, b.Account)*2 + a.From.Compare(b.From) })
				if len(got)+len(c.want) > 0 && !reflect.DeepEqual(got, c.want) {
					rt.Fatalf("told %+v\nuntil %d, as of %v:\n%+v, want\n%+v", told, until, c.asOf, got, c.want)
				}
			}
		})
	})
}
