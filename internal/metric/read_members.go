package metric

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fault"
)

// members says which accounts are in some of the segments: one statement for all, so that they share what they ask for. Where
// that fails for the sake of a definition each is asked for by itself, so that what can't be read any more leaves the rest as it is.
func (q *asking) members(ctx context.Context, which []int) error {
	if len(which) == 0 {
		return nil
	}
	err := q.membersOf(ctx, which)
	var segment *badSegment
	var leaf *account.LeafError
	if !errors.As(err, &segment) && !errors.As(err, &leaf) && fault.KindOf(err) != fault.Invalid {
		return err
	}
	if len(which) == 1 {
		q.out.Unread[which[0]] = whyUnread(err)
		return nil
	}
	for i := range which {
		if err := q.members(ctx, which[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// whyUnread is what is wrong with a segment, without saying once more that something is.
func whyUnread(err error) error {
	var segment *badSegment
	if errors.As(err, &segment) {
		return segment.err
	}
	return err
}

func (q *asking) membersOf(ctx context.Context, which []int) error {
	before := q.At.Add(-time.Microsecond) // what ends at midnight is asked for that day
	either := account.Segment{Op: "or"}
	for _, n := range which {
		one, err := q.readSegment(ctx, q.Segments[n], nil, before)
		if err != nil {
			return err
		}
		either.Of = append(either.Of, one.Segment)
	}
	f, err := q.filter(ctx, either, before)
	if err != nil {
		return err
	}
	end := dayAfter(q.At)
	points := []point{{Period: Period{From: midnight(end, -1), To: end}}}
	if err := f.prepare(ctx, q.view, points, q.Currency); err != nil {
		return err
	}
	c := f.compiler(q.view, points)
	q.sees(c)
	sc := newScoping(c, f)
	conditions := make([]string, len(either.Of))
	for n, part := range either.Of {
		if conditions[n], err = sc.condition(part); err != nil {
			return err
		}
	}
	sc.moments("select account, account_id, 0 as o from account_keys where account <> 0" + c.among("account"))
	rows, err := q.view.Query(ctx, c.statement("select m.account, "+strings.Join(conditions, ", ")+" from "+sc.rows()), c.args...)
	if err != nil {
		return fmt.Errorf("who is in segments: %w", err)
	}
	defer rows.Close()
	var number int64
	in := make([]bool, len(either.Of))
	into := []any{&number}
	for n := range in {
		into = append(into, &in[n])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if place, ok := q.rows[account.Account(number)]; ok {
			for n, is := range in {
				q.out.Members[which[n]][place] = is
			}
		}
	}
	return rows.Err()
}
