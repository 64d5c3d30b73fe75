package log

import (
	"context"
	"fmt"
	"io"
	"os"
)

// Reader reads records in order from a position on. It is for one goroutine; a log may have many.
type Reader struct {
	log  *Log
	file *os.File // of scan.seg
	scan scanner
}

// Read begins at from, which must be a position that Append or a Reader has returned, or Begin.
// Errors: ErrTrimmed if it is before Begin, ErrAhead if it is behind End, ErrClosed.
func (l *Log) Read(from Position) (*Reader, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.readable(from); err != nil {
		return nil, err
	}
	return &Reader{log: l, scan: scanner{pos: from}}, nil
}

func (l *Log) readable(p Position) error {
	switch {
	case l.closed:
		return ErrClosed
	case p < l.begin():
		return fmt.Errorf("log: position %d is before %d, where %s begins: %w", p, l.begin(), l.dir, ErrTrimmed)
	case p > l.end:
		return fmt.Errorf("log: position %d is behind %d, where %s ends: %w", p, l.end, l.dir, ErrAhead)
	}
	return nil
}

// Position is where the next record begins.
func (r *Reader) Position() Position { return r.scan.pos }

// Next returns the next record and the position behind it, waiting until there is one. The record is the caller's to keep.
// Errors: ctx's, ErrClosed, and those of TryNext except io.EOF.
func (r *Reader) Next(ctx context.Context) (record []byte, end Position, err error) {
	for {
		r.log.mu.Lock()
		grown := r.log.grown // taken before looking, so that an append in between is not missed
		r.log.mu.Unlock()
		if record, end, err = r.TryNext(); err != io.EOF {
			return record, end, err
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, r.scan.pos, ctx.Err()
		}
	}
}

// TryNext is Next without waiting: io.EOF when all durable records have been read; more may come.
// Errors: ErrCorrupt with file and offset (the reader does not move, the record is never skipped), ErrTrimmed, ErrDisk,
// ErrClosed.
func (r *Reader) TryNext() (record []byte, end Position, err error) {
	if err := r.locate(); err != nil {
		return nil, r.scan.pos, err
	}
	record, err = r.scan.next()
	return record, r.scan.pos, err
}

// locate opens the segment that holds the next record and sets how far it may be read.
func (r *Reader) locate() error {
	l := r.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.readable(r.scan.pos); err != nil {
		return err
	}
	if r.scan.pos == l.end {
		return io.EOF
	}
	seg := l.segmentAt(r.scan.pos)
	if seg != r.scan.seg {
		f, err := os.Open(seg.path) // under mu: Trim cannot remove it in between
		if err != nil {
			return explain("open", seg.path, err)
		}
		r.Close()
		r.file = f
		r.scan = scanner{r: f, seg: seg, pos: r.scan.pos}
	}
	r.scan.limit = seg.end
	return nil
}

// Close gives the reader's file free. The log itself stays open.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file, r.scan.seg = nil, nil
	return f.Close()
}
