package metric

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
)

// SegmentAsk is a question about who is in a segment. Times are written as in Ask.
type SegmentAsk struct {
	// Text is the segment; Tree, its JSON form, stands in for it when there is one.
	Text string
	Tree json.RawMessage
	// At is the instant just before which it is asked; empty is the end of today. AsOf leaves out what arrived later.
	At, AsOf string
	// From, To and Grain are for its history.
	From, To, Grain string
	// After is the account after which a page of members begins, Limit how many it has at most.
	After string
	Limit int
}

// SegmentPage is the accounts in a segment at an instant, by their ids in the order of bytes.
type SegmentPage struct {
	Segment string          `json:"segment" doc:"Its text"`
	At      time.Time       `json:"at"`
	Count   int64           `json:"count" doc:"How many there are in all"`
	Members []SegmentMember `json:"members" nullable:"false"`
	Next    string          `json:"next,omitempty" doc:"Cursor of the next page; missing at the end"`
}

// SegmentMember is one account in a segment.
type SegmentMember struct {
	Account string          `json:"account_id"`
	Name    string          `json:"name,omitempty"`
	Why     []SegmentReason `json:"why" nullable:"false" doc:"What makes it a member"`
}

// SegmentReason is a part of a segment that makes an account a member, by being so or, under a not, by not being so.
type SegmentReason struct {
	Leaf    string `json:"leaf" doc:"The part of the segment" example:"did \"Login\" >= 3 times in last 30 days"`
	Holds   bool   `json:"holds" doc:"Whether it is so; false: that it is not so is the reason"`
	Value   any    `json:"value" doc:"What was found: a trait's value, how often something was done, how many contacts; null: not known"`
	Segment string `json:"segment,omitempty" doc:"The saved segment it is part of"`
}

// maxMembers is the longest page.
const maxMembers = 1000

// SegmentMembers tells who is in a segment and why. The error is a fault.Error.
func (s *Service) SegmentMembers(ctx context.Context, a SegmentAsk) (out *SegmentPage, err error) {
	bad := fault.New(fault.Invalid, "the question about the segment can't be answered as it is")
	t := s.times(a.AsOf, bad)
	at := Day.next(t.now)
	t.read("at", a.At, &at)
	f, err := s.readSegment(ctx, a.Text, a.Tree, t.now)
	if err != nil && !refusedSegment(bad, err) {
		return nil, err
	}
	if len(bad.Fields) > 0 {
		return nil, bad
	}
	defer func() { err = s.blame(ctx, f, err) }()
	if a.Limit <= 0 || a.Limit > maxMembers {
		a.Limit = maxMembers
	}
	view, err := s.Open(ctx, t.asOf)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	points := []point{{Period: Period{From: midnight(at, -1), To: at}}}
	if err := f.prepare(ctx, view, points, s.Currency); err != nil {
		return nil, err
	}
	m := &membership{scoping: newScoping(f.compiler(view, points), f)}
	page, total, err := m.page(ctx, a.After, a.Limit+1)
	if err != nil {
		return nil, err
	}
	out = &SegmentPage{Segment: f.String(), At: at.UTC(), Count: total, Members: page}
	if len(page) > a.Limit {
		out.Members = page[:a.Limit]
		out.Next = out.Members[a.Limit-1].Account
	}
	return out, nil
}

// membership asks who is in a segment at one point.
type membership struct {
	*scoping
	leaves []account.Segment
	founds []found
}

func (m *membership) page(ctx context.Context, after string, limit int) (page []SegmentMember, total int64, err error) {
	m.reasons = true
	condition, err := m.condition(m.f.Segment)
	if err != nil {
		return nil, 0, err
	}
	name, err := m.leaf(account.Segment{Op: "missing", About: account.Trait, Name: "name"})
	if err != nil {
		return nil, 0, err
	}
	columns := []string{"m.account_id", name.value + " as name"}
	for n, leaf := range m.f.leaves() {
		if leaf.About == account.Member {
			continue
		}
		f, err := m.leaf(leaf)
		if err != nil {
			return nil, 0, err
		}
		m.leaves, m.founds = append(m.leaves, leaf), append(m.founds, f)
		columns = append(columns, fmt.Sprintf("%s as holds%d, %s as value%d", f.holds, n, f.value, n))
	}
	m.moments(m.everybody())
	m.define("members", "select "+strings.Join(columns, ",\n  ")+"\nfrom "+m.rows()+"\nwhere "+condition)
	rows, err := m.c.view.Query(ctx, m.c.statement("select m.*, (select count(*) from members) as total from members m\nwhere account_id collate \"C\" > "+m.c.text(after)+
		" order by account_id collate \"C\" limit "+fmt.Sprint(limit)), m.c.args...)
	if err != nil {
		return nil, 0, fmt.Errorf("the members of a segment: %w", err)
	}
	defer rows.Close()
	page = []SegmentMember{}
	for rows.Next() {
		one := SegmentMember{Why: []SegmentReason{}}
		var name sql.NullString
		holds, values := make([]bool, len(m.leaves)), make([]sql.NullString, len(m.leaves))
		into := []any{&one.Account, &name}
		for n := range m.leaves {
			into = append(into, &holds[n], &values[n])
		}
		if err := rows.Scan(append(into, &total)...); err != nil {
			return nil, 0, fmt.Errorf("the members of a segment: %w", err)
		}
		one.Name = name.String
		truths := map[string]reasonFound{}
		for n, leaf := range m.leaves {
			truths[leaf.String()] = reasonFound{holds[n], m.shown(leaf, values[n])}
		}
		why := reasons{m.f, truths, map[string]bool{}}
		why.because(m.f.Segment, true, "", &one.Why)
		page = append(page, one)
	}
	return page, total, rows.Err()
}

// everybody is the accounts that are known (account, account_id, o) with the first end that a fact of theirs came before:
// nobody is in a segment before there was anything of them.
func (sc *scoping) everybody() string {
	sc.edges("everybody_edges", account.Window{})
	whole := sc.wholeDays()
	first, join := "ts", "f.ts >= e.after_ts and f.ts < e.until_ts"
	if whole {
		first, join = "day", "f.day >= e.after_day and f.day < e.until_day"
	}
	var parts []string
	for _, k := range fact.Kinds() {
		received := sc.c.view.Received(k.Name, "")
		if k == fact.Events && whole && received == "" {
			parts = append(parts, "select account, min(day) as day from "+sc.c.view.Rollup("account_day_event")+" r where account <> 0 group by account")
			continue
		}
		parts = append(parts, "select account_raw as account, min("+first+") as "+first+" from fact_"+k.Name+" where account_raw <> 0"+also(received)+" group by account_raw")
	}
	return "select k.account, k.account_id, e.o\nfrom (select account, min(" + first + ") as " + first + " from (\n" + strings.Join(parts, "\nunion all\n") +
		"\n) firsts group by account) f\njoin account_keys k on k.account = f.account\njoin everybody_edges e on " + join
}

// also is a condition after others; empty where there is none.
func also(condition string) string {
	if condition == "" {
		return ""
	}
	return " and " + condition
}

// reasonFound is what was found of a leaf for one account.
type reasonFound struct {
	holds bool
	value any
}

// reasons collects what makes a segment true, or false, for one account.
type reasons struct {
	f     *filter
	found map[string]reasonFound
	named map[string]bool
}

func (r reasons) holds(s account.Segment) bool {
	switch s.Op {
	case "":
		return true
	case "and", "or":
		for _, part := range s.Of {
			if r.holds(part) == (s.Op == "or") {
				return s.Op == "or"
			}
		}
		return s.Op == "and"
	case "not":
		return !r.holds(s.Of[0])
	case "member":
		return r.holds(r.f.saved[s.Name])
	}
	return r.found[s.String()].holds
}

// because adds the leaves for which s is as it is said to be: of an "or" that holds those parts that do.
func (r reasons) because(s account.Segment, is bool, saved string, why *[]SegmentReason) {
	switch s.Op {
	case "":
	case "and", "or":
		for _, part := range s.Of {
			if r.holds(part) == is {
				r.because(part, is, saved, why)
			}
		}
	case "not":
		r.because(s.Of[0], !is, saved, why)
	case "member":
		r.because(r.f.saved[s.Name], is, s.Name, why)
	default:
		text := s.String()
		if key := saved + "\x00" + text; !r.named[key] {
			r.named[key] = true
			*why = append(*why, SegmentReason{text, is, r.found[text].value, saved})
		}
	}
}

// shown is a leaf's value as the API has it.
func (m *membership) shown(leaf account.Segment, value sql.NullString) any {
	if !value.Valid {
		return nil
	}
	number, isNumber := new(big.Rat).SetString(value.String)
	switch leaf.About {
	case account.Metric:
		metric, err := m.f.metric(leaf)
		if err != nil || !isNumber {
			return nil
		}
		if metric.def.Unit == Money {
			return money(number, m.f.money[leaf.String()].currency)
		}
		x, _ := number.Float64()
		return figure(x)
	case account.Trait:
		t, err := traitNamed(leaf.Name)
		if err != nil || t.column == nil && t.kind != fact.Contacts {
			return value.String
		}
		if t.kind == fact.Accounts && t.column.Type == fact.Time {
			if at, err := time.Parse("2006-01-02 15:04:05.999999", value.String); err == nil {
				return at.UTC().Format(time.RFC3339Nano)
			}
		}
		if t.kind == fact.Accounts && t.column.Type != fact.Number {
			return value.String
		}
	}
	if !isNumber { // Go does not read some that a database writes, like 5e-324
		return value.String
	}
	x, _ := number.Float64()
	return figure(x)
}
