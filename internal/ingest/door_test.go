package ingest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/log"
)

// fullLog refuses appends while full.
type fullLog struct {
	*log.Log
	mu   sync.Mutex
	full error
}

func (l *fullLog) set(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.full = err
}

func (l *fullLog) Append(records [][]byte, at time.Time) (log.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.full != nil {
		return 0, l.full
	}
	return l.Log.Append(records, at)
}

func TestAFactIsAcceptedOnceForGood(t *testing.T) {
	h := newHouse(t).start()
	if r := h.accept(event("1"), event("2"), event("1")); !slices.Equal(r.Duplicate, []bool{false, false, true}) {
		t.Errorf("within one request: %v", r.Duplicate)
	}
	if r := h.accept(event("2"), event("3")); !slices.Equal(r.Duplicate, []bool{true, false}) {
		t.Errorf("in a later request: %v", r.Duplicate)
	}
	h.restart() // some loaded, some perhaps only in the log
	if r := h.accept(event("1"), event("3"), event("4")); !slices.Equal(r.Duplicate, []bool{true, true, false}) {
		t.Errorf("after a restart: %v", r.Duplicate)
	}
	h.settle()
	if n := len(h.lake.all()); n != 4 {
		t.Errorf("%d facts loaded, want 4", n)
	}
}

func TestWhatTheLogRefusedWasNeverSeen(t *testing.T) {
	h := newHouse(t)
	full := &fullLog{full: log.ErrFull}
	h.onLog = func(l *log.Log) Log { full.Log = l; return full }
	h.start()
	_, err := h.door.Accept(context.Background(), []*fact.Fact{event("1")})
	if fault.KindOf(err) != fault.Unavailable || fault.RetryAfter(err) == 0 || !errors.Is(err, log.ErrFull) {
		t.Fatalf("a full disk gave %v", err)
	}
	if !errors.Is(h.door.Health().Err, log.ErrFull) {
		t.Errorf("health says %v", h.door.Health().Err)
	}
	full.set(nil)
	if r := h.accept(event("1")); r.Duplicate[0] {
		t.Error("the retry was taken for a duplicate")
	}
	if h.door.Health().Err != nil {
		t.Error("health still complains")
	}
}

func TestAStoppingDoorRefusesWithoutLosing(t *testing.T) {
	h := newHouse(t).start()
	var sending sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for s := range 8 {
		sending.Go(func() {
			for n := 0; ; n++ {
				if _, err := h.door.Accept(context.Background(), []*fact.Fact{event(fmt.Sprint(s, "-", n))}); err != nil {
					if fault.KindOf(err) != fault.Unavailable {
						t.Errorf("stopping gave %v", err)
					}
					return
				}
				mu.Lock()
				accepted++
				mu.Unlock()
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	h.stop()
	sending.Wait()
	h.start()
	h.settle()
	if n := len(h.lake.all()); n != accepted || n == 0 {
		t.Errorf("%d facts loaded, %d accepted", n, accepted)
	}
}

func TestReceivedNeverGoesBack(t *testing.T) {
	h := newHouse(t)
	var asked atomic.Int64 // each time the clock is asked it is a minute earlier
	h.now = func() time.Time { return noon.Add(time.Duration(-asked.Add(1)) * time.Minute) }
	h.start()
	var last time.Time
	for n := range 3 {
		r := h.accept(event(fmt.Sprint(n)))
		if r.Received.Before(last) {
			t.Errorf("received %s after %s", r.Received, last)
		}
		last = r.Received
	}
}

func TestAContactWithAnAccountBelongsToIt(t *testing.T) {
	h := newHouse(t).start()
	f := &fact.Fact{Kind: fact.Contacts, ID: fact.IDFor(fact.Contacts, "test", "c"), At: 5, Source: "test", User: "u", Account: "a", Values: make([]fact.Value, len(fact.Contacts.Columns))}
	if r := h.accept(f); len(r.Duplicate) != 1 {
		t.Errorf("verdicts for facts nobody sent: %v", r.Duplicate)
	}
	h.accept(f)
	h.settle()
	all := h.lake.all()
	if len(all) != 2 || all[1].Kind != fact.Memberships || all[1].Account != "a" || all[1].User != "u" || all[1].At != 5 || all[1].Text("status") != "joined" {
		t.Errorf("loaded %+v", all)
	}
}

// However the same facts are delivered, in whatever order, repeated, with the server stopped in between and the lake
// failing now and then, the same set is loaded, and none twice.
func TestOrderRepeatsAndRestartsChangeNothing(t *testing.T) {
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		h := newHouse(t).start()
		var want []string
		var sent []*fact.Fact
		for n := range 300 {
			f := event(fmt.Sprint(n))
			want = append(want, f.ID.String())
			for range 1 + random.IntN(3) {
				sent = append(sent, f)
			}
		}
		random.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
		for len(sent) > 0 {
			n := min(len(sent), 1+random.IntN(40))
			h.accept(sent[:n]...)
			sent = sent[n:]
			switch random.IntN(8) {
			case 0:
				h.restart()
			case 1:
				h.lake.mu.Lock()
				h.lake.failBefore, h.lake.failAfter = random.IntN(2), random.IntN(2)
				h.lake.mu.Unlock()
			}
		}
		h.settle()
		var got []string
		for _, f := range h.lake.all() {
			got = append(got, f.ID.String())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: %d facts loaded, want %d", seed, len(got), len(want))
		}
		h.stop()
	}
}

// stuckLog lets appends through one by one.
type stuckLog struct {
	*log.Log
	let chan struct{}
}

func (l *stuckLog) Append(records [][]byte, at time.Time) (log.Position, error) {
	<-l.let
	return l.Log.Append(records, at)
}

func TestAnOverloadedDoorSaysWhenToComeAgain(t *testing.T) {
	h := newHouse(t)
	stuck := &stuckLog{let: make(chan struct{})}
	h.onLog = func(l *log.Log) Log { stuck.Log = l; return stuck }
	h.start()
	flood := slices.Repeat([]*fact.Fact{event("1")}, maxWaitingFacts+1)
	flooded := make(chan error)
	go func() {
		_, err := h.door.Accept(context.Background(), flood)
		flooded <- err
	}()
	for h.door.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	_, err := h.door.Accept(context.Background(), []*fact.Fact{event("2")})
	if fault.KindOf(err) != fault.Unavailable || fault.RetryAfter(err) != time.Second {
		t.Errorf("overloaded: %v", err)
	}
	close(stuck.let)
	if err := <-flooded; err != nil {
		t.Errorf("the first request: %v", err)
	}
	h.accept(event("2"))
}

func TestARequestLargerThanARecordIsWrittenAndLoaded(t *testing.T) {
	h := newHouse(t).start()
	var facts []*fact.Fact
	for n := range 300 { // 18 MB
		f := event(fmt.Sprint(n))
		f.Properties = []byte(`{"text":"` + strings.Repeat("x", 60<<10) + `"}`)
		facts = append(facts, f)
	}
	h.accept(facts...)
	h.settle()
	if n := len(h.lake.all()); n != 300 {
		t.Errorf("%d facts loaded, want 300", n)
	}
}
