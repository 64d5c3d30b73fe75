package team

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

var noon = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

func mint(t *testing.T, scope Scope) (string, Key) {
	t.Helper()
	text, k, err := NewKey(" website ", scope, rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	return text, k
}

func TestAdminDoesAllReadDoesNotSend(t *testing.T) {
	for s, want := range map[Scope]string{Ingest: "ingest", Read: "read", Admin: "ingest read admin", "": "", "root": ""} {
		var may []string
		for _, need := range append(Scopes, "", "root") {
			if s.Allows(need) {
				may = append(may, string(need))
			}
		}
		if got := strings.Join(may, " "); got != want {
			t.Errorf("%q may %q, want %q", s, got, want)
		}
	}
}

func TestAKeyShowsItsScopeAndKeepsItsSecret(t *testing.T) {
	for scope, want := range map[Scope]string{Ingest: "kw_in_", Read: "kw_rd_", Admin: "kw_ad_"} {
		text, k := mint(t, scope)
		if !regexp.MustCompile("^" + want + "[0-9A-Za-z]{40}$").MatchString(text) {
			t.Errorf("text %q", text)
		}
		if k.Hash != Hashed(text) || k.Hint != text[:10] || k.Name != "website" || !k.Active() || !k.Created.Equal(noon) || len(k.ID) != 16 {
			t.Errorf("%+v", k)
		}
		if again, _ := mint(t, scope); again == text {
			t.Error("the same key twice")
		}
	}
}

func TestNoKeyWithoutRandomness(t *testing.T) {
	if text, _, err := NewKey("x", Read, bytes.NewReader(make([]byte, 20)), noon); err == nil || text != "" {
		t.Errorf("%q %v", text, err)
	}
}

func TestEveryCharacterIsEquallyLikely(t *testing.T) {
	all := make([]byte, 256) // every byte once: 248 of them count, four for each character
	for i := range all {
		all[i] = byte(i)
	}
	text, err := base62(bytes.NewReader(append(all, all...)), 248)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range alphabet {
		if n := strings.Count(text, string(c)); n != 4 {
			t.Errorf("%c %d times", c, n)
		}
	}
}

func TestKeysThatCanNotBeNamed(t *testing.T) {
	for _, name := range []string{"", "  ", strings.Repeat("x", 101), "a\x00b", "a\xffb", "two\nlines"} {
		if _, _, err := NewKey(name, Read, rand.Reader, noon); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, _, err := NewKey("x", "root", rand.Reader, noon); fault.KindOf(err) != fault.Invalid {
		t.Errorf("scope: %v", err)
	}
}

// drawer keeps keys in memory and counts what it is asked.
type drawer struct {
	keys        map[Hash]Key
	down        error
	asked, used int
}

func (d *drawer) KeyByHash(_ context.Context, h Hash) (Key, error) {
	d.asked++
	if d.down != nil {
		return Key{}, d.down
	}
	if k, ok := d.keys[h]; ok {
		return k, nil
	}
	return Key{}, fault.New(fault.NotFound, "no such key")
}

func (d *drawer) KeyUsed(context.Context, string, time.Time) error {
	d.used++
	return d.down
}

func open(t *testing.T, scope Scope) (text string, k Key, d *drawer, g *Gate, reports *int) {
	t.Helper()
	text, k = mint(t, scope)
	d = &drawer{keys: map[Hash]Key{k.Hash: k}}
	reports = new(int)
	return text, k, d, NewGate(d, func(error) { *reports++ }), reports
}

func TestTheGateAsksForARightKeyOfTheRightScope(t *testing.T) {
	text, k, d, g, _ := open(t, Read)
	for _, c := range []struct {
		text string
		need Scope
		want fault.Kind
	}{
		{"", Read, fault.Unauthenticated},
		{"kw_rd_wrong", Read, fault.Unauthenticated},
		{text + "x", Read, fault.Unauthenticated},
		{strings.ToLower(text), Read, fault.Unauthenticated},
		{text, Ingest, fault.Forbidden},
		{text, Admin, fault.Forbidden},
	} {
		if _, err := g.Admit(t.Context(), c.text, c.need, noon); err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%q for %s: %v", c.text, c.need, err)
		}
	}
	if got, err := g.Admit(t.Context(), text, Read, noon); err != nil || got.ID != k.ID {
		t.Errorf("%v %v", got, err)
	}
	asked := d.asked
	g.Admit(t.Context(), strings.Repeat("k", 1<<20), Read, noon)
	if d.asked != asked {
		t.Error("the store was asked for what can't be a key")
	}
}

func TestARevokedKeyIsRefusedWithinSeconds(t *testing.T) {
	text, k, d, g, _ := open(t, Ingest)
	admit := func(after time.Duration) fault.Kind {
		_, err := g.Admit(t.Context(), text, Ingest, noon.Add(after))
		if err == nil {
			return -1
		}
		return fault.KindOf(err)
	}
	if admit(0) != -1 {
		t.Fatal("refused while active")
	}
	k.Revoked = noon
	d.keys[k.Hash] = k
	if got := admit(fresh); got != fault.Unauthenticated {
		t.Errorf("another process: %v", got)
	}
	k.Revoked = time.Time{}
	d.keys[k.Hash] = k
	admit(2 * fresh)
	delete(d.keys, k.Hash)
	g.Forget()
	if got := admit(2 * fresh); got != fault.Unauthenticated {
		t.Errorf("this process: %v", got)
	}
}

func TestKnownKeysOutliveARestartOfTheStore(t *testing.T) {
	text, _, d, g, reports := open(t, Ingest)
	stranger, _ := mint(t, Ingest)
	if _, err := g.Admit(t.Context(), text, Ingest, noon); err != nil {
		t.Fatal(err)
	}
	d.down = errors.New("connection refused")
	if _, err := g.Admit(t.Context(), text, Ingest, noon.Add(time.Minute)); err != nil || *reports == 0 {
		t.Errorf("%v, %d reports", err, *reports)
	}
	if _, err := g.Admit(t.Context(), stranger, Ingest, noon); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := g.Admit(t.Context(), text, Ingest, noon.Add(stale)); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("after long: %v", err)
	}
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	text, _, d, g, _ := open(t, Ingest)
	for s := range 180 {
		if _, err := g.Admit(t.Context(), text, Ingest, noon.Add(time.Duration(s)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if d.used != 3 || d.asked > 91 {
		t.Errorf("noted %d times in three minutes, asked %d times", d.used, d.asked)
	}
}
