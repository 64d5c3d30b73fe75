package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keepwell/keepwell/internal/fact"
	"github.com/keepwell/keepwell/internal/fault"
	"github.com/keepwell/keepwell/internal/lake/duckdb"
	"github.com/keepwell/keepwell/internal/postgrestest"
)

// someFacts are a visitor's events, who it turns out to be, and where that person belongs.
func someFacts(t testing.TB) []*fact.Fact {
	return []*fact.Fact{
		made(t, fact.Events, "1", 0, "anonymous_id", "v", "name", "look"),
		made(t, fact.Events, "2", 13, "user_id", "ann", "name", "open"),
		made(t, fact.Events, "3", 14, "user_id", "ann", "name", "open", "account_id", "other"),
		made(t, fact.Orders, "4", 20, "user_id", "ann", "amount", "9.99", "currency", "EUR"),
		made(t, fact.Memberships, "5", -1, "user_id", "ann", "account_id", "acme"),
		made(t, fact.Links, "6", 1, "action", "identify", "user_id", "ann", "anonymous_id", "v"),
	}
}

func loaded(t testing.TB, o Options) *Lake {
	t.Helper()
	l := open(t, o)
	for i, f := range someFacts(t) {
		must(t, l.Load(ctx, []*fact.Fact{f}, uint64(i+1)))
		if i == 1 {
			must(t, l.Merge(ctx))
		}
	}
	return l
}

// change runs SQL that the lake would not.
func change(t testing.TB, l *Lake, statements ...string) {
	t.Helper()
	w, err := l.engine.Writer(ctx)
	must(t, err)
	for _, s := range statements {
		if _, err := w.ExecContext(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestALateIdentifyMovesWhatTheVisitorDid(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		wantLines(t, answer(t, l, "select a.account_id, f.name from fact_events f join account_keys a on a.account = f.account order by seq"),
			"acme|look", "acme|open", "other|open")
		before := noon.Add(30 * time.Minute) // the identify came an hour after noon
		v, err := l.View(ctx, &before)
		must(t, err)
		defer v.Close()
		wantLines(t, lines(t, v, "select count(*) from "+v.Persons()), "0")
		wantLines(t, lines(t, v, "select cast(from_ts as varchar) from "+v.Spans()), "2026-03-01 11:00:00")
	})
}

func TestACutOffLoadLeavesNothingBehind(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		bad := made(t, fact.Orders, "bad", 1, "user_id", "somebody new", "amount", "1", "currency", "EUR")
		bad.Set("currency", fact.TextValue("no\x00good\xff"))
		if o.Path != "" { // DuckDB takes any bytes: let it fail at the last step instead
			change(t, l, "alter table lake_meta rename to hidden")
		}
		if l.Load(ctx, []*fact.Fact{bad}, 100) == nil {
			t.Fatal("it loaded")
		}
		if o.Path != "" {
			change(t, l, "alter table hidden rename to lake_meta")
		}
		cursor, err := l.Cursor(ctx)
		must(t, err)
		if cursor != 6 {
			t.Errorf("cursor %d", cursor)
		}
		wantLines(t, answer(t, l, "select count(*) from fact_orders"), "1")
		wantLines(t, answer(t, l, "select count(*) from actor_keys where user_id = 'somebody new'"), "0")
		good := made(t, fact.Orders, "good", 1, "user_id", "ann", "amount", "1", "currency", "EUR")
		must(t, l.Load(ctx, []*fact.Fact{good}, 100))
		if err := l.Load(ctx, []*fact.Fact{good}, 50); err == nil {
			t.Error("the cursor went back")
		}
	})
}

func TestCheckFindsWhatIsWrongAndRebuildMendsIt(t *testing.T) {
	damage := map[string]string{
		"user_day":            "insert into user_day (day, account, actor) select day, account, actor from user_day limit 1",
		"user_event_week":     "update user_event_week set n = n + 1",
		"account_day_event":   "delete from account_day_event",
		"persons":             "delete from persons",
		"account_spans":       "update account_spans set until_ts = timestamp '2026-03-01 12:30:00'",
		"user_event_return":   "update user_event_return set prev_day = date '2020-01-06'",
		"user_last":           "update user_last set last_ts = timestamp '2020-01-01 00:00:00'",
		"user_return":         "update user_return set n = n + 1",
		"sessions":            "update sessions set views = views + 1",
		"user_day chain":      "update user_day set prev_day = date '2020-01-01'",
		"fact_orders account": "update fact_orders set account = 0",
		"fact_events account": "update fact_events set account = 2 where account_raw = 1",
		"fact_events day":     "update fact_events set day = date '2020-01-01'",
	}
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		problems, err := l.Check(ctx, nil)
		must(t, err)
		if len(problems) > 0 {
			t.Fatalf("before: %v", problems)
		}
		for what, statement := range damage {
			table, _, _ := strings.Cut(what, " ")
			change(t, l, statement)
			heard := 0
			problems, err := l.Check(ctx, func(done, of int, table string) { heard++ })
			must(t, err)
			if heard == 0 || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Table == table && p.Rows > 0 }) {
				t.Errorf("%s: check finds %v", what, problems)
			}
			must(t, l.Rebuild(ctx))
			if problems, err = l.Check(ctx, nil); err != nil || len(problems) > 0 {
				t.Errorf("%s: after the rebuild %v, %v", what, problems, err)
			}
		}
	})
}

func TestABackupOpensAndRestoresWithTheSameTotals(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		path := filepath.Join(t.TempDir(), "backup's.duckdb")
		must(t, l.Backup(ctx, path))
		if err := l.Backup(ctx, path); fault.KindOf(err) != fault.Conflict {
			t.Errorf("over an older backup: %v", err)
		}
		want, err := l.Totals(ctx)
		must(t, err)
		same := func(o Options) {
			t.Helper()
			l := open(t, o)
			got, err := l.Totals(ctx)
			must(t, err)
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if problems, err := l.Check(ctx, nil); err != nil || len(problems) > 0 {
				t.Errorf("check finds %v, %v", problems, err)
			}
			must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Events, "9", 30, "user_id", "ann", "name", "open")}, 9))
			must(t, l.Close())
		}
		into := []Options{{Path: filepath.Join(t.TempDir(), "new.duckdb")}, {URL: postgrestest.Start(t)}}
		for _, o := range into {
			must(t, Restore(ctx, path, o))
			same(o)
			if err := Restore(ctx, path, o); fault.KindOf(err) != fault.Conflict {
				t.Errorf("restoring over facts: %v", err)
			}
		}
		same(Options{Path: path})
	})
}

func TestAnotherZoneMovesTheDays(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		winter := made(t, fact.Events, "winter", 24*200, "name", "late", "user_id", "ann") // 12:00 UTC in September
		must(t, l.Load(ctx, []*fact.Fact{winter}, 50))
		must(t, l.Merge(ctx))
		must(t, l.Close())
		var err error
		o.Zone, err = time.LoadLocation("Pacific/Auckland") // 13 hours ahead, 12 from April to September
		must(t, err)
		l = open(t, o)
		wantLines(t, answer(t, l, "select day, name from fact_events order by seq"),
			"2026-03-02 00:00|look", "2026-03-02 00:00|open", "2026-03-02 00:00|open", "2026-09-18 00:00|late")
		wantLines(t, answer(t, l, "select distinct day from user_day order by day"), "2026-03-02 00:00", "2026-09-18 00:00")
		problems, err := l.Check(ctx, nil)
		must(t, err)
		if len(problems) > 0 {
			t.Errorf("check finds %v", problems)
		}
	})
}

func TestALakeWithFewerColumnsIsUpgradedWithItsData(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		if l.engine.Indexed() {
			change(t, l, "drop index fact_orders_seq")
		}
		change(t, l, "alter table fact_orders drop column channel", "alter table fact_orders drop column quantity", "drop table fact_visits")
		must(t, l.Close())
		l = open(t, o)
		more := made(t, fact.Orders, "new", 1, "user_id", "ann", "amount", "5", "currency", "EUR", "channel", "web", "quantity", "2")
		must(t, l.Load(ctx, []*fact.Fact{more, made(t, fact.Visits, "v", 1, "scorecard", "s", "criterion", "c", "score", "1")}, 50))
		wantLines(t, answer(t, l, "select amount, channel, quantity from fact_orders order by seq"), "999|<nil>|<nil>", "500|web|2")
	})
}

func TestANewerLakeIsRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		change(t, l, "update lake_meta set value = '999' where key = 'schema'")
		must(t, l.Close())
		if _, err := Open(ctx, o); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "upgrade Keepwell") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAQuestionEndsWithItsContext(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		v, err := l.View(ctx, nil)
		must(t, err)
		defer v.Close()
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		rows, err := v.Query(short, "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b where a.* < b.*")
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			rows.Close()
		}
		if err == nil || time.Since(start) > 5*time.Second {
			t.Errorf("it took %v: %v", time.Since(start), err)
		}
	})
}

func TestSQLReachesNoFiles(t *testing.T) {
	l := loaded(t, Options{Path: filepath.Join(t.TempDir(), "lake.duckdb")})
	for _, q := range []string{"select * from read_text('/etc/hostname')", "copy fact_events to '/tmp/keepwell-leak.csv'",
		"attach '/tmp/keepwell-leak.db' as leak", "install httpfs", "set enable_external_access = true"} {
		v, err := l.View(ctx, nil)
		must(t, err)
		rows, err := v.Query(ctx, q)
		if err == nil {
			err = errors.Join(rows.Err(), rows.Close())
			t.Errorf("%s: let through (%v)", q, err)
		}
		must(t, v.Close())
	}
}

func TestASecondProcessIsToldWhoHoldsTheLake(t *testing.T) {
	if path := os.Getenv("KEEPWELL_TEST_SECOND_OPEN"); path != "" {
		_, err := Open(ctx, Options{Path: path})
		fmt.Println(fault.KindOf(err), err)
		return
	}
	path := filepath.Join(t.TempDir(), "lake.duckdb")
	loaded(t, Options{Path: path})
	second := osexec.Command(os.Args[0], "-test.run", t.Name())
	second.Env = append(os.Environ(), "KEEPWELL_TEST_SECOND_OPEN="+path)
	said, err := second.CombinedOutput()
	must(t, err)
	if want := fmt.Sprintf("conflict the lake is in use by process %d", os.Getpid()); !strings.Contains(string(said), want) {
		t.Errorf("got %s, want %s", said, want)
	}
}

func TestADamagedFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lake.duckdb")
	must(t, os.WriteFile(path, []byte(strings.Repeat("not a lake ", 10_000)), 0o600))
	if _, err := Open(ctx, Options{Path: path}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore a backup") {
		t.Errorf("got %v", err)
	}
}

func TestPostgresRestartingUnderLoadLosesAndDoublesNothing(t *testing.T) {
	cluster := postgrestest.Private(t)
	l := open(t, Options{URL: cluster.Database(t)})
	done := make(chan error, 1)
	go func() {
		time.Sleep(300 * time.Millisecond)
		done <- cluster.Restart(200 * time.Millisecond)
	}()
	failed, n := 0, 0
	for running := true; running; n++ {
		select {
		case err := <-done:
			must(t, err)
			running = false // one last Load after the restart
		default:
		}
		f := made(t, fact.Events, fmt.Sprint(n), 0, "name", "tick", "user_id", fmt.Sprint("u", n%7))
		for l.Load(ctx, []*fact.Fact{f}, uint64(n+1)) != nil {
			if failed++; failed > 5000 {
				t.Fatal("PostgreSQL does not come back")
			}
			time.Sleep(time.Millisecond)
		}
	}
	if failed == 0 {
		t.Error("the restart was not felt")
	}
	wantLines(t, answer(t, l, "select count(*), count(distinct id), count(distinct actor) from fact_events"), fmt.Sprintf("%d|%d|7", n, n))
}

func TestOnlyOneServerWritesToADatabase(t *testing.T) {
	o := Options{URL: postgrestest.Start(t)}
	loaded(t, o)
	brief, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if _, err := Open(brief, o); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "another Keepwell server") {
		t.Errorf("got %v", err)
	}
}

func TestNoColumnOfAKindHidesOneOfTheLakes(t *testing.T) {
	for _, table := range tables() {
		names := table.names()
		slices.Sort(names)
		if unique := slices.Compact(slices.Clone(names)); len(unique) != len(names) {
			t.Errorf("%s has a column twice: %v", table.name, names)
		}
	}
}

func TestRollupsOfAnEarlierVersionAreMadeAnew(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := loaded(t, o)
		change(t, l, "alter table user_day drop column prev_day")
		change(t, l, "drop table user_return")
		change(t, l, "update lake_meta set value = 'an earlier one' where key = 'rollups'")
		must(t, l.Close())
		l = open(t, o)
		if problems, err := l.Check(ctx, nil); err != nil || len(problems) > 0 {
			t.Errorf("%v, %v", problems, err)
		}
	})
}

func TestAMergeThatIsCutOffLeavesTheLakeWritable(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		l := open(t, o)
		cursor := uint64(0)
		for i := range 30 {
			var facts []*fact.Fact
			for j := range 20 {
				facts = append(facts, made(t, fact.Events, fmt.Sprint(i, "-", j), i, "name", "Report Run", "user_id", fmt.Sprint("u", j)))
			}
			cursor++
			must(t, l.Load(ctx, facts, cursor))
			short, cancel := context.WithTimeout(ctx, time.Duration(i)*500*time.Microsecond)
			l.Merge(short)
			cancel()
		}
		must(t, l.Merge(ctx))
		if problems, err := l.Check(ctx, nil); err != nil || len(problems) > 0 {
			t.Errorf("%v, %v", problems, err)
		}
	})
}

// Facts that move to another account end a merge that goes on beside the loading; it is done anew with them.
func TestFactsThatMoveDuringAMergeAreCountedWhereTheyBelong(t *testing.T) {
	onEngines(t, func(t *testing.T, o Options) {
		defer func(was int) { mergeBeside = was }(mergeBeside)
		mergeBeside = 1
		l := open(t, o)
		var facts []*fact.Fact
		for i := range 60_000 {
			facts = append(facts, made(t, fact.Events, fmt.Sprint(i), i%500, "name", fmt.Sprint("Thing ", i%50), "user_id", fmt.Sprint("u", i%3000)))
		}
		must(t, l.Load(ctx, facts, 1))
		merged := make(chan error)
		go func() { merged <- l.Merge(ctx) }()
		brokenOff := false
		for cursor := uint64(2); ; cursor++ {
			var moving *merging
			l.mu.Lock()
			moving = l.merging
			l.mu.Unlock()
			user := fmt.Sprint("u", cursor)
			must(t, l.Load(ctx, []*fact.Fact{made(t, fact.Memberships, fmt.Sprint("m", cursor), 0, "user_id", user, "account_id", "acme", "status", "joined")}, cursor))
			l.mu.Lock()
			brokenOff = brokenOff || moving != nil && moving.over
			l.mu.Unlock()
			select {
			case err := <-merged:
				must(t, err)
			case <-time.After(time.Millisecond):
				continue
			}
			break
		}
		if _, beside := l.engine.(*duckdb.Engine); beside && !brokenOff {
			t.Error("no merge was broken off, so this tests nothing")
		}
		must(t, l.Merge(ctx))
		if problems, err := l.Check(ctx, nil); err != nil || len(problems) > 0 || l.Pending() > 0 {
			t.Errorf("%v, %v, %d wait", problems, err, l.Pending())
		}
	})
}
