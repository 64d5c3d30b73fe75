package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/health"
)

// Cases are the cases whose disagreement lasts, the latest first, then at most past of those that are over.
func (s *Store) Cases(ctx context.Context, past int) (all []health.Case, err error) {
	err = s.look(ctx, "listing cases", func(q session) error {
		if all, err = list(ctx, q, scanCase, "case_current"); err != nil || past == 0 {
			return err
		}
		ended, err := list(ctx, q, scanCase, "case_past", past)
		all = append(all, ended...)
		return err
	})
	return all, err
}

// Case is the one with an id; fault.NotFound when there is none.
func (s *Store) Case(ctx context.Context, id string) (one health.Case, err error) {
	err = s.look(ctx, "reading a case", func(q session) (err error) {
		one, err = getCase(ctx, q, id)
		return err
	})
	return one, err
}

// CasesFollow keeps what has become of cases, all of it or none. One that somebody decided meanwhile is left as it is, and
// of two new ones about an account the first stays.
func (s *Store) CasesFollow(ctx context.Context, changed []health.Case, was func(id string) health.CaseState) error {
	return s.change(ctx, "following cases", func(q session) error {
		for _, c := range changed {
			said, err := json.Marshal(c.Sayings)
			if err != nil {
				return err
			}
			var ended any
			if !c.Over.IsZero() {
				ended = micros(c.Over)
			}
			if c.ID == "" {
				_, err = q.exec(ctx, "case_insert", newID(), clean(c.Account), string(c.State), string(c.Verdict), clean(c.Note), clean(c.By), micros(c.Opened), micros(c.Changed), ended, clean(string(said)))
			} else {
				_, err = q.exec(ctx, "case_heard", c.ID, string(c.State), micros(c.Changed), ended, clean(string(said)), string(was(c.ID)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// CaseChange lets change alter what somebody decides of a case; its error leaves everything as it was.
func (s *Store) CaseChange(ctx context.Context, id string, change func(*health.Case) error) (one health.Case, err error) {
	err = s.change(ctx, "deciding a case", func(q session) (err error) {
		if one, err = getCase(ctx, q, id); err != nil {
			return err
		}
		if err := change(&one); err != nil {
			return err
		}
		one.Changed = one.Changed.Truncate(time.Microsecond)
		_, err = q.exec(ctx, "case_decide", one.ID, string(one.State), string(one.Verdict), clean(one.Note), clean(one.By), micros(one.Changed))
		return err
	})
	return one, err
}

func getCase(ctx context.Context, q session, id string) (health.Case, error) {
	one, err := scanCase(q.row(ctx, "case_get", clean(id)))
	return one, missing(err, "there is no such case")
}

func scanCase(row scanner) (c health.Case, err error) {
	var said string
	var opened, changed, ended sql.NullInt64
	if err := row.Scan(&c.ID, &c.Account, &c.State, &c.Verdict, &c.Note, &c.By, &opened, &changed, &ended, &said); err != nil {
		return c, err
	}
	c.Opened, c.Changed = instant(opened), instant(changed)
	if ended.Valid {
		c.Over = instant(ended)
	}
	if err := json.Unmarshal([]byte(said), &c.Sayings); err != nil {
		return c, fault.Wrap(fault.Internal, err, "a case is kept in another shape than expected")
	}
	return c, nil
}
