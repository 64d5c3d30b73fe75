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
)

// tell changes what is known of a person by what one fact gives.
func tell(c *account.Contact, given int64, told *cells) {
	for i, column := range fact.Contacts.Columns {
		if given&(1<<i) == 0 {
			continue
		}
		v := told.value(i)
		switch column.Name {
		case "name":
			c.Name = v.Text
		case "email":
			c.Email = v.Text
		case "role":
			c.Role = v.Text
		case "title":
			c.Title = v.Text
		case "locale":
			c.Locale = v.Text
		case "timezone":
			c.Timezone = v.Text
		case "unsubscribed":
			c.Unsubscribed = v.Int != 0
		case "created_at":
			if c.Created = (time.Time{}); v.State == fact.Present {
				c.Created = time.UnixMicro(v.Int).UTC()
			}
		}
	}
}

// everyID is a relation (person, actor) of people with all their ids.
func everyID(people []int32) string {
	ids := numbers(people)
	return "(select person, actor from persons where person in (" + ids + ") union all select actor, actor from actor_keys where actor in (" + ids + "))"
}

// describe gives the ids and traits of some people, by person.
func (m moment) describe(ctx context.Context, people []int32) (map[int32]*account.Contact, error) {
	all := map[int32]*account.Contact{}
	if len(people) == 0 {
		return all, nil
	}
	var person int32
	var user sql.NullString
	if err := each(ctx, m.conn, m.text("people", "{ids}", numbers(people)), func() {
		all[person] = &account.Contact{Person: person, User: user.String}
	}, &person, &user); err != nil {
		return nil, err
	}
	c := newCells(fact.Contacts)
	var given int64
	return all, each(ctx, m.conn, m.text("people_traits", "{traits}", quoted(c.names(), "f."), "{mine}", everyID(people)), func() {
		if one := all[person]; one != nil {
			tell(one, given, c)
		}
	}, append([]any{&person, &given}, c.into...)...)
}

// persons are people with what they did, in the accounts of the moment.
func (m moment) persons(ctx context.Context, people []int32) (map[int32]*account.Contact, error) {
	all, err := m.describe(ctx, people)
	if err != nil || len(all) == 0 {
		return all, err
	}
	var person int32
	var seen sql.NullTime
	var days int
	return all, each(ctx, m.conn, m.text("people_seen", "{mine}", everyID(people)), func() {
		if one := all[person]; one != nil {
			one.LastSeen, one.Days = seen.Time.UTC(), days
		}
	}, &person, &seen, &days)
}

// people are those who belong to the account, who was seen last first.
func (m moment) people(ctx context.Context, p *account.Profile) error {
	stay := map[int32]account.Stay{}
	var person, number int32
	var since time.Time
	var role sql.NullString
	err := each(ctx, m.conn, "select person, account, since, role from "+stays(m.at, fmt.Sprint("f.account = ", p.Number))+" s", func() {
		stay[person] = account.Stay{Since: since.UTC(), Role: role.String}
	}, &person, &number, &since, &role)
	if err != nil || len(stay) == 0 {
		return err
	}
	var ids []int32
	for id := range stay {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	known, err := m.persons(ctx, ids)
	for id, c := range known {
		c.Since, c.Role = stay[id].Since, cmp.Or(c.Role, stay[id].Role)
		c.Account, c.AccountName = p.ID, p.Title()
		p.People = append(p.People, *c)
	}
	slices.SortFunc(p.People, func(a, b account.Contact) int {
		return cmp.Or(b.LastSeen.Compare(a.LastSeen), strings.Compare(a.Called(), b.Called()), cmp.Compare(a.Person, b.Person))
	})
	p.People = p.People[:min(len(p.People), account.PeopleShown)]
	return err
}

// called is what people are called, by the user ids that facts name them by.
func (m moment) called(ctx context.Context, users []string) (map[string]string, error) {
	users = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(users))), func(u string) bool { return u == "" })
	names := map[string]string{}
	if len(users) == 0 {
		return names, nil
	}
	holders, args := placeholders(users)
	rows, err := m.Query(ctx, "select k.user_id, coalesce(p.person, k.actor) from actor_keys k left join persons p on p.actor = k.actor where k.user_id in ("+holders+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	persons := map[string]int32{}
	var ids []int32
	for rows.Next() {
		var user string
		var person int32
		if err := rows.Scan(&user, &person); err != nil {
			return nil, err
		}
		persons[user], ids = person, append(ids, person)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	known, err := m.describe(ctx, ids)
	for user, person := range persons {
		if names[user] = user; known[person] != nil {
			names[user] = known[person].Called()
		}
	}
	return names, err
}

// Contacts are the people who match, by user id in the order of bytes.
func (l *Lake) Contacts(ctx context.Context, ask account.ContactAsk, at time.Time) ([]account.Contact, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	m := moment{View: v, at: at}
	all, err := m.contacts(ctx, ask)
	return all, l.engine.Fault(err)
}

func (m moment) contacts(ctx context.Context, ask account.ContactAsk) ([]account.Contact, error) {
	args := []any{ask.After}
	arg := func(text string) string {
		args = append(args, text)
		return fmt.Sprintf("cast($%d as varchar)", len(args))
	}
	where := `k.user_id is not null and not exists (select 1 from persons p where p.actor = k.actor) and k.user_id collate "C" > $1`
	if ask.Account != "" {
		number, err := m.account(ctx, ask.Account)
		if err != nil {
			return nil, err
		}
		where += " and k.actor in (select person from " + stays(m.at, fmt.Sprint("f.account = ", number)) + " s)"
	}
	if ask.Within != nil {
		var err error
		if m.only, err = m.accounts(ctx, ask.Within); err != nil {
			return nil, err
		}
		where += " and k.actor in (select person from " + stays(m.at, "f.account in ("+numbers(m.only)+")") + " s)"
	}
	for _, word := range strings.Fields(ask.Text) {
		w := arg(word)
		found := "position(lower(" + w + ") in lower(k.user_id)) > 0"
		if ask.Open {
			found += " or k.actor in (select coalesce(p.person, f.actor) from fact_contacts f left join persons p on p.actor = f.actor " +
				"where position(lower(" + w + ") in lower(coalesce(f.name, '') || ' ' || coalesce(f.email, ''))) > 0)"
		}
		where += " and (" + found + ")"
	}
	rows, err := m.Query(ctx, `select k.actor from actor_keys k where `+where+` order by k.user_id collate "C" limit `+strconv.Itoa(ask.Limit), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int32
	for rows.Next() {
		var id int32
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	known, err := m.persons(ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := m.belonging(ctx, known, ids); err != nil {
		return nil, err
	}
	all := []account.Contact{}
	for _, id := range ids {
		if c := known[id]; c != nil {
			all = append(all, *c)
		}
	}
	return all, nil
}

// belonging adds where people belong; of several accounts the one joined last.
func (m moment) belonging(ctx context.Context, people map[int32]*account.Contact, ids []int32) error {
	if len(ids) == 0 {
		return nil
	}
	var person int32
	var id string
	var role sql.NullString
	var since time.Time
	var accounts []string
	which := "f.actor in (select actor from " + everyID(ids) + " mine)"
	if m.only != nil {
		which += " and f.account in (" + numbers(m.only) + ")"
	}
	err := each(ctx, m.conn, "select s.person, a.account_id, s.role, s.since from "+stays(m.at, which)+" s join account_keys a on a.account = s.account order by s.since, a.account_id",
		func() {
			if c := people[person]; c != nil {
				c.Account, c.Since, c.Role = id, since.UTC(), cmp.Or(c.Role, role.String)
				accounts = append(accounts, id)
			}
		}, &person, &id, &role, &since)
	if err != nil {
		return err
	}
	names, err := m.accountNames(ctx, accounts)
	for _, c := range people {
		c.AccountName = cmp.Or(names[c.Account], c.Account)
	}
	return err
}
