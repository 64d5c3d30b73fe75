package log

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Rewrite puts other bytes in the place of records: change gives what shall stand there, as long as the record was, or the
// record itself. It is for taking out what must not be kept; positions stay what they are. A file is replaced as a whole
// once its copy is on the disk, so an interrupted Rewrite leaves some files changed and is simply done again. Nobody may
// read meanwhile.
// Errors: ErrFull, ErrReadOnly, ErrDisk, ErrCorrupt, ErrClosed, those of change, that of ctx.
func (l *Log) Rewrite(ctx context.Context, change func(record []byte) ([]byte, error)) error {
	l.appending.Lock()
	defer l.appending.Unlock()
	l.trimming.Lock()
	defer l.trimming.Unlock()
	if l.file != nil { // of a segment that may be replaced: the next append begins another
		l.file.Close()
		l.file = nil
	}
	l.mu.Lock()
	closed, all := l.closed, append([]*segment(nil), l.segments...)
	l.mu.Unlock()
	if closed {
		return ErrClosed
	}
	for _, seg := range all {
		if err := l.rewriteSegment(ctx, seg, change); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) rewriteSegment(ctx context.Context, seg *segment, change func([]byte) ([]byte, error)) (err error) {
	from, err := os.Open(seg.path)
	if err != nil {
		return explain("read", seg.path, err)
	}
	defer from.Close()
	path := seg.path + newSuffix
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return explain("create", path, err)
	}
	changed := false
	defer func() {
		err = errors.Join(err, to.Close())
		if err != nil || !changed {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	out := bufio.NewWriterSize(to, blockBytes)
	if _, err := out.Write(seg.header()); err != nil {
		return explain("write", path, err)
	}
	s := scanner{r: from, seg: seg, pos: seg.start, limit: seg.end}
	var frame []byte
	for ctx.Err() == nil {
		at := s.pos
		head, err := s.need(min(frameHead, int(s.limit-s.pos)))
		if err != nil {
			return err
		}
		record, err := s.next()
		if err == io.EOF {
			if !changed {
				return nil
			}
			return l.replaceSegment(seg, path, to, out)
		}
		if err != nil {
			return err
		}
		_, _, first, _ := seg.head(at, head)
		other, err := change(record)
		if err != nil {
			return fmt.Errorf("log: the record at position %d: %w", at, err)
		}
		if len(other) != len(record) {
			return fmt.Errorf("log: the record at position %d has %d bytes, what should replace it %d", at, len(record), len(other))
		}
		changed = changed || &other[0] != &record[0]
		frame = seg.appendFrame(frame[:0], at, first, other)
		if _, err := out.Write(frame); err != nil {
			return explain("write", path, err)
		}
	}
	return ctx.Err()
}

func (l *Log) replaceSegment(seg *segment, path string, to *os.File, out *bufio.Writer) error {
	err := out.Flush()
	if err == nil {
		err = to.Sync()
	}
	if err == nil {
		err = os.Rename(path, seg.path)
	}
	if err != nil {
		return explain("replace", seg.path, err)
	}
	return syncDir(l.dir)
}
