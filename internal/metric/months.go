package metric

import (
	"fmt"
	"strings"
)

// maxMonths bounds the months that cohorts are followed.
const maxMonths = 600

// monthRows are the calendar months from the one of the earliest point until now, or the last of them: nth counts them,
// is_over says that now is not inside.
func (c *compiler) monthRows() string {
	lo, _ := c.limits()
	last := Month.start(c.now)
	if first := Month.piece(last, 1-maxMonths); lo.Before(first) {
		lo = first
	}
	var rows []string
	for nth, at := 0, Month.start(lo); nth == 0 || !at.After(last); nth, at = nth+1, Month.next(at) {
		end := Month.next(at)
		rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, %t)", nth, sqlTime(at), sqlTime(end), sqlDay(at), !end.After(c.now)))
	}
	return "select * from (values " + strings.Join(rows, ", ") + ") as m(nth, from_ts, to_ts, month, is_over)"
}
