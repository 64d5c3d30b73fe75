package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// Load adds facts in the order of the log and moves the cursor, in one transaction. The cursor is the position after
// the record of the last fact and must be beyond the present one. When Load fails nothing is kept, or it is unknown
// whether it was; calling it again with the same facts and cursor loads them exactly once.
func (l *Lake) Load(ctx context.Context, facts []*fact.Fact, cursor uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, err := l.writable(ctx)
	if err != nil {
		return err
	}
	if cursor <= l.cursor {
		if cursor == l.attempted {
			return nil // the commit went through, only its answer was lost
		}
		return fault.New(fault.Internal, "facts up to %d of the log are loaded already, these end at %d", l.cursor, cursor)
	}
	l.attempted = cursor
	return l.writeBeside(ctx, w, func() error { return l.load(ctx, w, facts, cursor) })
}

func (l *Lake) load(ctx context.Context, w *sql.Conn, facts []*fact.Fact, cursor uint64) error {
	known := l.keys.actors
	b := l.number(facts)
	if err := l.saveKeys(ctx, w); err != nil {
		return err
	}
	change := l.who.Apply(b.links, b.memberships)
	if !change.Empty() {
		if err := l.saveWho(ctx, w, &change); err != nil {
			return err
		}
		// Only facts loaded before can be touched; those of this batch are resolved as they are written.
		for a := range change.Since {
			if a > known {
				delete(change.Since, a)
			}
		}
		if err := l.resolveAgain(ctx, w, change.Since); err != nil {
			return err
		}
	}
	for _, k := range fact.Kinds() {
		if err := l.appendFacts(ctx, w, k, b.byKind[k.Name]); err != nil {
			return fmt.Errorf("loading %s: %w", k.Name, err)
		}
	}
	for _, k := range rolledUp {
		l.pending += len(b.byKind[k.Name])
	}
	l.nextSeq += int64(len(facts))
	l.cursor = cursor
	meta := map[string]string{"cursor": strconv.FormatUint(cursor, 10), "next_seq": strconv.FormatInt(l.nextSeq, 10)}
	if l.pending == 0 { // the rollups have nothing to hear of these, and no merge goes on
		l.mark = l.nextSeq - 1
		meta["mark"] = strconv.FormatInt(l.mark, 10)
	}
	return l.saveMeta(ctx, w, meta)
}

// row is a fact with its numbers.
type row struct {
	*fact.Fact
	seq                             int64
	origin, account, actor, visitor int32
}

type batch struct {
	byKind      map[string][]row
	links       []account.Link
	memberships []account.Membership
}

// number gives facts their numbers, in their order.
func (l *Lake) number(facts []*fact.Fact) batch {
	b := batch{byKind: map[string][]row{}}
	k := &l.keys
	count := map[*fact.Kind]int{}
	for _, f := range facts {
		count[f.Kind]++
	}
	for kind, n := range count {
		b.byKind[kind.Name] = make([]row, 0, n)
	}
	for i, f := range facts {
		r := row{Fact: f, seq: l.nextSeq + int64(i), origin: k.sources.of(f.Source), account: k.accounts.of(f.Account), actor: k.user(f.User)}
		user := r.actor
		if f.Kind.Has("anonymous_id") {
			r.visitor = k.visitor(f.Text("anonymous_id"))
			if r.actor == 0 {
				r.actor = r.visitor
			}
		}
		switch f.Kind {
		case fact.Links:
			b.links = append(b.links, l.link(f, user, r.visitor))
		case fact.Memberships:
			b.memberships = append(b.memberships, account.Membership{User: user, Account: r.account, At: f.At, Seq: r.seq, Joined: f.Text("status") == "joined"})
		}
		if r.visitor == 0 {
			r.visitor = r.actor
		}
		b.byKind[f.Kind.Name] = append(b.byKind[f.Kind.Name], r)
	}
	return b
}

func (l *Lake) link(f *fact.Fact, user, visitor int32) account.Link {
	action, _ := account.ActionNamed(f.Text("action"))
	link := account.Link{Action: action, At: f.At, ID: f.ID, User: user, Visitor: visitor, UserKey: f.User, PreviousKey: f.Text("previous_id")}
	link.PreviousUser, link.PreviousVisitor = l.keys.user(link.PreviousKey), l.keys.visitor(link.PreviousKey)
	return link
}

// appendFacts writes the rows of one kind. The order of the values is that of factTable.
func (l *Lake) appendFacts(ctx context.Context, w *sql.Conn, k *fact.Kind, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	t := factTable(k)
	hasVisitor, traits := k.Has("anonymous_id"), k.Mode == fact.Traits
	days := calendar{zone: l.zone}
	// Values that repeat are put into an interface once: one made for each costs a tenth of the loading.
	var today driver.Value
	return l.engine.Append(ctx, w, t.name, t.names(), len(rows), func(i int, into []driver.Value) {
		r := &rows[i]
		belongs := r.account
		if belongs == 0 && r.actor != 0 {
			belongs = l.who.AccountAt(r.actor, r.At)
			l.noteLoose(r.actor, r.At)
		}
		at := time.UnixMicro(r.At).UTC()
		if day := days.day(at); today != day {
			today = day
		}
		into[0], into[1], into[2], into[3], into[4] = r.seq, l.engine.ID(&r.ID), at, nil, today
		if into[3] = into[2]; r.Received != r.At {
			into[3] = time.UnixMicro(r.Received).UTC()
		}
		into[5], into[6], into[7], into[9] = r.origin, int16(r.Flags), r.account, r.actor
		if into[8] = into[7]; belongs != r.account {
			into[8] = belongs
		}
		actor := into[9]
		into = into[10:]
		if hasVisitor {
			if into[0] = actor; r.visitor != r.actor {
				into[0] = r.visitor
			}
			into = into[1:]
		}
		n := 0
		for c := range k.Columns {
			if k.Columns[c].Name == "anonymous_id" {
				continue
			}
			into[n] = nil
			if c < len(r.Values) {
				into[n] = sqlValue(k.Columns[c].Type, &r.Values[c])
			}
			n++
		}
		into = into[n:]
		if traits {
			into[0], into = r.Given(), into[1:]
		}
		into[0] = nil
		if r.Properties != nil {
			into[0] = r.Properties
		}
	})
}

func sqlValue(t fact.Type, v *fact.Value) driver.Value {
	if v.State != fact.Present {
		return nil
	}
	switch t {
	case fact.Integer, fact.Money:
		return v.Int
	case fact.Time:
		return time.UnixMicro(v.Int).UTC()
	case fact.Number:
		return v.Num
	case fact.Bool:
		return v.Int != 0
	}
	return v.Text
}

func (l *Lake) noteLoose(actor int32, at int64) {
	if l.loose == nil {
		return
	}
	n := ordinal(actor)
	for n >= len(l.loose) {
		l.loose = append(l.loose, account.Always)
	}
	l.loose[n] = max(l.loose[n], at)
}

// ordinal is an actor's place in the order of first sight: visitors have it as a negative number.
func ordinal(a account.Actor) int { return int(max(a, -a)) }

// calendar computes days in a zone; consecutive instants mostly share an offset from UTC.
type calendar struct {
	zone       *time.Location
	from, till time.Time
	offset     time.Duration
	known      bool
}

// day is midnight UTC of the day that an instant falls on in the zone.
func (c *calendar) day(t time.Time) time.Time {
	if !c.known || t.Before(c.from) || (!c.till.IsZero() && !t.Before(c.till)) {
		local := t.In(c.zone)
		c.from, c.till = local.ZoneBounds()
		_, seconds := local.Zone()
		c.offset, c.known = time.Duration(seconds)*time.Second, true
	}
	return t.Add(c.offset).Truncate(24 * time.Hour)
}
