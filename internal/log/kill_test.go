package log

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain runs the child's part when a test starts this binary again.
func TestMain(m *testing.M) {
	parts := map[string]func(dir string) error{"full": fullDiskChild, "kill": killedChild}
	if part, ok := parts[os.Getenv("LOG_TEST_CHILD")]; ok {
		if err := part(os.Getenv("LOG_TEST_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(part, dir string, env ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(append(os.Environ(), "LOG_TEST_CHILD="+part, "LOG_TEST_DIR="+dir), env...)
	return c
}

func runChild(t *testing.T, part, dir string) {
	t.Helper()
	if out, err := child(part, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

const killWriters = 4

// killedChild appends numbered records of several writers in groups, as the door does, and prints a record's name when it
// is acknowledged. It goes on until it is killed.
func killedChild(dir string) error {
	l, err := Open(dir, Options{SegmentBytes: 100_000})
	if err != nil {
		return err
	}
	type request struct {
		record []byte
		done   chan error
	}
	queue := make(chan request, killWriters)
	var out sync.Mutex
	for w := range killWriters {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%s/%d/%d", os.Getenv("LOG_TEST_ROUND"), w, i)
				r := request{[]byte(name + " " + strings.Repeat("x", rand.IntN(5000))), make(chan error)}
				queue <- r
				if err := <-r.done; err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println(name)
				out.Unlock()
			}
		}()
	}
	for {
		group := []request{<-queue}
		for len(queue) > 0 {
			group = append(group, <-queue)
		}
		records := make([][]byte, len(group))
		for i, r := range group {
			records[i] = r.record
		}
		_, err := l.Append(records, time.Now())
		for _, r := range group {
			r.done <- err
		}
	}
}

func TestAcknowledgedRecordsSurviveKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged, torn := 0, 0
	next := map[string]int{} // round/writer: the number its next record in the log must have
	var cursor Position
	for round := range 30 {
		acked := killRound(t, dir, round)
		acknowledged += len(acked)
		l := mustOpen(t, dir, Options{SegmentBytes: 100_000})
		if l.Torn().Bytes > 0 {
			torn++
		}
		// From the cursor of the round before, as the loader does.
		records, err := readAll(l, cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor = l.End()
		l.Close()
		for _, r := range records {
			name, _, _ := strings.Cut(r, " ")
			count(t, next, name)
		}
		for _, name := range acked {
			writer, i := split(t, name)
			if i >= next[writer] {
				t.Fatalf("round %d: %s was acknowledged and is not in the log", round, name)
			}
		}
	}
	if acknowledged < 300 {
		t.Fatalf("only %d records were acknowledged in all rounds: the test proves little", acknowledged)
	}
	// And all of it once more, from the beginning.
	l := open(t, dir, Options{})
	records, err := readAll(l, 0)
	if err != nil {
		t.Fatal(err)
	}
	again := map[string]int{}
	for _, r := range records {
		name, _, _ := strings.Cut(r, " ")
		count(t, again, name)
	}
	t.Logf("%d acknowledged, %d in the log, %d segments, %d torn tails", acknowledged, len(records), len(l.Segments()), torn)
}

// count holds the record's number against the one its writer is at: each once, in order, none left out.
func count(t *testing.T, next map[string]int, name string) {
	t.Helper()
	writer, i := split(t, name)
	if i != next[writer] {
		t.Fatalf("record %s follows number %d of its writer", name, next[writer]-1)
	}
	next[writer]++
}

func split(t *testing.T, name string) (writer string, i int) {
	t.Helper()
	at := strings.LastIndex(name, "/")
	if _, err := fmt.Sscan(name[at+1:], &i); err != nil || at < 0 {
		t.Fatalf("record %q", name)
	}
	return name[:at], i
}

// killRound starts the child, kills it at a random moment after its first acknowledgement, and returns what it acknowledged.
func killRound(t *testing.T, dir string, round int) []string {
	t.Helper()
	c := child("kill", dir, fmt.Sprint("LOG_TEST_ROUND=", round))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []string
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a name that was cut off by the kill does not count
		}
		if acked = append(acked, strings.TrimSpace(line)); len(acked) == 1 {
			time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { c.Process.Kill() })
		}
	}
	if err := c.Wait(); err == nil || c.ProcessState.ExitCode() != -1 {
		t.Fatalf("round %d: the child ended by itself: %v", round, err)
	}
	return acked
}
