package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// smallDisk is how to start a command with a small disk of its own, and how to give a running one more room. With a
// mount namespace it is a tmpfs; where none can be made, a limit on the size of files.
type smallDisk struct {
	wrap    func(dir string, command ...string) *exec.Cmd
	enlarge func(pid int, dir string) error
}

func newSmallDisk() smallDisk {
	namespaces := []string{"--mount"}
	if os.Geteuid() != 0 {
		namespaces = []string{"--user", "--map-root-user", "--mount"}
	}
	if exec.Command("unshare", append(namespaces, "mount", "-t", "tmpfs", "none", "/mnt")...).Run() != nil {
		return limitedFiles()
	}
	return smallDisk{
		wrap: func(dir string, command ...string) *exec.Cmd {
			script := `mount -t tmpfs -o size=24m none "$1" && shift && exec "$@"`
			return exec.Command("unshare", append(append(namespaces, "sh", "-c", script, "sh", dir), command...)...)
		},
		enlarge: func(pid int, dir string) error {
			enter := []string{"-t", strconv.Itoa(pid), "--mount"}
			if len(namespaces) > 1 {
				enter = append(enter, "--user", "--preserve-credentials")
			}
			out, err := exec.Command("nsenter", append(enter, "mount", "-o", "remount,size=400m", dir)...).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		},
	}
}

func limitedFiles() smallDisk {
	return smallDisk{
		wrap: func(_ string, command ...string) *exec.Cmd {
			return exec.Command("prlimit", append([]string{"--fsize=8000000:unlimited"}, command...)...)
		},
		enlarge: func(pid int, _ string) error {
			return exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize=unlimited:unlimited").Run()
		},
	}
}

func TestAFullDiskRefusesAndLosesNothing(t *testing.T) {
	disk, data := newSmallDisk(), t.TempDir()
	s := start(t, data, disk.wrap(data, binary, "serve", "--data", data, "--listen", "127.0.0.1:0"))
	// The folder is the server's own, so keys are made through the server.
	ingest := through(t, s, "key", "create", "sender", "--scope", "ingest")
	c := sending(4, s, ingest)
	until(t, "the disk is full and senders are refused", 90*time.Second, func() bool { return c.refusal().status != 0 })
	if a := c.refusal(); a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "disk") && !strings.Contains(a.body, "space") {
		t.Errorf("on a full disk: %d, Retry-After %q: %s", a.status, a.header.Get("Retry-After"), a.body)
	}
	if err := disk.enlarge(s.command.Process.Pid, data); err != nil {
		t.Fatal(err)
	}
	full := c.count()
	until(t, "events are taken again once there is room", 30*time.Second, func() bool { return c.count() > full })
	admin := through(t, s, "key", "create", "reader", "--scope", "admin")
	c.recount(t, s, "--server", s.url, "--key", admin)
	s.stop()
}

// through runs a command inside the mounts of the server, where its data folder is.
func through(t *testing.T, s *server, args ...string) string {
	t.Helper()
	enter := []string{"-t", strconv.Itoa(s.command.Process.Pid), "--mount"}
	if os.Geteuid() != 0 {
		enter = append(enter, "--user", "--preserve-credentials")
	}
	r := finish(t, exec.Command("nsenter", append(append(enter, binary), append(args, "--data", s.data)...)...))
	if r.code != 0 {
		t.Fatalf("keepwell %s: %s%s", strings.Join(args, " "), r.out, r.err)
	}
	return strings.TrimSpace(r.out)
}

// refusedStart starts a server that must not start, and wants exit code 1 and words that help.
func refusedStart(t *testing.T, command *exec.Cmd, words ...string) {
	t.Helper()
	done := make(chan result, 1)
	go func() { done <- finish(t, command) }()
	select {
	case r := <-done:
		if r.code != 1 {
			t.Errorf("exit code %d, want 1", r.code)
		}
		for _, w := range words {
			if !strings.Contains(r.err, w) {
				t.Errorf("the message does not say %q: %s", w, r.err)
			}
		}
		if strings.Contains(r.err, "goroutine ") {
			t.Errorf("a stack instead of a message: %s", r.err)
		}
	case <-time.After(30 * time.Second):
		command.Process.Kill()
		t.Error("it started, or hung")
	}
}

func serveCommand(data string) *exec.Cmd {
	return exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
}

func TestASecondServerOnAFolderIsRefused(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	refusedStart(t, serveCommand(data), data)
	if a := s.must(401, "/v1/track", "wrong", "application/json", `{}`); a.body == "" {
		t.Error("the first server said nothing")
	}
	s.stop()
}

// readable is a folder with data that an ordinary user may read and not write.
func TestAFolderThatCannotBeWrittenIsRefused(t *testing.T) {
	data, err := os.MkdirTemp("", "keepwell-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(data)
	serve(t, data).stop()
	if err := filepath.WalkDir(data, func(name string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(name, 0o555)
		}
		return os.Chmod(name, 0o444)
	}); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(data, 0o755)
	command := serveCommand(data)
	if os.Geteuid() == 0 { // root may write everywhere, nobody may not
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	refusedStart(t, command, data)
}

func TestADamagedFileIsNamed(t *testing.T) {
	data := t.TempDir()
	ingest := key(t, data, "ingest")
	s := serve(t, data)
	s.must(200, "/v1/track?wait=loaded", ingest, "application/json", `{"event":"Step","userId":"ana"}`)
	s.stop()
	files := 0
	filepath.WalkDir(data, func(name string, d os.DirEntry, err error) error {
		if extension := filepath.Ext(name); err != nil || d.IsDir() || extension != ".duckdb" && extension != ".db" && !strings.HasSuffix(filepath.Dir(name), "log") {
			return err
		}
		whole, err := os.ReadFile(name)
		if err != nil || len(whole) < 64 {
			return err
		}
		files++
		t.Run(filepath.Base(name), func(t *testing.T) {
			damaged := append([]byte(nil), whole...)
			for i := range min(len(damaged), 4096) {
				damaged[i] ^= 0x5a
			}
			if err := os.WriteFile(name, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			refusedStart(t, serveCommand(data), name)
			if err := os.WriteFile(name, whole, 0o644); err != nil {
				t.Fatal(err)
			}
		})
		return nil
	})
	if files < 3 {
		t.Errorf("only %d files of the data folder were damaged: the log, the lake and the state are three", files)
	}
	serve(t, data).stop()
}
