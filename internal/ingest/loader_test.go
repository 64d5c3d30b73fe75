package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

func TestAFactIsLoadedWithinASecond(t *testing.T) {
	h := newHouse(t).start()
	began := time.Now()
	r := h.accept(event("1"))
	if err := h.loader.WaitLoaded(context.Background(), r.End); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %s", took)
	}
	if h.loader.Health().Behind != 0 {
		t.Errorf("behind %s with everything loaded", h.loader.Health().Behind)
	}
}

func TestALakeThatFailsGetsEveryFactOnce(t *testing.T) {
	for name, fail := range map[string]func(*memoryLake){
		"before the commit": func(l *memoryLake) { l.failBefore = 2 },
		"after the commit":  func(l *memoryLake) { l.failAfter = 2 },
		"by a panic":        func(l *memoryLake) { l.panicOnLoad = true },
	} {
		h := newHouse(t)
		fail(h.lake)
		h.start()
		h.accept(event("1"), event("2"))
		h.settle()
		h.accept(event("3"))
		h.settle()
		if n := len(h.lake.all()); n != 3 {
			t.Errorf("failing %s: %d facts loaded, want 3", name, n)
		}
		h.stop()
	}
}

func TestHealthTellsWhyNothingIsLoaded(t *testing.T) {
	h := newHouse(t)
	h.lake.failBefore = 1 << 30
	h.start()
	r := h.accept(event("1"))
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	if err := h.loader.WaitLoaded(ctx, r.End); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting gave %v", err)
	}
	health := h.loader.Health()
	if health.Err == nil || !strings.Contains(health.Err.Error(), "the lake is away") || health.Stopped || health.Behind <= 0 || health.Loaded == health.End {
		t.Errorf("%+v", health)
	}
	h.lake.mu.Lock()
	h.lake.failBefore = 0
	h.lake.mu.Unlock()
	h.settle()
	for n := 0; h.loader.Health().Err != nil; n++ {
		if time.Sleep(20 * time.Millisecond); n > 100 {
			t.Fatal("health still complains")
		}
	}
}

func TestARecordNobodyCanReadStopsLoadingLoudly(t *testing.T) {
	h := newHouse(t).start()
	h.accept(event("1"))
	h.settle()
	at := h.log.End()
	if _, err := h.log.Append([][]byte{{99, 1, 2, 3}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	err := h.loader.WaitLoaded(context.Background(), h.log.End())
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("waiting gave %v", err)
	}
	health := h.loader.Health()
	if !health.Stopped || !errors.Is(health.Err, fact.ErrRecord) || !strings.Contains(health.Err.Error(), fmt.Sprint("position ", at)) {
		t.Errorf("%+v", health)
	}
	if r := h.accept(event("2")); r.Duplicate[0] {
		t.Error("the door closed too")
	}
}

func TestRollupsAreMergedWhenIdle(t *testing.T) {
	h := newHouse(t).start()
	h.accept(event("1"))
	h.settle()
	for n := 0; ; n++ {
		h.lake.mu.Lock()
		merges := h.lake.merges
		h.lake.mu.Unlock()
		if merges > 0 {
			return
		}
		if time.Sleep(50 * time.Millisecond); n > 100 {
			t.Fatal("never merged")
		}
	}
}

func TestWhileStillNothingIsLoaded(t *testing.T) {
	h := newHouse(t).start()
	h.accept(event("1"))
	h.settle()
	err := h.loader.Still(func() error {
		h.accept(event("2"))
		time.Sleep(200 * time.Millisecond)
		if n := len(h.lake.all()); n != 1 {
			return fmt.Errorf("%d facts loaded meanwhile", n)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	h.settle()
}

func TestAFloodThatIsAlwaysMergedIsTidiedToo(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var minutes atomic.Int64
	l := NewLoader(nil, &memoryLake{}, Forever, func() time.Time { return began.Add(time.Duration(minutes.Load()) * time.Minute) })
	l.tidied, l.merges = began, pace{share: mergeLeast, last: began}
	for range 20 {
		minutes.Add(1)
		l.merges.waiting = mergeMost
		for l.merging != nil && len(l.merging) == 0 { // until it is over
			time.Sleep(time.Millisecond)
		}
		if err := l.housework(context.Background(), false); err != nil || l.merging == nil {
			t.Fatalf("%v; a merge goes on: %v", err, l.merging != nil)
		}
	}
	<-l.merging
	if l.tidied.Before(began.Add(tidyEvery)) {
		t.Error("nothing was tidied in twenty minutes")
	}
}
