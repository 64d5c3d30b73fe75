package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/team"
)

// AuditAdd writes down a change that did not go through the store, unless it is written down already.
func (s *Store) AuditAdd(ctx context.Context, c *team.Change) error {
	return s.change(team.WithChange(ctx, c), "writing the audit trail", func(session) error { return nil })
}

// audit writes a change down in the transaction of what is changed. Nothing in this package alters or deletes a line.
func audit(ctx context.Context, q session, c *team.Change) error {
	if c.ID == "" {
		c.ID = newID()
	}
	_, err := q.exec(ctx, "audit_insert", c.ID, micros(c.When), string(c.Who.Kind), c.Who.ID, clean(c.Who.Name), clean(c.From), c.Door, clean(c.Action),
		clean(c.Subject), team.Shown(c.Before), team.Shown(c.After))
	return err
}

// AuditPage is a page of the audit trail, the newest first, and the cursor of the next, empty at the end.
func (s *Store) AuditPage(ctx context.Context, f team.ChangeFilter) (page []team.Change, next string, err error) {
	before, id := int64(math.MaxInt64), ""
	if f.Cursor != "" {
		if _, err := fmt.Sscanf(f.Cursor, "%d-%s", &before, &id); err != nil {
			return nil, "", fault.New(fault.Invalid, "the cursor can't be read").Field("cursor", "is not one that was given")
		}
	}
	until := int64(math.MaxInt64)
	if !f.To.IsZero() {
		until = f.To.UnixMicro()
	}
	since := int64(math.MinInt64)
	if !f.From.IsZero() {
		since = f.From.UnixMicro()
	}
	err = s.look(ctx, "reading the audit trail", func(q session) (err error) {
		page, err = list(ctx, q, scanChange, "audit_page", like(f.Who), clean(f.Who), like(f.Action), like(f.Subject), since, until, before, clean(id), f.Limit+1)
		return err
	})
	if len(page) > f.Limit {
		page = page[:f.Limit]
		last := page[len(page)-1]
		next = fmt.Sprintf("%d-%s", last.When.UnixMicro(), last.ID)
	}
	return page, next, err
}

// like is a pattern for what holds a text.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(clean(text))) + "%"
}

func scanChange(row scanner) (c team.Change, err error) {
	var happened sql.NullInt64
	var was, became string
	err = row.Scan(&c.ID, &happened, &c.Who.Kind, &c.Who.ID, &c.Who.Name, &c.From, &c.Door, &c.Action, &c.Subject, &was, &became)
	c.When = instant(happened)
	if was != "" {
		c.Before = json.RawMessage(was)
	}
	if became != "" {
		c.After = json.RawMessage(became)
	}
	return c, err
}

// change runs do in a transaction that sees and changes the database as if it ran alone: SQLite has one
// writer, PostgreSQL repeats what clashed. So do may run more than once and must not touch anything else. A change that
// is under way (see team.WithChange) is written into the audit trail with it.
func (s *Store) change(ctx context.Context, doing string, do func(session) error) error {
	isolation := sql.LevelDefault
	if s.engine == postgres {
		isolation = sql.LevelSerializable
	}
	c := team.ChangeOf(ctx)
	if c != nil && c.Kept() {
		c = nil
	}
	err := s.transact(ctx, doing, isolation, func(q session) error {
		if err := do(q); err != nil || c == nil {
			return err
		}
		return audit(ctx, q, c)
	})
	if err == nil && c != nil {
		c.Keep()
	}
	return err
}
