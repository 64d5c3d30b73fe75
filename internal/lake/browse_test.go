package lake

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

func TestFactsAreBrowsedFromTheLatestOn(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		var facts []*fact.Fact
		for i := range 7 {
			facts = append(facts, made(t, fact.Events, fmt.Sprint(i), i/2, "user_id", fmt.Sprint("u", i%2), "account_id", "acme", "name", fmt.Sprint("Step ", i)))
		}
		must(t, l.Load(ctx, facts, 1))
		say := func(ask account.FactAsk) string {
			t.Helper()
			ask.Kind = fact.Events
			var said []string
			for {
				page, err := l.Browse(ctx, ask)
				must(t, err)
				for _, e := range page.Entries {
					said = append(said, e.Fact.Text("name")[5:])
				}
				if page.Next.At.IsZero() {
					return strings.Join(said, "")
				}
				ask.Before = page.Next
			}
		}
		for _, c := range []struct {
			ask  account.FactAsk
			want string
		}{
			{account.FactAsk{Limit: 2}, "6543210"}, {account.FactAsk{Limit: 9, User: "u1"}, "531"}, {account.FactAsk{Limit: 9, Account: "acme", Text: "step 4"}, "4"},
			{account.FactAsk{Limit: 1, From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour)}, "32"}, {account.FactAsk{Limit: 9, Account: "nobody"}, ""},
			{account.FactAsk{Limit: 9, User: "'; drop table fact_events; --"}, ""},
		} {
			if got := say(c.ask); got != c.want {
				t.Errorf("%+v: %s, want %s", c.ask, got, c.want)
			}
		}
	})
}
