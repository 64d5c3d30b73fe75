package ingest

import (
	"regexp"

	"github.com/keepwell/keepwell/internal/fact"
)

// How CSV cells are written and read:
//
//	an empty cell says nothing: a trait keeps what is known
//	\N is null: a trait is erased
//	an apostrophe before a cell that would begin with = + - @ tab CR \ keeps spreadsheets from taking it for a formula
//	(and us for null); reading takes it off again. A lone apostrophe is the empty text.
//
// Numbers need no apostrophe. What one side writes the other reads back unchanged, but for CR LF inside a text, which CSV
// readers make LF.

const nullCell = `\N`

var (
	risky     = regexp.MustCompile(`^'*([=+\-@\t\r\\]|$)`)
	protected = regexp.MustCompile(`^'+([=+\-@\t\r\\]|$)`)
)

// protect is a text as a cell.
func protect(text string) string {
	if text == "" || risky.MatchString(text) {
		return "'" + text
	}
	return text
}

// cellOf is what a cell says; nothing when it is empty.
func cellOf(cell string) (c fact.Cell, said bool) {
	switch {
	case cell == "":
		return c, false
	case cell == nullCell:
		return c, true
	case cell[0] == '\'' && protected.MatchString(cell):
		cell = cell[1:]
	}
	return fact.Cell{Kind: fact.TextCell, Text: cell}, true
}

// SafeCell is a text from outside as a cell of a CSV file that people open: what a spreadsheet would take for a formula
// gets an apostrophe in front. Unlike what exports of facts write it is not made to be read back, so "" stays "".
func SafeCell(text string) string {
	if text == "" {
		return ""
	}
	return protect(text)
}
