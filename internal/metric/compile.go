package metric

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/account"
	"github.com/keepwell/keepwell/internal/fact"
)

// compiler turns one question into SQL. Every value that came from outside becomes a parameter; names come from the
// definitions and the fact kinds only.
type compiler struct {
	view    View
	points  []point
	rates   []rate
	horizon time.Time
	// now is the clock when it is asked, or the instant as of which it is: what lies ahead of it has not happened.
	now time.Time
	// conventions are the policies in force, zone the workspace's.
	conventions Conventions
	zone        *time.Location
	fx          []rateSpan
	// unnamed leaves out which visitor is which contact: half the cost of counting plain facts.
	unnamed bool
	// lean leaves out what only the figures beside the value rest on.
	lean bool
	// tiled says that the points lie end to end: what happened in one of them is put there by its day, not joined.
	tiled bool
	// before, when it is set, hides all facts from then on, also where a definition looks at how things came out; only, when
	// it is not nil, keeps the accounts that are asked for, where that changes nothing for them.
	before time.Time
	only   []account.Account
	// broken says that before lies within a day of which more is known: rollups by day can't tell what came after it.
	broken bool
	others []string // kinds of facts that are kept of all accounts

	ctes   []string
	done   map[string]bool
	traits map[string]string // the relations of traits, by the trait's name
	args   []any
}

func newCompiler(view View, points []point, horizon time.Time, zone *time.Location, conventions Conventions) *compiler {
	return &compiler{view: view, points: points, horizon: horizon, zone: zone, conventions: conventions, done: map[string]bool{}, traits: map[string]string{}}
}

// rate brings one currency to the reporting currency at the end of a point; nil where none is known.
type rate struct {
	i        int
	currency string
	rate     *big.Rat
}

func (c *compiler) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

// placeholder is {name}, {name.of}, {name(argument)} or {name.of(argument)}.
var placeholder = regexp.MustCompile(`\{([a-z_0-9]+)(?:\.([a-z_0-9]+))?(?:\(([^(){}]*)\))?\}`)

// expand writes the SQL of a body. {name} is a relation, which is defined on its first use, or one of the limits;
// {name(7)} is a relation with a number in it; {policy.ID} is the value of a policy, {policy.ID(column)} says whether the
// column is one of its names, {list.ID} is the relation (n, name) of its names in their order; {trait.NAME} is what a
// trait of accounts, and {own.NAME} what one of the sender's own, was at the end of each point, as (i, account, value); {now} is the instant of the question.
func (c *compiler) expand(sql string) (string, error) {
	var failed error
	out := placeholder.ReplaceAllStringFunc(sql, func(match string) string {
		parts := placeholder.FindStringSubmatch(match)
		text, err := c.write(parts[1], parts[2], parts[3])
		if err != nil && failed == nil {
			failed = err
		}
		return text
	})
	return out, failed
}

func (c *compiler) write(name, of, argument string) (string, error) {
	lo, hi := c.limits()
	switch name {
	case "lo":
		return sqlTime(lo), nil
	case "hi":
		return sqlTime(hi), nil
	case "lo_day":
		if c.horizon.Before(lo) {
			lo = c.horizon // windows that trail from today begin before a period that lies ahead
		}
		return sqlDay(lo), nil
	case "hi_day":
		return sqlDay(dayAfter(hi)), nil
	case "only": // where the column alone says whose rows they are, before what is dear to do with all of them
		return c.among(argument), nil
	case "only_scope": // early, where rows of accounts outside the segment, or not asked for, change nothing for the others
		narrow := c.among("u.account")
		if c.done["scope"] {
			narrow += "\n  and u.account in (select account from scope)"
		}
		return narrow, nil
	case "now": // what is not over by then can't be judged yet
		return sqlTime(c.now), nil
	case "now_day":
		return sqlDay(c.now), nil
	case "mark":
		return strconv.FormatInt(c.view.Mark(), 10), nil
	case "waiting":
		return strconv.FormatInt(c.view.Waiting(), 10), nil
	case "persons":
		return c.view.Persons(), nil
	case "trait", "own": // the relation (i, account, value) of what a trait of accounts was at the end of each point
		if name == "own" {
			of = ownPrefix + of
		}
		relation, _, err := c.traitRows(of)
		return relation, err
	case "policy":
		return c.policy(of, argument)
	case "list":
		return c.list(of)
	}
	if rollup, ok := strings.CutPrefix(name, "rollup_"); ok {
		return c.view.Rollup(rollup), nil
	}
	relation := name
	if argument != "" {
		if !plainArgument.MatchString(argument) {
			return "", fmt.Errorf("{%s(%s)}: an argument is a number or a name", name, argument)
		}
		relation += "_" + argument
	}
	return "r_" + relation, c.define(relation, name, argument)
}

var plainArgument = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)

// policy writes the value of a policy: a number, a text, or for names whether the column is one of them.
func (c *compiler) policy(id, column string) (string, error) {
	p, ok := policies[id]
	if !ok {
		return "", fmt.Errorf("{policy.%s}: there is no such policy", id)
	}
	value := c.conventions.value(p)
	switch {
	case p.Kind == NamesPolicy && column != "":
		names, err := readNames(value)
		if err != nil {
			return "", err
		}
		if len(names) == 0 {
			return strconv.FormatBool(p.Empty == "all"), nil
		}
		for i, name := range names {
			names[i] = c.text(name)
		}
		return "(" + column + " in (" + strings.Join(names, ", ") + "))", nil
	case p.Kind == IntegerPolicy && column == "":
		return value, nil
	case p.Kind == ChoicePolicy && column == "":
		return "'" + value + "'", nil
	}
	return "", fmt.Errorf("{policy.%s}: a policy of kind %s can't stand like this", id, p.Kind)
}

// list defines the relation of a policy's names.
func (c *compiler) list(id string) (string, error) {
	p, ok := policies[id]
	if !ok || p.Kind != NamesPolicy {
		return "", fmt.Errorf("{list.%s}: there is no list of names like this", id)
	}
	relation := "r_list_" + id
	if c.done[relation] {
		return relation, nil
	}
	c.done[relation] = true
	names, err := readNames(c.conventions.value(p))
	if err != nil {
		return "", err
	}
	rows := []string{"(0, cast(null as varchar))"} // an empty VALUES is no SQL
	for i, name := range names {
		rows = append(rows, fmt.Sprintf("(%d, %s)", i+1, c.text(name)))
	}
	c.ctes = append(c.ctes, relation+" as (\nselect * from (values "+strings.Join(rows, ", ")+") as l(n, name) where n > 0\n)")
	return relation, nil
}

// wholeDays says that every point begins and ends at midnight, so that rollups by day can answer.
func (c *compiler) wholeDays() bool {
	if c.broken {
		return false
	}
	for _, p := range c.points {
		if !p.Period.From.Equal(Day.start(p.Period.From)) || !p.Period.To.Equal(Day.start(p.Period.To)) {
			return false
		}
	}
	return true
}

func (c *compiler) limits() (lo, hi time.Time) {
	lo, hi = c.points[0].Period.From, c.points[0].Period.To
	for _, p := range c.points {
		if p.Period.From.Before(lo) {
			lo = p.Period.From
		}
		if p.Period.To.After(hi) {
			hi = p.Period.To
		}
	}
	return lo, hi
}

// factRows are facts of a kind, all of its table or those that another relation chose of it, with the account and the person
// they belong to, as known then when a past instant is asked for.
func (c *compiler) factRows(k *fact.Kind, from string) string {
	// States of what an account has always name it, and nobody asks which person stands behind whoever sent them.
	ofAccount := k.NeedsAccount && k.Mode == fact.Snapshot
	cols := []string{"f.seq", "f.id", "f.ts", "f.received_at", "f.day", "f.actor"}
	asOf := c.view.AsOf()
	if asOf == nil || ofAccount {
		cols = append(cols, "f.account")
	} else {
		cols = append(cols, "case when f.account_raw <> 0 then f.account_raw else coalesce(sp.account, 0) end as account")
	}
	if ofAccount || (c.unnamed && asOf == nil) {
		cols = append(cols, "f.actor as person")
	} else {
		cols = append(cols, "coalesce(pp.person, f.actor) as person")
	}
	if k.Has("anonymous_id") {
		cols = append(cols, "f.visitor")
	}
	for _, column := range k.Columns {
		if column.Name != "anonymous_id" {
			name := `f."` + column.Name + `"`
			if column.Name == "person" { // whom it is about, where person is who did it
				name += " as about"
			}
			cols = append(cols, name)
		}
	}
	cols = append(cols, "f.properties")
	sql := "select " + strings.Join(cols, ", ") + "\nfrom " + from + " f"
	if !ofAccount && (!c.unnamed || asOf != nil) {
		sql += "\nleft join " + c.view.Persons() + " pp on pp.actor = f.actor"
	}
	if asOf != nil {
		if !ofAccount { // a condition on f alone inside a left join makes DuckDB compare all with all
			sql += "\nleft join " + c.view.Spans() + " sp on sp.person = case when f.account_raw = 0 then coalesce(pp.person, f.actor) end and sp.from_ts <= f.ts and f.ts < coalesce(sp.until_ts, timestamp '9999-01-01 00:00:00')"
		}
	}
	return sql + c.kept(k)
}

// theirs are, where some accounts are asked for, only those facts that may tell of them, although who did them may have been
// elsewhere too: the events of all people who ever did something in one of the accounts, and the page views of the visitors
// whose visits may belong to one, since a visit belongs to the account of one of its views. They are chosen before it is looked
// up who they are. It is empty where all are to be read: as of a past instant who was where is another matter.
func (c *compiler) theirs(k *fact.Kind) string {
	if c.only == nil || c.view.AsOf() != nil {
		return ""
	}
	persons := c.view.Persons()
	which := "f.visitor in (select f.visitor from fact_pages f where true" + c.among("f.account") + ")"
	if k == fact.Events {
		mine := "select distinct coalesce(pp.person, f.actor) as person from (select actor from " + c.view.Rollup("user_last") + " u where true" + c.among("u.account") + ") f left join " + persons + " pp on pp.actor = f.actor"
		which = "f.actor in (with mine as (" + mine + ") select person from mine union all select pp.actor from " + persons + " pp where pp.person in (select person from mine))"
	}
	return c.factRows(k, "(select * from fact_"+k.Name+" f where "+which+")")
}

// kept is which facts of a kind a question sees. What people do is not narrowed to accounts: their visits, and whether they
// came before, may go beyond one.
func (c *compiler) kept(k *fact.Kind) string {
	keeps := ""
	keeps += also(c.view.Received(k.Name, "f."))
	if !c.before.IsZero() {
		keeps += " and f.ts < " + sqlTime(c.before)
	}
	if (k.NeedsAccount || k == fact.Tickets || k == fact.Interactions) && !slices.Contains(c.others, k.Name) {
		among := c.among("f.account")
		if k.Mode == fact.Snapshot && among != "" { // all states, for one that belongs to another account ends those here
			among = " and f." + k.Subject + " in (select f." + k.Subject + " from fact_" + k.Name + " f where " + strings.TrimPrefix(among, " and ") + ")"
		}
		keeps += among
	}
	if keeps == "" {
		return ""
	}
	return "\nwhere " + strings.TrimPrefix(keeps, " and ")
}

// instant is how instants are written in SQL, to the microsecond where there is more than seconds.
const instant = "2006-01-02 15:04:05.999999"

func sqlTime(t time.Time) string {
	return "timestamp '" + t.UTC().Format(instant) + "'"
}

// sqlDay is the day t lies in, in t's own zone.
func sqlDay(t time.Time) string { return "date '" + t.Format(time.DateOnly) + "'" }
