package metric

import (
	"context"
	"strings"
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func local(t *testing.T, z *time.Location, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestThePeriodBeforeHasTheSameLength(t *testing.T) {
	z := zone(t, "Europe/Bucharest")
	for _, c := range []struct{ from, to, before string }{
		{"2026-05-01 00:00", "2026-06-01 00:00", "2026-04-01 00:00"}, // a month: the month before, not 31 days
		{"2026-01-01 00:00", "2026-04-01 00:00", "2025-10-01 00:00"}, // a quarter
		{"2024-01-01 00:00", "2025-01-01 00:00", "2023-01-01 00:00"}, // a leap year
		{"2026-03-02 00:00", "2026-04-01 00:00", "2026-01-31 00:00"}, // 30 days, one of them of 23 hours
		{"2026-10-25 00:00", "2026-10-26 00:00", "2026-10-24 00:00"}, // a day of 25 hours
		{"2026-05-31 00:00", "2026-06-01 00:00", "2026-05-30 00:00"},
		{"2026-05-10 06:00", "2026-05-10 18:30", "2026-05-09 17:30"}, // half a day
	} {
		p := Period{local(t, z, c.from), local(t, z, c.to)}.before()
		if want := local(t, z, c.before); !p.From.Equal(want) || !p.To.Equal(local(t, z, c.from)) {
			t.Errorf("before %s to %s: %s to %s, want from %s", c.from, c.to, p.From, p.To, want)
		}
	}
}

// Clocks skip midnight in Santiago, Havana, Cairo and Beirut, show it twice in Havana, and change at night elsewhere.
func TestDaysFollowEachOtherInEveryZone(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Bucharest", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"} {
		z := zone(t, name)
		year := Period{firstInstant(2026, 1, 1, z), firstInstant(2027, 1, 1, z)}
		for grain, pieces := range map[Grain]int{Day: 365, Week: 53, Month: 12, Quarter: 4, Year: 1} {
			points, err := grain.cut(year, year.To)
			if err != nil || len(points) != pieces {
				t.Errorf("%s by %s: %d pieces, %v", name, grain, len(points), err)
				continue
			}
			at := year.From
			for i, p := range points {
				if !p.Period.From.Equal(at) || !p.Period.To.After(at) {
					t.Fatalf("%s: the %s from %s to %s does not follow %s", name, grain, p.Period.From, p.Period.To, at)
				}
				// One nanosecond earlier it is another day.
				if before := p.Period.From.Add(-1); before.Format(time.DateOnly) == p.Period.From.Format(time.DateOnly) {
					t.Fatalf("%s: %s begins within a day", name, p.Period.From)
				}
				inside := p.Period.From.Add(p.Period.To.Sub(p.Period.From) / 2)
				if start := grain.start(inside); i > 0 && !start.Equal(p.Period.From) {
					t.Fatalf("%s: the %s of %s starts at %s, not %s", name, grain, inside, start, p.Period.From)
				}
				at = p.Period.To
			}
			if !at.Equal(year.To) {
				t.Errorf("%s by %s ends at %s", name, grain, at)
			}
		}
	}
}

func TestHoursAreAnHourLongWhenClocksChange(t *testing.T) {
	for day, hours := range map[string]int{"2026-03-29": 23, "2026-10-25": 25, "2026-05-10": 24} {
		for _, name := range []string{"Europe/Bucharest", "Asia/Kolkata"} {
			z := zone(t, name)
			from := local(t, z, day+" 00:00")
			points, err := Hour.cut(Period{from, midnight(from, 1)}, midnight(from, 1))
			want := hours
			if name == "Asia/Kolkata" {
				want = 24
			}
			if err != nil || len(points) != want {
				t.Errorf("%s has %d hours in %s, want %d; %v", day, len(points), name, want, err)
			}
			for _, p := range points {
				if p.Period.To.Sub(p.Period.From) != time.Hour || p.Period.From.Minute() != 0 || p.partial {
					t.Errorf("%s: an hour from %s to %s, partial %v", name, p.Period.From, p.Period.To, p.partial)
				}
			}
		}
	}
}

func TestPiecesThatAreCutOffArePartial(t *testing.T) {
	z := time.UTC
	points, err := Month.cut(Period{local(t, z, "2026-04-15 00:00"), local(t, z, "2026-07-10 00:00")}, local(t, z, "2026-06-20 12:00"))
	if err != nil {
		t.Fatal(err)
	}
	want := []bool{true, false, true, true} // begun late, whole, not over yet, ended early
	for i, p := range points {
		if p.partial != want[i] {
			t.Errorf("%s to %s: partial is %v", p.Period.From, p.Period.To, p.partial)
		}
	}
	if _, err := Hour.cut(Period{local(t, z, "2016-01-01 00:00"), local(t, z, "2026-01-01 00:00")}, local(t, z, "2026-06-20 12:00")); err == nil || !strings.Contains(err.Error(), "coarser grain") {
		t.Errorf("ten years of hours: %v", err)
	}
}

func TestQuestionsWithoutAPeriodAreAboutTheLastThirtyDays(t *testing.T) {
	z := zone(t, "Europe/Bucharest")
	catalog, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Catalog: catalog, Zone: z, Now: func() time.Time { return local(t, z, "2026-04-10 15:00") }}
	for _, c := range []struct {
		a        Ask
		from, to string
	}{
		{Ask{}, "2026-03-12 00:00", "2026-04-11 00:00"}, // across the change of clocks
		{Ask{To: "2026-02-01"}, "2026-01-02 00:00", "2026-02-01 00:00"},
		{Ask{From: "2026-04-01"}, "2026-04-01 00:00", "2026-04-11 00:00"},
		{Ask{AsOf: "2026-02-10T12:00:00Z"}, "2026-01-12 00:00", "2026-02-11 00:00"},
		{Ask{AsOf: "2099-02-10"}, "2026-03-12 00:00", "2026-04-11 00:00"},
	} {
		c.a.Metric = "nps"
		q, err := s.understand(context.Background(), c.a)
		if err != nil {
			t.Fatal(err)
		}
		if !q.period.From.Equal(local(t, z, c.from)) || !q.period.To.Equal(local(t, z, c.to)) {
			t.Errorf("%+v: %s to %s, want %s to %s", c.a, q.period.From, q.period.To, c.from, c.to)
		}
	}
}
