package account

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/keepwell/keepwell/internal/fault"
)

// SegmentFromJSON reads the JSON form, in which each node has the fields of Segment. The error says in which part of the
// tree it went wrong, like of[1].
func SegmentFromJSON(raw []byte) (Segment, error) {
	if len(raw) > 4*maxSegmentBytes {
		return Segment{}, fault.Said("the segment is longer than %d bytes", 4*maxSegmentBytes)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var s Segment
	err := d.Decode(&s)
	if _, more := d.Token(); err == nil && more != io.EOF {
		err = fault.Said("something follows it")
	}
	if err != nil {
		return Segment{}, fault.Said("the segment is no JSON of the form that the documentation describes: %s", err)
	}
	return s.Checked()
}

// Checked is a tree that was put together by a program, in the very shape that its text is read back to. The error says
// which part of it has no meaning: trees and texts say the same things.
func (s Segment) Checked() (Segment, error) {
	if reflect.DeepEqual(s, Everyone) {
		return s, nil
	}
	leaves := 0
	s, err := s.checked("", 0, &leaves)
	if err != nil {
		return Segment{}, err
	}
	// The limits are those of the text.
	return ParseSegment(s.String())
}

func (s Segment) checked(path string, depth int, leaves *int) (Segment, error) {
	refused := func(format string, args ...any) (Segment, error) {
		where := any(path)
		if path == "" {
			where = fault.Words("the segment")
		}
		return s, fault.Said("%s: %s", where, fault.Said(format, args...))
	}
	if depth > maxSegmentDepth {
		return refused("is nested deeper than %d levels", maxSegmentDepth)
	}
	least := map[string]int{"and": 2, "or": 2, "not": 1}[s.Op]
	if least == 0 {
		if *leaves++; *leaves > maxSegmentLeaves {
			return refused("more than %d things are asked for", maxSegmentLeaves)
		}
		if len(s.Of) > 0 {
			return refused("only and, or and not have parts")
		}
		s.Of = nil
		if len(s.Values) == 0 {
			s.Values = nil
		}
		back, err := ParseSegment(s.String())
		if err != nil {
			return refused("%s", err)
		}
		if !reflect.DeepEqual(s, back) {
			return refused("these fields do not belong together; they would read %s", s)
		}
		return s, nil
	}
	if len(s.Of) < least || s.Op == "not" && len(s.Of) > 1 {
		return refused("%s needs %d parts", s.Op, least)
	}
	if !reflect.DeepEqual(s, Segment{Op: s.Op, Of: s.Of}) {
		return refused("%s has parts and nothing else", s.Op)
	}
	parts := make([]Segment, len(s.Of))
	for i, part := range s.Of {
		var err error
		if parts[i], err = part.checked(fmt.Sprintf("%sof[%d]", dotted(path), i), depth+1, leaves); err != nil {
			return s, err
		}
	}
	return Segment{Op: s.Op, Of: parts}, nil
}

func dotted(path string) string {
	if path == "" {
		return ""
	}
	return path + "."
}

// LeafPaths are where the leaves stand in the JSON form, in the order of Leaves.
func (s Segment) LeafPaths() []string {
	var all []string
	var walk func(Segment, string)
	walk = func(s Segment, path string) {
		if s.About != "" {
			all = append(all, path)
		}
		for i, part := range s.Of {
			walk(part, fmt.Sprintf("%sof[%d]", dotted(path), i))
		}
	}
	walk(s, "")
	return all
}
