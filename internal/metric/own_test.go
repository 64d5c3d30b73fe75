package metric_test

import (
	"context"
	"strings"
	"testing"

	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/metric"
)

const mine = `/*
id: mine
family: product
label: {en: a, es: a, ro: a, ru: a}
about: {en: a, es: a, ro: a, ru: a}
formula: a
unit: percent
better: higher
type: ratio
facts: [events]
numerator: "sum(case when name like 'Plan%' then 1 else 0 end)"
denominator: "count(*)"
scale: 100
key: [id]
dimensions: [name, hour]
detail: [{name: median, unit: number, sql: "percentile_cont(0.5) within group (order by hour)"}]
*/
with first as (
  select e.account, min(e.ts) as ts from {events} e group by e.account
)
select p.i, e.account, e.id, e.name, cast(extract(hour from e.ts) as double precision) as hour,
       row_number() over (partition by e.account order by e.ts, e.seq) as nth
from {points} p
join {events} e on e.ts >= p.from_ts and e.ts < p.to_ts
left join first f on f.account = e.account
where {policy.active_events(e.name)}
`

func own(text string) (*metric.Definition, error) { return metric.Parse("mine.sql", []byte(text)) }

func TestAMetricOfOnesOwnReadsFactsAndNothingElse(t *testing.T) {
	ctx := context.Background()
	d, err := own(mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := metric.CheckOwn(ctx, duckdb.Parse, d); err != nil {
		t.Fatalf("a sound one: %v", err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"from {points} p", "from fact_contacts p", `line 23: the table "fact_contacts" can't be read`},
		{"from {points} p", "from keepwell.persons p", `line 23: the table "persons" can't be read`},
		{"from {points} p", "from '/etc/passwd' p", `line 23: the table "/etc/passwd" can't be read`},
		{"from {points} p", "from read_csv('/etc/passwd') p", "line 23: the function read_csv may not be"},
		{"from {points} p", "from query_table('fact_contacts') p", "the function query_table may not be"},
		{"from {points} p", "from {persons} p", "line 23: {persons} is neither a kind of fact nor a relation"},
		{"from {points} p", "from {rollup_user_day} p", "line 23: {rollup_user_day} is neither"},
		{"from {points} p", "from {points} p, pg_shadow s", `the table "pg_shadow" can't be read`},
		{"from {points} p", "from information_schema.tables p", `the table "tables" can't be read`},
		{"from {points} p", "form {points} p", "line 23: the SQL can't be read"},
		{"e.id,", "e.id, pg_read_file('x'),", "line 21: the function pg_read_file may not be used"},
		{"e.id,", "e.id, getenv('HOME'),", "the function getenv"},
		{"e.id,", "e.id, pg_sleep(9),", "the function pg_sleep"},
		{"e.id,", "e.id, (select max(email) from fact_contacts),", `the table "fact_contacts"`},
		{"e.id,", "e.id, cast('pg_authid' as regclass),", "a cast to this type"},
		{"e.id,", "e.id, $1,", `line 21: "$" may not stand`},
		{"e.id,", "e.id, ?,", "may not be used"},
		{"e.id,", "e.id, -- hidden", `line 21: "--" may not stand`},
		{"with first", "select 1; with first", `line 18: ";" may not stand`},
		{"e.id,", `e.id, e'\'',`, "may not stand"},
		{"where {policy.active_events(e.name)}", "where {policy.nobody}", "line 26: {policy.nobody}: there is no such policy"},
		{`denominator: "count(*)"`, `denominator: "count(*)) from fact_contacts where (true"`, "denominator of standard: "},
		{`denominator: "count(*)"`, `denominator: "count(*) from r_rows union select count(*)"`, "denominator of standard: "},
		{`denominator: "count(*)"`, `denominator: "count(*), 2"`, "denominator of standard: "},
		{`denominator: "count(*)"`, `denominator: "(select count(*) from fact_contacts)"`, `the table "fact_contacts"`},
		{"within group (order by hour)", "within group (order by pg_backend_pid())", "detail median of standard: the function pg_backend_pid"},
		{"where {policy", "-- fast\nselect 1 -- ", "short cuts"},
	} {
		d, err := own(strings.Replace(mine, c.old, c.new, 1))
		if err == nil {
			err = metric.CheckOwn(ctx, duckdb.Parse, d)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "mine.sql: ") {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}

func TestAllBuiltInMetricsButTheirShortCutsCouldBeOnesOwn(t *testing.T) {
	t.Parallel()
	catalog, err := metric.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range catalog.All() {
		one, err := metric.Parse(d.File, []byte(d.Source))
		if err != nil {
			t.Fatal(err)
		}
		if one.Fast, one.Groups, one.Running, one.Summed = "", "", "", nil; strings.Contains(one.Body, "{only_scope}") {
			continue
		}
		if err := metric.CheckOwn(context.Background(), duckdb.Parse, one); err != nil {
			t.Error(err)
		}
	}
}

func TestAMetricOfOnesOwnIsTriedBeforeItIsKept(t *testing.T) {
	rows := []row{{kind: "events", at: on("2026-06-20"), account: "a", user: "u", f: set{"name": "Plan Built"}}}
	onBoth(t, rows, func(t *testing.T, _ *lake.Lake, s *metric.Service) {
		d, err := own(mine)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.TryOwn(context.Background(), d); err != nil {
			t.Fatalf("a sound one: %v", err)
		}
		if err := s.Catalog.Put(d); err != nil {
			t.Fatal(err)
		}
		if a := ask(t, s, metric.Ask{Metric: "mine", From: "2026-06-01", To: "2026-07-01", By: "name"}); a.Value.String() != "100" || len(a.Groups) != 1 {
			t.Errorf("%+v", a)
		}
		if !s.Catalog.Remove("mine") || s.Catalog.Remove("mine") || s.Catalog.Remove("nps") {
			t.Error("only what came from outside is removed, and once")
		}
		for _, c := range []struct{ old, new string }{
			{"p.i, e.account, e.id", "p.i, e.id"},
			{"dimensions: [name, hour]", "dimensions: [name, weekday]"},
			{"sum(case when", "max(e.name) || sum(case when"},
			{"count(*)", "sum(name)"},
		} {
			d, err := own(strings.Replace(mine, c.old, c.new, 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.TryOwn(context.Background(), d); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "mine.sql can't be computed") {
				t.Errorf("%s: %v", c.new, err)
			}
		}
		nps, _ := s.Catalog.Get("nps")
		if err := s.Catalog.Put(nps); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a built-in metric is replaced: %v", err)
		}
	})
}
