package memory

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keepwell/keepwell/internal/log"
)

// asking is a memory under a clock of its own, and something to find that takes a while.
type asking struct {
	*Memory
	loaded log.Position
	cost   time.Duration
	found  int
	err    error
}

func newAsking(t *testing.T, cost time.Duration) *asking {
	a := &asking{cost: cost}
	a.Memory = New(ByCost, time.Now, func() log.Position { return a.loaded }, func(err error) { t.Error(err) })
	a.Warm = func(context.Context) error { return nil }
	return a
}

func (a *asking) ask() (int, error) {
	return Remember(context.Background(), a.Memory, "how many", func(context.Context) (int, error) {
		time.Sleep(a.cost)
		a.found++
		return a.found, a.err
	})
}

func (a *asking) expect(t *testing.T, what string, want int) {
	t.Helper()
	if got, err := a.ask(); got != want || err != nil {
		t.Errorf("%s: found %d times, %v; want %d", what, got, err, want)
	}
}

func TestWhatIsFoundQuicklyIsFoundAnewOnceFactsCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, 5*time.Millisecond)
		a.expect(t, "at first", 1)
		a.expect(t, "no facts came", 1)
		a.loaded++
		a.expect(t, "facts came", 2)
		time.Sleep(long)
		a.expect(t, "long after", 3)
	})
}

// What was found before facts came is shown until it is found anew: the mark says that too, or open pages would stay behind.
func TestTheMarkOfMemoryMovesWithFactsAndWithWhatIsFoundAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, 500*time.Millisecond)
		a.expect(t, "at first", 1)
		marks := []string{a.Mark()}
		moved := func(what string, want bool) {
			t.Helper()
			if now := a.Mark(); (now != marks[len(marks)-1]) != want {
				t.Errorf("%s: the mark is %q after %q", what, now, marks)
			} else if want {
				marks = append(marks, now)
			}
		}
		a.expect(t, "asked again", 1)
		moved("nothing happened", false)
		a.loaded++
		moved("facts came", true)
		a.expect(t, "still young", 1)
		moved("what is known was shown", false)
		time.Sleep(most)
		a.expect(t, "too old", 2)
		moved("it was found anew", true)
		a.Forget()
		moved("somebody changed what it rests on", true)
	})
}

func TestWhatTakesLongIsRenewedBehindItsReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, 500*time.Millisecond)
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { a.Run(ctx) })
		a.expect(t, "at first", 1)
		a.loaded++
		time.Sleep(2 * time.Second)
		a.expect(t, "still young", 1)
		time.Sleep(20 * time.Second)
		if got, _ := a.ask(); got < 2 {
			t.Error("what was asked for within the hour is not kept young")
		}
		if share := time.Duration(a.found) * a.cost; share > 4*time.Second {
			t.Errorf("keeping it young took %v of 22 s", share)
		}
		stop()
		running.Wait()
		before := a.found
		a.loaded++
		time.Sleep(time.Hour)
		a.expect(t, "too old for anybody", before+1)
	})
}

func TestNothingIsKeptYoungUnasked(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked bool
		more  bool // is found again while facts come
	}{{"warmed, and nobody came", false, false}, {"somebody came", true, true}} {
		synctest.Test(t, func(t *testing.T) {
			a := newAsking(t, 100*time.Millisecond)
			a.Warm = func(context.Context) error { _, err := a.ask(); return err }
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() { ended <- a.Run(ctx) }()
			time.Sleep(time.Second / 2)
			if c.asked {
				a.expect(t, c.name, 1)
			}
			a.loaded++
			time.Sleep(10 * time.Minute)
			stop()
			<-ended
			if more := a.found > 1; more != c.more {
				t.Errorf("%s: found %d times", c.name, a.found)
			}
		})
	}
}

func TestOneFindsForAllWhoAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, time.Second)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { a.expect(t, "together", 1) })
		}
		all.Wait()
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, time.Second)
		a.err = errors.New("no")
		if _, err := a.ask(); err == nil {
			t.Error("a failure is no answer")
		}
		a.err = nil
		a.expect(t, "after a failure", 2)
	})
}

func TestTheMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, 0)
		for i := range 3 * ByCost.Room {
			time.Sleep(time.Millisecond)
			if _, err := Remember(context.Background(), a.Memory, Key(i), func(context.Context) (int, error) { return i, nil }); err != nil {
				t.Fatal(err)
			}
		}
		if len(a.kept) > ByCost.Room {
			t.Errorf("%d are kept", len(a.kept))
		}
	})
}

func TestWhatFactsHardlyChangeIsYoungForItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, time.Second)
		a.rule = For(5*time.Minute, time.Hour, 3)
		a.expect(t, "at first", 1)
		a.loaded++
		time.Sleep(4 * time.Minute)
		a.expect(t, "facts came", 1)
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { a.Run(ctx) })
		time.Sleep(10 * time.Minute)
		a.expect(t, "old, while nobody asked", 1)
		time.Sleep(time.Minute)
		a.expect(t, "after somebody asked", 2)
		stop()
		running.Wait()
		time.Sleep(2 * time.Hour)
		a.expect(t, "too old", 3)
	})
}

func TestOfSeveralOnlyThoseThatAreMissingAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t, 0)
		a.rule = For(time.Minute, 0, 9)
		var failure error
		expect := func(what string, keys, want string) {
			t.Helper()
			asked := ""
			got, err := RememberAll(context.Background(), a.Memory, strings.Split(keys, " "), func(_ context.Context, missing []int) ([]string, error) {
				var found []string
				for _, i := range missing {
					asked += strings.Split(keys, " ")[i]
					found = append(found, "="+strings.Split(keys, " ")[i])
				}
				return found, failure
			})
			if err != failure || asked != want || err == nil && "="+strings.ReplaceAll(keys, " ", " =") != strings.Join(got, " ") {
				t.Errorf("%s: %v, %v; asked for %q, want %q", what, got, err, asked, want)
			}
		}
		expect("at first", "a b", "ab")
		expect("one more", "a c b", "c")
		failure = errors.New("no")
		expect("a failure", "a d", "d")
		failure = nil
		expect("after a failure", "d a", "d")
		time.Sleep(time.Minute)
		expect("too old", "a", "a")
		a.Forget()
		expect("forgotten", "a", "a")
	})
}
