package fact

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"sort"
	"strings"
	"time"
)

// maxPropertiesBytes is how much a fact carries beside its columns.
const maxPropertiesBytes = 64 << 10

// ExportedIDPrefix stands before the ids that exports write. A row whose id is this and 32 hexadecimal digits is that
// very fact, whatever source it comes through, so importing an export again adds nothing.
const ExportedIDPrefix = "kw:"

// Builder reads rows of one kind: Set each field, then Finish. It is reused from row to row and not safe for
// concurrent use.
type Builder struct {
	kind   *Kind
	source string
	zone   *time.Location
	at     int64 // of rows that say no time; 0: they are refused

	fact    Fact
	id      string
	hasID   bool // fact.ID is set already
	hasTime bool
	object  []byte // the row's own "properties"
	kept    bool   // object is checked and stays as it is
	extra   []property
	bad     []Refusal
	values  []Value // room for the values of the next rows
	rows    int     // how many rows it was made for
}

type property struct {
	name string
	json []byte
}

// NewBuilder makes a builder for rows of kind that come from source. Dates without a zone are read in zone.
func NewBuilder(kind *Kind, source string, zone *time.Location) *Builder {
	b := &Builder{kind: kind, source: source, zone: zone}
	b.reset()
	return b
}

func (b *Builder) reset() {
	n := len(b.kind.Columns)
	if len(b.values) < n {
		b.rows = min(2*b.rows+1, 32) // at first room for one: many builders make a single fact
		b.values = make([]Value, b.rows*n)
	}
	b.fact = Fact{Kind: b.kind, Source: b.source, Values: b.values[:n:n]}
	b.values = b.values[n:]
	b.id, b.hasID, b.hasTime, b.object, b.kept, b.extra, b.bad = "", false, false, nil, false, b.extra[:0], nil
}

// Otherwise is when a row happened that doesn't say so itself, from the next row on; the zero time: such rows are refused.
func (b *Builder) Otherwise(at time.Time) {
	if b.at = 0; !at.IsZero() {
		b.at = at.UnixMicro()
	}
}

// Set takes one field of the row. A name the kind has no column for goes to the fact's properties.
func (b *Builder) Set(name string, cell Cell) {
	switch name {
	case "id":
		b.id = b.key("id", cell)
	case "account_id":
		b.fact.Account = b.key(name, cell)
	case "user_id":
		b.fact.User = b.key(name, cell)
	case "ts":
		if cell.Kind == NullCell && b.at != 0 {
			return
		}
		t, err := ParseTime(cell, b.zone)
		if err != nil {
			b.refuse("ts", err.Error())
			return
		}
		b.fact.At, b.hasTime = t.UnixMicro(), true
	case "properties":
		if cell.Kind != NullCell && cell.Text != "" {
			b.Properties([]byte(cell.Text))
		}
	default:
		i, ok := b.kind.index[name]
		if !ok || b.kind.Columns[i].Derived {
			b.Property(name, cellJSON(cell))
			return
		}
		v, bad := parseValue(&b.kind.Columns[i], cell, b.zone)
		if bad != nil {
			b.bad = append(b.bad, *bad)
			return
		}
		b.fact.Values[i] = v
	}
}

// Property takes a JSON value that stays outside the columns, even if one has its name. raw must not change until Finish.
func (b *Builder) Property(name string, raw []byte) {
	b.extra = append(b.extra, property{name, raw})
}

// Properties takes a JSON object of what stays outside the columns; single ones given beside it are stronger. raw must
// not change until Finish.
func (b *Builder) Properties(raw []byte) { b.object = raw }

// KeepProperties is Properties for an object that JSONReader.Raw gave and found no flaw in: with nothing beside it, it is
// kept as it stands and not copied, so raw must not change as long as the fact lives. Only for doors that also set ID.
func (b *Builder) KeepProperties(raw []byte) { b.object, b.kept = raw, true }

// ID sets the fact's id directly, for doors that compute it.
func (b *Builder) ID(id ID) { b.fact.ID, b.hasID = id, true }

// Flag remarks how the fact was taken in.
func (b *Builder) Flag(f Flags) { b.fact.Flags |= f }

// Refuse makes the row unusable for a reason its reader found.
func (b *Builder) Refuse(field, reason string) { b.refuse(field, reason) }

// At sets the fact's instant directly, for doors that compute it.
func (b *Builder) At(t time.Time) {
	if t.Before(earliest) || !t.Before(latest) {
		b.refuse("ts", "lies outside 1980-2100")
		return
	}
	b.fact.At, b.hasTime = t.UnixMicro(), true
}

// Finish gives the checked fact, or every reason why the row can't be used, and makes the builder ready for the next row.
func (b *Builder) Finish() (*Fact, []Refusal) {
	defer b.reset()
	if !b.hasTime && b.at != 0 {
		b.fact.At, b.hasTime = b.at, true
	}
	f := b.fact
	if !b.hasTime && !b.refused("ts") {
		b.refuse("ts", "is missing: when did it happen?")
	}
	if b.kind.NeedsAccount && f.Account == "" && !b.refused("account_id") {
		b.refuse("account_id", "is missing: every row of "+b.kind.Name+" belongs to an account")
	}
	if b.kind.NeedsUser && f.User == "" && !b.refused("user_id") {
		b.refuse("user_id", "is missing: every row of "+b.kind.Name+" belongs to a person")
	}
	b.money(&f)
	b.pack(&f)
	for i, c := range b.kind.Columns {
		if !c.Required || b.refused(c.Name) {
			continue
		}
		if v := f.Values[i]; v.State != Present || v.Text == "" && c.Type <= Choice {
			b.refuse(c.Name, "is missing")
		}
	}
	if len(b.bad) == 0 && b.kind.Check != nil {
		if bad := b.kind.Check(&f, b.zone); bad != nil {
			b.bad = append(b.bad, *bad)
		}
	}
	if len(b.bad) > 0 {
		return nil, b.bad
	}
	if b.hasID {
		return &f, nil
	}
	if known, ok := exportedID(b.id); ok {
		f.ID = known
	} else if b.id != "" {
		f.ID = IDFor(b.kind, b.source, b.id)
	} else {
		f.ID = f.contentID()
	}
	return &f, nil
}

func exportedID(s string) (id ID, ok bool) {
	digits, ok := strings.CutPrefix(s, ExportedIDPrefix)
	if !ok || len(digits) != 2*len(id) {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(digits))
	return id, err == nil
}

// money brings amounts to minor units, now that the row's currency is known.
func (b *Builder) money(f *Fact) {
	if !b.kind.hasMoney {
		return
	}
	code := f.Text("currency")
	for i, c := range b.kind.Columns {
		v := &f.Values[i]
		if c.Type != Money || v.State != Present || c.Derived {
			continue
		}
		if code == "" {
			if !b.refused("currency") {
				b.refuse("currency", "is missing: which currency is the "+c.Name+" in?")
			}
			return
		}
		n, err := ParseMoney(v.Text, code)
		if err != nil {
			b.refuse(c.Name, err.Error())
			continue
		}
		v.Int, v.Text = n, ""
	}
}

func (b *Builder) key(name string, cell Cell) string {
	switch cell.Kind {
	case NullCell:
		return ""
	case TextCell, NumberCell:
		if reason := checkText(cell.Text, MaxKeyBytes); reason != "" {
			b.refuse(name, reason)
			return ""
		}
		return cell.Text
	}
	b.refuse(name, "must be a string")
	return ""
}

// pack writes the properties in one order, so that the same content always has the same bytes.
func (b *Builder) pack(f *Fact) {
	if b.object == nil && len(b.extra) == 0 {
		return
	}
	if b.kept && len(b.extra) == 0 && len(b.object) <= maxPropertiesBytes {
		if len(b.object) > len("{}") {
			f.Properties = b.object
		}
		return
	}
	all := b.members()
	sort.SliceStable(all, func(i, j int) bool { return all[i].name < all[j].name })
	size := 2
	for _, p := range all {
		size += len(p.name) + len(p.json) + 4
	}
	out := append(make([]byte, 0, size), '{')
	for i, p := range all {
		if i+1 < len(all) && all[i+1].name == p.name {
			continue // the last one given wins, as in JSON itself
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = AppendJSONString(out, p.name)
		out = append(out, ':')
		out = append(out, p.json...)
	}
	out = append(out, '}')
	if len(out) > maxPropertiesBytes {
		b.refuse("properties", "is longer than 64 KB; keep long texts elsewhere and send a reference")
		return
	}
	check := NewJSONReader(out)
	check.value(0)
	if flaw := check.Flaw(); flaw != "" {
		b.refuse("properties", flaw)
	} else if check.End() != nil {
		b.refuse("properties", "is not valid JSON")
	} else if len(out) > len("{}") {
		f.Properties = out
	}
}

// members are all properties of the row, the stronger ones last.
func (b *Builder) members() []property {
	if b.object == nil {
		return b.extra
	}
	var all []property
	r := NewJSONReader(b.object)
	if r.Object() {
		for name, ok := r.Member(); ok; name, ok = r.Member() {
			all = append(all, property{string(name), r.Raw()})
		}
		if r.End() == nil {
			return append(all, b.extra...)
		}
	}
	b.refuse("properties", "is not a JSON object")
	return nil
}

func (b *Builder) refuse(field, reason string) {
	b.bad = append(b.bad, Refusal{Field: field, Reason: reason})
}

func (b *Builder) refused(field string) bool {
	for _, r := range b.bad {
		if r.Field == field {
			return true
		}
	}
	return false
}

func cellJSON(c Cell) []byte {
	switch c.Kind {
	case NullCell:
		return []byte("null")
	case TextCell:
		return AppendJSONString(nil, c.Text)
	}
	return []byte(c.Text)
}

// contentID is the id of a fact whose sender gave none: a hash of all it says, so the same row twice is one fact.
func (f *Fact) contentID() ID {
	h := sha256.New()
	h.Write([]byte("content\x00"))
	h.Write(f.appendBody(binary.AppendUvarint(nil, f.Kind.Tag)))
	return ID(h.Sum(nil)[:16])
}

// FromJSON reads one JSON object as a row. The error is about the JSON itself; refusals are about its content.
func (b *Builder) FromJSON(raw []byte) (*Fact, []Refusal, error) {
	r := NewJSONReader(raw)
	if !r.Object() {
		r.value(0)
		if err := r.End(); err != nil {
			return nil, nil, err
		}
		return nil, []Refusal{{Field: "", Reason: "a row is a JSON object"}}, nil
	}
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		field := string(name)
		b.SetJSON(field, &r)
	}
	if err := r.End(); err != nil {
		b.reset()
		return nil, nil, err
	}
	f, bad := b.Finish()
	return f, bad, nil
}

// SetJSON is Set with the value that comes next in r.
func (b *Builder) SetJSON(name string, r *JSONReader) {
	cell := r.Cell()
	if flaw := r.Flaw(); flaw != "" {
		b.refuse(name, flaw)
	} else if r.Err() == nil {
		b.Set(name, cell)
	}
}

// JSONToCell reads one valid JSON value as a cell.
func JSONToCell(raw []byte) Cell {
	r := NewJSONReader(raw)
	return r.Cell()
}
