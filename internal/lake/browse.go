package lake

import (
	"context"
	"fmt"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// Browse is a page of facts of a kind. An account or a person that no fact names has none.
func (l *Lake) Browse(ctx context.Context, ask account.FactAsk) (account.FactPage, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return account.FactPage{}, err
	}
	defer v.Close()
	page, err := moment{View: v}.browse(ctx, ask)
	return page, l.engine.Fault(err)
}

func (m moment) browse(ctx context.Context, ask account.FactAsk) (page account.FactPage, err error) {
	where, err := m.factsOf(ctx, account.TimelineAsk{Account: ask.Account, User: ask.User})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return page, nil
	}
	if err != nil {
		return page, err
	}
	bound := func(sign string, at time.Time) {
		if !at.IsZero() {
			where += " and f.ts " + sign + " timestamp '" + sqlTime(at) + "'"
		}
	}
	bound(">=", ask.From)
	bound("<", ask.To)
	if p := ask.Before; !p.At.IsZero() {
		where += fmt.Sprintf(" and (f.ts < timestamp '%s' or f.ts = timestamp '%[1]s' and f.seq < %d)", sqlTime(p.At), p.Seq)
	}
	var args []any
	if ask.Text != "" {
		where += " and " + contains(ask.Kind, ask.Open)
		args = append(args, ask.Text)
	}
	rows, err := m.Query(ctx, fmt.Sprintf("select f.ts, f.seq from %s f where %s order by f.ts desc, f.seq desc limit %d", tableOf(ask.Kind), where, ask.Limit+1), args...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		e := account.Entry{Kind: ask.Kind.Name}
		if err := rows.Scan(&e.At, &e.Seq); err != nil {
			return page, err
		}
		e.At = e.At.UTC()
		page.Entries = append(page.Entries, e)
	}
	if err := rows.Err(); err != nil {
		return page, err
	}
	if len(page.Entries) > ask.Limit {
		page.Entries = page.Entries[:ask.Limit]
		page.Next = page.Entries[ask.Limit-1].Place
	}
	return page, m.fill(ctx, page.Entries, "true")
}
