package ingest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// storyCalls are calls of every type that belong together. All say when they happened, as those that don't are calls of
// their own each time they arrive.
func storyCalls() []string {
	var calls []string
	add := func(call string, args ...any) { calls = append(calls, "{"+fmt.Sprintf(call, args...)+"}") }
	for n := range 60 {
		at := noon.Add(time.Duration(n) * 7 * time.Minute).Format(time.RFC3339)
		user, account := n%5, n%3
		switch n % 6 {
		case 0:
			add(`"type":"page","messageId":"m%d","timestamp":%q,"anonymousId":"v%d","properties":{"url":"https://x.test/%d"}`, n, at, user, n)
		case 1:
			add(`"type":"identify","messageId":"m%d","timestamp":%q,"userId":"u%d","anonymousId":"v%d","traits":{"email":"%d@x.test"},"context":{"groupId":"a%d"}`, n, at, user, user, n, account)
		case 2:
			add(`"type":"group","messageId":"m%d","timestamp":%q,"userId":"u%d","groupId":"a%d","traits":{"plan":"p%d"}`, n, at, user, account, n)
		case 3:
			add(`"type":"track","timestamp":%q,"userId":"u%d","event":"Used %d","context":{"groupId":"a%d"}`, at, user, n, account)
		case 4:
			add(`"type":"track","messageId":"m%d","timestamp":%q,"userId":"u%d","event":"Order Completed","properties":{"total":%d,"order_id":"o%d"}`, n, at, user, n, n)
		case 5:
			add(`"type":"alias","messageId":"m%d","timestamp":%q,"userId":"u%d","previousId":"old%d"`, n, at, user, user)
		}
	}
	return calls
}

// However the same calls arrive, alone or in batches, repeated, in any order, with restarts in between and a lake that
// fails now and then, the lake ends up with the same facts.
func TestTheSameCallsInAnyOrderGiveTheSameFacts(t *testing.T) {
	calls := storyCalls()
	var want []string
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 2))
		h := newSegment(t)
		deliver := calls
		if seed > 0 {
			deliver = append(slices.Clone(calls), calls[:random.IntN(len(calls))]...)
			random.Shuffle(len(deliver), func(i, j int) { deliver[i], deliver[j] = deliver[j], deliver[i] })
		}
		for len(deliver) > 0 {
			n := min(len(deliver), 1+random.IntN(9))
			for _, v := range h.verdicts("batch", `{"batch":[`+strings.Join(deliver[:n], ",")+`]}`) {
				if v.Outcome == Quarantined {
					t.Fatalf("%+v", v)
				}
			}
			deliver = deliver[n:]
			if seed > 0 && random.IntN(4) == 0 {
				h.lake.mu.Lock()
				h.lake.failBefore, h.lake.failAfter = random.IntN(2), random.IntN(2)
				h.lake.mu.Unlock()
				h.restart()
				h.segment.Door, h.segment.Loader = h.door, h.loader
			}
		}
		h.settle()
		got := h.lake.text()
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: %d facts, want %d", seed, len(got), len(want))
		}
		h.stop()
	}
}
