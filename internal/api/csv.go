package api

import (
	"encoding/csv"
	"io"
	"strings"
)

// SafeCell is a text as a cell of a CSV file: what a spreadsheet would take for a formula gets a ' in front. Numbers are
// written as they are; give only texts from outside.
func SafeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\x00", rune(text[0])) {
		return "'" + text
	}
	return text
}

// table writes a CSV file row by row and remembers the first error.
type table struct {
	*csv.Writer
	err error
}

func newTable(w io.Writer, head ...string) *table {
	t := &table{Writer: csv.NewWriter(w)}
	t.row(head...)
	return t
}

func (t *table) row(cells ...string) {
	if t.err == nil {
		t.err = t.Write(cells)
	}
}

func (t *table) end() error {
	t.Flush()
	if t.err == nil {
		t.err = t.Error()
	}
	return t.err
}
