package app

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
)

// backedUp is a backup of a folder with two events, one of them perhaps only in the log.
func backedUp(t *testing.T) []byte {
	t.Helper()
	a := open(t, t.TempDir())
	defer shut(t, a)
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"one","user_id":"u","ts":"2026-03-01"}`, "")
	a.call(t, "POST", "/api/v1/facts/events", `{"name":"two","user_id":"u","ts":"2026-03-01"}`, "")
	return []byte(a.call(t, "POST", "/api/v1/admin/backup", "", ""))
}

func TestABackupRestoresToTheSameFactsWithoutDoublingAny(t *testing.T) {
	raw := backedUp(t)
	data := filepath.Join(t.TempDir(), "new")
	m, err := Restore(context.Background(), settings(t, data), bytes.NewReader(raw))
	if err != nil || len(m.Files) != 3 || m.Keepwell != "test" {
		t.Fatalf("%+v %v", m, err)
	}
	a := open(t, data)
	defer shut(t, a)
	if err := a.WaitLoaded(context.Background()); err != nil {
		t.Fatal(err)
	}
	a.call(t, "POST", "/api/v1/facts/events?wait=loaded", `{"name":"two","user_id":"u","ts":"2026-03-01"}`, "")
	if got := a.count(t, "events"); got != 2 {
		t.Errorf("%d events", got)
	}
	if found, err := (care{a}).Check(context.Background(), true, func(string) {}); err != nil || len(found) > 0 {
		t.Errorf("%v %v", found, err)
	}
}

func TestADamagedOrForeignBackupRestoresNothing(t *testing.T) {
	whole := backedUp(t)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	archive := func(name string) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: 1})
		w.Write([]byte("x"))
		w.Close()
		return b.Bytes()
	}
	for _, c := range []struct {
		name string
		raw  []byte
		says string
	}{
		{"a flipped bit", flipped, "checksum"},
		{"cut off", whole[:len(whole)/2], "can't be"},
		{"without its end", whole[:len(whole)-4096], "can't be used"},
		{"no backup", []byte(strings.Repeat("hello ", 1000)), "no backup"},
		{"empty", nil, "ends before its manifest"},
		{"a name that climbs", archive("../evil"), `holds "../evil"`},
		{"a name that climbs inside", archive("log/.."), `holds "log/.."`},
		{"an absolute name", archive("/etc/passwd"), `holds "/etc/passwd"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "new")
			_, err := Restore(context.Background(), settings(t, data), bytes.NewReader(c.raw))
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if left, _ := os.ReadDir(data); len(left) > 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
}
