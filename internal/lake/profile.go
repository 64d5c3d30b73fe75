package lake

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

const (
	profileMonths = 13
	profileWeeks  = 12
	factsShown    = 6 // of a kind, on an account's page
)

// Profile is what facts of its own tell of an account, as it stands at an instant; what its peers use is for Habits. standing is how it stands, when
// that is known already; nil: it is read. An account that no fact names is a fault.NotFound.
func (l *Lake) Profile(ctx context.Context, id string, at time.Time, reporting string, standing *account.Standing) (*account.Profile, error) {
	p := &account.Profile{Standing: standing}
	if standing == nil {
		fresh, _, err := l.Standings(ctx, at, reporting, []string{id})
		if err != nil {
			return nil, err
		}
		if len(fresh) == 0 {
			return nil, fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
		}
		p.Standing = fresh[0]
	}
	// Many short questions, on two connections at once. Each part fills fields of its own.
	parts := [][]func(moment, context.Context, *account.Profile) error{
		{moment.records, moment.own, moment.tree},
		{moment.use, moment.people, func(m moment, ctx context.Context, p *account.Profile) error { return m.worth(ctx, p, reporting) }},
	}
	failed := make(chan error, len(parts))
	for _, some := range parts {
		go func() { failed <- l.about(ctx, p, at, some) }()
	}
	var err error
	for range parts {
		err = errors.Join(err, <-failed)
	}
	return p, l.engine.Fault(err)
}

// about asks some of what a profile tells, in one view. A panic is an error.
func (l *Lake) about(ctx context.Context, p *account.Profile, at time.Time, parts []func(moment, context.Context, *account.Profile) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	v, err := l.view(ctx, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	m := moment{View: v, at: at, only: []int32{p.Number}}
	for _, part := range parts {
		if err := part(m, ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// worth is what the account was worth at the end of each month.
func (m moment) worth(ctx context.Context, p *account.Profile, reporting string) error {
	r := &reading{moment: m, words: map[string]string{}, spans: map[int32][]account.Recurring{}}
	if err := r.money(ctx); err != nil {
		return err
	}
	if err := r.exchange(ctx, reporting); err != nil {
		return err
	}
	p.Months = m.months(r.spans[p.Number], r.rates)
	return nil
}

// months has the recurring value at the end of each month, the present one now.
func (m moment) months(spans []account.Recurring, rates account.Rates) []account.MonthWorth {
	local := m.at.In(m.lake.zone)
	var all []account.MonthWorth
	for i := profileMonths - 1; i >= 0; i-- {
		month := time.Date(local.Year(), local.Month()-time.Month(i), 1, 0, 0, 0, 0, m.lake.zone)
		end := month.AddDate(0, 1, 0)
		if end.After(m.at) {
			end = m.at
		}
		worth, _ := account.Worth(spans, end, rates)
		all = append(all, account.MonthWorth{Month: month, Worth: worth})
	}
	return all
}

// own folds the sender's own traits, the latest last.
func (m moment) own(ctx context.Context, p *account.Profile) (err error) {
	p.Own, err = m.ownTraits(ctx, m.text("own_traits"))
	return err
}

func (m moment) ownTraits(ctx context.Context, query string) ([]account.OwnTrait, error) {
	traits := map[string]string{}
	var raw string
	err := each(ctx, m.conn, query, func() {
		r := fact.NewJSONReader([]byte(raw))
		if !r.Object() {
			return
		}
		for name, ok := r.Member(); ok; name, ok = r.Member() {
			c := fact.JSONToCell(r.Raw())
			if traits[string(name)] = c.Text; c.Kind == fact.NullCell {
				delete(traits, string(name))
			}
		}
	}, &raw)
	var all []account.OwnTrait
	for name, value := range traits {
		if value != "" {
			all = append(all, account.OwnTrait{Name: name, Value: value})
		}
	}
	slices.SortFunc(all, func(a, b account.OwnTrait) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

func (m moment) use(ctx context.Context, p *account.Profile) error {
	var before int64
	var err error
	if p.Weeks, before, err = m.weeks(ctx, "weeks", ""); err != nil {
		return err
	}
	p.ActiveBefore = int(before)
	p.Features, err = m.features(ctx, "")
	return err
}

// weeks counts by the week, this one last; and in the 30 days before the last 30, where the block tells.
func (m moment) weeks(ctx context.Context, block, actors string) (all []int64, before int64, err error) {
	all = make([]int64, profileWeeks)
	var ago int
	var n int64
	text := m.text(block, "{weeks}", strconv.Itoa(profileWeeks), "{actors}", actors)
	err = each(ctx, m.conn, text, func() {
		switch {
		case ago < 0:
			before = n
		case ago < profileWeeks:
			all[profileWeeks-1-ago] = n
		}
	}, &ago, &n)
	return all, before, err
}

func (m moment) features(ctx context.Context, actors string) ([]account.Feature, error) {
	var all []account.Feature
	var f account.Feature
	err := each(ctx, m.conn, m.text("features", "{actors}", actors), func() { all = append(all, f) }, &f.Name, &f.Users, &f.Times)
	account.SortFeatures(all)
	return all, err
}

// Habits are what accounts of each plan used in the 30 days before an instant.
func (l *Lake) Habits(ctx context.Context, at time.Time) (account.Habits, error) {
	v, err := l.View(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	m := moment{View: v, at: at}
	all := account.Habits{}
	var plan string
	var name sql.NullString
	var n int
	text := m.text("habits", "{plan_bit}", strconv.FormatInt(fact.Accounts.Bit("plan"), 10), "{account_day_event}", m.Rollup("account_day_event"))
	err = each(ctx, m.conn, text, func() {
		h := all[plan]
		if h == nil {
			h = &account.Habit{Used: map[string]int{}}
			all[plan] = h
		}
		if name.Valid {
			h.Used[name.String] = n
		} else {
			h.Accounts = n
		}
	}, &plan, &name, &n)
	return all, l.engine.Fault(err)
}

// tree finds the accounts above and below.
func (m moment) tree(ctx context.Context, p *account.Profile) error {
	parents := map[string]string{}
	var child, parent string
	text := m.text("parents", "{parent_bit}", strconv.FormatInt(fact.Accounts.Bit("parent_account_id"), 10))
	if err := each(ctx, m.conn, text, func() { parents[child] = parent }, &child, &parent); err != nil {
		return err
	}
	tree := account.NewTree(parents)
	var ids []string
	for id := tree.Parent(p.ID); id != ""; id = tree.Parent(id) {
		ids = append(ids, id)
	}
	above := len(ids)
	ids = append(ids, tree.Children(p.ID)...)
	names, err := m.accountNames(ctx, ids)
	for i, id := range ids {
		related := account.Related{ID: id, Name: cmp.Or(names[id], id)}
		if i < above {
			p.Parents = append(p.Parents, related)
		} else {
			p.Children = append(p.Children, related)
		}
	}
	return err
}

// accountNames are the names of accounts, by id.
func (m moment) accountNames(ctx context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	if len(ids) == 0 {
		return names, nil
	}
	holders, args := placeholders(ids)
	rows, err := m.Query(ctx, m.text("names", "{name_bit}", strconv.FormatInt(fact.Accounts.Bit("name"), 10), "{ids}", holders), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var name sql.NullString
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name.String
	}
	return names, rows.Err()
}

func placeholders(texts []string) (string, []any) {
	holders, args := make([]string, len(texts)), make([]any, len(texts))
	for i, text := range texts {
		holders[i], args[i] = fmt.Sprint("$", i+1), text
	}
	return strings.Join(holders, ", "), args
}

// recent reads facts of a kind for a condition, the latest first; of snapshots only the latest state of each subject.
func (s *shelf) recent(ctx context.Context, k *fact.Kind, where, order string, into *[]*fact.Fact) error {
	where = fmt.Sprintf("%s and f.ts <= timestamp '%s'", where, sqlTime(s.at))
	from := tableOf(k) + " f where " + where
	if k.Mode == fact.Snapshot {
		from = fmt.Sprintf(`(select distinct on (f."%s") f.* from %s order by f."%[1]s", f.ts desc, f.seq desc) f`, k.Subject, from)
	}
	all, err := s.read(ctx, k, fmt.Sprintf("%s order by %s f.ts desc, f.seq desc limit %d", from, order, factsShown))
	for _, f := range all {
		*into = append(*into, f.Fact)
	}
	return err
}

// records are the latest facts of the account, and what the people are called whom they name.
func (m moment) records(ctx context.Context, p *account.Profile) error {
	mine := fmt.Sprint("f.account = ", p.Number)
	now := "timestamp '" + sqlTime(m.at) + "'"
	s := &shelf{moment: m}
	for _, list := range []struct {
		kind  *fact.Kind
		order string
		into  *[]*fact.Fact
	}{
		{fact.Subscriptions, "case when f.status = 'canceled' then 1 else 0 end,", &p.Subscriptions},
		{fact.Contracts, `case when f.status = 'open' then 0 else 1 end, f."end" desc,`, &p.Contracts},
		{fact.Invoices, "case when f.status in ('open', 'disputed') and f.due_at < " + now + " then 0 when f.status in ('open', 'disputed') then 1 else 2 end, f.due_at desc nulls last,", &p.Invoices},
		{fact.Orders, "", &p.Orders},
		{fact.Answers, "", &p.Answers},
		{fact.Tickets, "case when f.status in ('open', 'pending', 'reopened') then 0 else 1 end,", &p.Tickets},
		{fact.Interactions, "", &p.Interactions},
	} {
		if err := s.recent(ctx, list.kind, mine, list.order, list.into); err != nil {
			return err
		}
	}
	err := s.name(ctx)
	p.Names = map[string]string{}
	for _, f := range s.facts {
		if f.User != "" {
			p.Names[f.User] = f.who
		}
	}
	return err
}

// notFound is for a person whom no fact names.
func notFound() error {
	return fault.New(fault.NotFound, "nothing is known of this person").Mend("the id is the user_id that facts were sent with")
}
