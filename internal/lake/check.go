package lake

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
)

// Problem is something in the lake that is not as the facts say.
type Problem struct {
	Table string
	What  string
	Rows  int64 // how many rows are concerned
}

func (p Problem) String() string { return fmt.Sprintf("%s: %s (%d rows)", p.Table, p.What, p.Rows) }

// A probe counts the rows of a table that are wrong.
type probe struct{ table, what, count string }

// After every instant a fact may have been received at.
var everReceived = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// Check recounts everything derived from the facts, on a consistent view beside loading, and says what differs. progress
// (may be nil) hears of every table begun.
func (l *Lake) Check(ctx context.Context, progress func(done, of int, table string)) ([]Problem, error) {
	v, err := l.view(ctx, &everReceived)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	probes, err := l.probes(ctx, v)
	if err != nil {
		return nil, l.engine.Fault(err)
	}
	var problems []Problem
	for i, p := range probes {
		if progress != nil {
			progress(i, len(probes), p.table)
		}
		var n sql.NullInt64
		if err := v.conn.QueryRowContext(ctx, p.count).Scan(&n); err != nil {
			return nil, l.engine.Fault(&statementError{p.count, err})
		}
		if n.Int64 > 0 {
			problems = append(problems, Problem{p.table, p.what, n.Int64})
		}
	}
	return problems, nil
}

func (l *Lake) probes(ctx context.Context, v *View) ([]probe, error) {
	differ := func(a, b string) string {
		return fmt.Sprintf("select count(*) from ((%s except %s) union all (%s except %s)) d", a, b, b, a)
	}
	all := []probe{
		{"persons", "who is who is not what the links say", differ("select actor, person from persons", "select actor, person from "+v.persons)},
		{"account_spans", "who belongs where is not what the memberships say", differ("select person, account, from_ts, until_ts from account_spans",
			"select person, account, from_ts, until_ts from "+v.spans)},
	}
	for table, column := range map[string]string{"account_keys": "account", "actor_keys": "actor", "source_keys": "source"} {
		all = append(all, probe{table, "numbers are given twice", fmt.Sprintf("select count(*) - count(distinct %s) from %s", column, table)})
	}
	for _, k := range fact.Kinds() {
		t := tableOf(k)
		all = append(all,
			probe{t, "ids are there twice", "select count(*) - count(distinct id) from " + t},
			probe{t, "numbers are beyond the lake's next one", fmt.Sprintf("select count(*) from %s where seq >= (select cast(value as bigint) from lake_meta where key = 'next_seq')", t)},
			probe{t, "the account is not the one the fact belongs to", "select count(*) from " + misplaced(t)},
			probe{t, "ids of accounts are missing", fmt.Sprintf("select count(*) from %s f where account_raw <> 0 and not exists (select 1 from account_keys k where k.account = f.account_raw)", t)},
			probe{t, "ids of people are missing", fmt.Sprintf("select count(*) from %s f where actor <> 0 and not exists (select 1 from actor_keys k where k.actor = f.actor)", t)},
		)
		day, err := l.dayOf(ctx, v.conn, k)
		if err != nil {
			return nil, err
		}
		if day != "" {
			all = append(all, probe{t, "the day is not the one of ts in the time zone", fmt.Sprintf("select count(*) from %s where day <> %s", t, day)})
		}
	}
	upTo := strconv.FormatInt(v.mark, 10)
	for i := range rollups {
		r := &rollups[i]
		all = append(all,
			probe{r.name, "the rollup is not what the events add up to", differ(r.reading(r.upTo(v.mark)), r.over("true"))},
			probe{r.name, "keys are there twice", fmt.Sprintf("select (select count(*) from %s) - (select count(*) from (%s) d)", r.name, r.reading(r.name))},
		)
		if r.chain != "" {
			// Which of two accounts of one day comes first is left open: the day before is the same for both.
			want := strings.ReplaceAll(r.chain, "{rows}", "(select * from fact_events where actor <> 0 and seq <= "+upTo+")")
			all = append(all, probe{r.name, "rows do not know the one before", differ("select "+r.chained+" from "+r.name, "select "+r.chained+" from ("+want+") w")})
		}
		if r.sums != "" {
			all = append(all, probe{r.sums, "the sums are not those of " + r.name, differ("select * from "+r.sums, "select * from ("+r.sumsOver(r.name, upTo, "seq <= "+upTo)+") w")})
		}
	}
	return all, nil
}
