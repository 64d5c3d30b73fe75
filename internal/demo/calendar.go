package demo

import "time"

// Days are counted from the first one of the two years (day 0); those before it are negative. A day's instants are
// midnight in the workspace's zone plus seconds.

func (w *world) date(day int) time.Time { return w.first.AddDate(0, 0, day) }

func (w *world) midnight(day int) time.Time {
	d := w.date(day)
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, w.zone)
}

func (w *world) at(day, seconds int) time.Time {
	return w.midnight(day).Add(time.Duration(seconds) * time.Second)
}

// monthsAfter is the day n months later.
func (w *world) monthsAfter(day, n int) int {
	return int(w.date(day).AddDate(0, n, 0).Sub(w.first).Hours()) / 24
}

// ago is the day this many days before the last one.
func (w *world) ago(days int) int { return w.days - 1 - days }

// mondayBy is the Monday of the day's week.
func (w *world) mondayBy(day int) int { return day - (int(w.date(day).Weekday())+6)%7 }

// weekdays counts Mondays to Fridays up to the day.
func (w *world) weekdays(day int) int {
	monday := w.mondayBy(day)
	return (monday-w.mondayBy(0))/7*5 + min(day-monday, 4)
}

// rhythm is how much of a working day's activity a day sees: weekends, August and the weeks around New Year are quiet.
func rhythm(d time.Time) float64 {
	r := [7]float64{0.05, 1, 1.05, 1.02, 0.98, 0.82, 0.16}[d.Weekday()]
	switch month, day := d.Month(), d.Day(); {
	case month == time.August:
		r *= 0.68
	case month == time.December && day >= 22, month == time.January && day <= 3:
		r *= 0.22
	case month == time.May && day == 1, month == time.January && day <= 7:
		r *= 0.4
	}
	return r
}

func working(d time.Time) bool { return rhythm(d) > 0.5 }

// hourWeights are how work spreads over the hours of a day.
var hourWeights = []int{0, 0, 0, 0, 0, 1, 4, 12, 16, 15, 13, 11, 7, 9, 12, 11, 9, 6, 3, 2, 1, 1, 0, 0}

// workSecond is an instant in a day's working time, in seconds after midnight.
func (d *dice) workSecond() int { return d.weighted(hourWeights)*3600 + d.below(3600) }

// workingDay is the next day from this one on that is worked.
func (w *world) workingDay(day int) int {
	for !working(w.date(day)) {
		day++
	}
	return day
}
