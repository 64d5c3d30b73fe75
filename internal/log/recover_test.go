package log

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// written makes a log of these groups, closes it, and returns the last file's path and bytes.
func written(t *testing.T, dir string, o Options, groups ...[]string) (string, []byte) {
	t.Helper()
	l := open(t, dir, o)
	for _, g := range groups {
		mustAppend(t, l, day0, g...)
	}
	l.Close()
	path := l.last().path
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, b
}

func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTornTailIsCutOffAtEveryByte(t *testing.T) {
	dir := t.TempDir()
	last := "the record that was being written"
	path, whole := written(t, dir, Options{}, []string{"one"}, []string{"two", "three"}, []string{last})
	durable := len(whole) - frameHead - len(last)
	for cut := durable; cut < len(whole); cut++ {
		// What did not reach the disk is missing, or is there as zeros or as garbage.
		for what, fill := range map[string]func([]byte){"missing": nil, "zeros": func(b []byte) { clear(b) }, "garbage": func(b []byte) { rand.Read(b) }} {
			b := slices.Clone(whole[:cut])
			if fill != nil {
				b = slices.Clone(whole)
				fill(b[cut:])
				if bytes.Equal(b, whole) {
					continue // a garbage byte may by chance be the right one
				}
			}
			overwrite(t, path, b)
			l := open(t, dir, Options{})
			wantRecords(t, l, 0, []string{"one", "two", "three"})
			if torn := l.Torn(); torn.Bytes != int64(len(b)-durable) || torn.Bytes > 0 && (torn.Offset != int64(durable) || torn.Path != path) {
				t.Fatalf("cut at %d, %s: torn is %+v", cut, what, torn)
			}
			mustAppend(t, l, day0, "next")
			l.Close()
			l = open(t, dir, Options{})
			wantRecords(t, l, 0, []string{"one", "two", "three", "next"})
			l.Close()
		}
	}
}

func TestPagesOfAnUnsyncedGroupMayBeLostInAnyOrder(t *testing.T) {
	dir := t.TempDir()
	path, whole := written(t, dir, Options{}, []string{"durable"}, []string{"first", "second", "third"})
	start := bytes.Index(whole, []byte("first")) - frameHead
	clear(whole[start : start+8]) // "second" and "third" behind it are intact
	overwrite(t, path, whole)
	l := open(t, dir, Options{})
	wantRecords(t, l, 0, []string{"durable"})
	if l.Torn().Offset != int64(start) {
		t.Fatalf("torn %+v, want offset %d", l.Torn(), start)
	}
}

// A sender who guesses the position and sends the bytes of a record must not be able to make a torn write look like damage,
// as the log would then refuse to open after a power cut.
func TestSentBytesOfARecordAreNotTakenForOne(t *testing.T) {
	dir := t.TempDir()
	landing := Position(frameHead + len("durable") + frameHead)
	_, forged := written(t, t.TempDir(), Options{Start: landing}, []string{"forged"})
	path, whole := written(t, dir, Options{}, []string{"durable"}, []string{string(forged[headerBytes:])})
	clear(whole[headerBytes+landing-frameHead : headerBytes+landing]) // torn: the sent bytes arrived, the head did not
	overwrite(t, path, whole)
	wantRecords(t, open(t, dir, Options{}), 0, []string{"durable"})
}

func TestDamageIsReportedWithFileAndOffset(t *testing.T) {
	for _, c := range []struct {
		name    string
		segment int64 // bytes; 1: each group in a file of its own
		at      func(whole []byte) int
		onOpen  bool
		offset  func(whole []byte) int
	}{
		{"payload in a sealed segment", 1, at("two"), false, before("two", frameHead)},
		{"length in a sealed segment", 1, before("two", frameHead), false, before("two", frameHead)},
		{"header", 1, before("one", frameHead+20), true, func([]byte) int { return 0 }},
		{"payload in the last segment with a later group behind it", 0, at("two"), true, before("two", frameHead)},
		{"length in the last segment with a later group behind it", 0, before("two", frameHead), true, before("two", frameHead)},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, dir, Options{SegmentBytes: c.segment}, []string{"one", "two"}, []string{"three"}, []string{"four"})
			path := filepath.Join(dir, fmt.Sprintf("%020d.log", 0))
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("%s, offset %d:", path, c.offset(b))
			b[c.at(b)] ^= 0x40
			overwrite(t, path, b)
			l, err := Open(dir, Options{})
			if !c.onOpen {
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				var got []string
				if got, err = readAll(l, 0); !slices.Equal(got, []string{"one"}) {
					t.Errorf("read %q before the damage, want one record", got)
				}
			}
			if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v, want ErrCorrupt and %q", err, want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
				t.Error("the damaged file was changed")
			}
		})
	}
}

func at(s string) func([]byte) int { return before(s, 0) }

func before(s string, n int) func([]byte) int {
	return func(b []byte) int { return bytes.Index(b, []byte(s)) - n }
}

func TestEveryFlippedBitOfASealedSegmentIsNoticed(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, Options{SegmentBytes: 1}, []string{"one", "two"}, []string{"three"})
	path := filepath.Join(dir, fmt.Sprintf("%020d.log", 0))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(b) * 8 {
		if i := bit / 8; i >= 8 && i < 12 {
			continue // the format version has a message of its own
		}
		b[bit/8] ^= 1 << (bit % 8)
		overwrite(t, path, b)
		l, err := Open(dir, Options{})
		if err == nil {
			_, err = readAll(l, 0)
			l.Close()
		}
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), path) {
			t.Fatalf("bit %d: %v", bit, err)
		}
		b[bit/8] ^= 1 << (bit % 8)
	}
}

func TestMissingFilesAreNoticed(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"removed":   os.Remove,
		"cut short": func(path string) error { return os.Truncate(path, headerBytes+1) },
		"emptied":   func(path string) error { return os.Truncate(path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, dir, Options{SegmentBytes: 1}, []string{"one"}, []string{"two"}, []string{"three"})
			files, err := filepath.Glob(filepath.Join(dir, "*.log"))
			if err != nil || len(files) != 3 {
				t.Fatal(files, err)
			}
			if err := spoil(files[1]); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, Options{}); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("got %v, want ErrCorrupt", err)
			}
		})
	}
}

func TestSegmentOfANewerFormatIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path, b := written(t, dir, Options{}, []string{"one"})
	b[8] = 2
	overwrite(t, path, b)
	if _, err := Open(dir, Options{}); err == nil || errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "newer Keepwell") {
		t.Fatalf("got %v", err)
	}
}
