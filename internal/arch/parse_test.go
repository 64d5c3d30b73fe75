package arch

import (
	"slices"
	"strings"
	"testing"
)

const small = `
| room | what is in it | may import |
| --- | --- | --- |
| ` + "`cmd/keepwell`" + ` | the command | everything |
| ` + "`internal/fact`" + ` | facts | nothing of ours |
| ` + "`internal/metric`, `metric/catalog`" + ` | metrics | nouns |
| ` + "`internal/api`, `internal/web`" + ` | edges | nouns, metric |
| ` + "`internal/app`" + ` | wiring | everything but cmd |

**Nouns** are ` + "`fact`" + `.
`

func TestTheTableIsTheRule(t *testing.T) {
	rooms, err := Parse(small)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, verdict string }{
		{"internal/metric/catalog", "internal/fact", "may"},
		{"internal/fact", "internal/metric", "may not"},
		{"internal/api", "internal/metric/catalog", "may"},
		{"internal/web/pages", "internal/api", "may not"},
		{"internal/app", "internal/web", "may"},
		{"internal/app", "cmd/keepwell", "may not"},
		{"cmd/keepwell", "internal/app", "may"},
	} {
		from, ok1 := RoomOf(rooms, c.from)
		to, ok2 := RoomOf(rooms, c.to)
		if !ok1 || !ok2 {
			t.Fatalf("%s or %s is in no room", c.from, c.to)
		}
		if got := slices.Contains(from.MayImport, to.Path); got != (c.verdict == "may") {
			t.Errorf("%s %s import %s, but the table was read otherwise: %v", c.from, c.verdict, c.to, from.MayImport)
		}
	}
	if _, ok := RoomOf(rooms, "internal/facts"); ok {
		t.Error("a folder whose name only begins like a room's was taken for it")
	}
}

func TestARuleAboutAnUnknownRoomIsRefused(t *testing.T) {
	if _, err := Parse(strings.Replace(small, "nouns, metric", "nouns, metrics", 1)); err == nil {
		t.Error("a room that is not in the table was taken")
	}
}
