package metric

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// Schedule says when a team works: for every day of the week the hours, and the days on which it doesn't. Its text form is
//
//	Mon-Fri 09:00-18:00; Sat 10:00-14:00; except 2026-12-25, 2027-01-01; zone Europe/Bucharest
//
// Days may have several spans. Without a zone the workspace's holds. The empty schedule works around the clock.
type Schedule struct {
	Hours    [7][]Span // Monday first
	Holidays map[string]bool
	Zone     *time.Location // nil: the workspace's
}

// Span is a part of a day, in minutes after midnight; To is not inside, and 1440 is the day's end.
type Span struct{ From, To int }

// Always says that the schedule works around the clock.
func (s Schedule) Always() bool {
	for _, spans := range s.Hours {
		if len(spans) > 0 {
			return false
		}
	}
	return true
}

var weekdays = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// ParseSchedule reads the text form. The error names the part that can't be read.
func ParseSchedule(text string) (Schedule, error) {
	s := Schedule{Holidays: map[string]bool{}}
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		word, rest, _ := strings.Cut(part, " ")
		switch {
		case part == "":
		case strings.EqualFold(word, "zone"):
			zone, err := time.LoadLocation(strings.TrimSpace(rest))
			if err != nil || strings.TrimSpace(rest) == "" || strings.EqualFold(strings.TrimSpace(rest), "local") {
				return Schedule{}, fault.Said("%q is no time zone; use a name like Europe/Bucharest", clip(rest))
			}
			s.Zone = zone
		case strings.EqualFold(word, "except"):
			for day := range strings.SplitSeq(rest, ",") {
				t, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
				if err != nil {
					return Schedule{}, fault.Said("%q is no date; write holidays like 2026-12-25", clip(day))
				}
				if s.Holidays[t.Format(time.DateOnly)] = true; len(s.Holidays) > 1000 {
					return Schedule{}, fault.Said("more than 1000 holidays")
				}
			}
		default:
			if err := s.readHours(word, rest); err != nil {
				return Schedule{}, err
			}
		}
	}
	for day := range s.Hours {
		spans := s.Hours[day]
		sort.Slice(spans, func(i, j int) bool { return spans[i].From < spans[j].From })
		for i := 1; i < len(spans); i++ {
			if spans[i].From < spans[i-1].To {
				return Schedule{}, fault.Said("the hours of %s overlap", weekdays[day])
			}
		}
	}
	return s, nil
}

// readHours reads "Mon-Fri" and "09:00-12:00 13:00-18:00".
func (s *Schedule) readHours(days, hours string) error {
	first, last, isRange := strings.Cut(days, "-")
	from, to := weekday(first), weekday(first)
	if isRange {
		to = weekday(last)
	}
	if from < 0 || to < 0 {
		return fault.Said("%q is no day; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a range like Mon-Fri", clip(days))
	}
	var spans []Span
	for _, text := range strings.Fields(strings.ReplaceAll(hours, ",", " ")) {
		begin, end, _ := strings.Cut(text, "-")
		b, okB := minuteOfDay(begin)
		e, okE := minuteOfDay(end)
		if !okB || !okE || b >= e {
			return fault.Said("%q are no hours; write them like 09:00-18:00", clip(text))
		}
		spans = append(spans, Span{b, e})
	}
	if len(spans) == 0 {
		return fault.Said("the hours of %s are missing; write them like 09:00-18:00", clip(days))
	}
	for day := from; ; day = (day + 1) % 7 {
		if s.Hours[day] = append(s.Hours[day], spans...); len(s.Hours[day]) > 20 {
			return fault.Said("%s has more than 20 spans", weekdays[day])
		}
		if day == to {
			return nil
		}
	}
}

func weekday(name string) int {
	for i, d := range weekdays {
		if strings.EqualFold(strings.TrimSpace(name), d) {
			return i
		}
	}
	return -1
}

func minuteOfDay(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}

// String is the text form; ParseSchedule reads it back.
func (s Schedule) String() string {
	var parts []string
	for day, spans := range s.Hours {
		if len(spans) == 0 {
			continue
		}
		texts := []string{weekdays[day]}
		for _, span := range spans {
			texts = append(texts, fmt.Sprintf("%02d:%02d-%02d:%02d", span.From/60, span.From%60, span.To/60, span.To%60))
		}
		parts = append(parts, strings.Join(texts, " "))
	}
	if len(s.Holidays) > 0 {
		parts = append(parts, "except "+strings.Join(sortedKeys(s.Holidays), ", "))
	}
	if s.Zone != nil {
		parts = append(parts, "zone "+s.Zone.String())
	}
	return strings.Join(parts, "; ")
}

// open are the instants between which the team works on the days from lo to hi, in order.
func (s Schedule) open(lo, hi time.Time, workspace *time.Location) [][2]time.Time {
	zone := s.Zone
	if zone == nil {
		zone = workspace
	}
	var spans [][2]time.Time
	lo, hi = lo.In(zone), hi.In(zone)
	for day := time.Date(lo.Year(), lo.Month(), lo.Day(), 12, 0, 0, 0, zone); !day.After(hi.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if s.Holidays[day.Format(time.DateOnly)] {
			continue
		}
		for _, span := range s.Hours[(int(day.Weekday())+6)%7] {
			// Clock times: on the day the clock is moved, nine o'clock is still nine o'clock.
			from := time.Date(day.Year(), day.Month(), day.Day(), 0, span.From, 0, 0, zone)
			to := time.Date(day.Year(), day.Month(), day.Day(), 0, span.To, 0, 0, zone)
			if from.Before(to) {
				spans = append(spans, [2]time.Time{from, to})
			}
		}
	}
	return spans
}
