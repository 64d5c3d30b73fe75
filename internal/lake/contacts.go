package lake

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
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

// describe gives the ids and traits of some people, by person.
func (m moment) describe(ctx context.Context, who ids) (map[int32]*account.Contact, error) {
	all := map[int32]*account.Contact{}
	if len(who.pairs) == 0 {
		return all, nil
	}
	var person int32
	var user sql.NullString
	if err := each(ctx, m.conn, m.text("people", "{people}", among("k.actor", who.people())), func() {
		all[person] = &account.Contact{Person: person, User: user.String}
	}, &person, &user); err != nil {
		return nil, err
	}
	return all, m.traitsOf(ctx, who, all)
}

// traitsOf adds what was said of people.
func (m moment) traitsOf(ctx context.Context, who ids, all map[int32]*account.Contact) error {
	persons := map[int32]int32{} // found here: joined with facts that are as wide, they cost more than these
	for _, p := range who.pairs {
		persons[p.actor] = p.person
	}
	c := newCells(fact.Contacts)
	var actor int32
	var given int64
	return each(ctx, m.conn, m.text("people_traits", "{traits}", quoted(c.names(), "f."), "{theirs}", who.are("f.actor")), func() {
		if one := all[persons[actor]]; one != nil {
			tell(one, given, c)
		}
	}, append([]any{&actor, &given}, c.into...)...)
}

// seen is when somebody was seen last, and on how many of the last 30 days.
type seen struct {
	at   time.Time
	days int
}

// lastSeen is what people did in the accounts of the moment. A rollup knows when each did anything last; only of whom it knows
// something that lies ahead of the moment events are looked through.
func (m moment) lastSeen(ctx context.Context, who ids) (map[int32]seen, error) {
	all := map[int32]seen{}
	if len(who.pairs) == 0 {
		return all, nil
	}
	theirs := who.are("f.actor")
	if len(m.only) == 1 {
		theirs = "true" // few enough in one account: the join finds them
	}
	var person int32
	var one seen
	today := m.at.In(m.lake.zone).Format(time.DateOnly)
	return all, each(ctx, m.conn, m.text("people_seen", "{mine}", who.relation(), "{theirs}", theirs), func() {
		one.at = one.at.UTC()
		if one.at.In(m.lake.zone).Format(time.DateOnly) == today {
			one.days++ // whole days are counted there
		}
		all[person] = one
	}, &person, &one.at, &one.days)
}

// did adds to people what they did.
func (m moment) did(ctx context.Context, who ids, people map[int32]*account.Contact) error {
	seen, err := m.lastSeen(ctx, who)
	for id, c := range people {
		c.LastSeen, c.Days = seen[id].at, seen[id].days
	}
	return err
}

// people are those who belong to the account, who was seen last first.
func (m moment) people(ctx context.Context, p *account.Profile) error {
	stay, err := m.staying(ctx)
	if err != nil || len(stay) == 0 {
		return err
	}
	who, err := m.idsOf(ctx, slices.Sorted(maps.Keys(stay)))
	if err != nil {
		return err
	}
	seen, err := m.lastSeen(ctx, who)
	if err != nil {
		return err
	}
	known, err := m.describe(ctx, who.of(lately(who.people(), seen)))
	for id, c := range known {
		c.LastSeen, c.Days = seen[id].at, seen[id].days
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

// lately are those of some people who may be among the first PeopleShown by when they were seen: of one instant all.
func lately(people []int32, seen map[int32]seen) []int32 {
	slices.SortFunc(people, func(a, b int32) int { return cmp.Or(seen[b].at.Compare(seen[a].at), cmp.Compare(a, b)) })
	for i := account.PeopleShown; i < len(people); i++ {
		if seen[people[i]].at.Before(seen[people[account.PeopleShown-1]].at) {
			return people[:i]
		}
	}
	return people
}

// called is what the people are called whom facts name by some actors, by actor; one of whom only the id is known is left out.
func (m moment) called(ctx context.Context, actors []int32) (map[int32]string, error) {
	names := map[int32]string{}
	if len(actors) == 0 {
		return names, nil
	}
	people := map[int32]int32{}
	for _, actor := range actors {
		people[actor] = actor
	}
	var actor, person int32
	if err := each(ctx, m.conn, "select p.actor, p.person from persons p where "+among("p.actor", actors), func() { people[actor] = person }, &actor, &person); err != nil {
		return nil, err
	}
	known := map[int32]*account.Contact{}
	for _, person := range people {
		known[person] = &account.Contact{}
	}
	who, err := m.idsOf(ctx, slices.Sorted(maps.Keys(known)))
	if err != nil {
		return nil, err
	}
	err = m.traitsOf(ctx, who, known)
	for actor, person := range people {
		if name := known[person].Called(); name != "" {
			names[actor] = name
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
	// A subquery that named the row outside it would be joined with everybody's names first.
	where := `k.user_id is not null and k.actor not in (select p.actor from persons p where p.actor > 0) and k.user_id collate "C" > $1`
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
		where += " and k.actor in (select person from " + stays(m.at, among("f.account", m.only)) + " s)"
	}
	for _, word := range strings.Fields(ask.Text) {
		w := arg(word)
		in := func(column string) string { return "position(lower(" + w + ") in lower(" + column + ")) > 0" }
		found := in("k.user_id")
		if ask.Open {
			found += " or k.actor in (select coalesce(p.person, f.actor) from fact_contacts f left join persons p on p.actor = f.actor where " +
				in("f.name") + " or " + in("f.email") + ")"
		}
		where += " and (" + found + ")"
	}
	rows, err := m.Query(ctx, `select k.actor, k.user_id from actor_keys k where `+where+` order by k.user_id collate "C" limit `+strconv.Itoa(ask.Limit), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var people []int32
	known := map[int32]*account.Contact{}
	for rows.Next() {
		c := &account.Contact{}
		if err := rows.Scan(&c.Person, &c.User); err != nil {
			return nil, err
		}
		people, known[c.Person] = append(people, c.Person), c
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	who, err := m.idsOf(ctx, people)
	if err != nil || len(people) == 0 {
		return []account.Contact{}, err
	}
	for _, tell := range []func(context.Context, ids, map[int32]*account.Contact) error{m.traitsOf, m.did, m.belonging} {
		if err := tell(ctx, who, known); err != nil {
			return nil, err
		}
	}
	all := []account.Contact{}
	for _, id := range people {
		all = append(all, *known[id])
	}
	return all, nil
}

// belonging adds where people belong; of several accounts the one joined last.
func (m moment) belonging(ctx context.Context, who ids, people map[int32]*account.Contact) error {
	var person int32
	var id string
	var role sql.NullString
	var since time.Time
	var accounts []string
	which := who.are("f.actor")
	if m.only != nil {
		which += " and " + among("f.account", m.only)
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
