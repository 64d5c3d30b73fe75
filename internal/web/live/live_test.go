package live

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// reader is a browser that listens. It takes what is flushed only while it is not stuck.
type reader struct {
	*httptest.ResponseRecorder
	mu    sync.Mutex
	taken []string
	stuck chan struct{} // nil: it takes everything at once
}

func (r *reader) Flush() {
	if r.stuck != nil {
		<-r.stuck
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = append(r.taken, r.Body.String())
	r.Body.Reset()
}

func (r *reader) heard() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.taken...)
}

// house is News of facts that come, a reader's session, and who listens.
type house struct {
	area  *Area
	facts atomic.Int64
	ended atomic.Bool
	ctx   context.Context
}

func open(t *testing.T) *house {
	h := &house{}
	h.area = &Area{News: NewNews(time.Now(), map[string]func() string{
		"facts":  func() string { return strconv.FormatInt(h.facts.Load(), 10) },
		"health": func() string { return "as it was" },
	})}
	h.area.Still = func(*http.Request) error {
		if h.ended.Load() {
			return fault.New(fault.NotFound, "no session")
		}
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	h.ctx = ctx
	done := make(chan error, 1)
	go func() { done <- h.area.News.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("news ended with %v", err)
		}
	})
	return h
}

// listen opens a stream of a user; over tells how it ended.
func (h *house) listen(user string, r *reader) (over chan error, leave context.CancelFunc) {
	ctx, leave := context.WithCancel(team.WithPrincipal(h.ctx, team.Principal{Kind: "user", ID: user}))
	over = make(chan error, 1)
	go func() { over <- h.area.Stream(r, httptest.NewRequestWithContext(ctx, "GET", "/live", nil)) }()
	return over, leave
}

func newReader() *reader { return &reader{ResponseRecorder: httptest.NewRecorder()} }

func TestAPageHearsThatFactsCameAndNotWhatTheyAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, r := open(t), newReader()
		over, leave := h.listen("ana", r)
		synctest.Wait()
		first := r.heard()
		if len(first) != 1 || r.Header().Get("Content-Type") != "text/event-stream" || r.Header().Get("X-Accel-Buffering") != "no" || !strings.Contains(r.Header().Get("Cache-Control"), "no-transform") {
			t.Fatalf("begins with %q, %v", first, r.Header())
		}
		h.facts.Add(1)
		time.Sleep(lookEvery)
		synctest.Wait()
		now := r.heard()
		if len(now) != 2 || now[1] == now[0] {
			t.Fatalf("facts came, and it heard %q", now)
		}
		begun := strings.Split(h.area.News.Now(), ":")
		for _, text := range []string{now[0], now[1]} {
			if !strings.HasPrefix(text, "retry: 2000\ndata: {\"facts\":") || !strings.HasSuffix(text, "}\n\n") || strings.Contains(text, "as it was") {
				t.Errorf("it is told %q", text)
			}
		}
		if !strings.HasSuffix(now[0], begun[len(begun)-1]+"\n\n") {
			t.Errorf("health is another in %q", now)
		}
		time.Sleep(beat)
		synctest.Wait()
		if again := r.heard(); len(again) != 3 || again[2] != again[1] {
			t.Errorf("after a quiet while it heard %q", again)
		}
		leave()
		if err := <-over; err != nil || h.area.News.all != 0 || len(h.area.News.streams) != 0 {
			t.Errorf("%v; %d streams are left", err, h.area.News.all)
		}
	})
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		over, leave := h.listen("ana", newReader())
		defer leave()
		time.Sleep(time.Hour)
		synctest.Wait()
		select {
		case err := <-over:
			t.Fatalf("ended although the session lasts: %v", err)
		default:
		}
		began := time.Now()
		h.ended.Store(true)
		<-over
		if took := time.Since(began); took > checkEvery {
			t.Errorf("ended %v after its session", took)
		}
	})
}

func TestAServerThatStopsWaitsForNoStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		over, leave := h.listen("ana", newReader())
		defer leave()
		time.Sleep(time.Second)
		began := time.Now()
		h.area.News.Close()
		h.area.News.Close()
		if <-over; time.Since(began) > 0 {
			t.Errorf("ended after %v", time.Since(began))
		}
		late, leaveLate := h.listen("ana", newReader())
		defer leaveLate()
		if <-late; time.Since(began) > 0 {
			t.Error("a stream that begins meanwhile stays")
		}
	})
}

func TestASlowReaderGetsTheLatestAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, slow, quick := open(t), newReader(), newReader()
		slow.stuck = make(chan struct{})
		slowOver, slowLeave := h.listen("ana", slow)
		quickOver, quickLeave := h.listen("ana", quick)
		for range 50 {
			h.facts.Add(1)
			time.Sleep(2 * lookEvery)
		}
		synctest.Wait()
		if n := len(quick.heard()); n < 50 {
			t.Errorf("the quick one heard %d of 50", n)
		}
		close(slow.stuck)
		synctest.Wait()
		told := slow.heard()
		if last := quick.heard(); len(told) > 3 || told[len(told)-1] != last[len(last)-1] {
			t.Errorf("the slow one is told %d things, and at last %q", len(told), told[len(told)-1])
		}
		slowLeave()
		quickLeave()
		<-slowOver
		<-quickOver
	})
}

func TestOnePersonCannotTakeAllStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		var leaves []context.CancelFunc
		for range mostOfOne {
			_, leave := h.listen("ana", newReader())
			leaves = append(leaves, leave)
		}
		synctest.Wait()
		refused, leave := h.listen("ana", newReader())
		if err := <-refused; fault.KindOf(err) != fault.TooMany || fault.RetryAfter(err) == 0 {
			t.Errorf("one more is answered with %v", err)
		}
		leave()
		_, leave = h.listen("boris", newReader())
		leaves[0]()
		synctest.Wait()
		_, again := h.listen("ana", newReader())
		synctest.Wait()
		if n := h.area.News.all; n != mostOfOne+1 {
			t.Errorf("%d listen", n)
		}
		for _, end := range append(leaves, leave, again) {
			end()
		}
		synctest.Wait()
	})
}
