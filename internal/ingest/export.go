package ingest

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Scanner reads facts back, in the order of when they happened.
type Scanner interface {
	// Scan calls fn for the facts of kind with from <= ts < to; a zero time is no bound.
	Scan(ctx context.Context, kind *fact.Kind, from, to time.Time, fn func(*fact.Fact) error) error
}

// Export writes facts as csv or ndjson, in the form that Import reads: importing it where the facts are adds nothing,
// importing it elsewhere gives the same facts under the same ids. When and through which key they arrived stays behind.
func Export(ctx context.Context, facts Scanner, kindName string, from, to time.Time, format string, w io.Writer) error {
	kind, err := kindNamed(kindName)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 256<<10)
	switch format {
	case "csv":
		err = exportCSV(ctx, facts, kind, from, to, out)
	case "ndjson":
		var line []byte
		err = facts.Scan(ctx, kind, from, to, func(f *fact.Fact) error {
			line = appendJSONRow(line[:0], f)
			_, err := out.Write(line)
			return err
		})
	default:
		return fault.New(fault.Invalid, "facts can't be exported as %q here", format).Mend("use csv or ndjson")
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", kind.Name, err)
	}
	return out.Flush()
}

func exportCSV(ctx context.Context, facts Scanner, kind *fact.Kind, from, to time.Time, out io.Writer) error {
	table := csv.NewWriter(out)
	header := []string{"id", "ts", "account_id", "user_id"}
	for _, c := range kind.Columns {
		if !c.Derived {
			header = append(header, c.Name)
		}
	}
	if err := table.Write(append(header, "properties")); err != nil {
		return err
	}
	row := make([]string, 0, len(header)+1)
	err := facts.Scan(ctx, kind, from, to, func(f *fact.Fact) error {
		row = append(row[:0], fact.ExportedIDPrefix+f.ID.String(), instantText(f.At), key(f.Account), key(f.User))
		for i := range kind.Columns {
			if c := &kind.Columns[i]; !c.Derived {
				row = append(row, csvValue(f, c, f.Values[i]))
			}
		}
		return table.Write(append(row, string(f.Properties)))
	})
	table.Flush()
	if err == nil {
		err = table.Error()
	}
	return err
}

// key is an id as a cell: one that is not given is empty.
func key(id string) string {
	if id == "" {
		return ""
	}
	return protect(id)
}

func csvValue(f *fact.Fact, c *fact.Column, v fact.Value) string {
	switch {
	case v.State == fact.Absent:
		return ""
	case v.State == fact.Null && f.Kind.Mode != fact.Traits:
		return "" // as good as not given, and easier on the eye
	case v.State == fact.Null:
		return nullCell
	case isText(c):
		return protect(v.Text)
	}
	return plainValue(f, c, v)
}

// isText says whether a sender chose the letters.
func isText(c *fact.Column) bool { return c.Type == fact.Text || c.Type == fact.Key }

// plainValue is a present value that no sender wrote freely, as its row has it.
func plainValue(f *fact.Fact, c *fact.Column, v fact.Value) string {
	switch c.Type {
	case fact.Integer:
		return strconv.FormatInt(v.Int, 10)
	case fact.Number:
		return strconv.FormatFloat(v.Num, 'g', -1, 64)
	case fact.Money:
		return moneyText(v.Int, f.Text("currency"))
	case fact.Time:
		return instantText(v.Int)
	case fact.Bool:
		return strconv.FormatBool(v.Int != 0)
	}
	return v.Text
}

// moneyText is an amount in the major unit.
func moneyText(minor int64, code string) string {
	digits, _ := fact.MinorDigits(code)
	text := strconv.FormatInt(minor, 10)
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	if short := digits + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

func instantText(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339Nano) }

func appendJSONRow(out []byte, f *fact.Fact) []byte {
	member := func(name string) {
		out = append(fact.AppendJSONString(append(out, ','), name), ':')
	}
	out = fact.AppendJSONString(append(out, `{"id":`...), fact.ExportedIDPrefix+f.ID.String())
	member("ts")
	out = fact.AppendJSONString(out, instantText(f.At))
	if f.Account != "" {
		member("account_id")
		out = fact.AppendJSONString(out, f.Account)
	}
	if f.User != "" {
		member("user_id")
		out = fact.AppendJSONString(out, f.User)
	}
	for i := range f.Kind.Columns {
		c, v := &f.Kind.Columns[i], f.Values[i]
		if c.Derived || v.State == fact.Absent {
			continue
		}
		member(c.Name)
		switch {
		case v.State == fact.Null:
			out = append(out, "null"...)
		case c.Type == fact.Integer, c.Type == fact.Number, c.Type == fact.Money, c.Type == fact.Bool:
			out = append(out, plainValue(f, c, v)...)
		default:
			out = fact.AppendJSONString(out, plainValue(f, c, v))
		}
	}
	if f.Properties != nil {
		member("properties")
		out = append(out, f.Properties...)
	}
	return append(out, "}\n"...)
}

// JSONRow is a fact as a JSON object, in the form that Import reads.
func JSONRow(f *fact.Fact) []byte { return appendJSONRow(nil, f) }
