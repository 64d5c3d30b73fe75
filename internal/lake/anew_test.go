package lake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

func TestDamageOfTheFileIsToldApartFromOtherTrouble(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake.duckdb")
	o := Options{Path: path, Threads: 1}
	if n, err := Count(ctx, o); err != nil || len(n) > 0 {
		t.Fatalf("a lake that is not there: %v %v", n, err)
	}
	l := open(t, o)
	var facts []*fact.Fact
	for i := range 20_000 {
		facts = append(facts, made(t, fact.Events, fmt.Sprint(i), i%100, "user_id", fmt.Sprint("u", i%3000), "name", fmt.Sprint("n", i)))
	}
	must(t, l.Load(ctx, facts, 1))
	must(t, l.Merge(ctx))
	must(t, l.Close())
	if n, err := Count(ctx, o); err != nil || n[fact.Events] != 20_000 {
		t.Fatalf("counted %v, %v", n, err)
	}
	whole, err := os.ReadFile(path)
	must(t, err)
	const block = 256 << 10
	found := 0
	for at := 3 * 4096; at+block <= len(whole); at += block {
		hurt := append([]byte(nil), whole...)
		for i := at + 1000; i < at+2000; i++ {
			hurt[i] ^= 0x5a
		}
		must(t, os.WriteFile(path, hurt, 0o600))
		_, counting := Count(ctx, o)
		l, checking := Open(ctx, o)
		if checking == nil {
			_, checking = l.Check(ctx, nil)
			l.Close()
		}
		for what, err := range map[string]error{"counting": counting, "checking": checking} {
			if err != nil && !errors.Is(err, ErrDamaged) && fault.KindOf(err) != fault.Unavailable {
				t.Errorf("block at %d, %s: %v", at, what, err)
			}
		}
		if errors.Is(counting, ErrDamaged) && errors.Is(checking, ErrDamaged) {
			found++
		}
	}
	if found == 0 {
		t.Error("no damage was told of as such")
	}
}

func TestALakeMadeAnewTakesThePlaceOfTheOld(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		must(t, loaded(t, o).Close())
		more := append(someFacts(t), made(t, fact.Events, "more", 3, "user_id", "ann", "name", "open"))
		try := func() *Anew {
			fresh, err := OpenAnew(ctx, o)
			must(t, err)
			must(t, fresh.Load(ctx, more, 7))
			return fresh
		}
		counted := func(want int64) {
			t.Helper()
			if n, err := Count(ctx, o); err != nil || n[fact.Events] != want {
				t.Errorf("%d events, want %d: %v", n[fact.Events], want, err)
			}
		}
		must(t, try().Discard(ctx))
		counted(3)
		must(t, try().Close()) // as when it is killed
		counted(3)
		must(t, try().Replace(ctx))
		counted(4)
		l := open(t, o)
		if problems, err := l.Check(ctx, nil); err != nil || len(problems) > 0 {
			t.Errorf("check finds %v, %v", problems, err)
		}
		must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Events, "next", 4, "user_id", "ann", "name", "open")}, 8))
	})
}
