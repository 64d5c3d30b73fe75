package lake

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// person is the number of the person that a user id belongs to; nobody is a fault.NotFound.
func (v *View) person(ctx context.Context, user string) (number int32, err error) {
	err = v.conn.QueryRowContext(ctx, "select coalesce(p.person, k.actor) from actor_keys k left join persons p on p.actor = k.actor where k.user_id = $1", user).Scan(&number)
	if err == sql.ErrNoRows {
		err = notFound()
	}
	return number, err
}

// Contact is everything that the page of a person tells, as it stands at an instant. A user id that no fact names is a
// fault.NotFound; so is, when within is not nil, a person who belongs to none of these accounts. Then only what happened in
// them is told.
func (l *Lake) Contact(ctx context.Context, user string, at time.Time, within []string) (*account.ContactProfile, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	m := moment{View: v, at: at}
	if within != nil {
		if m.only, err = v.accounts(ctx, within); err != nil {
			return nil, l.engine.Fault(err)
		}
	}
	p, err := m.contact(ctx, user)
	return p, l.engine.Fault(err)
}

func (m moment) contact(ctx context.Context, user string) (*account.ContactProfile, error) {
	number, err := m.person(ctx, user)
	if err != nil {
		return nil, err
	}
	mine, err := m.idsOf(ctx, []int32{number})
	if err != nil {
		return nil, err
	}
	known, err := m.describe(ctx, mine)
	if err != nil {
		return nil, err
	}
	c := known[number]
	if c == nil {
		return nil, notFound()
	}
	if err := m.did(ctx, mine, known); err != nil {
		return nil, err
	}
	if err := m.belonging(ctx, mine, known); err != nil {
		return nil, err
	}
	if m.only != nil && c.Account == "" {
		return nil, notFound()
	}
	p := &account.ContactProfile{Contact: *c}
	actors := "and " + mine.are("f.actor")
	if m.only != nil {
		actors += " and " + among("f.account", m.only)
	}
	if p.Own, err = m.ownTraits(ctx, m.text("own_contact_traits", "{actors}", actors)); err != nil {
		return nil, err
	}
	if p.Features, err = m.features(ctx, actors); err != nil {
		return nil, err
	}
	if p.Weeks, _, err = m.weeks(ctx, "contact_days", actors); err != nil {
		return nil, err
	}
	if err := m.staysOver(ctx, p, actors); err != nil {
		return nil, err
	}
	s := &shelf{moment: m}
	if err := s.newest(ctx, "true "+actors, []newest{{fact.Answers, "", "", &p.Answers}, {fact.Tickets, "", "", &p.Tickets}}); err != nil {
		return nil, err
	}
	return p, s.name(ctx)
}

// staysOver are the times in which the person belonged to accounts, the latest first.
func (m moment) staysOver(ctx context.Context, p *account.ContactProfile, actors string) error {
	var id string
	var status, role sql.NullString
	var ts time.Time
	running := map[string]int{}
	var ids []string
	err := each(ctx, m.conn, m.text("contact_memberships", "{actors}", actors), func() {
		i, in := running[id]
		switch {
		case status.String == "left" && in:
			p.Accounts[i].Until = ts.UTC()
			delete(running, id)
		case status.String == "left":
		case in:
			p.Accounts[i].Role = cmp.Or(role.String, p.Accounts[i].Role)
		default:
			running[id] = len(p.Accounts)
			ids = append(ids, id)
			p.Accounts = append(p.Accounts, account.StayOver{Related: account.Related{ID: id}, Role: role.String, Since: ts.UTC()})
		}
	}, &id, &status, &role, &ts)
	if err != nil {
		return err
	}
	names, err := m.accountNames(ctx, ids)
	for i := range p.Accounts {
		p.Accounts[i].Name = cmp.Or(names[p.Accounts[i].ID], p.Accounts[i].ID)
	}
	slices.SortStableFunc(p.Accounts, func(a, b account.StayOver) int {
		if a.Until.IsZero() != b.Until.IsZero() {
			return map[bool]int{true: -1, false: 1}[a.Until.IsZero()]
		}
		return b.Since.Compare(a.Since)
	})
	return err
}

// factsOf is the condition for facts of an account or of a person, or of a person in an account.
func (m moment) factsOf(ctx context.Context, ask account.TimelineAsk) (string, error) {
	where := "true"
	if ask.Account != "" {
		number, err := m.account(ctx, ask.Account)
		if err != nil {
			return "", err
		}
		where = fmt.Sprint("f.account = ", number)
	}
	if ask.User != "" {
		number, err := m.person(ctx, ask.User)
		if err != nil {
			return "", err
		}
		mine, err := m.idsOf(ctx, []int32{number})
		if err != nil {
			return "", err
		}
		where += " and " + mine.are("f.actor")
	}
	if ask.Within != nil {
		within, err := m.accounts(ctx, ask.Within)
		if err != nil {
			return "", err
		}
		where += " and " + among("f.account", within)
	}
	return where, nil
}
