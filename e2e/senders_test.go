package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// senders are several applications that send events over and over, and know which of them were acknowledged. What was
// not acknowledged they send again, as SDKs do, until it is.
type senders struct {
	key    string
	mu     sync.Mutex
	target *server
	acked  map[string]bool
	stop   chan struct{}
	wait   sync.WaitGroup
	// refused is the last answer that was neither 200 nor a lost connection.
	refused answer
}

const batchOf = 20

// sending starts n senders.
func sending(n int, to *server, key string) *senders {
	c := &senders{key: key, target: to, acked: map[string]bool{}, stop: make(chan struct{})}
	for i := range n {
		c.wait.Go(func() { c.send(i) })
	}
	return c
}

func (c *senders) send(sender int) {
	for batch := 0; ; batch++ {
		var body strings.Builder
		ids := make([]string, batchOf)
		body.WriteString(`{"batch":[`)
		for i := range ids {
			ids[i] = fmt.Sprintf("%d-%d-%d", sender, batch, i)
			if i > 0 {
				body.WriteByte(',')
			}
			fmt.Fprintf(&body, `{"type":"track","event":"Step","userId":"u%d","messageId":"%s","properties":{"n":"%s"}}`, i, ids[i], ids[i])
		}
		body.WriteString(`]}`)
		for !c.once(body.String(), ids) {
			select {
			case <-c.stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
		select {
		case <-c.stop:
			return
		default:
		}
	}
}

func (c *senders) once(body string, ids []string) bool {
	c.mu.Lock()
	to := c.target
	c.mu.Unlock()
	a, err := to.post("/v1/batch", c.key, "application/json", strings.NewReader(body))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		return false
	}
	if a.status != 200 {
		c.refused = a
		return false
	}
	for _, id := range ids {
		c.acked[id] = true
	}
	return true
}

// goOn makes them send to another server.
func (c *senders) goOn(to *server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.target = to
}

func (c *senders) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked)
}

// refusal is the last answer that was not 200.
func (c *senders) refusal() answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// until waits for a condition over what happens meanwhile.
func until(t *testing.T, what string, limit time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", limit, what)
		}
	}
}

// end lets the senders finish.
func (c *senders) end() {
	close(c.stop)
	c.wait.Wait()
}

// recount ends the senders and compares what they know with what the server has, event by event.
func (c *senders) recount(t *testing.T, s *server, flags ...string) {
	t.Helper()
	c.end()
	s.loaded(c.key)
	times := map[string]int{}
	for _, e := range exported(t, "events", append([]string{"--data", s.data}, flags...)...) {
		if properties, ok := e["properties"].(map[string]any); ok && e["name"] == "Step" {
			times[fmt.Sprint(properties["n"])]++
		}
	}
	lost, doubled := 0, 0
	for id := range c.acked {
		if times[id] == 0 {
			lost++
		}
	}
	for _, n := range times {
		if n > 1 {
			doubled++
		}
	}
	if lost > 0 || doubled > 0 || len(c.acked) == 0 {
		t.Errorf("of %d acknowledged events %d were lost and %d doubled (%d in all)", len(c.acked), lost, doubled, len(times))
	}
	t.Logf("%d events acknowledged, %d kept", len(c.acked), len(times))
}
