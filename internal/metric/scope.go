package metric

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// filter is a segment that was understood, with the saved segments it rests on and what writing it in SQL needs.
type filter struct {
	account.Segment
	saved   account.SavedSegments
	catalog *Catalog
	zone    *time.Location
	// today is the midnight after the clock, or after the instant as of which it is asked: windows of what is not over
	// yet end there.
	today time.Time
	// conventions are those of the workspace: a segment means the same whatever is asked of it.
	conventions Conventions
	// money is what the metrics among its leaves that rest on amounts need, by the leaf's text.
	money map[string]moneyOf
}

// filter understands a segment. The error is an account.LeafError where one leaf is to blame, a
// badSegment where a saved one is.
func (s *Service) filter(ctx context.Context, segment account.Segment, now time.Time) (*filter, error) {
	f := &filter{Segment: segment, catalog: s.Catalog, zone: s.Zone, today: Day.next(now)}
	if segment.IsEveryone() {
		return f, nil
	}
	var err error
	if f.conventions, err = s.convention(ctx, "convention", Workspace); err != nil {
		return nil, err
	}
	if len(segment.Segments()) > 0 {
		var all []account.SavedSegment
		if s.Saved != nil {
			if all, err = s.Saved(ctx); err != nil {
				return nil, err
			}
		}
		if f.saved, err = account.ResolveSegments(segment, all); err != nil {
			return nil, err
		}
	}
	for n, leaf := range segment.Leaves() {
		if err := f.check(leaf); err != nil {
			return nil, &account.LeafError{Leaf: n, Err: err}
		}
	}
	for name, s := range f.saved {
		for _, leaf := range s.Leaves() {
			if err := f.check(leaf); err != nil {
				return nil, &badSegment{fault.Said("the segment %q can't be used any more: %s", name, err)}
			}
		}
	}
	return f, nil
}

// check says what a leaf asks for that can't be compared.
func (f *filter) check(leaf account.Segment) error {
	sc := &scoping{c: new(compiler), f: f}
	switch leaf.About {
	case account.Trait:
		_, err := sc.compared(leaf, "x")
		return err
	case account.Metric:
		_, err := f.metric(leaf)
		return err
	}
	return nil
}

// compiler writes questions about the filter alone.
func (f *filter) compiler(view View, points []point) *compiler {
	return newCompiler(view, points, f.today, f.zone, f.conventions)
}

// leaves are all leaves, those of saved segments included, each text once.
func (f *filter) leaves() []account.Segment {
	var all []account.Segment
	seen := map[string]bool{}
	add := func(s account.Segment) {
		for _, leaf := range s.Leaves() {
			if text := leaf.String(); !seen[text] {
				seen[text] = true
				all = append(all, leaf)
			}
		}
	}
	add(f.Segment)
	for _, name := range f.saved.Names() {
		add(f.saved[name])
	}
	return all
}

// scope defines the relation (i, account) of the accounts that are in the segment at the end of each point.
func (c *compiler) scope(f *filter) error {
	sc := newScoping(c, f)
	condition, err := sc.condition(f.Segment)
	if err != nil {
		return err
	}
	sc.moments("select account, account_id, 0 as o from account_keys")
	state := "select m.account, m.o, m.o + 1 as next_o, " + condition + " as is_in\nfrom " + sc.rows()
	on := "p.o = s.o"
	if !sc.everyEnd {
		state = "select account, o, coalesce(lead(o) over (partition by account order by o), " + afterAll + ") as next_o, is_in from (\n" + state + "\n) s"
		on = "p.o >= s.o and p.o < s.next_o"
	}
	sc.define("scope_states", state)
	sc.define("scope", "select p.i, s.account from scope_states s join scope_points p on "+on+" where s.is_in")
	c.done["scope"] = true
	return nil
}

// scoping writes a filter in SQL. An account is looked at where something that the filter asks for changes, and is what it
// is then until it is looked at again: m is such a moment, the first end of a point that sees the change.
type scoping struct {
	c       *compiler
	f       *filter
	ends    []time.Time // the different instants at which points end, in their order; o is the place among them
	joins   []string
	changes []string          // relations (account, o) of where something changes
	names   map[string]string // of relations, by what they hold
	// everyEnd looks at every account at every end: what is asked for is not known to stay as it is.
	everyEnd bool
	// reasons keeps what the leaves found also where it changes nothing about who is in.
	reasons bool
}

func newScoping(c *compiler, f *filter) *scoping {
	sc := &scoping{c: c, f: f, names: map[string]string{}}
	for _, p := range c.points {
		sc.ends = append(sc.ends, p.Period.To)
	}
	slices.SortFunc(sc.ends, time.Time.Compare)
	sc.ends = slices.CompactFunc(sc.ends, time.Time.Equal)
	var points, ends []string
	for _, p := range c.points {
		points = append(points, fmt.Sprintf("(%d, %d)", p.i, sc.order(p)))
	}
	after := dawnOfTime
	for o, p := range sc.points() {
		ends = append(ends, fmt.Sprintf("(%d, %d, %s, %s)", o, p.i, sqlTime(after), sqlTime(p.Period.To)))
		after = p.Period.To
	}
	sc.define("scope_points", "select * from (values "+strings.Join(points, ", ")+") as p(i, o)")
	sc.define("scope_ends", "select * from (values "+strings.Join(ends, ", ")+") as p(o, i, after_ts, to_ts)")
	return sc
}

// dawnOfTime is before everything.
var dawnOfTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)

// order is the place of a point's end among all of them.
func (sc *scoping) order(p point) int {
	at, _ := slices.BinarySearchFunc(sc.ends, p.Period.To, time.Time.Compare)
	return at
}

// points are one point for each end.
func (sc *scoping) points() []point {
	one := make([]point, len(sc.ends))
	for _, p := range sc.c.points {
		one[sc.order(p)] = p
	}
	return one
}

// windowEnds are where windows end: today for points that are not over yet.
func (sc *scoping) windowEnds() []time.Time {
	ends := slices.Clone(sc.ends)
	for o, end := range ends {
		ends[o] = earlier(end, sc.f.today)
	}
	return ends
}

func (sc *scoping) define(name, sql string) {
	sc.c.ctes = append(sc.c.ctes, name+" as (\n"+sql+"\n)")
}

// moments defines when accounts, each from its own first end o on, are looked at.
func (sc *scoping) moments(accounts string) {
	sc.define("scope_accounts", accounts)
	when := "select account, o from scope_accounts"
	if sc.everyEnd {
		when = "select k.account, p.o from scope_accounts k join scope_ends p on p.o >= k.o"
	} else if len(sc.ends) > 1 {
		for _, changes := range sc.changes {
			when += "\nunion\nselect c.account, c.o from (" + changes + ") c join scope_accounts k on k.account = c.account and c.o > k.o"
		}
	}
	sc.define("scope_moments", "select k.account, k.account_id, p.o, p.i, p.to_ts\nfrom ("+when+"\n) w\njoin scope_accounts k on k.account = w.account\njoin scope_ends p on p.o = w.o")
}

// rows are the moments with all that the condition needs beside them.
func (sc *scoping) rows() string {
	return "scope_moments m" + strings.Join(sc.joins, "")
}

// spans tells that the spans of a relation, by instants, are where something changes, and how they are joined.
func (sc *scoping) spans(name string) string {
	sc.changes = append(sc.changes, "select s.account, e.o from "+name+" s join scope_ends e on s.from_ts >= e.after_ts and s.from_ts < e.to_ts")
	return fmt.Sprintf("%s.account = m.account and %[1]s.from_ts < m.to_ts and %[1]s.until_ts >= m.to_ts", name)
}

// relation gives what holds a leaf's findings: write makes it, with its name, when it is first asked for and says how it
// is joined.
func (sc *scoping) relation(what string, write func(name string) (join string, err error)) (string, error) {
	if name, ok := sc.names[what]; ok {
		return name, nil
	}
	name := fmt.Sprintf("scope_%d", len(sc.names)+1)
	sc.names[what] = name
	join, err := write(name)
	sc.joins = append(sc.joins, "\nleft join "+name+" on "+join)
	return name, err
}

// condition is the segment in SQL. It is true or false, never null.
func (sc *scoping) condition(s account.Segment) (string, error) {
	switch s.Op {
	case "":
		return "true", nil
	case "and", "or":
		parts := make([]string, len(s.Of))
		for i, part := range s.Of {
			sql, err := sc.condition(part)
			if err != nil {
				return "", err
			}
			parts[i] = "(" + sql + ")"
		}
		return strings.Join(parts, " "+s.Op+" "), nil
	case "not":
		sql, err := sc.condition(s.Of[0])
		return "not (" + sql + ")", err
	case "member":
		sql, err := sc.condition(sc.f.saved[s.Name])
		return "(" + sql + ")", err
	}
	found, err := sc.leaf(s)
	return found.holds, err
}

// found is what a leaf finds about an account, in SQL: whether it holds, and the value that says so.
type found struct{ holds, value string }

func (sc *scoping) leaf(s account.Segment) (found, error) {
	switch s.About {
	case account.Did, account.Viewed, account.Answered:
		return sc.happened(s)
	case account.Metric:
		return sc.metric(s)
	}
	t, err := traitNamed(s.Name)
	if err != nil {
		return found{}, err
	}
	if t.kind == fact.Contacts {
		return sc.contacts(s, t)
	}
	return sc.trait(s, t)
}
