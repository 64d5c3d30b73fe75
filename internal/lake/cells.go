package lake

import (
	"database/sql"

	"github.com/keepwell/keepwell/internal/fact"
)

// cells are where a row's columns of a kind are scanned to.
type cells struct {
	kind  *fact.Kind
	ints  []sql.NullInt64
	nums  []sql.NullFloat64
	texts []sql.NullString
	times []sql.NullTime
	bools []sql.NullBool
	into  []any
}

func newCells(k *fact.Kind) *cells {
	n := len(k.Columns)
	c := &cells{kind: k, ints: make([]sql.NullInt64, n), nums: make([]sql.NullFloat64, n), texts: make([]sql.NullString, n),
		times: make([]sql.NullTime, n), bools: make([]sql.NullBool, n)}
	for i, column := range k.Columns {
		switch {
		case column.Name == "anonymous_id": // has a number instead
		case column.Type == fact.Integer || column.Type == fact.Money:
			c.into = append(c.into, &c.ints[i])
		case column.Type == fact.Time:
			c.into = append(c.into, &c.times[i])
		case column.Type == fact.Number:
			c.into = append(c.into, &c.nums[i])
		case column.Type == fact.Bool:
			c.into = append(c.into, &c.bools[i])
		default:
			c.into = append(c.into, &c.texts[i])
		}
	}
	return c
}

// names are the columns, in the order of into.
func (c *cells) names() []string {
	var names []string
	for _, column := range c.kind.Columns {
		if column.Name != "anonymous_id" {
			names = append(names, column.Name)
		}
	}
	return names
}

// value is what column i holds; Absent when it is null.
func (c *cells) value(i int) (v fact.Value) {
	present := false
	switch c.kind.Columns[i].Type {
	case fact.Integer, fact.Money:
		v.Int, present = c.ints[i].Int64, c.ints[i].Valid
	case fact.Time:
		if present = c.times[i].Valid; present {
			v.Int = c.times[i].Time.UnixMicro()
		}
	case fact.Number:
		v.Num, present = c.nums[i].Float64, c.nums[i].Valid
	case fact.Bool:
		if present = c.bools[i].Valid; c.bools[i].Bool {
			v.Int = 1
		}
	default:
		v.Text, present = c.texts[i].String, c.texts[i].Valid
	}
	if present {
		v.State = fact.Present
	}
	return v
}
