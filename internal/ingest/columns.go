package ingest

import (
	"fmt"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// The columns that files of refused rows have beside the original ones. They are passed over when such a file is
// imported once it is mended.
const (
	refusedLine   = "refused_line"
	refusedField  = "refused_field"
	refusedReason = "refused_reason"
)

// kindNamed is the kind of this name, or fault.NotFound naming the known ones.
func kindNamed(name string) (*fact.Kind, error) {
	if k, ok := fact.KindNamed(name); ok {
		return k, nil
	}
	var known []string
	for _, k := range fact.Kinds() {
		known = append(known, k.Name)
	}
	return nil, fault.New(fault.NotFound, "there is no kind of fact called %q", clip(name)).Mend("use one of %s", strings.Join(known, ", "))
}

// columns finds the column a sender's name means: case, spaces, hyphens, underscores and camel case make no difference.
type columns struct {
	byName map[string]string // as the sender writes it, or with letters and digits only, to the column
}

func columnsOf(kind *fact.Kind) *columns {
	c := &columns{map[string]string{}}
	for _, name := range []string{"id", "ts", "account_id", "user_id", "properties"} {
		c.byName[plain(name)] = name
	}
	for i := range kind.Columns {
		if col := &kind.Columns[i]; !col.Derived {
			c.byName[plain(col.Name)] = col.Name
		}
	}
	return c
}

// find is the column, or the name itself, trimmed, when the kind has none such.
func (c *columns) find(name string) string {
	if column, ok := c.byName[plain(name)]; ok {
		return column
	}
	return strings.TrimSpace(name)
}

func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_' || r == '-' || r == ' ' || r == '.':
			return -1
		}
		return r
	}, name)
}

// header finds the column of every cell; "" for those that are passed over.
func (c *columns) header(names []string) ([]string, error) {
	found := make([]string, len(names))
	from := map[string]string{}
	for i, name := range names {
		column := c.find(name)
		switch {
		case column == refusedLine || column == refusedField || column == refusedReason:
			continue
		case column == "":
			return nil, fault.New(fault.Invalid, "column %d of the header has no name", i+1).Mend("the first line must name the columns")
		}
		if other, twice := from[column]; twice {
			return nil, fault.New(fault.Invalid, "the header has two columns for %s: %q and %q", column, clip(other), clip(name)).
				Mend("rename or remove one of them")
		}
		from[column], found[i] = name, column
	}
	return found, nil
}

// rowBuilder makes facts of one request's or file's rows.
type rowBuilder struct {
	builder *fact.Builder
	columns *columns
	header  []string
}

// newRowBuilder reads rows under header, or JSON rows when it is nil.
func newRowBuilder(kind *fact.Kind, b *fact.Builder, header []string) (*rowBuilder, error) {
	rb := &rowBuilder{builder: b, columns: columnsOf(kind)}
	if header == nil {
		return rb, nil
	}
	var err error
	rb.header, err = rb.columns.header(header)
	return rb, err
}

// build gives the fact of a row or why there is none.
func (rb *rowBuilder) build(row *Row) (*fact.Fact, []fact.Refusal) {
	switch {
	case row.Broken != "":
		return nil, []fact.Refusal{{Reason: row.Broken}}
	case row.JSON != nil:
		return rb.buildJSON(row.JSON)
	case len(row.Cells) != len(rb.header):
		return nil, []fact.Refusal{{Reason: fmt.Sprintf("has %d cells, but the header names %d columns", len(row.Cells), len(rb.header))}}
	}
	for i, cell := range row.Cells {
		if c, said := cellOf(cell); said && rb.header[i] != "" {
			rb.builder.Set(rb.header[i], c)
		}
	}
	return rb.builder.Finish()
}

func (rb *rowBuilder) buildJSON(raw []byte) (*fact.Fact, []fact.Refusal) {
	r := fact.NewJSONReader(raw)
	if !r.Object() {
		return nil, []fact.Refusal{{Reason: "a row is a JSON object"}}
	}
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		column, known := rb.columns.byName[string(name)]
		if !known {
			column = rb.columns.find(string(name))
		}
		rb.builder.SetJSON(column, &r)
	}
	if err := r.End(); err != nil {
		rb.builder.Refuse("", err.Error())
	}
	return rb.builder.Finish()
}

// FieldOf is the field of a kind that a column's name means; the name itself, trimmed, when it means none.
func FieldOf(kind *fact.Kind, name string) string { return columnsOf(kind).find(name) }
