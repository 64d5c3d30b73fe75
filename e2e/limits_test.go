package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// zeros never end: a sender of them has to be stopped.
type zeros struct{ given int }

func (z *zeros) Read(p []byte) (int, error) {
	z.given += len(p)
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestTheDoorsSayWhatIsWrong(t *testing.T) {
	data := t.TempDir()
	ingest := key(t, data, "ingest")
	s := serve(t, data)
	track := `{"event":"Step","userId":"ana"}`
	for _, c := range []struct {
		name, path, key, body string
		status                int
		says                  string
	}{
		{"an unknown key", "/v1/track", "nobody", track, 401, ""},
		{"broken JSON", "/v1/track", ingest, `{"event":"Step",,}`, 400, ""},
		{"a batch that is none", "/v1/batch", ingest, `{"batch":7}`, 400, "batch"},
		{"an unknown kind of fact", "/api/v1/facts/evnts", ingest, `[]`, 404, "events"},
		{"one call over 32 KB", "/v1/track", ingest, `{"event":"` + strings.Repeat("x", 40_000) + `"}`, 413, ""},
		{"a batch over 500 KB", "/v1/batch", ingest, `{"batch":[` + strings.Repeat(track+",", 20_000) + track + `]}`, 413, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := s.post(c.path, c.key, "application/json", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if a.status != c.status || !strings.Contains(a.body, c.says) {
				t.Errorf("answered with %d, want %d with %q: %s", a.status, c.status, c.says, a.body)
			}
		})
	}
	s.must(200, "/v1/track", ingest, "application/json", track)
	s.stop()
}

func TestABodyWithoutEndIsRefusedBeforeItIsRead(t *testing.T) {
	data := t.TempDir()
	ingest := key(t, data, "ingest")
	s := serve(t, data)
	endless := &zeros{}
	// The server may cut the connection while we still send; then there is no answer to read.
	if a, err := s.post("/v1/batch", ingest, "application/json", endless); err == nil && a.status != 413 {
		t.Errorf("answered with %d", a.status)
	}
	if endless.given > 16<<20 {
		t.Errorf("%d MB were taken", endless.given>>20)
	}
}

func TestAGzipBombIsCutOff(t *testing.T) {
	data := t.TempDir()
	ingest := key(t, data, "ingest")
	s := serve(t, data)
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	packed.Write([]byte(`{"batch":[{"type":"track","userId":"ana","event":"`))
	io.CopyN(packed, &zeros{}, 1<<30)
	packed.Close()
	before := memory(t, s)
	s.must(413, "/v1/batch", ingest, "application/json", bomb.String(), "Content-Encoding", "gzip")
	if grown := memory(t, s) - before; grown > 100<<20 {
		t.Errorf("a gigabyte in gzip took %d MB", grown>>20)
	}
	small := &bytes.Buffer{}
	packed = gzip.NewWriter(small)
	packed.Write([]byte(`{"event":"Step","userId":"ana"}`))
	packed.Close()
	s.must(200, "/v1/track", ingest, "application/json", small.String(), "Content-Encoding", "gzip")
	s.stop()
}

// memory is the most that the server's process ever held, in bytes.
func memory(t *testing.T, s *server) int {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	kilobytes := 0
	for line := range strings.Lines(string(raw)) {
		fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes)
	}
	if kilobytes == 0 {
		t.Fatalf("no VmHWM in %s", raw)
	}
	return kilobytes << 10
}
