package app

import (
	"context"
	"math"
	"slices"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

// HealthBenchmark holds an account's health against its own past, against accounts like it that who asks may see, and
// against the workspace's target.
func (s scoring) HealthBenchmark(ctx context.Context, book *account.Book, id string) (health.Benchmark, error) {
	var b health.Benchmark
	own := book.Get(id)
	table, err := s.Health(ctx)
	if err != nil {
		return b, err
	}
	row, ok := table.Row(id)
	if own == nil || !ok {
		return b, fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
	}
	whole := table.Whole(row)
	b.Score = whole.Score()
	told, err := s.ToldOf(ctx, id, s.now(), nil)
	if err != nil {
		return b, err
	}
	b.Past = health.OwnPast(told, health.Global, s.now())
	like := func(by []string, same func(*account.Standing) bool) health.Alike {
		return health.Alike{By: by, Same: func(id string) bool {
			other := book.Get(id)
			return other != nil && same(other)
		}}
	}
	var circles []health.Alike
	if own.Plan != "" && own.Touch != "" {
		circles = append(circles, like([]string{"plan", "touch_model"}, func(o *account.Standing) bool { return o.Plan == own.Plan && o.Touch == own.Touch }))
	}
	if own.Plan != "" {
		circles = append(circles, like([]string{"plan"}, func(o *account.Standing) bool { return o.Plan == own.Plan }))
	}
	b.Peers = table.Among(row, append(circles, like(nil, func(*account.Standing) bool { return true })))
	if b.Target, b.Unread, err = s.target(ctx, id); b.Target != nil {
		b.Target.Reached = b.Score != nil && *b.Score >= b.Target.Value
	}
	return b, err
}

// target is what an account's health is to reach: of the targets for segments that it is in, that of the smallest; of none, that
// for everybody. Of a segment that can no longer be read nobody can tell; it is named.
func (s scoring) target(ctx context.Context, id string) (mark *health.TargetMark, unread []health.UnreadTarget, err error) {
	all, err := s.Targets(ctx)
	if err != nil {
		return nil, nil, err
	}
	today := s.now().In(s.zone)
	if on := all.For("health", "", "", "").On(today); on != nil {
		mark = &health.TargetMark{Value: on.Value}
	}
	fewest, seen := math.MaxInt, map[string]bool{"": true}
	for _, t := range all {
		if t.Metric != "health" || seen[t.Segment] {
			continue
		}
		seen[t.Segment] = true
		on := all.For("health", "", t.Segment, "").On(today)
		if on == nil {
			continue
		}
		members, err := s.metrics.SegmentAccounts(ctx, t.Segment, "")
		if unreadable(ctx, err) {
			why := fault.Reason(err)
			unread = append(unread, health.UnreadTarget{Segment: t.Segment, Reason: why.Error(), Why: why})
			continue
		} else if err != nil {
			return nil, nil, err
		}
		if len(members) < fewest && slices.Contains(members, id) {
			fewest, mark = len(members), &health.TargetMark{Value: on.Value, Segment: t.Segment}
		}
	}
	return mark, unread, nil
}
