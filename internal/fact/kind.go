package fact

import (
	"fmt"
	"sort"
	"time"

	"github.com/keepwell/keepwell/internal/i18n"
)

// Mode says how the facts of a kind add up to what is known.
type Mode uint8

const (
	// Happening: each fact stands for itself.
	Happening Mode = iota
	// Snapshot: each fact is the whole state of its subject from its instant on; of two with the same subject and
	// instant the one received last wins.
	Snapshot
	// Traits: each fact changes the columns it gives; null erases, absent keeps.
	Traits
)

// Kind is a kind of fact. Tag and the columns' tags are its names in the log and never change or return.
type Kind struct {
	Name  string
	Tag   uint64
	Label i18n.Text
	Mode  Mode
	// Subject is the column that names what a Snapshot or Traits fact is about.
	Subject string
	// NeedsAccount and NeedsUser refuse a row without them.
	NeedsAccount, NeedsUser bool
	Columns                 []Column
	// Check looks across columns and may fill defaults and derived columns. The zone is the workspace's.
	Check func(*Fact, *time.Location) *Refusal

	index    map[string]int
	hasMoney bool
}

// Column is one column of a kind.
type Column struct {
	Name string
	Tag  uint64
	Type Type
	// Choices are the only values of a Choice column.
	Choices []string
	// Min and Max bound a Number or Integer column when they differ.
	Min, Max float64
	// MaxBytes bounds a text; 0 means 1 024.
	MaxBytes int
	Required bool
	// Personal marks what names or describes a person: masked where it isn't needed, exported and erased with them.
	Personal bool
	// Derived columns are computed by Check: never read from a row, never exported.
	Derived bool
}

// Type is what a column holds.
type Type uint8

// The types of columns. In the lake Integer, Money and Bool are numbers, Time is a timestamp in UTC, Number a double,
// the others text.
const (
	Text     Type = iota
	Key           // an id of the sender's, up to 255 bytes
	Choice        // one of a closed list
	Integer       // a whole number
	Number        // a measurement
	Decimal       // an exact decimal fraction, kept as its text
	Money         // an amount in minor units; its currency is the column "currency" of the same fact
	Currency      // an ISO 4217 code
	Time          // an instant
	Bool
)

var (
	kinds = map[string]*Kind{}
	byTag = map[uint64]*Kind{}
)

// register makes a kind known; kind files call it once each.
func register(k Kind) *Kind {
	k.index = make(map[string]int, len(k.Columns))
	if len(k.Columns) > 62 {
		panic("fact: more columns than a mask has bits in " + k.Name)
	}
	for i, c := range k.Columns {
		k.index[c.Name] = i
		k.hasMoney = k.hasMoney || c.Type == Money
	}
	if _, twice := kinds[k.Name]; twice {
		panic("fact: two kinds called " + k.Name)
	}
	if _, twice := byTag[k.Tag]; twice {
		panic("fact: two kinds with the tag of " + k.Name)
	}
	kinds[k.Name], byTag[k.Tag] = &k, &k
	return &k
}

// KindNamed is the kind with this name.
func KindNamed(name string) (*Kind, bool) {
	k, ok := kinds[name]
	return k, ok
}

// Kinds are all kinds, by name.
func Kinds() []*Kind {
	all := make([]*Kind, 0, len(kinds))
	for _, k := range kinds {
		all = append(all, k)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// Column is the column with this name.
func (k *Kind) Column(name string) (*Column, bool) {
	i, ok := k.index[name]
	if !ok {
		return nil, false
	}
	return &k.Columns[i], true
}

// Bit is the column's place in Fact.Given.
func (k *Kind) Bit(column string) int64 {
	i, ok := k.index[column]
	if !ok {
		panic(fmt.Sprintf("fact: kind %s has no column %s", k.Name, column))
	}
	return 1 << i
}

// Has says whether the kind has this column.
func (k *Kind) Has(column string) bool { _, ok := k.index[column]; return ok }

// Refusal says why a row can't be used: which field, and the reason in words that say how to mend it.
type Refusal struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

func (r *Refusal) Error() string { return r.Field + ": " + r.Reason }

func refuse(field, format string, args ...any) *Refusal {
	return &Refusal{Field: field, Reason: fmt.Sprintf(format, args...)}
}
