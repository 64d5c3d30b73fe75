package store

import (
	"context"
	"database/sql"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/feed"
)

// QuarantineAdd keeps calls that could not be used, all or none. Those without an id get one; one whose id is there
// already is left as it is, whatever became of it.
func (s *Store) QuarantineAdd(ctx context.Context, calls []feed.Quarantined) error {
	for i := range calls {
		if calls[i].Status = feed.Open; calls[i].ID == "" {
			calls[i].ID = newID()
		}
	}
	return s.change(ctx, "keeping refused facts", func(q session) error {
		for _, c := range calls {
			body := c.Body
			if body == nil {
				body = []byte{}
			}
			if _, err := q.exec(ctx, "quarantine_insert", c.ID, clean(c.Source), clean(c.Kind), micros(c.Received),
				clean(c.Rule), clean(c.Field), clean(c.Reason), body, c.Envelope); err != nil {
				return err
			}
		}
		return nil
	})
}

// QuarantinePage is a page of the quarantine, the newest first, and the cursor of the next one, empty at
// the end.
func (s *Store) QuarantinePage(ctx context.Context, f feed.Filter) (page []feed.Quarantined, next string, err error) {
	received, id, err := parseCursor(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	limit := min(f.Limit, 1000)
	if limit <= 0 {
		limit = 50
	}
	err = s.look(ctx, "listing the quarantine", func(q session) (err error) {
		page, err = list(ctx, q, scanQuarantined, "quarantine_page", string(f.Status), f.Source, received, id, limit+1, f.Rule)
		return err
	})
	if err == nil && len(page) > limit {
		page = page[:limit]
		last := page[limit-1]
		next = strconv.FormatInt(last.Received.UnixMicro(), 36) + "." + last.ID
	}
	return page, next, err
}

func parseCursor(text string) (received int64, id string, err error) {
	if text == "" {
		return math.MaxInt64, "", nil
	}
	us, id, ok := strings.Cut(text, ".")
	received, err = strconv.ParseInt(us, 36, 64)
	if err != nil || !ok || strings.Trim(id, "0123456789abcdef") != "" {
		return 0, "", fault.New(fault.Invalid, "the cursor can't be read").Mend("take it from the page before, or leave it out").
			Field("cursor", "is not one that was given out")
	}
	return received, id, nil
}

// QuarantineGet is one quarantined call; fault.NotFound when there is none.
func (s *Store) QuarantineGet(ctx context.Context, id string) (c feed.Quarantined, err error) {
	err = s.look(ctx, "reading the quarantine", func(q session) (err error) {
		c, err = scanQuarantined(q.row(ctx, "quarantine_get", clean(id)))
		return missing(err, "there is no such quarantined fact")
	})
	return c, err
}

// QuarantineEdit keeps a mended body beside the raw one; nil takes it back. Only open calls can be edited:
// fault.Conflict.
func (s *Store) QuarantineEdit(ctx context.Context, id string, body []byte) error {
	return s.changeOpen(ctx, id, "quarantine_edit", body)
}

// QuarantineReason notes why an open call still can't be used.
func (s *Store) QuarantineReason(ctx context.Context, id, rule, field, reason string) error {
	return s.changeOpen(ctx, id, "quarantine_reason", clean(rule), clean(field), clean(reason))
}

// QuarantineDecide closes an open call as replayed or discarded; fault.Conflict when it is closed already,
// so of two people who replay it one does.
func (s *Store) QuarantineDecide(ctx context.Context, id string, status feed.Status, now time.Time) error {
	if status != feed.Replayed && status != feed.Discarded {
		return fault.New(fault.Invalid, "a quarantined fact can't become %q", status).Field("status", "is not replayed or discarded")
	}
	return s.changeOpen(ctx, id, "quarantine_decide", string(status), micros(now))
}

func (s *Store) changeOpen(ctx context.Context, id, block string, args ...any) error {
	return s.change(ctx, "changing a quarantined fact", func(q session) error {
		n, err := q.exec(ctx, block, append([]any{clean(id)}, args...)...)
		if err != nil || n > 0 {
			return err
		}
		c, err := scanQuarantined(q.row(ctx, "quarantine_get", clean(id)))
		if err != nil {
			return missing(err, "there is no such quarantined fact")
		}
		return fault.New(fault.Conflict, "the quarantined fact is %s already", c.Status)
	})
}

// QuarantineCount is how many calls there are of each status.
func (s *Store) QuarantineCount(ctx context.Context) (counts map[feed.Status]int64, err error) {
	err = s.look(ctx, "counting the quarantine", func(q session) error {
		counts = map[feed.Status]int64{}
		_, err := list(ctx, q, func(row scanner) (struct{}, error) {
			var status feed.Status
			var n int64
			err := row.Scan(&status, &n)
			counts[status] = n
			return struct{}{}, err
		}, "quarantine_count")
		return err
	})
	return counts, err
}

// QuarantineRules counts the open calls by the rule that refused them, the most frequent first.
func (s *Store) QuarantineRules(ctx context.Context) (all []feed.RuleCount, err error) {
	err = s.look(ctx, "counting the quarantine by rule", func(q session) (err error) {
		all, err = list(ctx, q, func(row scanner) (one feed.RuleCount, err error) {
			err = row.Scan(&one.Rule, &one.Count)
			return one, err
		}, "quarantine_rules")
		return err
	})
	return all, err
}

// QuarantineReopen opens a discarded call again; fault.Conflict when it is not discarded.
func (s *Store) QuarantineReopen(ctx context.Context, id string) error {
	return s.change(ctx, "opening a quarantined fact again", func(q session) error {
		n, err := q.exec(ctx, "quarantine_reopen", clean(id))
		if err != nil || n > 0 {
			return err
		}
		c, err := scanQuarantined(q.row(ctx, "quarantine_get", clean(id)))
		if err != nil {
			return missing(err, "there is no such quarantined fact")
		}
		return fault.New(fault.Conflict, "the quarantined fact is %s, not discarded", c.Status)
	})
}

// QuarantineTrim removes what was received before an instant and, of the rest, all but the newest keep
// calls, whatever their status. It tells how many went.
func (s *Store) QuarantineTrim(ctx context.Context, before time.Time, keep int) (gone int64, err error) {
	err = s.change(ctx, "trimming the quarantine", func(q session) error {
		old, err := q.exec(ctx, "quarantine_trim_age", before.UnixMicro())
		if err != nil {
			return err
		}
		many, err := q.exec(ctx, "quarantine_trim_number", keep)
		gone = old + many
		return err
	})
	return gone, err
}

func scanQuarantined(row scanner) (c feed.Quarantined, err error) {
	var received, decided sql.NullInt64
	err = row.Scan(&c.ID, &c.Source, &c.Kind, &received, &c.Rule, &c.Field, &c.Reason, &c.Body, &c.Envelope, &c.Edited, &c.Status, &decided)
	c.Received, c.Decided = instant(received), instant(decided)
	return c, err
}
