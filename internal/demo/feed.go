package demo

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// feed takes facts with instants in any order of a day or later, gives each the hour in which it is delivered, and
// hands whole hours over in their order.
type feed struct {
	start, until time.Time
	hours        [][]*fact.Fact // by delivery, whole hours after start; the last one is delivered at until
	done         int            // hours handed over
	rows         map[*fact.Kind]*row
	zone         *time.Location
	dice         dice
	emit         func([]*fact.Fact) error
	err          error // the first fact that could not be made
}

func newFeed(start time.Time, o Options, emit func([]*fact.Fact) error) *feed {
	n := int((o.Until.Sub(start)+time.Hour-1)/time.Hour) + 1
	return &feed{start: start, until: o.Until, hours: make([][]*fact.Fact, n), rows: map[*fact.Kind]*row{},
		zone: o.Zone, dice: newDice(o.Seed, "feed", 0), emit: emit}
}

// row is one fact being written.
type row struct {
	feed *feed
	b    *fact.Builder
	kind *fact.Kind
	at   time.Time
	n    int // facts of this kind so far, which also names them
}

// of begins a fact of the kind. account and user may be "".
func (f *feed) of(kind *fact.Kind, at time.Time, account, user string) *row {
	r := f.rows[kind]
	if r == nil {
		r = &row{feed: f, kind: kind, b: fact.NewBuilder(kind, Source, f.zone)}
		f.rows[kind] = r
	}
	r.n++
	r.at = at
	r.b.At(at)
	return r.text("id", kind.Name+"-"+strconv.Itoa(r.n)).text("account_id", account).text("user_id", user)
}

// text sets a column, or a property when the kind has no such column; "" is left out.
func (r *row) text(column, s string) *row {
	if s != "" {
		r.b.Set(column, fact.Cell{Kind: fact.TextCell, Text: s})
	}
	return r
}

func (r *row) whole(column string, n int) *row {
	r.b.Set(column, fact.Cell{Kind: fact.NumberCell, Text: strconv.Itoa(n)})
	return r
}

func (r *row) yes(column string, b bool) *row {
	r.b.Set(column, fact.Cell{Kind: fact.BoolCell, Text: strconv.FormatBool(b)})
	return r
}

func (r *row) time(column string, t time.Time) *row {
	return r.text(column, t.UTC().Format(time.RFC3339))
}

// null says that what was known in the column no longer holds.
func (r *row) null(column string) *row {
	r.b.Set(column, fact.Cell{})
	return r
}

// money sets an amount given in hundredths; every currency here has two decimals.
func (r *row) money(column string, minor int64) *row {
	return r.text(column, decimal(minor))
}

func decimal(minor int64) string {
	return strconv.FormatInt(minor/100, 10) + "." + string([]byte{byte('0' + minor/10%10), byte('0' + minor%10)})
}

// send finishes the fact and puts it into the hour of its delivery; what would arrive after until is left out.
func (r *row) send() {
	f := r.feed
	made, bad := r.b.Finish()
	arrives := r.at.Add(f.delay(r.kind))
	if len(bad) > 0 {
		if f.err == nil {
			f.err = fmt.Errorf("demo: %s %d at %s can't be made: %s", r.kind.Name, r.n, r.at, bad[0].Error())
		}
		return
	}
	if arrives.After(f.until) {
		return
	}
	hour := max(1, int((arrives.Sub(f.start)+time.Hour-1)/time.Hour))
	if hour = min(hour, len(f.hours)-1); hour < f.done && f.err == nil {
		f.err = fmt.Errorf("demo: %s %d at %s was made after its hour had been handed over", r.kind.Name, r.n, r.at)
	}
	f.hours[hour] = append(f.hours[hour], made)
}

// delay is how long a fact is under way: seconds, but for one in 25 hours and for one in 100 days. Who somebody is
// comes with the first call and is never late.
func (f *feed) delay(kind *fact.Kind) time.Duration {
	seconds := f.dice.span(1, 90)
	switch x := f.dice.float(); {
	case kind == fact.Accounts || kind == fact.Contacts || kind == fact.Memberships:
	case x < 0.01:
		seconds += f.dice.span(86400, 6*86400)
	case x < 0.05:
		seconds += f.dice.span(3600, 20*3600)
	}
	return time.Duration(seconds) * time.Second
}

// flush hands over every hour that ends at or before the instant.
func (f *feed) flush(before time.Time) error {
	last := int(before.Sub(f.start) / time.Hour)
	for ; f.done <= last && f.done < len(f.hours)-1; f.done++ {
		if err := f.hand(f.done, f.start.Add(time.Duration(f.done)*time.Hour)); err != nil {
			return err
		}
	}
	return f.err
}

// finish hands over what is left.
func (f *feed) finish() error {
	if err := f.flush(f.until.Add(time.Hour)); err != nil {
		return err
	}
	return f.hand(len(f.hours)-1, f.until)
}

func (f *feed) hand(hour int, received time.Time) error {
	facts := f.hours[hour]
	f.hours[hour] = nil
	if f.err != nil || len(facts) == 0 {
		return f.err
	}
	slices.SortStableFunc(facts, func(a, b *fact.Fact) int { return int(min(1, max(-1, a.At-b.At))) })
	for _, one := range facts {
		one.Received = received.UnixMicro()
	}
	return f.emit(facts)
}
