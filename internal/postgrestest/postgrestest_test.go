package postgrestest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// As a child of TestAClusterDiesWithItsProcess this binary starts a cluster, says where, and waits to be
// killed.
func TestMain(m *testing.M) {
	if os.Getenv("KEEPWELL_TEST_WAIT_FOR_DEATH") == "" {
		os.Exit(m.Run())
	}
	c, err := Launch()
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println(c.dir)
	time.Sleep(time.Minute)
}

func query[T any](t *testing.T, address, sql string) (v T) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func TestEveryTestGetsAnEmptyDatabaseOfItsOwn(t *testing.T) {
	one, two := Start(t), Start(t)
	if one == two {
		t.Fatal("the same database twice")
	}
	if err := execute(one, "create table mark (n int)"); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, two, "select count(*) from pg_tables where schemaname = 'public'"); n != 0 {
		t.Errorf("%d tables in a fresh database", n)
	}
}

func TestADatabaseIsGoneAfterItsTest(t *testing.T) {
	var address string
	t.Run("inner", func(t *testing.T) { address = Start(t) })
	if err := execute(address, "select 1"); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("still there: %v", err)
	}
}

func TestTextsAreSortedAsInstallationsSortThem(t *testing.T) {
	if got := query[string](t, Start(t), "select string_agg(s, '' order by s) from (values ('b'), ('B'), ('a')) v(s)"); got != "abB" {
		t.Errorf("order %s: bytes, or another language", got)
	}
}

func TestARestartCutsConnectionsAndKeepsWhatWasCommitted(t *testing.T) {
	c := Private(t)
	address := c.Database(t)
	if err := execute(address, "create table kept as select 7 as n"); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := c.Restart(10 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "select 1"); err == nil {
		t.Error("a connection outlived the restart")
	}
	if n := query[int](t, address, "select n from kept"); n != 7 {
		t.Errorf("got %d", n)
	}
}

func TestAClusterDiesWithItsProcess(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KEEPWELL_TEST_WAIT_FOR_DEATH=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dir, err := bufio.NewReader(out).ReadString('\n')
	dir = strings.TrimSpace(dir)
	if err != nil || !strings.HasPrefix(dir, "/") {
		t.Fatalf("the child said %q, %v", dir, err)
	}
	if err := execute((&Cluster{dir: dir}).URL("postgres"), "select 1"); err != nil {
		t.Fatalf("the child's cluster does not run: %v", err)
	}
	pid, err := os.ReadFile(dir + "/data/postmaster.pid")
	if err != nil {
		t.Fatal(err)
	}
	server, err := strconv.Atoi(strings.SplitN(string(pid), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
	// The watcher removes the folder only after the server is down.
	if running(server) {
		t.Errorf("the server still runs as process %d", server)
	}
}

// A process that ended stays in the table as a zombie where nobody reaps orphans (containers without init).
func running(pid int) bool {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		_, state, _ := strings.Cut(string(stat), ") ")
		return !strings.HasPrefix(state, "Z")
	}
	return syscall.Kill(pid, 0) == nil
}

func TestMissingPostgresNamesThePackage(t *testing.T) {
	if _, err := findBinaries(debian); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := findBinaries(t.TempDir() + "/*/bin"); err == nil || !strings.Contains(err.Error(), "install postgresql") {
		t.Errorf("no advice: %v", err)
	}
}

func TestACommandRunsBesideASharedCluster(t *testing.T) {
	tool := t.TempDir() + "/postgrestest"
	if out, err := exec.Command("go", "build", "-o", tool, "./cmd/postgrestest").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(tool, "--", "sh", "-c", "echo $"+Shared+"; exit 7").Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Fatalf("exit of the command is lost: %v", err)
	}
	address := strings.TrimSpace(string(out))
	if !strings.HasPrefix(address, "postgres://") {
		t.Fatalf("address %q", address)
	}
	if err := execute(address, "select 1"); err == nil {
		t.Error("the cluster outlived the command")
	}
}
