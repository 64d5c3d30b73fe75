package log

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	newSuffix = ".new"   // of a segment file that has no complete header yet
	keepBuf   = 16 << 20 // a larger write buffer is not kept for the next append
)

// Append writes the records as one group, syncs, and returns the position behind the last one. at is the time of the append,
// from which Trim judges age. An empty group returns End.
//
// On an error nothing of the group is in the log. Call again when you like: each call first tries to mend what was broken,
// so appends work again as soon as there is space, without a restart.
// Errors: ErrFull, ErrReadOnly, ErrDisk, ErrRecordSize, ErrClosed.
func (l *Log) Append(records [][]byte, at time.Time) (Position, error) {
	size := 0
	for i, r := range records {
		if len(r) == 0 || len(r) > MaxRecord {
			return 0, fmt.Errorf("log: record %d of the group has %d bytes: %w", i, len(r), ErrRecordSize)
		}
		size += frameHead + len(r)
	}
	l.appending.Lock()
	defer l.appending.Unlock()
	l.mu.Lock()
	closed, p := l.closed, l.end // end moves only under appending
	l.mu.Unlock()
	if closed {
		return 0, ErrClosed
	}
	if size == 0 {
		return p, nil
	}
	if l.file == nil || l.hurt || l.full(size) {
		if err := l.roll(at); err != nil {
			return 0, err
		}
	}
	seg := l.last()
	b := l.buf[:0]
	if cap(b) < size {
		b = make([]byte, 0, size)
	}
	for i, r := range records {
		b = seg.appendFrame(b, p+Position(len(b)), i == 0, r)
	}
	if cap(b) <= keepBuf {
		l.buf = b
	}
	_, err := l.file.WriteAt(b, seg.offset(p))
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		// Cutting off gives the space back at once and keeps the group away from a later Open. If it fails, the segment
		// that the next append begins shuts the group out all the same.
		l.hurt = true
		_ = l.file.Truncate(seg.offset(p))
		_ = l.file.Sync()
		return 0, explain("append to", seg.path, err)
	}
	p += Position(len(b))
	l.mu.Lock()
	defer l.mu.Unlock()
	seg.end, l.end = p, p
	close(l.grown)
	l.grown = make(chan struct{})
	return p, nil
}

// last is the segment being appended to. Only roll changes which one it is.
func (l *Log) last() *segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.segments[len(l.segments)-1]
}

func (l *Log) full(more int) bool {
	seg := l.last()
	return seg.end > seg.start && seg.offset(seg.end)+int64(more) > l.o.SegmentBytes
}

// roll begins a new segment at the durable end; until that has worked, nothing is appended. The file gets its name when its
// header is on the disk, so a file with a segment's name always has one. An empty last segment (its first append failed)
// has the same start and is replaced.
func (l *Log) roll(at time.Time) error {
	l.hurt = true
	start := l.End()
	var salt [4]byte
	rand.Read(salt[:]) // never fails
	seg := &segment{path: segmentPath(l.dir, start), salt: binary.LittleEndian.Uint32(salt[:]), start: start, end: start, begun: at}
	f, err := l.o.openFile(seg.path+newSuffix, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return explain("create", seg.path+newSuffix, err)
	}
	if _, err = f.WriteAt(seg.header(), 0); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(seg.path+newSuffix, seg.path)
	}
	if err != nil {
		return errors.Join(explain("begin", seg.path, err), f.Close(), os.Remove(seg.path+newSuffix))
	}
	if err := syncDir(l.dir); err != nil {
		f.Close()
		return err // the empty file stays and is replaced by the next try
	}
	if l.file != nil {
		l.file.Close() // its durable bytes are synced, the others are not wanted
	}
	l.file, l.hurt = f, false
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.segments); n > 0 && l.segments[n-1].start == start {
		l.segments = l.segments[:n-1]
	}
	l.segments = append(l.segments, seg)
	return nil
}
