package log

import (
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// A log under a random sequence of everything that happens to it stays equal to a plain list of records.
func TestLogEqualsAPlainList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "log")
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer os.RemoveAll(dir)
		m := &model{dir: dir}
		m.segment = rapid.Int64Range(1, 3000).Draw(t, "segment bytes")
		m.open(t)
		defer func() { m.l.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"append": m.append, "fail": m.fail, "reopen": m.reopen, "torn": m.tornTail, "trim": m.trim, "follow": m.follow, "": m.check,
		})
	})
}

type entry struct {
	record string
	end    Position
}

type model struct {
	dir     string
	segment int64
	disk    faults
	l       *Log
	days    int
	list    []entry // all that was ever acknowledged
	trimmed int     // how many of them are gone
	cursor  int     // how many of them the follower has read
	reader  *Reader
}

func (m *model) open(t *rapid.T) {
	m.l = mustOpen(t, m.dir, Options{SegmentBytes: m.segment, openFile: m.disk.openFile})
	m.newReader(t)
}

func (m *model) newReader(t *rapid.T) {
	r, err := m.l.Read(m.endOf(m.cursor))
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	m.reader = r
}

// endOf is the position behind the first n records.
func (m *model) endOf(n int) Position {
	if n == 0 {
		return 0
	}
	return m.list[n-1].end
}

func group(t *rapid.T) [][]byte {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 600), 1, 6).Draw(t, "group")
}

func (m *model) append(t *rapid.T) {
	m.days++
	g, p := group(t), m.endOf(len(m.list))
	for _, r := range g {
		p += Position(frameHead + len(r))
		m.list = append(m.list, entry{string(r), p})
	}
	if got, err := m.l.Append(g, day0.AddDate(0, 0, m.days)); err != nil || got != p {
		t.Fatalf("append: %d, %v, want %d", got, err, p)
	}
}

func (m *model) fail(t *rapid.T) {
	m.disk = rapid.SampledFrom([]faults{{write: unix.ENOSPC}, {sync: unix.EIO}, {sync: unix.EIO, truncate: unix.EIO}, {open: unix.EROFS, write: unix.EROFS}}).Draw(t, "fault")
	if _, err := m.l.Append(group(t), day0); err == nil {
		t.Fatalf("an append on a failing disk was acknowledged")
	}
	left := m.disk.truncate != nil
	m.disk = faults{}
	if left { // what a dead process leaves is another matter: see the package comment
		m.append(t)
	}
}

func (m *model) reopen(t *rapid.T) {
	m.reader.Close()
	m.l.Close()
	m.open(t)
}

// tornTail is a crash in the middle of an append: some part of the group is in the file, the rest is missing or garbage.
func (m *model) tornTail(t *rapid.T) {
	segments := m.l.Segments()
	if len(segments) == 0 {
		return
	}
	m.reader.Close()
	m.l.Close()
	seg := m.l.last()
	var b []byte
	for i, r := range group(t) {
		b = seg.appendFrame(b, m.l.end+Position(len(b)), i == 0, r)
	}
	b = b[:rapid.IntRange(0, len(b)-1).Draw(t, "written")]
	if lost := min(frameHead, len(b)); lost > 0 { // the first page never made it, so none of it is readable
		copy(b, make([]byte, lost))
	}
	f, err := os.OpenFile(seg.path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, segments[len(segments)-1].Length); err != nil {
		t.Fatalf("%v", err)
	}
	m.open(t)
	if m.l.Torn().Bytes != int64(len(b)) {
		t.Fatalf("torn %+v, want %d bytes", m.l.Torn(), len(b))
	}
}

func (m *model) trim(t *rapid.T) {
	days := rapid.IntRange(0, m.days+1).Draw(t, "days")
	if _, err := m.l.Trim(m.endOf(m.cursor), day0.AddDate(0, 0, days)); err != nil {
		t.Fatalf("trim: %v", err)
	}
	for m.trimmed < len(m.list) && m.endOf(m.trimmed) < m.l.Begin() {
		m.trimmed++
	}
	if m.trimmed > m.cursor {
		t.Fatalf("%d records are gone and only %d were read", m.trimmed, m.cursor)
	}
}

func (m *model) follow(t *rapid.T) {
	for range rapid.IntRange(1, 20).Draw(t, "records") {
		rec, end, err := m.reader.TryNext()
		if m.cursor == len(m.list) {
			if err != io.EOF {
				t.Fatalf("at the end: %q, %v", rec, err)
			}
			return
		}
		if want := m.list[m.cursor]; err != nil || string(rec) != want.record || end != want.end {
			t.Fatalf("record %d: %q to %d, %v, want %q to %d", m.cursor, rec, end, err, want.record, want.end)
		}
		m.cursor++
	}
}

func (m *model) check(t *rapid.T) {
	if m.l.Begin() != m.endOf(m.trimmed) || m.l.End() != m.endOf(len(m.list)) {
		t.Fatalf("log is [%d, %d), want [%d, %d)", m.l.Begin(), m.l.End(), m.endOf(m.trimmed), m.endOf(len(m.list)))
	}
	var want []string
	for _, e := range m.list[m.trimmed:] {
		want = append(want, e.record)
	}
	wantRecords(t, m.l, m.l.Begin(), want)
}
