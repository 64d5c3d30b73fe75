package metric_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/metric"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

// somewhere is a lake and its service in a zone, at an instant.
func somewhere(t *testing.T, engine, name string, now time.Time, rows []row) *metric.Service {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	o := lake.Options{Zone: z, Path: filepath.Join(t.TempDir(), "lake.duckdb")}
	if engine == "postgres" {
		o.Path, o.URL = "", postgrestest.Start(t)
	}
	l, err := lake.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for i := range rows {
		rows[i].seq = i + 1
	}
	load(t, l, rows)
	s := serve(t, l)
	s.Zone, s.Now = z, func() time.Time { return now }
	return s
}

func did(user, at string) row {
	return row{kind: "events", account: "acme", user: user, at: on(at), f: set{"name": "x"}}
}

// The clocks of Bucharest go forward on 29 March 2026 at 01:00 UTC and back on 25 October at the same hour.
func TestDaysAreThoseOfTheWorkspace(t *testing.T) {
	t.Parallel()
	rows := []row{
		did("a", "2026-03-28T21:59:59Z"),                                   // 28 March, the last second
		did("b", "2026-03-28T22:00:00Z"),                                   // 29 March, a day of 23 hours
		did("c", "2026-03-29T20:59:59Z"), did("d", "2026-03-29T21:00:00Z"), // the last second of it, and 30 March
		did("e", "2026-10-24T20:59:59Z"), did("f", "2026-10-24T21:00:00Z"), // 24 and 25 October
		did("g", "2026-10-25T00:30:00Z"), did("g", "2026-10-25T01:30:00Z"), // half past three, twice
		did("h", "2026-10-25T21:59:59Z"), did("i", "2026-10-25T22:00:00Z"), // the last second of a day of 25 hours, and 26 October
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := somewhere(t, engine, "Europe/Bucharest", on("2026-11-10"), rows)
			for _, c := range []struct {
				a    metric.Ask
				want string
			}{
				{metric.Ask{Metric: "dau", From: "2026-03-28", To: "2026-03-31", Grain: "day"}, "1 2 1"},
				{metric.Ask{Metric: "dau", From: "2026-10-24", To: "2026-10-27", Grain: "day"}, "1 3 1"},
				{metric.Ask{Metric: "wau", From: "2026-03-23", To: "2026-04-06", Grain: "week"}, "3 1"},
				{metric.Ask{Metric: "wau", Variant: "calendar", From: "2026-10-19", To: "2026-11-02", Grain: "week"}, "4 1"},
				{metric.Ask{Metric: "feature_usage", By: "account_id", From: "2026-10-25", To: "2026-10-26", Grain: "day"}, "100"},
				// An end within a day takes that day along, also within the first hour of the day of 25.
				{metric.Ask{Metric: "dau", From: "2026-10-24", To: "2026-10-24T21:30:00Z", Grain: "month"}, "3"},
				{metric.Ask{Metric: "dau", From: "2026-03-28", To: "2026-03-28T22:30:00Z", Grain: "month"}, "2"},
			} {
				for _, asOf := range []string{"", "2099-01-01"} { // rolling and general
					c.a.AsOf = asOf
					var values []string
					for _, p := range ask(t, s, c.a).Points {
						values = append(values, fmt.Sprint(p.Value))
					}
					if got := strings.Join(values, " "); got != c.want {
						t.Errorf("%s/%s from %s to %s as of %q: %s, want %s", c.a.Metric, c.a.Variant, c.a.From, c.a.To, asOf, got, c.want)
					}
				}
			}
			// The mean day of a week with a change of clocks has seven days: 1 + 3 users over 7 days, of 4.
			sticky := ask(t, s, metric.Ask{Metric: "stickiness", From: "2026-10-19", To: "2026-10-26"})
			if got := said(sticky); got != "14.285714286 = 0.571428571/4 of 4" {
				t.Error("stickiness:", got)
			}
		})
	}
}

// In Santiago the 6th of September 2026 begins at one o'clock.
func TestADayWithoutMidnightIsCounted(t *testing.T) {
	rows := []row{did("a", "2026-09-06T03:59:59Z"), did("b", "2026-09-06T04:00:00Z"), did("c", "2026-09-07T02:59:59Z")}
	s := somewhere(t, "duckdb", "America/Santiago", on("2026-11-10"), rows)
	var values []string
	for _, p := range ask(t, s, metric.Ask{Metric: "dau", From: "2026-09-05", To: "2026-09-08", Grain: "day"}).Points {
		values = append(values, fmt.Sprint(p.Value))
	}
	if got := strings.Join(values, " "); got != "1 2 0" {
		t.Error(got)
	}
}

// Trailing windows of an unfinished period end today, those of a period to come trail from today as well.
func TestWindowsOfAnUnfinishedPeriodEndToday(t *testing.T) {
	t.Parallel()
	rows := []row{did("old", "2026-07-05T12:00:00Z"), did("new", "2026-08-01T12:00:00Z")}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := somewhere(t, engine, "UTC", on("2026-08-02T10:00:00Z"), rows)
			for _, asOf := range []string{"", "2026-08-02T10:00:00Z", "2099-01-01"} {
				for period, want := range map[[2]string]string{
					{"2026-08-01", "2026-09-01"}: "2", {"2026-07-01", "2026-08-01"}: "1", {"2026-09-20", "2026-10-20"}: "2", {"2027-01-01", "2027-02-01"}: "2", {"2026-08-01", "2026-08-03"}: "2",
				} {
					a := metric.Ask{Metric: "mau", From: period[0], To: period[1], AsOf: asOf}
					// received() stamps these facts on 1 August.
					if got := ask(t, s, a).Value.String(); got != want {
						t.Errorf("%v as of %q: %s, want %s", period, asOf, got, want)
					}
				}
				sticky := ask(t, s, metric.Ask{Metric: "stickiness", From: "2026-08-01", To: "2026-09-01", AsOf: asOf})
				if got := said(sticky); got != "25 = 0.5/2 of 2" { // one user on one of two days so far, of two in 30 days
					t.Errorf("stickiness as of %q: %s", asOf, got)
				}
				if p := ask(t, s, metric.Ask{Metric: "stickiness", From: "2027-01-01", To: "2027-02-01", AsOf: asOf}); p.Value != nil {
					t.Errorf("stickiness of days to come as of %q: %s", asOf, p.Value)
				}
			}
		})
	}
}
