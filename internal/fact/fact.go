// Package fact says what a fact is: something that happened to a customer, never edited, with an id, an instant and
// typed columns. Each kind of fact is one file (kind_*.go) that declares its columns, limits and labels; everything
// else here (reading a row, checking it, the binary form in the log) works from those declarations.
//
// It leaves to others where facts come from (ingest), where they are kept (log, lake) and what they mean (metric).
package fact

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// MaxKeyBytes is the longest id a sender may use for an account, a user or a visitor.
const MaxKeyBytes = 255

// ID names a fact for good: a 128-bit hash of its kind, its source and the sender's id, or of its content when the
// sender gave no id. Senders' ids are not UUIDs and may be long, so they are not kept themselves.
type ID [16]byte

// String is the id in hexadecimal, as answers and exports show it.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Low is the lower half of the id (its last eight bytes), by which duplicates are recognised.
func (id ID) Low() uint64 { return binary.BigEndian.Uint64(id[8:]) }

// IDFor is the id of the fact that source calls senderID. Ids are unique in their kind and their source.
func IDFor(kind *Kind, source, senderID string) ID {
	var room [320]byte
	text := append(room[:0], kind.Name...)
	text = append(append(text, 0), source...)
	text = append(append(text, 0), senderID...)
	sum := sha256.Sum256(text)
	return ID(sum[:16])
}

// Fact is one checked fact. Values stand in the order of Kind.Columns.
type Fact struct {
	Kind *Kind
	ID   ID
	// At is when it happened, Received when Keepwell acknowledged it; both in UTC microseconds since 1970.
	At, Received int64
	// Source names the door and key it came through; ids are unique within it.
	Source string
	// Account and User are the sender's own ids; empty when not given.
	Account, User string
	Values        []Value
	// Properties is a JSON object of everything the kind has no column for; nil when there is none.
	Properties []byte
	// Flags are remarks about how it was taken in.
	Flags Flags
}

// Flags are remarks about how a fact was taken in.
type Flags uint8

// SkewBounded marks a fact whose sender's clock was off by more than a day, so that the correction was cut off.
const SkewBounded Flags = 1

// State says whether a column was given at all: absent keeps what is known, null erases it.
type State uint8

// The three states of a value.
const (
	Absent State = iota
	Null
	Present
)

// Value is one column's content. Which field holds it follows from the column's type: Int for Integer, Money
// (minor units), Time (UTC microseconds) and Bool (0 or 1); Num for Number; Text for the rest.
type Value struct {
	State State
	Int   int64
	Num   float64
	Text  string
}

// Get is the value of the named column; Absent when the kind has no such column.
func (f *Fact) Get(column string) Value {
	if i, ok := f.Kind.index[column]; ok && i < len(f.Values) {
		return f.Values[i]
	}
	return Value{}
}

// Text is the named column's text, or "" when it was not given or is null.
func (f *Fact) Text(column string) string { return f.Get(column).Text }

// Set puts a present value into the named column. It panics on a column that the kind does not have: that is a
// mistake in the program, never in the data.
func (f *Fact) Set(column string, v Value) {
	i, ok := f.Kind.index[column]
	if !ok {
		panic("fact: kind " + f.Kind.Name + " has no column " + column)
	}
	for len(f.Values) < len(f.Kind.Columns) {
		f.Values = append(f.Values, Value{})
	}
	f.Values[i] = v
}

// Time is At as a UTC time.
func (f *Fact) Time() time.Time { return time.UnixMicro(f.At).UTC() }

// Given is a bit for each column, in the order of Kind.Columns, that was given (as null or with a value).
func (f *Fact) Given() int64 {
	var bits int64
	for i, v := range f.Values {
		if v.State != Absent {
			bits |= 1 << i
		}
	}
	return bits
}

// TextValue, IntValue, NumValue, BoolValue and TimeValue make present values.
func TextValue(s string) Value    { return Value{State: Present, Text: s} }
func IntValue(n int64) Value      { return Value{State: Present, Int: n} }
func NumValue(x float64) Value    { return Value{State: Present, Num: x} }
func TimeValue(t time.Time) Value { return Value{State: Present, Int: t.UnixMicro()} }
func BoolValue(b bool) Value {
	if b {
		return Value{State: Present, Int: 1}
	}
	return Value{State: Present}
}
