package lake

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

func TestPostgreSQLKnowsWhatWasLoadedBeforeItIsAsked(t *testing.T) {
	l := open(t, Options{URL: postgrestest.Start(t)})
	facts := make([]*fact.Fact, 50_000)
	for i := range facts {
		facts[i] = &fact.Fact{Kind: fact.Events, ID: fact.IDFor(fact.Events, "test", strconv.Itoa(i)), At: noon.UnixMicro() + int64(i), Received: noon.UnixMicro(),
			Source: "test", Account: "acme", User: "user " + strconv.Itoa(i%5000), Values: make([]fact.Value, len(fact.Events.Columns))}
		facts[i].Set("name", fact.TextValue("opened"))
	}
	must(t, l.Load(ctx, facts, 2))
	must(t, l.Merge(ctx))
	wantLines(t, answer(t, l, "select distinct tablename from pg_stats where schemaname = 'keepwell' and tablename in ('fact_events', 'user_day', 'sessions') order by tablename"),
		"fact_events", "sessions", "user_day")
}

// PostgreSQL takes what a having leaves for a handful of rows, and a product of two such for one comparison.
func TestAWrongEstimateDoesNotCompareAllWithAll(t *testing.T) {
	l := open(t, Options{URL: postgrestest.Start(t)})
	plan := strings.Join(answer(t, l, `explain with seen as materialized (select n, count(*) as times from generate_series(1, 100000) g(n) group by n having count(*) = 1 and min(n) > 0)
		select count(*) from seen a join seen b on b.n = a.n`), "\n")
	if strings.Contains(plan, "Nested Loop") {
		t.Errorf("rows are compared one by one:\n%s", plan)
	}
}

func TestAQuestionThatIsGivenUpEndsInTheDatabase(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		v, err := l.View(ctx, nil)
		must(t, err)
		short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
		const endless = "select count(*) from generate_series(1, 99991) a(n) join generate_series(1, 9999991) b(n) on a.n < b.n and mod(a.n * b.n, 7) = 3"
		began := time.Now()
		rows, err := v.Query(short, endless)
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			rows.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a question of hours: %v", err)
		}
		v.Close()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it was given up after %s", took)
		}
		if o.URL == "" {
			return
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			running := answer(t, l, "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%9999991%' and pid <> pg_backend_pid()")
			if running[0] == "0" {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("PostgreSQL still works on it")
			}
		}
	})
}
