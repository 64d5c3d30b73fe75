package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Row is one row as it was sent: Cells under a header, or JSON, an object.
type Row struct {
	// Line is where the row begins in its text, from 1; rows of what has no lines are numbered.
	Line  int
	Cells []string
	JSON  []byte
	// Broken is why the row could not even be read, or "".
	Broken string
}

func (r *Row) size() int {
	n := len(r.JSON)
	for _, c := range r.Cells {
		n += len(c) + 16
	}
	return n
}

// RowReader reads rows one after the other. Header is nil when rows are JSON.
type RowReader interface {
	Header() []string
	// Next gives the next row, or io.EOF. A row that is broken by itself has Broken set; any other error ends the reading.
	Next() (Row, error)
}

// maxLine bounds one line of NDJSON, as memory is taken for the whole of it.
const maxLine = 4 << 20

// textOfFile is what a sender's text begins with: UTF-8 without its mark, or the reason why it can't be read.
func textOfFile(from io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(from, 256<<10)
	head, err := r.Peek(512)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.IndexByte(head, 0) >= 0:
		return nil, fault.New(fault.Invalid, "the text is UTF-16 or not a text at all").Mend(`save it as UTF-8 (in Excel: "CSV UTF-8")`)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		r.Discard(3)
	}
	return r, nil
}

type csvRows struct {
	reader *csv.Reader
	header []string
}

// NewCSV reads CSV with a header: UTF-8 with or without mark, LF or CR LF, line breaks inside quotes, separated by commas,
// semicolons or tabs.
func NewCSV(from io.Reader) (RowReader, error) {
	text, err := textOfFile(from)
	if err != nil {
		return nil, err
	}
	rows := &csvRows{reader: csv.NewReader(text)}
	rows.reader.FieldsPerRecord = -1
	head, _ := text.Peek(32 << 10)
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	for _, comma := range ";\t" {
		if !bytes.ContainsRune(first, ',') && bytes.ContainsRune(first, comma) {
			rows.reader.Comma = comma
			break
		}
	}
	rows.header, err = rows.reader.Read()
	if err == io.EOF {
		return nil, fault.New(fault.Invalid, "the CSV is empty").Mend("its first line must name the columns")
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "the header of the CSV can't be read: %s", err)
	}
	return rows, nil
}

func (c *csvRows) Header() []string { return c.header }

func (c *csvRows) Next() (Row, error) {
	cells, err := c.reader.Read()
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		reason := fmt.Sprintf("broken CSV at line %d, column %d: %s", broken.Line, broken.Column, broken.Err)
		return Row{Line: broken.StartLine, Cells: cells, Broken: reason}, nil
	}
	if err != nil {
		return Row{}, err
	}
	line, _ := c.reader.FieldPos(0)
	return Row{Line: line, Cells: cells}, nil
}

type ndjsonRows struct {
	text *bufio.Reader
	line int
}

// NewNDJSON reads one JSON object a line; empty lines are passed over.
func NewNDJSON(from io.Reader) (RowReader, error) {
	text, err := textOfFile(from)
	return &ndjsonRows{text: text}, err
}

func (n *ndjsonRows) Header() []string { return nil }

func (n *ndjsonRows) Next() (Row, error) {
	for {
		raw, long, err := n.readLine()
		if err != nil {
			return Row{}, err
		}
		n.line++
		row := Row{Line: n.line, JSON: raw}
		if long {
			row.Broken = fmt.Sprintf("the line is longer than %d MB", maxLine>>20)
			return row, nil
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		r := fact.NewJSONReader(raw)
		r.Skip()
		if err := r.End(); err != nil {
			var at *fact.JSONError
			errors.As(err, &at)
			row.Broken = fmt.Sprintf("broken JSON at column %d: %s", at.Column, at.Problem)
		}
		return row, nil
	}
}

// readLine reads one line, dropping what goes beyond maxLine.
func (n *ndjsonRows) readLine() (line []byte, long bool, err error) {
	for {
		part, err := n.text.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			long = true
		} else {
			line = append(line, part...)
		}
		switch {
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), long, nil
		case err == io.EOF && (len(line) > 0 || long):
			return line, long, nil
		case err != bufio.ErrBufferFull:
			return nil, false, err
		}
	}
}

// jsonRows reads an array of objects, or objects one after the other. The text is held whole, as are the facts made of it:
// a request is taken in only once all of it was read.
type jsonRows struct {
	reader fact.JSONReader
	array  bool
	n      int
}

// newJSON reads an array, a single object or NDJSON. Broken JSON is an error with its position: nothing behind it can be
// trusted.
func newJSON(from io.Reader) (RowReader, error) {
	text, err := textOfFile(from)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	rows := &jsonRows{reader: fact.NewJSONReader(raw)}
	rows.array = rows.reader.Array()
	if !rows.array && !rows.reader.More() {
		return nil, fault.New(fault.Invalid, "the body is empty").Mend("send a JSON array, an object, or one object a line")
	}
	return rows, nil
}

func (j *jsonRows) Header() []string { return nil }

func (j *jsonRows) Next() (Row, error) {
	more := j.reader.More()
	if j.array {
		more = j.reader.Element()
	}
	var raw []byte
	if more {
		raw = j.reader.Raw()
	} else {
		j.reader.End()
	}
	if err := j.reader.Err(); err != nil {
		return Row{}, fault.New(fault.Invalid, "%s", err).Mend("nothing of the request was taken: mend it and send it again")
	}
	if !more {
		return Row{}, io.EOF
	}
	j.n++
	return Row{Line: j.n, JSON: raw}, nil
}
