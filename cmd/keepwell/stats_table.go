package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/stat"
)

// table is a plain table in memory: cells between commas, semicolons, tabs or, without any of those, spaces.
type table struct {
	file  string
	names []string // of the columns: those of the first line, or their numbers
	named bool
	rows  [][]string
	lines []int // where each row begins
}

// readTable reads a file, or standard input for "-". The first line names the columns unless a cell of it is a number or
// a date; header "yes" or "no" says so instead of "auto".
func (sh *shell) readTable(file, header string) (*table, error) {
	t := &table{file: file}
	var raw []byte
	var err error
	if file == "-" {
		t.file = "standard input"
		raw, err = io.ReadAll(sh.in)
	} else {
		raw, err = os.ReadFile(file)
	}
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, fault.New(fault.Invalid, "the table can't be read: %v", err).At("%s", t.file)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw[:min(len(raw), 512)], 0) >= 0 {
		return nil, fault.New(fault.Invalid, "the text is UTF-16 or not a text at all").At("%s", t.file).Mend(`save it as UTF-8 (in Excel: "CSV UTF-8")`)
	}
	if err := t.cut(raw, separator(file, raw)); err != nil {
		return nil, err
	}
	if len(t.rows) == 0 {
		return nil, fault.New(fault.Invalid, "the table is empty").At("%s", t.file)
	}
	t.named = header == "yes" || (header == "auto" && !slices.ContainsFunc(t.rows[0], isFigure))
	for i, cell := range t.rows[0] {
		name := strconv.Itoa(i + 1)
		if t.named {
			name = strings.TrimSpace(cell)
		}
		t.names = append(t.names, name)
	}
	if t.named {
		t.rows, t.lines = t.rows[1:], t.lines[1:]
	}
	if len(t.rows) == 0 {
		return nil, fault.New(fault.Invalid, "the table has a header but no rows").At("%s", t.file)
	}
	for i, row := range t.rows {
		if len(row) != len(t.names) {
			return nil, fault.New(fault.Invalid, "the row has %s, the first line has %d", count(len(row), "cell"), len(t.names)).At("%s, line %d", t.file, t.lines[i])
		}
	}
	return t, nil
}

const spaces = ' '

// separator is the character between cells.
func separator(file string, raw []byte) rune {
	first, _, _ := bytes.Cut(raw, []byte("\n"))
	commas, semicolons := bytes.Count(first, []byte(",")), bytes.Count(first, []byte(";"))
	switch {
	case bytes.IndexByte(first, '\t') >= 0:
		return '\t'
	case semicolons > 0 && semicolons >= commas:
		return ';'
	case commas > 0 || strings.EqualFold(filepath.Ext(file), ".csv"):
		return ','
	case len(bytes.Fields(first)) > 1:
		return spaces
	}
	return ','
}

func (t *table) cut(raw []byte, between rune) error {
	if between == spaces {
		line := 0
		for text := range strings.Lines(string(raw)) {
			line++
			if cells := strings.Fields(text); len(cells) > 0 {
				t.rows, t.lines = append(t.rows, cells), append(t.lines, line)
			}
		}
		return nil
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = between, -1, between != '\t'
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			return fault.New(fault.Invalid, "the table is broken: %v", broken.Err).At("%s, line %d, character %d", t.file, broken.Line, broken.Column)
		} else if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		t.rows, t.lines = append(t.rows, cells), append(t.lines, line)
	}
}

func isFigure(cell string) bool {
	cell = strings.TrimSpace(cell)
	_, err := strconv.ParseFloat(cell, 64)
	_, day := dayOf(cell)
	return (err == nil && !stat.Missing(cell)) || day
}

// column finds a column by its name, else by its number from 1.
func (t *table) column(name string) (int, error) {
	if t.named {
		var same []int
		for i, n := range t.names {
			if n == name {
				return i, nil
			}
			if strings.EqualFold(n, name) {
				same = append(same, i)
			}
		}
		if len(same) == 1 {
			return same[0], nil
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(t.names) {
		return n - 1, nil
	}
	e := fault.New(fault.Invalid, "there is no column %q", name).At("%s", t.file)
	if t.named {
		return 0, e.Mend("its columns are %s", strings.Join(t.names, ", "))
	}
	return 0, e.Mend("its first line is no header; give a number from 1 to %d, or say --header yes", len(t.names))
}

// refused is an error about a cell.
func (t *table) refused(row, column int, what string, args ...any) *fault.Error {
	where := "column " + t.names[column]
	if t.named {
		where = fmt.Sprintf("column %d (%s)", column+1, t.names[column])
	}
	return fault.New(fault.Invalid, what, args...).At("%s, line %d, %s", t.file, t.lines[row], where)
}

// because is what an estimator refused, at the line it is about.
func (t *table) because(err error) error {
	var r *stat.Refusal
	if !errors.As(err, &r) {
		return err
	}
	e := fault.New(fault.Invalid, "%s", r.What).At("%s", t.file)
	if r.Row >= 0 && r.Row < len(t.lines) {
		e = e.At("%s, line %d", t.file, t.lines[r.Row])
	}
	if r.Fix != "" {
		e = e.Mend("%s", r.Fix)
	}
	return e
}

func (t *table) number(row, column int) (float64, error) {
	cell := strings.TrimSpace(t.rows[row][column])
	if stat.Missing(cell) {
		return 0, t.refused(row, column, "a number is missing")
	}
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return 0, t.refused(row, column, "%q is no number", cell).Mend("write numbers like 1234.5")
	}
	return v, nil
}

// numbers are all cells of a column.
func (t *table) numbers(column int) ([]float64, error) {
	all := make([]float64, len(t.rows))
	for i := range t.rows {
		var err error
		if all[i], err = t.number(i, column); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// truth reads a two-valued cell.
func truth(cell string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSuffix(strings.TrimSpace(cell), ".")) {
	case "1", "true", "t", "yes", "y":
		return true, true
	case "0", "false", "f", "no", "n":
		return false, true
	}
	// Some programs write whole numbers with a decimal.
	switch v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64); {
	case err == nil && v == 1:
		return true, true
	case err == nil && v == 0:
		return false, true
	}
	return false, false
}

// dayOf reads a date, or an instant, whose date is taken as it is written, and counts its days from 1970 on.
func dayOf(cell string) (int, bool) {
	cell = strings.TrimSpace(cell)
	for _, layout := range []string{time.DateOnly, "20060102", "2006/01/02", time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, cell); err == nil {
			y, m, d := at.Date()
			return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400), true
		}
	}
	return 0, false
}
