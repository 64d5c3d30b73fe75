package i18n

import (
	"fmt"
	"strings"
	"time"
)

var months = map[Lang][]string{
	EN: strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
	ES: strings.Fields("ene feb mar abr may jun jul ago sept oct nov dic"),
	RO: strings.Fields("ian. feb. mar. apr. mai iun. iul. aug. sept. oct. nov. dec."),
	RU: strings.Fields("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек."),
}

// Date writes the day of t, in the zone t is in: 3 Jan 2026 · 3 ene 2026 · 3 ian. 2026 · 3 янв. 2026 г.
func Date(l Lang, t time.Time) string {
	names, ok := months[l]
	if !ok {
		names = months[EN]
	}
	s := fmt.Sprintf("%d %s %d", t.Day(), names[t.Month()-1], t.Year())
	if l == RU {
		s += nbsp + "г."
	}
	return s
}

// MonthName is the short name of a month that stands alone: May · may · mai · май.
func MonthName(l Lang, m time.Month) string {
	if l == RU && (m == time.March || m >= time.May && m <= time.July) {
		// Those that a date bends and a name of its own does not.
		return map[time.Month]string{time.March: "март", time.May: "май", time.June: "июнь", time.July: "июль"}[m]
	}
	names, ok := months[l]
	if !ok {
		names = months[EN]
	}
	return names[m-1]
}

// Month writes the month of t, in the zone t is in: May 2026 · май 2026.
func Month(l Lang, t time.Time) string {
	return fmt.Sprintf("%s %d", MonthName(l, t.Month()), t.Year())
}

// DateTime writes day and minute of t, in the zone t is in: 3 Jan 2026, 15:04.
func DateTime(l Lang, t time.Time) string {
	return Date(l, t) + ", " + t.Format("15:04")
}

// RelativeTime writes t as seen from now, in the largest unit that fits: "5 minutes ago", "in 2 days".
// Less than a minute away is "just now".
func RelativeTime(l Lang, t, now time.Time) string {
	d, direction := now.Sub(t), "ago"
	if d < 0 {
		d, direction = -d, "in"
	}
	const day = 24 * time.Hour
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"years", 365 * day}, {"months", 30 * day}, {"days", day}, {"hours", time.Hour}, {"minutes", time.Minute}} {
		if d >= u.size {
			return T(l, "time."+direction+"."+u.name, "n", int64(d/u.size))
		}
	}
	return T(l, "time.now")
}
