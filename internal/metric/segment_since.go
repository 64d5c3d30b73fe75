package metric

import (
	"context"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
)

// SegmentSince are the accounts in a segment at the end of today, each with the day on which it came into it for this
// time: its midnight in the workspace zone. It looks at the ends of the days before, that many; an account that was in the
// segment at all of them has the zero time. The error is a fault.Error.
func (s *Service) SegmentSince(ctx context.Context, text string, days int) (all map[string]time.Time, err error) {
	bad := fault.New(fault.Invalid, "the segment can't be used as it is")
	t := s.times("", bad)
	end := Day.next(t.now)
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
	points := make([]point, days+1)
	for n := range points {
		points[n] = point{i: n, Period: Period{From: midnight(end, n-days-1), To: midnight(end, n-days)}}
	}
	if err := f.prepare(ctx, view, points, s.Currency); err != nil {
		return nil, err
	}
	scope := newScoping(f.compiler(view, points), f)
	condition, err := scope.condition(f.Segment)
	if err != nil {
		return nil, err
	}
	scope.moments(scope.everybody())
	scope.define("states", "select m.account, m.account_id, m.o, "+condition+" as is_in\nfrom "+scope.rows())
	scope.define("stays", "select account_id, o, is_in, coalesce(max(case when not is_in then o end) over (partition by account), -1) as last_out from states")
	rows, err := view.Query(ctx, scope.c.statement("select account_id, min(o) from stays where is_in and o > last_out group by account_id"), scope.c.args...)
	if err != nil {
		return nil, fmt.Errorf("since when accounts are in a segment: %w", err)
	}
	defer rows.Close()
	all = map[string]time.Time{}
	for rows.Next() {
		var id string
		var o int
		if err := rows.Scan(&id, &o); err != nil {
			return nil, err
		}
		if all[id] = (time.Time{}); o > 0 {
			all[id] = points[o].Period.From
		}
	}
	return all, rows.Err()
}
