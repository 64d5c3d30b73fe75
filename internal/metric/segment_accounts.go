package metric

import (
	"context"
	"fmt"

	"github.com/keepwell/keepwell/internal/fault"
)

// SegmentAccounts are the ids of all accounts in a segment, in no order: for lists that only need to know who is in it.
// asOf, written as in Ask, asks at the end of that day with what was known at that instant; empty: today. The error is a
// fault.Error.
func (s *Service) SegmentAccounts(ctx context.Context, text, asOf string) (all []string, err error) {
	bad := fault.New(fault.Invalid, "the segment can't be used as it is")
	t := s.times(asOf, bad)
	at := Day.next(t.now)
	f, err := s.readSegment(ctx, text, nil, t.now)
	if err != nil && !refusedSegment(bad, err) {
		return nil, err
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	defer func() { err = s.blame(ctx, f, err) }()
	view, err := s.Open(ctx, t.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	points := []point{{Period: Period{From: midnight(at, -1), To: at}}}
	if err := f.prepare(ctx, view, points, s.Currency); err != nil {
		return nil, err
	}
	scope := newScoping(f.compiler(view, points), f)
	condition, err := scope.condition(f.Segment)
	if err != nil {
		return nil, err
	}
	scope.moments(scope.everybody())
	scope.define("members", "select m.account_id\nfrom "+scope.rows()+"\nwhere "+condition)
	rows, err := view.Query(ctx, scope.c.statement("select account_id from members"), scope.c.args...)
	if err != nil {
		return nil, fmt.Errorf("the accounts in a segment: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
