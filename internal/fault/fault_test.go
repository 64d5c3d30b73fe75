package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func TestKindSurvivesWrapping(t *testing.T) {
	inner := Wrap(NotFound, fs.ErrNotExist, "no such key")
	err := fmt.Errorf("revoking: %w", inner)
	if KindOf(err) != NotFound || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("kind %v, cause lost: %v", KindOf(err), err)
	}
}

func TestUnclassifiedErrorsAreOurOwnMistake(t *testing.T) {
	for err, want := range map[error]Kind{
		errors.New("boom"):                      Internal,
		&Error{Kind: 99}:                        Internal,
		fmt.Errorf("x: %w", context.Canceled):   Internal,
		context.DeadlineExceeded:                Unavailable,
		New(TooMany, "too many calls"):          TooMany,
		Wrap(Invalid, errors.New("x"), "wrong"): Invalid,
	} {
		if got := KindOf(err); got != want {
			t.Errorf("%v: kind %v, want %v", err, got, want)
		}
	}
}

func TestErrorTextSaysWhatWhereAndHowToMendIt(t *testing.T) {
	err := Wrap(Invalid, errors.New("unexpected tab"), "the settings can't be read").At("keepwell.yaml line %d", 3).
		Field("listen", "no port").Field("zone", "100% unknown").Mend("see keepwell help")
	want := "the settings can't be read (keepwell.yaml line 3): listen: no port, zone: 100% unknown: unexpected tab; see keepwell help"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestProblemNeverShowsCauses(t *testing.T) {
	secret := errors.New("password=hunter2")
	for k := range kinds {
		err := fmt.Errorf("outer hunter2: %w", Wrap(Kind(k), secret, "shown").At("db.internal").Mend("mend it").Field("f", "r"))
		text, _ := json.Marshal(Problem(err))
		if strings.Contains(string(text), "hunter2") {
			t.Errorf("%v leaks its cause: %s", Kind(k), text)
		}
		if hidden := Kind(k) == Internal; strings.Contains(string(text), "shown") == hidden {
			t.Errorf("%v: what happened is shown: %v: %s", Kind(k), !hidden, text)
		}
		if hidden := Kind(k) == Internal || Kind(k) == Unavailable; strings.Contains(string(text), "db.internal") == hidden {
			t.Errorf("%v: where it happened is shown: %v: %s", Kind(k), !hidden, text)
		}
	}
}

func TestProblemHasTheShapeOfRFC9457(t *testing.T) {
	err := New(Invalid, "the row can't be used").At("row 7").Field("amount", "not a number").Mend("write 20.00")
	got, _ := json.Marshal(Problem(err))
	want := `{"type":"urn:keepwell:problem:invalid","title":"The request can't be used as it is","status":400,` +
		`"detail":"the row can't be used (row 7)","fix":"write 20.00","errors":[{"field":"amount","reason":"not a number"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	want := map[Kind]int{Internal: 500, Invalid: 400, Unauthenticated: 401, Forbidden: 403, NotFound: 404,
		Conflict: 409, TooLarge: 413, TooMany: 429, Unavailable: 503, Kind(-1): 500}
	for k, status := range want {
		if HTTPStatus(k) != status {
			t.Errorf("%v: %d, want %d", k, HTTPStatus(k), status)
		}
	}
}

func TestOnlyPassingTroubleAsksToTryAgain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want time.Duration
	}{
		{New(Unavailable, "x"), 5 * time.Second},
		{New(TooMany, "x"), time.Second},
		{New(TooMany, "x").After(time.Minute), time.Minute},
		{New(TooMany, "x").After(time.Millisecond), time.Second},
		{New(Invalid, "x").After(time.Minute), 0},
		{errors.New("x"), 0},
	} {
		if got := RetryAfter(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
}
