package api

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Scan hands over facts one by one.
type Scan func(fn func(*fact.Fact) error) error

// WriteNDJSON writes facts as one JSON object a line, in a form that can be imported again. What was not given is left
// out, what was given as null is null.
func WriteNDJSON(w io.Writer, kind *fact.Kind, scan Scan) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var line []byte
	err := scan(func(f *fact.Fact) error {
		line = append(line[:0], `{"id":"`+fact.ExportedIDPrefix...)
		line = append(line, f.ID.String()+`","ts":"`+instantText(f.At)+`"`...)
		text := func(name, s string) {
			line = append(line, `,"`+name+`":`...)
			line = fact.AppendJSONString(line, s)
		}
		if f.Account != "" {
			text("account_id", f.Account)
		}
		if f.User != "" {
			text("user_id", f.User)
		}
		for i, c := range kind.Columns {
			v := f.Values[i]
			switch {
			case c.Derived || v.State == fact.Absent:
			case v.State == fact.Null:
				line = append(line, `,"`+c.Name+`":null`...)
			case c.Type == fact.Integer || c.Type == fact.Number || c.Type == fact.Bool:
				line = append(line, `,"`+c.Name+`":`+cell(f, &c, v)...)
			default:
				text(c.Name, cell(f, &c, v))
			}
		}
		if f.Properties != nil {
			line = append(append(line, `,"properties":`...), f.Properties...)
		}
		_, err := out.Write(append(line, '}', '\n'))
		return err
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// WriteFactsCSV writes facts as a CSV file. Null and not given look the same there.
func WriteFactsCSV(w io.Writer, kind *fact.Kind, scan Scan) error {
	head := []string{"id", "ts", "account_id", "user_id"}
	for _, c := range kind.Columns {
		if !c.Derived {
			head = append(head, c.Name)
		}
	}
	t := newTable(w, append(head, "properties")...)
	row := make([]string, 0, len(head)+1)
	err := scan(func(f *fact.Fact) error {
		row = append(row[:0], fact.ExportedIDPrefix+f.ID.String(), instantText(f.At), SafeCell(f.Account), SafeCell(f.User))
		for i, c := range kind.Columns {
			switch v := f.Values[i]; {
			case c.Derived:
			case v.State != fact.Present:
				row = append(row, "")
			case c.Type == fact.Text || c.Type == fact.Key:
				row = append(row, SafeCell(cell(f, &c, v)))
			default:
				row = append(row, cell(f, &c, v))
			}
		}
		t.row(append(row, string(f.Properties))...)
		return t.err
	})
	if err != nil {
		return err
	}
	return t.end()
}

// cell is a present value as text that can be read again.
func cell(f *fact.Fact, c *fact.Column, v fact.Value) string {
	switch c.Type {
	case fact.Integer:
		return strconv.FormatInt(v.Int, 10)
	case fact.Number:
		return strconv.FormatFloat(v.Num, 'g', -1, 64)
	case fact.Bool:
		return strconv.FormatBool(v.Int != 0)
	case fact.Time:
		return instantText(v.Int)
	case fact.Money:
		digits, _ := fact.MinorDigits(f.Text("currency"))
		return amount(v.Int, digits)
	}
	return v.Text
}

func instantText(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339Nano) }

// amount is minor units as a decimal in the major unit.
func amount(minor int64, digits int) string {
	if digits == 0 {
		return strconv.FormatInt(minor, 10)
	}
	sign, s := "", strconv.FormatInt(minor, 10)
	if minor < 0 {
		sign, s = "-", s[1:]
	}
	if len(s) <= digits {
		s = strings.Repeat("0", digits+1-len(s)) + s
	}
	return fmt.Sprintf("%s%s.%s", sign, s[:len(s)-digits], s[len(s)-digits:])
}
