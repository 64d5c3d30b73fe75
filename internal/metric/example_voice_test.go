package metric_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

// may asks about May 2026, and says what the answer comes to.
func may(t *testing.T, s *metric.Service, id, variant string, parts ...string) string {
	t.Helper()
	return said(ask(t, s, metric.Ask{Metric: id, Variant: variant, From: "2026-05-01", To: "2026-06-01"}), parts...)
}

func TestTwoHundredAnswersToTwoHundredAndFiftyInvitationsAreEightyPercent(t *testing.T) {
	var rows []row
	for i := range 260 {
		invitation := row{kind: "invitations", at: on("2026-05-02"), f: set{"survey": "Relationship", "id": fmt.Sprint("i", i)}}
		answer := row{kind: "answers", at: on("2026-05-03"), f: set{"kind": "nps", "score": 9.0, "survey": "Relationship"}}
		switch {
		case i >= 250:
			invitation.f["delivered"] = false
		case i < 100: // named
			answer.f["invitation_id"] = fmt.Sprint("i", i)
			rows = append(rows, answer)
		case i < 180: // by the person, with two questions answered
			invitation.user, answer.user = fmt.Sprint("u", i), fmt.Sprint("u", i)
			rows = append(rows, answer, row{kind: "answers", at: on("2026-05-03T01:00:00Z"), user: answer.user, f: set{"kind": "text", "text": "fine", "survey": "Relationship"}})
		case i < 200: // by the account
			invitation.account, answer.account, answer.user = fmt.Sprint("a", i), fmt.Sprint("a", i), fmt.Sprint("u", i)
			rows = append(rows, answer)
		}
		rows = append(rows, invitation)
	}
	rows = append(rows, row{kind: "answers", at: on("2026-05-01"), user: "u240", f: set{"kind": "nps", "score": 9.0, "survey": "Relationship"}}, // before it was asked
		row{kind: "answers", at: on("2026-05-04"), f: set{"kind": "nps", "score": 9.0, "survey": "Relationship"}}) // nobody's
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if got := may(t, s, "survey_response_rate", ""); got != "80 = 200/250 of 250" {
			t.Error(got)
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "survey_response_rate", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Excluded) != 1 || x.Excluded[0].N != 10 || x.Excluded[0].Reason != "not_delivered" {
			t.Errorf("%+v, %v", x.Excluded, err)
		}
	})
}

// One account answers nine times with 10, two others once with 0; the second is worth three times the first.
func TestScoresAreWeightedByRespondentAccountAndValue(t *testing.T) {
	answer := func(account string, kind string, score float64) row {
		return row{kind: "answers", at: on("2026-05-10"), account: account, f: set{"kind": kind, "score": score}}
	}
	rows := []row{subscription("big", "2026-01-01", nil), subscription("bigger", "2026-01-01", set{"amount": "300.00"}), subscription("bigger", "2026-05-20", set{"status": "canceled"}),
		answer("bigger", "nps", 0), answer("free", "nps", 0), answer("", "nps", 5), answer("bigger", "csat", 1), answer("free", "csat", 1)}
	for range 9 {
		rows = append(rows, answer("big", "nps", 10), answer("big", "csat", 5))
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, c := range []struct{ metric, variant, want string }{
			{"nps", "standard", "50 = 6/12 of 12"}, {"nps", "by_account", "-33.333333333 of 11"}, {"nps", "by_value", "-50 of 10"}, // the answer of whom nobody knows only counts as one
			{"csat", "top2", "81.818181818 = 9/11 of 11"}, {"csat", "by_account", "33.333333333 of 11"}, {"csat", "by_value", "25 of 10"},
		} {
			a := ask(t, s, metric.Ask{Metric: c.metric, Variant: c.variant, From: "2026-05-01", To: "2026-06-01", By: "account_id"})
			if got := said(a); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.metric, c.variant, got, c.want)
			}
			side, _ := a.Detail["weightings"].([]metric.Row)
			if len(side) != 3 {
				t.Fatalf("side by side: %+v", a.Detail)
			}
			for _, row := range side {
				value, _ := row["value"].(*metric.Figure)
				if row["variant"] == c.variant && value.String() != a.Value.String() {
					t.Errorf("%s %s is %s, and %s beside the others", c.metric, c.variant, a.Value, value)
				}
			}
			for _, g := range a.Groups {
				if of, _ := g.Detail["weightings"].([]metric.Row); len(of) != 3 {
					t.Errorf("%s of %v has %v beside", c.metric, g.Key, of)
				}
			}
		}
		// Effective accounts by value: (100 + 300)² / (100² + 300²) = 1.6, far fewer than ten answers.
		a := ask(t, s, metric.Ask{Metric: "csat", Variant: "by_value", From: "2026-05-01", To: "2026-06-01"})
		if n, _ := a.Detail["effective_n"].(*metric.Figure); n.String() != "1.6" || !a.SmallSample || a.Interval.Low.Float > 3 || a.Interval.High.Float < 75 {
			t.Errorf("%+v, %+v", a.Detail, a.Interval)
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "nps", Variant: "by_value", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Excluded) != 2 || x.Excluded[0].N+x.Excluded[1].N != 2 {
			t.Errorf("left out: %+v, %v", x.Excluded, err)
		}
	})
}

// Without a rate the weighting by value has no figure, and the score keeps its own.
func TestAMissingRateDoesNotHideTheScore(t *testing.T) {
	rows := []row{subscription("eur", "2026-01-01", nil), subscription("usd", "2026-01-01", set{"currency": "USD"})}
	for _, account := range []string{"eur", "usd"} {
		rows = append(rows, row{kind: "answers", at: on("2026-05-10"), account: account, f: set{"kind": "nps", "score": 10.0}})
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "nps", From: "2026-05-01", To: "2026-06-01"})
		side := a.Detail["weightings"].([]metric.Row)
		if value := side[2]["value"].(*metric.Figure); a.Value.String() != "100" || value != nil {
			t.Errorf("%s, by value %s", a.Value, value)
		}
		if _, err := s.Answer(context.Background(), metric.Ask{Metric: "nps", Variant: "by_value", From: "2026-05-01", To: "2026-06-01"}); err == nil || !strings.Contains(err.Error(), "USD") {
			t.Error("asked for by itself:", err)
		}
	})
}

func TestEffortIsNeverMixedWithEase(t *testing.T) {
	rows := slices.Concat(answers("ces", nil, 7, 4, 3, 2, 5, 6, 4, 1, 7, 6), answers("ces", set{"orientation": "effort", "scale_max": 5.0}, 1, 2), answers("ces", set{"orientation": "effort"}, 7), answers("ces", set{"scale_max": 5.0}, 4))
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for variant, want := range map[string]string{"ease7": "4.5 = 45/10 of 10 agree 50", "ease5": "4 = 4/1 of 1 agree 100", "effort5": "1.5 = 3/2 of 2", "effort7": "7 = 7/1 of 1", "agree": "54.545454545 = 6/11 of 11 agree 54.545454545"} {
			part := []string{"agree"}
			if strings.HasPrefix(variant, "effort") {
				part = nil
			}
			if got := may(t, s, "ces", variant, part...); got != want {
				t.Errorf("%s: %s, want %s", variant, got, want)
			}
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "ces", Variant: "effort5", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Excluded) != 2 || x.Excluded[0].N != 11 || x.Excluded[0].Reason != "other_orientation" || x.Excluded[1].N != 1 {
			t.Errorf("left out: %+v, %v", x.Excluded, err)
		}
		if scales, _ := ask(t, s, metric.Ask{Metric: "ces", From: "2026-05-01", To: "2026-06-01"}).Detail["scales"].([]metric.Row); len(scales) != 2 {
			t.Errorf("%+v", scales)
		}
	})
}

func TestFeedbackIsCountedByWhatItSaysAndSilenceIsEstimated(t *testing.T) {
	said := func(at, account string, f set) row { return row{kind: "answers", at: on(at), account: account, f: f} }
	rows := []row{
		said("2026-05-02", "a", set{"kind": "nps", "score": 3.0, "text": "slow", "theme": "speed", "locale": "ro-RO"}), said("2026-05-03", "a", set{"kind": "csat", "score": 1.0, "text": "slow again", "locale": "ro"}),
		said("2026-05-03", "b", set{"kind": "choice", "choice": "Stop", "text": "calling"}), said("2026-05-03", "b", set{"kind": "choice", "choice": "start"}), said("2026-05-03", "b", set{"kind": "choice", "choice": "other"}),
		said("2026-05-03", "c", set{"kind": "ces", "score": 7.0, "text": "easy", "sentiment": "Negative"}), said("2026-05-03", "d", set{"kind": "ces", "score": 7.0}),
		{kind: "reviews", at: on("2026-05-04"), f: set{"source": "g2", "rating": 2.0}}, {kind: "reviews", at: on("2026-05-04"), f: set{"source": "g2", "rating": 5.0}},
		{kind: "social", at: on("2026-05-05"), f: set{"post_id": "p", "network": "x", "mentions": 4.0}},
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		// a, c and the reviewer are unhappy and said so: 3 x 25 others are silent.
		if got := may(t, s, "feedback_volume", "", "comments", "reviews", "mentions", "complainers", "silent_detractors"); got != "11 of 11 comments 5 reviews 2 mentions 4 complainers 3 silent_detractors 75" {
			t.Error(got)
		}
		for by, want := range map[string]string{"start_stop_continue": "<nil> 9, start 1, stop 1", "theme": "<nil> 10, speed 1", "sentiment": "<nil> 10, negative 1", "language": "<nil> 9, ro 2", "source": "g2 2, survey 5, x 4"} {
			var groups []string
			for _, g := range ask(t, s, metric.Ask{Metric: "feedback_volume", From: "2026-05-01", To: "2026-06-01", By: by}).Groups {
				key := "<nil>"
				if g.Key != nil {
					key = *g.Key
				}
				groups = append(groups, fmt.Sprintf("%s %s", key, g.Value))
			}
			slices.Sort(groups)
			if got := strings.Join(groups, ", "); got != want {
				t.Errorf("by %s: %s, want %s", by, got, want)
			}
		}
		if got := may(t, s, "review_rating", ""); got != "70 = 140/2 of 2" {
			t.Error("review rating:", got)
		}
	})
}

func TestTheLoopIsClosedInTimeLateOrNotYet(t *testing.T) {
	unhappy := func(at, account, user string) row {
		return row{kind: "answers", at: on(at), account: account, user: user, f: set{"kind": "nps", "score": 2.0}}
	}
	touch := func(kind, at, account, user string, f set) row {
		return row{kind: kind, at: on(at), account: account, user: user, f: f}
	}
	rows := []row{
		unhappy("2026-05-02", "called", ""), touch("interactions", "2026-05-02", "called", "", set{"kind": "call"}), touch("interactions", "2026-05-03T12:00:00Z", "called", "", set{"kind": "call"}), // 36 h: at the same instant is not after
		unhappy("2026-05-02", "late", ""), touch("interactions", "2026-05-02T01:00:00Z", "late", "", set{"kind": "note"}), touch("interactions", "2026-05-02T02:00:00Z", "late", "", set{"kind": "email", "direction": "inbound"}),
		touch("interactions", "2026-05-06", "late", "", set{"kind": "email", "direction": "outbound"}), // 96 h
		unhappy("2026-05-02", "written", ""), touch("tickets", "2026-05-02T03:00:00Z", "written", "", set{"ticket_id": "t", "status": "open"}),
		touch("messages", "2026-05-02T05:00:00Z", "", "", set{"ticket_id": "t", "author": "bot"}), touch("messages", "2026-05-02T06:00:00Z", "", "", set{"ticket_id": "t", "author": "agent", "public": false}),
		touch("messages", "2026-05-02T12:00:00Z", "", "", set{"ticket_id": "t", "author": "agent"}), // 12 h
		unhappy("2026-05-02", "", "ann"), touch("interactions", "2026-05-03", "", "ann", set{"kind": "meeting"}), // 24 h
		unhappy("2026-05-02", "forgotten", ""), unhappy("2026-05-02", "", ""), unhappy("2026-05-30", "recent", ""),
		{kind: "answers", at: on("2026-05-02"), account: "happy", f: set{"kind": "nps", "score": 9.0}}, {kind: "answers", at: on("2026-05-02"), account: "so so", f: set{"kind": "csat", "score": 3.0}},
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		s.Now = func() time.Time { return on("2026-05-31") }
		if got := may(t, s, "closed_loop_rate", "", "followed_up"); got != "60 = 3/5 of 5 followed_up 4" {
			t.Error(got)
		}
		a := ask(t, s, metric.Ask{Metric: "closed_loop_rate", From: "2026-05-01", To: "2026-06-01", Set: map[string]string{"closed_loop_hours": "96"}})
		if said(a) != "80 = 4/5 of 5" {
			t.Error("within four days:", said(a))
		}
		a = ask(t, s, metric.Ask{Metric: "time_to_close_loop", From: "2026-05-01", To: "2026-06-01"})
		if said(a) != "30 of 4" || a.Interval != nil || !a.SmallSample {
			t.Errorf("%s, %+v", said(a), a.Interval)
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "closed_loop_rate", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Excluded) != 2 || x.Excluded[0].Reason != "nobody_known" || x.Excluded[1].Reason != "still_time" || x.Excluded[0].N+x.Excluded[1].N != 2 {
			t.Errorf("%+v, %v", x.Excluded, err)
		}
		s.Now = func() time.Time { return on("2026-06-05") }
		if got := may(t, s, "closed_loop_rate", ""); got != "50 = 3/6 of 6" {
			t.Error("once the time is over:", got)
		}
	})
}

// A median's interval by order statistics: for 10 observations the 2nd and the 9th (97.9 %), under 6 there is none.
func TestAMedianHasTheIntervalOfItsOrderStatistics(t *testing.T) {
	var rows []row
	for i := range 10 {
		account := fmt.Sprint("a", i)
		rows = append(rows, row{kind: "answers", at: on("2026-05-02"), account: account, f: set{"kind": "nps", "score": 2.0}},
			row{kind: "interactions", at: on("2026-05-02").Add(time.Duration(math.Pow(2, float64(i))) * time.Hour), account: account, f: set{"kind": "call"}})
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "time_to_close_loop", From: "2026-05-01", To: "2026-06-01"})
		if said(a, "lower_quartile", "p90") != "24 of 10 lower_quartile 5 p90 281.6" || a.Interval.Low.String() != "2" || a.Interval.High.String() != "256" {
			t.Errorf("%s, %+v", said(a, "lower_quartile", "p90"), a.Interval)
		}
	})
}
