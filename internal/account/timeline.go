package account

import (
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// What a timeline tells beside single facts.
const (
	UseEntry  = "use"  // what was done in the product on a day, all together
	NoteEntry = "note" // what somebody of the team wrote down
)

// TimelineKinds are the kinds of entries, in the order in which they are offered. Events are told by the day.
var TimelineKinds = []string{NoteEntry, UseEntry, "interactions", "tickets", "messages", "answers", "reviews", "subscriptions", "contracts", "invoices", "orders",
	"accounts", "contacts", "memberships", "referrals", "loyalty", "invitations"}

// TimelineAsk asks for a part of what happened to an account, or to a person when Account is "".
type TimelineAsk struct {
	Account string
	// User narrows down to a person, by user id.
	User string
	// Kinds are some of TimelineKinds; empty: all. Text must occur in an entry's texts; Open says whether texts that name
	// or describe people are searched and given.
	Kinds []string
	Text  string
	Open  bool
	// Within holds it to facts of some accounts; nil: to none.
	Within []string
	Before Place // the last entry seen; zero: the start
	Limit  int
	Now    time.Time
}

// Place is where in a timeline an entry stands: later instants come first, then larger numbers.
type Place struct {
	At  time.Time
	Seq int64
}

// String is the place as a cursor.
func (p Place) String() string {
	if p.At.IsZero() {
		return ""
	}
	return strconv.FormatInt(p.At.UnixMicro(), 36) + "." + strconv.FormatInt(p.Seq, 36)
}

// PlaceAt reads a cursor; one that can't be read is a fault.Invalid.
func PlaceAt(cursor string) (p Place, err error) {
	if cursor == "" {
		return p, nil
	}
	at, seq, _ := strings.Cut(cursor, ".")
	micros, err1 := strconv.ParseInt(at, 36, 64)
	p.Seq, err = strconv.ParseInt(seq, 36, 64)
	if err != nil || err1 != nil || micros < -1<<53 || micros > 1<<53 {
		return p, fault.New(fault.Invalid, "the cursor can't be read").Field("cursor", "is none of a page that came before")
	}
	p.At = time.UnixMicro(micros).UTC()
	return p, nil
}

// Before says whether an entry here comes after one there, that is, later in the list.
func (p Place) Before(there Place) bool {
	if there.At.IsZero() {
		return true
	}
	return p.At.Before(there.At) || p.At.Equal(there.At) && p.Seq < there.Seq
}

// Entry is one thing that happened. It has a Fact, a Use or a Note.
type Entry struct {
	Place
	Kind    string
	Fact    *fact.Fact
	Use     *Use
	Note    *Note
	Account string // whose it is; "" for none
	Who     string // what the person is called; "" when it is nobody in particular
	User    string // the person's user id
}

// Use is what was done in the product on a day. At is the end of the day.
type Use struct {
	Times  int64
	Things []Thing // the most frequent first, at most ThingsTold
	More   int     // how many other things there were
}

// ThingsTold is how many things a day of use lists.
const ThingsTold = 4

// Thing is how often something was done.
type Thing struct {
	Name  string
	Times int64
}

// Timeline is a part of what happened, the latest first.
type Timeline struct {
	Entries []Entry
	Next    Place // zero at the end
}

// Mask hides what names or describes people.
func (t *Timeline) Mask() {
	for i := range t.Entries {
		e := &t.Entries[i]
		if e.Fact != nil {
			e.Fact = Mask(e.Fact)
		}
		if e.Who != "" {
			e.Who = Hidden
		}
	}
}

// CheckKinds says which of the kinds asked for is none.
func CheckKinds(kinds []string) error {
	for _, k := range kinds {
		if !knownKind(k) {
			return fault.New(fault.Invalid, "the timeline can't be narrowed down like that").Field("kind", "%q is none of %s", clip(k), strings.Join(TimelineKinds, ", "))
		}
	}
	return nil
}

func knownKind(kind string) bool {
	for _, k := range TimelineKinds {
		if k == kind {
			return true
		}
	}
	return false
}

// Wants says whether entries of a kind are asked for.
func (a TimelineAsk) Wants(kind string) bool {
	if len(a.Kinds) == 0 {
		return true
	}
	for _, k := range a.Kinds {
		if k == kind {
			return true
		}
	}
	return false
}
