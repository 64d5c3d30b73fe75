package fact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

const (
	maxNesting     = 512 // of a whole request; beyond it the text is refused as broken
	maxValueNested = 32  // of one value that is kept
)

// JSONReader walks a JSON text from front to back and checks every byte once. It tells two kinds of trouble apart: a
// text that is not JSON (Err, with the position; nothing behind it can be trusted) and content that no engine of ours
// can keep (Flaw: NUL characters, halves of surrogate pairs, bytes that are not UTF-8, numbers beyond a double, nesting
// beyond 32 levels), which spoils one value and not its neighbours.
//
// Open an object with Object and ask Member until it says no; for an array Array and Element. After each Member or
// Element take the value with exactly one of Cell, Raw, Skip, Object or Array.
type JSONReader struct {
	raw    []byte
	pos    int
	open   int
	first  bool
	spaced bool
	flaw   string
	err    *JSONError
}

// JSONError says where a text stops being JSON. Line and Column count from 1, Offset from 0; all in bytes.
type JSONError struct {
	Offset, Line, Column int
	Problem              string
}

func (e *JSONError) Error() string {
	return fmt.Sprintf("broken JSON at line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

// NewJSONReader reads raw, which must not change meanwhile.
func NewJSONReader(raw []byte) JSONReader { return JSONReader{raw: raw} }

// Err is the first place where the text is not JSON, or nil.
func (r *JSONReader) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Flaw is the first thing in the values read since the last call that can't be kept, or "".
func (r *JSONReader) Flaw() string {
	flaw := r.flaw
	r.flaw = ""
	return flaw
}

// Offset is how far the text has been read, in bytes.
func (r *JSONReader) Offset() int { return r.pos }

// Since is the text from an earlier offset up to here.
func (r *JSONReader) Since(start int) []byte { return r.raw[start:min(r.pos, len(r.raw))] }

// More says whether another value follows, for values that stand one after the other.
func (r *JSONReader) More() bool {
	r.space()
	return r.err == nil && r.pos < len(r.raw)
}

// End checks that nothing follows the value read.
func (r *JSONReader) End() error {
	if r.space(); r.err == nil && r.pos < len(r.raw) {
		r.fail("something follows the value")
	}
	return r.Err()
}

// Object opens the object that comes next; false when another value does, which then is still to be read.
func (r *JSONReader) Object() bool { return r.openWith('{') }

// Array opens the array that comes next; false when another value does, which then is still to be read.
func (r *JSONReader) Array() bool { return r.openWith('[') }

func (r *JSONReader) openWith(c byte) bool {
	if r.space(); r.err != nil || r.pos >= len(r.raw) || r.raw[r.pos] != c {
		return false
	}
	if r.open++; r.open > maxNesting {
		r.fail("nested deeper than %d levels", maxNesting)
		return false
	}
	r.pos++
	r.first = true
	return true
}

// Member goes to the next member of the open object and gives its name, which is good until the next call; false at the
// end of the object.
func (r *JSONReader) Member() (name []byte, ok bool) {
	if !r.next('}') {
		return nil, false
	}
	if r.pos >= len(r.raw) || r.raw[r.pos] != '"' {
		r.fail("a member's name in quotes is missing")
		return nil, false
	}
	name = r.text()
	if r.space(); r.err == nil && (r.pos >= len(r.raw) || r.raw[r.pos] != ':') {
		r.fail("a colon is missing after the name")
	}
	r.pos++
	return name, r.err == nil
}

// Element goes to the next element of the open array; false at its end.
func (r *JSONReader) Element() bool { return r.next(']') }

func (r *JSONReader) next(end byte) bool {
	if r.space(); r.err != nil {
		return false
	}
	if r.pos >= len(r.raw) {
		r.fail("it ends too early")
		return false
	}
	first := r.first
	r.first = false
	switch c := r.raw[r.pos]; {
	case c == end:
		r.pos++
		r.open--
		return false
	case first:
		return true
	case c == ',':
		r.pos++
		r.space()
		return true
	}
	r.fail("a comma or %q is missing", end)
	return false
}

// Raw reads the value that comes next, whole and without white space between its parts.
func (r *JSONReader) Raw() []byte {
	r.space()
	start := r.pos
	r.spaced = false
	r.value(0)
	if r.err != nil {
		return nil
	}
	raw := r.raw[start:r.pos:r.pos]
	if r.spaced {
		var out bytes.Buffer
		if json.Compact(&out, raw) == nil {
			raw = out.Bytes()
		}
	}
	return raw
}

// Skip reads the value that comes next and drops it; its flaws are dropped too.
func (r *JSONReader) Skip() {
	flaw := r.flaw
	r.value(0)
	r.flaw = flaw
}

// Cell reads the value that comes next as a cell.
func (r *JSONReader) Cell() Cell {
	if r.space(); r.err != nil || r.pos >= len(r.raw) {
		r.value(0)
		return Cell{}
	}
	switch r.raw[r.pos] {
	case '"':
		return Cell{TextCell, string(r.text())}
	case 'n':
		r.value(0)
		return Cell{}
	case 't', 'f':
		return Cell{BoolCell, string(r.Raw())}
	case '{', '[':
		return Cell{JSONCell, string(r.Raw())}
	}
	return Cell{NumberCell, string(r.Raw())}
}

func (r *JSONReader) fail(problem string, args ...any) {
	if r.err != nil {
		return
	}
	at := min(r.pos, len(r.raw))
	before := r.raw[:at]
	r.err = &JSONError{
		Offset: at, Line: bytes.Count(before, []byte{'\n'}) + 1, Column: at - bytes.LastIndexByte(before, '\n'),
		Problem: fmt.Sprintf(problem, args...),
	}
}

func (r *JSONReader) mark(flaw string) {
	if r.flaw == "" {
		r.flaw = flaw
	}
}

func (r *JSONReader) space() {
	for r.pos < len(r.raw) {
		switch r.raw[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
			r.spaced = true
		default:
			return
		}
	}
}

// value reads any value; level is how many containers of the value being kept are around it.
func (r *JSONReader) value(level int) {
	if r.space(); r.err != nil {
		return
	}
	if r.pos >= len(r.raw) {
		r.fail("it ends too early")
		return
	}
	switch c := r.raw[r.pos]; {
	case c == '"':
		r.quoted()
	case c == '{':
		if level == maxValueNested {
			r.mark("is nested deeper than 32 levels")
		}
		for r.Object(); ; {
			if !r.next('}') {
				return
			}
			if r.pos >= len(r.raw) || r.raw[r.pos] != '"' {
				r.fail("a member's name in quotes is missing")
				return
			}
			r.quoted()
			if r.space(); r.pos >= len(r.raw) || r.raw[r.pos] != ':' {
				r.fail("a colon is missing after the name")
				return
			}
			r.pos++
			r.value(level + 1)
		}
	case c == '[':
		if level == maxValueNested {
			r.mark("is nested deeper than 32 levels")
		}
		for r.Array(); r.next(']'); {
			r.value(level + 1)
		}
	case c == '-' || c >= '0' && c <= '9':
		r.number()
	default:
		for _, word := range [...]string{"null", "true", "false"} {
			if bytes.HasPrefix(r.raw[r.pos:], []byte(word)) {
				r.pos += len(word)
				return
			}
		}
		r.fail("%q begins no value", c)
	}
}

func (r *JSONReader) number() {
	start := r.pos
	if r.raw[r.pos] == '-' {
		r.pos++
	}
	if whole := r.digits(); whole == 0 || whole > 1 && r.raw[r.pos-whole] == '0' {
		r.fail("not a number")
	}
	if r.pos < len(r.raw) && r.raw[r.pos] == '.' {
		if r.pos++; r.digits() == 0 {
			r.fail("digits are missing after the point")
		}
	}
	power := r.pos < len(r.raw) && r.raw[r.pos]|0x20 == 'e'
	if power {
		if r.pos++; r.pos < len(r.raw) && (r.raw[r.pos] == '+' || r.raw[r.pos] == '-') {
			r.pos++
		}
		if r.digits() == 0 {
			r.fail("digits are missing in the exponent")
		}
	}
	if text := r.raw[start:r.pos]; power || len(text) > 300 {
		if x, err := strconv.ParseFloat(string(text), 64); err != nil || math.IsInf(x, 0) {
			r.mark("has a number beyond what a double holds: " + clip(string(text)))
		}
	}
}

func (r *JSONReader) digits() int {
	start := r.pos
	for r.pos < len(r.raw) && r.raw[r.pos] >= '0' && r.raw[r.pos] <= '9' {
		r.pos++
	}
	return r.pos - start
}

// text reads the string that comes next and gives what it stands for.
func (r *JSONReader) text() []byte {
	start := r.pos
	if escaped := r.quoted(); r.err != nil {
		return nil
	} else if !escaped {
		return r.raw[start+1 : r.pos-1]
	}
	var s string
	if err := json.Unmarshal(r.raw[start:r.pos], &s); err != nil {
		r.fail("not a string: %s", err)
	}
	return []byte(s)
}

// quoted checks the string that comes next and says whether it has escapes.
func (r *JSONReader) quoted() (escaped bool) {
	i := r.pos + 1
	for i < len(r.raw) {
		switch c := r.raw[i]; {
		case c == '"':
			r.pos = i + 1
			return escaped
		case c == '\\':
			escaped = true
			r.pos = i
			i = r.escape()
			if r.err != nil {
				return escaped
			}
		case c < 0x20:
			r.pos = i
			r.fail("a string has a control character; write it as an escape")
			return escaped
		case c < utf8.RuneSelf:
			i++
		default:
			x, n := utf8.DecodeRune(r.raw[i:])
			if x == utf8.RuneError && n == 1 {
				r.mark("is not valid UTF-8")
			}
			i += n
		}
	}
	r.pos = i
	r.fail("it ends inside a string")
	return escaped
}

// escape checks the escape at pos and gives the offset behind it.
func (r *JSONReader) escape() int {
	i := r.pos
	if i+1 >= len(r.raw) {
		r.fail("it ends inside a string")
		return i
	}
	switch r.raw[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		x, ok := r.hex(i)
		switch {
		case !ok:
			r.fail(`an escape is not \u and four hexadecimal digits`)
		case x == 0:
			r.mark("has a NUL character")
		case x >= 0xDC00 && x < 0xE000:
			r.mark("has half of a surrogate pair")
		case x >= 0xD800 && x < 0xDC00:
			if low, ok := r.hex(i + 6); ok && low >= 0xDC00 && low < 0xE000 {
				return i + 12
			}
			r.mark("has half of a surrogate pair")
		}
		return i + 6
	}
	r.fail(`\%c is no escape`, r.raw[i+1])
	return i
}

func (r *JSONReader) hex(i int) (uint64, bool) {
	if i+6 > len(r.raw) || r.raw[i] != '\\' || r.raw[i+1] != 'u' {
		return 0, false
	}
	for _, c := range r.raw[i+2 : i+6] {
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return 0, false
		}
	}
	x, err := strconv.ParseUint(string(r.raw[i+2:i+6]), 16, 32)
	return x, err == nil
}

// AppendJSONString writes s as a JSON string.
func AppendJSONString(buf []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			raw, _ := json.Marshal(s) // a string always can be
			return append(buf, raw...)
		}
	}
	buf = append(buf, '"')
	buf = append(buf, s...)
	return append(buf, '"')
}
