package metric_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
)

func ticket(id, at, status string, more set) row {
	f := set{"ticket_id": id, "status": status}
	for name, v := range more {
		f[name] = v
	}
	return row{kind: "tickets", at: on(at), f: f}
}

func message(id, at, author string, more set) row {
	f := set{"ticket_id": id, "author": author}
	for name, v := range more {
		f[name] = v
	}
	return row{kind: "messages", at: on(at), f: f}
}

// Only a person's public answer stops the clock, and only after the ticket was opened.
func TestTheFirstAnswerIsThatOfAPersonInPublic(t *testing.T) {
	rows := []row{
		ticket("answered", "2026-05-04T10:00:00Z", "open", nil),
		message("answered", "2026-05-04T10:00:00Z", "customer", nil), message("answered", "2026-05-04T10:01:00Z", "bot", nil), message("answered", "2026-05-04T10:05:00Z", "agent", set{"public": false}),
		message("answered", "2026-05-04T10:30:00Z", "agent", set{"public": true}), message("answered", "2026-05-04T11:00:00Z", "agent", nil),
		ticket("only a bot", "2026-05-04T10:00:00Z", "open", set{"first_response_at": "2026-05-04T10:01:00Z"}), message("only a bot", "2026-05-04T10:01:00Z", "bot", nil),
		ticket("as the ticket says", "2026-05-04T10:00:00Z", "open", nil), message("as the ticket says", "2026-05-04T10:00:00Z", "customer", nil),
		ticket("as the ticket says", "2026-05-04T12:00:00Z", "pending", set{"opened_at": "2026-05-04T10:00:00Z", "first_response_at": "2026-05-04T10:10:00Z"}),
		ticket("waits", "2026-05-05T10:00:00Z", "open", nil),
		ticket("we wrote first", "2026-05-05T10:00:00Z", "open", nil), message("we wrote first", "2026-05-05T10:00:00Z", "agent", nil), message("we wrote first", "2026-05-05T10:20:00Z", "agent", nil),
		ticket("answered in June", "2026-05-31T23:00:00Z", "open", nil), message("answered in June", "2026-06-01T01:00:00Z", "agent", nil),
		ticket("opened in April", "2026-04-30T23:00:00Z", "open", nil), message("opened in April", "2026-05-01T01:00:00Z", "agent", nil),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if got := may(t, s, "first_response_time", "", "median"); got != "45 = 180/4 of 4 median 25" { // 30, 10, 20 and 120 minutes
			t.Error(got)
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "first_response_time", From: "2026-05-01", To: "2026-06-01"}})
		if err != nil || len(x.Excluded) != 1 || x.Excluded[0].Reason != "no_answer_yet" || x.Excluded[0].N != 3 || len(x.Rows) != 4 {
			t.Errorf("%+v, %d rows, %v", x.Excluded, len(x.Rows), err)
		}
		if a := ask(t, s, metric.Ask{Metric: "first_response_time", From: "2026-07-01", To: "2026-08-01"}); a.Value != nil {
			t.Error("without an answer there is a time:", a.Value)
		}
	})
}

// What a help desk calls full resolution time, one-touch and reopened.
func TestTicketsAreSolvedForTheLastTimeAtOneTouchOrAgain(t *testing.T) {
	rows := []row{
		// Solved, opened again after three days, solved for good: full resolution of 5 days; two touches.
		ticket("again", "2026-05-04T10:00:00Z", "open", nil), ticket("again", "2026-05-05T10:00:00Z", "solved", set{"contacts": 1.0}),
		ticket("again", "2026-05-08T10:00:00Z", "open", set{"contacts": 2.0}), ticket("again", "2026-05-09T10:00:00Z", "solved", set{"contacts": 2.0}), ticket("again", "2026-05-13T10:00:00Z", "closed", set{"contacts": 2.0}),
		// One row for all, told long after: opened on the 10th, solved an hour later.
		ticket("told late", "2026-06-20", "closed", set{"opened_at": "2026-05-10T10:00:00Z", "solved_at": "2026-05-10T11:00:00Z", "contacts": 1.0}),
		// One answer of the team, and one note: one touch.
		ticket("one answer", "2026-05-11T10:00:00Z", "open", nil), message("one answer", "2026-05-11T10:00:00Z", "customer", nil), message("one answer", "2026-05-11T10:30:00Z", "agent", set{"public": false}),
		message("one answer", "2026-05-11T11:00:00Z", "agent", nil), ticket("one answer", "2026-05-11T11:00:00Z", "solved", nil),
		ticket("two answers", "2026-05-12T10:00:00Z", "open", nil), message("two answers", "2026-05-12T10:10:00Z", "agent", nil), message("two answers", "2026-05-12T10:50:00Z", "agent", nil), ticket("two answers", "2026-05-12T11:00:00Z", "solved", nil),
		ticket("says so", "2026-05-12T10:00:00Z", "solved", set{"first_contact_resolved": true, "contacts": 3.0, "opened_at": "2026-05-12T09:00:00Z"}), ticket("says so", "2026-05-22T10:00:00Z", "reopened", nil),
		ticket("nobody knows", "2026-05-14T10:00:00Z", "solved", set{"opened_at": "2026-05-14T09:00:00Z"}),
		ticket("waits", "2026-05-15T10:00:00Z", "pending", nil),
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for id, want := range map[string]string{
			"fcr":             "60 = 3/5 of 5",                                                 // told late, one answer, says so
			"resolution_time": "1488 = 7440/5 of 5",                                            // 5 days and four hours
			"reopen_rate":     "33.333333333 = 2/6 of 6",                                       // again, says so
			"ticket_volume":   "7 of 7 solved 5", "backlog": "2 of 2 median_days 18.104166667", // says so since the 12th, waits since the 15th
		} {
			parts := map[string][]string{"ticket_volume": {"solved"}, "backlog": {"median_days"}}[id]
			if got := may(t, s, id, "", parts...); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
		days := ask(t, s, metric.Ask{Metric: "backlog", From: "2026-05-08", To: "2026-05-12", Grain: "day"}).Points
		for i, want := range []string{"1", "0", "0", "0"} { // told late was solved on the day it was opened
			if got := days[i].Value.String(); got != want {
				t.Errorf("backlog on %s: %s, want %s", days[i].From.Format(time.DateOnly), got, want)
			}
		}
		if a := ask(t, s, metric.Ask{Metric: "fcr", From: "2026-05-01", To: "2026-06-01", Set: map[string]string{"fcr_days": "10"}}); said(a) != "40 = 2/5 of 5" {
			t.Error("with ten days:", said(a))
		}
	})
}

func TestHandlingTimeIsPerContact(t *testing.T) {
	solved := func(id string, more set) row {
		r := ticket(id, "2026-05-10", "solved", more)
		r.account = id
		return r
	}
	rows := []row{solved("a", set{"talk_seconds": 300.0, "hold_seconds": 60.0, "wrap_seconds": 60.0, "contacts": 2.0, "transfers": 1.0}), solved("b", set{"talk_seconds": 300.0}), solved("c", nil), ticket("d", "2026-05-10", "open", set{"talk_seconds": 900.0})}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		if got := may(t, s, "aht", "", "talk", "hold", "held", "transfers"); got != "4 = 12/3 of 2 talk 3.333333333 hold 0.333333333 held 50 transfers 1" {
			t.Error(got)
		}
		// Residuals of 7 - 4 x 2 and 5 - 4 x 1 minutes: sd √2, over a mean of 1.5 contacts; t of one degree is 12.7.
		a := ask(t, s, metric.Ask{Metric: "aht", From: "2026-05-01", To: "2026-06-01"})
		if half := 12.706204736 * math.Sqrt(2) / 1.5 / math.Sqrt(2); math.Abs(a.Interval.High.Float-4-half) > 1e-6 {
			t.Errorf("%+v, want 4 ± %v", a.Interval, half)
		}
	})
}

// Zendesk asks good or bad: on a scale of two the top box is the upper one alone.
func TestGoodOrBadIsAScaleOfTwo(t *testing.T) {
	rating := set{"scale_min": 0.0, "scale_max": 1.0, "ticket_id": "t", "agent": nil}
	rows := append(answers("csat", rating, 1, 1, 1, 0), ticket("t", "2026-05-01", "solved", set{"agent": "Ann", "team": "first line"}))
	rows = append(rows, answers("csat", set{"touchpoint": "billing"}, 5)...)
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		a := ask(t, s, metric.Ask{Metric: "support_csat", From: "2026-05-01", To: "2026-06-01", By: "team"})
		if said(a) != "75 = 3/4 of 4" || len(a.Groups) != 1 || *a.Groups[0].Key != "first line" {
			t.Errorf("%s, %+v", said(a), a.Groups)
		}
	})
}

// Business hours are recounted minute by minute: weekends, holidays, zones, the days the clocks are moved, tickets opened
// outside hours, open for years, and a team that never sleeps.
func TestBusinessHoursAreThoseOfEveryMinute(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	weekday := func(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }
	schedules := []struct {
		text  string
		zone  *time.Location
		works func(t time.Time) bool
	}{
		{"Mon-Fri 09:00-18:00", time.UTC, func(t time.Time) bool { return weekday(t) && t.Hour() >= 9 && t.Hour() < 18 }},
		{"Mon-Fri 09:00-18:00; Sat 10:00-14:00; except 2026-03-30, 2025-12-25; zone Europe/Bucharest", zone("Europe/Bucharest"), func(t time.Time) bool {
			if day := t.Format(time.DateOnly); day == "2026-03-30" || day == "2025-12-25" {
				return false
			}
			return weekday(t) && t.Hour() >= 9 && t.Hour() < 18 || t.Weekday() == time.Saturday && t.Hour() >= 10 && t.Hour() < 14
		}},
		{"Sun 00:00-24:00; Mon 22:00-24:00; zone America/New_York", zone("America/New_York"), func(t time.Time) bool {
			return t.Weekday() == time.Sunday || t.Weekday() == time.Monday && t.Hour() >= 22
		}},
		{"Mon-Sun 01:00-05:00; zone Europe/Bucharest", zone("Europe/Bucharest"), func(t time.Time) bool { return t.Hour() >= 1 && t.Hour() < 5 }},
		{"", time.UTC, func(time.Time) bool { return true }},
	}
	spans := [][2]string{
		{"2026-03-02T10:15:00Z", "2026-03-02T10:15:00Z"}, {"2026-03-02T10:15:00Z", "2026-03-02T12:16:00Z"}, {"2026-03-06T17:30:00Z", "2026-03-09T09:30:00Z"}, // over a weekend
		{"2026-03-07T03:00:00Z", "2026-03-08T20:00:00Z"}, {"2026-03-04T20:00:00Z", "2026-03-05T04:00:00Z"}, // all outside
		{"2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z"}, {"2026-03-28T23:30:00Z", "2026-03-29T03:30:00Z"}, // the clocks go forward, and a holiday
		{"2025-10-25T12:00:00Z", "2026-03-03T12:00:00Z"}, {"2022-03-01T07:30:00Z", "2026-03-12T15:45:00Z"}, // back, and for years
	}
	var rows []row
	for i, span := range spans {
		rows = append(rows, ticket(fmt.Sprint(i), span[0], "open", set{"opened_at": span[0]}),
			ticket(fmt.Sprint(i), span[1], "solved", set{"opened_at": span[0], "solved_at": span[1], "agent": fmt.Sprint(i), "first_response_at": span[1]}))
	}
	rows = append(rows, ticket("old", "2019-01-01", "open", nil), ticket("old", "2026-03-10", "solved", nil))
	want := map[string]float64{}
	for _, schedule := range schedules {
		for i, span := range spans {
			for at, end := on(span[0]).In(schedule.zone), on(span[1]); at.Before(end); at = at.Add(time.Minute) {
				if schedule.works(at) {
					want[fmt.Sprint(schedule.text, i)]++
				}
			}
		}
	}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		for _, schedule := range schedules {
			for _, id := range []string{"resolution_time", "first_response_time"} {
				a := ask(t, s, metric.Ask{Metric: id, Variant: "business", From: "2026-03-01", To: "2026-04-01", By: "agent", Set: map[string]string{"business_hours": schedule.text}})
				found := 0
				for _, g := range a.Groups {
					if g.Key == nil {
						continue
					}
					found++
					if minutes := want[schedule.text+*g.Key]; g.Value.Float != minutes {
						t.Errorf("%s %q of ticket %s: %s minutes, want %v", id, schedule.text, *g.Key, g.Value, minutes)
					}
				}
				if found != len(spans) {
					t.Errorf("%s: %d tickets of %d", id, found, len(spans))
				}
			}
		}
		x, err := s.Explain(context.Background(), metric.Opening{Ask: metric.Ask{Metric: "resolution_time", Variant: "business", From: "2026-03-01", To: "2026-04-01"}})
		if err != nil || len(x.Excluded) != 1 || x.Excluded[0].Reason != "open_for_years" || x.Excluded[0].N != 1 {
			t.Errorf("%+v, %v", x.Excluded, err)
		}
	})
}
