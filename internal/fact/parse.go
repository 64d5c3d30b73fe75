package fact

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Instants outside these years are slips (a day typed wrong, seconds read as something else), never facts.
var (
	earliest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Cell is one field of a row as its sender wrote it, before its column says what it must be.
type Cell struct {
	Kind CellKind
	// Text is the string, the number's or JSON's own text, or "true" / "false".
	Text string
}

// CellKind is what a field was written as.
type CellKind uint8

// CSV has only NullCell (an empty field) and TextCell.
const (
	NullCell CellKind = iota
	TextCell
	NumberCell
	BoolCell
	JSONCell
)

// ParseTime reads RFC 3339, a date alone (midnight in zone), a date and time without zone (in zone), or Unix seconds
// or milliseconds.
func ParseTime(c Cell, zone *time.Location) (time.Time, error) {
	s := strings.TrimSpace(c.Text)
	var t time.Time
	var err error
	switch {
	case c.Kind == NullCell || s == "":
		return t, fmt.Errorf("is empty; give RFC 3339, a date, or Unix seconds or milliseconds")
	case c.Kind == BoolCell || c.Kind == JSONCell:
		return t, fmt.Errorf("%q is not a time; give RFC 3339, a date, or Unix seconds or milliseconds", clip(s))
	case len(s) == 10 && s[4] == '-':
		t, err = time.ParseInLocation(time.DateOnly, s, zone)
	case len(s) > 10 && s[4] == '-' && (s[10] == 'T' || s[10] == 't' || s[10] == ' '):
		if t, err = time.Parse(time.RFC3339Nano, s); err == nil { // as nearly all are written
			break
		}
		s := strings.Replace(strings.ToUpper(s), " ", "T", 1)
		if t, err = time.Parse(time.RFC3339Nano, s); err != nil {
			t, err = time.ParseInLocation("2006-01-02T15:04:05", s, zone)
		}
	default:
		var x float64
		if x, err = parseFloat(s); err == nil {
			if math.Abs(x) > 1e14 {
				return t, fmt.Errorf("%q is not a time between 1980 and 2100", clip(s))
			}
			if math.Abs(x) >= 1e11 { // as seconds this would be beyond the year 5000
				x /= 1000
			}
			t = time.UnixMicro(int64(math.Round(x * 1e6)))
		}
	}
	if err != nil {
		return t, fmt.Errorf("%q is not a time; give RFC 3339 like 2026-03-01T09:30:00Z, a date like 2026-03-01, or Unix seconds or milliseconds", clip(s))
	}
	if t.Before(earliest) || !t.Before(latest) {
		return t, fmt.Errorf("%q lies outside 1980-2100", clip(s))
	}
	return t.UTC(), nil
}

// ParseMoney turns a decimal in the major unit ("20.00") into minor units, exactly.
func ParseMoney(text, code string) (int64, error) {
	digits, ok := MinorDigits(code)
	if !ok {
		return 0, fmt.Errorf("currency %q is unknown; use an ISO 4217 code like EUR", clip(code))
	}
	s := strings.TrimSpace(text)
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !isDigits(whole) || (frac != "" && !isDigits(frac)) || strings.HasSuffix(s, ".") {
		return 0, fmt.Errorf("%q is not an amount; write it like 1234.50", clip(s))
	}
	frac = strings.TrimRight(frac, "0")
	if len(frac) > digits {
		return 0, fmt.Errorf("%q has more decimals than %s has (%d)", clip(s), code, digits)
	}
	if len(whole) > 13 {
		return 0, fmt.Errorf("%q is too large an amount", clip(s))
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", digits-len(frac)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount; write it like 1234.50", clip(s))
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, nil
}

// parseValue reads a cell as the column's type. Money waits for its currency: its text is kept in Text until then.
func parseValue(c *Column, cell Cell, zone *time.Location) (Value, *Refusal) {
	if cell.Kind == NullCell {
		return Value{State: Null}, nil
	}
	s := cell.Text
	v := Value{State: Present}
	if cell.Kind == TextCell && c.Type != Text && c.Type != Key {
		if s = strings.TrimSpace(s); s == "" {
			return Value{State: Null}, nil
		}
	}
	switch c.Type {
	case Text, Key:
		if cell.Kind == JSONCell || c.Type == Key && cell.Kind == BoolCell {
			return v, refuse(c.Name, "must be a text, not %s", clip(s))
		}
		limit := c.MaxBytes
		if c.Type == Key {
			limit = MaxKeyBytes
		} else if limit == 0 {
			limit = 1024
		}
		if reason := checkText(s, limit); reason != "" {
			return v, refuse(c.Name, "%s", reason)
		}
		v.Text = s
	case Choice:
		s = strings.ToLower(s)
		for _, choice := range c.Choices {
			if s == choice {
				v.Text = choice
				return v, nil
			}
		}
		return v, refuse(c.Name, "%q is none of %s", clip(s), strings.Join(c.Choices, ", "))
	case Integer:
		n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 64)
		if err != nil || cell.Kind == BoolCell {
			return v, refuse(c.Name, "%q is not a whole number", clip(s))
		}
		if c.Min != c.Max && (float64(n) < c.Min || float64(n) > c.Max) {
			return v, refuse(c.Name, "%s lies outside %g to %g", clip(s), c.Min, c.Max)
		}
		v.Int = n
	case Number:
		x, err := parseFloat(s)
		if err != nil || cell.Kind == BoolCell {
			return v, refuse(c.Name, "%q is not a finite number", clip(s))
		}
		if c.Min != c.Max && (x < c.Min || x > c.Max) {
			return v, refuse(c.Name, "%s lies outside %g to %g", clip(s), c.Min, c.Max)
		}
		v.Num = x
	case Decimal:
		whole, frac, dotted := strings.Cut(strings.TrimPrefix(s, "-"), ".")
		if !isDigits(whole) || (dotted && !isDigits(frac)) || len(whole) > 9 || len(frac) > 9 {
			return v, refuse(c.Name, "%q is not a decimal with at most 9 digits before and after the point", clip(s))
		}
		r, _ := new(big.Rat).SetString(s)
		if x, _ := r.Float64(); c.Min != c.Max && (x < c.Min || x > c.Max) {
			return v, refuse(c.Name, "%s lies outside %g to %g", clip(s), c.Min, c.Max)
		}
		v.Text = s
	case Money:
		if cell.Kind == BoolCell || cell.Kind == JSONCell {
			return v, refuse(c.Name, "%q is not an amount; write it like 1234.50", clip(s))
		}
		v.Text = s
	case Currency:
		s = strings.ToUpper(s)
		if _, ok := MinorDigits(s); !ok {
			return v, refuse(c.Name, "currency %q is unknown; use an ISO 4217 code like EUR", clip(s))
		}
		v.Text = s
	case Time:
		t, err := ParseTime(cell, zone)
		if err != nil {
			return v, refuse(c.Name, "%s", err)
		}
		v.Int = t.UnixMicro()
	case Bool:
		switch strings.ToLower(s) {
		case "true", "1", "yes", "t":
			v.Int = 1
		case "false", "0", "no", "f":
		default:
			return v, refuse(c.Name, "%q is neither true nor false", clip(s))
		}
	}
	return v, nil
}

// checkText says why a text can't be kept, or "".
func checkText(s string, limit int) string {
	switch {
	case len(s) > limit:
		return fmt.Sprintf("is %d bytes long; at most %d are kept", len(s), limit)
	case strings.IndexByte(s, 0) >= 0:
		return "has a NUL byte"
	case !utf8.ValidString(s):
		return "is not valid UTF-8"
	}
	return ""
}

// parseFloat reads a finite decimal number; strconv alone also takes NaN, infinities and hexadecimal.
func parseFloat(s string) (float64, error) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && strings.IndexByte("+-.eE", c) < 0 {
			return 0, strconv.ErrSyntax
		}
	}
	return strconv.ParseFloat(s, 64)
}

func isDigits(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// clip shortens a sender's text for a message.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
