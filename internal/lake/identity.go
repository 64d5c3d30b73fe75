package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// readWho reads the links and memberships received up to asOf; nil is all of them.
func readWho(ctx context.Context, conn *sql.Conn, received func(kind, column string) string) ([]account.Link, []account.Membership, error) {
	where := func(k *fact.Kind) string {
		if received == nil || received(k.Name, "f.") == "" {
			return ""
		}
		return " where " + received(k.Name, "f.")
	}
	links, err := readLinks(ctx, conn, where(fact.Links))
	if err != nil {
		return nil, nil, err
	}
	var memberships []account.Membership
	var m account.Membership
	var at time.Time
	err = each(ctx, conn, "select f.actor, f.account_raw, f.ts, f.seq, f.status = 'joined' from fact_memberships f"+where(fact.Memberships), func() {
		m.At = at.UnixMicro()
		memberships = append(memberships, m)
	}, &m.User, &m.Account, &at, &m.Seq, &m.Joined)
	return links, memberships, err
}

// readLinks reads the links f that a condition picks.
func readLinks(ctx context.Context, conn *sql.Conn, where string) ([]account.Link, error) {
	var links []account.Link
	var l account.Link
	var id anyID
	var at time.Time
	var action, user, previous sql.NullString
	err := each(ctx, conn, `select f.action, f.ts, f.id, coalesce(u.actor, 0), coalesce(v.actor, 0), coalesce(pu.actor, 0),
			coalesce(pv.actor, 0), u.user_id, f.previous_id
		from fact_links f
		left join actor_keys u on u.actor = f.actor and u.user_id is not null
		left join actor_keys v on v.actor = f.visitor and v.anonymous_id is not null
		left join actor_keys pu on pu.user_id = f.previous_id
		left join actor_keys pv on pv.anonymous_id = f.previous_id`+where, func() {
		l.Action, _ = account.ActionNamed(action.String)
		l.At, l.ID, l.UserKey, l.PreviousKey = at.UnixMicro(), fact.ID(id), user.String, previous.String
		links = append(links, l)
	}, &action, &at, &id, &l.User, &l.Visitor, &l.PreviousUser, &l.PreviousVisitor, &user, &previous)
	return links, err
}

// sqlTime writes an instant for SQL.
func sqlTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999") }

// anyID scans a uuid, which one driver gives as bytes and the other as text.
type anyID fact.ID

// Scan implements sql.Scanner.
func (id *anyID) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case []byte:
		if len(v) == 16 {
			copy(id[:], v)
			return nil
		}
		text = string(v)
	case string:
		text = v
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(raw) != len(id) {
		return fmt.Errorf("%v is not an id", v)
	}
	copy(id[:], raw)
	return nil
}

// saveWho brings persons and account_spans to a change.
func (l *Lake) saveWho(ctx context.Context, w *sql.Conn, c *account.Change) error {
	if len(c.Persons) > 0 {
		actors := make([]account.Actor, 0, len(c.Persons))
		var others []account.Actor
		for a, p := range c.Persons {
			actors = append(actors, a)
			if a != p {
				others = append(others, a)
			}
		}
		if err := l.touch(ctx, w, actors); err != nil {
			return err
		}
		if err := exec(ctx, w, "delete from persons where actor in (select actor from tmp_touched)"); err != nil {
			return err
		}
		if err := l.appendPersons(ctx, w, "persons", others, c.Persons); err != nil {
			return err
		}
	}
	if len(c.Spans) == 0 {
		return nil
	}
	persons := make([]account.Actor, 0, len(c.Spans))
	for p := range c.Spans {
		persons = append(persons, p)
	}
	if err := l.touch(ctx, w, persons); err != nil {
		return err
	}
	if err := exec(ctx, w, "delete from account_spans where person in (select actor from tmp_touched)"); err != nil {
		return err
	}
	return l.appendSpans(ctx, w, "account_spans", persons, c.Spans)
}

func (l *Lake) appendPersons(ctx context.Context, w *sql.Conn, table string, actors []account.Actor, person map[account.Actor]account.Actor) error {
	return l.engine.Append(ctx, w, table, []string{"actor", "person"}, len(actors), func(i int, into []driver.Value) {
		into[0], into[1] = actors[i], person[actors[i]]
	})
}

func (l *Lake) appendSpans(ctx context.Context, w *sql.Conn, table string, persons []account.Actor, spans map[account.Actor][]account.Span) error {
	type line struct {
		person account.Actor
		account.Span
	}
	var lines []line
	for _, p := range persons {
		for _, s := range spans[p] {
			lines = append(lines, line{p, s})
		}
	}
	return l.engine.Append(ctx, w, table, []string{"person", "account", "from_ts", "until_ts"}, len(lines), func(i int, into []driver.Value) {
		s := &lines[i]
		into[0], into[1], into[2], into[3] = s.person, s.Account, time.UnixMicro(s.From).UTC(), nil
		if s.Until != account.Never {
			into[3] = time.UnixMicro(s.Until).UTC()
		}
	})
}

// touch fills the temporary table tmp_touched with actors.
func (l *Lake) touch(ctx context.Context, w *sql.Conn, actors []account.Actor) error {
	if err := exec(ctx, w, "create temp table if not exists tmp_touched (actor integer)", "delete from tmp_touched"); err != nil {
		return err
	}
	return l.engine.Append(ctx, w, "tmp_touched", []string{"actor"}, len(actors), func(i int, into []driver.Value) { into[0] = actors[i] })
}

// rightAccount is the account that a fact f belongs to, joined as below.
const rightAccount = "case when f.account_raw <> 0 then f.account_raw else coalesce(s.account, 0) end"

// misplaced are the facts of a table that say another account than they belong to. The end of a span is compared, not
// tested for null: with an "or" in it DuckDB joins every fact with every span.
func misplaced(table string) string {
	return table + ` f
	left join persons p on p.actor = f.actor
	left join account_spans s on s.person = coalesce(p.person, f.actor) and s.from_ts <= f.ts and f.ts < coalesce(s.until_ts, timestamp '9999-01-01 00:00:00')
	where f.account <> ` + rightAccount
}

// resolveAgain finds anew the account of loaded facts that name none, of actors whose account changed since an instant.
func (l *Lake) resolveAgain(ctx context.Context, w *sql.Conn, since map[account.Actor]int64) error {
	if len(since) == 0 {
		return nil
	}
	if l.loose == nil {
		if err := l.readLoose(ctx, w); err != nil {
			return err
		}
	}
	var actors []account.Actor
	for a, at := range since {
		if n := ordinal(a); n < len(l.loose) && l.loose[n] != account.Always && l.loose[n] >= at {
			actors = append(actors, a)
		}
	}
	if len(actors) == 0 {
		return nil
	}
	if err := l.touch(ctx, w, actors); err != nil {
		return err
	}
	for _, k := range fact.Kinds() {
		if !looseKind(k) {
			continue
		}
		if err := l.moveFacts(ctx, w, k, " and f.account_raw = 0 and f.actor in (select actor from tmp_touched)", true); err != nil {
			return err
		}
	}
	return nil
}

// readLoose finds the last fact without an account of every actor.
func (l *Lake) readLoose(ctx context.Context, w *sql.Conn) error {
	l.loose = make([]int64, l.keys.actors+1)
	for i := range l.loose {
		l.loose[i] = account.Always
	}
	var actor int32
	var at time.Time
	for _, k := range fact.Kinds() {
		if !looseKind(k) {
			continue
		}
		err := each(ctx, w, "select actor, max(ts) from "+tableOf(k)+" where account_raw = 0 and actor <> 0 group by actor",
			func() { l.noteLoose(actor, at.UnixMicro()) }, &actor, &at)
		if err != nil {
			return err
		}
	}
	return nil
}

// moveFacts gives facts that say another account than they belong to the right one, and moves their share of the
// rollups along. A sharded table keeps facts by account, so a row moves by being deleted and written anew.
func (l *Lake) moveFacts(ctx context.Context, w *sql.Conn, k *fact.Kind, which string, rollupsToo bool) error {
	t := factTable(k)
	stay := slices.DeleteFunc(t.names(), func(n string) bool { return n == "account" })
	err := exec(ctx, w, "drop table if exists tmp_moved", fmt.Sprintf("create temp table tmp_moved as select %s, f.account as old_account, %s as new_account from %s%s",
		quoted(stay, "f."), rightAccount, misplaced(t.name), which))
	if err != nil {
		return err
	}
	var n int64
	if err := w.QueryRowContext(ctx, "select count(*) from tmp_moved").Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		l.breakOff(ctx)
		err := exec(ctx, w, fmt.Sprintf("delete from %s where seq in (select seq from tmp_moved)", t.name),
			fmt.Sprintf("insert into %s (%s, account) select %s, new_account from tmp_moved", t.name, quoted(stay, ""), quoted(stay, "")))
		if err != nil {
			return err
		}
		if rollupsToo {
			if err := l.moveRollups(ctx, w, k); err != nil {
				return err
			}
		}
	}
	return exec(ctx, w, "drop table tmp_moved")
}
