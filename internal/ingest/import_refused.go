package ingest

import (
	"encoding/csv"
	"io"
	"strconv"
)

// refusedFile is the CSV of refused rows. A row with several reasons stands there once, with all of them, so that it is
// imported once when it is mended.
type refusedFile struct {
	to      io.WriteCloser
	csv     *csv.Writer
	columns int
	row     []string // the last one, not yet written
	line    string
}

func (f *refusedFile) begin(header []string) error {
	if header == nil {
		header = []string{"row"}
	}
	f.columns = len(header)
	return f.csv.Write(append(append([]string(nil), header...), refusedLine, refusedField, refusedReason))
}

func (f *refusedFile) add(row *Row, r RefusedRow) error {
	line := strconv.Itoa(row.Line)
	if f.row != nil && f.line == line {
		f.row[f.columns+1] += "; " + r.Field
		f.row[f.columns+2] += "; " + r.Reason
		return nil
	}
	if err := f.flush(); err != nil {
		return err
	}
	cells := make([]string, f.columns, f.columns+3)
	if row.JSON != nil || row.Cells == nil {
		cells[0] = string(row.JSON)
	} else {
		for i, cell := range row.Cells[:min(len(row.Cells), f.columns)] {
			if cell != "" && cell != nullCell && risky.MatchString(cell) && !protected.MatchString(cell) {
				cell = protect(cell)
			}
			cells[i] = cell
		}
	}
	f.row, f.line = append(cells, line, SafeCell(r.Field), SafeCell(r.Reason)), line
	return nil
}

func (f *refusedFile) flush() error {
	if f.row == nil {
		return nil
	}
	row := f.row
	f.row = nil
	return f.csv.Write(row)
}

func (f *refusedFile) close() error {
	err := f.flush()
	f.csv.Flush()
	if err == nil {
		err = f.csv.Error()
	}
	if closing := f.to.Close(); err == nil {
		err = closing
	}
	return err
}
