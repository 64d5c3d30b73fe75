package e2e

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/keepwell/keepwell/internal/postgrestest"
)

// company takes in events of some people, who they are and what they answered, and gives what is known of them.
func company(t *testing.T, flags ...string) (known func() string) {
	t.Helper()
	day := time.Now().UTC().AddDate(0, 0, -4)
	events, links := "id,ts,anonymous_id,name\n", "id,ts,action,anonymous_id,user_id\n"
	memberships := "id,ts,user_id,account_id\n"
	for i := range 4000 {
		events += fmt.Sprintf("e%d,%s,v%d,feature %d\n", i, day.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), i%97, i%7)
	}
	for i := range 60 {
		links += fmt.Sprintf("l%d,%s,identify,v%d,user %d\n", i, day.Format(time.RFC3339), i, i/2)
		memberships += fmt.Sprintf("m%d,%s,user %d,account %d\n", i, day.Format(time.RFC3339), i/2, i/10)
	}
	dir := t.TempDir()
	for kind, rows := range map[string]string{"events": events, "links": links, "memberships": memberships} {
		file := filepath.Join(dir, kind+".csv")
		if err := os.WriteFile(file, []byte(rows), 0o644); err != nil {
			t.Fatal(err)
		}
		run(t, append([]string{"import", kind, file}, flags...)...)
	}
	from := day.AddDate(0, 0, -1).Format(time.DateOnly)
	till := time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	return func() string {
		t.Helper()
		said := ""
		for _, metric := range []string{"mau", "feature_usage", "dau"} {
			said += run(t, append([]string{"metrics", "get", metric, "--from", from, "--to", till, "--grain", "day", "--by", "account_id", "-o", "csv"}, flags...)...)
		}
		for _, kind := range []string{"events", "links", "memberships"} {
			said += fmt.Sprintln(kind, len(exported(t, kind, flags...)))
		}
		return said
	}
}

func TestADamagedLakeIsMadeAnewFromTheLog(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	known := company(t, "--data", data)
	want := known()
	file := filepath.Join(data, "lake.duckdb")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	noise := func(from, to int) {
		for i := from; i < to; i++ {
			good[i] = byte(chance.Uint32())
		}
	}
	for _, damage := range []struct {
		what string
		do   func()
	}{
		{"the blocks", func() { noise(12<<10, len(good)) }},
		{"the head", func() { noise(0, 12<<10) }},
		{"the length", func() { good = good[:len(good)/3] }},
		{"everything", func() { good = nil }},
	} {
		damage.do()
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
		if r := try(t, "check", "--data", data); damage.what != "everything" && (r.code == 0 || !strings.Contains(r.out+r.err, "--rebuild")) {
			t.Errorf("%s: a check exits with %d and does not say what helps: %s%s", damage.what, r.code, r.out, r.err)
		}
		if out := run(t, "check", "--rebuild", "--data", data); !strings.Contains(out, "made anew from the log: 4120 facts") {
			t.Errorf("%s: %s", damage.what, out)
		}
		if got := known(); got != want {
			t.Errorf("%s: after it was made anew\n%s\nbefore\n%s", damage.what, got, want)
		}
	}
	if left, err := filepath.Glob(file + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestALakeThatAKillLeftUnfinishedIsMadeAnew(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	known := company(t, "--data", data)
	s := serve(t, data)
	said := try(t, "check", "--rebuild", "--data", data)
	if said.code != 0 || !strings.Contains(said.err, "stop it") {
		t.Errorf("beside a server: %d %s%s", said.code, said.out, said.err)
	}
	s.loaded(key(t, data, "ingest"))
	s.kill()
	if out := run(t, "check", "--rebuild", "--data", data); !strings.Contains(out, "4121 facts") {
		t.Errorf("%s", out)
	}
	if !strings.Contains(known(), "events 4001\n") {
		t.Errorf("%s", known())
	}
}

func TestAKillWhileTheLakeIsMadeAnewLeavesTheOld(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	known := company(t, "--data", data)
	want := known()
	fresh := filepath.Join(data, "lake.duckdb.new")
	chance := rand.New(rand.NewPCG(3, 4))
	for range 5 {
		command := exec.Command(binary, "check", "--rebuild", "--data", data)
		command.Env = environment()
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- command.Wait() }()
		until(t, "a new lake is begun", 10*time.Second, func() bool { _, err := os.Stat(fresh); return err == nil })
		time.Sleep(time.Duration(chance.IntN(700)) * time.Millisecond)
		command.Process.Kill()
		<-over
		if got := known(); got != want {
			t.Fatalf("after a kill\n%s\nbefore\n%s", got, want)
		}
		if _, err := os.Stat(fresh); err == nil {
			t.Error("the unfinished lake was left behind")
		}
	}
	run(t, "check", "--rebuild", "--data", data)
	if got := known(); got != want {
		t.Errorf("made anew at last\n%s\nbefore\n%s", got, want)
	}
}

func TestALogThatDoesNotReachBackReplacesNothing(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	known := company(t, "--data", data)
	want := known()
	// Another, shorter history under the same positions: what the lake has must not go.
	other := t.TempDir()
	imported(t, other)
	logs := filepath.Join(data, "log")
	aside := filepath.Join(t.TempDir(), "log")
	if err := os.Rename(logs, aside); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(logs, os.DirFS(filepath.Join(other, "log"))); err != nil {
		t.Fatal(err)
	}
	if r := try(t, "check", "--rebuild", "--data", data); !strings.Contains(r.err, "nothing may be lost") {
		t.Errorf("with another's log: %d %s%s", r.code, r.out, r.err)
	}
	// A log begun after the old one was lost.
	if err := os.RemoveAll(logs); err != nil {
		t.Fatal(err)
	}
	run(t, "import", "answers", answersFile(t), "--data", data)
	r := try(t, "check", "--rebuild", "--data", data)
	if r.code != 0 || !strings.Contains(r.err, "no longer reaches back") || !strings.Contains(r.err, "backup") {
		t.Errorf("with a later log: %d %s%s", r.code, r.out, r.err)
	}
	if got := known(); got != want {
		t.Errorf("after it\n%s\nbefore\n%s", got, want)
	}
}

func TestALakeInPostgresIsMadeAnewFromTheLog(t *testing.T) {
	t.Parallel()
	data, database := t.TempDir(), postgrestest.Start(t)
	flags := []string{"--data", data, "--database", database}
	known := company(t, flags...)
	want := known()
	run(t, append([]string{"check", "--rebuild"}, flags...)...)
	if got := known(); got != want {
		t.Errorf("after it was made anew\n%s\nbefore\n%s", got, want)
	}
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("drop table keepwell.actor_keys; delete from keepwell.fact_links; create schema keepwell_new; create table keepwell_new.fact_links (a int)"); err != nil {
		t.Fatal(err)
	}
	if out := run(t, append([]string{"check", "--rebuild"}, flags...)...); !strings.Contains(out, "4120 facts") {
		t.Errorf("%s", out)
	}
	if got := known(); got != want {
		t.Errorf("after tables were lost\n%s\nbefore\n%s", got, want)
	}
}
