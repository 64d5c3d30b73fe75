package log

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// recover lists the segments, proves that none is missing, and cuts a torn tail off the last one.
func (l *Log) recover() error {
	entries, err := os.ReadDir(l.dir) // sorted by name, which is by start
	if err != nil {
		return explain("read", l.dir, err)
	}
	for _, e := range entries {
		path := filepath.Join(l.dir, e.Name())
		switch {
		case strings.HasSuffix(e.Name(), newSuffix): // a segment that was never finished
			if err := os.Remove(path); err != nil {
				return explain("remove", path, err)
			}
		case segmentName.MatchString(e.Name()):
			if err := l.recoverSegment(path); err != nil {
				return err
			}
		}
	}
	if len(l.segments) == 0 {
		return nil
	}
	return l.recoverTail(l.segments[len(l.segments)-1])
}

// recoverSegment adds the segment and, now that its successor's start is known, closes the one before it.
func (l *Log) recoverSegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return explain("open", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return explain("read", path, err)
	}
	seg, err := readHeader(f, path)
	if err != nil {
		return err
	}
	seg.end = seg.start + Position(info.Size()-headerBytes) // for now: what the file could hold
	if len(l.segments) > 0 {
		before := l.segments[len(l.segments)-1]
		if before.end < seg.start {
			return damaged(before.path, before.offset(before.end),
				fmt.Sprintf("the file is cut short or a file after it is missing: %s begins %d bytes later", filepath.Base(path), seg.start-before.end))
		}
		// Longer: what a failed append left. It is outside of the log (see the package comment) and harmless, so that
		// it does not matter whether cutting it off works.
		if before.end > seg.start {
			_ = os.Truncate(before.path, before.offset(seg.start))
			before.end = seg.start
		}
	}
	l.segments = append(l.segments, seg)
	return nil
}

// recoverTail finds the end of the last segment and makes everything before it durable.
func (l *Log) recoverTail(seg *segment) error {
	f, err := os.OpenFile(seg.path, os.O_RDWR, 0)
	if err != nil {
		return explain("open", seg.path, err)
	}
	defer f.Close()
	s := scanner{r: f, seg: seg, pos: seg.start, limit: seg.end}
	for err == nil {
		_, err = s.next()
	}
	if errors.Is(err, ErrCorrupt) {
		later, searchErr := s.laterGroup()
		if searchErr != nil {
			return searchErr
		}
		if later > 0 {
			return fmt.Errorf("%w (a record appended later is intact at offset %d, so this is no torn write)", err, later)
		}
		l.torn = Torn{Path: seg.path, Offset: seg.offset(s.pos), Bytes: int64(s.limit - s.pos)}
		if err := f.Truncate(seg.offset(s.pos)); err != nil {
			return explain("cut the torn tail off", seg.path, err)
		}
	} else if err != io.EOF {
		return err
	}
	// After kill -9 the last group may be in the kernel's memory only; readers must not see it before it is on the disk.
	if err := f.Sync(); err != nil {
		return explain("sync", seg.path, err)
	}
	if err := syncDir(l.dir); err != nil {
		return err
	}
	if l.file, err = l.o.openFile(seg.path, os.O_RDWR); err != nil {
		return explain("open", seg.path, err)
	}
	seg.end, l.end = s.pos, s.pos
	return nil
}

// laterGroup searches the bytes behind the bad record at pos for an intact record that begins a group, and returns its
// offset in the file or 0. Intact records of the same group prove nothing: the pages of one unsynced write reach the disk
// in any order.
func (s *scanner) laterGroup() (int64, error) {
	tail := make([]byte, s.limit-s.pos)
	if _, err := s.r.ReadAt(tail, s.seg.offset(s.pos)); err != nil && err != io.EOF {
		return 0, explain("read", s.seg.path, err)
	}
	for i := 1; i+frameHead < len(tail); i++ {
		p, b := s.pos+Position(i), tail[i:]
		length, sum, first, ok := s.seg.head(p, b)
		if ok && first && length <= len(b)-frameHead && crc32.Checksum(b[frameHead:frameHead+length], castagnoli) == sum {
			return s.seg.offset(p), nil
		}
	}
	return 0, nil
}
