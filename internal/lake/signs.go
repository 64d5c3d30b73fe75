package lake

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
)

// Signs are what facts up to an instant say of accounts that may need somebody; accounts of which they say nothing are
// left out.
func (l *Lake) Signs(ctx context.Context, at time.Time) (map[account.Account]*account.Signs, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	all, err := moment{View: v, at: at}.signs(ctx)
	return all, l.engine.Fault(err)
}

func (m moment) signs(ctx context.Context) (map[account.Account]*account.Signs, error) {
	all := map[account.Account]*account.Signs{}
	var number int32
	of := func() *account.Signs {
		g := all[account.Account(number)]
		if g == nil {
			g = &account.Signs{}
			all[account.Account(number)] = g
		}
		return g
	}
	var recent, before int64
	if err := m.each(ctx, "use", func() {
		g := of()
		g.Recent, g.Usual = float64(recent), float64(before)*account.UseDays/account.UsualDays
	}, &number, &recent, &before); err != nil {
		return nil, err
	}
	var user string
	var last time.Time
	var person int32
	quiet := map[int32]*account.Quiet{}
	if err := m.each(ctx, "quiet", func() {
		q := &account.Quiet{User: user, Name: user, Last: last}
		of().Quiet, quiet[person] = q, q
	}, &number, &user, &person, &last); err != nil {
		return nil, err
	}
	names, err := m.called(ctx, slices.Sorted(maps.Keys(quiet)))
	if err != nil {
		return nil, err
	}
	for person, q := range quiet {
		if name := names[person]; name != "" {
			q.Name = name
		}
	}
	var due time.Time
	if err := m.each(ctx, "due", func() { of().Due = due.UTC() }, &number, &due); err != nil {
		return nil, err
	}
	if err := m.each(ctx, "rolls", func() { of().Rolls = true }, &number); err != nil {
		return nil, err
	}
	var kind string
	var score float64
	var when time.Time
	err = m.each(ctx, "unhappy", func() { of().Unhappy = &account.Unhappy{Kind: kind, Score: score, At: when.UTC()} }, &number, &kind, &score, &when)
	return all, err
}
