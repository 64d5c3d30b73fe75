package metric

import (
	"fmt"
	"strings"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// happened counts what was done for an account within a window at each point's end: events, page views, answers.
//
// Points share what they count. A fact enters at the first end that sees it and leaves at the first whose window begins
// after it; a running sum of both gives the count at every end at once, so that a year of days with windows of thirty
// costs little more than one point.
func (sc *scoping) happened(s account.Segment) (found, error) {
	name, err := sc.relation(s.String(), func(name string) (string, error) {
		if err := sc.entered(name, s); err != nil {
			return "", err
		}
		sc.counted(name, s)
		sc.changes = append(sc.changes, "select account, o from "+name)
		return fmt.Sprintf("%s.account = m.account and m.o >= %[1]s.o and m.o < %[1]s.next_o", name), nil
	})
	n := "coalesce(" + name + ".n, 0)"
	return found{enough(s, n), "cast(" + n + " as varchar)"}, err
}

// enough compares a count; the numbers were checked when the segment was read. An answer is there or not.
func enough(s account.Segment, n string) string {
	switch {
	case s.About == account.Answered:
		return n + " > 0"
	case s.Op == "between":
		return "(" + n + " >= " + s.Values[0] + " and " + n + " <= " + s.Values[1] + ")"
	}
	return n + " " + s.Op + " " + s.Values[0]
}

// afterAll is the place of no end: what leaves there never leaves.
const afterAll = "1000000"

// entered defines what was done (account, unit, enters, leaves, n): how often, or on which day or by whom when those are
// counted, from which end on and until which.
func (sc *scoping) entered(name string, s account.Segment) error {
	first := sc.edges(name+"_edges", s.Within)
	last := sc.windowEnds()[len(sc.ends)-1]
	whole := sc.wholeDays()
	rows, err := sc.done(s, whole)
	if err != nil {
		return err
	}
	unit := map[string]string{"": "0", "times": "0", "days": "f.day", "people": "f.person"}[s.Counted]
	inside := "f.account <> 0 and f.day >= " + first
	if s.Counted == "people" {
		inside += " and f.person > 0"
	}
	leaves := "coalesce(l.o, " + afterAll + ") as leaves\nfrom (select distinct day from " + name + "_done) d"
	leave := "\nleft join " + name + "_edges l on d.day >= l.left_day and d.day < l.leaves_day"
	enters := "d.enters"
	if whole {
		sc.define(name+"_done", "select f.account, f.day, "+unit+" as unit, cast(sum(f.n) as bigint) as n\nfrom ("+rows+") f\nwhere "+inside+
			" and f.day < "+sqlDay(last)+"\ngroup by 1, 2, 3")
		sc.define(name+"_days", "select d.day, e.o as enters, "+leaves+"\njoin "+name+"_edges e on d.day >= e.after_day and d.day < e.until_day"+leave)
	} else { // of instants there is no short list
		enters = "f.enters"
		sc.define(name+"_done", "select f.account, f.day, "+unit+" as unit, e.o as enters, cast(sum(f.n) as bigint) as n\nfrom ("+rows+") f\n"+
			"join "+name+"_edges e on f.ts >= e.after_ts and f.ts < e.until_ts\nwhere "+inside+" and f.ts < "+sqlTime(last)+"\ngroup by 1, 2, 3, 4")
		sc.define(name+"_days", "select d.day, "+leaves+leave)
	}
	sc.define(name+"_entered", "select f.account, f.unit, "+enters+" as enters, d.leaves, cast(sum(f.n) as bigint) as n\nfrom "+name+"_done f\njoin "+name+
		"_days d on d.day = f.day\nwhere d.leaves > "+enters+"\ngroup by 1, 2, 3, 4")
	return nil
}

func (sc *scoping) wholeDays() bool {
	if sc.c.broken {
		return false
	}
	for _, end := range sc.windowEnds() {
		if !end.Equal(Day.start(end)) {
			return false
		}
	}
	return true
}

// edges defines for each end which instants and days it is the first to see, and which it is the first not to see any
// more. It gives the first day that any end sees.
func (sc *scoping) edges(name string, w account.Window) string {
	after, left, first := dawnOfTime, dawnOfTime, dawnOfTime
	var rows []string
	for o, end := range sc.windowEnds() {
		from := dawnOfTime
		if w.N > 0 {
			from = back(dayAfter(end), w)
		}
		if o == 0 {
			first, left = from, from
		}
		rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, %s, %s, %s)", o, sqlTime(after), sqlTime(end), sqlDay(after), sqlDay(end), sqlDay(left), sqlDay(from)))
		after, left = end, from
	}
	sc.define(name, "select * from (values "+strings.Join(rows, ", ")+") as e(o, after_ts, until_ts, after_day, until_day, left_day, leaves_day)")
	return sqlDay(first)
}

// done is what the leaf counts: (account, day, n), and ts and person where they are asked for.
func (sc *scoping) done(s account.Segment, whole bool) (string, error) {
	c := sc.c
	if s.About == account.Did && whole && s.Counted != "people" && c.view.AsOf() == nil {
		where := ""
		if s.Name != "" {
			where = " where a.name = " + c.text(s.Name)
		}
		return "select a.account, a.day, a.n from " + c.view.Rollup("account_day_event") + " a" + where, nil
	}
	kind, fits := "", []string{}
	named := func(column string) {
		if s.Name != "" {
			fits = append(fits, column+" = "+c.text(s.Name))
		}
	}
	switch s.About {
	case account.Viewed:
		kind = "pages"
		if prefix, ok := strings.CutSuffix(s.Name, "*"); ok {
			fits = append(fits, "starts_with(f.path, "+c.text(prefix)+")")
		} else {
			named("f.path")
		}
	case account.Answered:
		kind = "answers"
		named("f.kind")
		answered, err := c.answered(s)
		if err != nil {
			return "", err
		}
		fits = append(fits, answered...)
	default:
		kind = "events"
		named("f.name")
	}
	where := ""
	if len(fits) > 0 {
		where = "\nwhere " + strings.Join(fits, " and ")
	}
	return "select f.account, f.day, f.ts, f.person, 1 as n from r_" + kind + " f" + where, c.define(kind, kind, "")
}

// answered is what else an answer must be.
func (c *compiler) answered(s account.Segment) ([]string, error) {
	var fits []string
	if s.Survey != "" {
		fits = append(fits, "f.survey = "+c.text(s.Survey))
	}
	column := "f.score"
	if s.Name == "choice" {
		column = "f.choice"
	}
	values := make([]string, len(s.Values))
	for i, v := range s.Values {
		x, ok := finite(v)
		switch {
		case s.Name == "choice":
			values[i] = c.text(v)
		case ok:
			values[i] = c.number(x)
		default:
			return nil, fault.Said("%q is no score", clip(v))
		}
	}
	switch s.Op {
	case "known":
		return fits, nil
	case "in":
		return append(fits, column+" in ("+strings.Join(values, ", ")+")"), nil
	case "between":
		return append(fits, column+" >= "+values[0], column+" <= "+values[1]), nil
	case "contains":
		return append(fits, "position(lower("+values[0]+") in lower("+column+")) > 0"), nil
	case "starts":
		return append(fits, "starts_with(lower("+column+"), lower("+values[0]+"))"), nil
	}
	return append(fits, column+" "+s.Op+" "+values[0]), nil
}

// counted defines the counts (account, o, next_o, n) from what entered: n holds from one end until before the next one
// named. Unless reasons are asked for, only where the answer changes.
func (sc *scoping) counted(name string, s account.Segment) {
	spans := "select account, enters, leaves, n from " + name + "_entered"
	if s.Counted == "days" || s.Counted == "people" { // each counts once, however often it enters
		spans = "select account, enters, case when next < leaves then next else leaves end as leaves, 1 as n\nfrom (\n" +
			"select account, unit, enters, leaves, lead(enters) over (partition by account, unit order by enters, leaves) as next from " + name + "_entered\n) s"
	}
	sc.define(name+"_spans", spans)
	runs := "select account, o, cast(sum(sum(n)) over (partition by account order by o) as bigint) as n\nfrom (\n" +
		"select account, enters as o, n from " + name + "_spans\nunion all\nselect account, leaves, -n from " + name + "_spans where leaves < " + afterAll +
		"\n) d\ngroup by account, o"
	if !sc.reasons {
		runs = "select account, o, n\nfrom (\nselect account, o, n, coalesce(lag(n) over (partition by account order by o), 0) as was\nfrom (\n" + runs + "\n) r\n) c\n" +
			"where (" + enough(s, "n") + ") <> (" + enough(s, "was") + ")"
	}
	sc.define(name, "select account, o, n, coalesce(lead(o) over (partition by account order by o), "+afterAll+") as next_o\nfrom (\n"+runs+"\n) n")
}
