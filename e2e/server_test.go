package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a running `keepwell serve` or `keepwell demo`.
type server struct {
	t       *testing.T
	url     string
	data    string
	command *exec.Cmd
	said    *output
	over    chan struct{} // closed when the process has ended
}

// output gathers what a process says on both streams.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// environment is ours without settings of Keepwell that may be in it.
func environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KEEPWELL_") {
			env = append(env, v)
		}
	}
	return env
}

// serve starts a server over the folder data on a free port and waits until it is ready.
func serve(t *testing.T, data string, flags ...string) *server {
	t.Helper()
	return start(t, data, exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, flags...)...))
}

var (
	address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	setUp   = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S*setup\S+`)
)

// start runs a command that ends up as a server and waits for the line with its address. It ends with the test.
func start(t *testing.T, data string, command *exec.Cmd) *server {
	t.Helper()
	s := launch(t, data, command)
	t.Cleanup(s.kill)
	return s
}

// launch is start for a server that outlives the test.
func launch(t *testing.T, data string, command *exec.Cmd) *server {
	t.Helper()
	s := &server{t: t, data: data, command: command, said: &output{}, over: make(chan struct{})}
	command.Env = environment()
	command.Stderr = s.said
	lines, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		defer close(s.over)
		for in := bufio.NewScanner(lines); in.Scan(); {
			s.said.Write(append(in.Bytes(), '\n'))
			if found := address.FindString(in.Text()); found != "" {
				select {
				case ready <- found:
				default:
				}
			}
		}
		command.Wait()
	}()
	select {
	case s.url = <-ready:
	case <-s.over:
		t.Fatalf("the server ended before it was ready:\n%s", s.said)
	case <-time.After(3 * time.Minute):
		s.kill()
		t.Fatalf("the server was not ready in three minutes:\n%s", s.said)
	}
	return s
}

// setUpLink is the one-time link that a server without users prints.
func (s *server) setUpLink() string {
	s.t.Helper()
	until(s.t, "a set-up link is printed", 10*time.Second, func() bool { return setUp.MatchString(s.said.String()) })
	return setUp.FindString(s.said.String())
}

// kill is kill -9.
func (s *server) kill() {
	s.command.Process.Kill()
	<-s.over
}

// stop is SIGTERM; the server must drain and exit 0.
func (s *server) stop() {
	s.t.Helper()
	s.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.over:
	case <-time.After(30 * time.Second):
		s.t.Fatalf("SIGTERM did not end the server in 30 s:\n%s", s.said)
	}
	if code := s.command.ProcessState.ExitCode(); code != 0 {
		s.t.Errorf("after SIGTERM the server exited with %d:\n%s", code, s.said)
	}
}

// result is what a finished command said.
type result struct {
	out, err string
	code     int
}

// try runs a command of keepwell to its end.
func try(t *testing.T, args ...string) result {
	t.Helper()
	return finish(t, exec.Command(binary, args...))
}

func finish(t *testing.T, command *exec.Cmd) result {
	t.Helper()
	var out, said bytes.Buffer
	command.Env, command.Stdout, command.Stderr = environment(), &out, &said
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{out.String(), said.String(), command.ProcessState.ExitCode()}
}

// run is try for commands that must succeed; it gives what they print.
func run(t *testing.T, args ...string) string {
	t.Helper()
	r := try(t, args...)
	if r.code != 0 {
		t.Fatalf("keepwell %s exited with %d:\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// key makes an API key in the data folder.
func key(t *testing.T, data, scope string) string {
	t.Helper()
	return strings.TrimSpace(run(t, "key", "create", scope+"-key", "--scope", scope, "--data", data))
}
