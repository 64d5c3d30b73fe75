package fact

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"sort"
	"time"
)

// Limits of what a fact carries beside its columns.
const (
	maxPropertiesBytes = 64 << 10
	maxPropertiesDepth = 32
)

// Builder reads rows of one kind: Set each field, then Finish. It is reused from row to row and not safe for
// concurrent use.
type Builder struct {
	kind   *Kind
	source string
	zone   *time.Location

	fact    Fact
	id      string
	hasTime bool
	extra   []property
	bad     []Refusal
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
	b.fact = Fact{Kind: b.kind, Source: b.source, Values: make([]Value, len(b.kind.Columns))}
	b.id, b.hasTime, b.extra, b.bad = "", false, b.extra[:0], nil
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
		t, err := ParseTime(cell, b.zone)
		if err != nil {
			b.refuse("ts", err.Error())
			return
		}
		b.fact.At, b.hasTime = t.UnixMicro(), true
	case "properties":
		b.properties(cell)
	default:
		i, ok := b.kind.index[name]
		if !ok || b.kind.Columns[i].Derived {
			b.extra = append(b.extra, property{name, cellJSON(cell)})
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
		if c.Required && f.Values[i].State != Present && !b.refused(c.Name) {
			b.refuse(c.Name, "is missing")
		}
	}
	if len(b.bad) == 0 && b.kind.Check != nil {
		if bad := b.kind.Check(&f); bad != nil {
			b.bad = append(b.bad, *bad)
		}
	}
	if len(b.bad) > 0 {
		return nil, b.bad
	}
	if b.id != "" {
		f.ID = IDFor(b.kind, b.source, b.id)
	} else {
		f.ID = f.contentID()
	}
	return &f, nil
}

// money brings amounts to minor units, now that the row's currency is known.
func (b *Builder) money(f *Fact) {
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

func (b *Builder) properties(cell Cell) {
	if cell.Kind == NullCell || cell.Text == "" {
		return
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(cell.Text), &object); err != nil {
		b.refuse("properties", "is not a JSON object")
		return
	}
	for name, raw := range object {
		b.extra = append(b.extra, property{name, raw})
	}
}

// pack writes the properties in one order, so that the same content always has the same bytes.
func (b *Builder) pack(f *Fact) {
	if len(b.extra) == 0 {
		return
	}
	sort.SliceStable(b.extra, func(i, j int) bool { return b.extra[i].name < b.extra[j].name })
	var out bytes.Buffer
	out.WriteByte('{')
	for i, p := range b.extra {
		if i+1 < len(b.extra) && b.extra[i+1].name == p.name {
			continue // the last one given wins, as in JSON itself
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		name, _ := json.Marshal(p.name)
		out.Write(name)
		out.WriteByte(':')
		if err := json.Compact(&out, p.json); err != nil {
			b.refuse("properties", "is not valid JSON at "+clip(p.name))
			return
		}
	}
	out.WriteByte('}')
	switch raw := out.Bytes(); {
	case len(raw) > maxPropertiesBytes:
		b.refuse("properties", "is longer than 64 KB; keep long texts elsewhere and send a reference")
	case Depth(raw) > maxPropertiesDepth:
		b.refuse("properties", "is nested deeper than 32 levels")
	case bytes.Contains(raw, []byte(`\u0000`)):
		b.refuse("properties", "has a NUL character")
	case checkText(string(raw), maxPropertiesBytes) != "":
		b.refuse("properties", checkText(string(raw), maxPropertiesBytes))
	default:
		f.Properties = append([]byte(nil), raw...)
	}
}

// Depth is how deeply objects and arrays are nested in a valid JSON text.
func Depth(raw []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				deepest = depth
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
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
		raw, _ := json.Marshal(c.Text)
		return raw
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
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, nil, err
	}
	for name, value := range object {
		b.Set(name, JSONToCell(value))
	}
	f, bad := b.Finish()
	return f, bad, nil
}

// JSONToCell reads one valid JSON value as a cell.
func JSONToCell(raw json.RawMessage) Cell {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return Cell{}
	}
	switch raw[0] {
	case 'n':
		return Cell{}
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return Cell{Kind: JSONCell, Text: string(raw)}
		}
		return Cell{TextCell, s}
	case 't', 'f':
		return Cell{BoolCell, string(raw)}
	case '{', '[':
		return Cell{JSONCell, string(raw)}
	}
	return Cell{NumberCell, string(raw)}
}
