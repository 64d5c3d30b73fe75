package log

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var day0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// tb is what testing.T and rapid.T share.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

func mustOpen(t tb, dir string, o Options) *Log {
	t.Helper()
	l, err := Open(dir, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return l
}

func open(t *testing.T, dir string, o Options) *Log {
	t.Helper()
	l := mustOpen(t, dir, o)
	t.Cleanup(func() { l.Close() })
	return l
}

func mustAppend(t tb, l *Log, at time.Time, records ...string) Position {
	t.Helper()
	group := make([][]byte, len(records))
	for i, r := range records {
		group[i] = []byte(r)
	}
	p, err := l.Append(group, at)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return p
}

// readAll returns what lies between from and the durable end, and the error that ended the reading, if any.
func readAll(l *Log, from Position) ([]string, error) {
	r, err := l.Read(from)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var list []string
	for {
		rec, _, err := r.TryNext()
		if err == io.EOF {
			return list, nil
		} else if err != nil {
			return list, err
		}
		list = append(list, string(rec))
	}
}

func wantRecords(t tb, l *Log, from Position, want []string) {
	t.Helper()
	got, err := readAll(l, from)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%d records %.200q, want %d %.200q", len(got), got, len(want), want)
	}
}

func TestRecordsComeBackInOrderAfterReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "by", "open")
	big := strings.Repeat("x", 5<<20)
	l := open(t, dir, Options{SegmentBytes: 1 << 20})
	first := mustAppend(t, l, day0, "a", "bb")
	end := mustAppend(t, l, day0, big, "c")
	wantRecords(t, l, first, []string{big, "c"})
	l.Close()
	l = open(t, dir, Options{})
	if l.Begin() != 0 || l.End() != end || l.Torn().Bytes != 0 {
		t.Fatalf("begin %d, end %d, torn %+v; want 0, %d, nothing", l.Begin(), l.End(), l.Torn(), end)
	}
	wantRecords(t, l, 0, []string{"a", "bb", big, "c"})
}

func TestSecondOpenOfTheFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{})
	_, err := Open(dir, Options{})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Fatalf("got %v, want ErrLocked with the holder's process number", err)
	}
	l.Close()
	open(t, dir, Options{})
}

func TestRecordsOutsideTheSizeLimitsAreRefused(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	for _, r := range [][]byte{{}, make([]byte, MaxRecord+1)} {
		if _, err := l.Append([][]byte{[]byte("good"), r}, day0); !errors.Is(err, ErrRecordSize) {
			t.Errorf("%d bytes: %v, want ErrRecordSize", len(r), err)
		}
	}
	wantRecords(t, l, 0, nil)
}

func TestPositionsOutsideTheLogAreRefused(t *testing.T) {
	l := open(t, t.TempDir(), Options{SegmentBytes: 1, Start: 1000})
	if l.Begin() != 1000 || l.End() != 1000 {
		t.Fatalf("an empty log is [%d, %d), want it to begin at Start", l.Begin(), l.End())
	}
	end := mustAppend(t, l, day0, "abc")
	for p, want := range map[Position]error{999: ErrTrimmed, end + 1: ErrAhead} {
		if _, err := l.Read(p); !errors.Is(err, want) {
			t.Errorf("read from %d: %v, want %v", p, err, want)
		}
	}
	if got, err := readAll(l, 1001); !errors.Is(err, ErrCorrupt) || got != nil {
		t.Errorf("read from the middle of a record: %q, %v, want ErrCorrupt", got, err)
	}
	l.Close()
	if _, err := l.Append([][]byte{[]byte("late")}, day0); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	if _, err := l.Read(end); !errors.Is(err, ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
}

func TestReaderFollowsAppendsAcrossSegments(t *testing.T) {
	l := open(t, t.TempDir(), Options{SegmentBytes: 2000})
	const n = 500
	done := make(chan error, 1)
	go func() {
		for i := range n {
			if _, err := l.Append([][]byte{fmt.Appendf(nil, "%d:%s", i, bytes.Repeat([]byte("."), i))}, day0); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := l.Read(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var kept [][]byte // records stay valid while reading goes on
	for range n {
		rec, end, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if end > l.End() || end != r.Position() {
			t.Fatalf("record ends at %d, durable end %d, reader at %d", end, l.End(), r.Position())
		}
		kept = append(kept, rec)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for i, rec := range kept {
		if want := fmt.Sprintf("%d:%s", i, strings.Repeat(".", i)); string(rec) != want {
			t.Fatalf("record %d is %q", i, rec)
		}
	}
	if len(l.Segments()) < 20 {
		t.Fatalf("only %d segments: the test did not cross enough of them", len(l.Segments()))
	}
}

func TestWaitingReaderEndsWithItsContextAndWithTheLog(t *testing.T) {
	l := open(t, t.TempDir(), Options{})
	for _, c := range []struct {
		end  func(cancel func())
		want error
	}{
		{func(cancel func()) { cancel() }, context.Canceled},
		{func(func()) { l.Close() }, ErrClosed},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := l.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan error)
		go func() { _, _, err := r.Next(ctx); got <- err }()
		select {
		case err := <-got:
			t.Fatalf("did not wait: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		c.end(cancel)
		if err := <-got; !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
		cancel()
	}
}

func TestTrimKeepsWhatACursorNeedsAndWhatIsYoung(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 1}) // every group its own segment
	var ends []Position
	for i := range 5 {
		ends = append(ends, mustAppend(t, l, day0.AddDate(0, 0, i), fmt.Sprint("day ", i)))
	}
	slow, err := l.Read(0)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	for _, c := range []struct {
		before Position
		days   int
		left   []string
	}{
		{ends[1] - 1, 99, []string{"day 1", "day 2", "day 3", "day 4"}}, // the cursor is within the second
		{ends[4], 2, []string{"day 1", "day 2", "day 3", "day 4"}},      // the second got its successor on day 2
		{ends[4], 3, []string{"day 2", "day 3", "day 4"}},
		{ends[4] + 99, 99, []string{"day 4"}}, // never the last
	} {
		if _, err := l.Trim(c.before, day0.AddDate(0, 0, c.days)); err != nil {
			t.Fatal(err)
		}
		wantRecords(t, l, l.Begin(), c.left)
		// The ages outlast a restart.
		l.Close()
		l = open(t, dir, Options{SegmentBytes: 1})
		wantRecords(t, l, l.Begin(), c.left)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.log")); len(files) != 1 {
		t.Fatalf("files left: %q", files)
	}
	if _, err := l.Read(ends[3] - 1); !errors.Is(err, ErrTrimmed) {
		t.Fatalf("a position that was trimmed away: %v", err)
	}
}

func TestReaderLeftBehindByTrimIsTold(t *testing.T) {
	l := open(t, t.TempDir(), Options{SegmentBytes: 1})
	mustAppend(t, l, day0, "a")
	end := mustAppend(t, l, day0, "b")
	r, err := l.Read(0)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := l.Trim(end, day0.AddDate(1, 0, 0)); n != 1 || err != nil {
		t.Fatalf("removed %d, %v", n, err)
	}
	if rec, _, err := r.TryNext(); !errors.Is(err, ErrTrimmed) {
		t.Fatalf("%q, %v, want ErrTrimmed", rec, err)
	}
}

func TestBackupCopiedWhileAppendsGoOnOpens(t *testing.T) {
	l, copied := open(t, t.TempDir(), Options{SegmentBytes: 300}), t.TempDir()
	var want []string
	for i := range 40 {
		want = append(want, fmt.Sprint("record ", i))
		mustAppend(t, l, day0, want[i])
	}
	list, size := l.Segments(), l.Size()
	var sum int64
	for i := range 40 {
		mustAppend(t, l, day0, fmt.Sprint("after the list was made ", i))
	}
	for i, s := range list {
		b, err := os.ReadFile(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Sealed != (i < len(list)-1) {
			t.Errorf("%s: sealed %v", s.Path, s.Sealed)
		}
		sum += s.Length
		if err := os.WriteFile(filepath.Join(copied, filepath.Base(s.Path)), b[:s.Length], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if sum != size {
		t.Errorf("files sum up to %d, Size says %d", sum, size)
	}
	wantRecords(t, open(t, copied, Options{}), 0, want)
}
