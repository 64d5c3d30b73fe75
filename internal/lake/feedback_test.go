package lake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

func TestFeedbackIsFoundFilteredAndFollowedUp(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		var facts []*fact.Fact
		add := func(k *fact.Kind, hour int, fields ...string) {
			facts = append(facts, made(t, k, fmt.Sprint(len(facts)), hour, fields...))
		}
		add(fact.Answers, -90, "account_id", "acme", "user_id", "ann", "kind", "nps", "score", "3", "text", "Nobody answers", "survey", "Q1", "locale", "en", "touchpoint", "support")
		add(fact.Answers, -80, "account_id", "acme", "user_id", "bob", "kind", "nps", "score", "9", "survey", "Q1", "locale", "ro")
		add(fact.Answers, -70, "account_id", "peer", "kind", "ces", "score", "6", "orientation", "effort", "locale", "ro")
		add(fact.Answers, -60, "account_id", "peer", "kind", "csat", "score", "3")
		add(fact.Answers, -50, "kind", "choice", "choice", "Too expensive", "survey", "Why")
		add(fact.Reviews, -40, "account_id", "acme", "rating", "5", "text", "Nobody does it better", "locale", "en", "source", "G2")
		add(fact.Reviews, -30, "rating", "1", "text", "No")
		add(fact.Interactions, -85, "account_id", "acme", "kind", "note")
		add(fact.Interactions, -84, "account_id", "acme", "kind", "call", "direction", "inbound")
		add(fact.Interactions, -82, "account_id", "acme", "kind", "call", "direction", "outbound")
		add(fact.Interactions, -75, "account_id", "peer", "kind", "call")
		add(fact.Answers, 24, "kind", "nps", "score", "1") // of tomorrow
		must(t, l.Load(ctx, facts, 1))
		say := func(ask account.FeedbackAsk) string {
			t.Helper()
			ask.Now, ask.TouchKinds = noon, []string{"call", "email"}
			if ask.Limit == 0 {
				ask.Limit = 50
			}
			page, err := l.Feedback(ctx, ask)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, f := range page.Feedback {
				one := fmt.Sprint(int(f.At.Sub(noon).Hours()))
				if f.Sorry {
					one += "!"
				}
				if !f.Turned.IsZero() {
					one += fmt.Sprint("@", int(f.Turned.Sub(noon).Hours()))
				}
				all = append(all, one)
			}
			return strings.Join(all, " ")
		}
		number := func(id string) account.Account {
			n, _, err := l.Standings(ctx, noon, "", []string{id})
			if err != nil || len(n) != 1 {
				t.Fatalf("%v %v", n, err)
			}
			return n[0].Number
		}
		for _, c := range []struct {
			ask  account.FeedbackAsk
			want string
		}{
			{account.FeedbackAsk{}, "-30 -40 -50 -60 -70! -80 -90!@-82"},
			{account.FeedbackAsk{Kind: "nps"}, "-80 -90!@-82"}, {account.FeedbackAsk{Kind: "review"}, "-30 -40"}, {account.FeedbackAsk{Survey: "Q1"}, "-80 -90!@-82"},
			{account.FeedbackAsk{Band: "poor"}, "-30 -70! -90!@-82"}, {account.FeedbackAsk{Band: "good"}, "-40 -80"}, {account.FeedbackAsk{Band: "middling"}, "-60"},
			{account.FeedbackAsk{Locale: "ro"}, "-70! -80"}, {account.FeedbackAsk{Touchpoint: "support"}, "-90!@-82"}, {account.FeedbackAsk{Worded: true}, "-30 -40 -90!@-82"},
			{account.FeedbackAsk{Text: "nobody", Open: true}, "-40 -90!@-82"}, {account.FeedbackAsk{Text: "nobody"}, ""}, {account.FeedbackAsk{Text: "EXPENSIVE"}, "-50"},
			{account.FeedbackAsk{Text: "nobody", Open: true, Locale: "en", Band: "good", Kind: "review"}, "-40"},
			{account.FeedbackAsk{Within: []account.Account{}}, ""}, {account.FeedbackAsk{Within: []account.Account{number("peer")}}, "-60 -70!"},
			{account.FeedbackAsk{Before: account.Place{At: noon.Add(-60 * time.Hour), Seq: 1 << 40}, Limit: 2}, "-60 -70!"},
		} {
			if got := say(c.ask); got != c.want {
				t.Errorf("%+v: %s, want %s", c.ask, got, c.want)
			}
		}
		if theirs, err := l.FeedbackChoices(ctx, []account.Account{number("peer")}); err != nil || len(theirs.Touchpoints) != 0 || slices.Contains(theirs.Surveys, "Q1") {
			t.Errorf("what others filter by: %+v %v", theirs, err)
		}
		choices, err := l.FeedbackChoices(ctx, nil)
		if err != nil || strings.Join(choices.Surveys, " ") != "Q1 Why" || strings.Join(choices.Locales, " ") != "en ro" || strings.Join(choices.Touchpoints, " ") != "support" {
			t.Errorf("%+v %v", choices, err)
		}
	})
}
