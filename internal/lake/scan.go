package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Scan gives every fact of a kind with from <= ts < to in the order of (ts, arrival), with the sender's own ids. A zero
// from or to is no bound. An error of fn ends it and is returned.
func (l *Lake) Scan(ctx context.Context, kind *fact.Kind, from, to time.Time, fn func(*fact.Fact) error) error {
	v, err := l.view(ctx, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	rows, err := v.Query(ctx, scanQuery(kind, from, to))
	if err != nil {
		return err
	}
	defer rows.Close()
	s := newScanner(kind)
	for rows.Next() {
		f, err := s.fact(rows)
		if err != nil {
			return err
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return l.engine.Fault(rows.Err())
}

func scanQuery(kind *fact.Kind, from, to time.Time) string {
	where := "true"
	if !from.IsZero() {
		where += fmt.Sprintf(" and f.ts >= timestamp '%s'", sqlTime(from))
	}
	if !to.IsZero() {
		where += fmt.Sprintf(" and f.ts < timestamp '%s'", sqlTime(to))
	}
	return factsQuery(kind, tableOf(kind), where) + " order by f.ts, f.seq"
}

// factsQuery asks for facts of a kind from a relation with the columns of its table, as a scanner reads them.
func factsQuery(kind *fact.Kind, from, where string) string {
	var b strings.Builder
	b.WriteString("select f.id, f.ts, f.received_at, f.flags, f.properties, o.name, a.account_id, u.user_id")
	if kind.Has("anonymous_id") {
		b.WriteString(", v.anonymous_id")
	}
	if kind.Mode == fact.Traits {
		b.WriteString(", f.given")
	}
	b.WriteString(", " + quoted(newCells(kind).names(), "f."))
	fmt.Fprintf(&b, ` from %s f left join source_keys o on o.source = f.origin left join account_keys a on a.account = f.account_raw
		left join actor_keys u on u.actor = f.actor`, from)
	if kind.Has("anonymous_id") {
		b.WriteString(" left join actor_keys v on v.actor = f.visitor")
	}
	b.WriteString(" where " + where)
	return b.String()
}

// scanner turns rows of scanQuery back into facts.
type scanner struct {
	*cells
	id                                           anyID
	at, received                                 time.Time
	flags                                        int64
	given                                        sql.NullInt64
	properties, source, account, user, anonymous sql.NullString
	into                                         []any
}

func newScanner(k *fact.Kind) *scanner {
	s := &scanner{cells: newCells(k)}
	s.into = []any{&s.id, &s.at, &s.received, &s.flags, &s.properties, &s.source, &s.account, &s.user}
	if k.Has("anonymous_id") {
		s.into = append(s.into, &s.anonymous)
	}
	if k.Mode == fact.Traits {
		s.into = append(s.into, &s.given)
	}
	s.into = append(s.into, s.cells.into...)
	return s
}

func (s *scanner) fact(rows *sql.Rows) (*fact.Fact, error) {
	if err := rows.Scan(s.into...); err != nil {
		return nil, err
	}
	return s.built(), nil
}

// built is the fact of the row that was scanned last.
func (s *scanner) built() *fact.Fact {
	f := &fact.Fact{Kind: s.kind, ID: fact.ID(s.id), At: s.at.UnixMicro(), Received: s.received.UnixMicro(), Flags: fact.Flags(s.flags),
		Source: s.source.String, Account: s.account.String, User: s.user.String, Values: make([]fact.Value, len(s.kind.Columns))}
	if s.properties.Valid {
		f.Properties = []byte(s.properties.String)
	}
	for i, c := range s.kind.Columns {
		v := &f.Values[i]
		*v = s.value(i)
		if c.Name == "anonymous_id" && s.anonymous.Valid {
			*v = fact.TextValue(s.anonymous.String)
		}
		if v.State == fact.Absent && s.given.Int64&(1<<i) != 0 {
			v.State = fact.Null
		}
	}
	return f
}

// Total says how much there is of a kind.
type Total struct {
	Kind  *fact.Kind
	Count int64
	// First and Last are the earliest and latest ts, Received the last acknowledgement; all zero when there is nothing.
	First, Last, Received time.Time
}

// Totals counts the facts of every kind, by the kind's name.
func (l *Lake) Totals(ctx context.Context) ([]Total, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var parts []string
	kinds := fact.Kinds()
	for i, k := range kinds {
		parts = append(parts, fmt.Sprintf("select %d as kind, count(*) as n, min(ts) as first_ts, max(ts) as last_ts, max(received_at) as received from %s", i, tableOf(k)))
	}
	totals := make([]Total, len(kinds))
	var i int
	var n int64
	var first, last, received sql.NullTime
	err = each(ctx, v.conn, strings.Join(parts, " union all "), func() {
		totals[i] = Total{Kind: kinds[i], Count: n, First: first.Time, Last: last.Time, Received: received.Time}
	}, &i, &n, &first, &last, &received)
	return totals, l.engine.Fault(err)
}

// Empty says whether there is no fact at all.
func (l *Lake) Empty(ctx context.Context) (bool, error) {
	v, err := l.View(ctx, nil)
	if err != nil {
		return false, err
	}
	defer v.Close()
	var parts []string
	for _, k := range fact.Kinds() {
		parts = append(parts, "exists (select 1 from "+tableOf(k)+")")
	}
	var some bool
	err = each(ctx, v.conn, "select "+strings.Join(parts, " or "), func() {}, &some)
	return !some, l.engine.Fault(err)
}

// IDs gives the lower 64 bits (bytes 8 to 15, big-endian) of the id of every fact loaded, in no order.
func (l *Lake) IDs(ctx context.Context, fn func(low uint64)) error {
	conn, err := l.engine.Reader(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, k := range fact.Kinds() {
		if err := l.engine.IDs(ctx, conn, tableOf(k), fn); err != nil {
			return l.engine.Fault(err)
		}
	}
	return nil
}
