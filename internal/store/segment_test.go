package store

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

func saved(t *testing.T, name, text string) account.SavedSegment {
	t.Helper()
	tree, err := account.ParseSegment(text)
	if err != nil {
		t.Fatal(err)
	}
	return account.SavedSegment{Name: name, Segment: tree, By: "Ana", Why: "to know", At: noon}
}

func TestEveryVersionOfASegmentIsKept(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		first := must(s.SegmentAdd(ctx, saved(t, "Big ones", `size > 100 and did "Login" in 30 days`)))(t)
		if got := must(s.Segment(ctx, "Big ones"))(t); !reflect.DeepEqual(got, first) || got.Version != 1 {
			t.Errorf("got  %+v\nwant %+v", got, first)
		}
		second := must(s.SegmentChange(ctx, first.ID, func(one *account.SavedSegment) error {
			one.Name, one.Segment, one.By, one.Why = "Large", saved(t, "", "size > 50").Segment, "Ion", "half was missing"
			one.At = noon.Add(time.Hour)
			return nil
		}))(t)
		if second.Version != 2 || second.ID != first.ID {
			t.Errorf("%+v", second)
		}
		if all := must(s.SegmentVersions(ctx, "Large"))(t); !reflect.DeepEqual(all, []account.SavedSegment{second, first}) {
			t.Errorf("%+v", all)
		}
		if all := must(s.Segments(ctx))(t); !reflect.DeepEqual(all, []account.SavedSegment{second}) {
			t.Errorf("%+v", all)
		}
		_, err := s.Segment(ctx, "Big ones")
		wantKind(t, err, fault.NotFound)
	})
}

func TestASegmentInUseStaysAndADeletedOneComesBack(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		big := must(s.SegmentAdd(ctx, saved(t, "Big", "size > 100")))(t)
		must(s.SegmentAdd(ctx, saved(t, "Big in Romania", "in segment Big and country = RO")))(t)
		_, err := s.SegmentDelete(ctx, "Big", "Ana", noon)
		if wantKind(t, err, fault.Conflict); !strings.Contains(err.Error(), `used by "Big in Romania"`) {
			t.Error(err)
		}
		_, err = s.SegmentChange(ctx, "Big", func(one *account.SavedSegment) error { one.Name = "Large"; return nil })
		if wantKind(t, err, fault.Conflict); !strings.Contains(err.Error(), `"Big in Romania" uses this segment by its name`) {
			t.Error(err)
		}
		user := must(s.SegmentDelete(ctx, "Big in Romania", "Ana", noon))(t)
		must(s.SegmentDelete(ctx, "Big", "Ana", noon))(t)
		if all := must(s.Segments(ctx))(t); len(all) != 0 {
			t.Errorf("%+v", all)
		}
		_, err = s.Segment(ctx, "Big")
		wantKind(t, err, fault.NotFound)
		if got := must(s.Segment(ctx, big.ID))(t); !got.Deleted.Equal(noon.Truncate(time.Microsecond)) {
			t.Errorf("%+v", got)
		}
		_, err = s.SegmentChange(ctx, big.ID, func(one *account.SavedSegment) error { return nil })
		wantKind(t, err, fault.Conflict)
		_, err = s.SegmentRestore(ctx, user.ID) // what it rests on is gone
		wantKind(t, err, fault.Invalid)
		if got := must(s.SegmentRestore(ctx, big.ID))(t); !reflect.DeepEqual(got, big) {
			t.Errorf("got  %+v\nwant %+v", got, big)
		}
		must(s.SegmentRestore(ctx, user.ID))(t)
		must(s.SegmentDelete(ctx, user.ID, "Ana", noon))(t)
		must(s.SegmentAdd(ctx, saved(t, "Big in Romania", "country = RO")))(t)
		_, err = s.SegmentRestore(ctx, user.ID)
		wantKind(t, err, fault.Conflict)
	})
}

func TestSegmentsThatGoInACircleAreRefusedWithTheChain(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		a := must(s.SegmentAdd(ctx, saved(t, "a", "size > 1")))(t)
		must(s.SegmentAdd(ctx, saved(t, "b", "in segment "+a.ID)))(t)
		must(s.SegmentAdd(ctx, saved(t, "c", "not in segment b")))(t)
		_, err := s.SegmentChange(ctx, "a", func(one *account.SavedSegment) error {
			one.Segment = saved(t, "", "plan = x or @c").Segment
			return nil
		})
		if wantKind(t, err, fault.Invalid); !strings.Contains(err.Error(), `"a" → "c" → "b" → "a"`) {
			t.Error(err)
		}
		_, err = s.SegmentAdd(ctx, saved(t, "self", "in segment self"))
		if wantKind(t, err, fault.Invalid); !strings.Contains(err.Error(), `"self" → "self"`) {
			t.Error(err)
		}
		_, err = s.SegmentAdd(ctx, saved(t, "d", "in segment nowhere"))
		if wantKind(t, err, fault.Invalid); !strings.Contains(err.Error(), `no segment "nowhere"; known are "a", "b", "c"`) {
			t.Error(err)
		}
		for _, name := range []string{"", " a", "a", strings.Repeat("é", 60), a.ID, "x\ny", "\xff"} {
			if _, err := s.SegmentAdd(ctx, saved(t, name, "size > 1")); err == nil {
				t.Errorf("a segment called %q was kept", name)
			}
		}
	})
}
