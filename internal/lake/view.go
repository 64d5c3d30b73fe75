package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// View is a consistent state of the lake for any number of questions, on a connection of its own. It does not see what
// is loaded after it was made. It is not safe for concurrent use: questions go one after the other.
type View struct {
	lake           *Lake
	conn           *sql.Conn
	mark           int64
	waiting        int64 // facts beyond the mark, of all kinds
	asOf           *time.Time
	brought        map[string]string // by kind: what counts as known although it was received later
	persons, spans string
}

// View opens a view; its caller closes it. With asOf, who is who is as was known then: persons and account_spans are
// computed from the links and memberships received until that instant. Facts themselves are not filtered; questions do
// that by received_at. The context bounds only opening; each question has its own.
func (l *Lake) View(ctx context.Context, asOf *time.Time) (*View, error) {
	return l.broad(ctx, asOf, false)
}

// ViewKnown is as View as of an instant, but for history that was brought along: what a source sent of a kind in the week
// from its first such fact on is taken by its own dates, since nobody was there to know it.
func (l *Lake) ViewKnown(ctx context.Context, at time.Time) (*View, error) {
	return l.broad(ctx, &at, true)
}

// broad is a view for questions about everybody.
func (l *Lake) broad(ctx context.Context, asOf *time.Time, along bool) (*View, error) {
	v, err := l.open(ctx, asOf, along)
	if err != nil {
		return nil, err
	}
	if err := exec(ctx, v.conn, l.engine.Broadly()...); err != nil {
		v.Close()
		return nil, l.engine.Fault(err)
	}
	return v, nil
}

// view is a View for the lake's own questions, most of which look up a few rows by their keys.
func (l *Lake) view(ctx context.Context, asOf *time.Time) (*View, error) {
	return l.open(ctx, asOf, false)
}

func (l *Lake) open(ctx context.Context, asOf *time.Time, along bool) (*View, error) {
	conn, err := l.engine.Reader(ctx)
	if err != nil {
		return nil, err
	}
	v := &View{lake: l, conn: conn, asOf: asOf, persons: "persons", spans: "account_spans"}
	if err := v.open(ctx, asOf, along); err != nil {
		v.Close()
		return nil, l.engine.Fault(err)
	}
	return v, nil
}

func (v *View) open(ctx context.Context, asOf *time.Time, along bool) error {
	if asOf != nil {
		// Before the snapshot begins: a read-only transaction may fill temporary tables, but not make them.
		if err := exec(ctx, v.conn, "create temp table if not exists persons_asof (actor integer, person integer)",
			"create temp table if not exists account_spans_asof (person integer, account integer, from_ts timestamp, until_ts timestamp)"); err != nil {
			return err
		}
	}
	if err := exec(ctx, v.conn, v.lake.engine.Snapshot()); err != nil {
		return err
	}
	// The first question fixes the snapshot.
	meta, err := readMeta(ctx, v.conn)
	if err != nil {
		return err
	}
	if v.mark, err = strconv.ParseInt(meta["mark"], 10, 64); err != nil {
		return fmt.Errorf("the lake's rollup mark is damaged: %w", err)
	}
	next, err := strconv.ParseInt(meta["next_seq"], 10, 64)
	if err != nil {
		return fmt.Errorf("the lake's next number is damaged: %w", err)
	}
	v.waiting = next - 1 - v.mark
	if asOf == nil {
		return nil
	}
	if along {
		if v.brought, err = broughtAlong(ctx, v.conn, *asOf); err != nil {
			return err
		}
	}
	v.persons, v.spans = "persons_asof", "account_spans_asof"
	links, memberships, err := readWho(ctx, v.conn, v.Received)
	if err != nil {
		return err
	}
	who := account.NewDirectory()
	return v.lake.writeWho(ctx, v.conn, who.Apply(links, memberships), v.persons, v.spans)
}

// AsOf is the past instant it shows; nil when it is live.
func (v *View) AsOf() *time.Time { return v.asOf }

// Received is the condition that a fact of a kind was known at the past instant, on columns called by what they begin with
// ("f." or nothing); empty when it is live.
func (v *View) Received(kind, column string) string {
	if v.asOf == nil {
		return ""
	}
	known := column + "received_at <= timestamp '" + sqlTime(*v.asOf) + "'"
	if more := v.brought[kind]; more != "" {
		return "(" + known + strings.ReplaceAll(more, "{}", column) + ")"
	}
	return known
}

// alongFor is for how long after a source's first fact of a kind what it sends is history that was brought along.
const alongFor = 7 * 24 * time.Hour

// broughtAlong are, by kind, the sources whose history came along later than an instant, as conditions on columns that begin
// with {}.
func broughtAlong(ctx context.Context, conn *sql.Conn, at time.Time) (map[string]string, error) {
	var parts []string
	for _, k := range fact.Kinds() {
		parts = append(parts, "select '"+k.Name+"', origin, min(received_at) from fact_"+k.Name+" group by origin having min(received_at) > timestamp '"+sqlTime(at.Add(-alongFor))+"'")
	}
	brought := map[string]string{}
	var kind string
	var origin int64
	var first time.Time
	err := each(ctx, conn, strings.Join(parts, " union all "), func() {
		brought[kind] += fmt.Sprintf(" or ({}origin = %d and {}received_at < timestamp '%s')", origin, sqlTime(first.Add(alongFor)))
	}, &kind, &origin, &first)
	return brought, err
}

// Along is another text whenever views of what was known at past instants may show more than they did: history that a source
// brings along in its first week counts by its own dates. now is the present. What Keepwell tells itself is not looked at.
func (l *Lake) Along(ctx context.Context, now time.Time) (string, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return "", err
	}
	defer v.Close()
	var parts []string
	for _, k := range fact.Kinds() {
		if k != fact.Scores && k != fact.Relevances {
			parts = append(parts, "select min(received_at) as first from fact_"+k.Name+" group by origin")
		}
	}
	var sources, coming int64
	err = each(ctx, v.conn, "select count(*), count(case when first > timestamp '"+sqlTime(now.Add(-alongFor))+"' then 1 end) from ("+strings.Join(parts, " union all ")+") k", func() {}, &sources, &coming)
	if err != nil {
		return "", l.engine.Fault(err)
	}
	if coming == 0 {
		return fmt.Sprint(sources), nil
	}
	return fmt.Sprint(sources, " ", v.mark+v.waiting), nil
}

// Mark is the seq up to which the rollups' tables hold events; a rollup beyond it is its tail.
func (v *View) Mark() int64 { return v.mark }

// Waiting is how many facts at most lie beyond the mark.
func (v *View) Waiting() int64 { return v.waiting }

// Persons is the table (actor, person) of actors that stand for another: use coalesce(p.person, f.actor).
func (v *View) Persons() string { return v.persons }

// Spans is the table (person, account, from_ts, until_ts) of whose facts without account_id belong where. Join it with
// from_ts <= ts and ts < coalesce(until_ts, timestamp '9999-01-01 00:00:00'): an "or" makes DuckDB compare all with all.
func (v *View) Spans() string { return v.spans }

// Rollup is a relation, for use after "from", with the rows of a rollup and of the events that wait to be merged into it.
// The same key may be in both: take sums, minima, maxima and distinct counts, never plain rows. The sums
// that a rollup keeps are had by their own name, when they name what they change. It panics on a name that no rollup has: that is a mistake in
// the program.
func (v *View) Rollup(name string) string {
	for i := range rollups {
		if r := &rollups[i]; r.name == name {
			if v.waiting == 0 { // a tail costs time even if there is nothing in it
				return fmt.Sprintf("(select %s from %s)", r.columns, r.name)
			}
			return r.upTo(v.mark)
		} else if r.sums == name {
			if v.waiting == 0 {
				return "(select * from " + r.sums + ")"
			}
			return r.sumsUpTo(v.mark)
		}
	}
	panic("lake: no rollup called " + name)
}

// Query asks a question. Names of tables need no schema, arguments are $1, $2, …. A context that ends stops the
// database's work; its error is then the context's.
func (v *View) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := v.conn.QueryContext(ctx, query, args...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, v.lake.engine.Fault(err)
	}
	return rows, nil
}

// Close ends the view.
func (v *View) Close() error {
	rollBack(context.Background(), v.conn)
	return v.conn.Close()
}

// writeWho writes what a directory that started empty has been told to empty tables.
func (l *Lake) writeWho(ctx context.Context, conn *sql.Conn, c account.Change, persons, spans string) error {
	actors := make([]account.Actor, 0, len(c.Persons))
	for a := range c.Persons {
		actors = append(actors, a)
	}
	if err := l.appendPersons(ctx, conn, persons, actors, c.Persons); err != nil {
		return err
	}
	people := make([]account.Actor, 0, len(c.Spans))
	for p := range c.Spans {
		people = append(people, p)
	}
	return l.appendSpans(ctx, conn, spans, people, c.Spans)
}
