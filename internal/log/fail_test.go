package log

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// faults makes a disk fail: each field is the error of that call, or nil.
type faults struct {
	open, write, sync, truncate error
	syncs                       int
	dirty                       bool // there are bytes that were not synced
}

type faultyFile struct {
	file
	*faults
}

func (d *faults) openFile(path string, flag int) (file, error) {
	if d.open != nil {
		return nil, d.open
	}
	f, err := openFile(path, flag)
	return faultyFile{f, d}, err
}

// WriteAt writes half before it fails, as a disk that runs full does.
func (f faultyFile) WriteAt(b []byte, at int64) (int, error) {
	f.dirty = true
	if f.write != nil {
		n, _ := f.file.WriteAt(b[:len(b)/2], at)
		return n, f.write
	}
	return f.file.WriteAt(b, at)
}

func (f faultyFile) Sync() error {
	if f.sync != nil {
		return f.sync
	}
	f.dirty = false
	f.syncs++
	return f.file.Sync()
}

func (f faultyFile) Truncate(n int64) error {
	if f.truncate != nil {
		return f.truncate
	}
	return f.file.Truncate(n)
}

func TestFailedAppendLeavesNothingAndHealsByItself(t *testing.T) {
	for _, c := range []struct {
		name string
		disk faults
		want error
	}{
		{"full while writing", faults{write: unix.ENOSPC}, ErrFull},
		{"quota", faults{write: unix.EDQUOT}, ErrFull},
		{"sync fails", faults{sync: unix.EIO}, ErrDisk},
		{"full while syncing", faults{sync: unix.ENOSPC}, ErrFull},
		{"turned read-only", faults{open: unix.EROFS, write: unix.EROFS, truncate: unix.EROFS}, ErrReadOnly},
		{"sync and cutting off fail", faults{sync: unix.EIO, truncate: unix.EIO}, ErrDisk},
		{"everything fails", faults{open: unix.EIO, write: unix.EIO, sync: unix.EIO, truncate: unix.EIO}, ErrDisk},
	} {
		for _, first := range []bool{true, false} { // the first append of a segment, and a later one
			t.Run(fmt.Sprint(c.name, ", first append ", first), func(t *testing.T) {
				dir, disk := t.TempDir(), &faults{}
				l := open(t, dir, Options{openFile: disk.openFile})
				var want []string
				if !first {
					want = []string{"before"}
					mustAppend(t, l, day0, "before")
				}
				reader, err := l.Read(0)
				if err != nil {
					t.Fatal(err)
				}
				defer reader.Close()
				end := l.End()
				*disk = c.disk
				for range 3 {
					_, err := l.Append([][]byte{[]byte("lost"), []byte("group")}, day0)
					if !errors.Is(err, c.want) || !strings.Contains(err.Error(), dir) {
						t.Fatalf("got %v, want %v and the file", err, c.want)
					}
					if l.End() != end {
						t.Fatalf("the end moved to %d", l.End())
					}
					wantRecords(t, l, 0, want)
				}
				*disk = faults{}
				mustAppend(t, l, day0, "after", "wards")
				want = append(want, "after", "wards")
				wantRecords(t, l, 0, want)
				for _, w := range want { // a reader from before the failure goes on
					if rec, _, err := reader.Next(t.Context()); string(rec) != w || err != nil {
						t.Fatalf("the reader got %q, %v, want %q", rec, err, w)
					}
				}
				l.Close()
				l = open(t, dir, Options{})
				wantRecords(t, l, 0, want)
				mustAppend(t, l, day0, "more")
				wantRecords(t, l, 0, append(want, "more"))
			})
		}
	}
}

func TestGroupOfAFailedSyncStaysOutAlthoughItsBytesRemain(t *testing.T) {
	dir, disk := t.TempDir(), &faults{}
	l := open(t, dir, Options{openFile: disk.openFile})
	mustAppend(t, l, day0, "before")
	*disk = faults{sync: unix.EIO, truncate: unix.EIO}
	if _, err := l.Append([][]byte{[]byte("not accepted")}, day0); !errors.Is(err, ErrDisk) {
		t.Fatal(err)
	}
	path := l.last().path
	if b, _ := os.ReadFile(path); !bytes.Contains(b, []byte("not accepted")) {
		t.Fatal("the bytes are gone, the test proves nothing")
	}
	*disk = faults{}
	mustAppend(t, l, day0, "after")
	if l.last().path == path {
		t.Fatal("the segment whose sync failed is still being appended to")
	}
	wantRecords(t, l, 0, []string{"before", "after"})
	l.Close()
	wantRecords(t, open(t, dir, Options{}), 0, []string{"before", "after"})
}

func TestAppendSyncsOnceAndBeforeItReturns(t *testing.T) {
	disk := &faults{}
	l := open(t, t.TempDir(), Options{openFile: disk.openFile})
	mustAppend(t, l, day0, "begins the segment")
	for i := range 10 {
		before := disk.syncs
		mustAppend(t, l, day0, "a", "b", "c")
		if disk.dirty || disk.syncs != before+1 {
			t.Fatalf("append %d: unsynced bytes %v, %d syncs, want none and one", i, disk.dirty, disk.syncs-before)
		}
	}
}

// The kernel itself refuses to write here, within the group and then for every new file too. A file size limit works
// without being root; it is set in a child process, as it holds for the whole process.
func TestAppendsWorkAgainWhenTheDiskHasSpace(t *testing.T) {
	runChild(t, "full", t.TempDir())
}

func fullDiskChild(dir string) error {
	signal.Ignore(unix.SIGXFSZ)
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	limit := func(n uint64) error {
		return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: min(n, old.Max), Max: old.Max})
	}
	l, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	var want []string
	if err := limit(100_000); err != nil {
		return err
	}
	for i := 0; ; i++ {
		r := fmt.Sprint(i, strings.Repeat("-", 3000))
		_, err := l.Append([][]byte{[]byte(r), []byte(r)}, day0)
		if errors.Is(err, ErrFull) && i > 10 {
			break
		} else if err != nil || i > 100 {
			return fmt.Errorf("append %d: %w", i, err)
		}
		want = append(want, r, r)
	}
	if err := limit(headerBytes - 1); err != nil { // not even a new segment can be begun
		return err
	}
	for range 3 {
		if p, err := l.Append([][]byte{[]byte("lost")}, day0); !errors.Is(err, ErrFull) {
			return fmt.Errorf("got %d, %w, want ErrFull", p, err)
		}
	}
	if got, err := readAll(l, 0); err != nil || strings.Join(got, " ") != strings.Join(want, " ") {
		return fmt.Errorf("while full: %d records, want %d: %w", len(got), len(want), err)
	}
	if err := limit(old.Cur); err != nil {
		return err
	}
	if _, err := l.Append([][]byte{[]byte("space again")}, day0); err != nil {
		return err
	}
	want = append(want, "space again")
	l.Close()
	if l, err = Open(dir, Options{}); err != nil {
		return err
	}
	if got, err := readAll(l, 0); err != nil || strings.Join(got, " ") != strings.Join(want, " ") || l.Torn().Bytes > 0 {
		return fmt.Errorf("reopened: %d records, want %d, torn %+v: %w", len(got), len(want), l.Torn(), err)
	}
	return l.Close()
}
