package account

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keepwell/keepwell/internal/fault"
)

// SavedSegment is a version of a segment that has a name.
type SavedSegment struct {
	ID      string
	Name    string
	Version int // from 1; every change makes another
	Segment Segment
	// By is who made this version, At when, and Why what was said about it.
	By, Why string
	At      time.Time
	// Deleted is when it was taken away; zero while it is there.
	Deleted time.Time
}

// SavedSegments are the trees of saved segments by what leaves call them, an id or a name.
type SavedSegments map[string]Segment

// Names are what the segments are called, in order.
func (s SavedSegments) Names() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// LeafError says which leaf of a segment, counted from 0 in the order of Leaves, can't be used and why.
type LeafError struct {
	Leaf int
	Err  error
}

func (e *LeafError) Error() string { return e.Err.Error() }
func (e *LeafError) Unwrap() error { return e.Err }

// maxResolved bounds what a segment asks for together with those it rests on.
const maxResolved = 200

// SegmentCalled is the segment with this id or, if none has it, this name.
func SegmentCalled(all []SavedSegment, idOrName string) (SavedSegment, bool) {
	for _, is := range []func(SavedSegment) bool{
		func(s SavedSegment) bool { return s.ID == idOrName },
		func(s SavedSegment) bool { return s.Name == idOrName },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], true
		}
	}
	return SavedSegment{}, false
}

// ResolveSegments finds every saved segment that s rests on, also by way of others. The error is a LeafError that names a
// segment that is not there, or the circle in which one rests on itself.
func ResolveSegments(s Segment, all []SavedSegment) (SavedSegments, error) {
	return resolve(s, nil, all)
}

// resolve begins with a chain when s is itself the last of it.
func resolve(s Segment, chain []SavedSegment, all []SavedSegment) (SavedSegments, error) {
	saved := SavedSegments{}
	asked := 0
	var visit func(s Segment, chain []SavedSegment) (int, error)
	visit = func(s Segment, chain []SavedSegment) (int, error) {
		leaves := s.Leaves()
		if asked += len(leaves); asked > maxResolved {
			return 0, fault.Said("together with the segments it rests on it asks for more than %d things", maxResolved)
		}
		for n, leaf := range leaves {
			if leaf.About != Member {
				continue
			}
			next, ok := SegmentCalled(all, leaf.Name)
			if !ok {
				return n, fault.Said("there is no segment %q%s", leaf.Name, known(all))
			}
			at := slices.IndexFunc(chain, func(s SavedSegment) bool { return s.ID == next.ID })
			path := append(slices.Clone(chain), next)
			if at >= 0 {
				return n, fault.Said("a segment can't rest on itself: %s", names(path[at:], " → "))
			}
			saved[leaf.Name] = next.Segment
			if _, err := visit(next.Segment, path); err != nil {
				return n, err
			}
		}
		return 0, nil
	}
	if n, err := visit(s, chain); err != nil {
		return nil, &LeafError{n, err}
	}
	return saved, nil
}

func names(all []SavedSegment, between string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = fmt.Sprintf("%q", s.Name)
	}
	return strings.Join(quoted, between)
}

// known lists the first segments there are.
func known(all []SavedSegment) fault.Text {
	switch {
	case len(all) == 0:
		return fault.Words("; none is saved yet")
	case len(all) > 10:
		return fault.Said("; known are %s and others", names(all[:10], ", "))
	}
	return fault.Said("; known are %s", names(all, ", "))
}

// UsersOf are the segments that rest directly on the one with this id.
func UsersOf(id string, all []SavedSegment) []SavedSegment {
	var users []SavedSegment
	for _, s := range all {
		for _, name := range s.Segment.Segments() {
			if used, ok := SegmentCalled(all, name); ok && used.ID == id {
				users = append(users, s)
				break
			}
		}
	}
	return users
}

// maxSegmentName is the longest name, in bytes.
const maxSegmentName = 100

// CheckSegmentName says what is wrong with a name: it is written in quotes and shown in lists, and must not be taken for an id.
func CheckSegmentName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return fault.Words("is missing")
	case name != strings.TrimSpace(name):
		return fault.Words("begins or ends with a space")
	case len(name) > maxSegmentName:
		return fault.Said("is longer than %d bytes", maxSegmentName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fault.Words("holds signs that can't be shown")
	case len(name) == 32 && strings.Trim(name, "0123456789abcdef") == "":
		return fault.Words("looks like an id")
	}
	return nil
}

// CheckSavedSegment says whether a segment may be kept beside all others, among which it may stand as it was: its name is
// free, nobody who uses it loses it by a new name, and it does not rest on itself. The error is a fault.Error.
func CheckSavedSegment(s SavedSegment, all []SavedSegment) error {
	if err := CheckSegmentName(s.Name); err != nil {
		return fault.New(fault.Invalid, "the segment needs another name").Field("name", "%s", err)
	}
	others := slices.DeleteFunc(slices.Clone(all), func(other SavedSegment) bool { return other.ID == s.ID })
	if other, taken := SegmentCalled(others, s.Name); taken {
		return fault.New(fault.Conflict, "there is a segment called %q already", other.Name).Mend("change that one, or choose another name").Field("name", "is taken")
	}
	for _, user := range UsersOf(s.ID, all) {
		for _, name := range user.Segment.Segments() {
			if used, ok := SegmentCalled(all, name); ok && used.ID == s.ID && name != s.ID && name != s.Name && user.ID != s.ID {
				return fault.New(fault.Conflict, "%q uses this segment by its name %q", user.Name, name).Mend("let it name the id %s, or keep the name", s.ID).Field("name", "is in use")
			}
		}
	}
	if _, err := resolve(s.Segment, []SavedSegment{s}, append(others, s)); err != nil {
		return fault.New(fault.Invalid, "the segment can't be used as it is").Field("segment", "%s", err)
	}
	return nil
}
