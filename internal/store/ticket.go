package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// TicketAdd keeps a ticket and forgets those that expired by now.
func (s *Store) TicketAdd(ctx context.Context, t team.Ticket, now time.Time) error {
	return s.change(ctx, "keeping a ticket", func(q session) error {
		if _, err := q.exec(ctx, "ticket_trim", micros(now)); err != nil {
			return err
		}
		_, err := q.exec(ctx, "ticket_insert", t.Hash[:], string(t.Purpose), t.UserID, t.Data, micros(t.Expires))
		return err
	})
}

// TicketGet is a ticket of a purpose that has not expired; fault.NotFound when there is none.
func (s *Store) TicketGet(ctx context.Context, h team.Hash, purpose team.Purpose, now time.Time) (t team.Ticket, err error) {
	err = s.look(ctx, "looking up a ticket", func(q session) (err error) {
		t, err = scanTicket(q.row(ctx, "ticket_get", h[:], string(purpose), micros(now)))
		return missing(err, "there is no such ticket")
	})
	return t, err
}

// TicketTake is TicketGet and uses the ticket up: of two who try, one gets it.
func (s *Store) TicketTake(ctx context.Context, h team.Hash, purpose team.Purpose, now time.Time) (t team.Ticket, err error) {
	err = s.change(ctx, "using a ticket", func(q session) (err error) {
		if t, err = scanTicket(q.row(ctx, "ticket_get", h[:], string(purpose), micros(now))); err != nil {
			return missing(err, "there is no such ticket")
		}
		n, err := q.exec(ctx, "ticket_take", h[:], string(purpose), micros(now))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "there is no such ticket")
		}
		return err
	})
	return t, err
}

func scanTicket(row scanner) (t team.Ticket, err error) {
	var hash []byte
	var expires sql.NullInt64
	err = row.Scan(&hash, &t.Purpose, &t.UserID, &t.Data, &expires)
	copy(t.Hash[:], hash)
	t.Expires = instant(expires)
	return t, err
}
