package app

import (
	"context"

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
	if whole.Known {
		b.Score = &whole.Value
	}
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
	targets, err := s.Targets(ctx)
	if err != nil {
		return b, err
	}
	if on := targets.For("health", "", "", "").On(s.now().In(s.zone)); on != nil {
		b.Target = &health.TargetMark{Value: on.Value, Reached: whole.Known && whole.Value >= on.Value}
	}
	return b, nil
}
