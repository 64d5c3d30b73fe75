package metric

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// readSegment understands a segment given as text or, when there is one, as a tree. The error says at which character, or
// in which part of the tree, what is wrong; a fault.Error when it is not the segment's.
func (s *Service) readSegment(ctx context.Context, text string, tree json.RawMessage, now time.Time) (*filter, error) {
	var segment account.Segment
	var err error
	if tree != nil {
		segment, err = account.SegmentFromJSON(tree)
	} else {
		segment, err = account.ParseSegment(text)
	}
	if err != nil {
		return nil, &badSegment{err}
	}
	f, err := s.filter(ctx, segment, now)
	var leaf *account.LeafError
	switch {
	case err == nil:
		return f, nil
	case !errors.As(err, &leaf):
		return nil, err
	case tree == nil:
		return nil, &badSegment{fault.Said("character %d: %s", account.LeafPositions(text)[leaf.Leaf], leaf.Err)}
	}
	if path := segment.LeafPaths()[leaf.Leaf]; path != "" {
		return nil, &badSegment{fault.Said("%s: %s", path, leaf.Err)}
	}
	return nil, &badSegment{leaf.Err}
}

// badSegment is an error of the segment's.
type badSegment struct{ err error }

func (e *badSegment) Error() string { return e.err.Error() }
func (e *badSegment) Unwrap() error { return e.err }

// refusedSegment notes what is wrong with a segment; false for other errors.
func refusedSegment(bad *fault.Error, err error) bool {
	var s *badSegment
	if !errors.As(err, &s) {
		return false
	}
	bad.Field("segment", "%s", s)
	return true
}

// CheckSegment reads a segment given as text or, when there is one, as a tree in JSON. The error is a fault.Error whose
// field segment says at which character, or in which part of the tree, what is wrong.
func (s *Service) CheckSegment(ctx context.Context, text string, tree json.RawMessage) (account.Segment, error) {
	f, err := s.readSegment(ctx, text, tree, s.Now().In(s.Zone))
	if err != nil {
		return account.Segment{}, segmentFault(err)
	}
	return f.Segment, nil
}

// SegmentMetrics are the metrics that a segment asks for, also by way of saved segments it rests on. The error is as that of
// CheckSegment.
func (s *Service) SegmentMetrics(ctx context.Context, text string) ([]string, error) {
	f, err := s.readSegment(ctx, text, nil, s.Now().In(s.Zone))
	if err != nil {
		return nil, segmentFault(err)
	}
	var ids []string
	for _, leaf := range f.leaves() {
		if leaf.About == account.Metric && !slices.Contains(ids, leaf.Name) {
			ids = append(ids, leaf.Name)
		}
	}
	return ids, nil
}

func segmentFault(err error) error {
	bad := fault.New(fault.Invalid, "the segment can't be used as it is")
	if refusedSegment(bad, err) {
		return bad.Mend("docs/segments.md has the whole language on a page")
	}
	return err
}
