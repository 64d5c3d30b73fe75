package log

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
)

func TestRewrittenRecordsKeepTheirPlaces(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentBytes: 200})
	var ends []Position
	var want []string
	for i := range 20 {
		ends = append(ends, mustAppend(t, l, day0, fmt.Sprint("keep ", i), fmt.Sprint("drop ", i)))
		want = append(want, fmt.Sprint("keep ", i), fmt.Sprint("gone ", i))
	}
	drop := func(record []byte) ([]byte, error) {
		if bytes.HasPrefix(record, []byte("drop")) {
			return append([]byte("gone"), record[4:]...), nil
		}
		return record, nil
	}
	stopped, stop := context.WithCancel(t.Context())
	seen := 0
	if err := l.Rewrite(stopped, func(r []byte) ([]byte, error) {
		if seen++; seen == 15 {
			stop()
		}
		return drop(r)
	}); err == nil {
		t.Fatal("it went on although it was stopped")
	}
	if err := l.Rewrite(t.Context(), drop); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, l, 0, want)
	wantRecords(t, l, ends[7], want[16:])
	mustAppend(t, l, day0, "after")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir, Options{SegmentBytes: 200})
	if l.Torn().Bytes > 0 {
		t.Errorf("opening cut %d bytes off", l.Torn().Bytes)
	}
	wantRecords(t, l, 0, append(want, "after"))
	for _, s := range l.Segments() {
		if raw, err := os.ReadFile(s.Path); err != nil || bytes.Contains(raw, []byte("drop")) {
			t.Errorf("%s still holds what was dropped, %v", s.Path, err)
		}
	}
	if err := l.Rewrite(t.Context(), func(r []byte) ([]byte, error) { return r[1:], nil }); err == nil {
		t.Error("a shorter record was taken")
	}
	wantRecords(t, l, 0, append(want, "after"))
}
