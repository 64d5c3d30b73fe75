package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// server is a running `keepwell serve`.
type server struct {
	command *exec.Cmd
	url     string
	said    *bytes.Buffer
	ready   time.Duration // from the start to the line with the address
	over    chan error
	stopped bool
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// serve starts a server and waits for its address.
func (b *bench) serve(data string, flags ...string) (*server, error) {
	s := &server{said: &bytes.Buffer{}, over: make(chan error, 1)}
	s.command = exec.CommandContext(b.ctx, b.binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "warn"}, flags...)...)
	s.command.Stderr = s.said
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		s.url = address.FindString(lines.Text())
	}
	s.ready = time.Since(began)
	go func() {
		for lines.Scan() { // the pipe must not fill up
		}
		s.over <- s.command.Wait()
	}()
	if s.url == "" {
		err := <-s.over
		return nil, fmt.Errorf("the server did not start: %w\n%s", err, s.said)
	}
	return s, nil
}

// stop ends the server with SIGTERM; a second call does nothing.
func (s *server) stop() error {
	if s.stopped {
		return nil
	}
	s.stopped = true
	s.command.Process.Signal(syscall.SIGTERM)
	if err := <-s.over; err != nil {
		return fmt.Errorf("the server ended badly: %w\n%s", err, s.said)
	}
	return nil
}

// memory is VmRSS (now) or VmHWM (the most so far), in bytes.
func (s *server) memory(what string) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		var kilobytes float64
		if n, _ := fmt.Sscanf(line, what+": %f kB", &kilobytes); n == 1 {
			return kilobytes * 1024, nil
		}
	}
	return 0, fmt.Errorf("no %s in /proc", what)
}

// settle waits until the server has used next to no processor time for a second.
func (s *server) settle() error {
	var before uint64
	for range 300 {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
		if err != nil {
			return err
		}
		// Behind the name in brackets: user and system time are the 12th and 13th, in hundredths of a second.
		fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
		var user, system uint64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
			return err
		}
		if before > 0 && user+system < before+10 {
			return nil
		}
		before = user + system
		time.Sleep(time.Second)
	}
	return fmt.Errorf("the server is still busy five minutes after its start")
}

// key makes an API key in a data folder, which may have some of earlier runs.
func (b *bench) key(data, scope string, flags ...string) (string, error) {
	out, err := exec.CommandContext(b.ctx, b.binary, append([]string{"key", "create", fmt.Sprintf("bench-%s-%d", scope, time.Now().Unix()), "--scope", scope, "--data", data}, flags...)...).Output()
	if err != nil {
		return "", fmt.Errorf("keepwell key create: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// get asks the JSON API and says how long the answer took.
func (s *server) get(path, key string) (time.Duration, string, error) {
	request, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	began := time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	took := time.Since(began)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s\n%s", path, response.Status, body.String(), s.said)
	}
	return took, body.String(), err
}
