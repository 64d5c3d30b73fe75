package lake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// Timeline is a part of what facts tell of an account or a person up to Now, the latest first, use by the day. Notes are
// for others to add. An account or a person that no fact names is a fault.NotFound.
func (l *Lake) Timeline(ctx context.Context, ask account.TimelineAsk) (account.Timeline, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return account.Timeline{}, err
	}
	defer v.Close()
	t, err := moment{View: v, at: ask.Now}.timeline(ctx, ask)
	return t, l.engine.Fault(err)
}

func (m moment) timeline(ctx context.Context, ask account.TimelineAsk) (t account.Timeline, err error) {
	where, err := m.factsOf(ctx, ask)
	if err != nil {
		return t, err
	}
	entries, err := m.places(ctx, ask, where)
	if err != nil {
		return t, err
	}
	days, err := m.useDays(ctx, ask, where)
	if err != nil {
		return t, err
	}
	entries = append(entries, days...)
	slices.SortFunc(entries, func(a, b account.Entry) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Seq, a.Seq))
	})
	if len(entries) > ask.Limit {
		entries = entries[:ask.Limit]
		t.Next = entries[ask.Limit-1].Place
	}
	t.Entries = entries
	if err := m.fill(ctx, t.Entries, where); err != nil {
		return t, err
	}
	return t, m.things(ctx, ask, t.Entries, where)
}

// places finds the newest facts that match, one more than asked for.
func (m moment) places(ctx context.Context, ask account.TimelineAsk, where string) ([]account.Entry, error) {
	where += " and f.ts <= timestamp '" + sqlTime(m.at) + "'"
	if p := ask.Before; !p.At.IsZero() {
		where += fmt.Sprintf(" and (f.ts < timestamp '%s' or f.ts = timestamp '%[1]s' and f.seq < %d)", sqlTime(p.At), p.Seq)
	}
	var parts []string
	for _, name := range account.TimelineKinds {
		k, ok := fact.KindNamed(name)
		if !ok || !ask.Wants(name) {
			continue
		}
		condition := where
		if ask.Text != "" {
			condition += " and " + contains(k, ask.Open)
		}
		parts = append(parts, fmt.Sprintf("select '%s' as kind, f.ts, f.seq from %s f where %s", name, tableOf(k), condition))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	query := "select kind, ts, seq from (" + strings.Join(parts, " union all ") + ") entries order by ts desc, seq desc limit " + strconv.Itoa(ask.Limit+1)
	var args []any
	if ask.Text != "" {
		args = append(args, ask.Text)
	}
	rows, err := m.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []account.Entry
	for rows.Next() {
		var e account.Entry
		if err := rows.Scan(&e.Kind, &e.At, &e.Seq); err != nil {
			return nil, err
		}
		e.At = e.At.UTC()
		all = append(all, e)
	}
	return all, rows.Err()
}

// contains is the condition that a fact's texts hold $1.
func contains(k *fact.Kind, open bool) string {
	var texts []string
	for _, c := range k.Columns {
		if c.Name != "anonymous_id" && sqlType(c.Type) == "varchar" && (open || !c.Personal) {
			texts = append(texts, `f."`+c.Name+`"`)
		}
	}
	if open {
		texts = append(texts, "f.properties")
	}
	if len(texts) == 0 {
		return "false"
	}
	return "position(lower(cast($1 as varchar)) in lower(concat_ws(' ', " + strings.Join(texts, ", ") + "))) > 0"
}

// endOfDay is the last instant of a day in the workspace zone, where the day's use stands.
func (m moment) endOfDay(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, m.lake.zone).Add(-time.Microsecond).UTC()
}

// usedLately is how many days back use is looked for first: most timelines need no more of the rollup, which is in the order
// of days.
const usedLately = 120

// useDays are the latest days on which something was done in the product. How often a person did anything is left to things,
// which looks at these days only.
func (m moment) useDays(ctx context.Context, ask account.TimelineAsk, where string) (all []account.Entry, err error) {
	if !ask.Wants(account.UseEntry) {
		return nil, nil
	}
	before := m.at.In(m.lake.zone).AddDate(0, 0, 1)
	if !ask.Before.At.IsZero() {
		before = ask.Before.At.In(m.lake.zone)
	}
	where += " and f.day < date '" + before.Format(time.DateOnly) + "'"
	var args []any
	if ask.Text != "" {
		where += " and position(lower(cast($1 as varchar)) in lower(f.name)) > 0"
		args = append(args, ask.Text)
	}
	from, times := m.Rollup("account_day_event"), "cast(sum(f.n) as bigint)"
	switch {
	case ask.User != "" && ask.Text == "":
		from, times = m.Rollup("user_day"), "0"
	case ask.User != "":
		from, times = "fact_events", "count(*)"
	}
	for _, since := range []string{" and f.day >= date '" + before.AddDate(0, 0, -usedLately).Format(time.DateOnly) + "'", ""} {
		query := fmt.Sprintf("select f.day, %s from %s f where %s group by f.day order by f.day desc limit %d", times, from, where+since, ask.Limit+1)
		if all, err = m.daysOf(ctx, query, args); err != nil || len(all) > ask.Limit {
			break
		}
	}
	return all, err
}

func (m moment) daysOf(ctx context.Context, query string, args []any) ([]account.Entry, error) {
	rows, err := m.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []account.Entry
	for rows.Next() {
		var day time.Time
		e := account.Entry{Kind: account.UseEntry, Use: &account.Use{}}
		if err := rows.Scan(&day, &e.Use.Times); err != nil {
			return nil, err
		}
		e.At = m.endOfDay(day)
		all = append(all, e)
	}
	return all, rows.Err()
}

// things tells what was done on the days of use among entries.
func (m moment) things(ctx context.Context, ask account.TimelineAsk, entries []account.Entry, where string) error {
	by := map[string]*account.Use{}
	var days []string
	for _, e := range entries {
		if e.Use != nil {
			day := e.At.In(m.lake.zone).Format(time.DateOnly)
			by[day] = e.Use
			days = append(days, "date '"+day+"'")
		}
	}
	if len(days) == 0 {
		return nil
	}
	where += fmt.Sprintf(" and f.day >= %s and f.day <= %s and f.day in (%s)", slices.Min(days), slices.Max(days), strings.Join(days, ", "))
	from, times := m.Rollup("account_day_event"), "cast(sum(f.n) as bigint)"
	if ask.User != "" {
		from, times = "fact_events", "count(*)"
	}
	var day time.Time
	var thing account.Thing
	return each(ctx, m.conn, fmt.Sprintf("select f.day, f.name, %s as times from %s f where %s group by f.day, f.name order by f.day, times desc, f.name", times, from, where), func() {
		u := by[day.Format(time.DateOnly)]
		if ask.User != "" && ask.Text == "" {
			u.Times += thing.Times
		}
		if len(u.Things) < account.ThingsTold {
			u.Things = append(u.Things, thing)
		} else {
			u.More++
		}
	}, &day, &thing.Name, &thing.Times)
}

// fill reads the facts that entries stand for, all of which hold to a condition, and what the people they name are called.
func (m moment) fill(ctx context.Context, entries []account.Entry, where string) error {
	by := map[string]map[int64]*account.Entry{}
	for i := range entries {
		e := &entries[i]
		if e.Use != nil {
			continue
		}
		if by[e.Kind] == nil {
			by[e.Kind] = map[int64]*account.Entry{}
		}
		by[e.Kind][e.Seq] = e
	}
	s := &shelf{moment: m}
	for name, of := range by {
		k, _ := fact.KindNamed(name)
		if _, err := s.numbered(ctx, k, slices.Collect(maps.Keys(of)), where); err != nil {
			return err
		}
	}
	err := s.name(ctx)
	for _, f := range s.facts {
		e := by[f.Kind.Name][f.seq]
		e.Fact, e.User, e.Account, e.Who = f.Fact, f.User, f.belongs, f.who
	}
	return err
}
