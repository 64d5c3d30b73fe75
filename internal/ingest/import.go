package ingest

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// How many rows travel together.
const (
	chunkRows  = 10_000
	chunkBytes = 4 << 20
)

// Sink is where a file's rows go: the door of this process or a server. The importer prepares the next chunk while one
// is being sent, and sends them in the file's order, which matters where the row received last wins.
type Sink interface {
	// Prepare does what can be done ahead. The header is nil for JSON rows.
	Prepare(kind *fact.Kind, header []string, rows []Row) (Prepared, error)
}

// Prepared is a chunk ready to be sent.
type Prepared interface {
	// Send answers once the chunk is durable; the answer's rows count from 1 within the chunk.
	Send(ctx context.Context) (FactsAnswer, error)
}

// LocalSink takes a file's rows in this process.
type LocalSink struct {
	Facts *Facts
	// DryRun checks and takes nothing.
	DryRun bool
	// At is when rows happened that don't say so, as FactsRequest has it.
	At string

	builder *rowBuilder
}

// Prepare makes the facts.
func (s *LocalSink) Prepare(kind *fact.Kind, header []string, rows []Row) (Prepared, error) {
	if s.builder == nil {
		b, err := s.Facts.builder(kind, SourceImport, s.At)
		if err != nil {
			return nil, err
		}
		if s.builder, err = newRowBuilder(kind, b, header); err != nil {
			return nil, err
		}
	}
	b := &batch{kind: kind, source: SourceImport, facts: make([]*fact.Fact, 0, len(rows))}
	for i := range rows {
		b.add(s.builder, &rows[i])
	}
	return localChunk{s, b}, nil
}

type localChunk struct {
	sink  *LocalSink
	batch *batch
}

func (c localChunk) Send(ctx context.Context) (FactsAnswer, error) {
	return retry(ctx, func() (FactsAnswer, error) {
		return c.sink.Facts.accept(ctx, c.batch, false, c.sink.DryRun)
	})
}

// ImportOptions say how a file is imported.
type ImportOptions struct {
	// Map names the field for columns of the file whose own name doesn't.
	Map map[string]string
	// Progress is told after every chunk; nil if nobody cares.
	Progress func(Progress)
	// Told is told each reason why the row of a line can't be used; nil if nobody cares.
	Told func(line int, r RefusedRow)
	// Refused makes the file for refused rows, called when there is the first one. The importer closes it.
	Refused func() (io.WriteCloser, error)
}

// Progress is how far an import is.
type Progress struct {
	// Bytes of the file are done.
	Bytes int64
	// Rows = Accepted + Duplicates + Refused.
	Rows, Accepted, Duplicates, Refused int
}

// Counter counts what is read through it, for the progress of an import.
type Counter struct {
	From io.Reader
	n    atomic.Int64
}

func (c *Counter) Read(p []byte) (int, error) {
	n, err := c.From.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// OpenRows reads a file by its format: csv or ndjson.
func OpenRows(format string, from io.Reader) (RowReader, error) {
	switch format {
	case "csv":
		return NewCSV(from)
	case "ndjson":
		return NewNDJSON(from)
	}
	return nil, fault.New(fault.Invalid, "files of the format %q can't be read here", format).Mend("use csv or ndjson")
}

// Import takes a file's rows in: reading, checking and sending go on at once, and never more than a few chunks are held.
// Rows that can't be used are counted and written to the file of refused rows, with line, field and reason beside the
// original columns. Running it again is how it is resumed: what was taken in is a duplicate then and adds nothing. read
// counts the file's bytes and may be nil.
func Import(ctx context.Context, kindName string, rows RowReader, read *Counter, sink Sink, o ImportOptions) (Progress, error) {
	kind, err := kindNamed(kindName)
	if err != nil {
		return Progress{}, err
	}
	header, rename, err := mapped(kind, rows.Header(), o.Map)
	if err != nil {
		return Progress{}, err
	}
	if header != nil {
		if _, err := columnsOf(kind).header(header); err != nil {
			return Progress{}, err
		}
	}
	im := &importing{kind: kind, rows: rows, header: header, rename: rename, read: read, sink: sink, o: o}
	err = im.run(ctx)
	return im.done, err
}

// importing is one import on its way: two goroutines ahead of the one that sends.
type importing struct {
	kind   *fact.Kind
	rows   RowReader
	header []string
	rename map[string]string
	read   *Counter
	sink   Sink
	o      ImportOptions

	done    Progress
	refused *refusedFile
}

type chunk struct {
	rows     []Row
	bytes    int64 // read when the chunk was complete
	prepared Prepared
}

func (im *importing) run(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	read, ready := make(chan *chunk, 1), make(chan *chunk, 1)
	var ahead sync.WaitGroup
	stage := func(out chan *chunk, work func() error) {
		ahead.Go(func() {
			defer close(out)
			defer func() {
				if p := recover(); p != nil {
					cancel(fmt.Errorf("ingest: panic while importing: %v\n%s", p, debug.Stack()))
				}
			}()
			if err := work(); err != nil {
				cancel(err)
			}
		})
	}
	stage(read, func() error { return im.readChunks(ctx, read) })
	stage(ready, func() error { return im.prepareChunks(ctx, read, ready) })
	defer func() {
		cancel(nil)
		ahead.Wait()
		if im.refused != nil {
			if closing := im.refused.close(); err == nil {
				err = closing
			}
		}
	}()
	for {
		select {
		case c, more := <-ready:
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if !more {
				return nil
			}
			if err := im.send(ctx, c); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (im *importing) readChunks(ctx context.Context, out chan<- *chunk) error {
	line := 0
	for last := false; !last; {
		c := &chunk{}
		for size := 0; len(c.rows) < chunkRows && size < chunkBytes; {
			row, err := im.rows.Next()
			if err == io.EOF {
				last = true
				break
			}
			if err != nil {
				return fmt.Errorf("read the file after line %d: %w", line, err)
			}
			line = row.Line
			if im.rename != nil && row.Broken == "" {
				row.JSON = renameMembers(row.JSON, im.rename)
			}
			c.rows = append(c.rows, row)
			size += row.size()
		}
		if im.read != nil {
			c.bytes = im.read.n.Load()
		}
		select {
		case out <- c:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

func (im *importing) prepareChunks(ctx context.Context, in <-chan *chunk, out chan<- *chunk) error {
	for c := range in {
		var err error
		if c.prepared, err = im.sink.Prepare(im.kind, im.header, c.rows); err != nil {
			return err
		}
		select {
		case out <- c:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

func (im *importing) send(ctx context.Context, c *chunk) error {
	answer, err := c.prepared.Send(ctx)
	if err != nil {
		return err
	}
	last := 0
	for _, r := range answer.Refused {
		if r.Row < 1 || r.Row > len(c.rows) {
			return fmt.Errorf("ingest: the answer refuses row %d of %d", r.Row, len(c.rows))
		}
		if r.Row != last {
			im.done.Refused++
			last = r.Row
		}
		if err := im.refuse(&c.rows[r.Row-1], r); err != nil {
			return fmt.Errorf("write the refused rows: %w", err)
		}
	}
	im.done.Rows += len(c.rows)
	im.done.Accepted += answer.Accepted
	im.done.Duplicates += answer.Duplicates
	im.done.Bytes = c.bytes
	if im.o.Progress != nil {
		im.o.Progress(im.done)
	}
	return nil
}

func (im *importing) refuse(row *Row, r RefusedRow) error {
	if im.o.Told != nil {
		im.o.Told(row.Line, r)
	}
	if im.o.Refused == nil {
		return nil
	}
	if im.refused == nil {
		to, err := im.o.Refused()
		if err != nil {
			return err
		}
		im.refused = &refusedFile{to: to, csv: csv.NewWriter(to)}
		if err := im.refused.begin(im.rows.Header()); err != nil {
			return err
		}
	}
	return im.refused.add(row, r)
}

// mapped applies --map: to the header, or, for JSON rows, as new names for their members.
func mapped(kind *fact.Kind, header []string, to map[string]string) ([]string, map[string]string, error) {
	if len(to) == 0 {
		return header, nil, nil
	}
	rename := map[string]string{}
	for column, field := range to {
		rename[plain(column)] = field
	}
	if header == nil {
		return nil, rename, nil
	}
	out := append([]string(nil), header...)
	used := map[string]bool{}
	for i, name := range header {
		if field, ok := rename[plain(name)]; ok {
			out[i], used[plain(name)] = field, true
		}
	}
	for column := range to {
		if !used[plain(column)] {
			return nil, nil, fault.New(fault.Invalid, "the file has no column %q to map", column).
				Mend("its columns are %s", clip(strings.Join(header, ", ")))
		}
	}
	return out, nil, nil
}

// renameMembers gives members of a JSON object other names.
func renameMembers(raw []byte, rename map[string]string) []byte {
	r := fact.NewJSONReader(raw)
	if !r.Object() {
		return raw
	}
	out := []byte{'{'}
	for name, ok := r.Member(); ok; name, ok = r.Member() {
		if len(out) > 1 {
			out = append(out, ',')
		}
		text := string(name)
		if field, ok := rename[plain(text)]; ok {
			text = field
		}
		out = append(fact.AppendJSONString(out, text), ':')
		out = append(out, r.Raw()...)
	}
	return append(out, '}')
}
