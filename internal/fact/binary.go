package fact

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// The binary form of facts in the log. Kinds and columns are written by their tags and every value says how long it
// is, so a later version reads what an earlier one wrote, and columns that were added since are simply absent.

const (
	recordVersion = 1
	// thinnedVersion is a record that facts were taken out of: zeros fill it up to the length it had.
	thinnedVersion = 2
)

// How a value is written; stands in the low bits before its column's tag.
const (
	wireNull = iota
	wireVarint
	wireDouble
	wireBytes
)

// AppendRecord writes facts that were accepted together: one record of the log.
func AppendRecord(buf []byte, received int64, source string, facts []*Fact) []byte {
	buf = append(buf, recordVersion)
	buf = binary.AppendVarint(buf, received)
	buf = appendString(buf, source)
	buf = binary.AppendUvarint(buf, uint64(len(facts)))
	for _, f := range facts {
		buf = binary.AppendUvarint(buf, f.Kind.Tag)
		buf = append(buf, f.ID[:]...)
		buf = append(buf, byte(f.Flags))
		buf = f.appendBody(buf)
	}
	return buf
}

// appendBody writes what the fact says: everything but its id and how it arrived.
func (f *Fact) appendBody(buf []byte) []byte {
	buf = binary.AppendVarint(buf, f.At)
	buf = appendString(buf, f.Account)
	buf = appendString(buf, f.User)
	buf = binary.AppendUvarint(buf, uint64(len(f.Properties)))
	buf = append(buf, f.Properties...)
	n := 0
	for _, v := range f.Values {
		if v.State != Absent {
			n++
		}
	}
	buf = binary.AppendUvarint(buf, uint64(n))
	for i, v := range f.Values {
		if v.State == Absent {
			continue
		}
		c := &f.Kind.Columns[i]
		tag := c.Tag << 2
		switch {
		case v.State == Null:
			buf = binary.AppendUvarint(buf, tag|wireNull)
		case c.Type == Number:
			buf = binary.AppendUvarint(buf, tag|wireDouble)
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v.Num))
		case c.Type.isInt():
			buf = binary.AppendUvarint(buf, tag|wireVarint)
			buf = binary.AppendVarint(buf, v.Int)
		default:
			buf = binary.AppendUvarint(buf, tag|wireBytes)
			buf = appendString(buf, v.Text)
		}
	}
	return buf
}

func (t Type) isInt() bool { return t == Integer || t == Money || t == Time || t == Bool }

func appendString(buf []byte, s string) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

// ErrRecord says that a record of the log can't be read.
var ErrRecord = errors.New("fact: the record is damaged or was written by a newer version")

// ReadRecord reads what AppendRecord wrote.
func ReadRecord(raw []byte) ([]*Fact, error) {
	// One string holds the record, and the texts of its facts are parts of it.
	r := reader{raw: string(raw)}
	version := r.byte()
	if version != recordVersion && version != thinnedVersion {
		return nil, fmt.Errorf("%w (version %d)", ErrRecord, version)
	}
	received := r.varint()
	source := r.string()
	n := r.uvarint()
	if n > uint64(len(raw))/23 { // no fact takes less
		return nil, ErrRecord
	}
	facts := make([]*Fact, 0, n)
	block := make([]Fact, n)
	for i := range block {
		f := &block[i]
		f.Kind = byTag[r.uvarint()]
		if f.Kind == nil || r.bad {
			return nil, ErrRecord
		}
		copy(f.ID[:], r.part(16))
		f.Flags = Flags(r.byte())
		f.Received, f.Source = received, source
		r.left = len(block) - i
		r.body(f)
		facts = append(facts, f)
	}
	if r.bad || version == recordVersion && len(r.raw) > 0 {
		return nil, ErrRecord
	}
	return facts, nil
}

// ThinRecord is the record without the facts that leave says yes to, as long as before, so that whatever lies behind it in
// the log keeps its position; it is raw itself where none has to go.
func ThinRecord(raw []byte, leave func(*Fact) bool) ([]byte, error) {
	facts, err := ReadRecord(raw)
	if err != nil {
		return nil, err
	}
	stay := slices.DeleteFunc(slices.Clone(facts), leave)
	if len(stay) == len(facts) {
		return raw, nil
	}
	source := ""
	if len(stay) > 0 {
		source = facts[0].Source
	}
	thin := AppendRecord(make([]byte, 0, len(raw)), facts[0].Received, source, stay)
	if len(thin) > len(raw) {
		return nil, fmt.Errorf("fact: a record of %d bytes takes %d without some of its facts", len(raw), len(thin))
	}
	thin[0] = thinnedVersion
	return append(thin, make([]byte, len(raw)-len(thin))...), nil
}

type reader struct {
	raw    string
	bad    bool
	left   int     // facts to read, with this one
	values []Value // room for their values
}

func (r *reader) body(f *Fact) {
	f.At = r.varint()
	f.Account = r.string()
	f.User = r.string()
	if p := r.string(); p != "" {
		f.Properties = []byte(p)
	}
	n := len(f.Kind.Columns)
	if len(r.values) < n {
		r.values = make([]Value, min(32, r.left)*n)
	}
	f.Values, r.values = r.values[:n:n], r.values[n:]
	for n := r.uvarint(); n > 0 && !r.bad; n-- {
		head := r.uvarint()
		v := Value{State: Present}
		switch head & 3 {
		case wireNull:
			v.State = Null
		case wireVarint:
			v.Int = r.varint()
		case wireDouble:
			if b := r.part(8); len(b) == 8 {
				v.Num = math.Float64frombits(binary.LittleEndian.Uint64([]byte(b)))
			}
		case wireBytes:
			v.Text = r.string()
		}
		for i := range f.Kind.Columns {
			if f.Kind.Columns[i].Tag == head>>2 {
				f.Values[i] = v
				break
			}
		}
	}
}

func (r *reader) byte() byte {
	if b := r.part(1); b != "" {
		return b[0]
	}
	return 0
}

func (r *reader) part(n uint64) string {
	if n > uint64(len(r.raw)) {
		r.bad, r.raw = true, ""
		return ""
	}
	b := r.raw[:n]
	r.raw = r.raw[n:]
	return b
}

func (r *reader) string() string { return r.part(r.uvarint()) }

func (r *reader) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(r.raw) && i < binary.MaxVarintLen64; i++ {
		c := r.raw[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.raw = r.raw[i+1:]
			return x
		}
	}
	r.bad, r.raw = true, ""
	return 0
}

func (r *reader) varint() int64 {
	x := r.uvarint() // zigzag, as binary.AppendVarint writes it
	return int64(x>>1) ^ -int64(x&1)
}
