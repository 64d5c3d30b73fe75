package lake

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// stays are the stays that last at an instant: who joined an account and has not left it since, by the memberships up to
// that instant (of several of one instant the one received last counts). which picks among memberships f, and p.
func stays(at time.Time, which string) string {
	return fmt.Sprintf(`(
		with m as (
			select coalesce(p.person, f.actor) as person, f.account, f.ts, f.seq, f.status, f.role
			from fact_memberships f left join persons p on p.actor = f.actor
			where f.ts <= timestamp '%s' and %s),
		departures as (
			select person, account, ts, seq, row_number() over (partition by person, account order by ts desc, seq desc) as nth
			from m where status = 'left')
		select m.person, m.account, min(m.ts) as since,
			(array_agg(m.role order by m.ts desc, m.seq desc) filter (where m.role is not null))[1] as role
		from m left join departures d on d.person = m.person and d.account = m.account and d.nth = 1
		where m.status = 'joined' and (d.ts is null or m.ts > d.ts or (m.ts = d.ts and m.seq > d.seq))
		group by m.person, m.account)`, sqlTime(at), which)
}

// staying are the stays in the account of the moment, by person: what stays tells of one account, for a tenth of what its
// windows cost.
func (m moment) staying(ctx context.Context) (map[int32]account.Stay, error) {
	all := map[int32]account.Stay{}
	var person int32
	var status, role sql.NullString
	var at time.Time
	return all, each(ctx, m.conn, m.text("staying"), func() {
		if status.String == "left" {
			delete(all, person)
			return
		}
		s, stays := all[person]
		if !stays {
			s.Since = at.UTC()
		}
		s.Role = cmp.Or(role.String, s.Role)
		all[person] = s
	}, &person, &status, &role, &at)
}

// Person tells who a user (or, when that is "", a visitor) is: its other ids as the links of all times say, and where it
// belonged at an instant as the memberships up to it say. An id that no fact has is a fault.NotFound.
func (l *Lake) Person(ctx context.Context, user, visitor string, at time.Time) (*account.Person, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	q := personQuestion{v: v, at: at}
	column, id := "user_id", user
	if user == "" {
		column, id = "anonymous_id", visitor
	}
	err = v.conn.QueryRowContext(ctx, `select coalesce(p.person, k.actor), o.user_id, o.anonymous_id from actor_keys k
		left join persons p on p.actor = k.actor join actor_keys o on o.actor = coalesce(p.person, k.actor) where k.`+column+" = $1", id).
		Scan(&q.person, &q.user, &q.visitor)
	if err == sql.ErrNoRows {
		return nil, fault.New(fault.NotFound, "nothing is known of this person").Mend("user_id and anonymous_id are the ids that facts were sent with")
	}
	var answer *account.Person
	if err == nil {
		answer, err = q.answer(ctx)
	}
	return answer, l.engine.Fault(err)
}

type personQuestion struct {
	v             *View
	at            time.Time
	person        account.Actor
	user, visitor sql.NullString
}

func (q *personQuestion) answer(ctx context.Context) (*account.Person, error) {
	p := &account.Person{User: q.user.String, Visitor: q.visitor.String}
	var err error
	if p.Joined, err = q.joined(ctx); err != nil {
		return nil, err
	}
	if p.Accounts, err = q.v.stays(ctx, stays(q.at, "f.actor in (select actor from "+q.mine()+")"), ""); err != nil {
		return nil, err
	}
	err = q.v.conn.QueryRowContext(ctx, fmt.Sprintf(`select a.account_id from account_spans s join account_keys a on a.account = s.account
		where s.person = %d and s.from_ts <= timestamp '%s' and timestamp '%[2]s' < coalesce(s.until_ts, timestamp '9999-01-01 00:00:00')`,
		q.person, sqlTime(q.at))).Scan(&p.Account)
	if err == sql.ErrNoRows {
		err = nil
	}
	return p, err
}

// mine is a relation of all actors that are the person.
func (q *personQuestion) mine() string {
	return fmt.Sprintf("(select actor from persons where person = %d union all select %[1]d) mine", q.person)
}

func (q *personQuestion) joined(ctx context.Context) ([]account.Joined, error) {
	names := map[account.Actor]account.Joined{}
	var actor account.Actor
	var user, visitor sql.NullString
	err := each(ctx, q.v.conn, "select actor, user_id, anonymous_id from actor_keys where actor in (select actor from "+q.mine()+")",
		func() { names[actor] = account.Joined{User: user.String, Visitor: visitor.String} }, &actor, &user, &visitor)
	if err != nil || len(names) < 2 {
		return nil, err
	}
	// All links that name one of the ids: the rules need no others to say by which each joined.
	links, err := readLinks(ctx, q.v.conn, " where f.seq in (select seq from fact_links where actor in (select actor from "+q.mine()+
		") union select seq from fact_links where visitor in (select actor from "+q.mine()+
		") union select seq from fact_links where previous_id in (select coalesce(user_id, anonymous_id) from actor_keys where actor in (select actor from "+q.mine()+")))")
	if err != nil {
		return nil, err
	}
	who := account.NewDirectory()
	who.Apply(links, nil)
	joins := who.Joined(q.person)
	heard, err := q.heardOf(ctx, joins)
	if err != nil {
		return nil, err
	}
	var all []account.Joined
	for _, j := range joins {
		if heard != nil && j.Action == account.Alias && !heard[j.Actor] {
			continue
		}
		name := names[j.Actor]
		name.Action, name.At, name.ID = j.Action, time.UnixMicro(j.At).UTC(), j.ID
		all = append(all, name)
	}
	return all, nil
}

// heardOf tells which of the ids joined by aliases are ids of somebody. The previous id of an alias may be a user's or a
// visitor's and is counted as both; only which of the two did something is shown, and the user's when neither did.
func (q *personQuestion) heardOf(ctx context.Context, joins []account.Join) (map[account.Actor]bool, error) {
	var aliased []string
	for _, j := range joins {
		if j.Action == account.Alias {
			aliased = append(aliased, fmt.Sprint(j.Actor))
		}
	}
	if len(aliased) == 0 {
		return nil, nil
	}
	var parts []string
	for _, k := range fact.Kinds() {
		parts = append(parts, "select actor from "+tableOf(k)+" where actor in ("+strings.Join(aliased, ", ")+")")
	}
	heard := map[account.Actor]bool{}
	var actor account.Actor
	if err := each(ctx, q.v.conn, strings.Join(parts, " union "), func() { heard[actor] = true }, &actor); err != nil {
		return nil, err
	}
	for _, j := range joins {
		other := slices.ContainsFunc(joins, func(o account.Join) bool { return o.ID == j.ID && o.Actor < 0 && heard[o.Actor] })
		if j.Actor > 0 && !other {
			heard[j.Actor] = true
		}
	}
	return heard, nil
}

// stays reads a relation as stays makes it, in the order of accounts and users; more narrows it down.
func (v *View) stays(ctx context.Context, relation, more string, args ...any) ([]account.Stay, error) {
	rows, err := v.conn.QueryContext(ctx, `select a.account_id, k.user_id, s.role, s.since from `+relation+` s
		join account_keys a on a.account = s.account join actor_keys k on k.actor = s.person `+more, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []account.Stay{}
	for rows.Next() {
		var s account.Stay
		var role, user sql.NullString
		if err := rows.Scan(&s.Account, &user, &role, &s.Since); err != nil {
			return nil, err
		}
		s.User, s.Role, s.Since = user.String, role.String, s.Since.UTC()
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b account.Stay) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.User, b.User))
	})
	return all, rows.Err()
}

// Members tells who belonged to an account at an instant, by user id in the order of bytes, at most limit of those after
// a user id ("" is the first page). An account that no fact names is a fault.NotFound.
func (l *Lake) Members(ctx context.Context, id string, at time.Time, after string, limit int) ([]account.Stay, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	number, err := v.account(ctx, id)
	if err != nil {
		return nil, l.engine.Fault(err)
	}
	page, err := v.stays(ctx, stays(at, fmt.Sprint("f.account = ", number)),
		`where k.user_id collate "C" > $1 order by k.user_id collate "C" limit `+strconv.Itoa(limit), after)
	return page, l.engine.Fault(err)
}

func (v *View) account(ctx context.Context, id string) (number int32, err error) {
	err = v.conn.QueryRowContext(ctx, "select account from account_keys where account_id = $1", id).Scan(&number)
	if err == sql.ErrNoRows {
		err = fault.New(fault.NotFound, "nothing is known of this account").Mend("its id is the account_id that facts were sent with")
	}
	return number, err
}

// Tree tells how the accounts hung together at an instant. An id that neither a fact nor a parent_account_id names is a
// fault.NotFound.
func (l *Lake) Tree(ctx context.Context, id string, at time.Time) (*account.Tree, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	parents := map[string]string{}
	var child string
	var parent sql.NullString
	err = each(ctx, v.conn, fmt.Sprintf(`select a.account_id, f.parent_account_id from (
			select distinct on (account) account, parent_account_id from fact_accounts
			where given & %d <> 0 and ts <= timestamp '%s' order by account, ts desc, seq desc) f
		join account_keys a on a.account = f.account`, fact.Accounts.Bit("parent_account_id"), sqlTime(at)),
		func() { parents[child] = parent.String }, &child, &parent)
	if err != nil {
		return nil, l.engine.Fault(err)
	}
	tree := account.NewTree(parents)
	if len(tree.Below(id)) > 1 || tree.Parent(id) != "" {
		return tree, nil
	}
	if _, err := v.account(ctx, id); err != nil {
		return nil, l.engine.Fault(err)
	}
	return tree, nil
}
