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

// Profile is what facts of its own tell of an account, as it stands at an instant; what its peers use is for Habits, what hangs together with it for a Book. standing is how it stands, when
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
		{moment.records, moment.own, moment.use, func(m moment, ctx context.Context, p *account.Profile) error { return m.worth(ctx, p, reporting) }},
		{moment.people},
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
	spans := r.spans[p.Number]
	if reporting != "" && !slices.ContainsFunc(spans, func(s account.Recurring) bool { return s.Currency != reporting }) {
		r.rates = account.NewRates(reporting, nil, nil) // nothing to exchange
	} else if err := r.exchange(ctx, reporting); err != nil {
		return err
	}
	p.Months = m.months(spans, r.rates)
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

// newest asks for the latest facts of a kind, of snapshots for the latest state of each subject.
type newest struct {
	kind *fact.Kind
	// rank and due, in SQL, put facts f before those that are later: by the smallest rank, then by the latest due. Empty: they don't.
	rank, due string
	into      *[]*fact.Fact
}

// newest reads the latest facts f of some kinds for a condition. Which they are is found in one question about few columns
// of all kinds, and chosen here: on a few hundred rows DuckDB's windows cost more than all else.
func (s *shelf) newest(ctx context.Context, where string, lists []newest) error {
	where = fmt.Sprintf("%s and f.ts <= timestamp '%s'", where, sqlTime(s.at))
	var parts []string
	for i, list := range lists {
		subject := "null"
		if list.kind.Mode == fact.Snapshot {
			subject = `f."` + list.kind.Subject + `"`
		}
		parts = append(parts, fmt.Sprintf("select %d, f.seq, f.ts, %s, cast(%s as timestamp), cast(%s as varchar) from %s f where %s",
			i, cmp.Or(list.rank, "0"), cmp.Or(list.due, "null"), subject, tableOf(list.kind), where))
	}
	found := make([][]place, len(lists))
	states := map[stateOf]int{} // where of its list the state of a subject is
	var list int
	var one place
	var subject sql.NullString
	err := each(ctx, s.conn, strings.Join(parts, "\nunion all "), func() {
		if subject.Valid {
			of := stateOf{list, subject.String}
			if i, ok := states[of]; ok {
				if found[list][i].told(one) < 0 {
					found[list][i] = one
				}
				return
			}
			states[of] = len(found[list])
		}
		found[list] = append(found[list], one)
	}, &list, &one.seq, &one.ts, &one.rank, &one.due, &subject)
	if err != nil {
		return err
	}
	for i, list := range lists {
		if len(found[i]) == 0 {
			continue
		}
		slices.SortFunc(found[i], place.compare)
		var seqs []int64
		for _, p := range found[i][:min(len(found[i]), factsShown)] {
			seqs = append(seqs, p.seq)
		}
		all, err := s.numbered(ctx, list.kind, seqs, where)
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b *shelved) int { return slices.Index(seqs, a.seq) - slices.Index(seqs, b.seq) })
		for _, f := range all {
			*list.into = append(*list.into, f.Fact)
		}
	}
	return nil
}

// stateOf is a subject in one of the lists.
type stateOf struct {
	list    int
	subject string
}

// place is what decides where a fact stands in a list.
type place struct {
	seq  int64
	ts   time.Time
	rank int
	due  sql.NullTime
}

// told compares by when facts were told.
func (p place) told(other place) int {
	return cmp.Or(p.ts.Compare(other.ts), cmp.Compare(p.seq, other.seq))
}

// compare puts first what a list shows first; what is due at no time comes after what is.
func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.rank, other.rank), other.due.Time.Compare(p.due.Time), other.told(p))
}

// records are the latest facts of the account, and what the people are called whom they name.
func (m moment) records(ctx context.Context, p *account.Profile) error {
	now := "timestamp '" + sqlTime(m.at) + "'"
	s := &shelf{moment: m}
	err := s.newest(ctx, fmt.Sprint("f.account = ", p.Number), []newest{
		{fact.Subscriptions, "case when f.status = 'canceled' then 1 else 0 end", "", &p.Subscriptions},
		{fact.Contracts, "case when f.status = 'open' then 0 else 1 end", `f."end"`, &p.Contracts},
		{fact.Invoices, "case when f.status in ('open', 'disputed') and f.due_at < " + now + " then 0 when f.status in ('open', 'disputed') then 1 else 2 end", "f.due_at", &p.Invoices},
		{fact.Orders, "", "", &p.Orders},
		{fact.Answers, "", "", &p.Answers},
		{fact.Tickets, "case when f.status in ('open', 'pending', 'reopened') then 0 else 1 end", "", &p.Tickets},
		{fact.Interactions, "", "", &p.Interactions},
	})
	if err != nil {
		return err
	}
	err = s.name(ctx)
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
