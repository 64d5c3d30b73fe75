// Package log is the append-only log of what was accepted: when Append returns, the records are on the disk, and only
// then may anybody be told "accepted". It keeps opaque records (one record = the facts of one whole request) in order,
// in checksummed segment files, and hands them to readers that follow from a saved position.
//
// It leaves to others: what a record means (fact), gathering requests into one append (the door: one write and one sync
// per Append, so grouping is what makes it fast), removing repeats (the loader) and remembering the loader's position
// (the lake, in the same transaction as the facts).
//
// It is ours because the libraries at hand did not hold: hashicorp/raft-wal pulls in etcd 3.3, go-metrics and msgpack
// and does not verify checksums when it reads sealed segments; tidwall/wal has no checksums at all; a key-value store
// (Pebble) was bound by the processor at a fraction of the rate.
//
// # What holds
//
// A Position counts record bytes over all segments and never goes back. Readers see durable bytes only, so a saved
// position is never beyond what a crash leaves, and cutting a torn tail (bytes nobody was ever shown) cannot put
// different records under a position somebody has saved.
//
// After an error from Append nothing of the group is readable. The bytes are cut off at once, and the next Append begins
// a new segment at the last durable position; that segment's start bounds the old one, so even bytes that could not be
// cut off are outside the log. A failed sync is never repeated: the kernel may have dropped the pages and would report
// success. Only if the process dies before either happened may the group be found by the next Open, in whole or in part,
// like any request whose answer got lost on the way: senders repeat, and repeats are recognised by the facts' ids.
//
// A power cut may leave any part of the one group that was being written. Open cuts it off. Damage anywhere else is never
// skipped: see ErrCorrupt.
package log

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"time"
)

// Position is a place between two records: the number of record bytes before it, over all segments ever written.
type Position uint64

// Options of a log; the zero value is good for production.
type Options struct {
	// SegmentBytes is the size at which a new segment file is begun; 0 means 64 MiB. A group is never split, so a
	// segment may be larger.
	SegmentBytes int64
	// Start is where the log begins when the folder holds no segment. Give the loader's saved position, so that a log
	// that was moved away does not use positions a second time.
	Start Position

	openFile func(path string, flag int) (file, error) // tests put failing disks here
}

// Log is an open log. All methods may be called from several goroutines; appends are done one after the other.
type Log struct {
	dir  string
	o    Options
	lock *os.File
	torn Torn

	appending sync.Mutex // held over the write and the sync of one group; guards the next four
	file      file       // of the last segment; nil before the first append
	hurt      bool       // the last write failed: the last segment takes no more appends
	buf       []byte

	trimming sync.Mutex

	mu       sync.Mutex // never held while writing or syncing records, so readers do not wait for the disk
	segments []*segment // by start, without gaps; the last one is being appended to
	end      Position   // everything before it is durable
	grown    chan struct{}
	closed   bool
}

// Torn says what Open cut off: the remains of a group that was being written when the process or the machine died. It was
// never acknowledged. Bytes is 0 if there was nothing to cut.
type Torn struct {
	Path   string
	Offset int64 // in the file
	Bytes  int64
}

// Open opens the log in dir, making the folder if there is none, and holds dir/LOCK until Close.
// Errors: ErrLocked, ErrCorrupt, ErrFull, ErrReadOnly, ErrDisk.
func Open(dir string, o Options) (*Log, error) {
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 64 << 20
	}
	if o.openFile == nil {
		o.openFile = openFile
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	l := &Log{dir: dir, o: o, lock: lock, end: o.Start, grown: make(chan struct{})}
	if err := l.recover(); err != nil {
		lock.Close()
		return nil, err
	}
	return l, nil
}

// Torn reports what Open cut off, for the server's own log.
func (l *Log) Torn() Torn { return l.torn }

// Begin is the first position that can still be read.
func (l *Log) Begin() Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begin()
}

func (l *Log) begin() Position {
	if len(l.segments) == 0 {
		return l.end
	}
	return l.segments[0].start
}

// End is the durable end: every acknowledged record lies before it.
func (l *Log) End() Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end
}

// Size is what the log takes on the disk, in bytes.
func (l *Log) Size() int64 {
	var n int64
	for _, s := range l.Segments() {
		n += s.Length
	}
	return n
}

// Segment describes one file of the log.
type Segment struct {
	Path   string
	Start  Position
	Length int64 // durable bytes of the file; copy no more than these
	Sealed bool  // takes no more appends
}

// Segments lists the files, oldest first, as of one moment. Copying Length bytes of each gives a log that opens and ends at
// that moment, however many appends go on meanwhile. Do not Trim while copying.
func (l *Log) Segments() []Segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Segment, len(l.segments))
	for i, s := range l.segments {
		list[i] = Segment{Path: s.path, Start: s.start, Length: s.offset(s.end), Sealed: i < len(l.segments)-1}
	}
	return list
}

// Trim removes the oldest segments that end at or before `before` and got their last record before olderThan, and says how
// many it removed. The segment being appended to stays. The age is judged by when the following segment was begun, which is
// kept in that file: segments may stay a little longer than asked, never shorter.
// Errors: ErrReadOnly, ErrDisk, ErrClosed.
func (l *Log) Trim(before Position, olderThan time.Time) (removed int, err error) {
	l.trimming.Lock()
	defer l.trimming.Unlock()
	for {
		ok, err := l.removeOldest(before, olderThan)
		if err != nil || !ok {
			return removed, err
		}
		removed++
		// Before the next one goes: a power cut must not leave a hole between two files.
		if err := syncDir(l.dir); err != nil {
			return removed, err
		}
	}
}

// removeOldest unlinks under mu, so that a reader finds either the file or a later beginning.
func (l *Log) removeOldest(before Position, olderThan time.Time) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false, ErrClosed
	}
	if len(l.segments) < 2 || l.segments[0].end > before || !l.segments[1].begun.Before(olderThan) {
		return false, nil
	}
	if err := os.Remove(l.segments[0].path); err != nil && !os.IsNotExist(err) {
		return false, explain("remove", l.segments[0].path, err)
	}
	l.segments = l.segments[1:]
	return true, nil
}

// segmentAt finds the segment that holds the record beginning at p. The caller holds mu, and begin <= p < end.
func (l *Log) segmentAt(p Position) *segment {
	after := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].start > p })
	return l.segments[after-1]
}

// Close waits for a running Append, wakes the readers with ErrClosed and gives the folder free. What was acknowledged is
// durable already, so there is nothing to flush.
func (l *Log) Close() error {
	l.appending.Lock()
	defer l.appending.Unlock()
	l.trimming.Lock()
	defer l.trimming.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	close(l.grown)
	if l.file != nil {
		l.file.Close()
	}
	if err := l.lock.Close(); err != nil {
		return fmt.Errorf("log: give free %s: %w", filepath.Join(l.dir, lockName), err)
	}
	return nil
}
